"""Fifty people at once on one till: no lost ban, no gap in the numbers, nobody waits for ever."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from cashbook.actions import Entry, close_days, record, reverse, save_till, set_opening, till_for, transfer
from cashbook.balances import balance_now, set_running
from cashbook.checks import differences
from cashbook.models import CashOperation, Till
from companies.scope import company_scope
from invoicing.actions import cancel_payment, issue, record_payment
from lib.errors import Refused
from tests import factories
from tests.invoicing.test_numbers import in_threads

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 50
D1 = date(2026, 11, 1)


@pytest.fixture
def cast():
    company, user = factories.make_company(), factories.make_user()
    factories.make_member(user, company)
    with company_scope(company.pk):
        factories.make_partner()
        yield company, user


def at_once(company, work, keys):
    """What each of fifty threads got: the result, or the code of the refusal."""

    def run(key):
        with company_scope(company.pk):
            try:
                return work(key)
            except Refused as refusal:
                return refusal.code

    return in_threads(run, keys, threads=THREADS)


def running(till):
    rows = list(CashOperation.objects.filter(till=till).select_related("till").order_by("ordinal"))
    set_running(rows)
    return [row.balance for row in rows]


def test_fifty_operations_on_one_till_are_all_there(cast):
    company, user = cast
    till = set_opening(till_for("RON"), day=D1, amount=Decimal(1000), by=user)

    def work(number):
        kind, day = ("other_in", "other_out")[number % 2], D1 + timedelta(days=number % 7)
        return record(till, Entry(kind, day, Decimal(10 + number % 2)), by=user, token=uuid4()).order_number

    numbers = at_once(company, work, range(100))
    assert sorted(numbers) == sorted([*range(1, 51)] * 2)
    assert balance_now(till) == 950 and running(till)[-1] == 950
    assert list(differences()) == []


def test_fifty_payments_and_cancellings_leave_the_till_exact(cast):
    company, user = cast
    lines = [factories.make_line(price="1000")]
    invoices = [issue(factories.make_draft(lines=lines, issue_date=D1, due_date=D1, by=user), by=user) for _ in range(5)]

    def work(number):
        payment = record_payment([invoices[number % 5]], amount=Decimal("7.77"), method="cash", on=D1, by=user, token=uuid4())
        if number % 2:
            cancel_payment(payment, by=user, reason="Probă")
        return payment.pk

    at_once(company, work, range(50))
    assert (Till.objects.count(), CashOperation.objects.count()) == (1, 75)
    assert balance_now(till_for("RON")) == Decimal("7.77") * 25
    assert list(differences()) == []


def test_the_last_hundred_lei_leave_the_till_once(cast):
    company, user = cast
    till = set_opening(till_for("RON"), day=D1, amount=Decimal(100), by=user)
    answers = at_once(company, lambda _: record(till, Entry("other_out", D1, Decimal(100)), by=user, token=uuid4()).label, range(50))
    assert sorted(answers) == ["DP 1", *["till_below_zero"] * 49]


def test_transfers_in_both_ways_never_wait_for_each_other(cast):
    company, user = cast
    one = set_opening(till_for("RON"), day=D1, amount=Decimal(1000), by=user)
    two = set_opening(save_till(Till(name="Casa 2"), by=user), day=D1, amount=Decimal(1000), by=user)

    def work(number):
        source, target = (one, two) if number % 2 else (two, one)
        return transfer(source, target, amount=Decimal(3), on=D1, by=user, token=uuid4()).amount

    assert at_once(company, work, range(100)) == [-3] * 100
    assert (balance_now(one), balance_now(two)) == (1000, 1000)
    assert list(differences()) == []


def test_an_operation_is_reversed_once(cast):
    company, user = cast
    till = till_for("RON")
    row = record(till, Entry("other_in", D1, Decimal(5)), by=user, token=uuid4())
    answers = at_once(company, lambda _: str(reverse(row, on=D1, by=user, reason="x").amount), range(20))
    assert sorted(answers) == ["-5", *["already_reversed"] * 19]


def test_the_same_token_in_fifty_threads_writes_once(cast):
    company, user = cast
    till, token = till_for("RON"), uuid4()
    keys = at_once(company, lambda _: record(till, Entry("other_in", D1, Decimal(5)), by=user, token=token).pk, range(50))
    assert len(set(keys)) == 1 and balance_now(till) == 5


def test_a_day_that_is_being_closed_takes_nothing_after(cast):
    company, user = cast
    till = till_for("RON")

    def work(number):
        if number == 20:
            return str(close_days(till, until=D1, by=user).closed_until)
        return record(till, Entry("other_in", D1, Decimal(1)), by=user, token=uuid4()).recorded_at

    answers = at_once(company, work, range(50))
    assert balance_now(till) == 49 - answers.count("cash_day_closed")
    with pytest.raises(Refused, match="cash_day_closed"):
        record(till, Entry("other_in", D1, Decimal(1)), by=user, token=uuid4())
