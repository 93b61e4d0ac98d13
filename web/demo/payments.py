"""How the clients of the demonstration firm pay: most in time, some late, some in part, some two invoices at once."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from companies.models import Event
from invoicing.actions import Chit, issue_receipt, record_advance, refund, use_credit
from invoicing.actions.receipts import receipt_series
from invoicing.models import Document, Payment, PaymentAllocation
from lib.dates import bucharest_today
from lib.money import ZERO, money
from partners.models import Partner
from web.demo.copying import copy_rows, next_ids, update_rows

FEW = 6
Part = tuple[Document, Decimal]


def pay(random: Random, owner: Any, documents: list[Document]) -> None:
    """Write payments for issued documents; some of the unpaid are cancelled."""
    batches = _group(random, [part for document in documents if (part := _part(random, document))])
    keys = next_ids(Payment, len(batches))
    payments = [_payment(random, owner, parts, pk) for parts, pk in zip(batches, keys, strict=True)]
    paid = [(payment, document, amount) for payment, parts in zip(payments, batches, strict=True) for document, amount in parts]
    copy_rows(Payment, payments)
    copy_rows(
        PaymentAllocation, [PaymentAllocation(payment_id=p.pk, document_id=d.pk, amount=amount, received=amount) for p, d, amount in paid]
    )
    update_rows("invoicing_document", {"paid": "numeric"}, [(document.pk, amount) for _, document, amount in paid])
    copy_rows(Event, [_event(owner, payment, document, amount) for payment, document, amount in paid])
    _cancel_some(random, owner, [d for d in documents if d.pk not in {document.pk for _, document, _ in paid}])


def pay_more(random: Random, owner: Any) -> None:
    """By the ordinary actions, a few of each: receipts of cash payments, an advance, credit used and given back."""
    series = receipt_series()
    cash = Payment.objects.live().filter(method=Payment.Method.CASH).order_by("-received_on", "-pk")[:FEW]
    for payment in reversed(cash if series else []):
        issue_receipt(payment, Chit(series[0]), by=owner)
    today = bucharest_today()
    owing = Document.objects.invoices().unpaid().filter(currency="RON", total__gt=200).select_related("partner").order_by("pk")
    for number, invoice in enumerate(owing[:FEW]):
        chit = Chit(series[0]) if series and number == 0 else None
        advance = min(money(invoice.total / 4), Decimal(1500))  # within the ceiling of cash
        method = Payment.Method.CASH if chit else Payment.Method.TRANSFER
        token = UUID(int=random.getrandbits(128), version=4)
        record_advance(invoice.partner, amount=advance, method=method, on=today, by=owner, token=token, receipt=chit)
        if number % 3 == 1:
            use_credit(invoice, amount=advance, by=owner, token=UUID(int=random.getrandbits(128), version=4))
        if number % 3 == 2:
            values = {"method": method, "on": today, "by": owner, "token": UUID(int=random.getrandbits(128), version=4)}
            refund(invoice.partner, amount=money(advance / 2), **values)


def _part(random: Random, document: Document) -> Part | None:
    age = (bucharest_today() - document.issue_date).days
    if not document.total or random.random() > (0.35 if age < 30 else 0.75 if age < 90 else 0.96):
        return None
    if random.random() < 0.07 and document.total > 100:
        return document, money(document.total * random.randint(20, 70) / 100)
    return document, document.total


def _group(random: Random, parts: list[Part]) -> list[list[Part]]:
    """Some clients pay two invoices at once."""
    batches: list[list[Part]] = []
    waiting: dict[tuple[int, str], list[Part]] = {}
    for document, amount in parts:
        key = (document.partner_id, document.currency)
        if len(waiting.get(key, [])) == 1 and random.random() < 0.15 and amount == document.total and document.currency == "RON":
            waiting.pop(key).append((document, amount))
            continue
        batches.append([(document, amount)])
        waiting[key] = batches[-1]
    return batches


def _payment(random: Random, owner: Any, parts: list[Part], pk: int) -> Payment:
    last = parts[-1][0]
    on = min(last.issue_date + timedelta(days=random.randint(0, (last.partner.due_days or 0) + 20)), bucharest_today())
    amount = sum((amount for _, amount in parts), ZERO)
    return Payment(
        pk=pk, partner_id=last.partner_id, method=_method(random, last, amount), amount=amount, currency=last.currency, received_on=on,
        exchange_rate=last.exchange_rate, rate_source="" if last.currency == "RON" else "document",
        reference=f"OP {random.randint(1, 9999)}", token=UUID(int=random.getrandbits(128), version=4), by_id=owner.pk, recorded_at=_at(on),
    )  # fmt: skip


def _method(random: Random, document: Document, amount: Decimal) -> str:
    if document.partner.kind == Partner.Kind.NATURAL and amount < 5000:
        return random.choice([Payment.Method.CASH, Payment.Method.CARD, Payment.Method.CASH_ON_DELIVERY])
    return random.choice([Payment.Method.TRANSFER] * 12 + [Payment.Method.CHEQUE, Payment.Method.PROMISSORY_NOTE, Payment.Method.SET_OFF])


def _cancel_some(random: Random, owner: Any, documents: list[Document]) -> None:
    cancelled = [document for document in documents if random.random() < 0.15]
    update_rows(
        "invoicing_document",
        {"status": "text", "cancelled_at": "timestamptz"},
        [(d.pk, "cancelled", d.issued_at + timedelta(hours=1)) for d in cancelled],
    )
    copy_rows(
        Event,
        [
            Event(subject="document", subject_id=d.pk, verb="cancelled", by_id=owner.pk, at=d.issued_at + timedelta(hours=1),
                  data={"reason": "Emisă de două ori din greșeală."})
            for d in cancelled
        ],
    )  # fmt: skip


def _event(owner: Any, payment: Payment, document: Document, amount: Decimal) -> Event:
    data = {"amount": str(amount), "method": payment.method, "on": payment.received_on.isoformat(), "payment": payment.pk}
    return Event(subject="document", subject_id=document.pk, verb="paid", data=data, by_id=owner.pk, at=payment.recorded_at)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)
