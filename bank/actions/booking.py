"""A movement is booked once: as a payment, or as nothing with a reason; undone, it is open again.

The movement is held first, the documents after it. Who cancels a payment from elsewhere holds the documents and then, by the
trigger, a movement that is booked; who holds that movement here sees it booked and waits for nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from bank.matching import Candidate, suggest
from bank.models import BankSettings, Booking, KnownAccount, LineState, StatementLine
from invoicing.actions import cancel_payment, record_advance, record_payment
from invoicing.models import Document, Payment
from lib.errors import Refused, require
from lib.formats import date_ro
from partners.models import Partner
from purchases import actions as purchases
from purchases.models import Expense, FileRow, SupplierPayment

BY_HAND = "ales de om"


@transaction.atomic
def book_documents(
    line: StatementLine,
    documents: Sequence[Document] | Sequence[Expense],
    *,
    by: Any,
    reason: str = BY_HAND,
    confidence: int = 0,
    automatic: bool = False,
) -> Booking:
    """Record the payment that a movement is: of one client's documents when money came, of one supplier's when it went.

    The oldest due is covered first; what is over stays as credit of the client, or advance of the supplier. Twice is once.
    Refuses: line_not_open, and what `record_payment` or `purchases.actions.pay` do.
    """
    line = _hold(line)
    keys = {document.pk for document in documents}
    if booked := _live(line):
        require(_covered(booked) == keys, "line_not_open", "Mișcarea a fost deja potrivită. Reîncărcați pagina.")
        return booked
    values = {"by": by, "on": line.on, "reference": line.reference[:60], "token": uuid4()}
    if line.incoming:
        incoming = [document for document in documents if isinstance(document, Document)]
        paid = record_payment(
            incoming, amount=line.amount, method=Payment.Method.TRANSFER, currency=line.currency, keep_rest=True, **values
        )
        made = Booking(payment=paid)
    else:
        made = Booking(supplier_payment=_pay([one for one in documents if isinstance(one, Expense)], line, values))
    made.reason, made.confidence, made.automatic = reason, confidence, automatic
    return _write(line, made, by)


@transaction.atomic
def book_ahead(line: StatementLine, partner: Partner, *, by: Any) -> Booking:
    """The whole movement becomes credit of a client, or an advance with a supplier. Refuses: line_not_open, and what they do."""
    line = _hold(line)
    require(_live(line) is None, "line_not_open", "Mișcarea a fost deja potrivită. Reîncărcați pagina.")
    values = {"by": by, "on": line.on, "reference": line.reference[:60], "token": uuid4(), "currency": line.currency}
    if line.incoming:
        made = Booking(payment=record_advance(partner, amount=line.amount, method=Payment.Method.TRANSFER, **values))
    else:
        ahead = purchases.pay_ahead(partner, amount=-line.amount, method=SupplierPayment.Method.TRANSFER, **values)
        made = Booking(supplier_payment=ahead)
    made.reason = "credit al clientului" if line.incoming else "avans la furnizor"
    return _write(line, made, by)


@transaction.atomic
def ignore(line: StatementLine, *, by: Any, reason: str) -> Booking:
    """The movement is no payment of ours to record: a fee, a transfer between own accounts. Refuses: reason_missing, line_not_open."""
    require(reason.strip(), "reason_missing", "Scrieți de ce nu se înregistrează; rămâne la mișcare.", "reason")
    line = _hold(line)
    require(_live(line) is None, "line_not_open", "Mișcarea a fost deja potrivită. Reîncărcați pagina.")
    return _write(line, Booking(reason=reason.strip()[:300]), by)


@transaction.atomic
def undo(line: StatementLine, *, by: Any) -> StatementLine:
    """Take back what a movement was booked as: its payment is cancelled and it is open again. Twice is once.

    Refuses: what cancelling the payment does.
    """
    booked = _live(line)
    if booked is None:
        return line
    reason = f"Potrivire anulată din extrasul de cont ({line.reference or date_ro(line.on)})"
    if booked.payment:
        cancel_payment(booked.payment, by=by, reason=reason[:200])
    elif booked.supplier_payment:
        purchases.cancel_payment(booked.supplier_payment, by=by, reason=reason[:200])
    else:
        _hold(line)
        Booking.objects.filter(pk=booked.pk, undone_at=None).update(undone_at=timezone.now(), undone_by=by)
    _forget(line, booked)
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


def _pay(expenses: Sequence[Expense], line: StatementLine, values: dict[str, Any]) -> SupplierPayment:
    """The payment of a supplier's documents; one that waits in a file of payments is paid as that row."""
    waiting = list(FileRow.objects.filter(expense__in=expenses, state=FileRow.State.WAITING).select_related("payment_file"))
    if len(waiting) == len(expenses) == 1 and waiting[0].amount == -line.amount and waiting[0].payment_file.currency == line.currency:
        return purchases.confirm_rows(waiting, on=line.on, by=values["by"])[0]
    transfer = SupplierPayment.Method.TRANSFER
    return purchases.pay(expenses, amount=-line.amount, method=transfer, currency=line.currency, keep_rest=True, **values)


def _hold(line: StatementLine) -> StatementLine:
    return StatementLine.objects.select_for_update().get(pk=line.pk)


def _live(line: StatementLine) -> Booking | None:
    return Booking.objects.filter(line=line, undone_at=None).select_related("payment", "supplier_payment").first()


def _covered(booking: Booking) -> set[int]:
    if booking.payment:
        return set(booking.payment.allocations.values_list("document_id", flat=True))
    if booking.supplier_payment:
        return set(booking.supplier_payment.allocations.values_list("expense_id", flat=True))
    return set()


def _write(line: StatementLine, made: Booking, by: Any) -> Booking:
    made.line, made.by = line, by
    made.save(force_insert=True)
    line.state = LineState.BOOKED if made.payment or made.supplier_payment else LineState.IGNORED
    partner = made.payment.partner if made.payment else made.supplier_payment.partner if made.supplier_payment else None
    if partner and line.iban and not made.automatic:
        KnownAccount.objects.update_or_create(iban=line.iban, defaults={"partner": partner})
    return made


def _forget(line: StatementLine, undone: Booking) -> None:
    """What was learnt from a booking that was taken back is not known any more, unless another one says the same."""
    paid = undone.payment or undone.supplier_payment
    if not paid or not line.iban:
        return
    others = Booking.objects.filter(line__iban=line.iban, undone_at=None)
    if not (others.filter(payment__partner=paid.partner_id) | others.filter(supplier_payment__partner=paid.partner_id)).exists():
        KnownAccount.objects.filter(iban=line.iban, partner=paid.partner_id).delete()
