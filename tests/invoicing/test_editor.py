"""The editor's pages: what a person sees, saves and issues, and what is said when something is wrong."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import ExchangeRate, VatRate
from companies.models import Role
from invoicing.actions import issue
from invoicing.models import Document, DocumentRevision, Series, Status
from lib.dates import bucharest_today
from tests import factories
from tests.factories import make_draft, make_line, make_partner

pytestmark = pytest.mark.usefixtures("scope")
TODAY = bucharest_today()


@pytest.fixture
def partner(scope):
    return make_partner()


@pytest.fixture
def browser(ana):
    return sign_in(ana)


def sign_in(user):
    client = Client()
    client.force_login(user)
    return client


def row(name="Consultanță", quantity="1", price="100", rate="s21", **cells):
    values = {"product": "", "description": "", "code": "", "unit": "buc", "discount": "", "vat": str(VatRate.objects.get(slug=rate).pk)}
    return values | {"name": name, "quantity": quantity, "price": price} | cells


def posted(partner=None, rows=None, **fields):
    """What the editor sends: a new invoice of today for the client, with one line unless told otherwise."""
    values = {
        "token": str(uuid4()),
        "version": "",
        "client": partner.name if partner else "",
        "client_key": str(partner.pk) if partner else "",
        "series": str(Series.objects.get(name="FCT").pk),
        "issue_date": f"{TODAY:%d.%m.%Y}",
        "due_date": "",
        "delivery_date": "",
        "currency": "RON",
        "exchange_rate": "",
        "rate_shown": "",
        "language": "ro",
        "discount": "",
        "action": "save",
    } | fields
    lines = [row()] if rows is None else rows
    return values | {f"l-{name}": [line[name] for line in lines] for name in (lines[0] if lines else row())}


def address(name, company, *keys):
    return reverse(f"invoicing:{name}", args=(company.pk, *keys))


def errors(response):
    return {cell: sentence for cell, _, sentence in response.context["form"].problems}


def test_the_page_shows_the_number_that_would_be_taken(browser, company):
    page = browser.get(address("invoice_new", company))
    assert page.status_code == 200
    assert "ar fi FCT 0001" in page.content.decode()


def test_a_draft_is_saved_with_what_was_typed(browser, company, partner):
    answer = browser.post(
        address("invoice_new", company), posted(partner, [row(quantity="2,5", price="1.234,56"), row("Transport", "1", "50")])
    )
    draft = Document.objects.get()
    assert answer.url == address("invoice_edit", company, draft.pk)
    assert (draft.status, draft.partner, draft.net, draft.total) == (Status.DRAFT, partner, Decimal("3136.40"), Decimal("3795.04"))


def test_save_and_issue_in_one_step_leads_to_the_document(browser, company, partner):
    answer = browser.post(address("invoice_new", company), posted(partner, action="issue"))
    invoice = Document.objects.get()
    assert (invoice.status, invoice.label, answer.status_code) == (Status.ISSUED, "FCT 0001", 302)


@pytest.mark.parametrize(("action", "method"), [("issue_cash", "cash"), ("issue_card", "card"), ("issue_transfer", "transfer")])
def test_issue_and_receive_in_one_step_leaves_a_paid_invoice(browser, company, partner, action, method):
    data = posted(partner, action=action)
    answers = [browser.post(address("invoice_new", company), data).url for _ in range(2)]
    document = Document.objects.get()
    assert answers == [address("document", company, document.pk)] * 2
    assert (document.state, document.allocations.get().payment.method) == ("paid", method)


def test_the_editor_offers_to_receive_only_the_money_of_an_invoice(browser, company):
    assert 'value="issue_card"' in browser.get(address("invoice_new", company)).content.decode()
    assert 'value="issue_card"' not in browser.get(address("proforma_new", company)).content.decode()


def test_the_same_form_sent_twice_makes_one_invoice(browser, company, partner):
    data = posted(partner, action="issue")
    assert browser.post(address("invoice_new", company), data).url == browser.post(address("invoice_new", company), data).url
    assert Document.objects.count() == 1


def test_a_first_save_whose_answer_was_lost_goes_on_in_the_same_draft(browser, company, partner):
    data = posted(partner)
    browser.post(address("invoice_new", company), data)
    browser.post(address("invoice_new", company), data | {"notes": "Cu mulțumiri"})
    assert Document.objects.get().notes == "Cu mulțumiri"


def test_a_refused_issue_keeps_the_draft_and_all_that_was_typed(browser, company):
    poor = make_partner("Fără Adresă SRL", "27193515", street="", city="")
    answer = browser.post(address("invoice_new", company), posted(poor, action="issue", notes="rămâne"))
    draft = Document.objects.get()
    assert (answer.status_code, draft.status, draft.notes) == (422, Status.DRAFT, "rămâne")
    assert errors(answer)["id-client"].startswith("Fără Adresă SRL nu are CIF-ul și adresa")
    assert f'action="{address("invoice_edit", company, draft.pk)}"' in answer.content.decode()


def test_after_a_refused_issue_the_next_one_goes_on_from_the_saved_draft(browser, company, ana):
    poor = make_partner("Fără Adresă SRL", "27193515", street="", city="")
    draft = make_draft(poor, by=ana)
    data = posted(poor, action="issue", version="0")
    refused = browser.post(address("invoice_edit", company, draft.pk), data)
    assert 'name="version" value="1"' in refused.content.decode()
    poor.street, poor.city = "Str. Lungă 1", "Brașov"
    poor.save()
    assert browser.post(address("invoice_edit", company, draft.pk), data | {"version": "1"}).status_code == 302


def test_what_is_missing_for_an_issue_stands_at_its_cell(browser, company):
    answer = browser.post(address("invoice_new", company), posted(None, [row("", "0", "10"), row("Transport", "1", "")], action="issue"))
    assert errors(answer) == {
        "id-client": "Alegeți clientul.",
        "l-name-1": "Scrieți denumirea.",
        "l-quantity-1": "Scrieți o cantitate.",
        "l-price-2": "Scrieți prețul.",
    }
    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    ("cells", "cell", "sentence"),
    [
        ({"quantity": "1000000000000"}, "l-quantity-1", "Numărul este prea mare: cel mult 12 cifre înaintea virgulei."),
        (
            {"quantity": "999999999999"},
            "l-quantity-1",
            "Cantitatea înmulțită cu prețul trece de 9.999.999.999,99. Verificați cantitatea și prețul.",
        ),
        ({"price": "1,2345678"}, "l-price-1", "Cel mult 6 zecimale."),
        ({"price": "o sută"}, "l-price-1", "Scrieți un număr, de exemplu 1.234,56."),
        ({"price": "-5"}, "l-price-1", "Prețul nu poate fi negativ; pentru o scădere scrieți cantitatea cu minus."),
        ({"unit": "bidon"}, "l-unit-1", "Unitatea „bidon” nu este în listă. Alegeți una din listă."),
        ({"vat": "999999"}, "l-vat-1", "Alegeți cota de TVA din listă."),
        ({"rate": "s19"}, "l-vat-1", "Cota nu este în vigoare la data facturii. Alegeți alta."),
        ({"discount": "120%"}, "l-discount-1", "Scrieți cel mult 100."),
        ({"discount": "5 EUR"}, "l-discount-1", "Scrieți un procent (10%) sau o sumă cu moneda ei (50 lei)."),
        ({"discount": "200 lei"}, "l-discount-1", "Discountul este mai mare decât valoarea liniei."),
        ({"name": "x" * 101}, "l-name-1", "Cel mult 100 de caractere; aici sunt 101."),
    ],
)
def test_a_wrong_cell_is_said_and_nothing_typed_is_lost(browser, company, partner, cells, cell, sentence):
    answer = browser.post(address("invoice_new", company), posted(partner, [row(**cells)]))
    assert (answer.status_code, errors(answer)) == (422, {cell: sentence})
    assert all(
        f'value="{text}"' in answer.content.decode() for name, text in cells.items() if name in ("quantity", "price", "discount", "name")
    )
    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "cell", "sentence"),
    [
        ({"issue_date": "31.02.2026"}, "id-issue_date", "Scrieți o dată din calendar, de exemplu 22.11.2026."),
        ({"issue_date": ""}, "id-issue_date", "Scrieți data documentului."),
        ({"due_date": "01.01.1926"}, "id-due_date", "Verificați anul."),
        ({"currency": "XYZ"}, "id-currency", "Alegeți moneda din listă."),
        ({"language": "fr"}, "id-language", "Alegeți limba din listă."),
        ({"discount": "99999999999 lei"}, "id-discount", "Numărul este prea mare: cel mult 10 cifre înaintea virgulei."),
        (
            {"client_key": "", "client": "Necunoscut"},
            "id-client",
            "Niciun client nu se potrivește cu „Necunoscut”. Adăugați-l ca un client nou.",
        ),
        ({"currency": "EUR", "exchange_rate": "zero"}, "id-exchange_rate", "Scrieți un număr, de exemplu 1.234,56."),
    ],
)
def test_a_wrong_field_of_the_head_is_said(browser, company, partner, fields, cell, sentence):
    answer = browser.post(address("invoice_new", company), posted(partner, **fields))
    assert (answer.status_code, errors(answer)) == (422, {cell: sentence})


@pytest.mark.parametrize("field", ["client_key", "series"])
def test_a_key_of_another_company_is_not_found(browser, company, partner, field):
    other = factories.make_company("Altul SRL", "RO14399840")
    with factories.company_scope(other.pk):
        keys = {"client_key": make_partner("Străin SRL", "RO18547290").pk, "series": Series.objects.get().pk}
    assert browser.post(address("invoice_new", company), posted(partner, **{field: str(keys[field])})).status_code == 404


def test_blank_rows_are_left_out(browser, company, partner):
    blank = row("", "1", "")
    browser.post(address("invoice_new", company), posted(partner, [blank, row(), blank]))
    assert [line.position for line in Document.objects.get().lines.all()] == [1]


def test_discounts_are_a_percent_or_an_amount(browser, company, partner):
    rows = [row(quantity="2", discount="10%"), row(discount="25,50 lei"), row(discount="5")]
    browser.post(address("invoice_new", company), posted(partner, rows, discount="12 lei"))
    draft = Document.objects.get()
    assert [line.discount for line in draft.lines.all()] == [Decimal("20.00"), Decimal("25.50"), Decimal("5.00")]
    assert (draft.discount_amount, draft.net) == (Decimal("12.00"), Decimal("337.50"))


def test_prices_with_vat_are_kept_exact(browser, company, partner):
    browser.post(address("invoice_new", company), posted(partner, [row(price="99,99", quantity="3")], prices_include_vat="1"))
    assert Document.objects.get().total == Decimal("299.97")


def test_the_rate_of_bnr_is_taken_for_the_legal_day(browser, company, partner):
    ExchangeRate.objects.create(date=TODAY - timedelta(days=1), currency="EUR", rate=Decimal("5.0912"))
    browser.post(address("invoice_new", company), posted(partner, currency="EUR"))
    draft = Document.objects.get()
    assert (draft.exchange_rate, draft.rate_source, draft.rate_date, draft.total_ron) == (
        Decimal("5.091200"),
        "BNR",
        TODAY - timedelta(days=1),
        Decimal("616.04"),
    )


def test_a_rate_of_ones_own_stays(browser, company, partner):
    browser.post(address("invoice_new", company), posted(partner, currency="EUR", exchange_rate="5"))
    assert (Document.objects.get().exchange_rate, Document.objects.get().rate_source) == (Decimal(5), "manual")


def test_without_a_rate_of_bnr_one_is_asked_for(browser, company, partner):
    answer = browser.post(address("invoice_new", company), posted(partner, currency="EUR"))
    assert errors(answer)["id-exchange_rate"].startswith("Nu avem cursul BNR pentru EUR")


def test_an_earlier_date_is_offered_as_a_choice(browser, company, partner, ana):
    issue(make_draft(partner, issue_date=TODAY, due_date=None), by=ana)
    data = posted(partner, issue_date=f"{TODAY - timedelta(days=3):%d.%m.%Y}", action="issue")
    refused = browser.post(address("invoice_new", company), data)
    draft = Document.objects.get(status=Status.DRAFT)
    assert 'name="earlier_date"' in refused.content.decode()
    chosen = data | {"earlier_date": "1", "version": str(draft.draft_version)}
    browser.post(address("invoice_edit", company, draft.pk), chosen)
    assert Document.objects.get(pk=draft.pk).label == "FCT 0002"


def test_two_people_on_one_draft_are_told(browser, company, partner, ana):
    draft = make_draft(partner, by=ana)
    first = posted(partner, version="0", notes="unu")
    assert browser.post(address("invoice_edit", company, draft.pk), first).status_code == 302
    second = browser.post(address("invoice_edit", company, draft.pk), first | {"notes": "doi"})
    assert (second.status_code, Document.objects.get().notes) == (422, "unu")
    assert "Deschide ciorna salvată" in second.content.decode()
    browser.post(address("invoice_edit", company, draft.pk), first | {"notes": "doi", "overwrite": "1"})
    assert Document.objects.get().notes == "doi"


def test_autosave_answers_with_the_version_and_the_totals(browser, company, partner):
    said = browser.post(address("invoice_new", company), posted(partner, action="autosave")).json()
    draft = Document.objects.get()
    assert (said["saved"], said["version"], said["address"]) == (True, "0", address("invoice_edit", company, draft.pk))
    assert "121,00" in said["totals"]
    again = browser.post(said["address"], posted(partner, action="autosave", version="0")).json()
    assert (again["version"], Document.objects.count()) == ("1", 1)


def test_autosave_says_what_is_wrong_and_saves_nothing(browser, company, partner):
    answer = browser.post(address("invoice_new", company), posted(partner, [row(price="x")], action="autosave"))
    assert (answer.status_code, answer.json()["errors"]) == (422, {"l-price-1": "Scrieți un număr, de exemplu 1.234,56."})
    assert Document.objects.count() == 0


def test_a_half_typed_client_does_not_stop_the_autosave(browser, company):
    browser.post(address("invoice_new", company), posted(None, client="Exem", action="autosave"))
    assert Document.objects.get().partner is None


def test_a_client_is_found_by_name_or_cif_without_scripts(browser, company, partner):
    for text in ("client bun", "ro 14399840", "14399840"):
        browser.post(address("invoice_new", company), posted(None, client=text))
    assert [draft.partner for draft in Document.objects.all()] == [partner] * 3


def test_several_matching_clients_are_offered_to_choose_from(browser, company, partner):
    other = make_partner("Client Mare SRL", "RO27193515")
    answer = browser.post(address("invoice_new", company), posted(None, client="client"))
    assert f'name="client_pick" value="{other.pk}"' in answer.content.decode()
    browser.post(address("invoice_new", company), posted(None, client="client", client_pick=str(other.pk)))
    assert Document.objects.get().partner == other


def test_more_rows_and_totals_come_without_scripts(browser, company, partner):
    more = browser.post(address("invoice_new", company), posted(partner, action="more"))
    assert more.content.decode().count("data-line") == 1 + 10 + 1  # the filled one, the blank ones, the pattern
    totals = browser.post(address("invoice_new", company), posted(partner, [row(quantity="3")], action="recalculate"))
    assert ("363,00" in totals.content.decode(), Document.objects.count()) == (True, 0)


def test_the_client_of_the_address_brings_its_terms(browser, company):
    client = make_partner(due_days=15, language="ro-en")
    page = browser.get(address("invoice_new", company), {"client": client.pk})
    assert (page.context["document"].due_date, page.context["document"].language) == (TODAY + timedelta(days=15), "ro-en")


def test_a_client_found_by_text_brings_its_term_and_one_chosen_before_does_not(browser, company):
    client = make_partner(due_days=15)
    browser.post(address("invoice_new", company), posted(None, client=client.name))
    browser.post(address("invoice_new", company), posted(client))
    assert [draft.due_date for draft in Document.objects.order_by("pk")] == [TODAY + timedelta(days=15), None]


def test_a_copy_starts_from_the_lines_of_another_invoice(browser, company, ana):
    source = make_draft(lines=[make_line("Chirie", price="900")], by=ana, issue_date=TODAY, due_date=TODAY + timedelta(days=10))
    page = browser.get(address("invoice_new", company), {"copy": source.pk})
    assert 'value="Chirie"' in page.content.decode()
    assert page.context["document"].due_date == TODAY + timedelta(days=10)
    assert Document.objects.count() == 1


def test_a_saved_draft_is_issued_by_its_button(browser, company, ana):
    draft = make_draft(by=ana)
    answer = browser.post(address("invoice_issue", company, draft.pk))
    assert (answer.status_code, Document.objects.get().status) == (302, Status.ISSUED)


def test_a_saved_draft_that_lacks_something_opens_in_the_editor(browser, company, ana):
    draft = make_draft(lines=[], by=ana)
    answer = browser.post(address("invoice_issue", company, draft.pk))
    assert (answer.status_code, errors(answer)) == (422, {"id-lines": "Adăugați cel puțin o linie înainte de emitere."})


def test_an_issued_invoice_is_revised_with_a_reason(browser, company, partner, ana):
    invoice = issue(make_draft(partner, by=ana), by=ana)
    page = browser.get(address("invoice_edit", company, invoice.pk))
    assert "corecteze prin storno" in page.content.decode()
    data = posted(
        partner, [row(price="50")], action="revise", revision="1", issue_date=f"{invoice.issue_date:%d.%m.%Y}", reason="preț greșit"
    )
    assert browser.post(address("invoice_edit", company, invoice.pk), data | {"reason": ""}).status_code == 422
    browser.post(address("invoice_edit", company, invoice.pk), data)
    invoice.refresh_from_db()
    assert (invoice.label, invoice.revision, invoice.total, DocumentRevision.objects.count()) == ("FCT 0001", 2, Decimal("60.50"), 1)


def test_a_revision_that_someone_else_made_is_not_overwritten(browser, company, partner, ana):
    invoice = issue(make_draft(partner, by=ana), by=ana)
    data = posted(partner, action="revise", revision="1", issue_date=f"{invoice.issue_date:%d.%m.%Y}", reason="adresă")
    browser.post(address("invoice_edit", company, invoice.pk), data)
    again = browser.post(address("invoice_edit", company, invoice.pk), data)
    assert errors(again) == {"id-lines": "Altcineva a modificat documentul între timp. Deschideți-l din nou și verificați ce s-a schimbat."}


def test_the_preview_is_the_printed_form_of_what_is_typed(browser, company, partner):
    page = browser.post(address("invoice_preview", company), posted(partner, [row("Chirie", price="900")])).content.decode()
    assert ("Chirie" in page, "1.089,00" in page, 'class="sheet ' in page, Document.objects.count()) == (True, True, True, 0)


def test_one_who_is_not_registered_for_vat_has_no_vat_to_choose(ana):
    company = factories.make_company("Mic SRL", "27193515", payer=False)
    factories.make_member(ana, company)
    with factories.company_scope(company.pk):
        client = make_partner()
        data = posted(client, [row(rate="o-neplatitor")], action="issue")
        sign_in(ana).post(address("invoice_new", company), data)
        assert (Document.objects.get().total, Document.objects.get().vat) == (Decimal("100.00"), Decimal("0.00"))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ACCOUNTANT])
def test_only_those_who_issue_may_write(company, role):
    user = factories.make_user("bogdan@exemplu.ro")
    factories.make_member(user, company, role)
    assert sign_in(user).get(address("invoice_new", company)).status_code == 403


def test_a_stranger_finds_nothing(company, ana):
    draft = make_draft(by=ana)
    cristi = sign_in(factories.make_user("cristi@altul.ro"))
    assert cristi.get(address("invoice_new", company)).status_code == 404
    assert cristi.get(address("invoice_edit", company, draft.pk)).status_code == 404
    assert cristi.post(address("invoice_issue", company, draft.pk)).status_code == 404


def test_lines_that_arrive_incomplete_are_refused(browser, company, partner):
    data = posted(partner) | {"l-price": ["1", "2"]}
    assert browser.post(address("invoice_new", company), data).status_code == 409


def test_a_reason_that_is_too_long_is_told(browser, company, partner, ana):
    invoice = issue(make_draft(partner, by=ana), by=ana)
    data = posted(partner, action="revise", revision="1", issue_date=f"{invoice.issue_date:%d.%m.%Y}", reason="de " * 200)
    answer = browser.post(address("invoice_edit", company, invoice.pk), data)
    assert errors(answer) == {"id-reason": "Cel mult 500 de caractere; aici sunt 599."}
