"""The lists of invoices and of payments, and what their exports hold."""

from functools import cached_property
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum

from companies.scope import active_company_id
from invoicing.forms.choices import CURRENCIES
from invoicing.models import Document, Kind, Payment, PaymentAllocation, Series
from invoicing.models.document import UNPAID as OWED
from invoicing.search import documents_matching, payments_matching
from invoicing.sums import CANCELLED, DRAFT, LEFT_RON, OVERDUE, PAID, UNPAID, Amounts, Sums, sums
from lib.dates import bucharest_today
from lib.export import Column
from lib.formats import currency_sign
from lib.listing import Chip, Filter, Listing, Sort
from lib.money import ZERO
from lib.remember import remembered
from partners.models import Partner

KEPT = 15  # seconds for which the sums of a large list may be old
IN_LIST = (
    "kind status revision label number partner_id partner_name issue_date due_date currency total total_ron paid storno_of_id company_id"
).split()
IN_EXPORT = [*IN_LIST, *"exchange_rate net vat net_ron vat_ron partner__cif series__name".split()]
PAYMENT_IN_LIST = "method amount currency received_on reference cancelled_at partner__name company_id".split()
PAYMENT_IN_EXPORT = [*PAYMENT_IN_LIST, *"note cancel_reason partner__cif".split()]


class DocumentList(Listing):
    """What the lists of documents of every kind share."""

    kind = Kind.INVOICE

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(documents_matching(text))


class InvoiceList(DocumentList):
    """Invoices of every state. Counts and sums come in a second request: the rows need not wait for them."""

    sorts = [
        Sort("numar", "Număr", "number", descending=True, nullable=True),
        Sort("data", "Data", "issue_date", descending=True),
        Sort("scadenta", "Scadența", "due_date", nullable=True),
        Sort("total", "Total", "total_ron", descending=True),
    ]
    order = "-data"
    period_column = "issue_date"
    search_label = "Număr, client, CIF sau sumă"
    count_at_once = False

    def chips(self) -> list[Chip]:
        overdue = OWED & Q(due_date__lt=bucharest_today())
        return [
            Chip("", "Toate"),
            Chip(DRAFT, "Ciorne", Q(status="draft")),
            Chip(UNPAID, "Neîncasate", OWED, order="scadenta"),
            Chip(OVERDUE, "Restante", overdue, order="scadenta"),
            Chip(PAID, "Încasate", Q(status="issued", paid=F("total"))),
            Chip(CANCELLED, "Anulate", Q(status="cancelled")),
        ]

    def filters(self) -> list[Filter]:
        return series_filters(self, self.kind)

    @cached_property
    def sums(self) -> Sums:
        """Everything that is asked for, by state and currency, whatever the chip."""
        key = f"{active_company_id()} {self.address_of_found} {bucharest_today()}"
        return remembered(key, lambda: sums(self.found, bucharest_today()), seconds=KEPT)

    def counts(self) -> dict[str, int]:
        return {chip.key: self.sums.count(chip.key) for chip in self.chips()}

    @property
    def amounts(self) -> list[Amounts]:
        return self.sums.amounts(self.chip.key if self.chip else "")

    @property
    def in_lei(self) -> Amounts:
        return self.sums.in_lei(self.chip.key if self.chip else "")


class PaymentList(Listing):
    """Payments of clients; cancelled ones stand under their own chip."""

    sorts = [
        Sort("data", "Data", "received_on", descending=True),
        Sort("suma", "Suma", "amount", descending=True),
    ]
    order = "-data"
    period_column = "received_on"
    search_label = "Client, CIF, factură, nr. document sau sumă"
    count_at_once = False

    def chips(self) -> list[Chip]:
        return [Chip("", "Înregistrate", Q(cancelled_at=None)), Chip(CANCELLED, "Anulate", Q(cancelled_at__isnull=False))]

    def filters(self) -> list[Filter]:
        return [
            Filter("metoda", "Toate metodele", Payment.Method.choices, "method"),
            Filter("moneda", "Toate monedele", [(code, currency_sign(code)) for code in CURRENCIES], "currency"),
            Filter("client", "Toți clienții", _chosen_client(self), "partner_id"),
        ]

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(payments_matching(text))

    @cached_property
    def amounts(self) -> list[dict[str, Any]]:
        """(currency, count, total) of what the list shows, lei first."""
        key = f"{active_company_id()} încasări {self.address}"
        grouped = self.narrowed.order_by().values("currency").annotate(count=Count("pk"), total=Sum("amount"))
        return remembered(key, lambda: sorted(grouped, key=lambda row: (row["currency"] != "RON", row["currency"])), seconds=KEPT)


def series_filters(listing: Listing, kind: Kind) -> list[Filter]:
    """By series of a kind, by currency and by client."""
    series = Series.objects.filter(kind=kind).values_list("pk", "name").order_by("name")
    return [
        Filter("serie", "Toate seriile", [(str(pk), name) for pk, name in series], "series_id"),
        Filter("moneda", "Toate monedele", [(code, currency_sign(code)) for code in CURRENCIES], "currency"),
        Filter("client", "Toți clienții", _chosen_client(listing), "partner_id"),
    ]


class SelfBilledList(InvoiceList):
    """Invoices issued in suppliers' names: nothing of them is received."""

    def chips(self) -> list[Chip]:
        return [
            Chip("", "Toate"),
            Chip(DRAFT, "Ciorne", Q(status="draft")),
            Chip("emise", "Emise", Q(status="issued")),
            Chip(CANCELLED, "Anulate", Q(status="cancelled")),
        ]

    def filters(self) -> list[Filter]:
        return []


def self_billed_in_list() -> QuerySet:
    """Rows of the list of self-billed invoices."""
    return Document.objects.filter(kind=Kind.SELF_BILLED).with_storned().only(*IN_LIST)


def invoices_in_list() -> QuerySet:
    """Rows of the list: without the wide columns of a document."""
    return Document.objects.invoices().with_storned().only(*IN_LIST)


def payments_in_list() -> QuerySet:
    return Payment.objects.select_related("partner").prefetch_related(_covered()).only(*PAYMENT_IN_LIST)


def invoices_to_export(listing: Listing) -> QuerySet:
    return listing.selected.with_storned().select_related("partner", "series").only(*IN_EXPORT).annotate(left_ron=LEFT_RON)


def payments_to_export(listing: Listing) -> QuerySet:
    return listing.selected.select_related("partner").prefetch_related(_covered()).only(*PAYMENT_IN_EXPORT)


STATES = {
    "draft": "ciornă",
    "unpaid": "neîncasată",
    "partial": "încasată parțial",
    "overdue": "restantă",
    "paid": "încasată",
    "cancelled": "anulată",
    "storned": "stornată",
    "storno": "stornare",
    "credit": "de restituit",
}
INVOICE_COLUMNS = [
    Column("Serie", lambda row: row.series.name, 10),
    Column("Număr", lambda row: row.number, 10),
    Column("Document", lambda row: row.label, 16),
    Column("Stare", lambda row: STATES[row.state], 18),
    Column("Data emiterii", lambda row: row.issue_date, 13),
    Column("Scadența", lambda row: row.due_date, 13),
    Column("Client", lambda row: row.partner_name, 40),
    Column("CIF / CNP client", lambda row: row.partner.cif if row.partner else "", 16),
    Column("Moneda", lambda row: row.currency, 9),
    Column("Curs", lambda row: row.exchange_rate, 10),
    Column("Valoare fără TVA", lambda row: row.net, 16),
    Column("TVA", lambda row: row.vat),
    Column("Total", lambda row: row.total),
    Column("Încasat", lambda row: row.paid),
    Column("Rest de încasat", lambda row: row.balance, 16),
    Column("Valoare fără TVA (lei)", lambda row: row.net_ron, 20),
    Column("TVA (lei)", lambda row: row.vat_ron),
    Column("Total (lei)", lambda row: row.total_ron),
    Column("Rest de încasat (lei)", lambda row: row.left_ron if row.is_issued else ZERO, 20),
]
PAYMENT_COLUMNS = [
    Column("Data", lambda row: row.received_on, 13),
    Column("Client", lambda row: row.partner.name, 40),
    Column("CIF / CNP client", lambda row: row.partner.cif, 16),
    Column("Metoda", lambda row: row.get_method_display(), 18),
    Column("Nr. document", lambda row: row.reference, 20),
    Column("Suma", lambda row: row.amount),
    Column("Moneda", lambda row: row.currency, 9),
    Column("Facturi", lambda row: ", ".join(part.document.label for part in row.allocations.all()), 40),
    Column("Observații", lambda row: row.note, 40),
    Column("Anulată la", lambda row: row.cancelled_at, 18),
    Column("Motivul anulării", lambda row: row.cancel_reason, 40),
]


def _covered() -> Prefetch:
    """The labels of the invoices that each payment covers."""
    return Prefetch("allocations", PaymentAllocation.objects.select_related("document").only("payment_id", "company_id", "document__label"))


def _chosen_client(listing: Listing) -> list[tuple[str, str]]:
    """The client of `?client=`, if there is one: a select can't offer thousands."""
    key = listing.query.get("client", "")
    found = Partner.objects.filter(pk=int(key)).values_list("pk", "name") if key.isascii() and key.isdecimal() and len(key) <= 18 else []
    return [(str(pk), name) for pk, name in found]
