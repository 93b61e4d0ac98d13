"""The warnings at 80 % and at 100 % (R07): a line over the pages, and one e-mail to the administrators for each window and threshold."""

from datetime import date, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from companies.mail import reason
from companies.models import Company, Membership, Role
from lib.nudge import nudge
from subscriptions import banner, tasks
from subscriptions.models import QuotaNotice, QuotaUse, Subscription
from subscriptions.window import window

THRESHOLDS = (80, 100)  # percent
TRIES = 8
LEASE = timedelta(minutes=5)  # how long one try may take before another worker takes the row over


def warn(subscription: Subscription, *, used: int, on: date) -> None:
    """After a document was counted, in its transaction: note each threshold that is met, once for a window and a limit."""
    limit = subscription.plan.documents
    if limit is None or used * 100 < THRESHOLDS[0] * limit:
        return
    first, last = window(subscription.activated_on, on)
    met = [percent for percent in THRESHOLDS if used * 100 >= percent * limit]
    known = set(QuotaNotice.objects.filter(first=first, documents=limit).values_list("percent", flat=True))
    for percent in met:
        if percent not in known:
            notice = QuotaNotice.objects.create(first=first, last=last, documents=limit, percent=percent, mail_due=timezone.now())
            nudge(tasks.mail_notice, notice.company_id, notice.pk)
    company_id, line = subscription.company_id, banner.Banner(used, limit, last, last + timedelta(days=1))
    transaction.on_commit(lambda: banner.show(company_id, line))


def show_again(on: date) -> None:
    """Bring back the line of the active company, from the ledger; nothing when its plan has room."""
    subscription = Subscription.objects.select_related("plan").first()
    if subscription is None or (limit := subscription.plan.documents) is None:
        return
    first, last = window(subscription.activated_on, on)
    used = QuotaUse.objects.in_window(first, last).count()
    if used * 100 >= THRESHOLDS[0] * limit:
        banner.show(subscription.company_id, banner.Banner(used, limit, last, last + timedelta(days=1)))


def send(notice: QuotaNotice) -> None:
    """Send the e-mail of a notice, if it waits for it. Called twice, the second call does nothing."""
    now = timezone.now()
    claimed = QuotaNotice.objects.filter(pk=notice.pk, mail_due__lte=now).update(mail_due=now + LEASE, mail_tries=F("mail_tries") + 1)
    if not claimed:
        return  # sent, or another worker has it
    notice.refresh_from_db()
    held = QuotaNotice.objects.filter(pk=notice.pk, mail_due=notice.mail_due)
    try:
        _message(notice).send()
    except (SMTPException, OSError) as error:
        last = notice.mail_tries >= TRIES
        held.update(mail_due=None if last else timezone.now() + timedelta(minutes=2**notice.mail_tries), mail_error=reason(error))
    else:
        held.update(mail_due=None, mail_error="", mailed_at=timezone.now())


def _message(notice: QuotaNotice) -> EmailMultiAlternatives:
    company = Company.objects.get(pk=notice.company_id)
    owners = Membership.objects.filter(company=company, role=Role.OWNER).select_related("user").order_by("pk")
    context = {
        "company": company,
        "notice": notice,
        "resets_on": notice.last + timedelta(days=1),
        "link": settings.BASE_URL + reverse("subscriptions:usage", args=(company.pk,)),
    }
    said = "documentele lunii s-au folosit" if notice.percent == 100 else f"{notice.percent}% din documentele lunii s-au folosit"
    return EmailMultiAlternatives(
        subject=f"{company.name}: {said}",
        body=render_to_string("subscriptions/mail/notice.txt", context),
        to=[member.user.email for member in owners],
        alternatives=[(render_to_string("subscriptions/mail/notice.html", context), "text/html")],
    )
