"""Which invoices must go to SPV, and by when. Dated facts: a change of law is a new row."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from invoicing.models import Document
from lib.dates import add_months, working_days_after
from partners.models import Partner


class Term(NamedTuple):
    """From `since` on, invoices are sent within so many days of their issue."""

    since: date
    days: int
    working: bool


# Source: OUG 120/2021 art. 10, as amended by Legea 296/2023, OUG 69/2024 and OUG 89/2025 (working days again).
TERMS = [Term(date(2024, 1, 1), 5, True), Term(date(2024, 7, 1), 5, False), Term(date(2026, 1, 1), 5, True)]
# Source: Legea 296/2023 art. LIX; OUG 69/2024 (consumers).
FIRMS_SINCE, CONSUMERS_SINCE = date(2024, 1, 1), date(2025, 1, 1)
EXPORT, INTRA_COMMUNITY = "G", "K"  # UNCL5305, as the VAT groups bear them


def deadline(document: Document) -> date:
    """The last day for sending. Counted from the issue, at the latest from the day on which the law wanted the invoice issued.

    Source: OUG 120/2021 art. 10 (1); CF art. 319 (16): the 15th of the month after the delivery.
    """
    supplied = document.delivery_date or document.issue_date
    lawful = add_months(supplied.replace(day=15), 1)
    return min(_after(document.issue_date), _after(lawful))


def exempt_reason(document: Document) -> str:
    """Why the invoice need not be sent, for the page; "" when it must be. A person may send it all the same."""
    categories = {group.category for group in document.vat_groups.all()}
    buyer = document.buyer or {}
    abroad = buyer.get("country", "RO") != "RO"
    if abroad and categories and categories <= {EXPORT}:
        return "Export: legea nu cere transmiterea prin e-Factura."
    if abroad and categories and categories <= {EXPORT, INTRA_COMMUNITY}:
        return "Livrare intracomunitară de bunuri: legea nu cere transmiterea prin e-Factura."
    consumer = buyer.get("kind") == Partner.Kind.NATURAL
    if document.issue_date < (CONSUMERS_SINCE if consumer else FIRMS_SINCE):
        return "Emisă înainte ca transmiterea prin e-Factura să fie obligatorie pentru acest client."
    return ""


def _after(day: date) -> date:
    term = _term(day, TERMS)
    return working_days_after(day, term.days) if term.working else day + timedelta(days=term.days)


def _term(day: date, terms: Iterable[Term]) -> Term:
    """The term in force on a day; before the first, the first."""
    terms = list(terms)
    return max((term for term in terms if term.since <= day), key=lambda term: term.since, default=terms[0])
