"""Payments to suppliers: parts, several documents, till, advances, currencies, set-off, cancelling; and what the database refuses."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from cashbook.actions import Entry as CashEntry
from cashbook.actions import close_days, record, reverse
from cashbook.balances import balance_now
from cashbook.models import CashOperation
from catalog.models import ExchangeRate
from companies.actions.period import close_period
from invoicing.actions import cancel_payment as cancel_of_client
from invoicing.actions import issue
from invoicing.models import Payment
from lib.errors import Refused
from purchases.actions import cancel_payment, pay, pay_ahead, set_off, settle, use_advance
from purchases.checks import differences
from purchases.models import SupplierAdvance, SupplierAllocation, SupplierPayment
from tests import factories
from tests.purchases.conftest import D5, D10, D20, make_expense, make_line, make_supplier, pay_for
from tests.purchases.test_expenses import sql


@pytest.fixture(autouse=True)
def _books_stand(request):
    """Whatever a test did, the books add up after it."""
    yield
    if "altered" not in request.node.name:
        assert list(differences()) == []


def balances(*expenses):
    for expense in expenses:
        expense.refresh_from_db()
    return [expense.balance for expense in expenses]


def advance(supplier, currency="RON"):
    return SupplierAdvance.objects.get(partner=supplier, currency=currency).amount


def test_a_document_is_paid_in_parts_and_whole(supplier, ana):
    expense = make_expense(supplier, ana)
    pay_for(expense, ana, "21")
    assert (balances(expense), expense.state) == ([100], "due_passed" if expense.due_date < date.today() else "part_settled")
    pay_for(expense, ana, "100")
    assert (balances(expense), expense.state) == ([0], "settled")
    with pytest.raises(Refused, match="already_paid"):
        pay_for(expense, ana, "1")


def test_one_payment_covers_the_oldest_due_first(supplier, ana):
    late, soon = make_expense(supplier, ana, due_date=D20), make_expense(supplier, ana, "200", due_date=D10)
    pay([late, soon], amount=Decimal(300), method="transfer", on=D10, by=ana, token=uuid4())
    assert balances(late, soon) == [Decimal("63.00"), 0]


def test_a_payment_is_of_one_supplier_and_one_currency(supplier, ana):
    other = make_expense(make_supplier("Altul SRL", "RO4267117"), ana)
    euro = make_expense(supplier, ana, currency="EUR", exchange_rate=Decimal(5))
    first = make_expense(supplier, ana)
    for pair, code in (([first, other], "several_suppliers"), ([first, euro], "several_currencies"), ([], "no_expenses")):
        with pytest.raises(Refused, match=code):
            pay(pair, amount=Decimal(1), method="transfer", on=D10, by=ana, token=uuid4())


@pytest.mark.parametrize(
    ("amount", "fields", "code"),
    [
        ("121.01", {}, "amount_over_balance"),
        ("0", {}, "amount_not_positive"),
        ("-5", {}, "amount_not_positive"),
        ("5", {"on": date(2099, 1, 1)}, "payment_in_future"),
        ("5", {"method": "set_off"}, "method_by_action"),
        ("5", {"currency": "EUR", "rate": Decimal(0)}, "rate_not_positive"),
        ("5", {"currency": "EUR"}, "rate_missing"),
    ],
)
def test_what_cannot_be_paid_is_refused(supplier, ana, amount, fields, code):
    with pytest.raises(Refused, match=code):
        pay_for(make_expense(supplier, ana), ana, amount, **fields)


def test_a_draft_is_not_paid(supplier, ana):
    with pytest.raises(Refused, match="expense_not_booked"):
        pay_for(make_expense(supplier, ana, booked=False), ana, "5")


def test_a_form_sent_twice_is_one_payment(supplier, ana, till):
    expense, token = make_expense(supplier, ana), uuid4()
    made = {pay([expense], amount=Decimal(20), method="cash", on=D10, by=ana, token=token).pk for _ in range(2)}
    assert (len(made), balances(expense), balance_now(till)) == (1, [101], 9980)


def test_what_is_over_becomes_an_advance_and_is_used_later(supplier, ana):
    pay_for(make_expense(supplier, ana), ana, "150", keep_rest=True)
    assert advance(supplier) == 29
    second = make_expense(supplier, ana)
    use_advance(second, amount=Decimal(20), on=D10, by=ana, token=uuid4())
    assert (balances(second), advance(supplier)) == ([101], 9)
    with pytest.raises(Refused, match="advance_used"):
        use_advance(second, amount=Decimal(10), on=D10, by=ana, token=uuid4())
    with pytest.raises(Refused, match="amount_over_balance"):
        use_advance(second, amount=Decimal(500), on=D10, by=ana, token=uuid4())


def test_an_advance_paid_comes_back_and_not_twice(supplier, ana, till):
    pay_ahead(supplier, amount=Decimal(50), method="cash", on=D10, by=ana, token=uuid4())
    pay_ahead(supplier, amount=Decimal(-30), method="cash", on=D10, by=ana, token=uuid4())
    assert (advance(supplier), balance_now(till)) == (20, 9980)
    with pytest.raises(Refused, match="advance_used"):
        pay_ahead(supplier, amount=Decimal(-21), method="transfer", on=D10, by=ana, token=uuid4())


def test_cash_is_one_line_of_the_till_and_cancelling_takes_it_back(supplier, ana, till):
    expense = make_expense(supplier, ana, number="F 1")
    payment = pay_for(expense, ana, "121", "cash")
    line = payment.cash_operation
    assert (line.amount, line.kind, line.explanation, balance_now(till)) == (-121, "supplier", "Plată F 1", 9879)
    cancel_payment(payment, by=ana, reason="Greșită")
    assert (balances(expense), balance_now(till), CashOperation.objects.get(reverses=line).day) == ([121], 10_000, D10)
    assert cancel_payment(payment, by=ana, reason="iar").cancel_reason == "Greșită"


def test_a_payment_of_a_closed_day_of_the_till_is_taken_back_today(supplier, ana, till):
    payment = pay_for(make_expense(supplier, ana), ana, "121", "cash")
    close_days(till, until=D10, by=ana)
    cancel_payment(payment, by=ana, reason="Greșită")
    assert CashOperation.objects.get(reverses=payment.cash_operation).day > D10


def test_the_till_never_pays_what_it_has_not(supplier, ana, till):
    expense = make_expense(supplier, ana, "20000")
    with pytest.raises(Refused, match="till_below_zero"):
        pay_for(expense, ana, "10001", "cash")
    assert (balances(expense), SupplierPayment.objects.count()) == ([24_200], 0)


def test_the_line_of_a_payment_is_not_reversed_in_the_cash_book(supplier, ana, till):
    payment = pay_for(make_expense(supplier, ana), ana, "121", "cash")
    with pytest.raises(Refused, match="operation_owned"):
        reverse(payment.cash_operation, on=D10, by=ana, reason="x")


def test_a_payment_is_cancelled_with_a_reason_in_an_open_period(supplier, ana, company):
    payment = pay_for(make_expense(supplier, ana), ana, "5")
    with pytest.raises(Refused, match="reason_missing"):
        cancel_payment(payment, by=ana, reason="")
    close_period(company, until=D10, by=ana)
    with pytest.raises(Refused, match="period_closed"):
        cancel_payment(payment, by=ana, reason="x")
    with pytest.raises(Refused, match="period_closed"):
        pay_for(make_expense(supplier, ana, booked_on=D20), ana, "5", on=D10)


def test_an_advance_that_was_used_holds_its_payment(supplier, ana):
    payment = pay_for(make_expense(supplier, ana), ana, "150", keep_rest=True)
    used = use_advance(make_expense(supplier, ana), amount=Decimal(5), on=D10, by=ana, token=uuid4())
    with pytest.raises(Refused, match="advance_used"):
        cancel_payment(payment, by=ana, reason="x")
    cancel_payment(used, by=ana, reason="x")
    cancel_payment(payment, by=ana, reason="x")
    assert advance(supplier) == 0


def test_euro_paid_in_lei_tells_what_was_lost(supplier, ana):
    ExchangeRate.objects.create(date=date(2026, 11, 9), currency="EUR", rate=Decimal("5.10"))
    expense = make_expense(supplier, ana, currency="EUR", exchange_rate=Decimal("5.00"))
    payment = pay_for(expense, ana, "617.10", currency="RON")
    part = payment.allocations.get()
    assert (part.amount, part.taken, part.difference_ron, balances(expense)) == (121, Decimal("617.10"), Decimal("-12.10"), [0])


def test_euro_paid_in_euro_counts_at_the_day(supplier, ana):
    ExchangeRate.objects.create(date=date(2026, 11, 9), currency="EUR", rate=Decimal("4.90"))
    expense = make_expense(supplier, ana, currency="EUR", exchange_rate=Decimal("5.00"))
    assert pay_for(expense, ana, "121").allocations.get().difference_ron == Decimal("12.10")
    with pytest.raises(Refused, match="currency_pair"):
        pay_for(make_expense(supplier, ana, currency="EUR", exchange_rate=Decimal(5)), ana, "5", currency="USD")


def test_credit_notes_lessen_what_is_paid_when_all_is_paid(supplier, ana):
    invoice, note = make_expense(supplier, ana), make_expense(supplier, ana, lines=[make_line("-20")])
    with pytest.raises(Refused, match="credit_notes_whole"):
        pay([invoice, note], amount=Decimal(50), method="transfer", on=D10, by=ana, token=uuid4())
    pay([invoice, note], amount=Decimal("96.80"), method="transfer", on=D10, by=ana, token=uuid4())
    assert balances(invoice, note) == [0, 0]


def test_money_comes_back_for_a_credit_note_into_the_till(supplier, ana, till):
    note = make_expense(supplier, ana, lines=[make_line("-20")])
    pay_for(note, ana, "-24.20", "cash")
    assert (balances(note), balance_now(till)) == ([0], Decimal("10024.20"))


def test_a_credit_note_settles_a_document_without_money(supplier, ana):
    invoice, note = make_expense(supplier, ana), make_expense(supplier, ana, lines=[make_line("-20")])
    with pytest.raises(Refused, match="amount_over_balance"):
        settle(note, invoice, amount=Decimal(25), on=D10, by=ana, token=uuid4())
    with pytest.raises(Refused, match="no_credit"):
        settle(invoice, note, amount=Decimal(1), on=D10, by=ana, token=uuid4())
    settle(note, invoice, amount=Decimal("24.20"), on=D10, by=ana, token=uuid4())
    assert balances(invoice, note) == [Decimal("96.80"), 0]


@pytest.fixture
def both(scope, ana):
    """A partner that is client and supplier: an invoice of 121 lei, a document of 242."""
    partner = make_supplier(is_client=True)
    invoice = issue(factories.make_draft(partner, issue_date=D5, due_date=D5, by=ana), by=ana)
    return invoice, make_expense(partner, ana, "200")


def test_a_set_off_settles_both_sides_in_one_act(both, ana):
    invoice, expense = both
    token = uuid4()
    made = {set_off([invoice], [expense], amount=Decimal(100), on=D10, by=ana, token=token).pk for _ in range(2)}
    assert (balances(invoice, expense), len(made), Payment.objects.get().method) == ([21, 142], 1, "set_off")


@pytest.mark.parametrize("side", ["client", "supplier"])
def test_cancelling_either_half_of_a_set_off_cancels_both(both, ana, side):
    invoice, expense = both
    payment = set_off([invoice], [expense], amount=Decimal(100), on=D10, by=ana, token=uuid4())
    if side == "client":
        cancel_of_client(payment.client_payment, by=ana, reason="Greșită")
    else:
        cancel_payment(payment, by=ana, reason="Greșită")
    payment.refresh_from_db()
    assert (balances(invoice, expense), payment.cancel_reason, Payment.objects.get().cancel_reason) == ([121, 242], "Greșită", "Greșită")


@pytest.mark.parametrize(("amount", "code"), [("121.01", "amount_over_balance"), ("0", "amount_not_positive")])
def test_a_set_off_stays_within_both_sides(both, ana, amount, code):
    invoice, expense = both
    with pytest.raises(Refused, match=code):
        set_off([invoice], [expense], amount=Decimal(amount), on=D10, by=ana, token=uuid4())


def test_a_set_off_is_of_one_partner_one_currency_and_one_sign(both, ana):
    invoice, expense = both
    other = make_expense(make_supplier("Altul SRL", "RO4267117"), ana)
    euro = make_expense(expense.partner, ana, currency="EUR", exchange_rate=Decimal(5))
    note = make_expense(expense.partner, ana, lines=[make_line("-20")])
    for invoices, document, code in (
        ([invoice], other, "several_partners"),
        ([invoice], euro, "several_currencies"),
        ([invoice], note, "set_off_sign"),
        ([], expense, "no_documents"),
    ):
        with pytest.raises(Refused, match=code):
            set_off(invoices, [document], amount=Decimal(5), on=D10, by=ana, token=uuid4())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE purchases_supplierpayment SET amount = 1 WHERE id = %s",
        "UPDATE purchases_supplierpayment SET cancelled_at = now() WHERE id = %s",  # its line of the till still stands
        "DELETE FROM purchases_supplierpayment WHERE id = %s",
        "DELETE FROM purchases_supplierallocation WHERE payment_id = %s",
        "UPDATE purchases_supplierallocation SET amount = 1 WHERE payment_id = %s",
        "UPDATE purchases_supplieradvance SET amount = 500 WHERE partner_id = (SELECT partner_id FROM purchases_supplierpayment WHERE id = %s)",
        "INSERT INTO purchases_supplierallocation (company_id, payment_id, expense_id, amount, taken, difference_ron)"
        " SELECT company_id, payment_id, expense_id + 1, 1, 1, 0 FROM purchases_supplierallocation WHERE payment_id = %s",
        "INSERT INTO cashbook_cashoperation (company_id, till_id, day, position, ordinal, day_balance, kind, amount, document, annexes,"
        " explanation, party, party_role, party_id, reason, recorded_at, partner_id, reverses_id) SELECT o.company_id, till_id, day, 0, 0, 0, kind, -o.amount,"
        " '', 0, '', '', '', '', '', now(), o.partner_id, o.id FROM cashbook_cashoperation o JOIN purchases_supplierpayment p"
        " ON p.cash_operation_id = o.id WHERE p.id = %s",
    ],
)
def test_the_database_keeps_payments(supplier, ana, till, statement):
    payment = pay_for(make_expense(supplier, ana), ana, "150", "cash", keep_rest=True)
    make_expense(supplier, ana)
    with pytest.raises(DatabaseError):
        sql(statement, payment.pk)


def test_the_database_wants_the_halves_of_a_set_off_alike(both, ana):
    invoice, expense = both
    payment = set_off([invoice], [expense], amount=Decimal(100), on=D10, by=ana, token=uuid4())
    with pytest.raises(DatabaseError):
        sql("UPDATE purchases_supplierpayment SET cancelled_at = now(), cancel_reason = 'x' WHERE id = %s", payment.pk)


def test_the_database_wants_the_line_of_the_till_to_say_the_same(supplier, ana, till):
    other = record(till, CashEntry("supplier", D10, Decimal(5), partner=supplier), by=ana, token=uuid4())
    with pytest.raises(DatabaseError), transaction.atomic():
        SupplierPayment.objects.create(
            partner=supplier, method="cash", amount=Decimal(6), advance=Decimal(6), paid_on=D10, token=uuid4(), cash_operation=other
        )
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_never_lets_more_be_paid_than_is_owed(supplier, ana):
    expense = make_expense(supplier, ana)
    with pytest.raises(DatabaseError), transaction.atomic():
        payment = SupplierPayment.objects.create(partner=supplier, method="transfer", amount=Decimal(122), paid_on=D10, token=uuid4())
        SupplierAllocation.objects.create(payment=payment, expense=expense, amount=Decimal(122), taken=Decimal(122))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE purchases_expense SET paid = 1", "says paid 1.00, its payments say 121.00"),
        ("UPDATE purchases_supplieradvance SET amount = 7", "says 7.00, its payments say 29.00"),
        ("UPDATE purchases_supplierpayment SET amount = 1", "in cash of 1.00 RON has -150.00 in the till"),
        ("UPDATE purchases_expensevat SET vat = 20", "its rates 100.00 and 20.00"),
    ],
)
def test_a_row_altered_by_hand_is_found(supplier, ana, till, company, statement, said):
    pay_for(make_expense(supplier, ana), ana, "150", "cash", keep_rest=True)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    found = [sentence for number, sentence in differences() if number == company.pk]
    assert any(said in sentence for sentence in found)
