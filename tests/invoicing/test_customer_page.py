"""The page of a client without an account: what it shows, what it hides, and that anything wrong is the same 404."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from companies.events import store_file
from companies.models import Event
from companies.scope import company_scope
from invoicing.actions import cancel, issue, record_payment, send_document, storno
from invoicing.actions.layouts import save_layout
from invoicing.actions.sending import answer_objection, open_link, raise_objection, revoke_link
from invoicing.customer import address_of, token_of
from invoicing.models import CustomerLink, Layout, Mail, Objection
from invoicing.pdf import render
from invoicing.views import customer
from lib.errors import Refused
from tests import factories

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def issued(ana):
    return issue(factories.make_draft(by=ana), by=ana)


@pytest.fixture
def link(issued, ana):
    return open_link(issued, by=ana)


@pytest.fixture
def stranger():
    """A browser that nobody is signed in with, and which sends no cookies."""
    return Client(raise_request_exception=False)


def at(link, part=""):
    return f"/d/{token_of(link)}/{part}"


def text(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_it_shows_the_document_what_is_due_and_where(stranger, link):
    response = stranger.get(at(link))
    said = text(response)
    assert response.status_code == 200
    assert [word in said for word in ("FCT 0001", "121,00", "RO49 AAAA 1B31 0075 9384 0000", "Am o obiecție", "Consultanță")] == [True] * 5
    assert "sessionid" not in response.cookies


def test_no_machine_keeps_it(stranger, link):
    headers = stranger.get(at(link)).headers
    assert (headers["X-Robots-Tag"], headers["Cache-Control"]) == ("noindex, nofollow, noarchive", "private, no-store")
    assert headers["Referrer-Policy"] == "same-origin"


def test_it_leads_to_no_page_of_the_company(stranger, link, company):
    assert f'"/{company.pk}/' not in text(stranger.get(at(link)))


def test_the_address_holds_128_bits_that_the_database_does_not_sign(link):
    assert len(link.key) == 22
    assert address_of(link) == f"http://127.0.0.1:8000/d/{link.key}.{token_of(link).partition('.')[2]}/"
    assert len(token_of(link)) > 60


@pytest.mark.parametrize("wrong", ["{key}", "{key}.x", "{key}.{other}", "x.{signature}", ".", "{token}x", "1"])
@pytest.mark.parametrize("part", ["", "pdf/", "logo/", "xml/"])
def test_an_address_that_is_not_whole_leads_nowhere(stranger, link, issued, ana, wrong, part):
    key, _, signature = token_of(link).partition(".")
    other = token_of(CustomerLink(key="A" * 22)).partition(".")[2]
    tried = wrong.format(key=key, other=other, signature=signature, token=token_of(link))
    assert stranger.get(f"/d/{tried}/{part}").status_code == 404


def test_revoked_expired_and_never_made_are_the_same_to_a_stranger(stranger, link, issued, ana):
    never = stranger.get(at(CustomerLink(key="B" * 22)))
    CustomerLink.objects.update(expires_at=timezone.now())
    expired = stranger.get(at(link))
    CustomerLink.objects.update(expires_at=None)
    revoke_link(issued, by=ana)
    revoked = stranger.get(at(link))
    assert [response.status_code for response in (never, expired, revoked)] == [404] * 3
    assert never.content == expired.content == revoked.content


def test_after_a_revoked_address_comes_another(link, issued, ana):
    revoke_link(issued, by=ana)
    assert open_link(issued, by=ana).key != link.key


def test_a_live_address_stays_the_same_until_it_expires(link, issued, ana):
    assert open_link(issued, by=ana) == link
    CustomerLink.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert open_link(issued, by=ana) != link


def test_a_document_of_another_company_shows_none_of_ours(stranger, link, db):
    theirs = factories.make_company("Alta SRL", "14399840")
    with company_scope(theirs.pk):
        user = factories.make_user("cristi@exemplu.ro")
        foreign = open_link(issue(factories.make_draft(factories.make_partner("Clientul Lor"), by=user), by=user), by=user)
    assert "Clientul Lor" in text(stranger.get(at(foreign)))
    assert "Clientul Lor" not in text(stranger.get(at(link)))


def test_the_pdf_is_the_stored_one(stranger, link, issued):
    render(issued.pdfs.get())
    response = stranger.get(at(link, "pdf/"))
    assert (response.content[:5], response["Content-Disposition"]) == (b"%PDF-", 'inline; filename="FCT-0001.pdf"')


def test_a_pdf_that_is_not_ready_asks_for_patience(stranger, link, monkeypatch):
    monkeypatch.setattr(customer, "WAIT", 0)
    assert stranger.get(at(link, "pdf/")).status_code == 202


def test_a_client_opens_it_once_in_the_history_and_the_company_never(client, stranger, link, issued, ana):
    client.force_login(ana)
    client.get(at(link))
    stranger.head(at(link))
    assert CustomerLink.objects.get().opened_at is None
    stranger.get(at(link))
    stranger.get(at(link))
    assert [event.verb for event in Event.objects.about(issued)].count("page_opened") == 1


def test_too_many_looks_are_put_off(stranger, link, monkeypatch):
    monkeypatch.setattr(customer, "LOOKS", 2)
    assert [stranger.get(at(link)).status_code for _ in range(3)] == [200, 200, 429]


def test_an_objection_is_kept_and_the_company_written_to(stranger, link, issued):
    response = stranger.post(at(link), {"name": "Ion Pop", "text": "Prețul nu este cel vorbit."})
    mail = Mail.objects.get()
    assert (response.status_code, response["Location"]) == (302, at(link))
    assert (mail.purpose, mail.to, mail.subject) == ("notice", "office@exemplu.ro", "Obiecție la FCT 0001: Client Bun SRL")
    assert Event.objects.about(issued).first().data == {"name": "Ion Pop", "text": "Prețul nu este cel vorbit."}
    assert "Așteaptă răspunsul firmei." in text(stranger.get(at(link)))


def test_an_objection_without_words_is_refused_at_its_field(stranger, link):
    assert stranger.post(at(link), {"name": "Ion", "text": " "}).status_code == 422
    assert not Objection.objects.exists()


def test_what_a_client_writes_is_never_markup(stranger, link):
    stranger.post(at(link), {"name": "Ion", "text": "<script>alert(1)</script>"})
    assert "<script>alert" not in text(stranger.get(at(link)))


def test_objections_are_counted(stranger, link, issued):
    for number in range(3):
        raise_objection(issued, name="Ion", text=f"Obiecția {number}")
    with pytest.raises(Refused, match="too_many_objections"):
        raise_objection(issued, name="Ion", text="Încă una")
    assert raise_objection(issued, name="Ion", text="Obiecția 0") == Objection.objects.last()


def test_posts_are_counted(stranger, link, monkeypatch):
    monkeypatch.setattr(customer, "WRITES", 1)
    assert [stranger.post(at(link), {"name": "", "text": ""}).status_code for _ in range(2)] == [422, 429]


def test_an_answer_is_read_at_the_same_address(stranger, link, issued, ana):
    answer_objection(raise_objection(issued, name="Ion", text="De ce?"), answer="Conform contractului.", by=ana)
    assert "Conform contractului." in text(stranger.get(at(link)))
    with pytest.raises(Refused, match="objection_answered"):
        answer_objection(Objection.objects.get(), answer="Altfel", by=ana)


def test_an_answer_wants_words(link, issued, ana):
    with pytest.raises(Refused, match="answer_missing"):
        answer_objection(raise_objection(issued, name="Ion", text="De ce?"), answer=" ", by=ana)


def test_a_cancelled_document_says_so_and_takes_no_objection(stranger, link, issued, ana):
    cancel(issued, by=ana, reason="Dublură")
    assert "Documentul a fost anulat" in text(stranger.get(at(link)))
    assert "Am o obiecție" not in text(stranger.get(at(link)))
    with pytest.raises(Refused, match="document_not_issued"):
        raise_objection(issued, name="Ion", text="De ce?")


def test_a_draft_has_no_page(ana):
    with pytest.raises(Refused, match="document_not_issued"):
        open_link(factories.make_draft(by=ana), by=ana)


def test_an_email_carries_the_address_only_if_its_words_want_it(issued, ana):
    mail = send_document(issued, to="a@exemplu.ro", cc="", subject="x", body="fără", by=ana, token="0" * 32)
    assert not CustomerLink.objects.exists()
    mail = send_document(issued, to="a@exemplu.ro", cc="", subject="x", body="Aici: {{link}}", by=ana, token="1" * 32)
    assert mail.body == f"Aici: {address_of(CustomerLink.objects.get())}"


def test_the_page_of_the_document_tells_what_is_known(client, company, stranger, link, issued, ana):
    stranger.get(at(link))
    raise_objection(issued, name="Ion Pop", text="De ce?")
    client.force_login(ana)
    said = text(client.get(f"/{company.pk}/facturi/{issued.pk}/"))
    assert [word in said for word in ("Deschisă prima dată", "Ion Pop", "Răspunde", address_of(link))] == [True] * 4


def test_the_payment_code_is_of_what_is_left_to_pay_and_the_stamp_is_readable(stranger, ana, company):
    stamp = store_file(b"\x89PNG stampila", "image/png")
    save_layout(Layout(name="Al nostru", payment_code=True, stamp=stamp, is_default=True), by=ana)
    invoice = issue(factories.make_draft(by=ana), by=ana)
    link = open_link(invoice, by=ana)
    record_payment([invoice], by=ana, amount=Decimal(21), on=factories.TODAY, method="transfer", token=uuid4())
    page = text(stranger.get(at(link)))
    assert 'alt="Codul cu datele plății: 100,00 RON, RO49AAAA1B31007593840000"' in page
    assert at(link, "stampila/") in page
    assert stranger.get(at(link, "stampila/")).content == b"\x89PNG stampila"


def test_without_a_layout_there_is_no_code_and_no_stamp(stranger, link):
    assert "client-code" not in text(stranger.get(at(link)))
    assert stranger.get(at(link, "stampila/")).status_code == 404


def test_what_was_paid_at_the_till_is_not_asked_for_again(stranger, ana):
    invoice = issue(factories.make_draft(by=ana, invoice_type="receipted", fiscal_receipt="0123 din 20.11.2026"), by=ana)
    page = text(stranger.get(at(open_link(invoice, by=ana))))
    assert ("De plată" in page, "Achitată" in page) == (False, True)


def test_what_was_taken_back_is_not_called_paid(stranger, link, issued, ana):
    storno(issued, by=ana, reason="Retur")
    page = text(stranger.get(at(link)))
    assert ("Achitată" in page, "Stornată" in page) == (False, True)
