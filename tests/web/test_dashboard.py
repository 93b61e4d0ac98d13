"""The dashboard: tiles, charts, what is late; the steps of a new company."""

from datetime import timedelta

import pytest
from django.urls import reverse

from companies.models import Role
from companies.scope import company_scope
from invoicing.actions import issue
from lib.dates import bucharest_today
from tests.factories import make_company, make_draft, make_member, make_user
from tests.purchases.conftest import make_expense, make_supplier


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


def url(company):
    return reverse("web:dashboard", args=(company.pk,))


def make_overdue(ana, count):
    yesterday = bucharest_today() - timedelta(days=1)
    for _ in range(count):
        issue(make_draft(issue_date=yesterday, due_date=yesterday), by=ana)


@pytest.mark.parametrize("count", [1, 3])
def test_the_dashboard_takes_the_same_queries_whatever_it_shows(web, company, ana, count, django_assert_num_queries):
    make_overdue(ana, count)
    make_draft()
    web.get(url(company))
    with django_assert_num_queries(10):  # user, membership, started, sales, ages, overdue, last, drafts, to pay, companies of the user
        page = web.get(url(company)).content.decode()
    assert page.count("<tr data-open") == 2 * count + 1


def test_the_tiles_say_what_is_owed_and_late(web, company, ana):
    make_overdue(ana, 2)
    page = web.get(url(company)).content.decode()
    assert (page.count('<span class="tile-value">242,00'), "2 facturi trecute de scadență" in page) == (3, True)


def test_a_new_company_sees_the_way_to_its_first_invoice(web, company):
    page = web.get(url(company)).content.decode()
    assert ("Prima factură" in page, "Adaugă un client" in page, "Vânzări pe luni" in page) == (True, True, False)


def test_a_viewer_is_offered_nothing_to_write(client, company):
    viewer = make_user("vera@exemplu.ro")
    make_member(viewer, company, Role.VIEWER)
    client.force_login(viewer)
    page = client.get(url(company)).content.decode()
    assert ("Prima factură" in page, reverse("invoicing:invoice_new", args=(company.pk,)) in page) == (True, False)


def test_a_stranger_finds_nothing(client, company):
    client.force_login(make_user("cristi@exemplu.ro"))
    assert client.get(url(company)).status_code == 404


def test_the_dashboard_says_what_is_to_be_paid_this_week(web, company, ana):
    issue(make_draft(by=ana), by=ana)
    assert "De plătit săptămâna aceasta" not in web.get(f"/{company.pk}/").content.decode()
    make_expense(make_supplier(), ana, due_date=bucharest_today())
    page = web.get(f"/{company.pk}/").content.decode()
    assert "De plătit săptămâna aceasta" in page and "1 document al furnizorilor" in page
