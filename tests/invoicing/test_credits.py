"""Clients' credit, money in another currency, refunds: exact, never below zero, and proven by the database (R32, R33)."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from catalog.models import ExchangeRate
from companies.models import Event
from invoicing.actions import cancel_payment, issue, record_advance, record_payment, refund, use_credit
from invoicing.actions.credits import credit_of
from invoicing.models import Document, Payment, PaymentAllocation
from lib.dates import bucharest_today
from lib.errors import Refused
from tests.factories import TODAY, make_draft, make_line, make_partner

D = Decimal


@pytest.fixture
def issued(ana, scope):
    """An invoice of 121 lei."""
    return issue(make_draft(), by=ana)


@pytest.fixture
def euro(ana, scope):
    """An invoice of 121 EUR at 5 lei."""
    return issue(make_draft(currency="EUR", exchange_rate=D(5), rate_source="manual"), by=ana)


def pay(document, amount, by, *, method="transfer", **more):
    return record_payment([document], amount=D(amount), method=method, on=TODAY, by=by, token=uuid4(), **more)


def advance(partner, amount, by, **more):
    return record_advance(partner, amount=D(amount), method="transfer", on=TODAY, by=by, **({"token": uuid4()} | more))


def give_back(partner, amount, by, **more):
    return refund(partner, amount=D(amount), method="transfer", on=TODAY, by=by, **({"token": uuid4()} | more))


def use(invoice, amount, by, **more):
    return use_credit(invoice, amount=D(amount), by=by, **({"token": uuid4()} | more))


def refused(code):
    return pytest.raises(Refused, match=f"^{code}: ")


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def run(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_is_over_is_refused_until_it_may_stay_as_credit(issued, ana):
    with refused("amount_over_balance"):
        pay(issued, "150", ana)
    payment = pay(issued, "150", ana, keep_rest=True)
    issued.refresh_from_db()
    assert (payment.credit, issued.balance, credit_of(issued.partner_id, "RON")) == (D("29.00"), D("0.00"), D("29.00"))
    check_now()


def test_an_advance_is_all_credit_and_told_in_the_history_of_the_client(issued, ana):
    advance(issued.partner, "50", ana)
    assert (credit_of(issued.partner_id, "RON"), Event.objects.about(issued.partner).first().verb) == (D("50.00"), "credit_paid")


def test_credit_is_used_in_part_and_then_wholly(issued, ana):
    advance(issued.partner, "121", ana)
    use(issued, "21", ana)
    use(issued, "100", ana)
    issued.refresh_from_db()
    assert (issued.balance, credit_of(issued.partner_id, "RON")) == (D("0.00"), D("0.00"))
    check_now()


@pytest.mark.parametrize(
    ("amount", "code"), [("50.01", "amount_over_credit"), ("121.01", "amount_over_balance"), ("0", "amount_not_positive")]
)
def test_no_more_credit_is_used_than_there_is(issued, ana, amount, code):
    advance(issued.partner, "50", ana)
    with refused(code):
        use(issued, amount, ana)


def test_a_paid_invoice_and_a_draft_take_no_credit(issued, ana):
    advance(issued.partner, "50", ana)
    pay(issued, "121", ana)
    with refused("already_paid"):
        use(issued, "1", ana)
    with refused("document_not_issued"):
        use(make_draft(), "1", ana)
    proforma = Document.objects.create(series=None, kind="proforma", partner=issued.partner)
    with refused("document_not_payable"):
        use(proforma, "1", ana)


def test_credit_of_another_client_or_currency_is_not_used(issued, euro, ana):
    advance(make_partner("Alt Client SRL", "RO1590082"), "50", ana)
    advance(issued.partner, "50", ana)
    with refused("amount_over_credit"):
        use(euro, "1", ana)


def test_a_refund_never_passes_the_credit(issued, ana):
    advance(issued.partner, "50", ana)
    assert give_back(issued.partner, "20", ana).amount == D("-20.00")
    with refused("amount_over_credit"):
        give_back(issued.partner, "30.01", ana)
    assert credit_of(issued.partner_id, "RON") == D("30.00")


@pytest.mark.parametrize("act", [advance, give_back])
def test_money_out_of_bounds_is_refused(issued, ana, act):
    with refused("amount_not_positive"):
        act(issued.partner, "0", ana)


@pytest.mark.parametrize("act", [record_advance, refund])
def test_money_of_tomorrow_is_refused(issued, ana, act):
    with refused("payment_in_future"):
        act(issued.partner, amount=D(1), method="cash", on=bucharest_today() + timedelta(days=1), by=ana, token=uuid4())


def test_the_same_token_is_one_operation(issued, ana):
    token, other, third = UUID(int=1), UUID(int=2), UUID(int=3)
    for _ in range(2):
        advance(issued.partner, "50", ana, token=token)
        give_back(issued.partner, "10", ana, token=other)
        use(issued, "5", ana, token=third)
    assert (credit_of(issued.partner_id, "RON"), Payment.objects.count()) == (D("35.00"), 4)


def test_a_payment_whose_credit_was_used_is_cancelled_last(issued, ana):
    paid = advance(issued.partner, "50", ana)
    used = use(issued, "20", ana)
    with refused("credit_used"):
        cancel_payment(paid, by=ana, reason="greșită")
    cancel_payment(used, by=ana, reason="greșită")
    cancel_payment(paid, by=ana, reason="greșită")
    issued.refresh_from_db()
    assert (credit_of(issued.partner_id, "RON"), issued.paid, Payment.objects.live().count()) == (D("0.00"), D("0.00"), 0)
    check_now()


def test_a_cancelled_refund_gives_the_credit_again(issued, ana):
    advance(issued.partner, "50", ana)
    cancel_payment(give_back(issued.partner, "50", ana), by=ana, reason="n-a plecat")
    assert credit_of(issued.partner_id, "RON") == D("50.00")


def test_lei_for_an_invoice_in_euro_keep_the_difference(euro, ana):
    payment = pay(euro, "601.37", ana, currency="RON", rate=D("4.97"))
    euro.refresh_from_db()
    part = payment.allocations.get()
    assert (euro.balance, part.amount, part.received, part.difference_ron) == (D("0.00"), D("121.00"), D("601.37"), D("-3.63"))
    check_now()


def test_euro_for_an_invoice_in_lei_leave_their_rest_as_credit_in_euro(issued, ana):
    payment = pay(issued, "30", ana, currency="EUR", rate=D("5"), keep_rest=True)
    part = payment.allocations.get()
    assert (part.amount, part.received, part.difference_ron, payment.credit) == (D("121.00"), D("24.20"), D("0.00"), D("5.80"))
    assert credit_of(issued.partner_id, "EUR") == D("5.80")
    check_now()


def test_euro_at_the_rate_of_the_day_gain_or_lose(euro, ana):
    ExchangeRate.objects.create(currency="EUR", date=TODAY - timedelta(days=1), rate=D("5.10"), source="BNR")
    payment = pay(euro, "121", ana)
    assert (payment.exchange_rate, payment.rate_source, payment.allocations.get().difference_ron) == (D("5.10"), "BNR", D("12.10"))


def test_without_a_known_rate_euro_count_at_the_rate_of_the_invoice(euro, ana):
    payment = pay(euro, "121", ana)
    assert (payment.rate_source, payment.allocations.get().difference_ron) == ("document", D("0.00"))


def test_dollars_do_not_pay_euro_and_lei_need_a_rate(euro, ana):
    with refused("currency_pair"):
        pay(euro, "1", ana, currency="USD")
    with refused("rate_missing"):
        pay(euro, "1", ana, currency="RON")
    with refused("rate_not_positive"):
        pay(euro, "1", ana, currency="RON", rate=D(0))


def test_over_several_invoices_each_part_has_its_difference(euro, ana):
    second = issue(make_draft(currency="EUR", exchange_rate=D("4.9"), rate_source="manual"), by=ana)
    payment = record_payment([euro, second], amount=D(242), method="transfer", on=TODAY, by=ana, token=uuid4(), rate=D("5.05"))
    assert sorted(part.difference_ron for part in payment.allocations.all()) == [D("6.05"), D("18.15")]


def test_a_storno_gives_back_no_more_than_it_owes(ana, scope):
    reverse = issue(make_draft(lines=[make_line(quantity="-1")]), by=ana)
    with refused("amount_over_balance"):
        pay(reverse, "-130", ana, keep_rest=True)


PAYMENT = """INSERT INTO invoicing_payment (company_id, partner_id, method, amount, currency, credit, exchange_rate, rate_source, received_on,
    reference, note, token, recorded_at, cancel_reason)
    SELECT company_id, partner_id, 'cash', %s, 'RON', %s, 1, '', '2026-11-20', '', '', gen_random_uuid(), now(), '' FROM invoicing_document"""


def test_the_database_wants_a_payment_to_be_its_parts(issued):
    for amount, credit in ((50, 0), (50, 20)):
        with pytest.raises(DatabaseError, match="is not"):
            run(PAYMENT, amount, credit)
    for amount, credit in ((50, 60), (50, -1), (-50, 1)):
        with pytest.raises(IntegrityError, match="payment_credit_within"):
            run(PAYMENT, amount, credit)


def test_the_database_lets_no_credit_fall_below_zero(issued, ana):
    advance(issued.partner, "10", ana)
    with pytest.raises(IntegrityError, match="client_credit_not_below_zero"):
        run(PAYMENT, -11, -11)


def test_the_database_keeps_the_credit_of_a_client_as_its_payments_say(issued, ana):
    advance(issued.partner, "10", ana)
    for sql in (
        "UPDATE invoicing_clientcredit SET amount = 11",
        "UPDATE invoicing_clientcredit SET currency = 'EUR'",
        "DELETE FROM invoicing_clientcredit",
    ):
        with pytest.raises(DatabaseError):
            run(sql)


def test_the_database_counts_the_difference_and_the_money_again(euro, ana):
    payment = advance(euro.partner, "10", ana, currency="EUR", rate=D(5))
    check_now()
    sql = """INSERT INTO invoicing_paymentallocation (company_id, payment_id, document_id, amount, received, difference_ron)
        VALUES (%s, %s, %s, %s, %s, %s)"""
    for amount, received, difference, words in ((5, 6, 5, "one currency"), (5, 5, 1, "exchange difference"), (5, 5, 0, "is not")):
        with pytest.raises(DatabaseError, match=words):
            run(sql, euro.company_id, payment.pk, euro.pk, amount, received, difference)
    assert PaymentAllocation.objects.count() == 0


def test_the_database_covers_only_the_client_of_the_payment(issued, ana):
    other = issue(make_draft(make_partner("Alt Client SRL", "RO1590082")), by=ana)
    payment = advance(other.partner, "10", ana)
    check_now()
    with pytest.raises(DatabaseError, match="another client"):
        run(
            "INSERT INTO invoicing_paymentallocation (company_id, payment_id, document_id, amount, received, difference_ron)"
            " VALUES (%s, %s, %s, 10, 10, 0)",
            issued.company_id,
            payment.pk,
            issued.pk,
        )


def test_money_beyond_all_books_is_told(ana, scope):
    sent = {"method": "transfer", "on": TODAY, "by": ana, "currency": "EUR", "rate": Decimal("5")}
    with pytest.raises(Refused, match="amount_too_large"):
        record_advance(make_partner(), amount=Decimal("9999999999999.99"), token=uuid4(), **sent)
