"""Invoices that a buyer issued in the company's name (autofacturi, CF art. 319 (5)) and that came through SPV: sales of the journal."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.actions import rate_in_force
from efactura.inbox.content import number
from efactura.models import ReceivedMessage
from lib.errors import Refused
from lib.formats import amount, unit_price
from lib.money import ZERO, money
from reports.journal import NOTHING, Line, Pair, add, column_of

ON_COLLECTION = "432"  # BT-8


def lines_in_our_name(since: date, until: date) -> Iterator[Line]:
    """A line for each that could be read. TVA la încasare on them is shown as put off; their receipts are not followed here."""
    rows = ReceivedMessage.objects.here().filter(kind=ReceivedMessage.Kind.SELF_BILLED, day__gte=since, day__lte=until)
    for row in rows.exclude(content=None).order_by("day", "pk"):
        yield _line(row)


def _line(row: ReceivedMessage) -> Line:
    content: dict[str, Any] = row.content or {}
    sign, rate = (-1 if content["credit_note"] else 1), _rate(row, content)
    due: dict[str, Pair] = {}
    waiting, put_off = NOTHING, content["tax_point_code"] == ON_COLLECTION
    for group in content["vat"]:
        pair = money(sign * _read(group["net"]) * (rate or 0)), money(sign * _read(group["vat"]) * (rate or 0))
        if put_off and group["category"] == "S":
            waiting = add(waiting, pair)
        else:
            key = column_of(group["category"], _read(group["percent"]), mention=group["reason"])
            due[key] = add(due.get(key, NOTHING), pair)
    buyer = content["buyer"]
    at = row.day, row.number or str(row), "efactura:received", row.pk, buyer["name"], buyer["vat_id"] or buyer["tax_id"]
    total = sum((each for pair in (*due.values(), waiting) for each in pair), ZERO)
    return Line(*at, ", ".join(_notes(content, rate, put_off)), total, due=due, waiting=waiting)


def _rate(row: ReceivedMessage, content: dict[str, Any]) -> Decimal | None:
    """Lei for one unit: by the document's own VAT in lei (BT-111), otherwise BNR's; None when neither is known."""
    if content["currency"] in ("", "RON"):
        return Decimal(1)
    own, lei = _read(content["totals"]["vat"]), _read(content["totals"]["vat_ron"])
    if own and lei:
        return lei / own
    try:
        return rate_in_force(content["currency"], row.day).rate
    except Refused:
        return None


def _notes(content: dict[str, Any], rate: Decimal | None, put_off: bool) -> Iterator[str]:
    yield "autofactură emisă de client"
    if put_off:
        yield "TVA la încasare, încasarea se urmărește separat"
    if content["currency"] not in ("", "RON"):
        shown = amount(_read(content["totals"]["total"]), content["currency"])
        yield f"{shown} × {unit_price(rate)}" if rate else f"{shown}: lipsește cursul BNR"


def _read(value: str) -> Decimal:
    return number(value) or ZERO
