"""The list of movements."""

from django.db.models import Q, QuerySet

from bank.models import LineState
from lib.formats import parse_decimal
from lib.listing import Chip, Listing, Sort
from lib.text import searchable


class LineList(Listing):
    sorts = [Sort("data", "Data", "on", descending=True), Sort("suma", "Suma", "amount", descending=True)]
    order = "-data"
    period_column = "on"
    search_label = "Nume, IBAN, detalii sau sumă"

    def chips(self) -> list[Chip]:
        return [
            Chip("", "Toate"),
            Chip("de-potrivit", "De potrivit", Q(state=LineState.OPEN)),
            Chip("potrivite", "Potrivite", Q(state=LineState.BOOKED)),
            Chip("ignorate", "Ignorate", Q(state=LineState.IGNORED)),
        ]

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        amount = parse_decimal(text)
        typed = Q(search__contains=searchable(text))
        return rows.filter(typed if amount is None else typed | Q(amount__in=(amount, -amount)))
