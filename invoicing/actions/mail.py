"""Sending a document by e-mail: asked for here, done by a worker (invoicing/mail.py)."""

import re
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from companies.events import record_event
from invoicing import tasks
from invoicing.actions.output import ask_for_pdf
from invoicing.models import Document, Mail, Status
from lib.errors import Refused, require
from lib.nudge import nudge
from lib.text import normalise

MAX_ADDRESSES = 10


@transaction.atomic
def send_document(document: Document, *, to: str, cc: str, subject: str, body: str, by: Any, token: UUID) -> Mail:
    """Ask for an e-mail with the document's PDF. `to` and `cc` are one or several addresses, separated by comma, semicolon or space.

    The same `token` again (double click, retry) returns the first one. Refuses: document_not_issued, no_address,
    address_invalid, too_many_addresses, subject_missing, body_missing.
    """
    if earlier := Mail.objects.filter(token=token).first():
        return earlier
    require(document.status == Status.ISSUED, "document_not_issued", "Se trimit pe e-mail doar documente emise.")
    receivers, copies = addresses(to, "to"), addresses(cc, "cc")
    require(receivers, "no_address", "Scrieți cel puțin o adresă de e-mail.", "to")
    require(
        len(receivers) + len(copies) <= MAX_ADDRESSES,
        "too_many_addresses",
        f"Un e-mail poate avea cel mult {MAX_ADDRESSES} adrese. Trimiteți mai multe e-mailuri.",
        "to",
    )
    require(normalise(subject), "subject_missing", "Scrieți subiectul mesajului.", "subject")
    require(body.strip(), "body_missing", "Scrieți mesajul.", "body")
    mail, made = Mail.objects.get_or_create(
        token=token,
        defaults={
            "document": document,
            "revision": document.revision,
            "to": ", ".join(receivers),
            "cc": ", ".join(copies),
            "subject": normalise(subject),
            "body": body.strip(),
            "by": by,
        },
    )
    if made:
        ask_for_pdf(document)
        record_event(document, "mail_asked", by=by, to=mail.to, mail=mail.pk)
        nudge(tasks.send_mail, mail.company_id, mail.pk)
    return mail


@transaction.atomic
def send_again(mail: Mail, *, by: Any) -> Mail:
    """Let a failed e-mail be tried once more, with the document as it stands. It may reach the client twice: a person decided.

    Refuses: mail_not_failed, document_not_issued.
    """
    mail = Mail.objects.select_for_update(of=["self"]).select_related("document").get(pk=mail.pk)
    require(mail.state == Mail.State.FAILED, "mail_not_failed", "Mesajul a fost deja trimis sau este în curs de trimitere.")
    require(mail.document.status == Status.ISSUED, "document_not_issued", "Documentul este anulat și nu se mai trimite.")
    mail.state, mail.tries, mail.not_before, mail.error = Mail.State.WAITING, 0, None, ""
    mail.revision = mail.document.revision
    mail.save()
    ask_for_pdf(mail.document)
    record_event(mail.document, "mail_asked", by=by, to=mail.to, mail=mail.pk)
    nudge(tasks.send_mail, mail.company_id, mail.pk)
    return mail


def addresses(text: str, field: str) -> list[str]:
    """The addresses in what was typed, each once. Refuses: address_invalid."""
    found = list(dict.fromkeys(part for part in re.split(r"[\s,;]+", text) if part))
    for address in found:
        try:
            validate_email(address)
        except ValidationError:
            raise Refused("address_invalid", f"Adresa „{address}” nu este corectă. Verificați-o.", field) from None
    return found
