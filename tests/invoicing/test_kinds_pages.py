"""Proformas and delivery notes on the pages that they share with invoices: editor, list, page, export, e-mail, cost."""

from datetime import time, timedelta
from decimal import Decimal

import pytest

from companies.models import Role
from invoicing.actions import convert, issue
from invoicing.letters import letter
from invoicing.models import Document, Kind
from invoicing.print import document_html, saved
from lib.dates import bucharest_today
from subscriptions.models import QuotaUse
from tests.factories import make_member, make_partner, make_user
from tests.invoicing.test_convert import make_note, make_proforma, make_series
from tests.invoicing.test_editor import address, posted, row, sign_in

pytestmark = pytest.mark.usefixtures("scope")
KINDS = {"proforma": Kind.PROFORMA, "delivery": Kind.DELIVERY_NOTE}


@pytest.fixture
def browser(ana):
    return sign_in(ana)


@pytest.fixture
def series(scope):
    return {"proforma": make_series(Kind.PROFORMA, "PF"), "delivery": make_series(Kind.DELIVERY_NOTE, "AV")}


@pytest.mark.parametrize("name", KINDS)
def test_a_document_is_written_and_issued_in_the_same_editor(browser, company, series, name):
    data = posted(make_partner(), action="issue", series=str(series[name].pk))
    answer = browser.post(address(f"{name}_new", company), data)
    document = Document.objects.get()
    assert (document.kind, document.label, answer.url) == (KINDS[name], series[name].label(1), address(name, company, document.pk))
    assert QuotaUse.objects.get().kind == KINDS[name]


@pytest.mark.parametrize("name", KINDS)
def test_a_draft_saves_itself_and_goes_on_at_its_own_address(browser, company, series, name):
    said = browser.post(address(f"{name}_new", company), posted(make_partner(), action="autosave", series=str(series[name].pk))).json()
    draft = Document.objects.get()
    assert (said["saved"], said["address"]) == (True, address(f"{name}_edit", company, draft.pk))
    assert browser.get(address(f"{name}_edit", company, draft.pk)).status_code == 200
    assert browser.get(address("invoice_edit", company, draft.pk)).status_code == 404
    assert browser.post(address(f"{name}_issue", company, draft.pk)).status_code == 302


def test_a_proforma_is_valid_for_fifteen_days_and_a_note_leaves_from_the_seat_today(browser, company, series):
    proforma = browser.get(address("proforma_new", company)).context["document"]
    assert proforma.due_date == bucharest_today() + timedelta(days=15)
    note = browser.get(address("delivery_new", company)).context["document"]
    assert (note.delivery_date, note.ship_from) == (bucharest_today(), "Str. Memorandumului 28, 400114 Cluj-Napoca, jud. Cluj")


def test_what_form_14_3_6a_asks_for_is_kept(browser, company, series):
    told = {"delegate_name": "Ion Pop", "delegate_id": "CI CJ 123456", "transport": "CJ 01 ABC", "ship_from": "Cluj", "ship_to": "Iași"}
    told |= {"dispatch_time": "14:30", "delivery_mention": "none", "hides_prices": "1", "delivery_date": f"{bucharest_today():%d.%m.%Y}"}
    browser.post(address("delivery_new", company), posted(make_partner(), series=str(series["delivery"].pk), **told))
    note = Document.objects.get()
    assert (note.delegate_name, note.ship_to, note.dispatch_time) == ("Ion Pop", "Iași", time(14, 30))
    assert (note.delivery_mention, note.hides_prices, note.due_date) == ("none", True, None)


@pytest.mark.parametrize(("field", "value"), [("dispatch_time", "25:99"), ("delivery_mention", "altceva")])
def test_a_wrong_word_about_the_dispatch_is_said(browser, company, series, field, value):
    data = posted(make_partner(), series=str(series["delivery"].pk), **{field: value})
    answer = browser.post(address("delivery_new", company), data)
    assert (answer.status_code, answer.context["form"].problems[0][0]) == (422, f"id-{field}")


def test_a_note_needs_no_prices_but_a_proforma_does(browser, company, series):
    partner = make_partner()
    for name, status in (("delivery", 302), ("proforma", 422)):
        data = posted(partner, [row(price="")], action="issue", series=str(series[name].pk))
        assert browser.post(address(f"{name}_new", company), data).status_code == status


def test_without_a_series_one_is_offered(browser, company):
    page = browser.get(address("proforma_new", company)).content.decode()
    assert f"{address('series_new', company)}?document=proforma" in page


def test_a_document_opens_at_the_address_of_its_kind(browser, company, ana):
    note = make_note(ana)
    assert browser.get(address("document", company, note.pk)).url == address("delivery", company, note.pk)
    assert browser.get(address("proforma", company, note.pk)).url == address("delivery", company, note.pk)
    assert browser.get(address("delivery", company, note.pk)).status_code == 200


def test_a_copy_and_a_thrown_away_draft_stay_with_their_kind(browser, company, ana):
    note = make_note(ana)
    copy = browser.post(address("document_duplicate", company, note.pk))
    draft = Document.objects.drafts().get()
    assert (copy.url, draft.kind) == (address("delivery_edit", company, draft.pk), Kind.DELIVERY_NOTE)
    assert browser.post(address("document_delete", company, draft.pk)).url == address("delivery_list", company)


def test_the_lists_show_only_their_kind_and_filter_by_what_was_invoiced(browser, company, ana):
    waiting, part, whole = make_proforma(ana), make_proforma(ana), make_proforma(ana)
    make_note(ana)
    issue(convert([part], lines={part.lines.get().pk: Decimal(4)}, by=ana), by=ana)
    issue(convert([whole], by=ana), by=ana)

    def shown(chip):
        return {document.pk for document in browser.get(address("proforma_list", company), {"stare": chip}).context["list"].rows}

    assert shown("") == {waiting.pk, part.pk, whole.pk}
    assert (shown("nefacturate"), shown("partial"), shown("facturate")) == ({waiting.pk, part.pk}, {part.pk}, {whole.pk})
    sums = browser.get(address("proforma_totals", company)).context["list"]
    assert sums.counts() == {"": 3, "ciorne": 0, "nefacturate": 2, "partial": 1, "facturate": 1, "expirate": 0, "anulate": 0}
    assert sums.amounts == [("RON", Decimal("1815.00"))]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", KINDS)
def test_a_list_takes_the_same_queries_for_one_row_and_for_three(browser, company, ana, name, count, django_assert_num_queries):
    for _ in range(count):
        source = make_proforma(ana) if name == "proforma" else make_note(ana)
        issue(convert([source], by=ana), by=ana)
    browser.get(address(f"{name}_list", company))
    with django_assert_num_queries(5):
        browser.get(address(f"{name}_list", company))
    with django_assert_num_queries(4):
        browser.get(address(f"{name}_totals", company), {"q": str(count)})


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_the_list_is_exported(browser, company, ana, name, fmt):
    make_proforma(ana), make_note(ana)
    answer = browser.get(address(f"{name}_export", company, fmt))
    body = b"".join(answer.streaming_content)
    assert answer.status_code == 200 and (fmt == "xlsx" or ("PF 0001" if name == "proforma" else "AV 0001") in body.decode("utf-8-sig"))


def test_an_invoice_is_made_from_the_page_of_a_proforma(browser, company, ana):
    proforma = make_proforma(ana)
    url = f"{address('convert', company)}?alese={proforma.pk}"
    form = browser.get(url).context["form"]
    quantity = {f"q{proforma.lines.get().pk}": "4"}
    answer = browser.post(url, {"token": str(form["token"].value()), **quantity})
    draft = Document.objects.drafts().get()
    assert (answer.url, draft.lines.get().quantity) == (address("invoice_edit", company, draft.pk), 4)
    page = browser.get(answer.url).content.decode()
    assert f'name="l-source" value="{proforma.lines.get().pk}"' in page and "din PF 0001" in page


def test_the_editor_keeps_the_tie_and_says_what_is_left(browser, company, ana):
    proforma = make_proforma(ana)
    draft = convert([proforma], by=ana)
    source = proforma.lines.get().pk

    def answer(quantity):
        data = posted(
            draft.partner, [row("Scaun", quantity, "50", source=str(source))], version=str(Document.objects.get(pk=draft.pk).draft_version)
        )
        return browser.post(address("invoice_edit", company, draft.pk), data)

    assert answer("9").status_code == 302 and draft.lines.get().source_line_id == source
    assert "au rămas de facturat 10 buc" in answer("11").content.decode()


def test_a_source_of_nobody_ties_nothing(browser, company, ana):
    browser.post(address("invoice_new", company), posted(make_partner(), [row(source="999999")]))
    assert Document.objects.get().lines.get().source_line_id is None


def test_documents_that_are_not_there_are_not_found(browser, company, ana):
    assert browser.get(f"{address('convert', company)}?alese=999999").status_code == 404
    assert browser.get(f"{address('convert', company)}?alese=x").status_code == 404
    assert browser.get(address("convert", company)).status_code == 409


def test_one_who_only_reads_makes_no_invoice(company, ana):
    proforma = make_proforma(ana)
    reader = make_user("citeste@exemplu.ro")
    make_member(reader, company, Role.VIEWER)
    assert sign_in(reader).get(f"{address('convert', company)}?alese={proforma.pk}").status_code == 403


def test_a_proforma_says_that_it_is_no_fiscal_document(ana):
    html = document_html(saved(make_proforma(ana, due_date=bucharest_today() + timedelta(days=15))))
    assert "nu este document fiscal" in html and "Valabilă până la" in html and "art. 319" not in html


def test_a_note_prints_the_fields_of_its_form(ana):
    note = make_note(ana, delegate_name="Ion Pop", delegate_id="CI CJ 123456", transport="CJ 01 ABC", ship_from="Cluj", ship_to="Iași")
    html = document_html(saved(note))
    for text in ("14-3-6A", "Urmează factură", "Ion Pop", "CI CJ 123456", "CJ 01 ABC", "Cluj", "Iași", "Semnătura de primire", "500,00"):
        assert text in html
    assert "Total TVA" not in html


def test_a_note_without_prices_prints_and_writes_none(ana):
    note = make_note(ana, hides_prices=True)
    assert "500,00" not in document_html(saved(note)) and "în valoare" not in letter(note)[1]


def test_a_letter_says_until_when_a_proforma_is_valid(ana):
    proforma = make_proforma(ana, due_date=bucharest_today() + timedelta(days=15))
    assert ", valabilă până la " in letter(proforma)[1]


def test_proformas_and_notes_are_in_no_list_of_invoices(browser, company, ana):
    make_proforma(ana), make_note(ana)
    assert browser.get(address("invoice_list", company)).context["list"].rows == []
