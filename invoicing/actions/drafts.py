"""Drafts: saved as often as one likes, they have no number and count for nothing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from companies.models import is_vat_payer
from invoicing import advances
from invoicing.conversions import require_within
from invoicing.models import Document, DocumentLine, Status, VatBreakdown
from lib.dates import bucharest_today
from lib.errors import require
from lib.rows import insert
from lib.totals import Line, Totals, document_totals

MAX_LINES = 999  # RO_CIUS, Ordin 1366/2021
MAX_AMOUNT = Decimal("9999999999.99")

COPIED = (
    "series partner partner_name language currency prices_include_vat discount_percent discount_amount order_reference"
    " contract_reference buyer_reference notes internal_note issuer_name delegate_name delegate_id transport"
    " ship_from ship_to delivery_mention hides_prices"
).split()


@transaction.atomic
def save_draft(document: Document, lines: Sequence[DocumentLine], *, by: Any, version: int | None = None) -> Document:
    """Write a draft with its lines, whole; totals are computed here. A new draft with a known `token` returns the first.

    `document` is a filled, unsaved or changed instance; `lines` are new instances without `document` and `position`.
    `version` is the `draft_version` that the person saw. Refuses: document_not_draft, draft_changed_meanwhile,
    storno_not_edited, too_many_lines, amount_too_large.
    """
    if not document.pk and document.token and (earlier := Document.objects.filter(token=document.token).first()):
        return earlier
    write_draft(document, lines, by=by, version=version)
    return document


def write_draft(document: Document, lines: Sequence[DocumentLine], *, by: Any, version: int | None) -> None:
    """`save_draft` within the caller's transaction, for one who knows that the token is new. A draft that exists is held until commit."""
    if document.pk:
        held = Document.objects.select_for_update().only("id", "status", "draft_version").get(pk=document.pk)
        require(held.status == Status.DRAFT, "document_not_draft", "Documentul este deja emis; modificările nu s-au salvat.")
        require(
            version is None or version == held.draft_version,
            "draft_changed_meanwhile",
            "Altcineva a salvat ciorna între timp. Ce ați scris a rămas pe pagină: deschideți ciorna în altă filă și comparați.",
        )
        require(document.storno_of_id is None, "storno_not_edited", "Ciorna unei stornări nu se modifică: ștergeți-o și stornați din nou.")
        document.draft_version = held.draft_version + 1
    prepare(document, lines, by=by)
    totals = recalculate(document, lines)
    document.save()
    write_parts(document, lines, totals, replace=bool(document.draft_version))


def prepare(document: Document, lines: Sequence[DocumentLine], *, by: Any) -> None:
    """Set what follows from the draft's other fields, and hold what its lines come from until commit. Refuses as `hold_sources`."""
    if document.pk is None:
        document.created_by = by
    document.partner_name = document.partner.name if document.partner else ""
    if document.currency == "RON":
        document.exchange_rate, document.rate_date, document.rate_source = Decimal(1), None, ""
    hold_sources(document, lines)


def hold_sources(document: Document, lines: Sequence[DocumentLine]) -> None:
    """Hold the proformas and delivery notes that lines come from, and count what is left of them. Refuses as `require_within`."""
    keys = {line.source_line_id for line in lines if line.source_line_id is not None}
    if keys:
        found = DocumentLine.objects.filter(pk__in=keys).values("document")
        require_within(list(Document.objects.select_for_update().filter(pk__in=found).order_by("pk")), document, lines)


@transaction.atomic
def delete_draft(document: Document, *, by: Any) -> None:
    """Throw a draft away. Refuses: document_not_draft."""
    document = Document.objects.select_for_update().get(pk=document.pk)
    require(document.status == Status.DRAFT, "document_not_draft", "Un document emis nu se șterge: îl puteți anula sau storna.")
    document.delete()


@transaction.atomic
def duplicate(document: Document, *, by: Any, settles: bool = False, **changes: Any) -> Document:
    """A new draft with the same client and lines, dated today, with the same term of payment; `changes` are fields of it.

    `settles`: it takes what the document took out of advances, as far as it is left.
    """
    today = bucharest_today()
    term = document.due_date - document.issue_date if document.due_date else None
    copy = Document(kind=document.kind, issue_date=today, due_date=today + term if term is not None else None)
    for name in COPIED:
        setattr(copy, name, getattr(document, name))
    copy.vat_payer = is_vat_payer(today)
    for name, value in changes.items():
        setattr(copy, name, value)
    lines = [copy_line(line) for line in document.lines.filter(advance=None).select_related("vat_rate")]
    return save_draft(copy, [*lines, *(advances.settled_again(document, copy) if settles else [])], by=by)


def copy_line(line: DocumentLine) -> DocumentLine:
    """A new line with what was typed in another one, and its VAT treatment."""
    names = "product_id name description code barcode cpv nc quantity unit unit_code unit_price discount_percent discount_amount".split()
    copy = DocumentLine(**{name: getattr(line, name) for name in names})
    copy.take_vat(line.vat_rate)
    return copy


def recalculate(document: Document, lines: Sequence[DocumentLine]) -> Totals:
    """Set every amount of the document and its lines from what was typed; nothing is saved.

    Refuses: too_many_lines, amount_too_large.
    """
    require(len(lines) <= MAX_LINES, "too_many_lines", f"Un document poate avea cel mult {MAX_LINES} de linii.", "lines")
    own = [line for line in lines if not line.advance_id]
    totals = document_totals(
        [Line(x.quantity, x.unit_price, x.category, x.percent, x.discount_percent, x.discount_amount) for x in own],
        with_vat=document.prices_include_vat,
        discount_percent=document.discount_percent,
        discount_amount=document.discount_amount,
    )
    for line, amounts in zip(own, totals.lines, strict=True):
        line.value, line.discount, line.line_allowance = amounts.value, amounts.discount, amounts.allowance
        line.net, line.vat, line.net_price = amounts.net, amounts.vat, amounts.net_price
    totals = advances.merged(totals, lines, with_vat=document.prices_include_vat)
    lei = advances.lei(totals, lines, document.exchange_rate)
    document.settled = advances.settled(lines)
    document.lines_net, document.allowance = totals.lines_net, totals.allowance
    document.net, document.vat, document.total = totals.net, totals.vat, totals.total
    document.net_ron, document.vat_ron = sum((n for n, _ in lei), Decimal(0)), sum((v for _, v in lei), Decimal(0))
    document.total_ron = document.net_ron + document.vat_ron
    largest = max((abs(x) for line in lines for x in (line.value, line.net)), default=Decimal(0))
    require(
        max(largest, abs(document.total), abs(document.total_ron)) <= MAX_AMOUNT,
        "amount_too_large",
        "Valoarea trece de 9.999.999.999,99. Verificați cantitatea și prețul.",
        "lines",
    )
    return totals


def breakdown(document: Document, lines: Sequence[DocumentLine], totals: Totals) -> list[VatBreakdown]:
    """The VAT breakdown (BG-23), not yet written; a group's exemption is that of its lines."""
    reasons = {(line.category, line.percent): line for line in lines}
    return [
        VatBreakdown(
            document=document,
            category=group.category,
            percent=group.rate,
            lines_net=group.lines_net,
            allowance=group.allowance,
            taxable=group.taxable,
            vat=group.vat,
            taxable_ron=base,
            vat_ron=vat,
            exemption_code=reasons[group.category, group.rate].exemption_code,
            mention=reasons[group.category, group.rate].mention,
            mention_en=reasons[group.category, group.rate].mention_en,
        )
        for group, (base, vat) in zip(totals.groups, advances.lei(totals, lines, document.exchange_rate), strict=True)
    ]


def write_groups(document: Document, lines: Sequence[DocumentLine], totals: Totals) -> None:
    """Write the VAT breakdown."""
    insert(*breakdown(document, lines, totals))


def write_parts(document: Document, lines: Sequence[DocumentLine], totals: Totals, *, replace: bool) -> None:
    """Write the lines and the VAT breakdown; `replace` throws the former ones away."""
    if replace:
        document.lines.all().delete()
        document.vat_groups.all().delete()
    for position, line in enumerate(lines, start=1):
        line.document, line.position, line.pk = document, position, None
    insert(*lines, *breakdown(document, lines, totals))


def write_lei(lines: Sequence[DocumentLine]) -> None:
    """Write what settlement lines are worth in lei, which others may have changed since the draft."""
    if settling := [line for line in lines if line.advance_id]:
        DocumentLine.objects.bulk_update(settling, ["net_ron", "vat_ron"])
