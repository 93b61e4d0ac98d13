"""Opening balances of clients: what they owed when this book began, document by document (R30, docs/decisions/065)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalog.actions import RatesInForce
from companies.events import new_event
from companies.models import Event
from invoicing.actions.locks import lock_all
from invoicing.exchange import LEI, require_size
from invoicing.models import Document, Kind, OpeningItem, Status
from invoicing.models.document import Channel
from invoicing.period import require_day_open
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.formats import amount as with_currency
from lib.money import money
from lib.text import normalise
from partners.models import Partner

MAX_NUMBER = 40


@dataclass(frozen=True)
class OpeningRow:
    """A document from before: `whole` is what it asked for, `rest` what was left of it on the day of the balance.

    With minus, what we owed the client. `rate` is lei for one unit of a foreign currency; by default BNR's of that day.
    """

    partner: Partner
    number: str
    document_date: date
    rest: Decimal
    whole: Decimal | None = None  # None: nothing of it was paid before
    due_date: date | None = None
    currency: str = LEI
    rate: Decimal | None = None
    note: str = ""


@transaction.atomic
def add_opening_items(
    rows: Sequence[OpeningRow], *, on: date, by: Any, token: UUID | None = None, channel: Channel = Channel.WEB
) -> list[Document]:
    """Enter what clients owed at the end of a day, all rows or none; outside quota, series and e-Factura. Returns the documents.

    The same `token` again returns the first. Refuses: opening_empty, opening_exists, period_closed, and what `check_opening_row` does.
    """
    require(rows, "opening_empty", "Adăugați cel puțin un document.")
    # Held until commit, so that two people entering the balance of one client see each other's rows.
    keys = sorted({row.partner.pk for row in rows})
    list(Partner.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    if token and (earlier := Document.objects.filter(token=token).first()):
        return [earlier]
    require_day_open(on, "on")
    rates = rates_of(rows, on=on)
    for row in rows:
        check_opening_row(row, on=on, rates=rates)
    _require_new(rows, keys)
    at = timezone.now()
    documents = [_document(row, on, by, at, channel, rates) for row in rows]
    documents[0].token = token
    Document.objects.bulk_create(documents, batch_size=1000)
    OpeningItem.objects.bulk_create(
        [
            OpeningItem(document=document, document_date=row.document_date, whole=_whole(row))
            for document, row in zip(documents, rows, strict=True)
        ],
        batch_size=1000,
    )
    Event.objects.bulk_create(
        [new_event(document, "opening_added", by=by, amount=document.total, on=on, channel=channel) for document in documents],
        batch_size=1000,
    )
    return documents


@transaction.atomic
def correct_opening_item(document: Document, row: OpeningRow, *, on: date, by: Any, reason: str) -> Document:
    """Put a right row in the place of a wrong one, which stays on record as cancelled; only before anything was paid of it.

    Refuses: opening_other_kind, document_paid, reason_missing, and what `add_opening_items` does.
    """
    cancel_opening_items([document], by=by, reason=reason)
    return add_opening_items([row], on=on, by=by)[0]


@transaction.atomic
def cancel_opening_items(documents: Iterable[Document], *, by: Any, reason: str) -> None:
    """Take rows of opening balances back, all or none: they stay on record and count for nothing (also what undoes an import).

    What `cancel` asks of one document, asked of all at once: nothing is storned, settled or converted of an opening item.
    Refuses: opening_other_kind, document_paid, reason_missing, period_closed.
    """
    held = lock_all(list(documents))
    for document in held:
        require(document.kind == Kind.OPENING, "opening_other_kind", f"{document} nu este un sold inițial.")
    live = [document for document in held if document.status == Status.ISSUED]
    if not live:
        return
    require(reason.strip(), "reason_missing", "Scrieți motivul anulării; rămâne în istoricul documentului.", "reason")
    paid = next((document for document in live if document.paid), None)
    require(paid is None, "document_paid", f"{paid} are încasări. Anulați întâi încasările, apoi documentul.")
    for day in {document.issue_date for document in live}:
        require_day_open(day)
    Document.objects.filter(pk__in=[document.pk for document in live]).update(status=Status.CANCELLED, cancelled_at=timezone.now())
    Event.objects.bulk_create([new_event(document, "cancelled", by=by, reason=reason.strip()) for document in live], batch_size=1000)


def rates_of(rows: Iterable[OpeningRow], *, on: date) -> RatesInForce:
    """BNR's rates that rows without one of their own ask for, read at once."""
    return RatesInForce((row.currency, on) for row in rows if row.currency != LEI and row.rate is None)


def check_opening_row(row: OpeningRow, *, on: date, rates: RatesInForce | None = None) -> None:
    """Refuse a row that says something impossible; asked by an import for each of its rows before anything is written.

    `rates` are those of `rates_of`, for one who checks many rows.

    Refuses: opening_in_future, opening_number_missing, opening_date, amount_not_positive, opening_over_whole, opening_due_date,
    rate_missing, rate_not_positive, amount_too_large.
    """
    require(on <= bucharest_today(), "opening_in_future", "Data soldului este în viitor.", "on")
    number = normalise(row.number)
    require(number, "opening_number_missing", "Scrieți numărul documentului, cum apare pe el.", "number")
    require(len(number) <= MAX_NUMBER, "opening_number_missing", f"Numărul documentului are cel mult {MAX_NUMBER} de caractere.", "number")
    require(row.document_date <= on, "opening_date", "Documentul este de după data soldului.", "document_date")
    require(
        row.due_date is None or row.due_date >= row.document_date,
        "opening_due_date",
        "Scadența este înainte de data documentului.",
        "due_date",
    )
    require(row.rest, "amount_not_positive", "Scrieți cât a rămas de încasat din document.", "rest")
    whole = _whole(row)
    require(
        (whole > 0) == (row.rest > 0) and abs(row.rest) <= abs(whole),
        "opening_over_whole",
        f"Restul nu poate depăși valoarea documentului, {with_currency(whole, row.currency)}.",
        "rest",
    )
    rate, _ = _rate(row, on, rates or rates_of([row], on=on))
    require_size(whole * rate, "rest" if row.whole is None else "whole")


def _require_new(rows: Sequence[OpeningRow], keys: Sequence[int]) -> None:
    """One client has one row for each number."""
    held = Document.objects.filter(kind=Kind.OPENING, status=Status.ISSUED, partner__in=keys)
    known = set(held.values_list("partner_id", "label"))
    for row in rows:
        pair = (row.partner.pk, normalise(row.number))
        require(pair not in known, "opening_exists", f"{pair[1]} este deja în soldul inițial al clientului {row.partner.name}.", "number")
        known.add(pair)


def _document(row: OpeningRow, on: date, by: Any, at: Any, channel: Channel, rates: RatesInForce) -> Document:
    rate, source = _rate(row, on, rates)
    rest, rest_ron = row.rest, money(row.rest * rate)
    return Document(
        kind=Kind.OPENING,
        status=Status.ISSUED,
        label=normalise(row.number),
        partner=row.partner,
        partner_name=row.partner.name,
        issue_date=on,
        due_date=row.due_date or row.document_date,
        currency=row.currency,
        exchange_rate=rate,
        rate_source=source,
        notes=row.note.strip(),
        lines_net=rest,
        net=rest,
        total=rest,
        net_ron=rest_ron,
        total_ron=rest_ron,
        created_by=by,
        issued_by=by,
        issued_at=at,
        channel=channel,
    )


def _whole(row: OpeningRow) -> Decimal:
    return row.rest if row.whole is None else row.whole


def _rate(row: OpeningRow, on: date, rates: RatesInForce) -> tuple[Decimal, str]:
    """Lei for one unit, and where that is from."""
    if row.currency == LEI:
        return Decimal(1), ""
    require(row.rate is None or row.rate > 0, "rate_not_positive", "Cursul trebuie să fie mai mare decât zero.", "rate")
    if row.rate is not None:
        return row.rate, "manual"
    try:
        found = rates.of(row.currency, on)
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, "rate") from refusal
    return found.rate, found.source
