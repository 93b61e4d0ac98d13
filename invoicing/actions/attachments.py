"""Files that go with a document (BG-24): put beside it, or taken away."""

from collections.abc import Container, Sequence
from typing import Any

from django.db import transaction

from companies.events import record_event, store_file
from invoicing.actions.issue import lock
from invoicing.actions.output import new_pdf
from invoicing.actions.revise import content
from invoicing.actions.vat_status import require_vat_status
from invoicing.advances import require_not_settled
from invoicing.conversions import require_not_converted
from invoicing.models import Attachment, Document, DocumentRevision, Status
from invoicing.pages import PAGES
from invoicing.period import require_document_open
from invoicing.storno import require_not_storned
from lib.errors import require
from lib.files import media_type, safe_name

MOST_FILES, MOST_BYTES = 50, 3 * 1024 * 1024  # of one document: its XML has to stay well under the 10 MB that ANAF takes
KINDS = "PDF, PNG, JPEG, CSV, XLSX sau ODS"


@transaction.atomic
def attach(document: Document, files: Sequence[tuple[str, bytes]], *, by: Any) -> list[Attachment]:
    """Put files, as (name, content), beside a document; beside an issued one as a new revision under the same number (R24).

    A name that is taken gets a number; the same name with the same bytes (a second click) is left out. Returns what is new.
    Refuses: files_missing, file_of_other_kind, file_empty, files_too_many, files_too_large, and what `revise` refuses about the
    document.
    """
    document = lock(document)
    require(files, "files_missing", "Alegeți cel puțin un fișier.", "files")
    kept = list(document.attachments.all())
    require(
        len(kept) + len(files) <= MOST_FILES,
        "files_too_many",
        f"Un document poate avea cel mult {MOST_FILES} de fișiere. Scoateți din ele sau uniți-le într-un PDF.",
        "files",
    )
    size = sum(row.size for row in kept) + sum(len(data) for _, data in files)
    require_size(size)
    held, rows = {row.name: row.file_id for row in kept}, []
    for name, data in files:
        kind = _kind(name, data)
        file, wanted = store_file(data, kind), safe_name(name, kind)
        if held.get(wanted) != file.pk:
            free = _free_name(wanted, held)
            held[free] = file.pk
            rows.append(Attachment(document=document, file=file, name=free, size=len(data)))
    if not rows:
        return []
    names = ", ".join(row.name for row in rows)
    _open(document, by=by, reason=f"Fișiere atașate: {names}")
    Attachment.objects.bulk_create(rows)
    _tell(document, "attached", names, by)
    return rows


@transaction.atomic
def detach(attachment: Attachment, *, by: Any) -> None:
    """Take a file away; of an issued document the former revision keeps its name. Refuses: what `revise` refuses about the document."""
    document = lock(attachment.document)
    found = document.attachments.filter(pk=attachment.pk).first()
    if found is None:
        return  # a second click
    _open(document, by=by, reason=f"Fișier scos: {found.name}")
    found.delete()
    _tell(document, "detached", found.name, by)


def require_size(size: int) -> None:
    """Refuses: files_too_large."""
    require(
        size <= MOST_BYTES,
        "files_too_large",
        "Fișierele unui document pot avea împreună cel mult 3 MB. Micșorați-le sau trimiteți-le separat.",
        "files",
    )


def _kind(name: str, data: bytes) -> str:
    require(data, "file_empty", f"Fișierul „{name}” este gol. Alegeți altul.", "files")
    kind = media_type(name, data)
    require(kind, "file_of_other_kind", f"Fișierul „{name}” nu se poate atașa: e-Factura primește {KINDS}.", "files")
    return kind


def _free_name(name: str, taken: Container[str]) -> str:
    """The name, with a number when another file has it: oferta (2).pdf."""
    stem, _, ending = name.rpartition(".")
    number = 2
    while name in taken:
        name, number = f"{stem} ({number}).{ending}", number + 1
    return name


def _open(document: Document, *, by: Any, reason: str) -> None:
    """Let the files of a locked document change: a draft's freely, an issued one's as a new revision with the former kept whole."""
    require(document.kind in PAGES, "files_of_other_kind", "La acest document nu se atașează fișiere.", "files")
    require(document.status != Status.CANCELLED, "document_cancelled", "Documentul este anulat și nu se mai modifică.", "files")
    if document.is_draft:
        return
    require_not_storned(document)
    require_not_settled(document)
    require_not_converted(document)
    require_vat_status(document, act="revise", by=by)
    require_document_open(document)
    DocumentRevision.objects.create(document=document, revision=document.revision, content=content(document), reason=reason[:500], by=by)
    document.revision += 1
    document.save(update_fields=["revision"])


def _tell(document: Document, verb: str, names: str, by: Any) -> None:
    record_event(document, verb, by=by, names=names, revision=0 if document.is_draft else document.revision)
    if not document.is_draft:
        new_pdf(document)
