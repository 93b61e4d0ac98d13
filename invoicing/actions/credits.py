"""A client's credit: paid in advance, used on invoices, given back. It is never below zero, whatever happens at once."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from companies.events import record_event
from invoicing.actions.receipts import ADVANCE, Chit, number_receipt, tie
from invoicing.cash import require_till
from invoicing.exchange import Exchange, exchange_of_advance, require_size
from invoicing.models import ClientCredit, Document, Payment, PaymentAllocation, Status
from invoicing.models.document import PAYABLE, Channel
from invoicing.period import require_day_open
from lib.dates import bucharest_today
from lib.errors import require
from lib.formats import amount as with_currency
from lib.money import ZERO
from partners.models import Partner


@transaction.atomic
def record_advance(
    partner: Partner,
    *,
    amount: Decimal,
    method: str,
    on: date,
    by: Any,
    token: UUID,
    currency: str = "RON",
    rate: Decimal | None = None,
    reference: str = "",
    note: str = "",
    receipt: Chit | None = None,
    channel: Channel = Channel.WEB,
) -> Payment:
    """Money of a client for which there is no invoice yet: the whole is its credit. One `receipt` may come with it.

    The same `token` again returns the first. Refuses: amount_not_positive, amount_too_large, payment_in_future, rate_missing,
    rate_not_positive, and of the receipt what `issue_receipt` does.
    """
    require(amount > 0, "amount_not_positive", "Suma trebuie să fie mai mare decât zero.", "amount")
    require_day(on)
    require_day_open(on, "on")
    terms = exchange_of_advance(currency, on=on, rate=rate)
    require_size(terms.in_lei(amount), "amount")
    hold_credit(partner.pk, currency)
    require_till(method, currency, on)
    if earlier := Payment.objects.filter(token=token).first():
        return earlier
    values = {"received_on": on, "reference": reference, "note": note, "token": token, "by": by}
    payment = _moved(partner, amount, method, terms, **values)
    chit = number_receipt(payment, receipt, about=ADVANCE, channel=channel) if receipt else None
    payment.reference = payment.reference or (chit.label if chit else "")
    payment.save(force_insert=True)
    if chit:
        tie(chit, payment)
    credit_event(payment, "credit_paid", amount)
    return payment


@transaction.atomic
def refund(
    partner: Partner,
    *,
    amount: Decimal,
    method: str,
    on: date,
    by: Any,
    token: UUID,
    currency: str = "RON",
    rate: Decimal | None = None,
    reference: str = "",
    note: str = "",
) -> Payment:
    """Give back a client's credit, in part or whole: a payment with minus, of no document. The same `token` again returns the first.

    Refuses: amount_not_positive, amount_too_large, payment_in_future, rate_missing, rate_not_positive, amount_over_credit.
    """
    require(amount > 0, "amount_not_positive", "Suma trebuie să fie mai mare decât zero.", "amount")
    require_day(on)
    require_day_open(on, "on")
    terms = exchange_of_advance(currency, on=on, rate=rate)
    require_size(terms.in_lei(amount), "amount")
    left = hold_credit(partner.pk, currency)
    require_till(method, currency, on)
    if earlier := Payment.objects.filter(token=token).first():
        return earlier
    _require_credit(amount, left, currency)
    values = {"received_on": on, "reference": reference, "note": note, "token": token, "by": by}
    payment = _moved(partner, -amount, method, terms, **values)
    payment.save(force_insert=True)
    credit_event(payment, "credit_refunded", amount)
    return payment


@transaction.atomic
def use_credit(invoice: Document, *, amount: Decimal, by: Any, token: UUID, on: date | None = None) -> Payment:
    """Pay an invoice out of its client's credit in the same currency, in part or whole; no money moves.

    Two payments of one pair: −amount of credit, +amount on the invoice, cancelled only together; returns the one on the invoice.
    The same `token` again returns the first. Refuses: document_not_payable, document_not_issued, already_paid, amount_not_positive,
    amount_over_balance, amount_over_credit, payment_in_future.
    """
    invoice = Document.objects.select_for_update(of=["self"]).select_related("partner").get(pk=invoice.pk)
    require(invoice.kind in PAYABLE, "document_not_payable", f"{invoice} nu este factură și nu se încasează.")
    require(invoice.status == Status.ISSUED, "document_not_issued", f"{invoice} nu este emisă; se încasează doar facturi emise.")
    on = on or bucharest_today()
    require_day(on)
    require_day_open(on, "on")
    left = hold_credit(invoice.partner_id, invoice.currency)
    if earlier := Payment.objects.filter(token=token).first():
        return earlier
    require(invoice.balance > 0, "already_paid", f"{invoice} nu mai are rest de încasat.")
    require(amount > 0, "amount_not_positive", "Suma trebuie să fie mai mare decât zero.", "amount")
    most = with_currency(invoice.balance, invoice.currency)
    require(amount <= invoice.balance, "amount_over_balance", f"Rest de încasat: {most}. Introduceți cel mult această sumă.", "amount")
    _require_credit(amount, left, invoice.currency)
    return _use(invoice, amount, on, by, token)


def hold_credit(partner_id: int, currency: str) -> Decimal:
    """The credit of a client in a currency, its row held until commit: who uses it waits for who used it."""
    ClientCredit.objects.bulk_create([ClientCredit(partner_id=partner_id, currency=currency)], ignore_conflicts=True)
    return ClientCredit.objects.select_for_update().get(partner_id=partner_id, currency=currency).amount


def credit_of(partner_id: int | None, currency: str) -> Decimal:
    """The credit of a client in a currency."""
    found = ClientCredit.objects.filter(partner_id=partner_id, currency=currency).values_list("amount", flat=True).first()
    return found if found is not None else ZERO


def credit_event(payment: Payment, verb: str, amount: Decimal, *, by: Any = None, **data: object) -> None:
    """What happened to a client's credit, in the history of the client."""
    values = {"amount": amount, "currency": payment.currency, "on": payment.received_on, "payment": payment.pk, **data}
    record_event(payment.partner, verb, by=by or payment.by, **values)


def require_day(on: date) -> None:
    """Money that has not come yet is not recorded. Refuses: payment_in_future."""
    require(on <= bucharest_today(), "payment_in_future", "Data încasării este în viitor.", "on")


def _require_credit(amount: Decimal, left: Decimal, currency: str) -> None:
    require(left > 0, "amount_over_credit", "Clientul nu are credit în această monedă.", "amount")
    require(amount <= left, "amount_over_credit", f"Creditul clientului este de {with_currency(left, currency)}.", "amount")


def _moved(partner: Partner, amount: Decimal, method: str, terms: Exchange, **values: Any) -> Payment:
    """Money that covers no document."""
    return Payment(
        partner=partner,
        method=method,
        amount=amount,
        credit=amount,
        currency=terms.currency,
        exchange_rate=terms.rate,
        rate_source=terms.source,
        **values,
    )


def _use(invoice: Document, amount: Decimal, on: date, by: Any, token: UUID) -> Payment:
    """Both halves at the invoice's own rate: credit becomes payment without any exchange."""
    pair, terms = uuid4(), Exchange(invoice.currency, invoice.currency, invoice.exchange_rate, "document")
    values = {"received_on": on, "by": by, "pair": pair}
    given = _moved(invoice.partner, -amount, Payment.Method.SET_OFF, terms, reference=invoice.label, token=uuid4(), **values)
    given.save(force_insert=True)
    taken = _moved(invoice.partner, amount, Payment.Method.SET_OFF, terms, reference="credit client", token=token, **values)
    taken.credit = ZERO
    taken.save(force_insert=True)
    PaymentAllocation.objects.create(payment=taken, document=invoice, amount=amount, received=amount)
    invoice.paid += amount
    invoice.save(update_fields=["paid"])
    record_event(invoice, "credit_used", by=by, amount=amount, on=on, payment=taken.pk)
    credit_event(given, "credit_used", amount, label=invoice.label)
    return taken
