"""What a storno takes back settles what its original owes; of a paid one it stays as the client's credit."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from invoicing.actions import cancel, cancel_payment, issue, record_payment, settle, storno
from invoicing.models import Document, Payment
from lib.errors import Refused
from tests.factories import TODAY, make_draft, make_line, make_partner

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def original(ana):
    return issue(make_draft(by=ana), by=ana)


def take(original, ana, **parts):
    return Document.objects.get(pk=storno(original, by=ana, reason="Retur", **parts).pk)


def pay(document, ana, amount):
    return record_payment([document], amount=Decimal(amount), method="transfer", on=TODAY, by=ana, token=uuid4())


def balances():
    return [document.balance for document in Document.objects.order_by("pk")]


@pytest.mark.parametrize(("paid", "left"), [("0", [0, 0]), ("50", [0, -50]), ("121", [0, -121])])
def test_what_is_owed_is_set_off_and_what_was_paid_is_credit(original, ana, paid, left):
    if paid != "0":
        pay(original, ana, paid)
    take(original, ana)
    assert balances() == left


def test_a_part_leaves_the_rest_owed(original, ana):
    take(original, ana, prices={original.lines.get().pk: Decimal(40)})
    assert balances() == [Decimal("72.60"), 0]


def test_the_halves_of_a_set_off_are_cancelled_together(original, ana):
    mirror = take(original, ana)
    cancel_payment(mirror.allocations.get().payment, by=ana, reason="Altfel")
    assert (balances(), Payment.objects.live().count()) == ([121, -121], 0)
    cancel(mirror, by=ana, reason="Greșită")


def test_a_credit_is_refunded_or_used_on_the_next_invoice(original, ana):
    pay(original, ana, "121")
    following = issue(make_draft(lines=[make_line(price="50")], by=ana), by=ana)
    mirror = take(original, ana)
    token = uuid4()
    assert settle(mirror, following, amount=Decimal("60.50"), by=ana, token=token) == settle(
        mirror, following, amount=Decimal("60.50"), by=ana, token=token
    )
    pay(mirror, ana, "-60.50")
    assert balances() == [0, 0, 0]


def test_what_cannot_be_set_off_is_refused(original, ana):
    pay(original, ana, "121")
    other = issue(make_draft(make_partner("Alt SRL", "RO27193515"), by=ana), by=ana)
    euro = issue(make_draft(original.partner, currency="EUR", exchange_rate=5, rate_source="manual", by=ana), by=ana)
    following = issue(make_draft(original.partner, by=ana), by=ana)
    mirror = take(original, ana)
    for invoice, amount, code in (
        (other, "1", "several_clients"),
        (euro, "1", "several_currencies"),
        (original, "1", "already_paid"),
        (following, "0", "amount_not_positive"),
        (following, "121.01", "amount_over_balance"),
    ):
        with pytest.raises(Refused, match=code):
            settle(mirror, invoice, amount=Decimal(amount), by=ana, token=uuid4())
    with pytest.raises(Refused, match="no_credit"):
        settle(following, following, amount=Decimal(1), by=ana, token=uuid4())


def test_the_database_keeps_the_halves_even(original, ana):
    half = take(original, ana).allocations.get().payment
    with pytest.raises(IntegrityError, match="do not cancel out"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE invoicing_payment SET cancelled_at = now() WHERE id = %s", [half.pk])
        cursor.execute("SET CONSTRAINTS invoicing_pair_is_even IMMEDIATE")
