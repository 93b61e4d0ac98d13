"""A movement is booked once, whole or in parts: as payments, or as nothing with a reason; undone, it is open again.

Locks: what a payment changes first (documents, the credit or advance of the partner), the movement last; for who cancels a payment
from elsewhere comes to the movement last too, by the trigger.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bank.matching import Candidate, suggest
from bank.models import BankSettings, Booking, KnownAccount, StatementLine
from cashbook.actions import reverse
from cashbook.actions.tills import lock_several
from invoicing.actions import cancel_payment, record_advance, record_payment
from invoicing.actions.credits import hold_credit
from invoicing.actions.locks import lock_all as lock_documents
from invoicing.models import Document, Payment
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.formats import amount as with_currency
from lib.formats import date_ro
from partners.models import Partner
from purchases import actions as purchases
from purchases.actions.locks import hold_advance
from purchases.actions.locks import lock_all as lock_expenses
from purchases.models import Expense, FileRow, SupplierPayment

BY_HAND = "Ales de om."
TAKEN = "Mișcarea a fost deja potrivită. Reîncărcați pagina."


@transaction.atomic
def book_documents(
    line: StatementLine,
    documents: Sequence[Document] | Sequence[Expense],
    *,
    by: Any,
    amount: Decimal | None = None,
    token: UUID | None = None,
    reason: str = BY_HAND,
    confidence: int = 0,
    automatic: bool = False,
) -> Booking:
    """Record the payment that a movement is: of one client's documents when money came, of one supplier's when it went.

    `amount`, above zero, is the part of the movement that they are; without it, all that is left. The oldest due is covered first;
    what is over stays as credit of the client, or advance of the supplier. Twice is once, for parts by their `token`. Refuses:
    line_not_open, line_part_over, amount_not_positive, and what `record_payment` or `purchases.actions.pay` do.
    """
    invoices = [document for document in documents if isinstance(document, Document)]
    expenses = [document for document in documents if isinstance(document, Expense)]
    _hold_partners(lock_documents(invoices), lock_expenses(expenses), line)
    line = hold(line)
    if earlier := _earlier(line, {document.pk for document in documents}, token):
        return earlier
    part = part_of(line, amount)
    values = {"by": by, "on": line.on, "reference": line.reference[:60], "token": token or uuid4()}
    if line.incoming:
        made = Booking(
            payment=record_payment(invoices, amount=part, method=Payment.Method.TRANSFER, currency=line.currency, keep_rest=True, **values)
        )
    else:
        made = Booking(supplier_payment=_pay(expenses, part, line, values))
    made.reason, made.confidence, made.automatic = reason, confidence, automatic
    return write(line, made, part, by)


@transaction.atomic
def book_ahead(line: StatementLine, partner: Partner, *, by: Any, amount: Decimal | None = None, token: UUID | None = None) -> Booking:
    """The movement, or a part of it, becomes credit of a client, or an advance with a supplier; the same `token` again is once.

    Refuses: line_not_open, line_part_over, amount_not_positive, and what they do.
    """
    _hold_partner(partner.pk, line)
    line = hold(line)
    if token and (earlier := _earlier(line, set(), token)):
        return earlier
    require(line.is_open, "line_not_open", TAKEN)
    part = part_of(line, amount)
    values = {"by": by, "on": line.on, "reference": line.reference[:60], "token": token or uuid4(), "currency": line.currency}
    if line.incoming:
        made = Booking(payment=record_advance(partner, amount=part, method=Payment.Method.TRANSFER, **values))
    else:
        made = Booking(supplier_payment=purchases.pay_ahead(partner, amount=part, method=SupplierPayment.Method.TRANSFER, **values))
    made.reason = "Credit al clientului." if line.incoming else "Avans la furnizor."
    return write(line, made, part, by)


@transaction.atomic
def ignore(line: StatementLine, *, by: Any, reason: str) -> Booking:
    """The movement is no payment of ours to record: a tax, a transfer between own accounts.

    Refuses: reason_missing, line_not_open, line_in_parts.
    """
    require(reason.strip(), "reason_missing", "Scrieți de ce nu se înregistrează; rămâne la mișcare.", "reason")
    line = hold(line)
    require(line.is_open, "line_not_open", TAKEN)
    require(not line.booked, "line_in_parts", "O parte din mișcare este deja înregistrată. Anulați întâi potrivirea ei.")
    return write(line, Booking(reason=reason.strip()[:300]), abs(line.amount), by)


@transaction.atomic
def undo(line: StatementLine, *, by: Any) -> StatementLine:
    """Take back all that a movement was booked as: its payments are cancelled, with what was made for them, and it is open again.

    Twice is once. Refuses: what cancelling the payments does.
    """
    booked = list(
        Booking.objects.filter(line=line, undone_at=None).select_related("payment", "supplier_payment", "cash_operation__till", "expense")
    )
    _hold_booked(booked)
    reason = f"Potrivire anulată din extrasul de cont ({line.reference or date_ro(line.on)})"[:200]
    for each in booked:
        _undo(each, reason, by)
        _forget(line, each)
    line.refresh_from_db()
    return line


def book_exact(lines: Iterable[StatementLine], *, by: Any) -> int:
    """Book by itself what has the number and the amount of one document, if the company wants so; how many were."""
    if not BankSettings.objects.filter(books_exact=True).exists():
        return 0
    count = 0
    lines = list(lines)
    for start in range(0, len(lines), 50):
        part = lines[start : start + 50]
        found = suggest(part)
        for line in part:
            count += _booked_by_itself(line, found.get(line.pk, []), by)
    return count


def hold(line: StatementLine) -> StatementLine:
    """The movement, held until commit; after everything else (see above)."""
    return StatementLine.objects.select_for_update().get(pk=line.pk)


def part_of(line: StatementLine, amount: Decimal | None) -> Decimal:
    """How much of the movement is meant, above zero. Refuses: amount_not_positive, line_part_over."""
    left = abs(line.rest)
    if amount is None:
        return left
    require(amount > 0, "amount_not_positive", "Suma trebuie să fie mai mare decât zero.", "amount")
    require(amount <= left, "line_part_over", f"Din mișcare au mai rămas {with_currency(left, line.currency)}.", "amount")
    return amount


def write(line: StatementLine, made: Booking, part: Decimal, by: Any) -> Booking:
    """Tie a part, above zero, of the held movement to what it is."""
    made.line, made.by, made.amount = line, by, part if line.incoming else -part
    made.save(force_insert=True)
    line.refresh_from_db(fields=["booked", "state"])
    partner = made.payment.partner if made.payment else made.supplier_payment.partner if made.supplier_payment else None
    if partner and line.iban and not made.automatic and part == abs(line.amount):  # who pays for several is none of them
        KnownAccount.objects.update_or_create(iban=line.iban, defaults={"partner": partner})
    return made


def _booked_by_itself(line: StatementLine, candidates: Sequence[Candidate], by: Any) -> bool:
    exact = [candidate for candidate in candidates if candidate.exact]
    if len(exact) != 1:
        return False
    (one,) = exact
    try:
        book_documents(line, one.documents, by=by, reason=one.reason, confidence=one.confidence, automatic=True)
    except Refused:  # a closed month, a document paid meanwhile: a person looks at it
        return False
    return True


def _earlier(line: StatementLine, keys: set[int], token: UUID | None) -> Booking | None:
    """What the same click has made already. Refuses: line_not_open, when the movement is something else by now."""
    if token:
        same = Q(payment__token=token) | Q(supplier_payment__token=token)
        if earlier := Booking.objects.filter(same, line=line, undone_at=None).first():
            return earlier
    if line.is_open:
        return None
    live = list(Booking.objects.filter(line=line, undone_at=None).select_related("payment", "supplier_payment"))
    require(len(live) == 1 and _covered(live[0]) == keys, "line_not_open", TAKEN)
    return live[0]


def _covered(booking: Booking) -> set[int]:
    if booking.payment:
        return set(booking.payment.allocations.values_list("document_id", flat=True))
    if booking.supplier_payment:
        return set(booking.supplier_payment.allocations.values_list("expense_id", flat=True))
    return set()


def _pay(expenses: Sequence[Expense], part: Decimal, line: StatementLine, values: dict[str, Any]) -> SupplierPayment:
    """The payment of a supplier's documents; one that waits in a file of payments is paid as that row."""
    waiting = list(FileRow.objects.filter(expense__in=expenses, state=FileRow.State.WAITING).select_related("payment_file", "expense"))
    if len(waiting) == len(expenses) == 1 and waiting[0].amount == part and waiting[0].payment_file.currency == line.currency:
        return purchases.confirm_rows(waiting, on=line.on, by=values["by"])[0]
    transfer = SupplierPayment.Method.TRANSFER
    return purchases.pay(expenses, amount=part, method=transfer, currency=line.currency, keep_rest=True, **values)


def _hold_partners(invoices: Sequence[Document], expenses: Sequence[Expense], line: StatementLine) -> None:
    """The credit or the advance that what is over may become."""
    for key in sorted({document.partner_id for document in invoices} | {expense.partner_id for expense in expenses}):
        _hold_partner(key, line)


def _hold_partner(key: int, line: StatementLine) -> None:
    (hold_credit if line.incoming else hold_advance)(key, line.currency)


def _hold_booked(booked: Sequence[Booking]) -> None:
    """All that cancelling will touch, in the usual order, before the trigger comes to the movement."""
    payments = [each.payment for each in booked if each.payment]
    paid = [each.supplier_payment for each in booked if each.supplier_payment]
    lock_documents(list(Document.objects.filter(allocations__payment__in=payments).distinct()))
    lock_expenses(list(Expense.objects.filter(allocations__payment__in=paid).distinct()))
    for key, currency in sorted({(each.partner_id, each.currency) for each in payments if each.credit}):
        hold_credit(key, currency)
    for key, currency in sorted({(each.partner_id, each.currency) for each in paid if each.advance}):
        hold_advance(key, currency)
    lock_several(*(each.cash_operation.till for each in booked if each.cash_operation and each.made_here))


def _undo(booked: Booking, reason: str, by: Any) -> None:
    if booked.payment:
        cancel_payment(booked.payment, by=by, reason=reason)
    elif booked.supplier_payment:
        purchases.cancel_payment(booked.supplier_payment, by=by, reason=reason)
        if booked.expense:
            purchases.cancel_expense(booked.expense, by=by, reason=reason)
    elif booked.cash_operation and booked.made_here:
        day = booked.cash_operation.day
        reverse(booked.cash_operation, on=bucharest_today() if booked.cash_operation.till.is_closed(day) else day, by=by, reason=reason)
    else:
        hold(booked.line)
        Booking.objects.filter(pk=booked.pk, undone_at=None).update(undone_at=timezone.now(), undone_by=by)


def _forget(line: StatementLine, undone: Booking) -> None:
    """What was learnt from a booking that was taken back is not known any more, unless another one says the same."""
    paid = undone.payment or undone.supplier_payment
    if not paid or not line.iban:
        return
    others = Booking.objects.filter(line__iban=line.iban, undone_at=None)
    if not (others.filter(payment__partner=paid.partner_id) | others.filter(supplier_payment__partner=paid.partner_id)).exists():
        KnownAccount.objects.filter(iban=line.iban, partner=paid.partner_id).delete()
