"""Delivering an e-mail that carries a document: claim it, call the server with no transaction open, record what happened."""

import logging
from datetime import timedelta
from email.utils import formataddr, parseaddr
from smtplib import SMTP, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import sanitize_address
from django.db.models import F, Q
from django.utils import timezone

from companies.events import record_event
from companies.models import Company
from invoicing.models import Document, Mail, RenderedPdf
from invoicing.pdf import render
from invoicing.print import file_name
from lib.words import plural

log = logging.getLogger(__name__)

# A try that the server put off is made again after these minutes; there are no more tries than pauses and one.
PAUSES = [1, 5, 30, 120]
TRIES = len(PAUSES) + 1
UNKNOWN = "Nu știm dacă mesajul a plecat: legătura s-a întrerupt în timpul trimiterii. Întrebați clientul sau trimiteți din nou."


class NotSent(Exception):
    """The message certainly did not leave: a Romanian sentence, and whether it is worth another try."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.reason, self.again = reason, again


class MaybeSent(Exception):
    """The connection broke when the server may already have taken the message."""


def deliver(mail: Mail) -> None:
    """Send a waiting e-mail. Called twice, the second call does nothing.

    SMTP has no idempotency key: after a broken connection nobody knows, so a person decides and it is never sent again blindly.
    """
    if mail.state != Mail.State.WAITING:
        return
    document = Document.objects.get(pk=mail.document_id)
    pdf = _pdf(document) if document.is_issued else b""  # before the claim: a failure here leaves the e-mail waiting
    if not _claim(mail):
        return  # another worker took it, or its time has not come
    try:
        if not document.is_issued:
            raise NotSent("Documentul a fost anulat înainte ca mesajul să plece.", again=False)
        refused = hand_over(_message(mail, document, pdf))
    except NotSent as failure:
        _put_off_or_fail(mail, failure)
    except MaybeSent:
        give_up(mail)
    else:
        note = f"Serverul de e-mail nu a primit mesajul pentru {', '.join(refused)}." if refused else ""
        if _move(mail, Mail.State.SENDING, Mail.State.SENT, sent_at=timezone.now(), revision=document.revision, error=note[:300]):
            record_event(document, "mail_sent", to=mail.to, mail=mail.pk, note=note)


def give_up(mail: Mail) -> None:
    """An e-mail left in the middle: failed, with the truth, that it may have left."""
    _fail(mail, UNKNOWN)


def hand_over(message: EmailMessage) -> list[str]:
    """Give the message to the server; returns the addresses that it refused while taking the others. Raises NotSent, MaybeSent."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        log.warning("The mail server does not answer: %s", error)
        raise NotSent("Serverul de e-mail nu răspunde.", again=True) from error
    try:
        return _send(connection, message)
    except SMTPRecipientsRefused as error:
        log.warning("The mail server refused the addresses: %s", error)
        codes = {address: code for address, (code, _) in error.recipients.items()}
        reason = f"Serverul de e-mail a refuzat adresa {', '.join(codes)} (cod {max(codes.values())})."
        raise NotSent(reason, again=all(code < 500 for code in codes.values())) from error
    except SMTPResponseException as error:
        log.warning("The mail server refused the message: %s", error)
        raise NotSent(f"Serverul de e-mail a refuzat mesajul (cod {error.smtp_code}).", again=400 <= error.smtp_code < 500) from error
    except (OSError, SMTPException) as error:
        log.warning("The mail server went away: %s", error)
        raise MaybeSent from error
    finally:
        connection.close()


def _send(connection: Any, message: EmailMessage) -> list[str]:
    smtp = getattr(connection, "connection", None)
    if not isinstance(smtp, SMTP):
        connection.send_messages([message])
        return []
    # Not by Django's send_messages: it drops what the server says when it refuses only some of the addresses.
    sender = sanitize_address(parseaddr(message.from_email)[1], "utf-8")
    receivers = [sanitize_address(address, "utf-8") for address in message.recipients()]
    return list(smtp.sendmail(sender, receivers, message.message().as_bytes(linesep="\r\n")))


def _message(mail: Mail, document: Document, pdf: bytes) -> EmailMessage:
    """From the company by the installation's address; the answer goes to the company."""
    company = Company.objects.get(pk=mail.company_id)
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    message = EmailMessage(
        subject=mail.subject,
        body=mail.body,
        from_email=formataddr((company.name, address)),
        to=mail.to.split(", "),
        cc=mail.cc.split(", ") if mail.cc else [],
        reply_to=[company.email] if company.email else [],
        headers={"Message-ID": f"<{mail.token}@{address.partition('@')[2]}>"},  # the same at each try: readers show it once
    )
    message.attach(file_name(document), pdf, "application/pdf")
    return message


def _pdf(document: Document) -> bytes:
    """The stored PDF of the document as it stands; made here and now if no other worker has."""
    row, _ = RenderedPdf.objects.get_or_create(document=document, revision=document.revision, cancelled=False)
    render(row)
    return bytes(RenderedPdf.objects.select_related("file").get(pk=row.pk).file.content)


def _claim(mail: Mail) -> bool:
    now = timezone.now()
    due = Mail.objects.filter(Q(not_before=None) | Q(not_before__lte=now), pk=mail.pk, state=Mail.State.WAITING)
    claimed = due.update(state=Mail.State.SENDING, started_at=now, tries=F("tries") + 1) == 1
    mail.refresh_from_db()
    return claimed


def _put_off_or_fail(mail: Mail, failure: NotSent) -> None:
    if failure.again and mail.tries < TRIES:
        later = timezone.now() + timedelta(minutes=PAUSES[mail.tries - 1])
        _move(mail, Mail.State.SENDING, Mail.State.WAITING, not_before=later, error=failure.reason[:300])
    else:
        tries = f" Am încercat de {plural(mail.tries, 'dată', 'ori')}." if failure.again else ""
        _fail(mail, failure.reason + tries)


def _fail(mail: Mail, reason: str) -> None:
    if _move(mail, Mail.State.SENDING, Mail.State.FAILED, error=reason[:300]):
        record_event(Document.objects.get(pk=mail.document_id), "mail_failed", to=mail.to, mail=mail.pk, reason=reason)


def _move(mail: Mail, source: str, target: str, **fields: object) -> bool:
    """Compare and set the state in one UPDATE; False if it was no longer `source`."""
    return Mail.objects.filter(pk=mail.pk, state=source).update(state=target, **fields) == 1
