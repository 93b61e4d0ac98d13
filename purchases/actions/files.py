"""Attachments: a PDF or a picture, known by its content, not by its name."""

from io import BytesIO
from typing import Any

from django.db import transaction
from PIL import Image

from companies.events import record_event, store_file
from lib.errors import require
from lib.text import limit, normalise
from purchases.actions.locks import lock
from purchases.models import Attachment, Expense

MAX_BYTES = 10 * 1024 * 1024
MAX_SIDE = 12_000  # pixels
PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
WRONG = "Fișierul nu este un PDF sau o imagine (PNG, JPEG, WebP, GIF) întreagă."


@transaction.atomic
def attach(expense: Expense, *, name: str, content: bytes, by: Any) -> Attachment:
    """Keep a file with a document, also after it was booked. The same bytes are kept once.

    Refuses: attachment_too_large, attachment_wrong.
    """
    require(len(content) <= MAX_BYTES, "attachment_too_large", "Fișierul are peste 10 MB.", "file")
    media = media_type(content)
    require(media, "attachment_wrong", WRONG, "file")
    expense = lock(expense)
    words = limit(normalise(name) or "document", 150)
    stored = store_file(content, media)
    made, created = Attachment.objects.get_or_create(expense=expense, file=stored, defaults={"name": words, "by": by})
    if created:
        record_event(expense, "attached", by=by, name=words)
    return made


@transaction.atomic
def detach(attachment: Attachment, *, by: Any) -> None:
    """Take a file off a draft. Refuses: expense_not_draft."""
    expense = lock(attachment.expense)
    require(expense.is_draft, "expense_not_draft", "Documentul este înregistrat; fișierele lui rămân.")
    record_event(expense, "detached", by=by, name=attachment.name)
    attachment.delete()


def media_type(content: bytes) -> str:
    """What the bytes are; "" for anything that is not kept. A picture's head is read, with a limit on its sides."""
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return "application/pdf" if b"%%EOF" in content[-2048:] else ""
    try:
        with Image.open(BytesIO(content), formats=list(PICTURES)) as picture:
            if max(picture.size) > MAX_SIDE:
                return ""
            kind = PICTURES[str(picture.format)]
            picture.verify()
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):  # what Pillow raises on a broken file
        return ""
    return kind
