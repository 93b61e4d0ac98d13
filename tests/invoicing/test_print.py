"""The printed form: what it says for each kind of document, language and VAT regime."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from catalog.models import ExchangeRate, VatRate
from companies.models import CashVatPeriod, VatStatus
from invoicing.actions import cancel, issue
from invoicing.actions.drafts import breakdown, recalculate
from invoicing.models import Document, Series
from invoicing.print import document_html, file_name, printed, saved
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.usefixtures("scope")


def text(document):
    """What a reader sees, words separated by one space."""
    html = document_html(saved(document), logo_url="")
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def issued(ana, partner=None, lines=None, **fields):
    return issue(factories.make_draft(partner, lines, by=ana, **fields), by=ana)


def test_a_draft_in_memory_prints_without_being_saved(django_assert_max_num_queries):
    partner, lines = factories.make_partner(), [factories.make_line(quantity="2", price="50")]
    draft = Document(partner=partner, series=Series.objects.get(), issue_date=TODAY)
    groups = breakdown(draft, lines, recalculate(draft, lines))
    with django_assert_max_num_queries(5):
        html = document_html(printed(draft, lines, groups))
    assert "FCT 0001" in html
    assert "121,00" in html


def test_an_empty_draft_prints_too():
    assert "alegeți clientul" in document_html(printed(Document(issue_date=None), [], []))


def test_the_mandatory_fields_stand_on_an_invoice(ana):
    said = text(issued(ana, delivery_date=date(2026, 11, 18)))
    for part in [
        "Factură FCT 0001",
        "Data emiterii 20.11.2026",
        "Data livrării 18.11.2026",
        "Scadența 20.11.2026",
        "Exemplu SRL CIF RO18547290 Reg. com. J12/345/2015",
        "Str. Memorandumului 28, 400114 Cluj-Napoca, jud. Cluj",
        "Capital social 200,00 lei",
        "IBAN RO49 AAAA 1B31 0075 9384 0000, Banca Exemplu",
        "Telefon 0264 123 456",
        "Client Bun SRL CIF RO14399840",
        "Bd. Unirii 1, Sector 3, București",
        "1 Consultanță buc 1 100,00 100,00 21% 21,00",
        "Total fără TVA 100,00",
        "Total TVA 21,00",
        "Total de plată 121,00 lei",
        "Factura circulă fără semnătură și ștampilă",
    ]:
        assert part in said


def test_an_english_document_speaks_english(ana):
    said = text(issued(ana, language="en"))
    assert "Invoice FCT 0001" in said
    assert "Total due 121,00 RON" in said
    assert "1 Consultanță pcs 1 100,00" in said
    assert "Sector 3, București, Romania" in said
    assert "Factură" not in said


def test_a_document_in_both_languages_says_both(ana):
    said = text(issued(ana, language="ro-en"))
    assert "Factură Invoice FCT 0001" in said
    assert "Total de plată Total due 121,00 lei" in said
    assert "1 Consultanță buc pcs 1 100,00" in said


@pytest.mark.parametrize("slug", ["ae-deseuri", "e-292-1", "e-292-2", "e-marja-second-hand", "e-marja-turism", "o-in-afara"])
def test_a_treatment_without_vat_prints_its_mention_and_no_vat(ana, slug):
    rate = VatRate.objects.get(slug=slug)
    said = text(issued(ana, lines=[factories.make_line(rate=slug)]))
    assert rate.mention in said
    assert "Total TVA 0,00 Total de plată 100,00 lei" in said


@pytest.mark.parametrize("slug", ["k-bunuri", "g-export", "ae-servicii-ue", "o-servicii-non-ue"])
def test_a_foreign_client_reads_the_mention_in_english(ana, slug):
    partner = factories.make_partner("Muster GmbH", "DE136695976", vat_payer=True, country="DE", county="", city="Berlin", street="Allee 1")
    said = text(issued(ana, partner, [factories.make_line(rate=slug)], language="ro-en"))
    rate = VatRate.objects.get(slug=slug)
    assert rate.mention in said
    assert rate.mention_en in said
    assert "Cod TVA VAT number DE136695976" in said
    assert "Allee 1, Berlin, Germania" in said


def test_several_rates_print_their_mention_at_the_line(ana):
    lines = [factories.make_line(), factories.make_line("Cărți", rate="s11"), factories.make_line("Deșeuri", rate="ae-deseuri")]
    said = text(issued(ana, lines=lines))
    assert "3 Deșeuri taxare inversă buc 1 100,00 100,00 inversă 0,00" in said
    assert "21% 100,00 21,00 11% 100,00 11,00 inversă 100,00 0,00" in said


def test_cash_accounting_is_mentioned(ana):
    CashVatPeriod.objects.create(since=date(2026, 1, 1))
    assert "TVA la încasare" in text(issued(ana))


def test_cash_accounting_is_not_mentioned_where_it_is_excluded(ana):
    CashVatPeriod.objects.create(since=date(2026, 1, 1))
    assert "TVA la încasare" not in text(issued(ana, lines=[factories.make_line(rate="ae-deseuri")]))


def test_a_draft_is_printed_as_it_would_be_issued(ana):
    CashVatPeriod.objects.create(since=date(2026, 1, 1))
    assert "TVA la încasare" in text(factories.make_draft(by=ana))


def test_one_who_is_not_registered_shows_no_vat_at_all(ana):
    VatStatus.objects.create(since=date(2026, 1, 1), payer=False)
    said = text(issued(ana, lines=[factories.make_line(rate="o-neplatitor")]))
    assert "CIF 18547290" in said
    assert "scutit de TVA, art. 310 din Legea 227/2015" in said
    assert "Cotă TVA" not in said
    assert "Total de plată 100,00 lei" in said


def test_a_currency_prints_vat_in_lei_with_the_rate_its_day_and_source(ana):
    ExchangeRate.objects.create(currency="EUR", date=date(2026, 11, 19), rate=Decimal("5.0912"))
    said = text(issued(ana, currency="EUR"))
    assert "Total de plată 121,00 EUR" in said
    assert "Curs BNR din 19.11.2026: 1 EUR = 5,0912 lei" in said
    assert "21% 100,00 21,00 în lei 509,12 106,92" in said
    assert "Total TVA în lei 106,92 Total în lei 616,04" in said


def test_discounts_are_seen_on_the_line_and_on_the_whole(ana):
    said = text(issued(ana, lines=[factories.make_line(quantity="2", discount_percent=Decimal(10))], discount_percent=Decimal(5)))
    assert "1 Consultanță buc 2 100,00 -20,00 10% 180,00 21% 37,80" in said
    assert "Total poziții 180,00 Discount 5% -9,00 Total fără TVA 171,00 Total TVA 35,91 Total de plată 206,91 lei" in said


def test_prices_that_include_vat_are_printed_without_it(ana):
    said = text(issued(ana, lines=[factories.make_line(price="121")], prices_include_vat=True))
    assert "1 Consultanță buc 1 100,00 100,00 21% 21,00" in said


def test_notes_references_delegate_and_author_are_printed(ana):
    fields = {
        "notes": "Garanție 24 de luni.\nMulțumim.", "order_reference": "PO-7", "contract_reference": "C 12/2026", "buyer_reference": "REF-3",
        "delegate_name": "Ion Țăranu", "delegate_id": "CJ 123456", "transport": "CJ 01 ABC", "issuer_name": "Ana Popescu",
    }  # fmt: skip
    said = text(issued(ana, **fields))
    for part in [
        "Garanție 24 de luni. Mulțumim.",
        "Comanda PO-7",
        "Contractul C 12/2026",
        "Referința clientului REF-3",
        "Delegat Ion Țăranu, act de identitate CJ 123456",
        "Mijloc de transport CJ 01 ABC",
        "Întocmit de Ana Popescu",
    ]:
        assert part in said


def test_what_a_person_typed_is_never_markup(ana):
    html = document_html(saved(issued(ana, lines=[factories.make_line("<b>Tare</b> & bun")], notes="<script>x</script>")))
    assert "&lt;b&gt;Tare&lt;/b&gt; &amp; bun" in html
    assert "<script>" not in html


def test_the_internal_note_is_not_printed(ana):
    assert "Client dificil" not in text(issued(ana, internal_note="Client dificil"))


def test_a_draft_and_a_cancelled_document_say_so_across_the_page(ana):
    assert "CIORNĂ" in text(factories.make_draft(by=ana))
    assert "ANULATĂ" in text(cancel(issued(ana), by=ana, reason="Greșită"))


def test_the_printed_parties_are_those_of_the_day_of_issue(ana, company):
    document = issued(ana)
    document.partner.name = "Alt Nume SRL"
    document.partner.save()
    assert "Client Bun SRL" in text(document)
    assert "Alt Nume SRL" not in text(document)


def test_a_page_that_breaks_carries_the_sum_of_its_lines(ana):
    form = saved(issued(ana, lines=[factories.make_line(), factories.make_line(rate="s11")]))
    assert [line.carried.replace("\N{NO-BREAK SPACE}", " ") for line in form.lines] == [
        "Valoare fără TVA 100,00 · TVA 21,00", "Valoare fără TVA 200,00 · TVA 32,00",
    ]  # fmt: skip
    assert form.lines[0].brought == ""
    assert form.lines[1].brought == form.lines[0].carried


def test_the_file_is_named_after_the_number(ana):
    assert file_name(issued(ana)) == "FCT-0001.pdf"
