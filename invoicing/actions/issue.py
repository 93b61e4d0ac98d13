"""From draft to issued, and from issued to cancelled."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from companies.actions.locks import hold_vat_status
from companies.events import record_event
from companies.models import Company
from invoicing.actions.drafts import recalculate, write_draft, write_groups
from invoicing.actions.output import new_pdf
from invoicing.actions.set_off import set_off_storno
from invoicing.actions.vat_status import require_vat_status, status_to_issue
from invoicing.models import Document, DocumentLine, RenderedPdf, Series, Status, VatBreakdown
from invoicing.models.document import Channel
from invoicing.rules import on_collection, require_complete, require_dates, require_vat, take_rate
from invoicing.snapshots import buyer_snapshot, seller_snapshot
from invoicing.storno import (
    LINE_AMOUNTS,
    require_date,
    require_nothing_stands_on,
    require_storned_by_law,
    require_within,
    rests,
    set_amounts,
)
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.formats import date_ro
from subscriptions.actions import use_quota

SET_BY_ISSUE = [
    *("number", "label", "status", "issued_at", "issued_by", "channel", "seller", "buyer", "partner_name", "vat_payer"),
    *("vat_on_collection", "exchange_rate", "rate_date", "rate_source", "lines_net", "allowance", "net", "vat", "total"),
    *("net_ron", "vat_ron", "total_ron", "discount_amount"),
]


NEXT_NUMBER = """
UPDATE invoicing_series SET last_number = last_number + 1, last_date = GREATEST(last_date, %(on)s)
WHERE id = %(series)s AND company_id = %(company)s RETURNING name, digits, active, last_number, last_date
"""


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
    series_inactive, rate_missing, amount_too_large, too_many_lines, plan_expired, quota_used_up. Of a storno instead of those about
    content: document_not_issued, document_of_former_vat_status, already_storned, storno_over_original, storno_before_original.
    """
    hold_original(document)
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
    """Write and issue a new document within the caller's transaction, with nothing read back. Refuses what `issue` refuses.

    Its PDF is left to the sweep: thousands on one morning must not stand in line before the one that somebody waits for.
    """
    write_draft(document, lines, by=by, version=None)
    _issue(document, lines, by, channel, allow_earlier_date)
    RenderedPdf.objects.create(document=document, revision=document.revision)


def _issue(document: Document, lines: Sequence[DocumentLine], by: Any, channel: str, allow_earlier_date: bool) -> None:
    """Check, freeze and number a draft that the caller holds; `lines` are its lines as they are written."""
    company = hold_vat_status(document.company_id)
    original = document.storno_of
    if original is None:
        _freeze(document, lines, company)
    else:
        _freeze_storno(document, lines, company, original, by)
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
    if original is not None:
        record_event(
            original, "storned", by=by, label=document.label, total=document.total, reason=document.internal_note, storno=document.pk
        )
        set_off_storno(document, original, by=by)


def _freeze(document: Document, lines: Sequence[DocumentLine], company: Company) -> None:
    """The checks, both parties, the rate and the amounts of a document that stands for itself."""
    status, cash_vat = status_to_issue(document.issue_date, today=bucharest_today())
    document.vat_payer = bool(status and status.payer)
    require_complete(document, lines)
    require_vat(document, lines)
    former_rate = document.exchange_rate
    take_rate(document)
    document.vat_on_collection = on_collection(document, lines, cash_vat=cash_vat)
    document.seller = seller_snapshot(company, vat_payer=document.vat_payer, on=document.issue_date)
    document.buyer = buyer_snapshot(document.partner)
    document.partner_name = document.partner.name
    totals = recalculate(document, lines)
    if document.exchange_rate != former_rate:  # the groups in lei were written with the draft's rate
        document.vat_groups.all().delete()
        write_groups(document, lines, totals)


def _freeze_storno(document: Document, lines: Sequence[DocumentLine], company: Company, original: Document, by: Any) -> None:
    """The checks and amounts of a storno, by what is left of its original now; the regime, the rate and the buyer are the original's."""
    require_storned_by_law(original)
    require_vat_status(original, act="storno", by=by)
    require_dates(document)
    require_date(document, original)
    left = rests(original)
    require_within(left, lines)
    groups = set_amounts(document, lines, original, left)
    document.vat_groups.all().delete()
    VatBreakdown.objects.bulk_create(groups)
    DocumentLine.objects.bulk_update(lines, [*LINE_AMOUNTS, "discount_amount", "net_price"])
    document.seller = seller_snapshot(company, vat_payer=original.vat_payer, on=document.issue_date)


@transaction.atomic
def cancel(document: Document, *, by: Any, reason: str) -> Document:
    """Cancel an issued document: it keeps its number, content and place in the series, and counts for nothing.

    Refuses: document_not_issued, document_paid, document_storned, storno_not_last, reason_missing.
    """
    hold_original(document)
    document = lock(document)
    if document.status == Status.CANCELLED:
        return document
    require(document.status == Status.ISSUED, "document_not_issued", "Se anulează doar documente emise. Ciorna se poate șterge.")
    require(reason.strip(), "reason_missing", "Scrieți motivul anulării; rămâne în istoricul documentului.", "reason")
    require_nothing_stands_on(document)
    require(not document.paid, "document_paid", "Documentul are încasări. Anulați întâi încasările, apoi documentul.")
    document.status, document.cancelled_at = Status.CANCELLED, timezone.now()
    document.save(update_fields=["status", "cancelled_at"])
    record_event(document, "cancelled", by=by, reason=reason.strip())
    new_pdf(document)
    return document


def hold_original(document: Document) -> None:
    """Hold the invoice that a storno takes back, before the storno itself: always the original, then its storno, then the series."""
    if document.storno_of_id is not None:
        Document.objects.select_for_update().only("id", "company_id").get(pk=document.storno_of_id)


def lock(document: Document) -> Document:
    """Re-read the document and hold its row until commit, so that two requests can't both pass a check."""
    return Document.objects.select_for_update(of=["self"]).select_related("partner").get(pk=document.pk)


def _take_number(document: Document, allow_earlier_date: bool) -> dict[str, object]:
    """The next number, under the series' lock: a rolled-back issue gives it back. Returns what the history should add.

    One statement locks, counts and answers, because everyone who issues in the series waits for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, {"series": document.series_id, "company": document.company_id, "on": document.issue_date})
        name, digits, active, number, last_date = cursor.fetchone()
    require(active, "series_inactive", f"Seria {name} nu mai este activă. Alegeți altă serie.", "series")
    earlier = document.issue_date < last_date
    require(
        not earlier or allow_earlier_date,
        "date_before_last",
        f"Ultimul document din seria {name} are data {date_ro(last_date)}. Schimbați data sau bifați că emiteți cu dată anterioară.",
        "issue_date",
    )
    document.number, document.label = number, Series(name=name, digits=digits).label(number)
    return {"earlier_than": last_date} if earlier else {}
