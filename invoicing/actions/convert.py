"""From proformas and delivery notes to an invoice, whole or in part, each line tied to the one that it comes from."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from companies.events import record_event
from companies.models import is_vat_payer
from invoicing.actions.drafts import copy_line, save_draft
from invoicing.conversions import Amounts, Left, left_of, part_of, require_convertible, taken_lines
from invoicing.models import Document, DocumentLine, Kind, Series, Status
from invoicing.rules import take_rate
from invoicing.snapshots import issuer_of
from lib.dates import bucharest_today
from lib.errors import Refused
from lib.money import ZERO

COPIED = "partner partner_name language currency exchange_rate rate_date rate_source prices_include_vat discount_percent".split()
COPIED_OF_ONE = "order_reference contract_reference buyer_reference notes delegate_name delegate_id transport".split()


@transaction.atomic
def convert(sources: Sequence[Document], *, lines: Amounts | None = None, by: Any, token: UUID | None = None) -> Document:
    """A draft invoice of proformas or of delivery notes of one client: everything that is left, or `lines` (quantities) of it.

    The sources are held in the order of their keys, so that two at once are counted; the same `token` again returns the first
    draft. Refuses: source_missing, source_of_other_kind, source_not_issued, sources_of_several_clients, sources_differ,
    already_converted, source_unknown_line, conversion_over_source, conversion_empty, series_missing, rate_missing.
    """
    keys = [source.pk for source in sources]
    held = list(Document.objects.select_for_update(of=["self"]).select_related("partner").filter(pk__in=keys).order_by("pk"))
    if token and (earlier := Document.objects.filter(token=token).first()):
        return earlier
    require_convertible(held)
    left = left_of(held)
    parts = taken_lines(left, lines)
    invoice = _head(held, by)
    invoice.token = token
    invoice.discount_amount = _discount(held, left, parts)
    invoice = save_draft(invoice, [_line(part, quantity) for part, quantity in parts], by=by)
    labels = ", ".join(source.label for source in held)
    record_event(invoice, "made_from", by=by, labels=labels)
    used = {part.source.pk for part, _ in parts}
    for source in held:
        if source.pk in used:
            record_event(source, "converted", by=by, document=invoice.pk)
    return invoice


def _head(sources: Sequence[Document], by: Any) -> Document:
    """The head of the invoice, dated today, with the client's term of payment and the day on which the goods left."""
    first, today = sources[0], bucharest_today()
    series = Series.objects.filter(kind=Kind.INVOICE, active=True).order_by("-is_default", "name").first()
    if series is None:
        raise Refused("series_missing", "Firma nu are nicio serie activă de facturi. Adăugați una în Configurare › Serii.")
    invoice = Document(kind=Kind.INVOICE, series=series, issue_date=today)
    for name in (*COPIED, *(COPIED_OF_ONE if len(sources) == 1 else ())):
        setattr(invoice, name, getattr(first, name))
    invoice.vat_payer = is_vat_payer(today)
    invoice.issuer_name = issuer_of(by)
    if first.partner.due_days is not None:
        invoice.due_date = today + timedelta(days=first.partner.due_days)
    notes = [source for source in sources if source.kind == Kind.DELIVERY_NOTE]
    if notes:
        invoice.delivery_date = max(note.delivery_date or note.issue_date for note in notes)
        invoice.despatch_reference = ", ".join(note.label for note in notes)[:200]
    take_rate(invoice)
    return invoice


def _line(part: Left, quantity: Decimal) -> DocumentLine:
    line = copy_line(part.line)
    line.source_line, line.quantity = part.line, quantity
    line.discount_amount = part_of(part.line.discount_amount, quantity, part.line.quantity)
    return line


def _discount(sources: Sequence[Document], left: Sequence[Left], parts: Sequence[tuple[Left, Decimal]]) -> Decimal:
    """The part, in money, of the discounts on the whole: by value; who takes the rest of one source takes the rest of its discount."""
    total = ZERO
    wanted = {part.line.pk: quantity for part, quantity in parts}
    for source in sources:
        inside = [part for part in left if part.source.pk == source.pk]
        takes_rest = all(wanted.get(part.line.pk, ZERO) == part.quantity for part in inside)
        if takes_rest and (len(sources) == 1 or all(part.is_whole for part in inside)):
            total += source.discount_amount - _given(source)
        else:
            whole = sum((part.line.quantity * part.line.unit_price for part in inside), ZERO)
            taken = sum((wanted.get(part.line.pk, ZERO) * part.line.unit_price for part in inside), ZERO)
            total += part_of(source.discount_amount, taken, whole) if whole else ZERO
    return total


def _given(source: Document) -> Decimal:
    """The discount on the whole that the live invoices of a source have had, at most all of it."""
    if not source.discount_amount:
        return ZERO
    taking = DocumentLine.objects.filter(source_line__document=source).exclude(document__status=Status.CANCELLED).values("document")
    invoices = Document.objects.filter(pk__in=taking)
    return min(sum((invoice.discount_amount for invoice in invoices), ZERO), source.discount_amount, key=abs)
