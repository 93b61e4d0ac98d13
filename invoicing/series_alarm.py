"""The nightly series watch: what is new since the night before is kept and mailed to those who close the books."""

from datetime import date, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from companies.access import CLOSE
from companies.mail import reason
from companies.models import Company, Membership
from companies.scope import active_company_id
from invoicing.models import SeriesFinding
from invoicing.series_watch import watch
from lib.words import plural

LISTED = 50
TRIES = 8
LEASE = timedelta(minutes=5)  # how long one try may take before another worker takes the e-mail over


def note(on: date) -> int:
    """Keep what the watch finds in this year and the one before, and forget what is mended; how much is new. Twice is as good as once."""
    years = (on.year - 1, on.year)
    found = {finding.key: (year, finding) for year in years for finding in watch(year) if not finding.quiet}
    with transaction.atomic():
        SeriesFinding.objects.filter(year__in=years).exclude(key__in=found).delete()
        held = set(SeriesFinding.objects.filter(key__in=found).values_list("key", flat=True))
        new = [
            SeriesFinding(key=key, year=year, text=finding.text[:500], mail_due=timezone.now())
            for key, (year, finding) in found.items()
            if key not in held
        ]
        SeriesFinding.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def send() -> None:
    """Mail the findings that wait for it, all in one e-mail. Called twice, the second call does nothing."""
    now = timezone.now()
    claimed_until = now + LEASE
    if not SeriesFinding.objects.filter(mail_due__lte=now).update(mail_due=claimed_until, mail_tries=F("mail_tries") + 1):
        return  # sent, or another worker has them
    held = SeriesFinding.objects.filter(mail_due=claimed_until)
    findings = list(held.order_by("year", "id"))
    try:
        _message(findings).send()
    except (SMTPException, OSError) as error:
        tries = max(finding.mail_tries for finding in findings)
        held.update(mail_due=None if tries >= TRIES else timezone.now() + timedelta(minutes=2**tries), mail_error=reason(error))
    else:
        held.update(mail_due=None, mail_error="", mailed_at=timezone.now())


def _message(findings: list[SeriesFinding]) -> EmailMultiAlternatives:
    company = Company.objects.get(pk=active_company_id())
    people = Membership.objects.filter(company=company, role__in=CLOSE).select_related("user").order_by("pk")
    link = settings.BASE_URL + reverse("invoicing:series_watch", args=(company.pk,))
    context = {
        "company": company,
        "findings": findings[:LISTED],
        "more": len(findings) - LISTED,
        "link": f"{link}?an={findings[-1].year}",
    }
    return EmailMultiAlternatives(
        subject=f"{company.name}: {plural(len(findings), 'lucru de verificat', 'lucruri de verificat')} la numerotare",
        body=render_to_string("invoicing/mail/series.txt", context),
        to=[member.user.email for member in people],
        alternatives=[(render_to_string("invoicing/mail/series.html", context), "text/html")],
    )
