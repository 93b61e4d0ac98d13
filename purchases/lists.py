"""The lists of documents and of payments, and what their exports hold."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import QueryDict

from lib.dates import bucharest_today
from lib.export import Column
from lib.formats import parse_decimal
from lib.listing import Chip, Filter, Listing, Sort
from lib.money import ZERO
from partners.models import Partner
from purchases.ledger import WEEK
from purchases.models import Expense, Kind, Status, SupplierPayment

FEW = 1000  # partners that a search names one by one
OPEN = Q(status=Status.BOOKED) & ~Q(paid=F("total"))


class ExpenseList(Listing):
    sorts = [
        Sort("data", "Data", "issue_date", descending=True),
        Sort("scadenta", "Scadența", "due_date", nullable=True),
        Sort("total", "Total", "total", descending=True),
    ]
    order = "-data"
    period_column = "issue_date"
    search_label = "Furnizor, număr sau sumă"

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query, Expense.objects.select_related("partner"))

    def chips(self) -> list[Chip]:
        today = bucharest_today()
        return [
            Chip("", "Toate"),
            Chip("de-platit", "De plătit", OPEN & Q(total__gt=0), "scadenta"),
            Chip("saptamana", "Săptămâna aceasta", OPEN & Q(total__gt=0, due_date__lt=today + WEEK), "scadenta"),
            Chip("restante", "Restante", OPEN & Q(total__gt=0, due_date__lt=today), "scadenta"),
            Chip("de-recuperat", "De recuperat", OPEN & Q(total__lt=0)),
            Chip("ciorne", "Ciorne", Q(status=Status.DRAFT)),
            Chip("anulate", "Anulate", Q(status=Status.CANCELLED)),
        ]

    def filters(self) -> list[Filter]:
        return [Filter("fel", "Toate felurile", [(Kind.EXPENSE, "Cheltuieli"), (Kind.OPENING, "Solduri inițiale")], "kind")]

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        if (value := parse_decimal(text)) is not None and "," in text:
            return rows.filter(total__in=[value, -value])
        return rows.filter(Q(partner__in=_partners(text)) | Q(number__icontains=text))

    @property
    def sums(self) -> list[dict[str, Any]]:
        """By currency: how many, the total and what is left."""
        counted = Q(status=Status.BOOKED)
        found = self.narrowed.order_by("currency").values("currency")
        left = Sum(F("total") - F("paid"), filter=counted, default=ZERO)
        return _lei_first(found.annotate(count=Count("pk"), left=left, summed=Sum("total", filter=counted, default=ZERO)))


class PaymentList(Listing):
    sorts = [Sort("data", "Data", "paid_on", descending=True), Sort("suma", "Suma", "amount", descending=True)]
    order = "-data"
    period_column = "paid_on"
    search_label = "Furnizor, nr. document sau sumă"

    def __init__(self, query: QueryDict) -> None:
        rows = SupplierPayment.objects.select_related("partner", "by").prefetch_related("allocations__expense")
        super().__init__(query, rows)

    def chips(self) -> list[Chip]:
        return [
            Chip("", "Toate"),
            Chip("avansuri", "Avansuri", Q(cancelled_at=None, advance__gt=0)),
            Chip("compensari", "Compensări", Q(method=SupplierPayment.Method.SET_OFF)),
            Chip("anulate", "Anulate", Q(cancelled_at__isnull=False)),
        ]

    def filters(self) -> list[Filter]:
        return [Filter("metoda", "Toate metodele", SupplierPayment.Method.choices, "method")]

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        if (value := parse_decimal(text)) is not None and "," in text:
            return rows.filter(amount__in=[value, -value])
        return rows.filter(Q(partner__in=_partners(text)) | Q(reference__icontains=text))

    @property
    def sums(self) -> list[dict[str, Any]]:
        """By currency: how many live ones, and how much."""
        found = self.narrowed.filter(cancelled_at=None).order_by("currency").values("currency")
        return _lei_first(found.annotate(count=Count("pk"), total=Sum("amount")))


def _lei_first(sums: QuerySet) -> list[dict[str, Any]]:
    return sorted(sums, key=lambda row: (row["currency"] != "RON", row["currency"]))


def _partners(text: str) -> list[int]:
    return list(Partner.objects.matching(text).order_by().values_list("pk", flat=True)[:FEW])


def _covered(payment: SupplierPayment) -> str:
    return ", ".join(part.expense.number for part in payment.allocations.all())


EXPENSE_COLUMNS = [
    Column("Număr", lambda e: e.number, 18),
    Column("Furnizor", lambda e: e.partner.name, 34),
    Column("CIF", lambda e: e.partner.cif, 14),
    Column("Data", lambda e: e.issue_date, 12),
    Column("Înregistrată la", lambda e: e.booked_on, 14),
    Column("Scadența", lambda e: e.due_date, 12),
    Column("Stare", lambda e: e.get_status_display(), 14),
    Column("Moneda", lambda e: e.currency, 8),
    Column("Fără TVA", lambda e: e.net),
    Column("TVA", lambda e: e.vat),
    Column("Total", lambda e: e.total),
    Column("Plătit", lambda e: e.paid),
    Column("Rest", lambda e: e.balance if e.is_booked else None),
    Column("Observații", lambda e: e.note, 30),
]
PAYMENT_COLUMNS = [
    Column("Data", lambda p: p.paid_on, 12),
    Column("Furnizor", lambda p: p.partner.name, 34),
    Column("CIF", lambda p: p.partner.cif, 14),
    Column("Metoda", lambda p: p.get_method_display(), 18),
    Column("Nr. document", lambda p: p.reference, 20),
    Column("Moneda", lambda p: p.currency, 8),
    Column("Suma", lambda p: p.amount),
    Column("Avans", lambda p: p.advance or None),
    Column("Documente", _covered, 34),
    Column("Anulată", lambda p: p.cancel_reason, 24),
    Column("Înregistrată de", lambda p: str(p.by or ""), 24),
]
