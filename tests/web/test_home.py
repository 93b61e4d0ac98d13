"""Where the first address leads."""

import pytest
from django.urls import reverse

from companies.models import Membership
from tests.factories import make_company, make_member, make_user


@pytest.fixture
def ana(db):
    return make_user()


@pytest.fixture
def web(client, ana):
    client.force_login(ana)
    return client


def leads_to(client):
    return client.get("/").headers["Location"]


def dashboard(company):
    return reverse("web:dashboard", args=(company.pk,))


def test_who_is_not_signed_in_signs_in(client, db):
    assert leads_to(client) == reverse("account_login")


def test_who_has_no_company_sets_one_up(web):
    assert leads_to(web) == reverse("web:company_new")


def test_the_only_company_opens_at_once(web, ana):
    company = make_company()
    make_member(ana, company)
    assert leads_to(web) == dashboard(company)


def test_of_several_companies_the_last_one_at_work_opens(web, ana):
    companies = [make_company("Una SRL", "RO18547290"), make_company("Alta SRL", "RO1590082")]
    for company in companies:
        make_member(ana, company)
    assert leads_to(web) == reverse("companies:company_list")
    for company in companies:
        web.get(dashboard(company))
        assert leads_to(web) == dashboard(company)


def test_a_company_that_one_left_does_not_open(web, ana):
    company = make_company()
    make_member(make_user("bogdan@exemplu.ro"), company)
    make_member(ana, company)
    web.get(dashboard(company))
    Membership.objects.filter(user=ana).delete()
    assert leads_to(web) == reverse("web:company_new")
