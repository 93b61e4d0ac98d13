"""Rapoarte › Încasări: what came in and what was given back, by method, currency and client. Read only."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce, Round

from invoicing.lists import PaymentList
from invoicing.models import Payment, PaymentAllocation
from lib.export import Column
from lib.listing import Chip
from lib.money import ZERO

CLIENTS = 50  # of the table by client, those who paid most
MONTH = "luna-aceasta"
AMOUNT = DecimalField(max_digits=15, decimal_places=2)
IN_LEI = Case(
    When(currency="RON", then=F("amount")),
    default=Round(ExpressionWrapper(F("amount") * F("exchange_rate"), DecimalField(max_digits=30, decimal_places=8)), precision=2),
    output_field=AMOUNT,
)
IN, OUT = Q(amount__gt=0), Q(amount__lt=0)


@dataclass(frozen=True)
class Group:
    """Payments of one method, or of one client, in one currency. `given` is below zero."""

    label: str
    key: int | str
    currency: str
    count: int
    received: Decimal
    given: Decimal
    lei: Decimal

    @property
    def total(self) -> Decimal:
        return self.received + self.given


class PaymentReport(PaymentList):
    """The payments that stand; of this month, until another period is asked for."""

    def chips(self) -> list[Chip]:
        return [Chip("", "Toate", Q(cancelled_at=None))]

    @cached_property
    def period(self) -> str:
        name = self.query.get("perioada", MONTH)
        return name if name in dict(self.periods) else "tot"

    @cached_property
    def by_method(self) -> list[Group]:
        words = dict(Payment.Method.choices)
        rows = self._grouped("method").order_by("method", "currency")
        return [_group(row, words[row["method"]], row["method"]) for row in rows]

    @cached_property
    def by_client(self) -> list[Group]:
        rows = self._grouped("partner_id", "partner__name").order_by("-lei", "partner_id", "currency")[:CLIENTS]
        return [_group(row, row["partner__name"], row["partner_id"]) for row in rows]

    @cached_property
    def totals(self) -> list[Group]:
        """By currency, lei first, of what moved money: set-offs and used credit moved none."""
        found: dict[str, list[Group]] = {}
        for group in self.by_method:
            if group.key != Payment.Method.SET_OFF:
                found.setdefault(group.currency, []).append(group)
        return [_sum(currency, found[currency]) for currency in sorted(found, key=lambda code: (code != "RON", code))]

    @cached_property
    def in_lei(self) -> Decimal:
        return sum((group.lei for group in self.totals), ZERO)

    @cached_property
    def difference(self) -> Decimal:
        """Lei gained or lost against the rates of the invoices."""
        parts = PaymentAllocation.objects.exclude(difference_ron=0).filter(payment__in=self.narrowed.values("pk"))
        return parts.aggregate(sum=Sum("difference_ron"))["sum"] or ZERO

    def _grouped(self, *names: str) -> QuerySet:
        zero = Decimal(0)
        return (
            self.narrowed.order_by()
            .values(*names, "currency")
            .annotate(
                count=Count("pk"),
                received=Coalesce(Sum("amount", filter=IN), zero, output_field=AMOUNT),
                given=Coalesce(Sum("amount", filter=OUT), zero, output_field=AMOUNT),
                lei=Sum(IN_LEI),
            )
        )


def _group(row: dict[str, Any], label: str, key: int | str) -> Group:
    return Group(label, key, row["currency"], row["count"], row["received"], row["given"], row["lei"])


def _sum(currency: str, groups: list[Group]) -> Group:
    received, given = sum((g.received for g in groups), ZERO), sum((g.given for g in groups), ZERO)
    return Group(currency, currency, currency, sum(g.count for g in groups), received, given, sum((g.lei for g in groups), ZERO))


def report_rows(report: PaymentReport) -> QuerySet:
    """Every payment of the report, for its files."""
    return report.narrowed.select_related("partner").annotate(lei=IN_LEI).order_by("received_on", "pk")


COLUMNS = [
    Column("Data", lambda row: row.received_on, 13),
    Column("Client", lambda row: row.partner.name, 40),
    Column("CIF / CNP client", lambda row: row.partner.cif, 16),
    Column("Metoda", lambda row: row.get_method_display(), 18),
    Column("Nr. document", lambda row: row.reference, 20),
    Column("Suma", lambda row: row.amount),
    Column("Moneda", lambda row: row.currency, 9),
    Column("Curs", lambda row: row.exchange_rate, 10),
    Column("Suma (lei)", lambda row: row.lei),
    Column("În creditul clientului", lambda row: row.credit, 20),
    Column("Observații", lambda row: row.note, 40),
]
