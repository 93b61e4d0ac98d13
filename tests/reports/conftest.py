"""Ana owns the company, its scope is open, she is signed in."""

from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import User
from companies.models import Company
from companies.scope import company_scope
from tests import factories


@pytest.fixture
def company(db: None) -> Iterator[Company]:
    company = factories.make_company()
    with company_scope(company.pk):
        yield company


@pytest.fixture
def ana(company: Company) -> User:
    user = factories.make_user()
    factories.make_member(user, company)
    return user


@pytest.fixture
def web(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client
