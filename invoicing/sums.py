"""What the documents of a list amount to, in one statement that the index document_by_date answers alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Case, Count, DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum, When
from django.db.models.functions import Round

from invoicing.models import Status
from lib.money import ZERO

DRAFT, UNPAID, OVERDUE, PAID, CANCELLED = "ciorne", "neincasate", "restante", "incasate", "anulate"  # as in the addresses of lists
COUNTED = (UNPAID, OVERDUE, PAID)  # drafts and cancelled documents are owed by nobody
# Which states each view of the list holds; what is overdue is also unpaid.
VIEWS = {"": COUNTED, DRAFT: (DRAFT,), UNPAID: (UNPAID, OVERDUE), OVERDUE: (OVERDUE,), PAID: (PAID,), CANCELLED: (CANCELLED,)}

LEFT = ExpressionWrapper(F("total") - F("paid"), output_field=DecimalField(max_digits=15, decimal_places=2))
# What is left to receive, in lei at the document's own rate, rounded for each document: numeric round() takes halves away from zero.
LEFT_RON = Case(
    When(currency="RON", then=LEFT),
    default=Round(
        ExpressionWrapper(LEFT * F("exchange_rate"), output_field=DecimalField(max_digits=24, decimal_places=8)),
        precision=2,
        output_field=DecimalField(max_digits=15, decimal_places=2),
    ),
)


@dataclass(frozen=True)
class Amounts:
    """Sums in one currency, and the same in lei."""

    currency: str
    total: Decimal
    left: Decimal
    total_ron: Decimal
    left_ron: Decimal


@dataclass(frozen=True)
class Sums:
    """The documents counted and summed, by (state, currency)."""

    rows: list[dict[str, Any]]

    def count(self, view: str) -> int:
        """How many documents a view of the list shows; "" shows them all."""
        return self._sum("count", lambda row: not view or row["state"] in VIEWS[view])

    def amounts(self, view: str) -> list[Amounts]:
        """For each currency of a view what was asked for and what is left, lei first; "" leaves out drafts and cancelled documents."""
        inside = [row for row in self.rows if row["state"] in VIEWS[view]]
        currencies = sorted({row["currency"] for row in inside}, key=lambda currency: (currency != "RON", currency))
        return [self._amounts(view, currency) for currency in currencies]

    def in_lei(self, view: str) -> Amounts:
        """Everything of a view, in lei."""
        parts = [self._amounts(view, currency) for currency in {row["currency"] for row in self.rows}]
        total, left = sum((part.total_ron for part in parts), ZERO), sum((part.left_ron for part in parts), ZERO)
        return Amounts("RON", total, left, total, left)

    def _amounts(self, view: str, currency: str) -> Amounts:
        def inside(row: dict[str, Any]) -> bool:
            return row["state"] in VIEWS[view] and row["currency"] == currency

        names = ("sum_total", "sum_left", "sum_total_ron", "sum_left_ron")
        return Amounts(currency, *(self._sum(name, inside) or ZERO for name in names))

    def _sum(self, name: str, inside: Callable[[dict[str, Any]], bool]) -> Any:
        return sum(row[name] for row in self.rows if inside(row))


def sums(documents: QuerySet, today: date) -> Sums:
    """Count and sum documents of any state.

    Grouped by plain columns and two yes-or-no questions: PostgreSQL takes a CASE for a column of a million values and sorts for it.
    """
    questions = {"full": _asked(Q(paid=F("total"))), "late": _asked(Q(due_date__lt=today))}
    amounts = {"sum_total": Sum("total"), "sum_total_ron": Sum("total_ron"), "sum_left": Sum(LEFT), "sum_left_ron": Sum(LEFT_RON)}
    grouped = documents.order_by().annotate(**questions).values("status", "full", "late", "currency").annotate(count=Count("pk"), **amounts)
    return Sums([row | {"state": _state(row)} for row in grouped])


def _asked(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _state(row: dict[str, Any]) -> str:
    if row["status"] != Status.ISSUED:
        return DRAFT if row["status"] == Status.DRAFT else CANCELLED
    return PAID if row["full"] else OVERDUE if row["late"] else UNPAID
