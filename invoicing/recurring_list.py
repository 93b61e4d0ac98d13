"""The list of recurring invoices."""

from django.db.models import F, Q, QuerySet

from lib.listing import Chip, Listing, Sort
from lib.text import searchable


class RecurringList(Listing):
    """Plans of every state, by the day of the next invoice."""

    sorts = [
        Sort("urmatoarea", "Următoarea", "next_on", nullable=True),
        Sort("denumire", "Denumire", "name"),
        Sort("client", "Client", "partner__name"),
    ]
    search_label = "Denumire, client sau CIF"

    def chips(self) -> list[Chip]:
        active = Q(state="active")
        return [
            Chip("", "Toate"),
            Chip("active", "Active", active),
            Chip("de-aprobat", "De aprobat", Q(awaits_approval=True)),
            Chip("cu-probleme", "Cu probleme", active & Q(look_on__gt=F("next_on"))),
            Chip("in-pauza", "În pauză", Q(state="paused")),
            Chip("oprite", "Oprite", Q(state="stopped")),
        ]

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(Q(name__icontains=text) | Q(partner__search__contains=searchable(text)))
