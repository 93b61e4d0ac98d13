"""Each kind and type of document × VAT regime × currency × payer status: issued, printed, and the same totals everywhere.

The form of every combination is drawn and read, and its XML judged by our own rules; a PDF of each kind is made and read as well.
"""

import io
import re
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from catalog.models import ExchangeRate
from companies.models import CashVatPeriod, VatStatus
from efactura.actions import document_xml
from efactura.ubl import validate
from invoicing.actions import issue, storno
from invoicing.advances import left_of, settlement_lines
from invoicing.models import Document, Kind, Series
from invoicing.pdf import pdf_bytes
from invoicing.print import document_html, saved
from invoicing.types import E_INVOICES
from lib.formats import ron
from lib.text import normalise
from partners.models import Partner
from tests.factories import TODAY, make_draft, make_line, make_partner
from tests.invoicing.test_same_totals import amounts_in

RATES = ["s21", "s11"]
AT_HOME = ["ae-deseuri", "ae-telefoane", "e-292-1-f", "e-292-2-e", "e-marja-second-hand", "e-marja-turism", "g-export", "o-in-afara"]
ABROAD = ["k-bunuri", "k-transfer", "ae-servicii-ue", "o-servicii-non-ue"]
REGIMES = [*RATES, *AT_HOME, *ABROAD]
CURRENCIES = ["RON", "EUR"]
STATUSES = ["payer", "cash"]
MENTIONS = {
    "ae-deseuri": "taxare inversă",
    "ae-telefoane": "taxare inversă",
    "e-292-1-f": "scutit cf. art. 292 alin. (1) lit. f) CF",
    "e-292-2-e": "scutit cf. art. 292 alin. (2) lit. e) CF",
    "e-marja-second-hand": "regimul marjei - bunuri second-hand",
    "e-marja-turism": "regimul marjei - agenții de turism",
    "g-export": "art. 294 alin. (1) lit. a) CF",
    "o-in-afara": "art. 286 alin. (4) CF",
    "k-bunuri": "art. 294 alin. (2) lit. a) CF",
    "k-transfer": "art. 294 alin. (2) lit. d) CF",
    "ae-servicii-ue": "taxare inversă, art. 278 alin. (2) CF",
    "o-servicii-non-ue": "neimpozabil în România",
    "o-neplatitor": "scutit de TVA, art. 310",
}
TITLES = {
    "standard": "Factură",
    "advance": "Factură de avans",
    "final": "Factură",
    "storno": "Factură storno",
    "simplified": "Factură simplificată",
    "corrective": "Factură corectată",
    "receipted": "Factură",
    "self_billed": "Autofactură",
    "proforma": "Factură proformă",
    "delivery_note": "Aviz de însoțire a mărfii",
}
CODES = {"corrective": "384", "receipted": "751", "self_billed": "389"}
NEVER = {("advance", "k-bunuri"), ("advance", "k-transfer"), ("final", "k-bunuri"), ("final", "k-transfer")}  # norms pct. 95
NEVER |= {("simplified", "k-bunuri"), ("simplified", "k-transfer"), ("simplified", "ae-telefoane")}  # CF art. 319 (13), 331 (7)
NEVER |= {("self_billed", regime) for regime in (*ABROAD, "g-export")}  # the supplier is at home

TABLE = [
    *((form, regime, currency, status) for form, regime, currency, status in product(TITLES, REGIMES, CURRENCIES, STATUSES)
      if (form, regime) not in NEVER),
    *((form, "o-neplatitor", currency, "not payer") for form, currency in product(TITLES, CURRENCIES)),
]  # fmt: skip


def test_the_table_is_long_enough():
    assert len(TABLE) >= 150 and {row[0] for row in TABLE} == set(TITLES)


@pytest.mark.parametrize(("form", "status"), sorted({(form, status) for form, _, _, status in TABLE}))
def test_every_combination_says_the_same_everywhere(form, status, scope, ana):
    if status == "not payer":
        VatStatus.objects.create(since=date(2016, 1, 1), payer=False)
    if status == "cash":
        CashVatPeriod.objects.create(since=date(2020, 1, 1))
    for kind in (Kind.PROFORMA, Kind.DELIVERY_NOTE, Kind.SELF_BILLED):
        Series.objects.create(kind=kind, name=kind[:3].upper(), is_default=True)
    ExchangeRate.objects.create(currency="EUR", date=date(2026, 11, 19), rate=Decimal("5.0912"))
    browser = Client()
    browser.force_login(ana)
    for at, (_, regime, currency, _) in enumerate(row for row in TABLE if (row[0], row[3]) == (form, status)):
        document = make(form, regime, currency, ana)
        check_amounts(document)
        check_form(document, form, regime, status)
        check_page(browser, scope, document)
        check_xml(document, form)
        if at < 1:
            check_pdf(document)


def party_for(form, regime):
    """The client, or of a self-billed invoice the supplier."""
    if regime in ABROAD and regime != "o-servicii-non-ue":
        return party("Käufer GmbH", "DE123456789", country="DE", vat_payer=True, city="Berlin", county="Berlin", street="Hauptstraße 1")
    if regime in ("g-export", "o-servicii-non-ue"):
        return party("Buyer Ltd", "CHE123", country="CH", vat_payer=False, city="Zürich", county="ZH", street="Weg 1")
    if (form, regime) == ("self_billed", "o-neplatitor"):
        return party("Furnizor Mic SRL", "4267117", vat_payer=False)
    return party("Client Bun SRL", "RO14399840")


def party(name, cif, **fields):
    return Partner.objects.filter(name=name).first() or make_partner(name, cif, **fields)


def make(form, regime, currency, by):
    """An issued document of this form."""
    partner = party_for(form, regime)
    price = {"simplified": "10"}.get(form, "23000" if regime == "ae-telefoane" else "100")
    terms = {"currency": currency, "issue_date": TODAY}
    if currency != "RON":
        terms |= {"exchange_rate": Decimal("5.0912"), "rate_source": "manual"}
    kind = {"self_billed": Kind.SELF_BILLED, "proforma": Kind.PROFORMA, "delivery_note": Kind.DELIVERY_NOTE}.get(form, Kind.INVOICE)
    series = Series.objects.get(kind=kind, is_default=True)
    more = {"series": series, "kind": kind, **terms}
    line = make_line("Marfă", quantity="1.5", price=price, rate=regime)
    if form == "storno":
        return storno(issue(make_draft(partner, [line], **more), by=by), by=by, reason="Retur", on=TODAY)
    if form == "final":
        first = issue(make_draft(partner, [make_line("Avans", price=price if regime == "ae-telefoane" else "33.33", rate=regime)], invoice_type="advance", **more), by=by)
        return issue(make_draft(partner, [line, *settlement_lines(left_of([first])[0], None, Document())], **more), by=by)
    if form == "corrective":
        more["corrects"] = issue(make_draft(partner, [make_line(price=price, rate=regime)], **more), by=by)
    more |= {"receipted": {"fiscal_receipt": "0123 din 20.11.2026"}, "self_billed": {"contract_reference": "Acord 7"}}.get(form, {})
    if form in ("advance", "simplified", "corrective", "receipted"):
        more["invoice_type"] = form
    return issue(make_draft(partner, [line], **more), by=by)


def check_amounts(document):
    groups, lines = list(document.vat_groups.all()), list(document.lines.all())
    assert (sum(x.net for x in lines), sum(x.vat for x in lines)) == (document.lines_net, document.vat)
    assert (sum(x.taxable for x in groups), sum(x.vat for x in groups)) == (document.net, document.vat)
    assert (sum(x.taxable_ron for x in groups), sum(x.vat_ron for x in groups)) == (document.net_ron, document.vat_ron)


def shown(document):
    """What the form must say; a delivery note speaks of goods without VAT (form 14-3-6A)."""
    if document.kind == Kind.DELIVERY_NOTE:
        return {ron(document.net)}
    return {ron(document.total), *(ron(group.vat) for group in document.vat_groups.all() if document.vat_payer)}


def text_of(html):
    return normalise(re.sub(r"<[^>]+>", " ", str(html)))


def check_form(document, form, regime, status):
    text = text_of(document_html(saved(document)))
    assert TITLES[form] in text and document.label in text
    assert shown(document) <= amounts_in(text)
    assert MENTIONS.get(regime, "") in text or document.kind == Kind.DELIVERY_NOTE
    assert (" 0% " in f" {text} ", "TVA la încasare" in text) == (False, document.vat_on_collection)
    assert document.vat_on_collection == (status == "cash" and regime in RATES and document.kind == Kind.INVOICE)
    if form == "final":
        assert "Storno avans" in text


def check_page(browser, company, document):
    page = browser.get(reverse("invoicing:document", args=(company.pk, document.pk)), follow=True)
    assert page.status_code == 200
    assert shown(document) <= amounts_in(text_of(page.content.decode()))


def check_xml(document, form):
    if document.kind not in E_INVOICES:
        return
    xml = document_xml(document)
    assert [finding.id for finding in validate(xml)] == []
    said = xml.decode()
    assert f">{document.total:.2f}</cbc:TaxInclusiveAmount>" in said
    assert f"<cbc:InvoiceTypeCode>{CODES.get(form, '380')}</cbc:InvoiceTypeCode>" in said
    assert ("DescriptionCode>432" in said) == document.vat_on_collection
    assert not ("TaxPointDate" in said and "DescriptionCode" in said)


def check_pdf(document):
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf_bytes(saved(document)))).pages)
    assert shown(document) <= amounts_in(text)
