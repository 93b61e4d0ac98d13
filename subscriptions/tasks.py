"""The e-mails about the quota. The row is the queue; a nudge only makes it quick, the sweep is the guarantee."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from companies.scope import company_scope
from lib.dates import add_months, bucharest_today
from subscriptions.models import QuotaNotice

PATIENCE = timedelta(seconds=20)  # rows younger than this are left to the nudge


@shared_task
def mail_notice(company_id: int, notice_id: int) -> None:
    from subscriptions.notices import send  # not at the top: notices import this module to nudge

    with company_scope(company_id):
        send(QuotaNotice.objects.get(pk=notice_id))


@shared_task
def sweep_notices() -> None:
    """Hand out the e-mails that no nudge has led to, and light the line over the pages again where Redis has lost it."""
    from subscriptions.notices import show_again

    today, notices = bucharest_today(), QuotaNotice.objects.every_company().order_by("id")
    for company_id, notice_id in notices.filter(mail_due__lte=timezone.now() - PATIENCE).values_list("company_id", "id"):
        mail_notice.delay(company_id, notice_id)
    for company_id in notices.filter(first__gt=add_months(today, -1)).order_by().values_list("company_id", flat=True).distinct():
        with company_scope(company_id):
            show_again(today)
