"""What a partner owes us and what we owe it, both open: what can be set off. Read only."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, QuerySet, Sum

from invoicing.models import Document
from invoicing.models.document import DocumentQuerySet
from lib.money import ZERO
from partners.models import Partner
from purchases.models import Expense, ExpenseQuerySet

MOST = 200  # documents of each side that one page shows, the oldest due first


@dataclass(frozen=True)
class Mutual:
    """Both sides of one partner in one currency."""

    partner: Partner
    currency: str
    owed: Decimal  # to us
    owing: Decimal  # by us

    @property
    def most(self) -> Decimal:
        return min(self.owed, self.owing)


def both_ways() -> list[Mutual]:
    """Partners with something open both ways, what can be settled the most first. Three queries."""
    owed, owing = _sums(_invoices()), _sums(_expenses())
    keys = owed.keys() & owing.keys()
    partners = Partner.objects.in_bulk([partner for partner, _ in keys])
    found = [Mutual(partners[partner], currency, owed[partner, currency], owing[partner, currency]) for partner, currency in keys]
    return sorted(found, key=lambda row: (row.currency != "RON", row.currency, -row.most, row.partner.sort_name))


def open_of(partner: Partner) -> dict[str, tuple[list[Document], list[Expense]]]:
    """By currency, the open documents of both sides; a currency without one of the sides is left out. Lei first."""
    sides: dict[str, tuple[list[Document], list[Expense]]] = defaultdict(lambda: ([], []))
    for document in _invoices().filter(partner=partner).order_by("due_date", "id")[:MOST]:
        sides[document.currency][0].append(document)
    for expense in _expenses().filter(partner=partner).order_by("due_date", "id")[:MOST]:
        sides[expense.currency][1].append(expense)
    codes = sorted((code for code, (one, other) in sides.items() if one and other), key=lambda code: (code != "RON", code))
    return {code: sides[code] for code in codes}


def _invoices() -> DocumentQuerySet:
    return Document.objects.payable().unpaid().filter(total__gt=0)


def _expenses() -> ExpenseQuerySet:
    return Expense.objects.unpaid().filter(total__gt=0)


def _sums(rows: QuerySet) -> dict[tuple[int, str], Decimal]:
    found = rows.order_by().values_list("partner", "currency").annotate(left=Sum(F("total") - F("paid"), default=ZERO))
    return {(partner, currency): left for partner, currency, left in found}
