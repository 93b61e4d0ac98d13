"""Every book is proved from its rows; a row altered by hand is found and named."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection

from companies.actions import set_vat_status
from invoicing.actions import cancel_payment, issue, record_payment, storno
from invoicing.models import Payment
from lib.dates import bucharest_today
from reports import books
from tests import factories
from tests.invoicing.plans import make_plan

TODAY = bucharest_today()


def pay(document, amount, method="transfer", **fields):
    return record_payment([document], amount=Decimal(amount), on=TODAY, method=method, by=None, token=uuid4(), **fields)


@pytest.fixture
def busy(company):
    """Two invoices, one paid in part, one paid over in cash and the payment of another cancelled; a storno."""
    first, second = issue(factories.make_draft(), by=None), issue(factories.make_draft(), by=None)
    pay(first, "50")
    pay(second, "200", keep_rest=True, method="cash")
    cancel_payment(pay(first, "1"), by=None, reason="greșită")
    storno(issue(factories.make_draft(), by=None), by=None, reason="retur", on=TODAY)
    return first


def by_hand(sql, *values):
    """As one who goes around every trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_what_the_product_does_adds_up(busy):
    assert list(books.differences()) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE invoicing_document SET paid = paid + 1 WHERE id = %s", "says paid 51.00, its payments say 50.00"),
        ("UPDATE invoicing_documentline SET net = net + 1 WHERE document_id = %s", "its lines 101.00 of 100.00"),
        ("UPDATE invoicing_vatbreakdown SET vat = vat + 1 WHERE document_id = %s", "its VAT breakdown 100.00, 22.00"),
        ("UPDATE invoicing_document SET number = 99 WHERE id = %s", "numbers 1 to 4 are 4"),
        ("UPDATE invoicing_paymentallocation SET received = 49 WHERE document_id = %s AND received = 50", "of 50.00 RON: 0.00 of credit"),
        ("DELETE FROM subscriptions_quotause WHERE subject_id = %s", "issued, and not in the ledger of the quota"),
        ("UPDATE invoicing_clientcredit SET amount = amount + %s * 0 + 1", "by what is left of them and the credit"),
        ("UPDATE cashbook_cashoperation SET amount = amount + %s * 0 + 1", "operation"),
    ],
)
def test_a_row_altered_by_hand_is_found_and_named(busy, sql, said):
    by_hand(sql, busy.pk)
    assert any(said in sentence for _, sentence in books.differences()), list(books.differences())


def test_a_payment_cancelled_by_hand_is_found(busy):
    by_hand("UPDATE invoicing_payment SET cancelled_at = now() WHERE method = %s AND cancelled_at IS NULL", Payment.Method.CASH)
    found = [sentence for _, sentence in books.differences()]
    assert any("not taken back" in sentence for sentence in found)


def test_the_operators_are_written_to_and_the_command_fails(busy, settings):
    settings.ADMINS = [("", "operator@exemplu.ro")]
    by_hand("UPDATE invoicing_document SET paid = paid + 1 WHERE id = %s", busy.pk)
    books.check()
    assert [message.to for message in mail.outbox] == [["operator@exemplu.ro"]]
    assert "says paid 51.00" in mail.outbox[0].body
    with pytest.raises(CommandError, match="says paid 51"):
        call_command("check_books")


def test_the_command_says_that_all_is_right(busy, capsys):
    call_command("check_books")
    assert capsys.readouterr().out == "Every book adds up.\n"


def test_a_plan_that_outlived_the_status_is_among_the_differences(company, ana):
    plan = make_plan(by=ana)
    set_vat_status(company, payer=False, since=TODAY, by=ana)
    assert [sentence for _, sentence in books.differences()] == [f"recurring plan {plan.pk} is active under a former VAT status"]
