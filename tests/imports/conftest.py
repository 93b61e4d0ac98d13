"""Ana's company, at work."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from companies.models import Company
from companies.scope import company_scope
from tests.factories import make_company, make_member, make_user


@pytest.fixture
def company(db: None) -> Iterator[Company]:
    company = make_company()
    with company_scope(company.pk):
        yield company


@pytest.fixture
def ana(company: Company) -> User:
    return make_member(make_user(), company).user
