"""Receipts (chitanțe): a document of its own kind and series for one cash payment, printed as form 14-4-1 (docs/decisions/063)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from companies.events import record_event
from companies.models import Company, is_vat_payer
from invoicing.actions.issue import cancel, take_number
from invoicing.actions.output import new_pdf
from invoicing.models import Document, Kind, Payment, Receipt, Series, Status
from invoicing.models.document import Channel
from invoicing.snapshots import buyer_snapshot, issuer_of, seller_snapshot
from lib.errors import require
from lib.formats import date_ro
from lib.money import money
from lib.text import limit, normalise
from lib.words import plural
from subscriptions.actions import use_quota

ADVANCE = "Avans"
NO_SERIES = "Firma nu are nicio serie activă de chitanțe. Adăugați una în Configurare › Serii."
ABOUT = 1000


@dataclass(frozen=True)
class Chit:
    """A chitanță wanted for a payment: its series, whose details it bears (a buyer's snapshot; else the address book's), what for."""

    series: Series
    payer: dict[str, Any] | None = None
    about: str = ""
    allow_earlier_date: bool = False


@transaction.atomic
def issue_receipt(payment: Payment, wanted: Chit, *, by: Any, channel: Channel = Channel.WEB) -> Document:
    """The chitanță of a cash payment that has none; asked again, the same one.

    Refuses: payment_cancelled, receipt_not_cash, receipt_of_refund, series_of_other_kind, series_inactive, date_before_last,
    plan_expired, quota_used_up.
    """
    payment = Payment.objects.select_for_update(of=["self"]).select_related("partner").get(pk=payment.pk)
    if earlier := live_receipt(payment):
        return earlier
    require(payment.cancelled_at is None, "payment_cancelled", "Încasarea este anulată și nu mai poate primi chitanță.")
    covered = [part.document for part in payment.allocations.select_related("document").order_by("document_id")]
    receipt = number_receipt(payment, wanted, about=what_for(covered), channel=channel, by=by)
    tie(receipt, payment)
    return receipt


def number_receipt(payment: Payment, wanted: Chit, *, about: str, channel: Channel, by: Any = None) -> Document:
    """Write the receipt with its number, under the lock of its series; `tie` must follow in the same transaction (a trigger wants it).

    The payment may be unsaved yet: series, subscription and till are locked in this order everywhere.
    """
    by = by or payment.by
    document = _receipt(payment, wanted, about, by, channel)
    earlier = take_number(document, wanted.allow_earlier_date, by=by)
    document.save(force_insert=True)
    use_quota(
        subject="document",
        subject_id=document.pk,
        kind=document.kind,
        label=document.label,
        dated=document.issue_date,
        channel=channel,
        at=document.issued_at,
    )
    record_event(document, "issued", by=by, label=document.label, total=document.total, channel=channel, **earlier)
    return document


def _receipt(payment: Payment, wanted: Chit, about: str, by: Any, channel: Channel) -> Document:
    """What the receipt says. Refuses: receipt_not_cash, receipt_of_refund, series_of_other_kind."""
    method, series, on = payment.method, wanted.series, payment.received_on
    require(method == Payment.Method.CASH, "receipt_not_cash", "Chitanța se emite doar pentru încasări în numerar.", "receipt")
    require(payment.amount > 0, "receipt_of_refund", "Pentru bani restituiți nu se emite chitanță, ci dispoziție de plată.", "receipt")
    require(series.kind == Kind.RECEIPT, "series_of_other_kind", f"Seria {series.name} nu este de chitanțe. Alegeți alta.", "series")
    company, vat_payer = Company.objects.get(pk=series.company_id), is_vat_payer(on)
    rate = payment.exchange_rate if payment.currency != "RON" else Decimal(1)
    document = Document(
        kind=Kind.RECEIPT,
        series=series,
        partner=payment.partner,
        partner_name=(wanted.payer or {}).get("name") or payment.partner.name,
        issue_date=on,
        currency=payment.currency,
        exchange_rate=rate,
        vat_payer=vat_payer,
        seller=seller_snapshot(company, vat_payer=vat_payer, on=on),
        buyer=wanted.payer or buyer_snapshot(payment.partner),
        notes=limit(normalise(wanted.about) or about, ABOUT),
        issuer_name=issuer_of(by),
        created_by=by,
        issued_by=by,
        issued_at=timezone.now(),
        status=Status.ISSUED,
        channel=channel,
    )
    document.lines_net = document.net = document.total = payment.amount
    document.net_ron = document.total_ron = money(payment.amount * rate)
    return document


def tie(receipt: Document, payment: Payment) -> None:
    """The receipt and the payment that it is for; the invoices that it names tell of it, and its PDF is asked for."""
    Receipt.objects.create(document=receipt, payment=payment)
    for part in payment.allocations.select_related("document"):
        record_event(part.document, "receipt_issued", by=receipt.issued_by, label=receipt.label, amount=part.amount, receipt=receipt.pk)
    new_pdf(receipt)


def void_receipts(payment: Payment, *, by: Any, reason: str) -> None:
    """Cancel what the payment's receipt says, because the payment is cancelled; the caller holds the payment."""
    if receipt := live_receipt(payment):
        cancel(receipt, by=by, reason=reason)


def live_receipt(payment: Payment) -> Document | None:
    """The receipt of a payment that is not cancelled."""
    return Document.objects.filter(receipt__payment=payment, status=Status.ISSUED).first()


def what_for(documents: Sequence[Document]) -> str:
    """ "Reprezentând": `contravaloarea facturii FCT 0001 din 20.11.2026`; without any, an advance."""
    if not documents:
        return ADVANCE
    names = [f"{document.label} din {date_ro(document.issue_date)}" for document in documents]
    if len(names) == 1:
        return f"contravaloarea facturii {names[0]}"
    shown, rest = names[:10], len(names) - 10
    return f"contravaloarea facturilor {', '.join(shown)}" + (f" și a altor {plural(rest, 'factură', 'facturi')}" if rest > 0 else "")


def receipt_series() -> list[Series]:
    """The active series of receipts, the default first."""
    return list(Series.objects.filter(kind=Kind.RECEIPT, active=True).order_by("-is_default", "name"))
