"""Drafts that a person chose, issued one after another: what is wrong with one does not keep the others."""

from collections.abc import Sequence
from typing import Any

from invoicing.actions.issue import issue
from invoicing.models import Document
from lib.errors import Refused


def issue_chosen(documents: Sequence[Document], *, by: Any, allow_earlier_date: bool) -> tuple[list[Document], list[tuple[Document, str]]]:
    """The issued ones, and the others each with its reason; in the order of their dates, each in a transaction of its own.

    Called twice, the second call issues what the first did not: an issued document is returned as it is.
    """
    issued, refused = [], []
    for document in sorted(documents, key=lambda document: (document.issue_date, document.pk)):
        try:
            issued.append(issue(document, by=by, allow_earlier_date=allow_earlier_date))
        except Refused as refusal:
            refused.append((document, refusal.message))
    return issued, refused
