"""Files of payments: what is in one is paid by nothing else, until the bank has paid it or the row is withdrawn."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from companies.events import record_event, store_file
from companies.models import BankAccount, Company
from companies.scope import active_company_id
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.identifiers import Wrong, check_iban
from purchases.actions.locks import lock_all
from purchases.actions.payments import pay
from purchases.models import Expense, FileRow, PaymentFile, SupplierPayment
from purchases.pain import Order, Transfer, as_csv, pain001

ROWS = UUID("0c0f3f2e-7f0e-5a33-8b52-7a2c3a9c1e55")
MEDIA = {PaymentFile.Format.PAIN: "application/xml", PaymentFile.Format.CSV: "text/csv"}


@transaction.atomic
def make_file(
    expenses: Sequence[Expense], *, account: BankAccount, pay_on: date, by: Any, token: UUID, format: str = PaymentFile.Format.PAIN
) -> PaymentFile:
    """Ask the bank to pay what is left of these documents, of any suppliers, from one account. Nothing counts as paid yet.

    The same `token` again returns the first. Refuses: no_expenses, expense_not_booked, already_paid, expense_in_file,
    several_currencies, file_day_past, iban_missing, iban_invalid.
    """
    held = lock_all(expenses)
    if earlier := PaymentFile.objects.filter(token=token).first():
        return earlier
    require(held, "no_expenses", "Alegeți cel puțin un document.")
    require(pay_on >= bucharest_today(), "file_day_past", "Data plății a trecut. Alegeți ziua de azi sau una viitoare.", "pay_on")
    for expense in held:
        require(expense.is_booked, "expense_not_booked", f"{expense} nu este înregistrat și nu se plătește.")
        require(expense.balance > 0, "already_paid", f"{expense} nu mai are rest de plată.")
        other = f"{expense} este în {expense.currency}, iar contul în {account.currency}."
        require(expense.currency == account.currency, "several_currencies", other, "account")
    waiting = FileRow.objects.filter(expense__in=held, state=FileRow.State.WAITING)
    names = ", ".join(waiting.values_list("expense__number", flat=True))
    require(not names, "expense_in_file", f"Este deja într-un fișier de plăți: {names}.")
    ibans = {expense.pk: _iban(expense) for expense in held}
    company = Company.objects.get(pk=active_company_id())
    message = f"PL{timezone.now():%Y%m%d%H%M%S}{token.hex[:12]}"
    transfers = [
        Transfer(f"{message[2:16]}-{e.pk}"[:35], e.partner.name, ibans[e.pk], e.balance, f"Plata {e.number}", e.partner.country)
        for e in held
    ]
    order = Order(message, timezone.now(), company.name, check_iban(account.iban), account.currency, pay_on, transfers)
    content = pain001(order) if format == PaymentFile.Format.PAIN else as_csv(order)
    made = PaymentFile.objects.create(
        account=order.iban, format=format, currency=account.currency, pay_on=pay_on, count=len(held), total=order.total, token=token, by=by,
        file=store_file(content, MEDIA[PaymentFile.Format(format)]),
    )  # fmt: skip
    FileRow.objects.bulk_create(FileRow(payment_file=made, expense=e, amount=e.balance, iban=ibans[e.pk]) for e in held)
    for expense in held:
        record_event(expense, "in_file", by=by, file=made.pk, amount=expense.balance, on=pay_on)
    return made


@transaction.atomic
def confirm_rows(rows: Sequence[FileRow], *, on: date, by: Any) -> list[SupplierPayment]:
    """The bank paid these rows of a file: each becomes a payment of its own, for statements show them so. Twice is once.

    Refuses: file_row_withdrawn, and what `pay` does.
    """
    lock_all([row.expense for row in rows])
    paid = []
    for row in (
        FileRow.objects.select_for_update(of=["self"]).filter(pk__in=[r.pk for r in rows]).select_related("expense").order_by("expense_id")
    ):
        require(
            row.state != FileRow.State.WITHDRAWN, "file_row_withdrawn", f"{row.expense} a fost retras din fișier și se plătește separat."
        )
        if row.state == FileRow.State.WAITING:
            token = uuid5(ROWS, str(row.pk))
            words = f"fișier {row.payment_file_id}"
            paid.append(pay([row.expense], amount=row.amount, method="transfer", on=on, by=by, token=token, reference=words, row=row))
    return paid


@transaction.atomic
def withdraw_rows(rows: Sequence[FileRow], *, by: Any) -> int:
    """The bank will not pay these rows: their documents may be paid otherwise. How many waited still."""
    lock_all([row.expense for row in rows])
    held = FileRow.objects.select_for_update(of=["self"]).filter(pk__in=[row.pk for row in rows], state=FileRow.State.WAITING)
    found = list(held.select_related("expense").order_by("pk"))
    for row in found:
        row.state = FileRow.State.WITHDRAWN
        row.save(update_fields=["state"])
        record_event(row.expense, "left_file", by=by, file=row.payment_file_id)
    return len(found)


def iban_of(expense: Expense) -> str:
    """The account to pay to: the document's own, failing that the supplier's."""
    return expense.iban or expense.partner.iban


def _iban(expense: Expense) -> str:
    known, partner = iban_of(expense), expense.partner.name
    require(known, "iban_missing", f"{partner} nu are IBAN. Scrieți-l pe {expense} sau în nomenclator.")
    try:
        return check_iban(known)
    except Wrong as wrong:
        raise Refused("iban_invalid", f"{partner}: {wrong}") from wrong
