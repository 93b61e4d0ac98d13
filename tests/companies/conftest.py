"""The cast: Ana administers the company, Bogdan is her accountant, Cristi is of another company and sees nothing."""

from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import User
from companies.models import Company, Membership, Role
from companies.scope import company_scope
from tests import factories


@pytest.fixture
def company(db: None) -> Company:
    return factories.make_company()


@pytest.fixture
def ana(company: Company) -> User:
    user = factories.make_user()
    factories.make_member(user, company)
    return user


@pytest.fixture
def bogdan(company: Company) -> Membership:
    return factories.make_member(factories.make_user("bogdan@exemplu.ro"), company, Role.ACCOUNTANT)


@pytest.fixture
def scope(company: Company) -> Iterator[Company]:
    with company_scope(company.pk):
        yield company


@pytest.fixture
def as_ana(ana: User) -> Client:
    client = Client()
    client.force_login(ana)
    return client
