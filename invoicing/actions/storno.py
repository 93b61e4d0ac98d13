"""An invoice taken back by another one with minus, whole or in part; and its correction in one step (R24)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from companies.events import record_event
from invoicing.actions.drafts import duplicate
from invoicing.actions.issue import issue, lock
from invoicing.actions.vat_status import require_workable
from invoicing.models import Document, DocumentLine, VatBreakdown
from invoicing.models.document import Channel
from invoicing.snapshots import issuer_of
from invoicing.storno import mirror, require_date, require_storned_by_law, rests, set_amounts
from lib.dates import bucharest_today
from lib.errors import require

MIRRORED = (
    "kind series_id partner_id partner_name seller buyer language currency exchange_rate rate_date rate_source vat_payer vat_on_collection"
    " prices_include_vat discount_percent order_reference contract_reference buyer_reference"
).split()

Amounts = Mapping[int, Decimal]  # by the key of the original line


@transaction.atomic
def make_storno(
    original: Document,
    *,
    lines: Amounts | None = None,
    prices: Amounts | None = None,
    by: Any,
    on: date | None = None,
    reason: str = "",
    token: UUID | None = None,
) -> Document:
    """A draft that takes an invoice back: everything that is left of it, or `lines` (quantities) and `prices` (reductions) of it.

    Quantities are negative, prices stay; rate, regime, exchange rate and buyer are those of the original. The same `token`
    again returns the first. Counted again when it is issued. Refuses: document_not_issued, storno_of_other_kind, storno_of_storno,
    document_of_former_vat_status, already_storned, storno_unknown_line, storno_over_original, storno_empty, storno_before_original.
    """
    original = lock(original)
    if token and (earlier := Document.objects.filter(token=token).first()):
        return earlier
    require_storned_by_law(original)
    require_workable(original)
    left = rests(original)
    rows = mirror(left, quantities=lines, prices=prices)
    storno = Document(storno_of=original, issue_date=on or bucharest_today(), internal_note=reason, created_by=by, token=token)
    for name in MIRRORED:
        setattr(storno, name, getattr(original, name))
    storno.issuer_name = issuer_of(by)
    require_date(storno, original)
    groups = set_amounts(storno, rows, original, left)
    storno.save()
    for position, row in enumerate(rows, start=1):
        row.document, row.position = storno, position
    DocumentLine.objects.bulk_create(rows)
    VatBreakdown.objects.bulk_create(groups)
    record_event(storno, "storno_made", by=by, label=original.label, date=original.issue_date, reason=reason)
    return storno


@transaction.atomic
def storno(
    original: Document,
    *,
    lines: Amounts | None = None,
    prices: Amounts | None = None,
    by: Any,
    reason: str,
    on: date | None = None,
    token: UUID | None = None,
    channel: Channel = Channel.WEB,
    allow_earlier_date: bool = False,
) -> Document:
    """Make a storno and issue it at once; what the original still owes is set off against it.

    Refuses: reason_missing, and what `make_storno` and `issue` refuse.
    """
    require(reason.strip(), "reason_missing", "Scrieți motivul stornării; rămâne în istoricul ambelor facturi.", "reason")
    draft = make_storno(original, lines=lines, prices=prices, by=by, on=on, reason=reason.strip(), token=token)
    return issue(draft, by=by, channel=channel, allow_earlier_date=allow_earlier_date)


@transaction.atomic
def correct(
    original: Document,
    *,
    by: Any,
    reason: str,
    on: date | None = None,
    token: UUID | None = None,
    allow_earlier_date: bool = False,
) -> tuple[Document, Document]:
    """Storno what is left of an invoice and make a draft to be corrected, with its client and lines; returns (storno, draft).

    The draft settles the advances that the storno gave back, each as it was settled. It keeps the day of delivery, and with it the
    rates and the exchange rate of that day (CF art. 282 (9), (10), 330).
    Asked twice with one `token`, the first pair is returned. Refuses what `storno` refuses.
    """
    original = lock(original)
    earlier = Document.objects.filter(token=token).first() if token else None
    if earlier and (draft := original.corrections.order_by("-pk").first()):
        return earlier, draft
    taken_back = storno(original, by=by, reason=reason, on=on, token=token, allow_earlier_date=allow_earlier_date)
    draft = duplicate(
        original,
        by=by,
        settles=True,
        corrects=original,
        delivery_date=original.delivery_date or original.issue_date,
        exchange_rate=original.exchange_rate,
        rate_date=original.rate_date,
        rate_source=original.rate_source,
    )
    record_event(draft, "correction_made", by=by, label=original.label, storno=taken_back.label, reason=reason.strip())
    return taken_back, draft
