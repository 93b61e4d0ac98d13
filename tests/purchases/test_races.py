"""Many people at once on one document, one supplier and one till: no lost ban, nothing paid twice."""

from decimal import Decimal
from uuid import uuid4

import pytest

from cashbook.actions import set_opening, till_for
from cashbook.balances import balance_now
from companies.scope import company_scope
from lib.errors import Refused
from purchases.actions import cancel_payment, pay, use_advance
from purchases.checks import differences
from purchases.models import Expense, SupplierPayment
from tests import factories
from tests.invoicing.test_numbers import in_threads
from tests.purchases.conftest import D1, D10, make_expense, make_supplier

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    company, user = factories.make_company(), factories.make_user()
    factories.make_member(user, company)
    with company_scope(company.pk):
        yield company, user, make_supplier(), set_opening(till_for("RON"), day=D1, amount=Decimal(10_000), by=user)


def at_once(company, work, keys):
    def run(key):
        with company_scope(company.pk):
            try:
                return work(key)
            except Refused as refusal:
                return refusal.code

    return in_threads(run, keys, threads=8)


def test_two_payers_of_one_document_pay_it_once(cast):
    company, user, supplier, till = cast
    expense = make_expense(supplier, user)

    def work(_):
        return pay([expense], amount=Decimal(121), method="cash", on=D10, by=user, token=uuid4()).pk

    answers = at_once(company, work, range(8))
    assert answers.count("already_paid") == 7
    assert (SupplierPayment.objects.count(), balance_now(till), list(differences())) == (1, 9879, [])


def test_a_form_sent_eight_times_at_once_is_one_payment(cast):
    company, user, supplier, _ = cast
    expense, token = make_expense(supplier, user), uuid4()

    def work(_):
        return pay([expense], amount=Decimal(10), method="transfer", on=D10, by=user, token=token).pk

    assert len(set(at_once(company, work, range(8)))) == 1
    assert Expense.objects.get().paid == 10


def test_an_advance_is_used_once_whoever_comes(cast):
    company, user, supplier, _ = cast
    pay([make_expense(supplier, user)], amount=Decimal(171), method="transfer", on=D10, by=user, token=uuid4(), keep_rest=True)
    keys = [make_expense(supplier, user).pk for _ in range(8)]

    def work(key):
        use_advance(Expense.objects.get(pk=key), amount=Decimal(20), on=D10, by=user, token=uuid4())

    assert at_once(company, work, keys).count("advance_used") == 6
    assert list(differences()) == []


def test_paying_and_cancelling_at_once_never_waits_for_ever(cast):
    company, user, supplier, till = cast
    keys = [make_expense(supplier, user).pk for _ in range(3)]

    def work(number):
        chosen = [Expense.objects.get(pk=keys[(number + step) % 3]) for step in range(2)]
        made = pay(chosen, amount=Decimal(7), method=("cash", "transfer")[number % 2], on=D10, by=user, token=uuid4())
        if number % 3:
            cancel_payment(made, by=user, reason="x")

    at_once(company, work, range(24))
    live = SupplierPayment.objects.live()
    assert (live.count(), sum(expense.paid for expense in Expense.objects.all()), list(differences())) == (8, 56, [])
    assert balance_now(till) == 10_000 - 7 * live.filter(method="cash").count()
