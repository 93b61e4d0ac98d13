"""The list of operations, and what its exports hold."""

import re
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import QueryDict

from cashbook.balances import set_running
from cashbook.models import INCOMING, OUTGOING, CashOperation, Kind, Till
from cashbook.register import explain
from companies.scope import active_company_id
from lib.export import Column
from lib.formats import parse_decimal
from lib.listing import Chip, Filter, Listing, Sort
from lib.money import ZERO
from lib.remember import remembered
from partners.models import Partner

KEPT = 15  # seconds for which the sums of a large list may be old
FEW = 1000  # partners that a search names one by one
IN, OUT, REVERSED = "incasari", "plati", "stornari"
ORDER = re.compile(r"d([ip])\s*0*(\d{1,9})", re.IGNORECASE)
WITH = ("till", "partner", "reverses", "by")


class OperationList(Listing):
    """Operations of one till in the order of the book, each with the balance after it."""

    sorts = [Sort("data", "Data", "ordinal", descending=True), Sort("suma", "Suma", "amount", descending=True)]
    order = "-data"
    period_column = "day"
    search_label = "Persoană, nr. act, explicație sau sumă"
    count_at_once = False

    def __init__(self, query: QueryDict, till: Till, tills: list[Till]) -> None:
        super().__init__(query, CashOperation.objects.filter(till=till).select_related(*WITH))
        self.till, self.tills = till, tills

    def chips(self) -> list[Chip]:
        return [
            Chip("", "Toate"),
            Chip(IN, "Încasări", Q(kind__in=INCOMING)),
            Chip(OUT, "Plăți", Q(kind__in=OUTGOING)),
            Chip(REVERSED, "Stornări", Q(reverses__isnull=False)),
        ]

    def filters(self) -> list[Filter]:
        first, *others = self.tills
        return [
            Filter("casa", first.name, [(str(till.pk), till.name) for till in others], "till_id"),
            Filter("fel", "Toate felurile", Kind.choices, "kind"),
        ]

    @cached_property
    def found(self) -> QuerySet:
        """The period by the order of the book too, so that an index finds a month of years ago as fast as this one."""
        return super().found.between(*self.between)

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        if (value := parse_decimal(text)) is not None and "," in text:
            return rows.filter(amount__in=[value, -value])
        partners = list(Partner.objects.matching(text).order_by().values_list("pk", flat=True)[:FEW])
        by_hand = Q(payment=None) & (Q(party__icontains=text) | Q(explanation__icontains=text))
        return rows.filter(Q(partner__in=partners) | Q(document__iexact=text) | by_hand | _numbered(text))

    @cached_property
    def rows(self) -> list[Any]:
        found = super().rows
        if found:
            set_running(found)
            explain(found)
        return found

    @cached_property
    def sums(self) -> dict[str, Any]:
        """(count, received, paid) of what the list shows."""
        key = f"{active_company_id()} casa {self.till.pk} {self.address}"
        received, paid = (Sum("amount", filter=Q(kind__in=kinds), default=ZERO) for kinds in (INCOMING, OUTGOING))
        return remembered(key, lambda: self.narrowed.order_by().aggregate(count=Count("pk"), received=received, paid=-paid), seconds=KEPT)

    def counts(self) -> dict[str, int]:
        return remembered(f"{active_company_id()} casa {self.till.pk} feluri {self.address_of_found}", super().counts, seconds=KEPT)


def exported(rows: QuerySet) -> Any:
    """The rows of a file, with balances and explanations, a chunk at a time."""
    chunk: list[CashOperation] = []
    for row in rows.iterator(chunk_size=2000):
        chunk.append(row)
        if len(chunk) == 2000:
            yield from _complete(chunk)
            chunk = []
    yield from _complete(chunk)


def _complete(chunk: list[CashOperation]) -> list[CashOperation]:
    if chunk:
        set_running(chunk)
        explain(chunk)
    return chunk


def _numbered(text: str) -> Q:
    """`DI 12` or `DP 12`: an order by its number."""
    match = ORDER.fullmatch(text)
    if not match:
        return Q(pk__in=[])
    direction, digits = match[1].upper(), match[2]
    return Q(order_number=int(digits), kind__in=INCOMING if direction == "I" else OUTGOING)


COLUMNS = [
    Column("Data", lambda row: row.day, 12),
    Column("Nr. crt.", lambda row: row.position, 9),
    Column("Nr. act casă", lambda row: row.label, 16),
    Column("Nr. anexe", lambda row: row.annexes or "", 10),
    Column("Explicații", lambda row: row.words, 50),
    Column("Felul", lambda row: row.get_kind_display(), 22),
    Column("Încasări", lambda row: row.received),
    Column("Plăți", lambda row: row.paid),
    Column("Sold", lambda row: row.balance),
    Column("Motiv", lambda row: row.reason, 30),
    Column("Înregistrată de", lambda row: str(row.by or ""), 24),
    Column("Înregistrată la", lambda row: row.recorded_at, 18),
]
