"""From draft to issued, and from issued to cancelled."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from companies.actions.locks import hold_vat_status
from companies.actions.period import require_open
from companies.events import new_event, record_event
from companies.models import Company
from invoicing.actions.drafts import prepare, recalculate, write_draft, write_groups, write_lei, write_parts
from invoicing.actions.output import hurry_pdf, new_pdf
from invoicing.actions.set_off import set_off_storno
from invoicing.actions.vat_status import require_vat_status, status_to_issue
from invoicing.advances import hold_advances, require_given_back, require_left_after, require_not_settled, require_settlements
from invoicing.cancelling import require_nobody_has_it
from invoicing.conversions import require_not_converted
from invoicing.looks import frozen
from invoicing.models import Document, DocumentLine, Kind, RenderedPdf, Series, Status, VatBreakdown
from invoicing.models.document import Channel
from invoicing.period import require_document_open
from invoicing.rules import on_collection, require_complete, require_dates, require_vat, take_rate
from invoicing.snapshots import seller_snapshot, take_parties, take_workplace
from invoicing.storno import (
    LINE_AMOUNTS,
    require_date,
    require_nothing_stands_on,
    require_storned_by_law,
    require_within,
    rests,
    set_amounts,
)
from invoicing.types import require_type
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.formats import date_ro
from lib.rows import insert, update
from lib.totals import Totals
from subscriptions.actions import Counted, take_places

NUMBERED = ("number", "label", "status", "issued_at", "issued_by", "channel", "layout")
FROZEN = (
    *("seller", "buyer", "partner_name", "vat_payer", "vat_on_collection", "exchange_rate", "rate_date", "rate_source", "lines_net"),
    *("allowance", "net", "vat", "total", "net_ron", "vat_ron", "total_ron", "discount_amount", "settled", "collection_date"),
)

NEXT_NUMBER = """
UPDATE invoicing_series s SET last_number = last_number + 1, last_date = GREATEST(last_date, %(on)s)
WHERE id = %(series)s AND company_id = %(company)s
RETURNING name, digits, active, last_number, last_date, workplace_id,
    (SELECT closed_until FROM companies_company c WHERE c.id = s.company_id AND s.kind <> 'proforma'),
    %(by)s::bigint IS NULL OR NOT EXISTS (SELECT FROM invoicing_seriesuser u WHERE u.series_id = s.id AND u.allowed)
        OR EXISTS (SELECT FROM invoicing_seriesuser u WHERE u.series_id = s.id AND u.allowed AND u.user_id = %(by)s)
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
    _issue(document, list(document.lines.select_related("vat_rate")), by, channel, allow_earlier_date, render=render)
    return document


def save_and_issue(
    document: Document,
    lines: Sequence[DocumentLine],
    *,
    by: Any,
    version: int | None = None,
    allow_earlier_date: bool = False,
    then: Callable[[Document], object] | None = None,
) -> Refused | None:
    """Save a draft and issue it, with nothing read back. Returns why it was not issued: the draft is saved then.

    A draft that exists is saved and issued in one transaction; a new one is written once, as issued, or else as a draft.

    Takes what `save_draft` takes; the token of a new document must be new. `then` is done with the issued document, or nothing
    is (a receipt in the same step). Refuses what `save_draft` refuses.
    """
    if document.pk is not None:
        with transaction.atomic():
            hold_advances(line.advance_id for line in lines if line.advance_id)
            write_draft(document, lines, by=by, version=version)
            return _or_draft(_issue, document, lines, by, allow_earlier_date, then)
    refusal = _or_draft(_issue_unwritten, document, lines, by, allow_earlier_date, then)
    if refusal is not None:
        document.pk, document.seller, document.buyer, document.channel = None, None, None, ""
        with transaction.atomic():
            write_draft(document, lines, by=by, version=None)
    return refusal


def _or_draft(
    act: Callable[..., None],
    document: Document,
    lines: Sequence[DocumentLine],
    by: Any,
    allow_earlier_date: bool,
    then: Callable[[Document], object] | None,
) -> Refused | None:
    """Issue, or give back the refusal with nothing of it written and the document a draft again."""
    try:
        with transaction.atomic():
            act(document, lines, by, Channel.WEB, allow_earlier_date)
            if then is not None:
                then(document)
    except Refused as refusal:
        document.status, document.number, document.label, document.issued_at, document.issued_by = Status.DRAFT, None, "", None, None
        return refusal
    return None


def issue_new(document: Document, lines: Sequence[DocumentLine], *, by: Any, channel: Channel, allow_earlier_date: bool = False) -> None:
    """Write and issue a new document within the caller's transaction, with nothing read back. Refuses what `issue` refuses.

    Its PDF is left to the sweep: thousands on one morning must not stand in line before the one that somebody waits for.
    """
    _issue_unwritten(document, lines, by, channel, allow_earlier_date, hurry=False)


def _issue(
    document: Document, lines: Sequence[DocumentLine], by: Any, channel: str, allow_earlier_date: bool, *, render: bool = True
) -> None:
    """Check, freeze and number a draft that the caller holds; `lines` are its lines as they are written."""
    company = hold_vat_status(document.company_id)
    original = document.storno_of
    if original is None:
        former_rate = document.exchange_rate
        totals = _freeze(document, lines, company)
        if document.exchange_rate != former_rate or document.settled:  # the groups in lei were written with the draft's rate
            write_lei(lines)
            document.vat_groups.all().delete()
            write_groups(document, lines, totals)
    else:
        _freeze_storno(document, lines, company, original, by)
    pdf = _number(document, by, channel, allow_earlier_date, FROZEN, render=render)
    if original is not None:
        record_event(
            original, "storned", by=by, label=document.label, total=document.total, reason=document.internal_note, storno=document.pk
        )
        if original.kind == Kind.INVOICE:
            set_off_storno(document, original, by=by)
    if pdf is not None:
        hurry_pdf(pdf)


def _issue_unwritten(
    document: Document, lines: Sequence[DocumentLine], by: Any, channel: str, allow_earlier_date: bool, *, hurry: bool = True
) -> None:
    """`_issue` of a new document that stands for itself: checked before it is written, so that it is worked out and written once."""
    hold_advances(line.advance_id for line in lines if line.advance_id)
    prepare(document, lines, by=by)
    company = hold_vat_status(document.company_id)
    totals = _freeze(document, lines, company)
    insert(document)
    write_parts(document, lines, totals, replace=False)
    pdf = _number(document, by, channel, allow_earlier_date, (), render=True)
    if hurry and pdf is not None:
        hurry_pdf(pdf)


def _freeze(document: Document, lines: Sequence[DocumentLine], company: Company) -> Totals:
    """`freeze` under the VAT status that the day of the document has."""
    status, cash_vat = status_to_issue(document.issue_date, today=bucharest_today())
    seller = seller_snapshot(company, vat_payer=bool(status and status.payer), on=document.issue_date)
    return freeze(document, lines, seller=seller, cash_vat=cash_vat)


def _number(
    document: Document, by: Any, channel: str, allow_earlier_date: bool, changed: Sequence[str], *, render: bool
) -> RenderedPdf | None:
    """Give a checked draft its number, write that and what `changed`, count it, tell its history and `render`: ask for its PDF."""
    seller, document.layout = document.seller, frozen(document)
    earlier = take_number(document, allow_earlier_date, by=by)
    document.status, document.issued_at, document.issued_by, document.channel = Status.ISSUED, timezone.now(), by, channel
    update(document, *NUMBERED, *changed, *(() if document.seller is seller or "seller" in changed else ("seller",)))
    counted = Counted("document", document.pk, document.kind, document.label, document.issue_date)
    uses = take_places([counted], channel=channel, at=document.issued_at)
    event = new_event(document, "issued", by=by, label=document.label, total=document.total, channel=channel, **earlier)
    pdf = RenderedPdf(document=document, revision=document.revision) if render else None
    insert(*uses, event, *([pdf] if pdf else []))
    return pdf


def freeze(document: Document, lines: Sequence[DocumentLine], *, seller: dict[str, Any], cash_vat: bool) -> Totals:
    """The checks, both parties, the rate and the amounts of a document that stands for itself; nothing is written.

    `seller` is its snapshot with the VAT status that holds on the day of the document. Refuses what `issue` refuses of content.
    """
    take_parties(document, seller)
    for position, line in enumerate(lines, start=1):
        line.position = position
    take_rate(document)
    totals = recalculate(document, lines)  # what is checked is what is issued, also of a document that was never saved
    require_complete(document, lines)
    require_vat(document, lines)
    document.vat_on_collection = on_collection(document, lines, cash_vat=cash_vat)
    require_type(document, lines)
    require_settlements(document, lines)
    return recalculate(document, lines) if document.settled else totals  # the lei of the advances are those of this moment


def _freeze_storno(document: Document, lines: Sequence[DocumentLine], company: Company, original: Document, by: Any) -> None:
    """The checks and amounts of a storno, by what is left of its original now; the regime, the rate and the buyer are the original's."""
    require_storned_by_law(original)
    require_vat_status(original, act="storno", by=by)
    require_dates(document)
    require_date(document, original)
    left = rests(original)
    require_within(left, lines)
    groups = set_amounts(document, lines, original, left)
    require_left_after(original, groups)
    document.vat_groups.all().delete()
    VatBreakdown.objects.bulk_create(groups)
    DocumentLine.objects.bulk_update(lines, [*LINE_AMOUNTS, "discount_amount", "net_price"])
    document.seller = (
        original.seller
        if original.kind == Kind.SELF_BILLED
        else seller_snapshot(company, vat_payer=original.vat_payer, on=document.issue_date)
    )


@transaction.atomic
def cancel(document: Document, *, by: Any, reason: str) -> Document:
    """Cancel an issued document: it keeps its number, content and place in the series, and counts for nothing.

    Refuses: document_not_issued, document_paid, document_storned, storno_not_last, document_converted,
    reason_missing, period_closed, and what later apps know against it (document_in_spv).
    """
    hold_original(document)
    document = lock(document)
    if document.status == Status.CANCELLED:
        return document
    require(document.status == Status.ISSUED, "document_not_issued", "Se anulează doar documente emise. Ciorna se poate șterge.")
    require(reason.strip(), "reason_missing", "Scrieți motivul anulării; rămâne în istoricul documentului.", "reason")
    require_nothing_stands_on(document)
    require_not_settled(document)
    require_given_back(document)
    require_not_converted(document)
    require(not document.paid, "document_paid", "Documentul are încasări. Anulați întâi încasările, apoi documentul.")
    require_nobody_has_it(document)
    require_document_open(document)
    document.status, document.cancelled_at = Status.CANCELLED, timezone.now()
    document.save(update_fields=["status", "cancelled_at"])
    record_event(document, "cancelled", by=by, reason=reason.strip())
    if document.kind != Kind.OPENING:
        new_pdf(document)
    return document


def hold_original(document: Document) -> None:
    """Hold the invoice that a storno takes back and the advances that are settled: always before the document, and it before its series."""
    if document.storno_of_id is not None:
        Document.objects.select_for_update().only("id", "company_id").get(pk=document.storno_of_id)
    if document.settled:
        hold_advances(document.lines.exclude(advance=None).values_list("advance", flat=True))


def lock(document: Document) -> Document:
    """Re-read the document and hold its row until commit, so that two requests can't both pass a check."""
    return Document.objects.select_for_update(of=["self"]).select_related("partner").get(pk=document.pk)


def take_number(document: Document, allow_earlier_date: bool, *, by: Any = None) -> dict[str, object]:
    """The next number, under the series' lock: a rolled-back issue gives it back. Returns what the history should add.

    One statement locks, counts and answers, because everyone who issues in the series waits for it; the caller shares the VAT
    status. The place of business of the series joins the seller. Refuses: period_closed, series_inactive, series_not_allowed,
    date_before_last.
    """
    asked = {"series": document.series_id, "company": document.company_id, "on": document.issue_date, "by": by.pk if by else None}
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, asked)
        name, digits, active, number, last_date, workplace, closed_until, allowed = cursor.fetchone()
    require_open(closed_until, document.issue_date, "issue_date")
    require(active, "series_inactive", f"Seria {name} nu mai este activă. Alegeți altă serie.", "series")
    require(allowed, "series_not_allowed", f"Seria {name} este pentru alte persoane din firmă. Alegeți o serie a dumneavoastră.", "series")
    earlier = document.issue_date < last_date
    require(
        not earlier or allow_earlier_date,
        "date_before_last",
        f"Ultimul document din seria {name} are data {date_ro(last_date)}. Schimbați data sau bifați că emiteți cu dată anterioară.",
        "issue_date",
    )
    document.number, document.label = number, Series(name=name, digits=digits).label(number)
    take_workplace(document, workplace)
    return {"earlier_than": last_date} if earlier else {}
