"""Invoices that SPV should have, or will soon have to have (R28)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from efactura.models import Settings, Submission
from efactura.models.submissions import UNSENT
from lib.dates import bucharest_today, working_days_after


@dataclass(frozen=True)
class Unsent:
    """How many invoices of the company's environment are not in SPV and past their term, and how many have until `soon`."""

    late: int
    near: int
    soon: date

    @property
    def both(self) -> int:
        return self.late + self.near


def unsent() -> Unsent:
    """Of those that must be sent: late, and due by the next working day."""
    today = bucharest_today()
    soon = working_days_after(today, 1)
    rows = Submission.objects.filter(latest=True, environment=Settings.of_company().environment, status__in=UNSENT, deadline__lte=soon)
    return Unsent(
        soon=soon, **rows.aggregate(late=Count("pk", filter=Q(deadline__lt=today)), near=Count("pk", filter=Q(deadline__gte=today)))
    )
