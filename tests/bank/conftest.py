"""An issued invoice FCT 0001 of 121 lei in Ana's company, with its scope open."""

from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import User
from companies.models import Company, Role
from companies.scope import company_scope
from invoicing.actions import issue
from invoicing.models import Document
from invoicing.models.document import Channel
from tests import factories


@pytest.fixture
def company(db: None) -> Company:
    return factories.make_company()


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
def invoice(scope: Company, bogdan: User) -> Document:
    return issue(factories.make_draft(), by=bogdan, channel=Channel.WEB)


@pytest.fixture
def web(bogdan: User) -> Client:
    client = Client()
    client.force_login(bogdan)
    return client
