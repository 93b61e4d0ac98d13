"""Many drafts written, or thrown away, in as few statements as one takes."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from companies.events import new_event
from companies.models import Event
from invoicing.actions.drafts import breakdown
from invoicing.models import Document, DocumentLine, Status, VatBreakdown
from lib.errors import require
from lib.totals import Totals

BATCH = 1000


@transaction.atomic
def save_drafts(made: Sequence[tuple[Document, Sequence[DocumentLine], Totals]], *, by: Any, file: str) -> None:
    """Write new drafts that stand for themselves; each was worked out by `recalculate`, with its lines unsaved.

    `file` is what they come from, for the history. Their tokens must be new.
    """
    for document, lines, _ in made:
        document.created_by = by
        for position, line in enumerate(lines, start=1):
            line.document, line.position = document, position
    Document.objects.bulk_create([document for document, _, _ in made], batch_size=BATCH)
    DocumentLine.objects.bulk_create([line for _, lines, _ in made for line in lines], batch_size=BATCH)
    groups = [group for document, lines, totals in made for group in breakdown(document, lines, totals)]
    VatBreakdown.objects.bulk_create(groups, batch_size=BATCH)
    Event.objects.bulk_create([new_event(document, "draft_imported", by=by, file=file) for document, _, _ in made], batch_size=BATCH)


@transaction.atomic
def delete_drafts(keys: Sequence[int]) -> None:
    """Throw drafts away, all or none; those that are gone already count for nothing. Refuses: document_not_draft."""
    held = list(Document.objects.select_for_update().filter(pk__in=keys).order_by("pk").only("id", "company_id", "status", "label"))
    issued = next((document for document in held if document.status != Status.DRAFT), None)
    require(issued is None, "document_not_draft", f"{issued} este emis și nu se șterge: îl puteți anula sau storna.")
    Document.objects.filter(pk__in=[document.pk for document in held]).delete()
