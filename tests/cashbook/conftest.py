"""A till of Ana's company, with its scope open."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from cashbook.actions import Entry, record, set_opening, till_for
from cashbook.models import CashOperation, Till
from companies.models import Company, Role
from companies.scope import company_scope
from tests import factories

FIRST = date(2026, 11, 1)


@pytest.fixture
def company(db: None) -> Company:
    return factories.make_company()


@pytest.fixture
def ana(company: Company) -> User:
    user = factories.make_user()
    factories.make_member(user, company)
    return user


@pytest.fixture
def bogdan(company: Company) -> User:
    user = factories.make_user("bogdan@exemplu.ro")
    factories.make_member(user, company, Role.ACCOUNTANT)
    return user


@pytest.fixture
def scope(company: Company) -> Iterator[Company]:
    with company_scope(company.pk):
        yield company


@pytest.fixture
def till(scope: Company, ana: User) -> Till:
    """Opened with 1,000 lei on 1 November."""
    return set_opening(till_for("RON"), day=FIRST, amount=Decimal(1000), by=ana)


@pytest.fixture
def web(bogdan: User) -> Client:
    client = Client()
    client.force_login(bogdan)
    return client


def operate(till: Till, by: User, kind: str, day: date, amount: str, **fields: object) -> CashOperation:
    """An operation by hand."""
    return record(till, Entry(kind, day, Decimal(amount), **fields), by=by, token=uuid4())  # type: ignore[arg-type]
