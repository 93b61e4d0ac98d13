"""Opening balances of suppliers (R31): what was left to pay when this book began, document by document; one or many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from companies.events import new_event
from companies.models import Event
from invoicing.period import require_day_open
from lib.dates import bucharest_today
from lib.errors import require
from lib.formats import amount as with_currency
from lib.text import normalise
from partners.models import Partner
from purchases.actions.locks import lock_all
from purchases.models import Expense, FileRow, Kind, Status
from purchases.models.expense import LEI

BATCH = 1000


@dataclass(frozen=True)
class OpeningRow:
    """A supplier's document from before: `rest` is what was left to pay, with minus what the supplier owed back.

    `rate` is lei for one unit of a foreign currency.
    """

    partner: Partner
    number: str
    rest: Decimal
    whole: Decimal | None = None  # None: nothing of it was paid before
    document_date: date | None = None  # None: the day of the balance
    due_date: date | None = None
    currency: str = LEI
    rate: Decimal = Decimal(1)
    note: str = ""


@transaction.atomic
def add_openings(rows: Sequence[OpeningRow], *, on: date, by: Any, token: UUID | None = None) -> list[Expense]:
    """Enter what was owed to suppliers at the end of a day, all rows or none. Partners become suppliers.

    The same `token` again returns the first. Refuses: opening_empty, opening_exists, period_closed, and what `check_opening` does.
    """
    require(rows, "opening_empty", "Adăugați cel puțin un document.")
    # Held until commit, so that two people entering the balance of one supplier see each other's rows.
    keys = sorted({row.partner.pk for row in rows})
    list(Partner.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    if token and (earlier := Expense.objects.filter(token=token).first()):
        return [earlier]
    require_day_open(on, "on")
    known = opened_numbers(keys)
    for row in rows:
        check_opening(row, on=on)
        key = (row.partner.pk, normalise(row.number).casefold())
        sentence = f"{normalise(row.number)} este deja în soldul inițial al furnizorului {row.partner.name}."
        require(key not in known, "opening_exists", sentence, "number")
        known.add(key)
    at = timezone.now()
    made = [_expense(row, on, by, at) for row in rows]
    made[0].token = token
    Expense.objects.bulk_create(made, batch_size=BATCH)
    Partner.objects.filter(pk__in=keys, is_supplier=False).update(is_supplier=True)
    Event.objects.bulk_create([new_event(each, "opened", by=by, total=each.total, on=on) for each in made], batch_size=BATCH)
    return made


@transaction.atomic
def cancel_openings(expenses: Iterable[Expense], *, by: Any, reason: str) -> None:
    """Take rows of opening balances back, all or none: they stay on record and count for nothing (also what undoes an import).

    Refuses: opening_other_kind, reason_missing, expense_paid, expense_in_file, period_closed.
    """
    held = lock_all(list(expenses))
    for expense in held:
        require(expense.kind == Kind.OPENING, "opening_other_kind", f"{expense} nu este un sold inițial.")
    live = [expense for expense in held if expense.status == Status.BOOKED]
    if not live:
        return
    reason = reason.strip()[:200]
    require(reason, "reason_missing", "Scrieți motivul anulării; rămâne în istoric.", "reason")
    paid = next((expense for expense in live if expense.paid), None)
    require(paid is None, "expense_paid", f"S-a plătit din {paid}. Anulați întâi plățile.")
    waits = FileRow.objects.filter(expense__in=live, state=FileRow.State.WAITING).select_related("expense").first()
    sentence = f"{waits and waits.expense} este într-un fișier de plăți. Retrageți rândul din fișier."
    require(waits is None, "expense_in_file", sentence)
    for day in {expense.booked_on for expense in live}:
        require_day_open(day)
    changed = {"status": Status.CANCELLED, "cancelled_at": timezone.now(), "cancelled_by": by, "cancel_reason": reason}
    Expense.objects.filter(pk__in=[expense.pk for expense in live]).update(**changed)
    Event.objects.bulk_create([new_event(expense, "cancelled", by=by, reason=reason) for expense in live], batch_size=BATCH)


def check_opening(row: OpeningRow, *, on: date) -> None:
    """Refuse a row that says something impossible; asked by an import for each of its rows before anything is written.

    Refuses: opening_zero, opening_over_whole, expense_number_missing, expense_in_future, opening_date, opening_due_date,
    rate_not_positive.
    """
    require(row.rest, "opening_zero", "Soldul nu poate fi zero.", "amount")
    whole = row.rest if row.whole is None else row.whole
    fits = abs(whole) >= abs(row.rest) and (whole > 0) == (row.rest > 0)
    most = f"Restul nu poate fi mai mare decât documentul, {with_currency(whole, row.currency)}."
    require(fits, "opening_over_whole", most, "whole")
    require(row.rate > 0, "rate_not_positive", "Cursul trebuie să fie mai mare decât zero.", "rate")
    require(normalise(row.number), "expense_number_missing", "Scrieți numărul documentului.", "number")
    require(on <= bucharest_today(), "expense_in_future", "Data soldului este în viitor.", "on")
    dated = row.document_date or on
    require(dated <= on, "opening_date", "Documentul este de după data soldului.", "document_date")
    due = row.due_date is None or row.due_date >= dated
    require(due, "opening_due_date", "Scadența este înainte de data documentului.", "due_date")


def opened_numbers(partners: Iterable[int]) -> set[tuple[int, str]]:
    """(supplier, number without regard to case) of the items that stand in the balances of these suppliers."""
    held = Expense.objects.filter(kind=Kind.OPENING, status=Status.BOOKED, partner__in=partners)
    return {(partner, number.casefold()) for partner, number in held.values_list("partner_id", "number")}


def _expense(row: OpeningRow, on: date, by: Any, at: Any) -> Expense:
    return Expense(
        partner=row.partner,
        kind=Kind.OPENING,
        status=Status.BOOKED,
        number=normalise(row.number),
        issue_date=row.document_date or on,
        booked_on=on,
        due_date=row.due_date,
        currency=row.currency,
        exchange_rate=Decimal(1) if row.currency == LEI else row.rate,
        net=row.rest,
        total=row.rest,
        whole=row.rest if row.whole is None else row.whole,
        note=row.note.strip(),
        booked_at=at,
        by=by,
    )
