"""What is proved every night about recurring invoices, and by `manage.py check_recurring`."""

import logging
from datetime import date

from django.db.models import F, OuterRef, Q, Subquery

from companies.models import VatStatus
from companies.scope import CompanyQuerySet
from invoicing.models import RecurringPlan

log = logging.getLogger(__name__)


def plans_of_former_status(on: date) -> CompanyQuerySet:
    """Plans of any company that are not stopped although another VAT status is in force: there must be none."""
    statuses = VatStatus.objects.every_company().filter(company=OuterRef("company"), since__lte=on).order_by("-since", "-id")
    plans = RecurringPlan.objects.every_company().alive().annotate(in_force=Subquery(statuses.values("id")[:1]))
    same = Q(vat_status=F("in_force")) | Q(vat_status=None, in_force=None)
    return plans.exclude(same).order_by("id")


def report(on: date) -> list[str]:
    """A line for each plan that should have stopped; logged as an error."""
    lines = [
        f"company {plan.company_id}: recurring plan {plan.pk} is {plan.state} under a former VAT status"
        for plan in plans_of_former_status(on).iterator(chunk_size=1000)
    ]
    for line in lines:
        log.error(line)
    return lines
