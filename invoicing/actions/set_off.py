"""A storno against an invoice of the same client: both are settled by what the smaller one leaves, and no money moves."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from companies.events import record_event
from invoicing.actions.locks import lock_all
from invoicing.models import Document, Payment, PaymentAllocation, Status
from invoicing.models.document import PAYABLE
from invoicing.period import require_day_open
from lib.dates import bucharest_today
from lib.errors import require
from lib.formats import amount as with_currency


@transaction.atomic
def settle(credit: Document, invoice: Document, *, amount: Decimal, by: Any, token: UUID, on: date | None = None) -> Payment:
    """Use what a storno owes the client (`credit`, with a balance below zero) for an invoice of the same client and currency.

    Written as two payments of one pair, −amount on the credit and +amount on the invoice, cancelled only together; returns the
    one on the invoice. The same `token` again returns the first. Refuses: document_not_issued, document_not_payable,
    several_clients, several_currencies, no_credit, already_paid, amount_not_positive, amount_over_balance, payment_in_future,
    period_closed.
    """
    held = {document.pk: document for document in lock_all([credit, invoice])}
    if earlier := Payment.objects.filter(token=token).first():
        return earlier
    credit, invoice = held[credit.pk], held[invoice.pk]
    for document in (credit, invoice):
        require(document.kind in PAYABLE, "document_not_payable", f"{document} nu este factură și nu se compensează.")
        require(document.status == Status.ISSUED, "document_not_issued", f"{document} nu este emisă.")
    require(credit.partner_id == invoice.partner_id, "several_clients", "Se compensează doar facturi ale aceluiași client.")
    require(credit.currency == invoice.currency, "several_currencies", "Se compensează doar facturi în aceeași monedă.")
    require(credit.balance < 0, "no_credit", f"{credit} nu mai are nimic de restituit.")
    require(invoice.balance > 0, "already_paid", f"{invoice} nu mai are rest de încasat.", "invoice")
    require(amount > 0, "amount_not_positive", "Suma trebuie să fie mai mare decât zero.", "amount")
    most = min(-credit.balance, invoice.balance)
    require(amount <= most, "amount_over_balance", f"Se pot compensa cel mult {with_currency(most, invoice.currency)}.", "amount")
    today = bucharest_today()
    require(on is None or on <= today, "payment_in_future", "Data compensării este în viitor.", "on")
    require_day_open(on or today, "on")
    return _write(credit, invoice, amount, on or today, by, token)


def set_off_storno(storno: Document, original: Document, *, by: Any) -> None:
    """What the original still owes and its storno takes back settle each other; the caller holds both.

    A paid original leaves the storno with a balance below zero: the client's credit.
    """
    owing, credit = (original, storno) if original.balance > 0 else (storno, original)
    part = min(owing.balance, -credit.balance)
    if part > 0:
        _write(credit, owing, part, min(storno.issue_date, bucharest_today()), by, uuid4())


def _write(credit: Document, invoice: Document, amount: Decimal, on: date, by: Any, token: UUID) -> Payment:
    pair = uuid4()
    _half(credit, -amount, invoice, on, by, uuid4(), pair)
    return _half(invoice, amount, credit, on, by, token, pair)


def _half(document: Document, amount: Decimal, other: Document, on: date, by: Any, token: UUID, pair: UUID) -> Payment:
    payment = Payment.objects.create(
        partner_id=document.partner_id,
        method=Payment.Method.SET_OFF,
        amount=amount,
        currency=document.currency,
        exchange_rate=document.exchange_rate,
        rate_source="" if document.currency == "RON" else "document",
        received_on=on,
        reference=other.label,
        token=token,
        pair=pair,
        by=by,
    )
    PaymentAllocation.objects.create(payment=payment, document=document, amount=amount, received=amount)
    document.paid += amount
    document.save(update_fields=["paid"])
    record_event(document, "set_off", by=by, amount=amount, label=other.label, on=on, payment=payment.pk)
    return payment
