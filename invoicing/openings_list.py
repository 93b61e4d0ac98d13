"""Solduri inițiale: the list, and what its export holds."""

from functools import cached_property

from django.db.models import F, Q, QuerySet

from companies.scope import active_company_id
from invoicing.forms.choices import CURRENCIES
from invoicing.models import Document, Kind
from invoicing.models.document import UNPAID as OWED
from invoicing.search import documents_matching
from invoicing.sums import CANCELLED, OVERDUE, PAID, UNPAID, Amounts, Sums, sums
from lib.dates import bucharest_today
from lib.export import Column
from lib.formats import currency_sign
from lib.listing import Chip, Filter, Listing, Sort
from lib.remember import remembered

IN_LIST = "kind status label partner_id partner_name issue_date due_date currency total total_ron paid storno_of_id company_id".split()
KEPT = 15  # seconds for which the sums of a long list may be old
STANDING = Q(status="issued")


class OpeningList(Listing):
    """The items of opening balances; cancelled ones stand under their own chip."""

    sorts = [
        Sort("data", "Data soldului", "issue_date", descending=True),
        Sort("scadenta", "Scadența", "due_date"),
        Sort("rest", "Preluat", "total_ron", descending=True),
    ]
    order = "-data"
    period_column = "issue_date"
    search_label = "Număr, client, CIF sau sumă"
    count_at_once = False

    def chips(self) -> list[Chip]:
        late = OWED & Q(due_date__lt=bucharest_today())
        return [
            Chip("", "Toate", STANDING),
            Chip(UNPAID, "Neîncasate", OWED, order="scadenta"),
            Chip(OVERDUE, "Restante", late, order="scadenta"),
            Chip(PAID, "Încasate", STANDING & Q(paid=F("total"))),
            Chip(CANCELLED, "Anulate", Q(status="cancelled")),
        ]

    def filters(self) -> list[Filter]:
        return [Filter("moneda", "Toate monedele", [(code, currency_sign(code)) for code in CURRENCIES], "currency")]

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(Q(label__icontains=text) | documents_matching(text))

    @cached_property
    def sums(self) -> Sums:
        key = f"{active_company_id()} solduri {self.address_of_found} {bucharest_today()}"
        return remembered(key, lambda: sums(self.found, bucharest_today()), seconds=KEPT)

    @property
    def amounts(self) -> list[Amounts]:
        return self.sums.amounts(self.chip.key if self.chip else "")

    def counts(self) -> dict[str, int]:
        cancelled = self.sums.count(CANCELLED)
        return {chip.key: self.sums.count(chip.key) - (0 if chip.key else cancelled) for chip in self.chips()}


def openings() -> QuerySet:
    return Document.objects.filter(kind=Kind.OPENING)


def openings_in_list() -> QuerySet:
    return openings().only(*IN_LIST)


OPENING_COLUMNS = [
    Column("Data soldului", lambda row: row.issue_date, 13),
    Column("Client", lambda row: row.partner_name, 40),
    Column("CIF / CNP client", lambda row: row.partner.cif, 16),
    Column("Document", lambda row: row.label, 20),
    Column("Data documentului", lambda row: row.opening.document_date, 16),
    Column("Scadența", lambda row: row.due_date, 13),
    Column("Moneda", lambda row: row.currency, 9),
    Column("Curs", lambda row: row.exchange_rate, 10),
    Column("Valoarea documentului", lambda row: row.opening.whole, 18),
    Column("Preluat", lambda row: row.total),
    Column("Încasat", lambda row: row.paid),
    Column("Rest de încasat", lambda row: row.balance, 16),
    Column("Stare", lambda row: "anulat" if row.status == "cancelled" else "", 10),
    Column("Observații", lambda row: row.notes, 40),
]
