"""What leaves by e-mail, as text and as HTML: the same words, nothing that a name can break, no field left or empty."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.core import mail as post
from django.template.loader import render_to_string

from companies.models import BankAccount, Company
from invoicing.actions import issue, send_document
from invoicing.customer import address_of, link_to
from invoicing.letters import compose, of_document, of_several, statement_letter
from invoicing.mail import deliver
from invoicing.models import Mail
from invoicing.occasions import DOCUMENTS, OTHERS, step_occasion
from lib.fields import fill
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.usefixtures("scope")
HOSTILE = 'Firma "A" & <script>alert(1)</script> </font><img src=x onerror=alert(1)> SRL'
NOTICES = [
    "invoicing/mail/stopped.html", "invoicing/mail/series.html", "subscriptions/mail/notice.html", "companies/mail/invitation.html",
    "efactura/mail/authorisation.html",
]  # fmt: skip


def left(document, body=None, to="client@exemplu.ro"):
    """The message as it leaves: (message, HTML)."""
    subject, usual = compose(
        DOCUMENTS[0], document.language, lambda language: of_document(document, language, link=address_of(link_to(document)))
    )
    mail = send_document(document, by=None, token=uuid4(), to=to, cc="", subject=subject, body=body or usual)
    deliver(mail)
    assert Mail.objects.get(pk=mail.pk).state == "sent"
    (message,) = post.outbox
    return message, message.alternatives[0].content


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<body>")[2])).split())


@pytest.mark.parametrize("language", ["ro", "en", "ro-en"])
def test_both_parts_say_the_same(ana, language):
    message, html = left(issue(factories.make_draft(by=ana, language=language), by=ana))
    address = re.search(r"http\S+", message.body)[0]
    assert words(html).replace(address[:39] + "…", address) == " ".join(message.body.split())
    assert "FCT 0001" in message.body
    assert message.body.rstrip().endswith("Exemplu SRL")
    assert message.from_email.startswith("Exemplu SRL <")
    assert f'<html lang="{"en" if language == "en" else "ro"}">' in html


def test_the_address_of_the_clients_page_is_whole_in_both_parts(ana):
    document = issue(factories.make_draft(by=ana), by=ana)
    message, html = left(document)
    address = address_of(link_to(document))
    assert f"\n{address}\n" in message.body
    assert f'<a href="{address}" rel="nofollow">' in html


def test_a_hostile_name_stays_text(ana):
    Company.objects.update(name=HOSTILE)
    document = issue(factories.make_draft(factories.make_partner(HOSTILE), by=ana), by=ana)
    body = "Către {{client}}\n\njavascript:alert(1)\n\n{{semnatura}}"
    message, html = left(document, body=fill(body, of_document(document, "ro", link="")))
    assert HOSTILE in message.body
    assert HOSTILE in words(html.replace("<br>", " "))
    assert re.findall(r"<(?!/?(?:html|head|meta|title|body|table|tr|td|font|p|br)\b)[^>]*>", html.removeprefix("<!doctype html>")) == []


def letters(document, language):
    """Every usual letter about a document, with what it lacks: no address, and of the account what the document has."""
    partner = document.partner
    for occasion in [*DOCUMENTS, *(step_occasion(days) for days in (-3, 0, 7, 30))]:
        yield compose(occasion, language, lambda spoken: of_document(document, spoken, link="", on=TODAY))
    yield compose(OTHERS[0], language, lambda spoken: of_several([(document, ""), (document, "")], spoken, on=TODAY))
    partner.language = language
    yield statement_letter(partner, balance="1,00 lei", on=TODAY)


@pytest.mark.parametrize("language", ["ro", "en", "ro-en"])
@pytest.mark.parametrize("poor", [False, True])
def test_no_letter_has_a_field_or_a_heading_without_a_value(ana, language, poor):
    if poor:
        BankAccount.objects.all().delete()
    document = issue(factories.make_draft(by=ana, language=language), by=ana)
    for subject, body in letters(document, language):
        for text in (subject, body):
            assert re.findall(r"\{\{|\}\}|\[\[|\]\]|None|  |\n{3}|(?:în|to|cont|account):\n\n| \n| [.,]", text) == []
        assert "Exemplu SRL" in body
        assert ("RO49AAAA1B31007593840000" in body) <= (not poor)


@pytest.mark.parametrize("template", NOTICES)
def test_every_notice_escapes_the_name_of_the_company(template):
    company = Company(name=HOSTILE, cif="RO18547290")
    html = render_to_string(
        template,
        {
            "company": company,
            "companies": [company],
            "notice": {"documents": 2},
            "change": {"stopped": 1},
            "invitation": {},
            "findings": [],
        },
    )
    assert "<script" not in html
    assert "<img" not in html
    assert 'name="viewport"' in html
