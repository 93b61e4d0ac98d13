"""Places of business: what is printed of them, and who works there."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from companies.actions.locks import lock
from companies.events import record_event
from companies.models import Company, Membership, Workplace, WorkplaceUser
from companies.scope import active_company_id
from lib.errors import Refused, require

# What a person may change, in the order of the page.
FIELDS = ["name", "cif", "street", "city", "county", "postal_code", "phone", "email", "on_documents"]
MAX_WORKPLACES = 200


@transaction.atomic
def add_workplace(*, details: dict[str, Any], users: Sequence[int] = (), by: Any) -> Workplace:
    """A new place; `details` has keys of FIELDS, `users` are keys of members who work there. Refuses: too_many_workplaces,
    workplace_exists.
    """
    company = _hold()
    count = Workplace.objects.count()
    require(count < MAX_WORKPLACES, "too_many_workplaces", f"O firmă poate avea cel mult {MAX_WORKPLACES} de sedii.", "name")
    _require_new_name(details["name"])
    workplace = Workplace.objects.create(**details)
    _set_users(workplace, users)
    record_event(company, "workplace_added", by=by, name=workplace.name)
    return workplace


@transaction.atomic
def change_workplace(workplace: Workplace, *, details: dict[str, Any], users: Sequence[int] = (), by: Any) -> Workplace:
    """Write new details; documents that were issued keep theirs. Refuses: workplace_deleted, workplace_exists."""
    company = _hold()
    workplace = _take(workplace)
    _require_new_name(details["name"], besides=workplace)
    changed = [name for name, value in details.items() if getattr(workplace, name) != value]
    for name, value in details.items():
        setattr(workplace, name, value)
    workplace.save(update_fields=list(details))
    moved = _set_users(workplace, users)
    if changed or moved:
        labels = [str(Workplace._meta.get_field(name).verbose_name) for name in changed] + ["cine lucrează aici"] * moved
        record_event(company, "workplace_changed", by=by, name=workplace.name, what=", ".join(labels))
    return workplace


@transaction.atomic
def set_workplace_active(workplace: Workplace, *, active: bool, by: Any) -> Workplace:
    """Offer a place for new series, or no longer; its series stay as they are. Refuses: workplace_deleted."""
    company = _hold()
    workplace = _take(workplace)
    if workplace.active != active:
        workplace.active = active
        workplace.save(update_fields=["active"])
        record_event(company, "workplace_opened" if active else "workplace_closed", by=by, name=workplace.name)
    return workplace


@transaction.atomic
def delete_workplace(workplace: Workplace, *, by: Any) -> None:
    """Throw away a place that nothing is tied to. Refuses: workplace_deleted, workplace_used."""
    company = _hold()
    workplace = _take(workplace)
    try:
        workplace.delete()
    except ProtectedError:
        raise Refused("workplace_used", f"Sediul {workplace.name} are serii de documente. Îl puteți închide.") from None
    record_event(company, "workplace_deleted", by=by, name=workplace.name)


def _set_users(workplace: Workplace, users: Sequence[int]) -> bool:
    """Let exactly these members work there, leaving the place where they worked; whether anything changed."""
    members = set(Membership.objects.filter(company=workplace.company_id, user__in=users).values_list("user", flat=True))
    there = set(workplace.users.values_list("user", flat=True))
    workplace.users.exclude(user__in=members).delete()
    WorkplaceUser.objects.filter(user__in=members - there).delete()
    WorkplaceUser.objects.bulk_create(WorkplaceUser(workplace=workplace, user_id=user) for user in sorted(members - there))
    return members != there


def _hold() -> Company:
    return lock(Company(pk=active_company_id()))


def _take(workplace: Workplace) -> Workplace:
    fresh = Workplace.objects.filter(pk=workplace.pk).first()
    if fresh is None:
        raise Refused("workplace_deleted", "Sediul a fost șters între timp.")
    return fresh


def _require_new_name(name: str, besides: Workplace | None = None) -> None:
    others = Workplace.objects.exclude(pk=besides.pk if besides else None)
    require(not others.filter(name__iexact=name).exists(), "workplace_exists", f"Sediul {name} există deja.", "name")
