"""Holding documents until commit; its own module because issuing and paying both need it."""

from collections.abc import Sequence

from invoicing.models import Document


def lock_all(documents: Sequence[Document]) -> list[Document]:
    """Hold the rows in the order of their keys: two payments over the same invoices never wait for each other."""
    keys = [document.pk for document in documents]
    return list(Document.objects.select_for_update(of=["self"]).filter(pk__in=keys).select_related("partner").order_by("pk"))
