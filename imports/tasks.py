"""What workers do for imports. The row is the queue; a task may run twice, late, or never."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from companies.scope import company_scope
from imports.models import Import

BATCH, PATIENCE = 100, timedelta(seconds=20)


@shared_task
def work(company_id: int, run_id: int) -> None:
    from imports import actions  # not at the top: actions import this module to nudge

    with company_scope(company_id):
        actions.work(run_id)


@shared_task
def sweep() -> None:
    """Hand out what no nudge has led to, and what a killed worker left."""
    waiting = Import.objects.every_company().at_work().filter(asked_at__lt=timezone.now() - PATIENCE)
    for company_id, run_id in waiting.order_by("id").values_list("company_id", "id")[:BATCH]:
        work.delay(company_id, run_id)
