"""Suppliers' documents: drafts that change freely, booked ones that are only cancelled, or revised with a reason."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from companies.events import record_event
from invoicing.period import require_day_open
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.formats import amount as with_currency
from lib.identifiers import Wrong, check_iban
from lib.money import ZERO, money
from partners.actions import save_partner
from partners.anaf import Taxpayer, look_up
from partners.models import Partner
from purchases.actions.locks import hold_once, lock
from purchases.actions.openings import OpeningRow, add_openings
from purchases.guard import double_sentence, doubles
from purchases.models import Expense, ExpenseLine, ExpenseRevision, ExpenseVat, FileRow, Kind, Status

KEPT_WHEN_PAID = ("partner_id", "currency", "exchange_rate")
CONTENT = [
    "partner_id", "number", "issue_date", "booked_on", "due_date", "currency", "exchange_rate", "net", "vat", "rounding", "total",
    "on_payment", "iban", "note",
]  # fmt: skip
LINE = ["name", "quantity", "unit_price", "net", "vat_category", "vat_percent", "vat", "category_id", "deductible"]


@transaction.atomic
def save_expense(expense: Expense, lines: Sequence[ExpenseLine], groups: Sequence[ExpenseVat] | None = None, *, by: Any) -> Expense:
    """Write a draft. Without `groups`, the VAT table is what the lines say; `expense.rounding` is the supplier's own.

    The same `expense.token` again returns the first. Refuses: expense_not_draft, expense_empty, expense_number_missing, iban_invalid.
    """
    new = expense.pk is None
    if new and expense.token:
        hold_once(expense.token)
        if earlier := Expense.objects.filter(token=expense.token).first():
            return earlier
    if not new:
        require(lock(expense).is_draft, "expense_not_draft", "Documentul este deja înregistrat. Corectați-l cu un motiv sau anulați-l.")
    _write(expense, lines, groups, by=by)
    record_event(expense, "created" if new else "changed", by=by, total=expense.total)
    return expense


@transaction.atomic
def book(expense: Expense, *, by: Any, doubles_confirmed: bool = False) -> Expense:
    """Draft to booked: from now on it is owed, and does not change. Twice is once.

    Refuses: expense_cancelled, expense_empty, expense_in_future, period_closed, expense_double.
    """
    expense = lock(expense)
    if expense.is_booked:
        return expense
    require(expense.is_draft, "expense_cancelled", "Documentul este anulat.")
    _require_bookable(expense)
    require_day_open(expense.booked_on, "booked_on")
    others = doubles(expense)
    if others and not doubles_confirmed:
        raise Refused("expense_double", f"{double_sentence(expense, others[0])} Dacă este alt document, confirmați.", "doubles_confirmed")
    _book(expense)
    record_event(expense, "booked", by=by, total=expense.total, double=others[0].number if others else "")
    return expense


@transaction.atomic
def revise(
    expense: Expense,
    changes: dict[str, Any],
    lines: Sequence[ExpenseLine],
    groups: Sequence[ExpenseVat] | None = None,
    *,
    by: Any,
    reason: str,
) -> Expense:
    """Correct a booked document; what it said before is kept with the reason. `changes` are fields of CONTENT.

    Refuses: expense_not_booked, reason_missing, expense_in_file, expense_paid_terms, expense_below_paid, period_closed, and as `book`.
    """
    expense = lock(expense)
    require(expense.is_booked and expense.kind == Kind.EXPENSE, "expense_not_booked", "Se corectează doar cheltuieli înregistrate.")
    require(reason.strip(), "reason_missing", "Scrieți motivul corecției; rămâne în istoric.", "reason")
    _require_out_of_files(expense)
    require_day_open(expense.booked_on)
    former, terms = content(expense), [getattr(expense, name) for name in KEPT_WHEN_PAID]
    expense.status, expense.booked_at, expense.revision = Status.DRAFT, None, expense.revision + 1
    expense.save(update_fields=["status", "booked_at", "revision"])
    ExpenseRevision.objects.create(expense=expense, revision=expense.revision - 1, content=former, reason=reason.strip(), by=by)
    for name, value in changes.items():
        setattr(expense, name, value)
    same = [getattr(expense, name) for name in KEPT_WHEN_PAID] == terms
    sentence = "Documentul are plăți: furnizorul, moneda și cursul rămân. Anulați întâi plățile."
    require(same or not expense.allocations.exists(), "expense_paid_terms", sentence)
    _set_totals(expense, lines, groups)
    within = expense.paid == 0 or (abs(expense.paid) <= abs(expense.total) and (expense.paid > 0) == (expense.total > 0))
    require(within, "expense_below_paid", f"S-au plătit deja {with_currency(expense.paid, expense.currency)}; totalul nu poate fi mai mic.")
    _write(expense, lines, groups, by=by)
    _require_bookable(expense)
    require_day_open(expense.booked_on, "booked_on")
    _book(expense)
    record_event(expense, "revised", by=by, reason=reason.strip(), revision=expense.revision, total=expense.total)
    return expense


@transaction.atomic
def cancel_expense(expense: Expense, *, by: Any, reason: str) -> Expense:
    """Take a booked document out of what is owed; it stays on record. Twice is once.

    Refuses: expense_not_booked, reason_missing, expense_paid, expense_in_file, period_closed.
    """
    expense = lock(expense)
    if expense.status == Status.CANCELLED:
        return expense
    require(expense.is_booked, "expense_not_booked", "Documentul este o ciornă: ștergeți-o.")
    require(reason.strip(), "reason_missing", "Scrieți motivul anulării; rămâne în istoric.", "reason")
    sentence = f"S-au plătit {with_currency(expense.paid, expense.currency)} din acest document. Anulați întâi plățile."
    require(not expense.paid, "expense_paid", sentence)
    _require_out_of_files(expense)
    require_day_open(expense.booked_on)
    expense.status, expense.cancelled_at, expense.cancelled_by, expense.cancel_reason = Status.CANCELLED, timezone.now(), by, reason.strip()
    expense.save(update_fields=["status", "cancelled_at", "cancelled_by", "cancel_reason"])
    record_event(expense, "cancelled", by=by, reason=reason.strip())
    return expense


@transaction.atomic
def delete_draft(expense: Expense, *, by: Any) -> None:
    """Delete a draft with its attachments. Refuses: expense_not_draft."""
    expense = lock(expense)
    require(expense.is_draft, "expense_not_draft", "Doar o ciornă se șterge; un document înregistrat se anulează.")
    record_event(expense, "deleted", by=by, number=expense.number, total=expense.total)
    expense.attachments.all().delete()
    expense.delete()


def open_balance(
    partner: Partner,
    *,
    on: date,
    number: str,
    amount: Decimal,
    by: Any,
    token: UUID,
    document_date: date | None = None,
    due_date: date | None = None,
    whole: Decimal | None = None,
    currency: str = "RON",
    rate: Decimal = Decimal(1),
    note: str = "",
) -> Expense:
    """What was left to pay of a document on the day on which this book began (R31); below zero, what the supplier owed back.

    `whole` is the document's full value. The same `token` again returns the first. Refuses what `add_openings` does.
    """
    row = OpeningRow(partner, number, amount, whole, document_date, due_date, currency, rate, note)
    return add_openings([row], on=on, by=by, token=token)[0]


def check_at_anaf(partner: Partner, *, by: Any) -> Taxpayer:
    """Ask ANAF about a supplier and keep what it says of its standing. Calls the network: no transaction may be open.

    Refuses: cif_invalid, cif_unknown, anaf_no_answer.
    """
    found = look_up(partner.cif)
    if (partner.inactive_at_anaf, partner.vat_payer) != (found.inactive, found.vat_payer):
        partner.inactive_at_anaf, partner.vat_payer = found.inactive, found.vat_payer
        save_partner(partner, by=by)
    return found


def content(expense: Expense) -> dict[str, Any]:
    """What a document says, as text, for the revisions."""
    lines = [{name: _plain(getattr(line, name)) for name in LINE} for line in expense.lines.all()]
    return {name: _plain(getattr(expense, name)) for name in CONTENT} | {"lines": lines}


def groups_of(lines: Iterable[ExpenseLine]) -> list[ExpenseVat]:
    """The VAT table of lines, each with its VAT already."""
    found: dict[tuple[str, Decimal], ExpenseVat] = {}
    for line in lines:
        key = line.vat_category, line.vat_percent
        group = found.setdefault(key, ExpenseVat(vat_category=key[0], vat_percent=key[1], net=ZERO, vat=ZERO))
        group.net += line.net
        group.vat += line.vat
    return list(found.values())


def _write(expense: Expense, lines: Sequence[ExpenseLine], groups: Sequence[ExpenseVat] | None, *, by: Any) -> None:
    groups = _set_totals(expense, lines, groups)
    _require_number(expense)
    expense.iban = _iban(expense.iban)
    expense.by = expense.by or by
    expense.exchange_rate = Decimal(1) if expense.currency == "RON" else expense.exchange_rate
    expense.save()
    for rows in (expense.lines, expense.groups):
        rows.all().delete()
    for position, line in enumerate(lines, 1):
        line.pk, line.expense, line.position = None, expense, position
    for group in groups:
        group.pk, group.expense = None, expense
    ExpenseLine.objects.bulk_create(lines)
    ExpenseVat.objects.bulk_create(groups)


def _set_totals(expense: Expense, lines: Sequence[ExpenseLine], groups: Sequence[ExpenseVat] | None) -> list[ExpenseVat]:
    require(lines, "expense_empty", "Adăugați cel puțin un rând.")
    table = list(groups) if groups is not None else groups_of(lines)
    expense.net = sum((group.net for group in table), ZERO)
    expense.vat = sum((group.vat for group in table), ZERO)
    off = "Totalul documentului diferă de rânduri cu un leu sau mai mult. Verificați sumele."
    require(abs(expense.rounding) < 1, "expense_total_off", off, "total")
    for name in ("net", "vat"):
        by_lines = {(row.vat_category, row.vat_percent): getattr(row, name) for row in groups_of(lines)}
        by_table = {(row.vat_category, row.vat_percent): getattr(row, name) for row in table}
        close = by_lines.keys() == by_table.keys() and all(abs(by_lines[key] - by_table[key]) < 1 for key in by_lines)
        require(close, "expense_rates_off", "Rândurile nu se potrivesc cu tabelul de TVA al documentului. Verificați cotele și sumele.")
    expense.total = money(expense.net + expense.vat + expense.rounding)
    return table


def _book(expense: Expense) -> None:
    expense.status, expense.booked_at = Status.BOOKED, timezone.now()
    expense.save(update_fields=["status", "booked_at"])
    if not expense.partner.is_supplier:
        Partner.objects.filter(pk=expense.partner_id).update(is_supplier=True)


def _require_number(expense: Expense) -> None:
    require(expense.number.strip(), "expense_number_missing", "Scrieți numărul documentului.", "number")


def _require_bookable(expense: Expense) -> None:
    require(expense.kind == Kind.OPENING or expense.lines.exists(), "expense_empty", "Adăugați cel puțin un rând.")
    require(expense.booked_on <= bucharest_today(), "expense_in_future", "Data înregistrării este în viitor.", "booked_on")


def _require_out_of_files(expense: Expense) -> None:
    waits = FileRow.objects.filter(expense=expense, state=FileRow.State.WAITING).exists()
    require(
        not waits, "expense_in_file", f"{expense.number} este într-un fișier de plăți. Confirmați plata sau retrageți rândul din fișier."
    )


def _iban(text: str) -> str:
    try:
        return check_iban(text) if text.strip() else ""
    except Wrong as wrong:
        raise Refused("iban_invalid", str(wrong), "iban") from wrong


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
