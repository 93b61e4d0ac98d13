"""What workers do for the cash book: its PDFs. The rows are the queue; a task may run twice, late, or never."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from cashbook.models import CashPrint
from companies.scope import company_scope

BATCH, PATIENCE = 300, timedelta(seconds=20)  # younger rows are left to their nudge


@shared_task
def render_print(company_id: int, row_id: int) -> None:
    from cashbook.pdf import render  # not at the top: it brings WeasyPrint, and web processes import this module to nudge

    with company_scope(company_id):
        render(CashPrint.objects.get(pk=row_id))


@shared_task
def sweep_prints() -> None:
    """Hand out the PDFs that no nudge has led to."""
    waiting = CashPrint.objects.every_company().filter(file=None, asked_at__lt=timezone.now() - PATIENCE)
    for company_id, row_id in waiting.order_by("id").values_list("company_id", "id")[:BATCH]:
        render_print.delay(company_id, row_id)
