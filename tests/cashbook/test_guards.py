"""What the database itself does and refuses, whichever way a row comes."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from cashbook.actions import close_days, reverse, till_for
from cashbook.balances import balance_at, balance_now
from cashbook.checks import differences
from cashbook.models import CashOperation, Till
from invoicing.actions import cancel_payment, issue, record_payment
from lib.dates import bucharest_today
from lib.errors import Refused
from tests import factories
from tests.cashbook.conftest import operate

D5, D10 = date(2026, 11, 5), date(2026, 11, 10)


@pytest.fixture
def invoice(scope, ana):
    return issue(factories.make_draft(issue_date=D5, due_date=D5, by=ana), by=ana)


def pay(invoice, by, amount="121", method="cash", on=D10):
    return record_payment([invoice], amount=Decimal(amount), method=method, on=on, by=by, token=uuid4())


def refused(statement, *parameters):
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, parameters)
    return str(error.value).splitlines()[0]


def test_a_payment_in_cash_brings_its_row_and_makes_the_first_till(invoice, ana):
    payment = pay(invoice, ana)
    row = CashOperation.objects.get(payment=payment)
    assert (row.till.name, row.kind, row.amount, row.day, row.party) == ("Casa", "payment", 121, D10, "Client Bun SRL")
    assert list(differences()) == []


def test_other_methods_stay_out_of_the_till(invoice, ana):
    pay(invoice, ana, method="card")
    assert not CashOperation.objects.exists() and not Till.objects.exists()


def test_a_payment_copied_in_has_its_row_too(invoice, ana):
    payment = pay(invoice, ana, "10", method="card")
    columns = [f.column for f in payment._meta.concrete_fields if f.column != "id"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE copied ON COMMIT DROP AS SELECT * FROM invoicing_payment")
        cursor.execute("UPDATE copied SET method = 'cash', credit = amount, token = gen_random_uuid()")
        cursor.execute(f"INSERT INTO invoicing_payment ({', '.join(columns)}) SELECT {', '.join(columns)} FROM copied")
    assert CashOperation.objects.get().amount == 10


def test_a_cancelled_payment_is_taken_back_on_its_own_day(invoice, ana):
    payment = pay(invoice, ana)
    cancel_payment(payment, by=ana, reason="Greșeală")
    first, back = CashOperation.objects.order_by("ordinal")
    assert (back.reverses_id, back.amount, back.day, back.reason) == (first.pk, -121, D10, "Greșeală")
    assert list(differences()) == []


def test_on_a_closed_day_it_is_taken_back_on_the_day_of_the_cancelling(invoice, ana):
    payment = pay(invoice, ana)
    close_days(till_for("RON"), until=D10, by=ana)
    cancel_payment(payment, by=ana, reason="Greșeală")
    assert CashOperation.objects.get(amount=-121).day == bucharest_today()
    assert (balance_at(till_for("RON"), D10), balance_now(till_for("RON"))) == (121, 0)


def test_a_payment_on_a_closed_day_is_refused_in_the_database(invoice, till, ana):
    close_days(till, until=D10, by=ana)
    with pytest.raises((IntegrityError, Refused)), transaction.atomic():
        pay(invoice, ana)


def test_the_row_of_a_payment_is_not_reversed_by_hand(invoice, ana):
    pay(invoice, ana)
    with pytest.raises(Refused, match="operation_of_payment"):
        reverse(CashOperation.objects.get(), on=D10, by=ana, reason="x")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE cashbook_cashoperation SET amount = 7", "UPDATE on cashbook_cashoperation is refused"),
        ("DELETE FROM cashbook_cashoperation", "DELETE on cashbook_cashoperation is refused"),
        ("TRUNCATE cashbook_cashoperation CASCADE", "is refused"),
        ("UPDATE cashbook_cashday SET received = 7", "UPDATE on cashbook_cashday is refused"),
        ("INSERT INTO cashbook_cashday (company_id, till_id, day, received, paid, count) SELECT company_id, id, now(), 1, 0, 0 FROM cashbook_till",
         "INSERT on cashbook_cashday is refused"),
        ("UPDATE cashbook_till SET currency = 'EUR'", "its currency stays"),
        ("DELETE FROM cashbook_till", "violates foreign key"),
    ],
)  # fmt: skip
def test_the_book_only_grows(till, ana, statement, words):
    operate(till, ana, "other_in", D5, "5")
    assert words in refused(statement)


COPY = """INSERT INTO cashbook_cashoperation (company_id, till_id, day, position, ordinal, day_balance, kind, amount, document, annexes,
    explanation, party, party_role, party_id, reason, recorded_at, reverses_id, pair)
    SELECT company_id, till_id, {day}, 0, 0, 0, kind, {amount}, '', 0, '', '', '', '', '', now(), {reverses}, {pair}
    FROM cashbook_cashoperation WHERE id = %s"""


def copy(**changed):
    return COPY.format(**{"day": "day", "amount": "amount", "reverses": "NULL", "pair": "NULL"} | changed)


def test_raw_rows_get_their_place_and_move_the_day(till, ana):
    row = operate(till, ana, "other_in", D5, "5")
    with connection.cursor() as cursor:
        cursor.execute(copy(), [row.pk])
    last = CashOperation.objects.order_by("-ordinal").first()
    assert (last.position, last.day_balance, balance_now(till)) == (2, 10, 1010)
    assert list(differences()) == []


def test_a_closed_day_refuses_raw_rows(till, ana):
    row = operate(till, ana, "other_in", D5, "5")
    close_days(till, until=D5, by=ana)
    assert "is closed" in refused(copy(), row.pk)
    assert "its opening stays" in refused("UPDATE cashbook_till SET opening_balance = 7")


def test_a_reversal_is_the_operation_with_the_other_sign(till, ana):
    row = operate(till, ana, "other_in", D5, "5")
    assert "does not take operation" in refused(copy(amount="-4", reverses="id"), row.pk)


def test_half_a_transfer_is_refused(till, ana):
    row = operate(till, ana, "other_in", D5, "5")
    assert "do not amount to nothing" in refused(copy(pair="gen_random_uuid()"), row.pk)


def test_the_sign_follows_the_kind(till, ana):
    row = operate(till, ana, "other_in", D5, "5")
    assert "operation_sign" in refused(copy(amount="-5"), row.pk)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ("UPDATE cashbook_cashoperation SET amount = amount + 1", "the day says"),
        ("UPDATE cashbook_cashday SET received = received + 1", "the day says"),
        ("UPDATE cashbook_cashoperation SET day_balance = 7", "says 7.00, the lines up to it"),
        ("DELETE FROM cashbook_cashoperation; DELETE FROM cashbook_cashday", "has 0 in the till"),
        ("UPDATE invoicing_payment SET cancelled_at = now()", "not taken back"),
        ("UPDATE invoicing_payment SET method = 'card'", "which is not in cash"),
    ],
)
def test_a_row_altered_by_hand_is_found(invoice, ana, harm, words):
    pay(invoice, ana)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"SET LOCAL session_replication_role = replica; {harm}; SET LOCAL session_replication_role = DEFAULT")
    found = list(differences())
    assert found and any(words in text for _, text in found)
