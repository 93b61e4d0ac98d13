"""Sending a document by e-mail: asked for here, done by a worker (invoicing/mail.py)."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from companies.events import record_event
from companies.models import StoredFile
from companies.sender import require_known
from invoicing import tasks
from invoicing.actions.output import ask_for_pdf
from invoicing.customer import with_link
from invoicing.models import Document, Mail, MailBatch, MailFile, Status
from lib.errors import Refused, require
from lib.nudge import nudge
from lib.text import normalise
from partners.models import Partner

MAX_ADDRESSES, MAX_TO = 10, 500  # addresses of an e-mail, characters of its "to" and of its "cc"


@transaction.atomic
def send_document(
    document: Document, *, to: str, cc: str, subject: str, body: str, by: Any, token: UUID, with_attachments: bool = False
) -> Mail:
    """Ask for an e-mail with the document's PDF. `to` and `cc` are one or several addresses, separated by comma, semicolon or space.

    With the files that stand beside the document now, if wanted. `{{link}}` in the words becomes the address of the client's page.
    The same `token` again (double click, retry) returns the first one. Refuses: document_not_issued, no_address, address_invalid,
    too_many_addresses, subject_missing, body_missing, sender_unconfirmed.
    """
    if by is not None:  # what the program asks for is looked at when it leaves
        require_known()
    return queue_document(document, to=to, cc=cc, subject=subject, body=body, by=by, token=token, with_attachments=with_attachments)


def queue_document(
    document: Document,
    *,
    to: str,
    cc: str,
    subject: str,
    body: str,
    by: Any,
    token: UUID,
    batch: MailBatch | None = None,
    with_attachments: bool = False,
) -> Mail:
    """`send_document` inside a transaction that is open, alone or as one of a batch."""
    if earlier := Mail.objects.filter(token=token).first():
        return earlier
    require(document.status == Status.ISSUED, "document_not_issued", "Se trimit pe e-mail doar documente emise.")
    written = _written(to, cc, subject, body)
    written |= {"subject": with_link(written["subject"], document)[:200], "body": with_link(written["body"], document)}
    kept = {"document": document, "revision": document.revision, "by": by, "batch": batch}
    mail, made = Mail.objects.get_or_create(token=token, defaults=kept | written)
    if made:
        if with_attachments:
            MailFile.objects.bulk_create(MailFile(mail=mail, name=each.name, file_id=each.file_id) for each in document.attachments.all())
        ask_for_pdf(document)
        record_event(document, "mail_asked", by=by, to=mail.to, mail=mail.pk)
        nudge(tasks.send_mail, mail.company_id, mail.pk)
    return mail


@transaction.atomic
def send_letter(
    partner: Partner | None,
    *,
    to: str,
    cc: str = "",
    subject: str,
    body: str,
    files: Sequence[tuple[str, StoredFile]] = (),
    by: Any,
    token: UUID,
    about: Document | None = None,
) -> Mail:
    """Ask for an e-mail to a client with files, (name, file) each; without a partner it is a notice to the company itself.

    The same `token` again returns the first one. Refuses: no_address, address_invalid, too_many_addresses, subject_missing, body_missing,
    sender_unconfirmed.
    """
    if earlier := Mail.objects.filter(token=token).first():
        return earlier
    if by is not None:
        require_known()
    purpose = Mail.Purpose.LETTER if partner else Mail.Purpose.NOTICE
    kept = {"partner": partner, "document": about, "purpose": purpose, "by": by} | _written(to, cc, subject, body)
    mail, made = Mail.objects.get_or_create(token=token, defaults=kept)
    if made:
        MailFile.objects.bulk_create(MailFile(mail=mail, name=name, file=file) for name, file in files)
        if partner:
            record_event(partner, "mail_asked", by=by, to=mail.to, mail=mail.pk, subject=mail.subject)
        nudge(tasks.send_mail, mail.company_id, mail.pk)
    return mail


@transaction.atomic
def send_again(mail: Mail, *, by: Any, to: str = "") -> Mail:
    """Let a failed e-mail be tried once more, with the document as it stands. It may reach the client twice: a person decided.

    `to` replaces the addresses it had. Refuses: mail_not_failed, document_not_issued.
    """
    mail = Mail.objects.select_for_update(of=["self"]).select_related("document").get(pk=mail.pk)
    require(mail.state == Mail.State.FAILED, "mail_not_failed", "Mesajul a fost deja trimis sau este în curs de trimitere.")
    document = mail.document
    gone = document is not None and document.status != Status.ISSUED and mail.purpose != Mail.Purpose.NOTICE
    require(not gone, "document_not_issued", "Documentul este anulat și nu se mai trimite.")
    mail.state, mail.tries, mail.not_before, mail.error = Mail.State.WAITING, 0, None, ""
    mail.to = to or mail.to
    if document is not None:
        mail.revision = document.revision
        record_event(document, "mail_asked", by=by, to=mail.to, mail=mail.pk)
        if document.status == Status.ISSUED:
            ask_for_pdf(document)
    mail.save()
    nudge(tasks.send_mail, mail.company_id, mail.pk)
    return mail


def _written(to: str, cc: str, subject: str, body: str) -> dict[str, str]:
    """What was typed, in order."""
    receivers, copies = addresses(to, "to"), addresses(cc, "cc")
    require(receivers, "no_address", "Scrieți cel puțin o adresă de e-mail.", "to")
    require(
        len(receivers) + len(copies) <= MAX_ADDRESSES,
        "too_many_addresses",
        f"Un e-mail poate avea cel mult {MAX_ADDRESSES} adrese. Trimiteți mai multe e-mailuri.",
        "to",
    )
    longest = max(len(", ".join(receivers)), len(", ".join(copies)))
    require(
        longest <= MAX_TO,
        "too_many_addresses",
        f"Adresele au împreună cel mult {MAX_TO} de caractere. Trimiteți mai multe e-mailuri.",
        "to",
    )
    require(normalise(subject), "subject_missing", "Scrieți subiectul mesajului.", "subject")
    require(body.strip(), "body_missing", "Scrieți mesajul.", "body")
    return {"to": ", ".join(receivers), "cc": ", ".join(copies), "subject": normalise(subject), "body": body.strip()}


def addresses(text: str, field: str) -> list[str]:
    """The addresses in what was typed, each once. Refuses: address_invalid."""
    found = list(dict.fromkeys(part for part in re.split(r"[\s,;]+", text) if part))
    for address in found:
        try:
            validate_email(address)
        except ValidationError:
            raise Refused("address_invalid", f"Adresa „{address}” nu este corectă. Verificați-o.", field) from None
    return found
