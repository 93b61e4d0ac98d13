"""Every write about authorisations: who may use whose tokens, and in which environment a company works."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from companies.events import record_event
from efactura.models import Access, Authorisation, Settings, Submission
from efactura.spv import oauth
from efactura.spv.environment import Environment
from efactura.spv.tokens import sealed_pair
from efactura.tasks import sweep_submissions
from lib.errors import require
from lib.nudge import nudge


@transaction.atomic
def keep_authorisation(environment: Environment, pair: oauth.Pair, *, by: Any) -> Authorisation:
    """Keep new tokens of `by` and let the active company use them.

    Who renews the authorisation that the company already uses renews it for all the companies that share it.
    """
    access = _access(environment)
    authorisation = Authorisation.objects.select_for_update().filter(pk=access.authorisation_id, user=by).first()
    columns = sealed_pair(pair) | {"given_at": timezone.now(), "refreshing_since": None}
    if authorisation is None:
        authorisation = Authorisation.objects.create(user=by, issuer=environment.issuer, **columns)
    else:
        Authorisation.objects.filter(pk=authorisation.pk).update(**columns)
        authorisation.refresh_from_db()
    return _link(access, authorisation, by=by)


@transaction.atomic
def use_authorisation(environment: Environment, authorisation: Authorisation, *, by: Any) -> Authorisation:
    """Let the active company use an authorisation that `by` gave already, for another company or another environment.

    Refuses: authorisation_not_yours, authorisation_of_other_environment, authorisation_ended.
    """
    require(authorisation.user_id == by.pk, "authorisation_not_yours", "Doar cine a autorizat cu certificatul îl poate folosi și aici.")
    require(
        authorisation.issuer == environment.issuer,
        "authorisation_of_other_environment",
        "Autorizarea este pentru alt mediu. Autorizați din nou.",
    )
    require(not authorisation.has_ended(timezone.now()), "authorisation_ended", "Autorizarea s-a încheiat. Autorizați din nou.")
    return _link(_access(environment), authorisation, by=by)


@transaction.atomic
def remove_authorisation(environment: Environment, *, by: Any) -> None:
    """The company stops using its authorisation; tokens that no company uses any more are destroyed."""
    access = _access(environment)
    authorisation, access.authorisation, access.linked_at = access.authorisation, None, None
    access.save(update_fields=["authorisation", "linked_at"])
    if authorisation is not None:
        record_event(access, "authorisation_removed", by=by, environment=environment)
        _destroy_unused(authorisation)


@transaction.atomic
def choose_environment(environment: Environment, *, confirmed: bool, by: Any) -> Settings:
    """Where the company's invoices go from now on. What was prepared for another environment never goes to this one.

    Refuses: rehearsal_not_here, demo_only_rehearses, production_not_confirmed.
    """
    settings, _ = Settings.objects.get_or_create()
    settings = Settings.objects.select_for_update().get(pk=settings.pk)
    if settings.environment == environment:
        return settings
    require(environment.is_there, "rehearsal_not_here", "Serviciile de repetiție nu rulează pe această instalare.", "environment")
    real = environment != Environment.REHEARSAL
    require(not (real and settings.company.demo), "demo_only_rehearses", "O firmă demonstrativă nu trimite nimic la ANAF.", "environment")
    require(
        confirmed or environment != Environment.PRODUCTION,
        "production_not_confirmed",
        "Bifați că știți: în producție, facturile ajung la ANAF și la clienți.",
        "confirmed",
    )
    record_event(settings, "environment_chosen", by=by, former=settings.environment, environment=environment)
    settings.environment = environment
    settings.save(update_fields=["environment"])
    return settings


def offered(environment: Environment, *, to: Any) -> list[Authorisation]:
    """What `to` authorised already and could use here without the certificate."""
    now = timezone.now()
    return [
        each for each in Authorisation.objects.filter(user=to, issuer=environment.issuer).order_by("-given_at") if not each.has_ended(now)
    ]


def _access(environment: Environment) -> Access:
    """The company's row of an environment, locked."""
    access, _ = Access.objects.get_or_create(environment=environment)
    return Access.objects.select_for_update(of=("self",)).select_related("authorisation").get(pk=access.pk)


def _link(access: Access, authorisation: Authorisation, *, by: Any) -> Authorisation:
    former = access.authorisation
    access.authorisation, access.linked_at, access.failure, access.last_failure = authorisation, timezone.now(), "", None
    access.save(update_fields=["authorisation", "linked_at", "failure", "last_failure"])
    record_event(access, "authorised", by=by, environment=access.environment, until=authorisation.ends_at)
    if former is not None and former.pk != authorisation.pk:
        _destroy_unused(former)
    _go_on(authorisation)
    return authorisation


def _go_on(authorisation: Authorisation) -> None:
    """What waited for an authorisation goes on at once, in all the companies that share this one."""
    waiting = Submission.objects.every_company().filter(obstacle=Submission.Obstacle.AUTHORISATION, due_at__gt=timezone.now())
    for access in Access.objects.every_company().filter(authorisation=authorisation):
        waiting.filter(company_id=access.company_id, environment=access.environment).update(due_at=timezone.now())
    nudge(sweep_submissions)


def _destroy_unused(authorisation: Authorisation) -> None:
    """Tokens are not kept for nobody."""
    Authorisation.objects.select_for_update().filter(pk=authorisation.pk).first()
    if not Access.objects.every_company().filter(authorisation=authorisation).exists():
        Authorisation.objects.filter(pk=authorisation.pk).delete()
