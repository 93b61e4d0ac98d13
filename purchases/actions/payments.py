"""Payments to suppliers: recorded once, over one or several documents of one supplier, and never changed, only cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from cashbook.actions import Entry, pay_out, record, reverse, till_for
from cashbook.models import CashOperation, Till
from cashbook.models import Kind as CashKind
from companies.events import record_event
from invoicing.actions import cancel_payment as cancel_of_client
from invoicing.actions.locks import lock_all as lock_documents
from invoicing.period import require_day_open
from lib.dates import bucharest_today
from lib.errors import require
from lib.formats import amount as with_currency
from lib.formats import date_ro
from lib.money import ZERO
from partners.models import Partner
from purchases.actions.locks import hold_advance, lock_all
from purchases.exchange import LEI, Exchange, exchange_of_advance, gained, terms
from purchases.models import Expense, FileRow, SupplierAllocation, SupplierPayment

Method = SupplierPayment.Method
SEVERAL_SUPPLIERS = "O plată acoperă documente ale unui singur furnizor. Plătiți-le separat."
AHEAD = "Avans furnizor"


@dataclass(frozen=True)
class Part:
    """What a payment covers of a document: in the document's currency, and in the money's."""

    expense: Expense
    amount: Decimal
    taken: Decimal


@transaction.atomic
def pay(
    expenses: Sequence[Expense],
    *,
    amount: Decimal,
    method: str,
    on: date,
    by: Any,
    token: UUID,
    reference: str = "",
    note: str = "",
    currency: str = "",
    rate: Decimal | None = None,
    keep_rest: bool = False,
    till: Till | None = None,
    row: FileRow | None = None,
) -> SupplierPayment:
    """Pay documents of one supplier; the oldest due is covered first. Credit notes among them lessen what is paid, all whole.

    `amount` is in `currency`, by default the documents'; below zero when the supplier gives money back for credit notes. What is
    over is refused, unless `keep_rest` makes it an advance. In cash the line of the till is written at once. The same `token` again
    returns the first. Refuses: no_expenses, several_suppliers, several_currencies, expense_not_booked, expense_in_file, already_paid,
    credit_notes_whole, amount_not_positive, amount_over_balance, payment_in_future, period_closed, method_by_action, currency_pair,
    rate_missing, rate_not_positive, and in cash what `cashbook.actions.record` does.
    """
    held = lock_all(expenses)
    if earlier := SupplierPayment.objects.filter(token=token).first():
        return earlier
    require_payable(held, row)
    moving = method in Method.values and method not in (Method.SET_OFF, Method.ADVANCE)
    require(moving, "method_by_action", "Compensarea și folosirea avansului au pagina lor.", "method")
    _require_day(on)
    first = held[0]
    how = terms(currency or first.currency, first, on=on, rate=rate)
    parts = share(held, amount, how)
    rest = amount - sum((part.taken for part in parts), ZERO)
    require(not rest or (keep_rest and rest > 0 and amount > 0), "amount_over_balance", _over(held, how), "amount")
    if rest:
        hold_advance(first.partner_id, how.currency)
    payment = SupplierPayment(
        partner=first.partner, method=method, amount=amount, advance=rest, paid_on=on, token=token, by=by, file_row=row
    )
    payment.reference, payment.note = reference, note
    return write(payment, parts, how, till=till)


@transaction.atomic
def pay_ahead(
    partner: Partner,
    *,
    amount: Decimal,
    method: str,
    on: date,
    by: Any,
    token: UUID,
    currency: str = LEI,
    rate: Decimal | None = None,
    reference: str = "",
    note: str = "",
    till: Till | None = None,
) -> SupplierPayment:
    """Money for a supplier of whom there is no document yet: all of it is an advance; below zero, an advance that came back.

    The same `token` again returns the first. Refuses: amount_not_positive, advance_used, payment_in_future, period_closed,
    method_by_action, rate_missing, rate_not_positive, and in cash what `cashbook.actions.record` does.
    """
    moving = method in Method.values and method not in (Method.SET_OFF, Method.ADVANCE)
    require(moving, "method_by_action", "Compensarea și folosirea avansului au pagina lor.", "method")
    require(amount, "amount_not_positive", "Suma trebuie să fie mai mare decât zero.", "amount")
    _require_day(on)
    how = exchange_of_advance(currency, on=on, rate=rate)
    held = hold_advance(partner.pk, currency)
    if earlier := SupplierPayment.objects.filter(token=token).first():
        return earlier
    most = f"Avansul rămas la furnizor este {with_currency(held.amount, currency)}."
    require(held.amount + amount >= 0, "advance_used", most, "amount")
    payment = SupplierPayment(partner=partner, method=method, amount=amount, advance=amount, paid_on=on, token=token, by=by)
    payment.reference, payment.note = reference, note
    return write(payment, [], how, till=till)


@transaction.atomic
def use_advance(expense: Expense, *, amount: Decimal, on: date, by: Any, token: UUID) -> SupplierPayment:
    """Cover a document, or part of it, from what was paid ahead in its currency; no money moves.

    The same `token` again returns the first. Refuses: expense_not_booked, expense_in_file, already_paid, amount_not_positive,
    amount_over_balance, advance_used, payment_in_future, period_closed.
    """
    (expense,) = lock_all([expense])
    if earlier := SupplierPayment.objects.filter(token=token).first():
        return earlier
    require_payable([expense])
    require(amount > 0, "amount_not_positive", "Suma trebuie să fie mai mare decât zero.", "amount")
    over = f"Rest de plată: {with_currency(expense.balance, expense.currency)}. Introduceți cel mult această sumă."
    require(amount <= expense.balance, "amount_over_balance", over, "amount")
    _require_day(on)
    held = hold_advance(expense.partner_id, expense.currency)
    sentence = f"Avansul rămas la furnizor este {with_currency(held.amount, expense.currency)}."
    require(amount <= held.amount, "advance_used", sentence, "amount")
    how = Exchange(expense.currency, expense.currency, expense.exchange_rate, "" if expense.currency == LEI else "document")
    payment = SupplierPayment(partner=expense.partner, method=Method.ADVANCE, amount=ZERO, advance=-amount, paid_on=on, token=token, by=by)
    return write(payment, [Part(expense, amount, amount)], how)


@transaction.atomic
def settle(credit: Expense, expense: Expense, *, amount: Decimal, on: date, by: Any, token: UUID) -> SupplierPayment:
    """A credit note of the supplier against one of its documents: both are settled by `amount`, and no money moves.

    The same `token` again returns the first. Refuses: several_suppliers, several_currencies, expense_not_booked, expense_in_file,
    no_credit, already_paid, amount_not_positive, amount_over_balance, payment_in_future, period_closed.
    """
    held = {row.pk: row for row in lock_all([credit, expense])}
    if earlier := SupplierPayment.objects.filter(token=token).first():
        return earlier
    credit, expense = held[credit.pk], held[expense.pk]
    require_payable([credit, expense])
    require(credit.balance < 0, "no_credit", f"{credit} nu mai are nimic de recuperat.")
    require(expense.balance > 0, "already_paid", f"{expense} este deja plătit integral.", "expense")
    require(amount > 0, "amount_not_positive", "Suma trebuie să fie mai mare decât zero.", "amount")
    most = min(-credit.balance, expense.balance)
    require(amount <= most, "amount_over_balance", f"Se pot compensa cel mult {with_currency(most, expense.currency)}.", "amount")
    _require_day(on)
    how = Exchange(expense.currency, expense.currency, expense.exchange_rate, "" if expense.currency == LEI else "document")
    payment = SupplierPayment(partner=expense.partner, method=Method.SET_OFF, amount=ZERO, paid_on=on, token=token, by=by)
    payment.reference = credit.number
    return write(payment, [Part(credit, -amount, -amount), Part(expense, amount, amount)], how)


@transaction.atomic
def cancel_payment(payment: SupplierPayment, *, by: Any, reason: str) -> SupplierPayment:
    """Cancel a payment: it stays on record with its reason, its documents are owed again, the line of the till is taken back.

    Of a set-off with a client both halves go. Twice is once. Refuses: reason_missing, advance_used, period_closed, and what
    `cashbook.actions.reverse` and `invoicing.actions.cancel_payment` do.
    """
    if payment.client_payment_id:
        lock_documents([part.document for part in payment.client_payment.allocations.select_related("document")])
    covered = lock_all(list(Expense.objects.filter(allocations__payment=payment)))
    payment = SupplierPayment.objects.select_for_update(of=["self"]).get(pk=payment.pk)
    if payment.cancelled_at:
        return payment
    require(reason.strip(), "reason_missing", "Scrieți motivul anulării; rămâne în istoric.", "reason")
    reason = reason.strip()
    require_day_open(payment.paid_on)
    if payment.advance:
        left = hold_advance(payment.partner_id, payment.currency).amount
        sentence = (
            f"Din avansul acestei plăți ({with_currency(payment.advance, payment.currency)}) s-a folosit deja. Anulați întâi folosirea."
        )
        require(left >= payment.advance, "advance_used", sentence)
    if payment.client_payment_id:
        cancel_of_client(payment.client_payment, by=by, reason=reason)
        payment.refresh_from_db()
    else:
        payment.cancelled_at, payment.cancelled_by, payment.cancel_reason = timezone.now(), by, reason
        payment.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
        if payment.cash_operation:
            _take_back(payment.cash_operation, by, reason)
    for expense in covered:
        record_event(expense, "payment_cancelled", by=by, reason=reason, payment=payment.pk)
    return payment


def require_payable(expenses: Sequence[Expense], row: FileRow | None = None) -> None:
    """Refuse what cannot be paid together; the rows are held."""
    require(expenses, "no_expenses", "Alegeți cel puțin un document.")
    first = expenses[0]
    require(len({e.partner_id for e in expenses}) == 1, "several_suppliers", SEVERAL_SUPPLIERS)
    require(len({e.currency for e in expenses}) == 1, "several_currencies", "Documentele sunt în monede diferite. Plătiți-le separat.")
    for expense in expenses:
        require(expense.is_booked, "expense_not_booked", f"{expense} nu este înregistrat și nu se plătește.")
    waiting = FileRow.objects.filter(expense__in=expenses, state=FileRow.State.WAITING).exclude(pk=row.pk if row else None)
    names = ", ".join(waiting.values_list("expense__number", flat=True))
    require(not names, "expense_in_file", f"Este deja într-un fișier de plăți: {names}. Confirmați plata sau retrageți rândul din fișier.")
    paid = f"{first} este deja plătit integral." if len(expenses) == 1 else "Documentele alese sunt deja plătite integral."
    require(any(expense.balance for expense in expenses), "already_paid", paid)


def share(expenses: Sequence[Expense], amount: Decimal, how: Exchange) -> list[Part]:
    """What an amount covers, the oldest due first; what is over is left out. Refuses: amount_not_positive, credit_notes_whole."""
    open_ones = [expense for expense in expenses if expense.balance]
    whole = [Part(expense, expense.balance, how.cost(expense.balance)) for expense in open_ones]
    cost = sum((part.taken for part in whole), ZERO)
    if len({expense.balance > 0 for expense in open_ones}) > 1:
        exact = f"Cu documente de recuperat între ele se plătește diferența întreagă: {with_currency(cost, how.currency)}."
        require(amount == cost and cost, "credit_notes_whole", exact, "amount")
        return whole
    require(
        amount * (1 if open_ones[0].balance > 0 else -1) > 0, "amount_not_positive", "Suma trebuie să fie mai mare decât zero.", "amount"
    )
    parts, left = [], amount
    for part in sorted(whole, key=lambda p: (p.expense.due_date or p.expense.issue_date, p.expense.pk)):
        enough = abs(left) >= abs(part.taken)
        covered = part if enough else Part(part.expense, min(how.covers(left), part.amount, key=abs), left)
        if covered.amount and covered.taken:
            parts.append(covered)
            left -= covered.taken
    return parts


def write(payment: SupplierPayment, parts: Sequence[Part], how: Exchange, *, till: Till | None = None) -> SupplierPayment:
    """The payment, its parts and in cash its line of the till; the triggers follow in what is paid and in the advance."""
    payment.currency, payment.exchange_rate, payment.rate_source = how.currency, how.rate, how.source
    if payment.file_row:
        payment.file_row.state = FileRow.State.PAID
        payment.file_row.save(update_fields=["state"])
    if payment.method == Method.CASH:
        payment.cash_operation = _line_of_till(payment, parts, till)
        payment.reference = payment.reference or payment.cash_operation.label
    payment.save(force_insert=True)
    for part in sorted(parts, key=lambda p: p.expense.pk):
        difference = gained(part.amount, part.taken, part.expense, how)
        SupplierAllocation.objects.create(
            payment=payment, expense=part.expense, amount=part.amount, taken=part.taken, difference_ron=difference
        )
        words = {"amount": part.amount, "method": payment.method, "on": payment.paid_on, "payment": payment.pk}
        record_event(part.expense, "paid", by=payment.by, **words)
    if payment.advance:
        words = {"amount": payment.advance, "currency": payment.currency, "on": payment.paid_on, "payment": payment.pk}
        record_event(payment.partner, "advance_paid" if payment.advance > 0 else "advance_used", by=payment.by, **words)
    return payment


def _line_of_till(payment: SupplierPayment, parts: Sequence[Part], till: Till | None) -> CashOperation:
    till = till or till_for(payment.currency)
    same = f"„{till.name}” ține {till.currency}, iar plata este în {payment.currency}."
    require(till.currency == payment.currency, "till_of_other_currency", same, "till")
    about = ", ".join(part.expense.number for part in parts) or AHEAD
    if payment.amount > 0:
        return pay_out(
            till, partner=payment.partner, amount=payment.amount, on=payment.paid_on, by=payment.by, token=uuid4(),
            document=payment.reference, explanation=f"Plată {about}"[:200],
        )  # fmt: skip
    back = f"Restituire de la furnizor {about}"[:200]
    entry = Entry(
        CashKind.OTHER_IN, payment.paid_on, -payment.amount, document=payment.reference, explanation=back, partner=payment.partner
    )
    return record(till, entry, by=payment.by, token=uuid4())


def _take_back(operation: CashOperation, by: Any, reason: str) -> None:
    """On its own day, as it never happened; when the till has closed that day, today."""
    day = operation.day if not operation.till.is_closed(operation.day) else bucharest_today()
    reverse(operation, on=day, by=by, reason=reason, by_owner=True)


def _require_day(on: date) -> None:
    require(on <= bucharest_today(), "payment_in_future", f"Data plății, {date_ro(on)}, este în viitor.", "on")
    require_day_open(on, "on")


def _over(expenses: Sequence[Expense], how: Exchange) -> str:
    left = sum((expense.balance for expense in expenses), ZERO)
    text = with_currency(abs(left), how.documents)
    if how.currency != how.documents:
        text = f"{with_currency(abs(how.cost(left)), how.currency)} ({text})"
    return f"Rest de plată: {text}. Introduceți cel mult această sumă sau lăsați diferența ca avans."
