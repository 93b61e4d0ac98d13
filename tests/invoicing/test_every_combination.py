"""Each kind and type of document × VAT regime × currency × payer status: issued, printed, and the same totals everywhere.

One test for each row. All of them are issued, their sums proved, and their XML judged by our own rules. The PDF and the page of the rows
in PRINTED are read: each kind with each regime of each status, the currencies in turn. Of the others the form is read before it is a PDF.
"""

import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from pytest_django import DjangoDbBlocker

from accounts.models import User
from catalog.models import ExchangeRate
from companies.models import CashVatPeriod, Company, VatStatus
from companies.scope import company_scope
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
from tests.database import empty_database
from tests.factories import TODAY, make_company, make_draft, make_line, make_member, make_partner, make_user
from tests.invoicing.test_same_totals import amounts_in

RATES = ["s21", "s11"]
AT_HOME = ["ae-deseuri", "ae-telefoane", "e-292-1-f", "e-292-2-e", "e-marja-second-hand", "e-marja-turism", "g-export", "o-in-afara"]
ABROAD = ["k-bunuri", "k-transfer", "ae-servicii-ue", "o-servicii-non-ue"]
REGIMES = [*RATES, *AT_HOME, *ABROAD]
CURRENCIES = ["RON", "EUR"]
WITH_CASH_VAT = [*RATES, "ae-deseuri", "e-292-1-f"]  # VAT is put off for the rates alone; other regimes do not depend on the status
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
WORDS = {  # what the column of the rate says in place of a percent
    slug: "marjă" if "marja" in slug else {"ae": "inversă", "o": "–"}.get(slug.partition("-")[0], "scutit") for slug in [*AT_HOME, *ABROAD]
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

FORMS = {  # the kind and the type of an invoice, with what it asks for
    "self_billed": {"kind": Kind.SELF_BILLED, "contract_reference": "Acord 7"},
    "proforma": {"kind": Kind.PROFORMA},
    "delivery_note": {"kind": Kind.DELIVERY_NOTE},
    "receipted": {"invoice_type": "receipted", "fiscal_receipt": "0123 din 20.11.2026"},
} | {name: {"invoice_type": name} for name in ("advance", "simplified", "corrective")}

TABLE = [
    (form, regime, currency, status)
    for form, regime, currency, status in [
        *product(TITLES, REGIMES, CURRENCIES, ["payer"]),
        *product(TITLES, WITH_CASH_VAT, CURRENCIES, ["cash"]),
        *product(TITLES, ["o-neplatitor"], CURRENCIES, ["not payer"]),
    ]
    if (form, regime) not in NEVER
]
PAIRS = list(dict.fromkeys((form, regime, status) for form, regime, _, status in TABLE))
PRINTED = {(form, regime, CURRENCIES[(at + at // len(REGIMES)) % 2], status) for at, (form, regime, status) in enumerate(PAIRS)}


def test_the_table_is_long_enough():
    assert set(TABLE) > PRINTED
    assert len(set(TABLE)) == len(TABLE) >= 300
    assert len(PRINTED) >= 150
    for rows in (TABLE, PRINTED):
        assert {(form, currency) for form, _, currency, _ in rows} == set(product(TITLES, CURRENCIES))
        assert {(form, regime) for form, regime, _, _ in rows} == set(product(TITLES, [*REGIMES, "o-neplatitor"])) - NEVER


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Company]:
    """The company, its series and its parties, once for all rows: what a row adds is rolled back."""
    with django_db_blocker.unblock():
        company = make_company()
        with company_scope(company.pk):
            for kind in (Kind.PROFORMA, Kind.DELIVERY_NOTE, Kind.SELF_BILLED):
                Series.objects.create(kind=kind, name=kind[:3].upper(), is_default=True)
            ExchangeRate.objects.create(currency="EUR", date=date(2026, 11, 19), rate=Decimal("5.0912"))
            make_partner("Client Bun SRL", "RO14399840")
            make_partner("Furnizor Mic SRL", "4267117", vat_payer=False)
            abroad = {"city": "Berlin", "county": "Berlin", "street": "Hauptstraße 1"}
            make_partner("Käufer GmbH", "DE123456789", country="DE", vat_payer=True, **abroad)
            make_partner("Buyer Ltd", "CHE123", country="CH", vat_payer=False, city="Zürich", county="ZH", street="Weg 1")
    yield company
    with django_db_blocker.unblock():
        empty_database()


@pytest.fixture(scope="module")
def ana(company: Company, django_db_blocker: DjangoDbBlocker) -> User:
    with django_db_blocker.unblock():
        user = make_user()
        make_member(user, company)
        return user


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "regime", "currency", "status"), TABLE)
def test_every_combination_says_the_same_everywhere(form, regime, currency, status, ana, scope):
    if status == "not payer":
        VatStatus.objects.create(since=date(2016, 1, 1), payer=False)
    if status == "cash":
        CashVatPeriod.objects.create(since=date(2020, 1, 1))
    document = make(form, regime, currency, ana)
    assert document.vat_on_collection == (status == "cash" and regime in RATES and document.kind == Kind.INVOICE)
    check_amounts(document)
    check_xml(document, form)
    if (form, regime, currency, status) in PRINTED:
        check_text(text_of_pdf(document), document, form, regime)
        check_page(scope, document, ana)
    else:
        check_text(text_of(document_html(saved(document))), document, form, regime)


def party_name(form, regime):
    """The client, or of a self-billed invoice the supplier."""
    if regime in ("g-export", "o-servicii-non-ue"):
        return "Buyer Ltd"
    if regime in ABROAD:
        return "Käufer GmbH"
    return "Furnizor Mic SRL" if (form, regime) == ("self_billed", "o-neplatitor") else "Client Bun SRL"


def make(form, regime, currency, by):
    """An issued document of this form."""
    price = {"simplified": "10"}.get(form, "23000" if regime == "ae-telefoane" else "100")
    more = {"kind": Kind.INVOICE, "currency": currency} | FORMS.get(form, {})
    more |= {"series": Series.objects.get(kind=more["kind"]), "partner": Partner.objects.get(name=party_name(form, regime))}
    if currency != "RON":
        more |= {"exchange_rate": Decimal("5.0912"), "rate_source": "manual"}

    def made(*lines, **fields):
        return issue(make_draft(lines=list(lines), **(more | fields)), by=by)

    line = make_line("Marfă", quantity="1.5", price=price, rate=regime)
    if form == "storno":
        return storno(made(line), by=by, reason="Retur", on=TODAY)
    if form == "final":
        first = made(make_line("Avans", price=price if regime == "ae-telefoane" else "33.33", rate=regime), invoice_type="advance")
        return made(line, *settlement_lines(left_of([first])[0], None, Document()))
    if form == "corrective":
        more["corrects"] = made(make_line(price=price, rate=regime), invoice_type="standard")
    return made(line)


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


def text_of_pdf(document):
    pages = PdfReader(io.BytesIO(pdf_bytes(saved(document)))).pages
    return normalise(" ".join(page.extract_text() for page in pages))


def check_text(text, document, form, regime):
    """What the printed form says: title, number, amounts, the mention and the word of the regime."""
    assert TITLES[form] in text and document.label in text
    assert shown(document) <= amounts_in(text)
    assert (" 0% " in f" {text} ", "TVA la încasare" in text) == (False, document.vat_on_collection)
    if document.kind != Kind.DELIVERY_NOTE:  # form 14-3-6A has no VAT
        assert MENTIONS.get(regime, "") in text
        assert WORDS.get(regime, "") in text
        assert "marja" not in regime or "scutit" not in text
    if form == "final":
        assert "Storno avans" in text


def check_page(company, document, by):
    browser = Client()
    browser.force_login(by)
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
