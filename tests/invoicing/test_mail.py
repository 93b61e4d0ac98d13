"""E-mails with the document's PDF, against a real SMTP server that takes, refuses, puts off or goes away."""

import email
import socket
from collections.abc import Iterator
from datetime import timedelta
from email import policy
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from allauth.account.models import EmailAddress
from django.utils import timezone

from companies.models import Event
from companies.sender import UNCONFIRMED
from invoicing.actions import attach, cancel, issue, send_again, send_document
from invoicing.letters import letter
from invoicing.mail import TRIES, UNKNOWN, deliver
from invoicing.models import Mail
from lib.errors import Refused
from tests import factories

pytestmark = pytest.mark.usefixtures("scope")


class Post:
    """A mail server: it keeps what it takes; `answers` tells what it says to an address or (under "data") to a message."""

    def __init__(self) -> None:
        self.messages: list[email.message.EmailMessage] = []
        self.receivers: list[list[str]] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "data" in self.answers:
            if self.answers["data"] == "hang up":
                server.transport.close()
            return self.answers["data"]
        self.messages.append(email.message_from_bytes(envelope.content, policy=policy.default))
        self.receivers.append(envelope.rcpt_tos)
        return "250 taken"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def post(settings) -> Iterator[Post]:
    handler = Post()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", controller.port, False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield handler
    controller.stop()


@pytest.fixture
def issued(ana):
    return issue(factories.make_draft(by=ana), by=ana)


def asked(document, ana, to="client@exemplu.ro", cc="", token=None, **fields):
    subject, body = letter(document)
    return send_document(document, by=ana, token=token or uuid4(), **({"to": to, "cc": cc, "subject": subject, "body": body} | fields))


def delivered(mail):
    deliver(mail)
    return Mail.objects.get(pk=mail.pk)


def test_the_client_gets_the_letter_with_the_pdf(post, issued, ana):
    mail = delivered(asked(issued, ana, "client@exemplu.ro; contabil@exemplu.ro", "sef@exemplu.ro"))
    (message,), (receivers,) = post.messages, post.receivers
    assert (mail.state, mail.tries, mail.error) == ("sent", 1, "")
    assert receivers == ["client@exemplu.ro", "contabil@exemplu.ro", "sef@exemplu.ro"]
    assert message["subject"] == "Factură FCT 0001 · Exemplu SRL"
    assert message["from"] == "Exemplu SRL <facturier@localhost>"
    assert message["reply-to"] == "office@exemplu.ro"
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "FCT-0001.pdf"
    assert attached.get_content().startswith(b"%PDF-")
    said = message.get_body().get_content().replace("\N{NO-BREAK SPACE}", " ")
    assert "factura FCT 0001 din 20.11.2026, în valoare de 121,00 lei, cu scadența la 20.11.2026." in said


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "Invoice FCT 0001 · Exemplu SRL"), ("ro-en", "Factură / Invoice FCT 0001 · Exemplu SRL")]
)
def test_the_letter_speaks_the_language_of_the_document(ana, language, subject):
    document = issue(factories.make_draft(by=ana, language=language), by=ana)
    assert letter(document)[0] == subject
    assert "amounting to 121,00" in letter(document)[1]
    assert ("Bună ziua" in letter(document)[1]) == (language == "ro-en")


@pytest.mark.parametrize(("wanted", "names"), [(True, ["FCT-0001.pdf", "oferta.pdf", "poza.png"]), (False, ["FCT-0001.pdf"])])
def test_the_files_of_the_document_go_with_it_when_wanted(post, ana, wanted, names):
    draft = factories.make_draft(by=ana)
    attach(draft, [("oferta.pdf", b"%PDF-1.7\n%%EOF\n"), ("poza.png", b"\x89PNG\r\n\x1a\n")], by=ana)
    delivered(asked(issue(draft, by=ana), ana, with_attachments=wanted))
    sent = list(post.messages[0].iter_attachments())
    assert [each.get_filename() for each in sent] == names
    assert [each.get_content() for each in sent][1:] == [b"%PDF-1.7\n%%EOF\n", b"\x89PNG\r\n\x1a\n"][: len(names) - 1]


def test_a_second_worker_finds_nothing_to_do(post, issued, ana):
    mail = asked(issued, ana)
    twin = Mail.objects.get(pk=mail.pk)
    deliver(mail)
    deliver(twin)
    assert len(post.messages) == 1


def test_the_same_form_twice_is_one_email(issued, ana):
    token = uuid4()
    assert asked(issued, ana, token=token) == asked(issued, ana, token=token)
    assert Mail.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"to": " , ;"}, "no_address", "to"),
        ({"to": "client@exemplu.ro, fără-rond"}, "address_invalid", "to"),
        ({"cc": "x@"}, "address_invalid", "cc"),
        ({"to": ",".join(f"a{n}@exemplu.ro" for n in range(11))}, "too_many_addresses", "to"),
        ({"subject": " "}, "subject_missing", "subject"),
        ({"body": " "}, "body_missing", "body"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(issued, ana, fields, code, field):
    with pytest.raises(Refused, match=code) as refusal:
        asked(issued, ana, **fields)
    assert refusal.value.field == field
    assert not Mail.objects.exists()


def test_a_draft_is_not_sent(ana):
    draft = factories.make_draft(by=ana)
    with pytest.raises(Refused, match="document_not_issued"):
        send_document(draft, to="a@exemplu.ro", cc="", subject="x", body="y", by=ana, token=uuid4())


def test_a_subject_of_two_lines_forges_no_header(post, issued, ana):
    delivered(asked(issued, ana, subject="Factura\r\nBcc: altul@exemplu.ro"))
    assert post.messages[0]["subject"] == "Factura Bcc: altul@exemplu.ro"
    assert post.messages[0]["bcc"] is None


def test_a_refused_address_fails_with_its_reason(post, issued, ana):
    post.answers["client@exemplu.ro"] = "550 no such user"
    mail = delivered(asked(issued, ana))
    assert (mail.state, mail.error) == ("failed", "Serverul de e-mail a refuzat adresa client@exemplu.ro (cod 550).")
    assert Event.objects.about(issued).first().verb == "mail_failed"


def test_one_refused_address_among_several_is_told(post, issued, ana):
    post.answers["vechi@exemplu.ro"] = "550 no such user"
    mail = delivered(asked(issued, ana, "client@exemplu.ro, vechi@exemplu.ro"))
    assert (mail.state, mail.error) == ("sent", "Serverul de e-mail nu a primit mesajul pentru vechi@exemplu.ro.")


def test_a_refused_message_fails(post, issued, ana):
    post.answers["data"] = "554 too large"
    mail = delivered(asked(issued, ana))
    assert (mail.state, mail.error) == ("failed", "Serverul de e-mail a refuzat mesajul (cod 554).")


def test_one_put_off_is_tried_again_later(post, issued, ana):
    post.answers["client@exemplu.ro"] = "450 greylisted"
    mail = delivered(asked(issued, ana))
    assert (mail.state, mail.tries) == ("waiting", 1)
    assert timedelta(seconds=50) < mail.not_before - timezone.now() <= timedelta(minutes=1)
    assert delivered(mail).tries == 1  # its time has not come
    post.answers.clear()
    Mail.objects.update(not_before=timezone.now())
    assert delivered(Mail.objects.get()).state == "sent"


def test_a_server_that_does_not_answer_is_tried_five_times(post, issued, ana, settings):
    settings.EMAIL_PORT = free_port()
    asked(issued, ana)
    for _ in range(TRIES):
        Mail.objects.update(not_before=None)
        mail = delivered(Mail.objects.get())
    assert (mail.state, mail.tries) == ("failed", 5)
    assert mail.error == "Serverul de e-mail nu răspunde. Am încercat de 5 ori."


def test_a_connection_that_breaks_in_the_middle_is_never_sent_again_blindly(post, issued, ana):
    post.answers["data"] = "hang up"
    mail = delivered(asked(issued, ana))
    assert (mail.state, mail.error) == ("failed", UNKNOWN)
    deliver(mail)
    assert Mail.objects.get().tries == 1


def test_a_person_may_send_a_failed_one_again(post, issued, ana):
    post.answers["data"] = "hang up"
    mail = delivered(asked(issued, ana))
    post.answers.clear()
    assert delivered(send_again(mail, by=ana)).state == "sent"
    verbs = [event.verb for event in Event.objects.about(issued)]
    assert verbs == ["mail_sent", "mail_asked", "mail_failed", "mail_asked", "issued"]


def test_only_a_failed_one_is_sent_again(issued, ana):
    with pytest.raises(Refused, match="mail_not_failed"):
        send_again(asked(issued, ana), by=ana)


def test_a_document_cancelled_meanwhile_does_not_leave(post, issued, ana):
    mail = asked(issued, ana)
    cancel(issued, by=ana, reason="Dublură")
    assert delivered(mail).error == "Documentul a fost anulat înainte ca mesajul să plece."
    assert not post.messages


def test_a_failed_one_of_a_cancelled_document_is_not_sent_again(post, issued, ana):
    mail = asked(issued, ana)
    cancel(issued, by=ana, reason="Dublură")
    with pytest.raises(Refused, match="document_not_issued"):
        send_again(delivered(mail), by=ana)


@pytest.fixture
def unconfirmed(ana):
    """Ana signed up by herself and has not answered yet."""
    return EmailAddress.objects.create(user=ana, email=ana.email, primary=True, verified=False)


def test_nobody_writes_to_clients_before_an_administrator_is_known(issued, ana, unconfirmed):
    with pytest.raises(Refused, match="sender_unconfirmed"):
        asked(issued, ana)
    EmailAddress.objects.update(verified=True)
    assert asked(issued, ana).state == "waiting"


def test_what_the_program_asks_for_waits_for_that_too(issued, ana, unconfirmed, post):
    mail = asked(issued, None)
    deliver(mail)
    mail.refresh_from_db()
    assert (mail.state, mail.error, post.messages) == ("failed", UNCONFIRMED, [])


def test_one_administrator_who_is_known_is_enough(issued, ana, unconfirmed, scope):
    factories.make_member(factories.make_user("dan@exemplu.ro"), scope)
    assert asked(issued, ana).state == "waiting"


def test_addresses_that_grow_too_long_when_put_in_order_are_told(issued, ana):
    typed = ";".join(f"{number}{'a' * 37}@exemplu.ro" for number in range(10))
    with pytest.raises(Refused, match="too_many_addresses"):
        asked(issued, ana, typed)
    assert len(typed) <= 500 < len(typed.replace(";", ", "))
