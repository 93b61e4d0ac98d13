"""Documente › Chitanțe: the list, and what its export holds."""

from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from companies.scope import active_company_id
from invoicing.models import Document, Kind, Series, Status
from invoicing.search import documents_matching
from invoicing.sums import CANCELLED
from lib.export import Column
from lib.listing import Chip, Filter, Listing, Sort
from lib.remember import remembered

IN_LIST = "kind status label number partner_id partner_name issue_date currency total notes company_id".split()
KEPT = 15  # seconds for which the sums of a large list may be old


class ReceiptList(Listing):
    """Receipts, the cancelled under their own chip too: a number is never missing."""

    sorts = [
        Sort("numar", "Număr", "number", descending=True),
        Sort("data", "Data", "issue_date", descending=True),
        Sort("suma", "Suma", "total_ron", descending=True),
    ]
    order = "-data"
    period_column = "issue_date"
    search_label = "Număr, client, CIF sau sumă"
    count_at_once = False

    def chips(self) -> list[Chip]:
        return [Chip("", "Toate"), Chip("emise", "Emise", Q(status=Status.ISSUED)), Chip(CANCELLED, "Anulate", Q(status=Status.CANCELLED))]

    def filters(self) -> list[Filter]:
        series = Series.objects.filter(kind=Kind.RECEIPT).values_list("pk", "name").order_by("name")
        return [Filter("serie", "Toate seriile", [(str(pk), name) for pk, name in series], "series_id")]

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(documents_matching(text))

    @cached_property
    def amounts(self) -> list[dict[str, Any]]:
        """(currency, count, total) of the receipts that stand, lei first."""
        key = f"{active_company_id()} chitanțe {self.address}"
        rows = self.narrowed.filter(status=Status.ISSUED).order_by().values("currency").annotate(count=Count("pk"), total=Sum("total"))
        return remembered(key, lambda: sorted(rows, key=lambda row: (row["currency"] != "RON", row["currency"])), seconds=KEPT)


def receipts() -> QuerySet:
    return Document.objects.filter(kind=Kind.RECEIPT)


def receipts_in_list() -> QuerySet:
    return receipts().only(*IN_LIST)


RECEIPT_COLUMNS = [
    Column("Chitanța", lambda row: row.label, 16),
    Column("Data", lambda row: row.issue_date, 13),
    Column("Stare", lambda row: "anulată" if row.status == Status.CANCELLED else "emisă", 12),
    Column("Client", lambda row: row.partner_name, 40),
    Column("CIF / CNP client", lambda row: row.partner.cif, 16),
    Column("Suma", lambda row: row.total),
    Column("Moneda", lambda row: row.currency, 9),
    Column("Suma (lei)", lambda row: row.total_ron),
    Column("Reprezentând", lambda row: row.notes, 60),
]
