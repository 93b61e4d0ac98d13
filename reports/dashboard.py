"""The figures of the dashboard, all in lei: documents in another currency at their own rate (invoicing.sums.LEFT_RON).

Over a million documents the two sums are answered by indexes alone (document_by_date, document_unpaid) and kept for a minute.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from companies.scope import active_company_id
from invoicing.models import Document
from invoicing.models.document import UNPAID
from invoicing.sums import LEFT_RON
from lib.charts import Chart, Series, aged_bars, bar_chart
from lib.dates import add_months, month_bounds
from lib.money import ZERO
from lib.remember import remembered
from partners.models import Partner

KEPT = 60  # seconds for which the figures of a large company may be old
MONTHS = 12
MONTH_NAMES = "ian feb mar apr mai iun iul aug sep oct nov dec".split()
AGES = [("Nescadent", None, 0), ("1–30 de zile", 1, 30), ("31–60 de zile", 31, 60), ("61–90 de zile", 61, 90), ("Peste 90", 91, None)]
OVERDUE_ROWS, LAST_ROWS, DRAFT_ROWS = 10, 8, 5
ROW = "kind status label number partner_name issue_date due_date currency total total_ron paid company_id".split()


@dataclass(frozen=True)
class Figures:
    """What the tiles and the charts show."""

    sales: list[tuple[date, Decimal]]  # the first day of a month, what was invoiced in it; the last 24 months, oldest first
    ages: list[Decimal]  # what is left to receive, by AGES
    overdue_count: int

    @property
    def this_month(self) -> Decimal:
        return self.sales[-1][1]

    @property
    def last_month(self) -> Decimal:
        return self.sales[-2][1]

    @property
    def to_receive(self) -> Decimal:
        return sum(self.ages, ZERO)

    @property
    def overdue(self) -> Decimal:
        return sum(self.ages[1:], ZERO)

    @property
    def sales_chart(self) -> Chart:
        before, now = self.sales[:MONTHS], self.sales[MONTHS:]
        return bar_chart(
            "Vânzări pe luni",
            "Facturile emise, cu TVA, în ultimele 12 luni, față de aceleași luni ale anului dinainte.",
            [MONTH_NAMES[day.month - 1] for day, _ in now],
            Series("Ultimele 12 luni", [amount for _, amount in now]),
            Series("Cu un an înainte", [amount for _, amount in before]),
        )

    @property
    def ages_chart(self) -> Chart:
        ages = [(label, amount) for (label, _, _), amount in zip(AGES, self.ages, strict=True)]
        return aged_bars("De încasat pe vechime", "Facturi neîncasate, după zilele trecute de la scadență.", ages)


def figures(today: date) -> Figures:
    """The sums, at most a minute old."""
    return remembered(f"{active_company_id()} panou {today}", lambda: _figures(today), seconds=KEPT)


def overdue(today: date) -> QuerySet:
    """What is overdue the longest."""
    return Document.objects.payable().overdue(today).order_by("due_date", "id").only(*ROW)[:OVERDUE_ROWS]


def last_issued() -> QuerySet:
    return Document.objects.invoices().issued().order_by("-issue_date", "-id").only(*ROW)[:LAST_ROWS]


def drafts() -> QuerySet:
    return Document.objects.invoices().drafts().order_by("-issue_date", "-id").only(*ROW)[:DRAFT_ROWS]


@dataclass(frozen=True)
class Start:
    """What a new company has done of what its first invoice needs."""

    has_client: bool
    has_draft: bool


def start() -> Start | None:
    """None once something was issued."""
    if Document.objects.invoices().exclude(status="draft").exists():
        return None
    return Start(has_client=Partner.objects.clients().exists(), has_draft=Document.objects.invoices().drafts().exists())


def _figures(today: date) -> Figures:
    months = [add_months(today.replace(day=1), back) for back in range(1 - 2 * MONTHS, 1)]
    issued = Document.objects.invoices().issued().filter(issue_date__gte=months[0], issue_date__lte=month_bounds(today)[1])
    by_day = issued.order_by().values_list("issue_date").annotate(Sum("total_ron"))  # by day: twice as fast as by date_trunc
    owed = Document.objects.payable().filter(UNPAID).order_by()
    by_age = owed.aggregate(
        overdue_count=Count("pk", filter=Q(due_date__lt=today)),
        **{f"age_{index}": Sum(LEFT_RON, filter=_aged(today, since, until)) for index, (_, since, until) in enumerate(AGES)},
    )
    return Figures(_by_month(months, by_day), [by_age[f"age_{index}"] or ZERO for index in range(len(AGES))], by_age["overdue_count"])


def _by_month(months: list[date], days: Iterable[tuple[date, Decimal]]) -> list[tuple[date, Decimal]]:
    amounts = dict.fromkeys(months, ZERO)
    for day, amount in days:
        amounts[day.replace(day=1)] += amount
    return list(amounts.items())


def _aged(today: date, since: int | None, until: int | None) -> Q:
    """Due `since` to `until` days ago; without a due date, or with one to come, nothing is late."""
    if since is None:
        return Q(due_date=None) | Q(due_date__gte=today)
    late = Q(due_date__lte=today - timedelta(days=since))
    return late & Q(due_date__gte=today - timedelta(days=until)) if until else late
