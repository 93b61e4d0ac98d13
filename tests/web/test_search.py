"""The search over everything: groups of what matches, as a page and under the box."""

from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.models import Product, Unit, VatRate
from companies.models import Role
from companies.scope import company_scope
from invoicing.actions import issue
from tests.factories import make_company, make_draft, make_member, make_partner, make_user
from tests.invoicing.test_payments import pay

HTMX = {"HX-Request": "true"}


@pytest.fixture
def company(db):
    company = make_company()
    with company_scope(company.pk):
        yield company


@pytest.fixture
def ana(company):
    user = make_user()
    make_member(user, company)
    return user


@pytest.fixture
def web(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def stocked(company, ana):
    """An invoice to Țesătura SRL with a payment, and a product."""
    invoice = issue(make_draft(make_partner("Țesătura SRL")), by=ana)
    pay(invoice, "21", by=ana)
    unit, rate = Unit.objects.get(name="buc"), VatRate.objects.get(slug="s21")
    Product.objects.create(name="Țesătură de in", code="IN1", unit=unit, price=Decimal(7), vat_rate=rate)
    return invoice


def found(client, company, text, **headers):
    page = client.get(reverse("web:search", args=(company.pk,)), {"q": text}, headers=headers)
    return [part.split("</h2>")[0] for part in page.content.decode().split("<h2>")[1:]]


def test_a_word_finds_everything_that_bears_it(web, company, stocked):
    assert found(web, company, "tesatur") == ["Facturi", "Clienți și furnizori", "Produse", "Încasări"]


@pytest.mark.parametrize(
    ("text", "groups"), [("FCT 1", ["Facturi", "Încasări"]), ("IN1", ["Produse"]), ("21,00", ["Încasări"]), ("121,00", ["Facturi"])]
)
def test_a_code_or_an_amount_finds_its_own(web, company, stocked, text, groups):
    assert found(web, company, text) == groups


@pytest.mark.parametrize("text", ["", "   ", "%", "nimic de acest fel", "'; DROP TABLE", "\x00", "a" * 500])
def test_what_is_not_there_finds_nothing(web, company, stocked, text):
    assert found(web, company, text) == []


def test_under_the_box_only_the_results_come(web, company, stocked):
    page = web.get(reverse("web:search", args=(company.pk,)), {"q": "tesatura"}, headers=HTMX).content.decode()
    assert ("<html" in page, reverse("invoicing:document", args=(company.pk, stocked.pk)) in page) == (False, True)


def test_more_than_a_group_shows_leads_to_its_list(web, company, ana):
    for _ in range(6):
        issue(make_draft(), by=ana)
    page = web.get(reverse("web:search", args=(company.pk,)), {"q": "bun"}, headers=HTMX).content.decode()
    assert (page.count("FCT 000"), f"{reverse('invoicing:invoice_list', args=(company.pk,))}?q=bun" in page) == (5, True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_search_takes_the_same_queries_for_one_result_and_for_three(web, company, ana, count, django_assert_num_queries):
    for _ in range(count):
        pay(issue(make_draft(), by=ana), "1", by=ana)
    web.get(reverse("web:search", args=(company.pk,)))
    # user, membership; clients, their documents, documents; partners; products; clients, their payments, payments
    with django_assert_num_queries(13):
        found(web, company, "bun", **HTMX)


def test_what_a_viewer_finds_leads_to_nothing_forbidden(client, company, stocked):
    vera = make_user("vera@exemplu.ro")
    make_member(vera, company, Role.VIEWER)
    client.force_login(vera)
    page = client.get(reverse("web:search", args=(company.pk,)), {"q": "tesatura"}, headers=HTMX).content.decode()
    links = [part.split('"')[0] for part in page.split('<a href="')[1:]]
    assert [client.get(link).status_code for link in links] == [200] * 4


def test_a_stranger_finds_nothing(client, company, stocked):
    client.force_login(make_user("cristi@exemplu.ro"))
    assert client.get(reverse("web:search", args=(company.pk,)), {"q": "tesatura"}).status_code == 404
