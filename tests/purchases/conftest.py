"""Ana's company with a supplier, its scope open, and a till with 10,000 lei."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from cashbook.actions import set_opening, till_for
from cashbook.models import Till
from companies.models import Company, Role
from companies.scope import company_scope
from lib.money import money
from partners.models import Partner
from purchases.actions import book, pay, save_expense
from purchases.models import Expense, ExpenseLine, SupplierPayment
from tests import factories

D1, D5, D10, D20 = (date(2026, 11, day) for day in (1, 5, 10, 20))


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


@pytest.fixture
def supplier(scope: Company) -> Partner:
    return make_supplier()


@pytest.fixture
def till(scope: Company, ana: User) -> Till:
    return set_opening(till_for("RON"), day=D1, amount=Decimal(10_000), by=ana)


@pytest.fixture
def web(scope: Company) -> Client:
    bogdan = factories.make_user("bogdan@exemplu.ro")
    factories.make_member(bogdan, scope, Role.ACCOUNTANT)
    client = Client()
    client.force_login(bogdan)
    return client


def make_supplier(name: str = "Furnizor Bun SRL", cif: str = "RO14186770", **fields: Any) -> Partner:
    values = {"is_supplier": True, "is_client": False, "iban": "RO65BTRLRONCRT0123456789"}
    return factories.make_partner(name, cif, **(values | fields))


def make_line(net: str = "100", percent: str = "21", **fields: Any) -> ExpenseLine:
    amount = Decimal(net)
    values = {"name": "Hârtie", "net": amount, "unit_price": abs(amount), "vat": money(amount * Decimal(percent) / 100)}
    return ExpenseLine(vat_percent=Decimal(percent), **(values | fields))


def make_expense(supplier: Partner, by: User, net: str = "100", *, number: str = "", booked: bool = True, **fields: Any) -> Expense:
    """A document of one line at 21 %, booked; `lines` for others."""
    lines = fields.pop("lines", None) or [make_line(net)]
    values = {"issue_date": D5, "booked_on": D5, "due_date": D20} | fields
    expense = Expense(partner=supplier, number=number or f"F {uuid4().hex[:6]}", **values)
    save_expense(expense, lines, by=by)
    return book(expense, by=by, doubles_confirmed=True) if booked else expense


def pay_for(expense: Expense, by: User, amount: str, method: str = "transfer", on: date = D10, **fields: Any) -> SupplierPayment:
    return pay([expense], amount=Decimal(amount), method=method, on=on, by=by, token=uuid4(), **fields)
