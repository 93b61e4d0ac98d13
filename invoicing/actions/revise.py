"""The one way round the freeze: a new revision under the same number, with the former one kept for ever (R24)."""

import json
from collections.abc import Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model

from companies.events import record_event
from companies.models import Company
from invoicing.actions.drafts import hold_sources, recalculate, write_parts
from invoicing.actions.issue import lock
from invoicing.actions.output import new_pdf
from invoicing.actions.vat_status import require_vat_status
from invoicing.advances import hold_advances, require_not_settled, require_settlements
from invoicing.conversions import require_not_converted
from invoicing.looks import frozen
from invoicing.models import Document, DocumentLine, DocumentRevision, Status
from invoicing.period import require_document_open
from invoicing.rules import on_collection, require_complete, require_vat, take_rate
from invoicing.snapshots import seller_snapshot, take_parties, take_workplace
from invoicing.storno import require_not_storned
from invoicing.types import require_type
from lib.errors import require

# What a revision may not touch: the identity of the document and the instant of its issue.
KEPT = "company_id kind status revision draft_version series_id number label issued_at issued_by_id created_by_id created_at".split() + (
    "vat_payer channel cancelled_at token paid converted storno_of_id corrects_id".split()
)


@transaction.atomic
def revise(changed: Document, lines: Sequence[DocumentLine], *, by: Any, reason: str, revision: int) -> Document:
    """Replace the content of an issued document, keeping number and former content; the PDF is made anew.

    `changed` is the document with other values set, `lines` are new instances, `revision` is the one the person saw.
    Refuses: document_not_issued, document_changed_meanwhile, reason_missing, document_of_former_vat_status, paid_over_total,
    paid_partner_changed, storno_not_revised, document_storned, document_settled, and what `issue` refuses about content.
    """
    hold_advances(line.advance_id for line in lines if line.advance_id)
    document = lock(changed)
    require(document.status == Status.ISSUED, "document_not_issued", "Se modifică astfel doar documente emise.")
    require(
        document.revision == revision,
        "document_changed_meanwhile",
        "Altcineva a modificat documentul între timp. Deschideți-l din nou și verificați ce s-a schimbat.",
    )
    require(reason.strip(), "reason_missing", "Scrieți motivul modificării; rămâne în istoricul documentului.", "reason")
    require_not_storned(document)
    require_not_settled(document)
    require_not_converted(document)
    require_vat_status(document, act="revise", by=by)
    require_document_open(document)
    require(
        not document.paid or (changed.partner_id, changed.currency) == (document.partner_id, document.currency),
        "paid_partner_changed",
        "Documentul are încasări: clientul și moneda nu se mai pot schimba. Anulați întâi încasările.",
        "partner",
    )
    DocumentRevision.objects.create(document=document, revision=document.revision, content=content(document), reason=reason.strip(), by=by)
    for name in KEPT:
        setattr(changed, name, getattr(document, name))
    changed.revision += 1
    hold_sources(changed, lines)
    require_document_open(changed)
    _complete(changed, lines)
    totals = recalculate(changed, lines)
    require(
        abs(changed.paid) <= abs(changed.total) and changed.paid * changed.total >= 0,
        "paid_over_total",
        "Totalul nou este mai mic decât suma deja încasată. Anulați întâi încasarea.",
    )
    changed.save()
    write_parts(changed, lines, totals, replace=True)
    record_event(changed, "revised", by=by, reason=reason.strip(), revision=changed.revision, total=changed.total)
    new_pdf(changed)
    return changed


def content(document: Document) -> dict[str, Any]:
    """The whole content as plain data: {"document": {...}, "lines": [...], "vat_groups": [...]}; amounts are text."""
    return {
        "document": _plain(document),
        "lines": [_plain(line) for line in document.lines.all()],
        "vat_groups": [_plain(group) for group in document.vat_groups.all()],
        "attachments": [_plain(attachment) for attachment in document.attachments.all()],
    }


def _complete(document: Document, lines: Sequence[DocumentLine]) -> None:
    """The checks and snapshots of an issue, for the new content."""
    for position, line in enumerate(lines, start=1):
        line.position = position
    company = Company.objects.get(pk=document.company_id)
    take_parties(document, seller_snapshot(company, vat_payer=document.vat_payer, on=document.issue_date))
    take_workplace(document, document.series.workplace_id)
    document.layout = frozen(document)
    take_rate(document)
    recalculate(document, lines)  # the new content is checked, not the former
    require_complete(document, list(lines))
    require_vat(document, list(lines))
    document.vat_on_collection = on_collection(document, list(lines))
    require_type(document, list(lines))
    require_settlements(document, list(lines))


def _plain(row: Model) -> dict[str, Any]:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))
