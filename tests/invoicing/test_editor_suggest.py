"""What the editor offers while one types."""

from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.models import ExchangeRate, Product, Unit, VatRate
from companies.models import Role
from invoicing.actions import issue
from partners.models import Partner
from tests import factories
from tests.factories import make_draft, make_line, make_partner
from tests.invoicing.test_editor import TODAY, address, posted, sign_in

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def browser(ana):
    return sign_in(ana)


@pytest.fixture
def product(scope):
    rate, unit = VatRate.objects.get(slug="s21"), Unit.objects.get(name="sac")
    return Product.objects.create(name="Ciment Țărănesc", code="C1", barcode="5941234567899", unit=unit, price=Decimal(100), vat_rate=rate)


def clients(browser, company, text):
    return browser.get(address("suggest_clients", company), {"q": text}).content.decode()


def products(browser, company, text="", **terms):
    return browser.get(address("suggest_products", company), {"q": text, "currency": "RON", **terms}).content.decode()


@pytest.mark.parametrize("text", ["taranc", "ȚĂRĂNCUȚA", "ro 14399840", "14399840", "1439"])
def test_a_client_is_found_without_accents_and_by_cif(browser, company, text):
    make_partner("Țărăncuța SRL")
    assert 'data-name="Țărăncuța SRL"' in clients(browser, company, text)


def test_a_cif_that_is_not_in_the_book_can_be_brought(browser, company):
    assert 'data-cif="10000008"' in clients(browser, company, "RO 10000008")


def test_a_name_that_is_not_in_the_book_can_be_written_as_a_person(browser, company):
    assert "Persoană fizică nouă: „Ion Pop”" in clients(browser, company, "Ion Pop")


def test_another_company_s_clients_are_not_offered(browser, company):
    with factories.company_scope(factories.make_company("Altul SRL", "27193515").pk):
        make_partner("Secret SRL")
    assert "Secret SRL" not in clients(browser, company, "secret")


def test_a_client_is_added_from_the_register_once(browser, company, rehearsal):
    for _ in range(2):
        answer = browser.post(address("client_by_cif", company), {"cif": "RO 10000008"})
        assert 'data-name="LIBRĂRIA ȘI CEAINĂRIA DIN COLȚ SRL"' in answer.content.decode()
    assert [client.cif for client in Partner.objects.filter(identity="10000008")] == ["RO10000008"]


def test_a_register_that_does_not_answer_is_said(browser, company, rehearsal):
    rehearsal.faults.switch("anaf_html")
    answer = browser.post(address("client_by_cif", company), {"cif": "10000008"})
    assert (answer.status_code, answer.content.decode()[:26]) == (422, "Registrul ANAF nu răspunde")


def test_without_scripts_a_cif_brings_the_client_too(browser, company, rehearsal):
    page = browser.post(address("invoice_new", company), posted(None, client="10000008", action="client"))
    assert 'name="client_key" value="{}"'.format(Partner.objects.get(identity="10000008").pk) in page.content.decode()


def test_a_person_is_written_in_place(browser, company):
    fields = {"name": "Maria Ionescu", "cif": "", "street": "", "city": "sector 2", "county": "RO-B", "email": ""}
    answer = browser.post(address("client_new", company), fields)
    person = Partner.objects.get(name="Maria Ionescu")
    assert (answer.status_code, person.kind, person.city, person.is_client) == (200, Partner.Kind.NATURAL, "SECTOR2", True)


def test_a_wrong_cnp_is_said_at_its_field(browser, company):
    answer = browser.post(address("client_new", company), {"name": "Maria Ionescu", "cif": "123", "county": ""})
    assert (answer.status_code, "CNP-ul are 13 cifre" in answer.content.decode(), Partner.objects.count()) == (422, True, 0)


@pytest.mark.parametrize("text", ["taranesc", "c1", "5941234567899"])
def test_a_product_is_found_by_name_code_and_barcode(browser, company, product, text):
    page = products(browser, company, text)
    assert ('data-price="100,00"' in page, 'data-unit="sac"' in page) == (True, True)


@pytest.mark.parametrize(
    ("stored", "terms", "price"),
    [
        ({"price_includes_vat": True}, {}, "82,644628"),
        ({}, {"with_vat": "1"}, "121,00"),
        ({"currency": "EUR"}, {}, "509,12"),
        ({}, {"currency": "EUR", "rate": "5"}, "20,00"),
        ({"currency": "EUR"}, {"currency": "EUR", "rate": "5"}, "100,00"),
        ({"currency": "USD"}, {}, ""),
    ],
    ids=["VAT taken out", "VAT added", "into lei", "into euro", "same currency", "no rate"],
)
def test_a_price_comes_in_the_terms_of_the_document(browser, company, product, stored, terms, price):
    ExchangeRate.objects.create(date=TODAY - timedelta(days=1), currency="EUR", rate=Decimal("5.0912"))
    Product.objects.update(**stored)
    assert f'data-price="{price}"' in products(browser, company, "ciment", **terms)


def test_the_client_s_last_price_comes_first(browser, company, product, ana):
    client = make_partner()
    line = make_line("Ciment Țărănesc", price="90")
    line.product = product
    issue(make_draft(client, [line], by=ana), by=ana)
    page = products(browser, company, "ciment", client=client.pk)
    assert ('data-price="90,00"' in page, "ultimul preț, FCT 0001; în listă 100,00" in page) == (True, True)


def test_with_nothing_typed_the_client_s_last_lines_are_offered(browser, company, ana):
    client = make_partner()
    issue(make_draft(client, [make_line("Chirie", price="900"), make_line("Chirie", price="900")], by=ana), by=ana)
    page = products(browser, company, client=client.pk)
    assert (page.count('data-name="Chirie"'), "pe FCT 0001" in page) == (1, True)


def test_a_rate_of_vat_that_no_longer_holds_gives_way_to_the_usual_one(browser, company, product):
    Product.objects.update(vat_rate=VatRate.objects.get(slug="s19"))
    assert f'data-vat="{VatRate.objects.get(slug="s21").pk}"' in products(browser, company, "ciment")


def test_the_terms_follow_the_day_and_the_currency(browser, company):
    ExchangeRate.objects.create(date=TODAY - timedelta(days=1), currency="EUR", rate=Decimal("5.0912"))
    answer = browser.post(address("suggest_terms", company), posted(None, currency="EUR")).json()
    assert (answer["rate"], answer["rate_date"]) == ("5,0912", f"{TODAY - timedelta(days=1):%d.%m.%Y}")
    former = browser.post(address("suggest_terms", company), posted(None, delivery_date="15.07.2025")).json()
    assert ("19%" in former["vat"], "21%" in former["vat"]) == (True, False)


@pytest.mark.parametrize("name", ["suggest_clients", "suggest_products"])
def test_only_those_who_issue_are_offered_anything(company, name):
    user = factories.make_user("bogdan@exemplu.ro")
    factories.make_member(user, company, Role.VIEWER)
    assert sign_in(user).get(address(name, company)).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_offers_cost_the_same_for_one_product_and_for_three(browser, company, product, count, django_assert_num_queries):
    for number in range(1, count):
        Product.objects.create(name=f"Ciment {number}", unit=product.unit, price=1, vat_rate=product.vat_rate)
    products(browser, company, "ciment")
    with django_assert_num_queries(6):  # user, membership, VAT status, barcode, products, special price lists
        products(browser, company, "ciment")
