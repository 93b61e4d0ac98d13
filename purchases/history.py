"""The history of a supplier's document, in words for its page."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from companies.models import Event
from lib.formats import amount, date_ro
from purchases.models import Expense, SupplierPayment

SENTENCES = {
    "created": "a scris documentul, {total}",
    "changed": "a modificat ciorna, {total}",
    "received": "a preluat documentul din e-Factura (index {key})",
    "booked": "a înregistrat documentul, {total}",
    "opened": "a înregistrat soldul inițial, {total}",
    "revised": "a corectat documentul: revizia {revision}, {total}",
    "cancelled": "a anulat documentul",
    "attached": "a atașat „{name}”",
    "detached": "a scos fișierul „{name}”",
    "file_left_out": "fișierul „{name}” nu a fost păstrat",
    "paid": "a plătit {amount} prin {method} la {on}",
    "payment_cancelled": "a anulat o plată",
    "in_file": "a pus documentul în fișierul de plăți {file}",
    "left_file": "a retras documentul din fișierul de plăți {file}",
}


@dataclass
class Entry:
    at: datetime
    by: str
    text: str
    detail: str = ""


def about(expense: Expense) -> list[Entry]:
    """What happened to a document, newest first."""
    events = Event.objects.about(expense).select_related("by")
    return [Entry(event.at, str(event.by or "Facturier"), _text(expense, event), _detail(event.data)) for event in events]


def _text(expense: Expense, event: Event) -> str:
    values: dict[str, Any] = dict(event.data)
    for name in ("total", "amount"):
        if name in values:
            values[name] = amount(Decimal(values[name]), expense.currency)
    if "method" in values:
        values["method"] = SupplierPayment.Method(values["method"]).label
    if "on" in values:
        values["on"] = date_ro(date.fromisoformat(values["on"]))
    return SENTENCES[event.verb].format(**values)


def _detail(data: dict[str, Any]) -> str:
    double = data.get("double")
    return data.get("reason") or data.get("why") or (f"Confirmat, deși seamănă cu {double}." if double else "")
