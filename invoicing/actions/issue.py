"""From draft to issued, and from issued to cancelled."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from companies.actions.locks import hold_vat_status
from companies.events import record_event
from invoicing.actions.drafts import recalculate, write_draft, write_groups
from invoicing.actions.output import new_pdf
from invoicing.actions.vat_status import status_to_issue
from invoicing.models import Document, DocumentLine, Series, Status
from invoicing.models.document import Channel
from invoicing.rules import on_collection, require_complete, require_vat, take_rate
from invoicing.snapshots import buyer_snapshot, seller_snapshot
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.formats import date_ro
from subscriptions.actions import use_quota

SET_BY_ISSUE = [
    *("number", "label", "status", "issued_at", "issued_by", "channel", "seller", "buyer", "partner_name", "vat_payer"),
    *("vat_on_collection", "exchange_rate", "rate_date", "rate_source", "lines_net", "allowance", "net", "vat", "total"),
    *("net_ron", "vat_ron", "total_ron"),
]


@transaction.atomic
def issue(
    document: Document,
    *,
    by: Any,
    channel: Channel = Channel.WEB,
    allow_earlier_date: bool = False,
    render: bool = True,
) -> Document:
    """Draft to issued: freeze the totals and both parties, take the next number. An issued document is returned as it is.

    `allow_earlier_date` is a person's choice to date it before the last document of its series; the history keeps it.
    `render` asks for the PDF at once (an import leaves it for when somebody looks). Refuses: document_cancelled, no_partner,
    partner_inactive, partner_incomplete, document_empty, line_incomplete, date_before_last, date_in_future, due_before_issue,
    discount_over_total, vat_not_offered, vat_mixed_exemptions, vat_mixed_with_outside, vat_buyer_not_payer, vat_buyer_not_eu,
    series_inactive, rate_missing, amount_too_large, too_many_lines, plan_expired, quota_used_up.
    """
    document = lock(document)
    if document.status == Status.ISSUED:
        return document  # a double click, or a retry after a lost answer
    require(document.status == Status.DRAFT, "document_cancelled", "Documentul este anulat.")
    _issue(document, list(document.lines.select_related("vat_rate")), by, channel, allow_earlier_date)
    if render:
        new_pdf(document)
    return document


@transaction.atomic
def save_and_issue(
    document: Document, lines: Sequence[DocumentLine], *, by: Any, version: int | None = None, allow_earlier_date: bool = False
) -> Refused | None:
    """Save a draft and issue it in one transaction, with nothing read back. Returns why it was not issued: the draft is saved then.

    Takes what `save_draft` takes; the token of a new document must be new. Refuses what `save_draft` refuses.
    """
    write_draft(document, lines, by=by, version=version)
    try:
        with transaction.atomic():
            _issue(document, lines, by, Channel.WEB, allow_earlier_date)
            new_pdf(document)
    except Refused as refusal:
        document.status, document.number, document.label, document.issued_at, document.issued_by = Status.DRAFT, None, "", None, None
        return refusal
    return None


def issue_new(document: Document, lines: Sequence[DocumentLine], *, by: Any, channel: Channel, allow_earlier_date: bool = False) -> None:
    """Write and issue a new document within the caller's transaction, with nothing read back. Refuses what `issue` refuses."""
    write_draft(document, lines, by=by, version=None)
    _issue(document, lines, by, channel, allow_earlier_date)
    new_pdf(document)


def _issue(document: Document, lines: Sequence[DocumentLine], by: Any, channel: str, allow_earlier_date: bool) -> None:
    """Check, freeze and number a draft that the caller holds; `lines` are its lines as they are written."""
    company = hold_vat_status(document.company_id)
    status = status_to_issue(document.issue_date, today=bucharest_today())
    document.vat_payer = bool(status and status.payer)
    require_complete(document, lines)
    require_vat(document, lines)
    former_rate = document.exchange_rate
    take_rate(document)
    document.vat_on_collection = on_collection(document, lines)
    document.seller = seller_snapshot(company, vat_payer=document.vat_payer, on=document.issue_date)
    document.buyer = buyer_snapshot(document.partner)
    document.partner_name = document.partner.name
    totals = recalculate(document, lines)
    if document.exchange_rate != former_rate:  # the groups in lei were written with the draft's rate
        document.vat_groups.all().delete()
        write_groups(document, lines, totals)
    earlier = _take_number(document, allow_earlier_date)
    document.status, document.issued_at, document.issued_by, document.channel = Status.ISSUED, timezone.now(), by, channel
    document.save(update_fields=SET_BY_ISSUE)
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


@transaction.atomic
def cancel(document: Document, *, by: Any, reason: str) -> Document:
    """Cancel an issued document: it keeps its number, content and place in the series, and counts for nothing.

    Refuses: document_not_issued, document_paid, reason_missing.
    """
    document = lock(document)
    if document.status == Status.CANCELLED:
        return document
    require(document.status == Status.ISSUED, "document_not_issued", "Se anulează doar documente emise. Ciorna se poate șterge.")
    require(reason.strip(), "reason_missing", "Scrieți motivul anulării; rămâne în istoricul documentului.", "reason")
    require(not document.paid, "document_paid", "Documentul are încasări. Anulați întâi încasările, apoi documentul.")
    document.status, document.cancelled_at = Status.CANCELLED, timezone.now()
    document.save(update_fields=["status", "cancelled_at"])
    record_event(document, "cancelled", by=by, reason=reason.strip())
    new_pdf(document)
    return document


def lock(document: Document) -> Document:
    """Re-read the document and hold its row until commit, so that two requests can't both pass a check."""
    return Document.objects.select_for_update(of=["self"]).select_related("partner").get(pk=document.pk)


def _take_number(document: Document, allow_earlier_date: bool) -> dict[str, object]:
    """The next number, under the series' lock: a rolled-back issue gives it back. Returns what the history should add."""
    series = Series.objects.select_for_update().get(pk=document.series_id)
    require(series.active, "series_inactive", f"Seria {series.name} nu mai este activă. Alegeți altă serie.", "series")
    earlier = series.last_date is not None and document.issue_date < series.last_date
    require(
        not earlier or allow_earlier_date,
        "date_before_last",
        f"Ultimul document din seria {series.name} are data {date_ro(series.last_date) if series.last_date else ''}."
        " Schimbați data sau bifați că emiteți cu dată anterioară.",
        "issue_date",
    )
    series.last_number += 1
    series.last_date = max(document.issue_date, series.last_date or document.issue_date)
    series.save(update_fields=["last_number", "last_date"])
    document.number, document.label = series.last_number, series.label(series.last_number)
    return {"earlier_than": series.last_date} if earlier else {}
