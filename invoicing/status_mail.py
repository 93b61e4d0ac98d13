"""The e-mail to the administrators about what a change of the VAT status stopped: recurrences and special price lists."""

from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from companies.mail import reason
from companies.models import Company, Membership, Role
from invoicing.models import RecurringPlan, StatusChange
from lib.formats import date_ro
from lib.words import plural

LISTED = 100
TRIES = 8
LEASE = timedelta(minutes=5)  # how long one try may take before another worker takes the row over


def send(change: StatusChange) -> None:
    """Send the e-mail of a change, if it waits for it. Called twice, the second call does nothing."""
    now = timezone.now()
    claimed = StatusChange.objects.filter(pk=change.pk, mail_due__lte=now).update(mail_due=now + LEASE, mail_tries=F("mail_tries") + 1)
    if not claimed:
        return  # sent, or another worker has it
    change.refresh_from_db()
    held = StatusChange.objects.filter(pk=change.pk, mail_due=change.mail_due)
    try:
        _message(change).send()
    except (SMTPException, OSError) as error:
        last = change.mail_tries >= TRIES
        held.update(mail_due=None if last else timezone.now() + timedelta(minutes=2**change.mail_tries), mail_error=reason(error))
    else:
        held.update(mail_due=None, mail_error="", mailed_at=timezone.now())


def _message(change: StatusChange) -> EmailMultiAlternatives:
    company = Company.objects.get(pk=change.company_id)
    owners = Membership.objects.filter(company=company, role=Role.OWNER).select_related("user").order_by("pk")
    stopped = RecurringPlan.objects.filter(reason=RecurringPlan.Reason.VAT_STATUS, stopped_at=change.applied_at)
    plans = list(stopped.select_related("partner").order_by("next_on", "id")[:LISTED])
    context = {
        "company": company,
        "change": change,
        "payer": change.status.payer,
        "plans": [(plan, _link("recurring", company, plan.pk)) for plan in plans],
        "more": change.stopped - len(plans),
        "list_link": _link("recurring_list", company) + "?stare=oprite",
        "price_lists": change.price_lists[:LISTED],
        "more_price_lists": len(change.price_lists) - LISTED,
        "price_list_link": settings.BASE_URL + reverse("catalog:price_list_list", args=(company.pk,)),
    }
    return EmailMultiAlternatives(
        subject=f"{company.name}: {_stopped(change)} din {date_ro(change.since)}",
        body=render_to_string("invoicing/mail/stopped.txt", context),
        to=[member.user.email for member in owners],
        alternatives=[(render_to_string("invoicing/mail/stopped.html", context), "text/html")],
    )


def _stopped(change: StatusChange) -> str:
    if change.stopped:
        return plural(change.stopped, "recurență oprită", "recurențe oprite")
    return plural(len(change.price_lists), "listă de prețuri inactivă", "liste de prețuri inactive")


def _link(name: str, company: Company, *keys: int) -> str:
    return settings.BASE_URL + reverse(f"invoicing:{name}", args=(company.pk, *keys))
