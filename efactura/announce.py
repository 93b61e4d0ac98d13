"""Looking after authorisations: new tokens in time, and an e-mail 30, 14, 7 and 1 days before the end, and at the end (R25)."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from companies.models import Company, Membership, Role
from efactura.models import Access, Authorisation
from efactura.spv.environment import Issuer
from efactura.spv.errors import SpvError
from efactura.spv.tokens import RENEW_BEFORE, renew
from lib.formats import date_ro

log = logging.getLogger(__name__)
DAYS = (30, 14, 7, 1, 0)
LEASE = timedelta(minutes=10)  # while an e-mail is being sent, and until the next try


def step(authorisation: Authorisation, now: datetime) -> int | None:
    """The announcement that is due now: the nearest of DAYS, those that were missed are passed over. None when nothing is."""
    left = authorisation.ends_at - now
    reached = [days for days in DAYS if left <= timedelta(days=days)]
    due = min(reached, default=None)
    return due if due is not None and (authorisation.announced is None or due < authorisation.announced) else None


def look_after(authorisation: Authorisation) -> None:
    """Renew the tokens when their end is near, then announce what is due. Twice or late does no harm."""
    if not authorisation.refused_at and authorisation.access_until <= timezone.now() + RENEW_BEFORE:
        try:
            renew(authorisation)
        except SpvError as error:
            log.warning("Authorisation %s: no new tokens (%s); asked again within the hour", authorisation.pk, type(error).__name__)
        authorisation.refresh_from_db()
    announce(authorisation)


def announce(authorisation: Authorisation) -> None:
    """Send the e-mail that is due, once. Called twice, the second call does nothing."""
    now = timezone.now()
    due = step(authorisation, now)
    if due is None:
        return
    free = Q(announce_after=None) | Q(announce_after__lte=now)
    same = Authorisation.objects.filter(pk=authorisation.pk, announced=authorisation.announced, given_at=authorisation.given_at)
    if not same.filter(free).update(announce_after=now + LEASE):
        return
    try:
        _send(authorisation, due)
    except (SMTPException, OSError) as error:
        log.warning("Authorisation %s: the announcement did not leave (%s)", authorisation.pk, type(error).__name__)
        return  # tried again when the lease ends
    same.update(announced=due, announce_after=None)


def _send(authorisation: Authorisation, due: int) -> None:
    """To the person with the certificate, and to the administrators of the companies that use it."""
    company_ids = list(Access.objects.every_company().filter(authorisation=authorisation).values_list("company_id", flat=True))
    companies = list(Company.objects.filter(pk__in=company_ids).order_by("name"))
    if not companies:
        return
    owners = Membership.objects.filter(company_id__in=company_ids, role=Role.OWNER).exclude(user=authorisation.user_id)
    context = {
        "authorisation": authorisation,
        "companies": companies,
        "ended": due == 0,
        "rehearsal": authorisation.issuer == Issuer.REHEARSAL,
        "link": settings.BASE_URL + reverse("efactura:settings", args=[companies[0].pk]),
    }
    ends = "s-a încheiat" if due == 0 else f"se încheie pe {date_ro(timezone.localdate(authorisation.ends_at))}"
    EmailMultiAlternatives(
        subject=f"Autorizarea e-Factura {ends}",
        body=render_to_string("efactura/mail/authorisation.txt", context),
        to=[authorisation.user.email],
        cc=sorted(set(owners.values_list("user__email", flat=True))),
        alternatives=[(render_to_string("efactura/mail/authorisation.html", context), "text/html")],
    ).send()
