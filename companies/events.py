"""The history: who did what, when. Rows only grow (a trigger refuses changes)."""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from companies.models import Event, StoredFile


def record_event(row: models.Model, verb: str, *, by: Any = None, **data: object) -> Event:
    """Write that `by` did `verb` to `row`; amounts and dates in `data` are kept as text."""
    event = new_event(row, verb, by=by, **data)
    event.save(force_insert=True)
    return event


def new_event(row: models.Model, verb: str, *, by: Any = None, **data: object) -> Event:
    """What `record_event` writes, not written yet: for one who writes many at once."""
    return Event(subject=row._meta.model_name, subject_id=row.pk, verb=verb, by=by, data={k: _plain(v) for k, v in data.items()})


def store_file(content: bytes, media_type: str) -> StoredFile:
    """Keep bytes for good; the same bytes are kept once per company."""
    sha256 = hashlib.sha256(content).hexdigest()
    stored, _ = StoredFile.objects.defer("content").get_or_create(
        sha256=sha256, defaults={"media_type": media_type, "size": len(content), "content": content}
    )
    return stored


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal | date | datetime) else value
