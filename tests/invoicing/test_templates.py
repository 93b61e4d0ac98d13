"""The words of e-mails: the usual ones, the company's own, the preview with a real document, and what is refused."""

import pytest

from companies.models import Event
from invoicing.actions import issue
from invoicing.actions.sending import change_sender, drop_template, save_template
from invoicing.letters import letter
from invoicing.models import MailTemplate, SendingSettings
from invoicing.occasions import DOCUMENTS, LANGUAGES, occasions, step_occasion, usual
from lib.errors import Refused
from lib.fields import problems
from tests import factories

pytestmark = pytest.mark.usefixtures("scope")
INVOICE = DOCUMENTS[0]


@pytest.fixture
def issued(ana):
    return issue(factories.make_draft(by=ana), by=ana)


@pytest.fixture
def page(client, ana, company):
    client.force_login(ana)
    return lambda path, **data: client.post(f"/{company.pk}/modele/{path}", data) if data else client.get(f"/{company.pk}/modele/{path}")


def test_the_usual_words_know_their_fields():
    texts = [(one, text) for one in occasions(SendingSettings()) for language in LANGUAGES for text in usual(one, language)]
    assert [(one.key, list(problems(text, one.fields))) for one, text in texts if list(problems(text, one.fields))] == []


def test_the_company_s_own_words_are_used_and_left_again(issued, ana):
    before = letter(issued)
    save_template(INVOICE, "ro", subject="Nr. {{numar}}", body="Total {{total}}\n{{semnatura}}", by=ana)
    change_sender(by=ana, signature="Echipa Exemplu")
    subject, body = letter(issued)
    assert (subject, body.replace("\N{NO-BREAK SPACE}", " ")) == ("Nr. FCT 0001", "Total 121,00 lei\nEchipa Exemplu")
    drop_template(INVOICE, "ro", by=ana)
    change_sender(by=ana, signature="")
    assert letter(issued) == before


@pytest.mark.parametrize("field", ["subject", "body"])
def test_an_unknown_field_is_refused_at_its_place(ana, field):
    words = {"subject": "x", "body": "y"} | {field: "{{numr}}"}
    with pytest.raises(Refused, match="field_unknown") as refusal:
        save_template(INVOICE, "ro", by=ana, **words)
    assert (refusal.value.field, "Ați vrut {{numar}}?" in refusal.value.message) == (field, True)


def test_what_a_template_was_stays_in_the_history(ana):
    save_template(INVOICE, "ro", subject="Unu", body="Doi", by=ana)
    assert Event.objects.get(verb="template_saved").data["subject"] == "Unu"


def test_a_page_for_each_occasion_and_language(page, issued):
    addresses = [f"{one.key}/{language}/" for one in occasions(SendingSettings()) for language in LANGUAGES]
    assert {address: page(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


@pytest.mark.parametrize("wrong", ["after-8/ro/", "invoice/de/", "invoice/ro-en/"])
def test_an_occasion_that_does_not_exist_is_no_page(page, wrong):
    assert page(wrong).status_code == 404


def test_the_preview_shows_a_real_document_and_marks_what_is_wrong(page, issued):
    said = page("invoice/ro/previzualizare/", subject="{{numar}}", body="<b>{{client}}</b> {{numr}}").content.decode()
    assert ("FCT 0001" in said, "&lt;b&gt;Client Bun SRL&lt;/b&gt;" in said, "<mark" in said) == (True, True, True)


def test_words_are_saved_on_their_page(page):
    assert page("after-7/en/", subject="Late: {{numar}}", body="{{zile}}").status_code == 302
    assert MailTemplate.objects.get().occasion == step_occasion(7).key
    assert page("after-7/en/", subject="{{x}}", body="y").status_code == 422


def test_the_sender_and_the_reminders_are_set_on_their_pages(page):
    assert page("expeditor/", sender_name="Exemplu", reply_to="a@exemplu.ro", copy_to="", signature="", link_days="30").status_code == 302
    assert page("mementouri/", on="on", steps="-3, 0,7", hour="10").status_code == 302
    kept = SendingSettings.objects.get()
    assert (kept.sender_name, kept.link_days, kept.reminders_on, kept.steps, kept.hour) == ("Exemplu", 30, True, [-3, 0, 7], 10)
    assert page("mementouri/", steps="mâine", hour="10").status_code == 422
