"""Asking for what leaves a document: its PDF (made by a worker, once for each revision)."""

from invoicing import tasks
from invoicing.models import Document, RenderedPdf, Status
from lib.nudge import nudge


def new_pdf(document: Document) -> RenderedPdf:
    """Ask for the PDF of a revision that has just come to be. A cancelled document gets another one, which says so."""
    row = RenderedPdf.objects.create(document=document, revision=document.revision, cancelled=document.status == Status.CANCELLED)
    hurry_pdf(row)
    return row


def hurry_pdf(row: RenderedPdf) -> None:
    """Let a worker make the PDF after the commit, before the sweep finds it."""
    nudge(tasks.render_pdf, row.company_id, row.pk)


def ask_for_pdf(document: Document, revision: int | None = None) -> RenderedPdf:
    """The PDF of an issued document as it stands, or of a former revision; asked for now if nobody has (imports leave it for later)."""
    former = revision is not None and revision != document.revision
    row, _ = RenderedPdf.objects.get_or_create(
        document=document,
        revision=revision if former else document.revision,
        cancelled=not former and document.status == Status.CANCELLED,
    )
    if row.file_id is None:
        hurry_pdf(row)
    return row
