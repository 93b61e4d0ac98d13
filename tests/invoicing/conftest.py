"""The cast of most tests of invoicing: the scope of Ana's company is open."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from companies.models import Company
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
def scope(company: Company) -> Iterator[Company]:
    with company_scope(company.pk):
        yield company
