"""The documents that a document comes from or that come from it, for its page."""

from django.db.models import Q

from invoicing.models import Document, DocumentLine, Kind
from invoicing.models.document import CONVERTIBLE


def links(document: Document) -> list[tuple[str, Document]]:
    """(how it is tied, the other document), oldest first."""
    tied = Q(pk__in=[document.storno_of_id, document.corrects_id]) | Q(storno_of=document.pk) | Q(corrects=document.pk)
    if document.kind in CONVERTIBLE:
        tied |= Q(pk__in=DocumentLine.objects.filter(source_line__document=document.pk).values("document"))
    elif document.kind == Kind.INVOICE:
        tied |= Q(pk__in=DocumentLine.objects.filter(converted_lines__document=document.pk).values("document"))
    return [(_relation(document, other), other) for other in Document.objects.filter(tied).order_by("pk")]


def _relation(document: Document, other: Document) -> str:
    if other.pk == document.storno_of_id:
        return "Stornează"
    if other.pk == document.corrects_id:
        return "Corectează"
    if document.kind in CONVERTIBLE:
        return "Facturat prin"
    if other.kind in CONVERTIBLE:
        return "Facturează"
    return "Stornată prin" if other.storno_of_id == document.pk else "Corectată prin"
