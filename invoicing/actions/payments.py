"""Payments of clients: recorded once, over one or several documents of one client, and never changed, only cancelled."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from companies.events import record_event
from invoicing.models import Document, Kind, Payment, PaymentAllocation, Status
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.formats import amount as with_currency
from lib.money import ZERO

SEVERAL_CLIENTS = "Nu puteți emite o încasare pentru facturi de la mai mulți clienți."


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
) -> Payment:
    """Record money received for documents of one client, in their currency; the oldest due is covered first.

    The same `token` again (double click, retry) returns the first payment. Refuses: no_documents, several_clients,
    several_currencies, mixed_signs, document_not_issued, document_not_payable, already_paid, amount_not_positive,
    amount_over_balance, payment_in_future.
    """
    if earlier := Payment.objects.filter(token=token).first():
        return earlier
    held = lock_all(documents)
    if earlier := Payment.objects.filter(token=token).first():  # its twin committed while we waited for the rows
        return earlier
    require_payable(held)
    require(on <= bucharest_today(), "payment_in_future", "Data încasării este în viitor.", "on")
    sign = 1 if held[0].total >= 0 else -1
    left = due(held)
    require(amount * sign > 0, "amount_not_positive", "Suma trebuie să fie mai mare decât zero.", "amount")
    require(
        abs(amount) <= abs(left),
        "amount_over_balance",
        f"Rest de încasat: {with_currency(left, held[0].currency)}. Introduceți cel mult această sumă.",
        "amount",
    )
    payment = Payment.objects.create(
        partner_id=held[0].partner_id,
        method=method,
        amount=amount,
        currency=held[0].currency,
        received_on=on,
        reference=reference,
        note=note,
        token=token,
        by=by,
    )
    _allocate(payment, held, amount, by)
    return payment


@transaction.atomic
def cancel_payment(payment: Payment, *, by: Any, reason: str) -> Payment:
    """Cancel a payment: it stays on record, its documents owe again. Of a set-off both halves go. Refuses: reason_missing."""
    # The documents first, as everywhere, so that no two actions wait for each other.
    both = Q(pk=payment.pk) if payment.pair is None else Q(pair=payment.pair)
    allocations = list(PaymentAllocation.objects.filter(payment__in=Payment.objects.filter(both)).select_related("document"))
    held = {document.pk: document for document in lock_all([a.document for a in allocations])}
    halves = {half.pk: half for half in Payment.objects.select_for_update(of=["self"]).filter(both).order_by("pk")}
    payment = halves[payment.pk]
    if payment.cancelled_at:
        return payment
    require(reason.strip(), "reason_missing", "Scrieți motivul anulării; rămâne în istoric.", "reason")
    for half in halves.values():
        half.cancelled_at, half.cancelled_by, half.cancel_reason = timezone.now(), by, reason.strip()
        half.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    for allocation in allocations:
        document = held[allocation.document_id]
        document.paid -= allocation.amount
        document.save(update_fields=["paid"])
        record_event(document, "payment_cancelled", by=by, amount=allocation.amount, reason=reason.strip(), payment=allocation.payment_id)
    return payment


def lock_all(documents: Sequence[Document]) -> list[Document]:
    """Hold the rows in the order of their keys: two payments over the same invoices never wait for each other."""
    keys = [document.pk for document in documents]
    return list(Document.objects.select_for_update(of=["self"]).filter(pk__in=keys).select_related("partner").order_by("pk"))


def due(documents: Sequence[Document]) -> Decimal:
    """What is left to receive for documents of one currency."""
    return sum((document.balance for document in documents), ZERO)


def require_payable(documents: Sequence[Document]) -> None:
    """Refuse documents that one payment can't cover: see `record_payment`. Asked before the form is shown, and again under lock."""
    require(documents, "no_documents", "Alegeți cel puțin o factură.")
    for document in documents:
        require(document.kind == Kind.INVOICE, "document_not_payable", f"{document} nu este factură și nu se încasează.")
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


def _allocate(payment: Payment, documents: list[Document], amount: Decimal, by: Any) -> None:
    left = amount
    for document in sorted(documents, key=lambda d: (d.due_date or d.issue_date, d.pk)):
        part = min(left, document.balance, key=abs)
        if not part:
            continue
        PaymentAllocation.objects.create(payment=payment, document=document, amount=part)
        document.paid += part
        document.save(update_fields=["paid"])
        record_event(document, "paid", by=by, amount=part, method=payment.method, on=payment.received_on, payment=payment.pk)
        left -= part
