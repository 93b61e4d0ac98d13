"""Layouts: which one a document gets, what every design must show, what an issued document keeps."""

import io
import re
from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from companies.models import BankAccount
from companies.scope import company_scope
from invoicing.actions import cancel, issue, revise, storno
from invoicing.actions.drafts import copy_line
from invoicing.actions.layouts import delete_layout, save_layout
from invoicing.actions.recurring_together import run_together
from invoicing.looks import Look, of_document
from invoicing.models import Document, Kind, Layout, Series
from invoicing.models.layout import MANDATORY, Column
from invoicing.pdf import pdf_bytes
from invoicing.print import document_html, printed, saved
from lib.colours import LEAST, WHITE, contrast, readable
from lib.dates import bucharest_today
from lib.errors import Refused
from tests import factories
from tests.factories import TODAY
from tests.invoicing.plans import make_plan

pytestmark = pytest.mark.usefixtures("scope")
DESIGNS = Layout.Design.values


def text(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def in_look(document, look):
    return printed(document, list(document.lines.select_related("vat_rate")), list(document.vat_groups.all()), look=look)


def pdf_text(form):
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf_bytes(form))).pages)


def make_layout(ana, name="Al nostru", uses=None, **fields):
    return save_layout(Layout(name=name, **fields), by=ana, **(uses or {}))


@pytest.fixture
def web(client, ana, company):
    client.force_login(ana)
    return client


def address(company, name, *args):
    return reverse(f"invoicing:{name}", args=(company.pk, *args))


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("kind", [Kind.INVOICE, Kind.PROFORMA, Kind.DELIVERY_NOTE, "storno"])
def test_each_design_prints_the_mandatory_fields_of_each_kind(ana, design, kind):
    real = Kind.INVOICE if kind == "storno" else kind
    series = Series.objects.filter(kind=real).first() or Series.objects.create(kind=real, name="XX", is_default=True)
    document = issue(factories.make_draft(by=ana, kind=real, series=series, lines=[factories.make_line("Scaun", quantity="2")]), by=ana)
    if kind == "storno":
        document = storno(document, on=TODAY, by=ana, reason="Retur")
    said = pdf_text(in_look(document, Look(design=design, columns=[column.value for column in MANDATORY])))
    for part in (document.label, "20.11.2026", "Exemplu SRL", "RO18547290", "Client Bun SRL", "RO14399840", "Scaun", "2 buc", "100,00"):
        assert part in said
    if kind != Kind.DELIVERY_NOTE:
        assert "21%" in said
        assert "242,00" in said


def test_every_design_says_the_same(ana):
    document = issue(factories.make_draft(by=ana), by=ana)
    classic, *others = [text(document_html(in_look(document, Look(design=design)))) for design in DESIGNS]
    assert others == [classic, classic]


def test_the_series_goes_before_the_language_and_that_before_the_default(ana):
    general = make_layout(ana, "General")
    english = make_layout(ana, "Engleză", {"languages": ["en"]}, accent="#1d4ed8")
    own = make_layout(ana, "Serie", {"series": [Series.objects.get().pk]}, accent="#7a2e8e")
    document = factories.make_draft(by=ana, language="en")
    assert of_document(document).accent == own.accent
    delete_layout(own, by=ana)
    assert of_document(document).accent == english.accent
    document.language = "ro"
    assert of_document(document).accent == general.accent


def test_a_series_is_of_one_layout_at_a_time(ana):
    series = Series.objects.get().pk
    first = make_layout(ana, "Unu", {"series": [series]})
    make_layout(ana, "Doi", {"series": [series]})
    assert not first.of_series.exists()


def test_an_issued_document_keeps_its_look_and_a_revision_takes_the_new_one(ana):
    layout = make_layout(ana, design="modern", footer="Termen de retur 14 zile")
    document = issue(factories.make_draft(by=ana), by=ana)
    before = pdf_bytes(saved(document))
    layout.design, layout.footer = "compact", "Altceva"
    save_layout(layout, by=ana)
    document.refresh_from_db()
    assert pdf_bytes(saved(document)) == before
    revised = revise(document, [copy_line(line) for line in document.lines.all()], by=ana, reason="Greșeală", revision=1)
    assert "Altceva" in document_html(saved(revised))
    assert "sheet--compact" in document_html(saved(revised))
    assert revised.revisions.get().content["document"]["layout"]["design"] == "modern"


def test_the_database_keeps_the_look_of_an_issued_document(ana):
    make_layout(ana)
    document = issue(factories.make_draft(by=ana), by=ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(layout=None)


def test_a_mandatory_column_cannot_be_hidden_not_even_in_the_database(ana):
    layout = make_layout(ana)
    layout.columns = [name for name in layout.columns if name != "rate"]
    with pytest.raises(Refused, match="Cotă TVA"):
        save_layout(layout, by=ana)
    with pytest.raises(IntegrityError, match="layout_mandatory_columns"), transaction.atomic():
        Layout.objects.filter(pk=layout.pk).update(columns=layout.columns)


def test_a_company_has_one_default_even_in_the_database(ana):
    first, second = make_layout(ana, "Unu"), make_layout(ana, "Doi", is_default=True)
    first.refresh_from_db()
    assert (first.is_default, second.is_default) == (False, True)
    with pytest.raises(IntegrityError, match="layout_one_default"), transaction.atomic():
        Layout.objects.filter(pk=first.pk).update(is_default=True)
    with pytest.raises(Refused, match="alt aspect"):
        delete_layout(second, by=ana)


def test_columns_stand_in_the_order_that_was_chosen(ana):
    document = issue(factories.make_draft(by=ana, lines=[factories.make_line("Scaun", code="SC-1")]), by=ana)
    look = Look(columns=["quantity", "code", "item", "price", "gross_price", "value", "rate", "vat", "gross"])
    assert "1 1 buc SC-1 Scaun 100,00 121,00 100,00 21% 21,00 121,00" in text(document_html(in_look(document, look)))


def test_what_is_hidden_but_wanted_by_law_stands_elsewhere(ana):
    document = issue(factories.make_draft(by=ana, lines=[factories.make_line("Scaun", discount_percent=Decimal(10))]), by=ana)
    said = text(document_html(in_look(document, Look(columns=[column.value for column in MANDATORY]))))
    assert "Scaun Discount: -10,00 (10%) 1 buc" in said


def test_too_many_columns_are_taken_in_below_the_name(ana):
    line = factories.make_line("Utilaj", price="7876543210.98", code="UT-1", barcode="5941234567899")
    document = issue(factories.make_draft(by=ana, lines=[line]), by=ana)
    form = in_look(document, Look(columns=Column.values))
    assert sum(heading.width for heading in form.table.headings) <= 90
    assert "Utilaj Cod: UT-1 · Cod de bare: 5941234567899" in text(document_html(form))


@pytest.mark.parametrize(("which", "shown"), [("all", ["RO49", "RO09"]), ("currency", ["RO49"]), ("none", [])])
def test_the_accounts_that_are_wanted_are_printed(ana, which, shown):
    BankAccount.objects.create(iban="RO09BCYP0000001234567890", currency="EUR", position=2)
    document = issue(factories.make_draft(by=ana), by=ana)
    said = text(document_html(in_look(document, Look(accounts=which))))
    assert [start for start in ("RO49", "RO09") if start in said] == shown


def test_the_code_in_euro_is_a_sepa_transfer(ana):
    BankAccount.objects.create(iban="RO09BCYP0000001234567890", currency="EUR", position=2)
    document = factories.make_draft(by=ana, currency="EUR", exchange_rate=Decimal(5), rate_source="manual")
    code = in_look(issue(document, by=ana), Look(payment_code=True)).payment
    assert code.text.split("\n") == [
        *("BCD", "002", "1", "SCT", "", "Exemplu SRL", "RO09BCYP0000001234567890", "EUR121.00", "", "", "Factură FCT 0001"),
    ]


def test_the_code_in_lei_is_text_and_says_itself_to_one_who_does_not_see_it(ana):
    form = in_look(issue(factories.make_draft(by=ana), by=ana), Look(payment_code=True))
    assert form.payment.text == "Exemplu SRL\nIBAN: RO49AAAA1B31007593840000\n121.00 RON\nFactură FCT 0001"
    assert 'alt="Cod QR cu datele de plată: Exemplu SRL, IBAN: RO49AAAA1B31007593840000' in document_html(form)
    assert "DATE DE PLATĂ" in pdf_text(form)


def test_without_an_account_in_the_currency_or_something_to_pay_there_is_no_code(ana):
    document = issue(factories.make_draft(by=ana), by=ana)
    mirror = storno(document, on=TODAY, by=ana, reason="Retur")
    assert in_look(mirror, Look(payment_code=True)).payment is None
    euro = issue(factories.make_draft(by=ana, currency="EUR", exchange_rate=Decimal(5), rate_source="manual"), by=ana)
    assert in_look(euro, Look(payment_code=True)).payment is None


def test_hostile_text_is_never_markup(ana):
    look = Look(footer="<script>alert(1)</script>", design="modern", accent="#b3124b")
    html = document_html(in_look(issue(factories.make_draft(by=ana), by=ana), look))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "alert(1)" in pdf_text(in_look(Document.objects.get(), replace(look, footer="<img src='file:///etc/passwd'>alert(1)")))


def test_a_pale_colour_is_refused_with_one_that_reads(ana):
    with pytest.raises(Refused) as refusal:
        make_layout(ana, accent="#ffe000")
    assert readable("#ffe000") in refusal.value.message
    assert contrast(readable("#ffe000"), WHITE) >= LEAST
    assert readable("#1d4ed8") == "#1d4ed8"


def test_a_colour_is_a_style_sheet_that_everyone_may_read(client):
    answer = client.get("/aspect/b3124b.css")
    assert answer["Content-Type"].startswith("text/css")
    assert "--s-accent: #b3124b" in answer.text
    assert client.get("/aspect/nimic.css").status_code == 404


def test_the_form_saves_columns_in_their_order_and_a_stamp(web, company, ana):
    picture = io.BytesIO()
    Image.new("RGBA", (40, 20), (0, 0, 90, 120)).save(picture, "PNG")
    picture.seek(0)
    picture.name = "semnatura.png"
    values = {"name": "Nou", "design": "modern", "accent": "#B3124B", "columns": [*Column.values][::-1], "accounts": "all"}
    values |= {"logo_size": "l", "logo_place": "right", "payment_code": "on", "stamp": picture, "languages": ["en"]}
    assert web.post(address(company, "layout_new"), values).status_code == 302
    with company_scope(company.pk):
        layout = Layout.objects.get()
        assert (layout.accent, layout.columns[0], layout.is_default) == ("#b3124b", "gross", True)
        assert pdf_bytes(in_look(issue(factories.make_draft(by=ana, language="en"), by=ana), Look(stamp=layout.stamp_id)))
    assert "Nou" in web.get(address(company, "layout_list")).text


def test_the_preview_shows_what_is_not_saved_yet(web, company):
    values = {"design": "compact", "accent": "#ffe000", "columns": Column.values, "sample": "made", "sample_language": "en"}
    answer = web.post(address(company, "layout_preview"), values)
    assert "sheet--compact" in answer.text
    assert "Barcode" in answer.text
    assert not Layout.objects.exists()


def test_a_layout_of_another_company_is_not_tried(web, company, ana):
    other = factories.make_company("Alta SRL", "14399840")
    with company_scope(other.pk):
        theirs = make_layout(ana, footer="Secret al altora")
    assert web.get(address(company, "layout_edit", theirs.pk)).status_code == 404
    values = {"aspect": str(theirs.pk), "design": "classic", "accent": "#0e5f76", "columns": Column.values}
    assert "Secret" not in web.post(address(company, "layout_preview"), values).text


def test_the_series_of_another_company_cannot_be_taken(ana, company):
    other = factories.make_company("Alta SRL", "14399840")
    with company_scope(other.pk):
        series = Series.objects.create(kind="invoice", name="ALT")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_layout(ana, uses={"series": [series.pk]})
        connection.check_constraints()


def test_a_cancelled_document_keeps_its_look(ana):
    make_layout(ana, design="modern")
    document = cancel(issue(factories.make_draft(by=ana), by=ana), by=ana, reason="Greșită")
    assert "sheet--modern" in document_html(saved(document))


def test_recurring_invoices_keep_the_layout_of_their_day(company, ana):
    layout = save_layout(Layout(name="Modern", design=Layout.Design.MODERN, is_default=True), by=ana)
    plan = make_plan(by=ana)
    run_together([plan.pk], on=bucharest_today())
    assert Document.objects.get(kind="invoice").layout["design"] == layout.design
