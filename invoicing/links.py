"""The documents that a document comes from or that come from it, for its page."""

from django.db.models import Q

from invoicing.models import Document


def links(document: Document) -> list[tuple[str, Document]]:
    """(how it is tied, the other document), oldest first."""
    tied = Q(pk__in=[document.storno_of_id, document.corrects_id]) | Q(storno_of=document.pk) | Q(corrects=document.pk)
    return [(_relation(document, other), other) for other in Document.objects.filter(tied).order_by("pk")]


def _relation(document: Document, other: Document) -> str:
    if other.pk == document.storno_of_id:
        return "Stornează"
    if other.pk == document.corrects_id:
        return "Corectează"
    return "Stornată prin" if other.storno_of_id == document.pk else "Corectată prin"
