"""Delivering an e-mail that carries a document: claim it, call the server with no transaction open, record what happened."""

import logging
from datetime import timedelta
from email.utils import formataddr, parseaddr
from smtplib import SMTP, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.message import sanitize_address
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone

from companies.events import record_event
from companies.models import Company
from companies.sender import UNCONFIRMED, is_known
from invoicing.actions import reminding
from invoicing.letters import sending_settings
from invoicing.models import Document, Mail, MailFile, RenderedPdf
from invoicing.pdf import render
from invoicing.print import file_name
from lib.words import plural
from partners.models import Language, Partner

log = logging.getLogger(__name__)

# A try that the server put off is made again after these minutes; there are no more tries than pauses and one.
PAUSES = [1, 5, 30, 120]
TRIES = len(PAUSES) + 1
MAX_PDFS = 10  # that go with one e-mail; every invoice has its address in the words
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
    about = _about(mail)
    if mail.purpose == Mail.Purpose.REMINDER:
        about = reminding.refresh(mail)  # written again, without what was paid or stopped meanwhile
        if not about:
            return
    files = _files(mail, about)  # before the claim: a failure here leaves the e-mail waiting
    if not _claim(mail):
        return  # another worker took it, or its time has not come
    try:
        if not is_known():
            raise NotSent(UNCONFIRMED, again=False)
        if mail.purpose == Mail.Purpose.DOCUMENT and not about[0].is_issued:
            raise NotSent("Documentul a fost anulat înainte ca mesajul să plece.", again=False)
        refused = hand_over(_message(mail, files, about))
    except NotSent as failure:
        _put_off_or_fail(mail, failure)
    except MaybeSent:
        give_up(mail)
    else:
        note = f"Serverul de e-mail nu a primit mesajul pentru {', '.join(refused)}." if refused else ""
        revision = about[0].revision if mail.document_id else mail.revision
        if _move(mail, Mail.State.SENDING, Mail.State.SENT, sent_at=timezone.now(), revision=revision, error=note[:300]):
            _record(mail, about, "mail_sent", note=note)


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


def _message(mail: Mail, files: list[tuple[str, bytes, str]], about: list[Document]) -> EmailMultiAlternatives:
    """From the company by the installation's address; the answer goes to the company."""
    company, settings_ = Company.objects.get(pk=mail.company_id), sending_settings()
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    answers_to, copy_to = settings_.reply_to or company.email, settings_.copy_to
    ours = mail.purpose == Mail.Purpose.NOTICE
    english = {each.language for each in about} == {Language.EN}
    html = render_to_string("invoicing/mail/letter.html", {"mail": mail, "language": "en" if english else "ro"})
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.body,
        from_email=formataddr((settings_.sender_name or company.name, address)),
        to=mail.to.split(", "),
        cc=mail.cc.split(", ") if mail.cc else [],
        bcc=[copy_to] if copy_to and not ours else [],
        reply_to=[answers_to] if answers_to else [],
        headers={"Message-ID": f"<{mail.token}@{address.partition('@')[2]}>"},  # the same at each try: readers show it once
        alternatives=[(html, "text/html")],
    )
    for name, content, media_type in files:
        message.attach(name, content, media_type)
    return message


def _about(mail: Mail) -> list[Document]:
    """The documents that an e-mail is about."""
    if mail.document_id:
        return [Document.objects.get(pk=mail.document_id)]
    return list(Document.objects.filter(reminders__mail=mail).order_by("due_date", "id"))


def _files(mail: Mail, about: list[Document]) -> list[tuple[str, bytes, str]]:
    """Name, bytes and type of what goes with it: the PDFs of what it is about, then its own files."""
    with_pdf = mail.purpose in (Mail.Purpose.DOCUMENT, Mail.Purpose.REMINDER)
    files = [(file_name(each), _pdf(each), "application/pdf") for each in about[:MAX_PDFS] if with_pdf and each.is_issued]
    own = MailFile.objects.filter(mail=mail).select_related("file")
    return files + [(each.name, bytes(each.file.content), each.file.media_type) for each in own]


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
        _record(mail, _about(mail), "mail_failed", reason=reason)


def _record(mail: Mail, about: list[Document], verb: str, **data: object) -> None:
    """In the history of each document, or of the client of a letter."""
    steps = dict(mail.reminders.values_list("document_id", "days"))
    for document in about:
        step = {"step": steps[document.pk]} if document.pk in steps else {}
        record_event(document, verb, to=mail.to, mail=mail.pk, **step, **data)
    if mail.purpose == Mail.Purpose.LETTER and mail.partner_id:
        record_event(Partner.objects.get(pk=mail.partner_id), verb, to=mail.to, mail=mail.pk, subject=mail.subject, **data)


def _move(mail: Mail, source: str, target: str, **fields: object) -> bool:
    """Compare and set the state in one UPDATE; False if it was no longer `source`."""
    return Mail.objects.filter(pk=mail.pk, state=source).update(state=target, **fields) == 1
