"""The lists of proformas and of delivery notes, by what was invoiced of them, and what their exports hold."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet, Sum

from companies.scope import active_company_id
from invoicing.lists import DocumentList, series_filters
from invoicing.models import Document, Kind
from invoicing.models.document import Converted, DeliveryMention
from invoicing.sums import CANCELLED, DRAFT
from lib.dates import bucharest_today
from lib.export import Column
from lib.listing import Chip, Filter, Sort
from lib.money import ZERO
from lib.remember import remembered

KEPT = 15  # seconds for which the sums of a large list may be old
OPEN, PART, WHOLE, EXPIRED, NO_INVOICE = "nefacturate", "partial", "facturate", "expirate", "fara-factura"
STATES = {"draft": "ciornă", "to_invoice": "nefacturată", "part_invoiced": "facturată parțial", "invoiced": "facturată"} | {
    "expired": "expirată",
    "no_invoice": "fără factură",
    "cancelled": "anulată",
}
IN_LIST = (
    "kind status revision label number partner_id partner_name issue_date due_date delivery_date transport currency total total_ron paid"
    " storno_of_id converted delivery_mention company_id"
).split()
IN_EXPORT = [
    *IN_LIST,
    *"exchange_rate net vat net_ron vat_ron delegate_name dispatch_time ship_from ship_to partner__cif series__name".split(),
]

Row = dict[str, Any]


@dataclass(frozen=True)
class View:
    """A chip: which rows it shows, and which groups of the sums it holds."""

    key: str
    label: str
    condition: Q | None
    holds: Callable[[Row], bool]


def _issued(row: Row) -> bool:
    return bool(row["status"] == "issued")


def _open(row: Row) -> bool:
    return _issued(row) and row["converted"] != Converted.WHOLE and not row["alone"]


ISSUED_Q = Q(status="issued")
OPEN_Q = ISSUED_Q & ~Q(converted=Converted.WHOLE) & ~Q(delivery_mention=DeliveryMention.NO_INVOICE)
ALL = View("", "Toate", None, _issued)
DRAFTS = View(DRAFT, "Ciorne", Q(status="draft"), lambda row: row["status"] == "draft")
TO_INVOICE = View(OPEN, "De facturat", OPEN_Q, _open)
IN_PART = View(
    PART, "Facturate parțial", ISSUED_Q & Q(converted=Converted.PART), lambda row: _issued(row) and row["converted"] == Converted.PART
)
IN_WHOLE = View(
    WHOLE, "Facturate", ISSUED_Q & Q(converted=Converted.WHOLE), lambda row: _issued(row) and row["converted"] == Converted.WHOLE
)
LATE = View(EXPIRED, "Expirate", None, lambda row: _open(row) and row["late"] and row["converted"] == Converted.NOTHING)
ALONE = View(
    NO_INVOICE, "Fără factură", ISSUED_Q & Q(delivery_mention=DeliveryMention.NO_INVOICE), lambda row: _issued(row) and row["alone"]
)
GONE = View(CANCELLED, "Anulate", Q(status="cancelled"), lambda row: row["status"] == "cancelled")


class ConvertedList(DocumentList):
    """What proformas and delivery notes share: sums by what was invoiced of them, counted in a second request."""

    views: list[View] = []
    order = "-data"
    period_column = "issue_date"
    search_label = "Număr, client, CIF sau sumă"
    count_at_once = False

    def chips(self) -> list[Chip]:
        late = OPEN_Q & Q(converted=Converted.NOTHING, due_date__lt=bucharest_today())
        return [Chip(view.key, view.label, late if view is LATE else view.condition) for view in self.views]

    def filters(self) -> list[Filter]:
        return series_filters(self, self.kind)

    @cached_property
    def sums(self) -> list[Row]:
        """Everything that is asked for, by what the views ask of it and by currency, whatever the chip."""
        key = f"{active_company_id()} {self.kind} {self.address_of_found} {bucharest_today()}"
        questions = {
            "late": _asked(Q(due_date__isnull=False, due_date__lt=bucharest_today())),
            "alone": _asked(Q(delivery_mention=DeliveryMention.NO_INVOICE)),
        }
        grouped = self.found.order_by().annotate(**questions).values("status", "converted", "late", "alone", "currency")
        return remembered(key, lambda: list(grouped.annotate(count=Count("pk"), sum=Sum("total"), sum_ron=Sum("total_ron"))), seconds=KEPT)

    def counts(self) -> dict[str, int]:
        return {view.key: sum(row["count"] for row in self.sums if not view.key or view.holds(row)) for view in self.views}

    @property
    def amounts(self) -> list[tuple[str, Any]]:
        """(currency, total) of the current view, lei first; drafts and cancelled documents only under their own chip."""
        totals: dict[str, Any] = {}
        for row in self._inside:
            totals[row["currency"]] = totals.get(row["currency"], ZERO) + row["sum"]
        return sorted(totals.items(), key=lambda pair: (pair[0] != "RON", pair[0]))

    @property
    def in_lei(self) -> Any:
        return sum((row["sum_ron"] for row in self._inside), ZERO)

    @property
    def _inside(self) -> list[Row]:
        current = next(view for view in self.views if view.key == (self.chip.key if self.chip else ""))
        return [row for row in self.sums if current.holds(row)]


class ProformaList(ConvertedList):
    kind = Kind.PROFORMA
    views = [ALL, DRAFTS, TO_INVOICE, IN_PART, IN_WHOLE, LATE, GONE]
    sorts = [
        Sort("numar", "Număr", "number", descending=True, nullable=True),
        Sort("data", "Data", "issue_date", descending=True),
        Sort("valabila", "Valabilă până la", "due_date", nullable=True),
        Sort("total", "Total", "total_ron", descending=True),
    ]


class DeliveryList(ConvertedList):
    kind = Kind.DELIVERY_NOTE
    views = [ALL, DRAFTS, TO_INVOICE, IN_PART, IN_WHOLE, ALONE, GONE]
    sorts = [
        Sort("numar", "Număr", "number", descending=True, nullable=True),
        Sort("data", "Data", "issue_date", descending=True),
        Sort("total", "Total", "total_ron", descending=True),
    ]


def converted_in_list(kind: Kind) -> QuerySet:
    """Rows of the list: without the wide columns of a document."""
    return Document.objects.filter(kind=kind).only(*IN_LIST)


def converted_to_export(listing: Any) -> QuerySet:
    return listing.selected.select_related("partner", "series").only(*IN_EXPORT)


HEAD_COLUMNS = [
    Column("Serie", lambda row: row.series.name, 10),
    Column("Număr", lambda row: row.number, 10),
    Column("Document", lambda row: row.label, 16),
    Column("Stare", lambda row: STATES[row.state], 18),
    Column("Data emiterii", lambda row: row.issue_date, 13),
]
CLIENT_COLUMNS = [
    Column("Client", lambda row: row.partner_name, 40),
    Column("CIF / CNP client", lambda row: row.partner.cif if row.partner else "", 16),
    Column("Moneda", lambda row: row.currency, 9),
    Column("Curs", lambda row: row.exchange_rate, 10),
    Column("Valoare fără TVA", lambda row: row.net, 16),
    Column("TVA", lambda row: row.vat),
    Column("Total", lambda row: row.total),
    Column("Total (lei)", lambda row: row.total_ron),
]
PROFORMA_COLUMNS = [*HEAD_COLUMNS, Column("Valabilă până la", lambda row: row.due_date, 13), *CLIENT_COLUMNS]
DELIVERY_COLUMNS = [
    *HEAD_COLUMNS,
    Column("Data expedierii", lambda row: row.delivery_date, 13),
    Column("Mențiune", lambda row: row.get_delivery_mention_display(), 24),
    Column("Delegat", lambda row: row.delegate_name, 24),
    Column("Mijloc de transport", lambda row: row.transport, 20),
    Column("Locul încărcării", lambda row: row.ship_from, 40),
    Column("Locul descărcării", lambda row: row.ship_to, 40),
    *CLIENT_COLUMNS,
]


def _asked(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())
