"""Payments of clients: recorded once, over one or several documents of one client, and never changed, only cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from companies.events import record_event
from invoicing.actions.credits import credit_event, hold_credit, require_day
from invoicing.actions.locks import lock_all
from invoicing.actions.receipts import Chit, number_receipt, tie, void_receipts, what_for
from invoicing.cash import require_till
from invoicing.exchange import Exchange, exchange, require_size
from invoicing.models import Document, Payment, PaymentAllocation, Status
from invoicing.models.document import PAYABLE, Channel
from invoicing.period import require_day_open
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.formats import amount as with_currency
from lib.formats import unit_price
from lib.money import ZERO

SEVERAL_CLIENTS = "Nu puteți emite o încasare pentru facturi de la mai mulți clienți."


@dataclass(frozen=True)
class Part:
    """What a payment covers of a document: in the document's currency, and in the money's."""

    document: Document
    amount: Decimal
    received: Decimal


@transaction.atomic
def record_payment(
    documents: Sequence[Document],
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
    receipt: Chit | None = None,
    channel: Channel = Channel.WEB,
) -> Payment:
    """Record money received for documents of one client; the oldest due is covered first. One `receipt` may come with it.

    `amount` is in `currency`, by default the documents'; another one is counted at `rate` lei for the foreign unit, by default
    BNR's. What is over is refused, unless `keep_rest` lets it become the client's credit. For a set-off with what the company
    owes the same partner: method SET_OFF, `reference` names the supplier's document, and whoever cancels one cancels the other.
    The same `token` again (double click, retry) returns the first payment. Refuses: no_documents, several_clients,
    several_currencies, mixed_signs, document_not_issued, document_not_payable, already_paid, amount_not_positive,
    amount_over_balance, amount_too_large, payment_in_future, period_closed, currency_pair, rate_missing, rate_not_positive, and
    of the receipt what `issue_receipt` does.
    """
    if earlier := Payment.objects.filter(token=token).first():
        return earlier
    held = lock_all(documents)
    if earlier := Payment.objects.filter(token=token).first():  # its twin committed while we waited for the rows
        return earlier
    require_payable(held)
    require_day(on)
    require_day_open(on, "on")
    first = held[0]
    sign = 1 if first.total >= 0 else -1
    require(amount * sign > 0, "amount_not_positive", "Suma trebuie să fie mai mare decât zero.", "amount")
    terms = exchange(currency or first.currency, first, on=on, rate=rate)
    require_size(terms.in_lei(amount), "amount")
    parts = share(held, amount, terms)
    rest = amount - sum((part.received for part in parts), ZERO)
    require(not rest or (keep_rest and sign > 0 and parts), "amount_over_balance", _over(held, terms), "amount")
    if rest:
        hold_credit(first.partner_id, terms.currency)
    require_till(method, terms.currency, on)
    values = {"amount": amount, "method": method, "received_on": on, "reference": reference, "note": note, "token": token, "by": by}
    return _write(parts, rest, terms, Payment(partner=first.partner, **values), receipt, channel)


@transaction.atomic
def cancel_payment(payment: Payment, *, by: Any, reason: str) -> Payment:
    """Cancel a payment: it stays on record with its reason, its documents owe again, its receipt is cancelled. Of a pair both halves go.

    Refuses: reason_missing, credit_used, period_closed.
    """
    # The documents first, as everywhere, so that no two actions wait for each other.
    both = Q(pk=payment.pk) if payment.pair is None else Q(pair=payment.pair)
    allocations = list(PaymentAllocation.objects.filter(payment__in=Payment.objects.filter(both)).select_related("document"))
    held = {document.pk: document for document in lock_all([a.document for a in allocations])}
    halves = {
        half.pk: half for half in Payment.objects.select_for_update(of=["self"]).filter(both).select_related("partner").order_by("pk")
    }
    payment = halves[payment.pk]
    if payment.cancelled_at:
        return payment
    require(reason.strip(), "reason_missing", "Scrieți motivul anulării; rămâne în istoric.", "reason")
    reason = reason.strip()
    for half in halves.values():
        require_day_open(half.received_on)
    _require_unused(payment, sum((half.credit for half in halves.values()), ZERO), any(half.credit for half in halves.values()))
    for half in halves.values():
        require_till(half.method, half.currency, bucharest_today())  # a closed day is taken back on the day of the cancelling
    for half in halves.values():
        void_receipts(half, by=by, reason=reason)
        half.cancelled_at, half.cancelled_by, half.cancel_reason = timezone.now(), by, reason
        half.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
        if half.credit:
            credit_event(half, "credit_cancelled", half.credit, by=by, reason=reason)
    for allocation in allocations:
        document = held[allocation.document_id]
        document.paid -= allocation.amount
        document.save(update_fields=["paid"])
        record_event(document, "payment_cancelled", by=by, amount=allocation.amount, reason=reason, payment=allocation.payment_id)
    return payment


def due(documents: Sequence[Document]) -> Decimal:
    """What is left to receive for documents of one currency."""
    return sum((document.balance for document in documents), ZERO)


def require_payable(documents: Sequence[Document]) -> None:
    """Refuse documents that one payment can't cover: see `record_payment`. Asked before the form is shown, and again under lock."""
    require(documents, "no_documents", "Alegeți cel puțin o factură.")
    for document in documents:
        require(document.kind in PAYABLE, "document_not_payable", f"{document} nu este factură și nu se încasează.")
        require(document.status == Status.ISSUED, "document_not_issued", f"{document} nu este emisă; se încasează doar facturi emise.")
    _require_one_client(documents)
    require(
        len({d.currency for d in documents}) == 1,
        "several_currencies",
        "Facturile sunt în monede diferite. Faceți câte o încasare pentru fiecare monedă.",
    )
    require(
        len({d.total >= 0 for d in documents}) == 1,
        "mixed_signs",
        "O încasare nu poate acoperi deodată facturi și stornări. Înregistrați-le separat.",
    )
    left = due(documents)
    require(left or len(documents) > 1, "already_paid", f"{documents[0]} este deja încasată integral.")
    require(left, "already_paid", "Facturile alese sunt deja încasate integral.")


def share(documents: Sequence[Document], amount: Decimal, terms: Exchange) -> list[Part]:
    """What an amount of money covers, the oldest due first; what is over is left out."""
    parts, left = [], amount
    for document in sorted(documents, key=lambda d: (d.due_date or d.issue_date, d.pk)):
        cost = terms.cost(document.balance)
        whole = abs(left) >= abs(cost)
        part = Part(document, document.balance, cost) if whole else Part(document, _within(terms.covers(left), document.balance), left)
        if part.amount and part.received:
            parts.append(part)
            left -= part.received
    return parts


def _within(amount: Decimal, balance: Decimal) -> Decimal:
    """Rounding never covers more than is left."""
    return min(amount, balance, key=abs)


def _require_one_client(documents: Sequence[Document]) -> None:
    """One client a payment (R32); two partners of one name are two CIFs, and the sentence says which."""
    first = documents[0]
    other = next((d for d in documents if d.partner_id != first.partner_id), None)
    if other and other.partner.name.casefold() == first.partner.name.casefold():
        raise Refused(
            "several_clients",
            f"{SEVERAL_CLIENTS} {first.label} și {other.label} sunt pe „{first.partner.name}”, dar cu CIF diferit"
            f" ({first.partner.cif or 'fără'} și {other.partner.cif or 'fără'}): corectați clientul în nomenclator.",
        )
    require(other is None, "several_clients", SEVERAL_CLIENTS)


def _require_unused(payment: Payment, credit: Decimal, moved: bool) -> None:
    """What a payment left as credit, others may have used meanwhile. The row of the credit is held whichever way it moves."""
    if not moved:
        return
    left = hold_credit(payment.partner_id, payment.currency)
    require(
        left >= credit,
        "credit_used",
        f"Din avansul acestei încasări ({with_currency(credit, payment.currency)}) s-a folosit sau s-a restituit o parte."
        " Anulați întâi folosirea creditului sau restituirea.",
    )


def _over(documents: Sequence[Document], terms: Exchange) -> str:
    left = due(documents)
    text = with_currency(left, terms.documents)
    if terms.currency != terms.documents:
        cost = sum((terms.cost(document.balance) for document in documents), ZERO)
        text = f"{with_currency(cost, terms.currency)} ({text} la cursul {unit_price(terms.rate)})"
    return f"Rest de încasat: {text}. Introduceți cel mult această sumă."


def _write(parts: Sequence[Part], rest: Decimal, terms: Exchange, payment: Payment, wanted: Chit | None, channel: Channel) -> Payment:
    """The payment with its parts, credit and receipt; the receipt's number first, as every lock is taken in one order."""
    payment.currency, payment.exchange_rate, payment.rate_source, payment.credit = terms.currency, terms.rate, terms.source, rest
    about = what_for([part.document for part in parts])
    chit = number_receipt(payment, wanted, about=about, channel=channel) if wanted else None
    payment.reference = payment.reference or (chit.label if chit else "")
    payment.save(force_insert=True)
    for part in parts:
        _allocate(payment, part, terms)
    if rest:
        credit_event(payment, "credit_paid", rest)
    if chit:
        tie(chit, payment)
    return payment


def _allocate(payment: Payment, part: Part, terms: Exchange) -> None:
    document, difference = part.document, terms.difference(part.amount, part.received, part.document)
    PaymentAllocation.objects.create(
        payment=payment, document=document, amount=part.amount, received=part.received, difference_ron=difference
    )
    document.paid += part.amount
    document.save(update_fields=["paid"])
    other = {"received": part.received, "currency": payment.currency} if payment.currency != document.currency else {}
    values = {"amount": part.amount, "method": payment.method, "on": payment.received_on, "payment": payment.pk, **other}
    record_event(document, "paid", by=payment.by, **values)
