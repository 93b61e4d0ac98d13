"""Downloading what the list names, before the sixty days pass: claim, call, keep; each archive once."""

import hashlib
import time
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from companies.events import record_event, store_file
from efactura.inbox.answers import settle_answer
from efactura.inbox.content import content_of, message_of, number
from efactura.inbox.waiting import LEASE, wait_for
from efactura.models import ReceivedMessage, Submission
from efactura.spv.archive import Archive, NotAnArchive, check_signature, read_zip
from efactura.spv.client import Client
from efactura.spv.errors import Gone, MixedUp, SpvError, Unauthorised
from efactura.ubl.reader import Unreadable
from invoicing.models import Document
from lib.cif import identity
from lib.money import money
from lib.text import searchable

ENOUGH = 240.0  # seconds after which a task leaves the rest to the next sweep
BROKEN = 3  # tries after which bytes that are no archive are kept as they are
AT_ONCE = 500
Kind = ReceivedMessage.Kind


def fetch_all(environment: str) -> None:
    """Download what is due in one environment of the active company, what expires first before the rest."""
    rows = ReceivedMessage.objects.filter(environment=environment).to_fetch(timezone.now()).order_by("listed_at", "id")
    began = time.monotonic()
    for row in rows.defer("content")[:AT_ONCE]:
        if time.monotonic() - began > ENOUGH or not fetch(row):
            return


def fetch(row: ReceivedMessage) -> bool:
    """Download one archive. False when there is no way in, for this one and the rest alike."""
    if not _claim(row):
        return True
    try:
        data = Client.of_company(row.environment).download(row.message_id)
        archive = _opened(data, row)
    except Gone as error:
        ReceivedMessage.objects.filter(pk=row.pk, archive=None).update(due_at=None, gone_at=timezone.now(), problem=error.message)
    except (Unauthorised, MixedUp) as error:
        waiting = ReceivedMessage.objects.filter(environment=row.environment, archive=None, due_at__isnull=False)
        waiting.update(due_at=wait_for(error, 1), problem=error.message[:1000])
        return False
    except (SpvError, NotAnArchive) as error:
        spv = error if isinstance(error, SpvError) else SpvError(str(error))
        _wait(row, spv)
    else:
        keep(row, data, archive)
    return True


@transaction.atomic
def keep(row: ReceivedMessage, data: bytes, archive: Archive | str) -> None:
    """The archive and what is in it, in one commit; a second one for the same message is not kept. A text is why it does not open."""
    fields = {**_read(row, archive), "archive": store_file(data, "application/zip"), "archived_at": timezone.now()}
    fields |= {"due_at": None, "problem": ""}
    if not ReceivedMessage.objects.filter(pk=row.pk, archive=None, gone_at=None).update(**fields):
        return
    for name, value in fields.items():
        setattr(row, name, value)
    settle_answer(row)
    if row.kind == Kind.MESSAGE_IN and row.content:
        _tell_document(row)


def _claim(row: ReceivedMessage) -> bool:
    until = timezone.now() + LEASE
    mine = ReceivedMessage.objects.filter(pk=row.pk, archive=None, due_at=row.due_at, due_at__lte=timezone.now())
    if mine.update(due_at=until, tries=row.tries + 1) != 1:
        return False
    row.due_at, row.tries = until, row.tries + 1
    return True


def _wait(row: ReceivedMessage, error: SpvError) -> None:
    fields = {"due_at": wait_for(error, row.tries), "problem": error.message[:1000]}
    ReceivedMessage.objects.filter(pk=row.pk, archive=None, due_at=row.due_at).update(**fields)


def _opened(data: bytes, row: ReceivedMessage) -> Archive | str:
    """The archive; after some tries, why it cannot be opened. Raises NotAnArchive before that."""
    try:
        return read_zip(data)
    except NotAnArchive as error:
        if row.tries < BROKEN:
            raise
        return str(error)


def _read(row: ReceivedMessage, archive: Archive | str) -> dict[str, Any]:
    """What the columns say of an archive."""
    if isinstance(archive, str):
        return {"unreadable": archive[:500]}
    check = check_signature(archive)
    signature = ReceivedMessage.Signature.VALID if check.good else ReceivedMessage.Signature.INVALID if check.good is False else ""
    fields: dict[str, Any] = {"signature": signature, "sha256": hashlib.sha256(archive.content).hexdigest()}
    try:
        match row.kind:
            case Kind.ERROR:
                fields["content"] = {"errors": [error.text[:1000] for error in archive.errors[:200]]}
            case Kind.MESSAGE_IN | Kind.MESSAGE_OUT:
                fields["content"] = message_of(archive.content)
            case _:
                fields |= _of_invoice(row, archive.content)
    except Unreadable as error:
        fields["unreadable"] = str(error)[:500]
    return fields


def _of_invoice(row: ReceivedMessage, xml: bytes) -> dict[str, Any]:
    content = content_of(xml)
    seller, total = content["seller"], number(content["totals"]["total"])
    cif = identity(seller["vat_id"] or seller["tax_id"] or seller["registration"])[:30]
    words = (seller["name"], cif, row.seller_cif, content["number"], row.index)
    return {
        "content": content,
        "seller_name": seller["name"][:200],
        "seller_cif": row.seller_cif or cif,
        "number": content["number"][:100],
        "day": date.fromisoformat(content["issue_date"]) if content["issue_date"] else row.day,
        "currency": content["currency"],
        "total": _signed(total, content) if total is not None else None,
        "search": searchable(" ".join(words)),
    }


def _signed(total: Decimal, content: dict[str, Any]) -> Decimal:
    return money(-total if content["credit_note"] else total)


def _tell_document(row: ReceivedMessage) -> None:
    """A client's message stands in the history of the invoice that it is about."""
    content = row.content or {}
    about = Submission.objects.filter(environment=row.environment, index=content["about"] or "-").first()
    if about:
        document = Document(pk=about.document_id, company_id=row.company_id)
        data = {"index": about.index, "environment": row.environment, "reason": content["message"][:1000]}
        record_event(document, "spv_message", **data)
