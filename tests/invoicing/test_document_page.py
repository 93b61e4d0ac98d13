"""The page of a document: what each role sees and may do, the PDF as stored, the e-mail's form, the history in words."""

import time
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from companies.events import record_event
from companies.models import Event, Role
from invoicing.actions import ask_for_pdf, attach, cancel, cancel_payment, issue, record_payment, send_document
from invoicing.actions.receipts import Chit
from invoicing.history import history
from invoicing.models import Document, Kind, Mail, RenderedPdf, Series
from invoicing.pdf import render
from invoicing.views import output
from tests import factories

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def issued(ana):
    return issue(factories.make_draft(by=ana), by=ana)


@pytest.fixture
def page(client, ana, company):
    """The page of an address under the company, opened by Ana."""
    client.force_login(ana)
    return lambda path, **headers: client.get(f"/{company.pk}/facturi/{path}", headers=headers)


@pytest.fixture
def post(client, ana, company):
    client.force_login(ana)
    return lambda path, **data: client.post(f"/{company.pk}/facturi/{path}", data)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(output, "WAIT", 0)


def actions_of(response):
    """The words of the buttons of the page."""
    html = response.content.decode().partition('class="doc-actions"')[2].partition("</main>")[0]
    return [
        word for word in ("Încasează", "Trimite", "Descarcă PDF", "Duplică", "Modifică", "Anulează", "Emite", "Continuă", "Șterge") if word in html
    ]  # fmt: skip


def test_an_owner_may_do_everything_with_an_issued_invoice(page, issued):
    assert actions_of(page(f"{issued.pk}/")) == ["Încasează", "Trimite", "Descarcă PDF", "Duplică", "Modifică", "Anulează"]


@pytest.mark.parametrize(("role", "words"), [(Role.ACCOUNTANT, ["Încasează", "Descarcă PDF"]), (Role.VIEWER, ["Descarcă PDF"])])
def test_others_see_what_they_may_do(client, company, issued, role, words):
    bogdan = factories.make_user("bogdan@exemplu.ro")
    factories.make_member(bogdan, company, role)
    client.force_login(bogdan)
    assert actions_of(client.get(f"/{company.pk}/facturi/{issued.pk}/")) == words


@pytest.mark.parametrize("path", ["anuleaza/", "duplica/", "sterge/", "trimite/"])
def test_a_viewer_is_refused_what_writes(client, company, issued, path):
    viewer = factories.make_user("bogdan@exemplu.ro")
    factories.make_member(viewer, company, Role.VIEWER)
    client.force_login(viewer)
    assert client.post(f"/{company.pk}/facturi/{issued.pk}/{path}").status_code == 403


def test_a_draft_goes_on_is_issued_or_thrown_away(page, ana):
    assert actions_of(page(f"{factories.make_draft(by=ana).pk}/")) == ["Emite", "Continuă", "Șterge"]


def test_a_cancelled_one_is_only_read_and_copied(page, issued, ana):
    cancel(issued, by=ana, reason="Dublură")
    assert actions_of(page(f"{issued.pk}/")) == ["Descarcă PDF", "Duplică"]


def test_a_paid_one_has_nothing_to_receive(page, issued, ana):
    record_payment([issued], amount=Decimal("121"), method="cash", on=date(2026, 11, 20), by=ana, token=uuid4())
    response = page(f"{issued.pk}/")
    assert "Încasează" not in actions_of(response)
    assert response.context["state"] == "paid"


@pytest.mark.parametrize(
    ("due", "paid", "state"), [(30, 0, "unpaid"), (30, 100, "partial"), (-1, 0, "overdue"), (-1, 100, "overdue"), (None, 0, "unpaid")]
)
def test_the_state_says_what_is_due(page, ana, due, paid, state):
    today = timezone.localdate()
    day = today - timedelta(days=10)
    draft = factories.make_draft(by=ana, issue_date=day, due_date=None if due is None else today + timedelta(days=due))
    document = issue(draft, by=ana)
    if paid:
        record_payment([document], amount=Decimal(paid), method="cash", on=day, by=ana, token=uuid4())
    assert page(f"{document.pk}/").context["state"] == state


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_whatever_hangs_on_it(page, issued, ana, count, django_assert_num_queries):
    for n in range(count):
        payment = record_payment([issued], amount=Decimal(10), method="cash", on=date(2026, 11, 20), by=ana, token=uuid4())
        cancel_payment(payment, by=ana, reason=f"Greșeala {n}")
        send_document(issued, to="a@exemplu.ro", cc="", subject="x", body="y", by=ana, token=uuid4())
    page(f"{issued.pk}/")
    with django_assert_num_queries(21):
        page(f"{issued.pk}/")


def test_what_a_person_wrote_for_colleagues_is_on_the_page_only(page, ana):
    document = issue(factories.make_draft(by=ana, internal_note="Sunați înainte"), by=ana)
    assert page(f"{document.pk}/").content.decode().count("Sunați înainte") == 1


def test_a_strangers_document_is_not_found(page, company):
    assert page("999999/").status_code == 404


# The PDF


def test_the_stored_pdf_is_served_as_it_is(page, issued):
    row = RenderedPdf.objects.get()
    render(row)
    response = page(f"{issued.pk}/pdf/")
    file = RenderedPdf.objects.get().file
    assert response.content == bytes(file.content)
    assert response["ETag"] == f'"{file.sha256}"'
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="FCT-0001.pdf"'
    assert page(f"{issued.pk}/pdf/?download=1")["Content-Disposition"] == 'attachment; filename="FCT-0001.pdf"'
    assert page(f"{issued.pk}/pdf/", **{"If-None-Match": response["ETag"]}).status_code == 304


def test_one_that_is_not_ready_says_so_and_looks_again(page, issued):
    response = page(f"{issued.pk}/pdf/")
    assert response.status_code == 202
    assert "PDF-ul se pregătește" in response.content.decode()
    assert 'http-equiv="refresh"' in response.content.decode()


def test_an_imported_document_gets_its_pdf_when_somebody_looks(page, ana):
    document = issue(factories.make_draft(by=ana), by=ana, render=False)
    page(f"{document.pk}/pdf/")
    assert RenderedPdf.objects.get().document_id == document.pk


def test_the_request_waits_a_moment_for_the_worker(page, issued, monkeypatch):
    monkeypatch.setattr(output, "WAIT", 5)
    monkeypatch.setattr(time, "sleep", lambda _: render(RenderedPdf.objects.get()))
    assert page(f"{issued.pk}/pdf/").status_code == 200


def test_a_draft_has_no_pdf(page, ana):
    draft = factories.make_draft(by=ana)
    assert page(f"{draft.pk}/pdf/").status_code == 409
    assert not RenderedPdf.objects.exists()


def test_a_cancelled_document_serves_the_pdf_that_says_so(page, issued, ana):
    render(ask_for_pdf(issued))
    render(ask_for_pdf(cancel(issued, by=ana, reason="Dublură")))
    served = page(f"{issued.pk}/pdf/").content
    assert served == bytes(RenderedPdf.objects.get(cancelled=True).file.content)


# What one does


def test_cancelling_wants_a_reason(post, issued):
    response = post(f"{issued.pk}/anuleaza/", reason="")
    assert response.status_code == 422
    assert Document.objects.get().is_issued


def test_cancelling_returns_to_the_page(post, issued, company):
    assert post(f"{issued.pk}/anuleaza/", reason="Dublură")["Location"] == f"/{company.pk}/facturi/{issued.pk}/"
    assert Document.objects.get().status == "cancelled"


def test_a_refusal_stands_in_the_form(post, issued, ana):
    record_payment([issued], amount=Decimal(1), method="cash", on=date(2026, 11, 20), by=ana, token=uuid4())
    response = post(f"{issued.pk}/anuleaza/", reason="Dublură")
    assert "Documentul are încasări" in response.content.decode()
    assert 'value="Dublură"' in response.content.decode()


def test_a_copy_opens_in_the_editor(post, issued, company):
    response = post(f"{issued.pk}/duplica/")
    copy = Document.objects.exclude(pk=issued.pk).get()
    assert response["Location"] == f"/{company.pk}/facturi/{copy.pk}/modifica/"


def test_a_draft_is_thrown_away(post, ana, company):
    draft = factories.make_draft(by=ana)
    assert post(f"{draft.pk}/sterge/")["Location"] == f"/{company.pk}/facturi/"
    assert not Document.objects.exists()


def test_an_issued_one_is_not(post, issued):
    assert post(f"{issued.pk}/sterge/").status_code == 409
    assert Document.objects.exists()


# E-mail


def test_the_form_is_filled_in_for_the_client(page, issued):
    html = page(f"{issued.pk}/trimite/").content.decode()
    assert 'value="client@exemplu.ro"' in html
    assert 'value="Factură FCT 0001 · Exemplu SRL"' in html


def test_sending_writes_one_email_that_waits(post, issued):
    token = uuid4()
    for _ in range(2):
        assert post(f"{issued.pk}/trimite/", to="a@exemplu.ro", subject="Factura", body="Bună ziua", token=token).status_code == 302
    assert list(Mail.objects.values_list("to", "state")) == [("a@exemplu.ro", "waiting")]


def test_the_files_of_the_document_go_along_when_ticked(page, post, issued, ana):
    assert "Cu fișierele atașate" not in page(f"{issued.pk}/trimite/").content.decode()
    attach(issued, [("oferta.pdf", b"%PDF-1.7\n%%EOF\n")], by=ana)
    assert "oferta.pdf" in page(f"{issued.pk}/trimite/").content.decode()
    written = {"to": "a@exemplu.ro", "subject": "Factura", "body": "Bună ziua"}
    post(f"{issued.pk}/trimite/", **written, token=uuid4())
    post(f"{issued.pk}/trimite/", **written, token=uuid4(), with_attachments="on")
    assert list(Mail.objects.order_by("id").values_list("files__name", flat=True)) == [None, "oferta.pdf"]


def test_a_wrong_address_keeps_what_was_typed(post, issued):
    response = post(f"{issued.pk}/trimite/", to="greșit", subject="Factura mea", body="Bună ziua", token=uuid4())
    assert response.status_code == 422
    assert "Adresa „greșit” nu este corectă" in response.content.decode()
    assert 'value="Factura mea"' in response.content.decode()


def test_the_emails_look_again_while_one_is_on_its_way(page, post, issued, ana):
    mail = send_document(issued, to="a@exemplu.ro", cc="", subject="x", body="y", by=ana, token=uuid4())
    assert "hx-trigger" in page(f"{issued.pk}/e-mailuri/").content.decode()
    Mail.objects.update(state="failed", error="Serverul de e-mail nu răspunde.")
    html = page(f"{issued.pk}/e-mailuri/").content.decode()
    assert "hx-trigger" not in html
    assert "Serverul de e-mail nu răspunde." in html
    post(f"{issued.pk}/e-mailuri/{mail.pk}/din-nou/")
    assert Mail.objects.get().state == "waiting"


# History


def test_the_history_tells_who_did_what(issued, ana):
    payment = record_payment([issued], amount=Decimal("21.50"), method="transfer", on=date(2026, 11, 20), by=ana, token=uuid4())
    cancel_payment(payment, by=ana, reason="Alt client")
    cancel(issued, by=ana, reason="Dublură")
    entries, more = history(issued)
    assert [(e.by, e.text.replace("\N{NO-BREAK SPACE}", " "), e.detail) for e in entries] == [
        ("ana@exemplu.ro", "a anulat documentul", "Dublură"),
        ("ana@exemplu.ro", "a anulat încasarea de 21,50 lei", "Alt client"),
        ("ana@exemplu.ro", "a încasat 21,50 lei prin transfer bancar la 20.11.2026", ""),
        ("ana@exemplu.ro", "a emis FCT 0001, 121,00 lei", ""),
        ("ana@exemplu.ro", "a creat ciorna", ""),
    ]
    assert not more


def test_an_earlier_date_is_kept_in_the_history(issued, ana):
    earlier = factories.make_draft(by=ana, issue_date=date(2026, 11, 1), due_date=None)
    document = issue(earlier, by=ana, allow_earlier_date=True)
    assert history(document)[0][0].detail == "Cu dată anterioară ultimului document din serie (20.11.2026)."


def test_r22_the_page_shows_five_and_the_rest_on_demand(page, issued, ana):
    for n in range(5):
        record_event(issued, "mail_failed", to=f"a{n}@exemplu.ro", reason="x", mail=n)
    assert page(f"{issued.pk}/").content.decode().count("<time") == 5
    assert "Afișează tot" in page(f"{issued.pk}/").content.decode()
    whole = page(f"{issued.pk}/istoric/").content.decode()
    assert whole.count("<time") == Event.objects.about(issued).count() + 1
    part = page(f"{issued.pk}/istoric/", **{"HX-Request": "true"}).content.decode()
    assert part.startswith('<section class="card" id="document-history"')


def test_what_no_person_did_the_program_did(issued):
    record_event(issued, "cancelled", reason="x")
    assert history(issued)[0][0].by == "Facturier"


def test_a_verb_of_a_later_app_breaks_nothing(issued, ana):
    record_event(issued, "uploaded", by=ana)
    assert history(issued)[0][0].text == "a lucrat la document"


def test_a_receipt_is_not_copied(post, issued, ana, company):
    series = Series.objects.create(kind=Kind.RECEIPT, name="CH", is_default=True)
    values = {"amount": issued.total, "method": "cash", "on": issued.issue_date}
    record_payment([issued], by=ana, token=uuid4(), receipt=Chit(series), **values)
    receipt = Document.objects.get(kind=Kind.RECEIPT)
    assert post(f"{receipt.pk}/duplica/").status_code == 404
    assert Document.objects.filter(kind=Kind.RECEIPT).count() == 1


@pytest.mark.parametrize("asked", ["copy=²", "client=²"])
def test_what_is_no_number_starts_a_blank_document(client, ana, company, asked):
    client.force_login(ana)
    assert client.get(f"/{company.pk}/facturi/noua/?{asked}").status_code == 200
