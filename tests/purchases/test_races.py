"""Many people at once on one document, one supplier and one till: no lost ban, nothing paid twice."""

from decimal import Decimal
from uuid import uuid4

import pytest

from cashbook.actions import save_till, set_opening, till_for
from cashbook.balances import balance_now
from cashbook.models import Till
from companies.models import BankAccount
from companies.scope import company_scope
from invoicing.actions import cancel_payment as cancel_of_client
from invoicing.actions import issue
from lib.errors import Refused
from purchases.actions import (
    cancel_payment,
    expense_from_received,
    make_file,
    open_balance,
    pay,
    revise,
    save_expense,
    set_off,
    use_advance,
)
from purchases.checks import differences
from purchases.models import Expense, SupplierPayment
from purchases.received import Received, ReceivedLine, ReceivedVat
from reports import books
from tests import factories
from tests.invoicing.test_numbers import in_threads
from tests.purchases.conftest import D1, D10, make_expense, make_line, make_supplier
from tests.purchases.test_files_and_received import SOON

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


def test_a_document_typed_once_and_sent_eight_times_is_one(cast):
    company, user, supplier, _ = cast
    typed, opened = uuid4(), uuid4()

    def work(number):
        if number % 2:
            return open_balance(supplier, on=D1, number="S 1", amount=Decimal(10), by=user, token=opened).pk
        expense = Expense(partner=supplier, number="F 1", issue_date=D1, booked_on=D1, token=typed)
        return save_expense(expense, [make_line()], by=user).pk

    assert len(set(at_once(company, work, range(16)))) == 2
    assert Expense.objects.count() == 2


def test_an_invoice_received_once_and_taken_eight_times_is_one(cast):
    company, user, _, _ = cast
    line = ReceivedLine("Hârtie", Decimal(100), vat_percent=Decimal(21))
    group = ReceivedVat("S", Decimal(21), Decimal(100), Decimal(21))

    def work(_):
        received = Received("5001", "F 9", D1, "Nou SRL", "RO4267117", Decimal(121), [line], [group])
        return expense_from_received(received, by=user).pk

    assert len(set(at_once(company, work, range(8)))) == 1
    assert Expense.objects.count() == 1


def test_a_set_off_and_its_taking_back_from_both_sides_never_wait_for_ever(cast):
    company, user, supplier, _ = cast
    invoices = [issue(factories.make_draft(supplier, issue_date=D1, due_date=D1, by=user), by=user) for _ in range(3)]
    bills = [make_expense(supplier, user) for _ in range(3)]
    made = [set_off(invoices, bills, amount=Decimal(40), on=D10, by=user, token=uuid4()) for _ in range(4)]

    def work(number):
        if number % 4 == 0:
            return cancel_of_client(made[number // 4].client_payment, by=user, reason="probă").pk
        if number % 4 == 1:
            return cancel_payment(made[number // 4], by=user, reason="probă").pk
        if number % 4 == 2:
            return pay(bills[::-1], amount=Decimal(5), method="cash", on=D10, by=user, token=uuid4()).pk
        return set_off(invoices[::-1], bills[::-1], amount=Decimal(7), on=D10, by=user, token=uuid4()).pk

    answers = at_once(company, work, range(16))
    assert [answer for answer in answers if isinstance(answer, str)] == []
    assert list(books.differences()) == []


def test_what_is_put_into_a_file_and_paid_at_once_is_one_of_them(cast):
    company, user, supplier, _ = cast
    for _ in range(3):
        expense = make_expense(supplier, user)

        def work(number, expense=expense):
            if number % 2:
                return pay([expense], amount=Decimal(121), method="transfer", on=D10, by=user, token=uuid4()).pk
            return make_file([expense], account=BankAccount.objects.get(), pay_on=SOON, by=user, token=uuid4()).pk

        answers = at_once(company, work, range(6))
        assert sum(isinstance(answer, int) for answer in answers) == 1
        assert set(answers) - {"expense_in_file", "already_paid"} == {answer for answer in answers if isinstance(answer, int)}
    assert list(books.differences()) == []


def test_a_document_paid_while_it_is_corrected_keeps_what_is_paid_within_it(cast):
    company, user, supplier, _ = cast
    for _ in range(3):
        expense = make_expense(supplier, user)

        def work(number, expense=expense):
            if number % 2:
                return pay([expense], amount=Decimal(100), method="transfer", on=D10, by=user, token=uuid4()).pk
            return revise(expense, {}, [make_line("50")], by=user, reason="probă").pk

        at_once(company, work, range(4))
        found = Expense.objects.get(pk=expense.pk)
        assert (found.total, found.paid) in [(Decimal("60.50"), 0), (Decimal(121), Decimal(100))]
    assert list(books.differences()) == []


def test_a_till_made_eight_times_at_once_leaves_one_default(cast):
    company, user, _, _ = cast
    at_once(company, lambda number: save_till(Till(name=f"Valută {number}", currency="EUR"), by=user).pk, range(8))
    assert (Till.objects.filter(currency="EUR").count(), Till.objects.filter(currency="EUR", is_default=True).count()) == (8, 1)
