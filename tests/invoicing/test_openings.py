"""Opening balances of clients: entered, owed like invoices, corrected until something is paid."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from invoicing.actions import OpeningRow, add_opening_items, cancel_opening_items, correct_opening_item, issue, record_payment, settle
from invoicing.models import Document, OpeningItem, Status
from lib.errors import Refused
from partners.balances import owed
from subscriptions.models import QuotaUse
from tests.factories import make_draft, make_partner

pytestmark = pytest.mark.usefixtures("scope")
ON = date(2025, 12, 31)


def row(partner, number="VECHE 7", rest="60.00", **fields):
    values = {"document_date": date(2025, 11, 3), "due_date": date(2025, 12, 3), "whole": Decimal("100.00")} | fields
    return OpeningRow(partner=partner, number=number, rest=Decimal(rest), **values)


@pytest.fixture
def client_of_ours(scope):
    return make_partner()


def add(*rows, by, **fields):
    return add_opening_items(rows, on=ON, by=by, **fields)


def test_an_item_keeps_what_the_document_was(client_of_ours, ana):
    item = add(row(client_of_ours), by=ana)[0]
    assert (item.label, item.total, item.balance, item.issue_date, item.due_date) == (
        "VECHE 7", Decimal("60.00"), Decimal("60.00"), ON, date(2025, 12, 3),
    )  # fmt: skip
    assert (item.opening.document_date, item.opening.whole) == (date(2025, 11, 3), Decimal("100.00"))


def test_r30_it_takes_no_place_of_the_quota_and_no_number(client_of_ours, ana):
    item = add(row(client_of_ours), by=ana)[0]
    assert (item.series, item.number, QuotaUse.objects.count(), item.pdfs.count()) == (None, None, 0, 0)


def test_it_is_what_the_client_owes(client_of_ours, ana):
    add(row(client_of_ours), by=ana)
    assert owed([client_of_ours.pk]) == {client_of_ours.pk: Decimal("60.00")}


def test_r30_it_is_paid_like_an_invoice(client_of_ours, ana):
    item = add(row(client_of_ours), by=ana)[0]
    record_payment([item], amount=Decimal("25.00"), method="transfer", on=date(2026, 1, 9), by=ana, token=uuid4())
    item.refresh_from_db()
    assert (item.balance, item.state) == (Decimal("35.00"), "overdue")


def test_what_we_owed_is_set_off_against_what_we_were_owed(client_of_ours, ana):
    owing, credit = add(row(client_of_ours), row(client_of_ours, "VECHE 8", "-20.00", whole=None), by=ana)
    settle(credit, owing, amount=Decimal("20.00"), by=ana, token=uuid4())
    assert Document.objects.get(pk=owing.pk).balance == Decimal("40.00")


def test_a_foreign_item_keeps_its_rate(client_of_ours, ana):
    item = add(row(client_of_ours, currency="EUR", rate=Decimal("5.0713")), by=ana)[0]
    assert (item.total, item.total_ron, item.rate_source) == (Decimal("60.00"), Decimal("304.28"), "manual")


def test_a_wrong_row_is_replaced_and_stays_on_record(client_of_ours, ana):
    item = add(row(client_of_ours), by=ana)[0]
    right = correct_opening_item(item, row(client_of_ours, rest="61.00"), on=ON, by=ana, reason="alt rest")
    item.refresh_from_db()
    assert (item.status, right.total, owed([client_of_ours.pk])[client_of_ours.pk]) == (
        Status.CANCELLED, Decimal("61.00"), Decimal("61.00"),
    )  # fmt: skip


def test_what_was_paid_of_is_not_corrected(client_of_ours, ana):
    item = add(row(client_of_ours), by=ana)[0]
    record_payment([item], amount=Decimal("1.00"), method="transfer", on=date(2026, 1, 9), by=ana, token=uuid4())
    with pytest.raises(Refused, match="document_paid"):
        cancel_opening_items([item], by=ana, reason="greșit")


def test_the_same_form_twice_gives_one_item(client_of_ours, ana):
    token = uuid4()
    first = add(row(client_of_ours), by=ana, token=token)
    assert add(row(client_of_ours), by=ana, token=token) == first


def test_one_wrong_row_leaves_none(client_of_ours, ana):
    with pytest.raises(Refused, match="opening_exists"):
        add(row(client_of_ours), row(client_of_ours), by=ana)
    assert OpeningItem.objects.count() == 0


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("opening_number_missing", {"number": "  "}),
        ("opening_date", {"document_date": date(2026, 1, 1), "due_date": None}),
        ("opening_due_date", {"due_date": date(2025, 11, 2)}),
        ("amount_not_positive", {"rest": "0"}),
        ("opening_over_whole", {"rest": "100.01"}),
        ("opening_over_whole", {"rest": "-5"}),
        ("rate_missing", {"currency": "EUR"}),
        ("rate_not_positive", {"currency": "EUR", "rate": Decimal(0)}),
    ],
)
def test_impossible_rows_are_refused(client_of_ours, ana, code, fields):
    with pytest.raises(Refused, match=code):
        add(row(client_of_ours, **fields), by=ana)


def test_an_empty_balance_and_one_of_tomorrow_are_refused(client_of_ours, ana):
    with pytest.raises(Refused, match="opening_empty"):
        add(by=ana)
    with pytest.raises(Refused, match="opening_in_future"):
        add_opening_items([row(client_of_ours)], on=date(2099, 1, 1), by=ana)


def test_only_items_of_balances_are_taken_back_here(client_of_ours, ana):
    with pytest.raises(Refused, match="opening_other_kind"):
        cancel_opening_items([issue(make_draft(), by=ana)], by=ana, reason="greșit")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoicing_document SET total = 61, net = 61, lines_net = 61, net_ron = 61, total_ron = 61 WHERE id = %s",
        "UPDATE invoicing_document SET paid = 10, status = 'cancelled', cancelled_at = now() WHERE id = %s",
        "UPDATE invoicing_openingitem SET whole = 60 WHERE document_id = %s",
        "DELETE FROM invoicing_openingitem WHERE document_id = %s",
    ],
)
def test_the_database_keeps_an_item_as_it_is(client_of_ours, ana, statement):
    item = add(row(client_of_ours), by=ana)[0]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [item.pk])


def test_the_database_wants_no_more_left_than_there_was(client_of_ours, ana):
    item = add(row(client_of_ours), by=ana)[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        copy = Document.objects.get(pk=item.pk)
        copy.pk, copy.label = None, "VECHE 9"
        copy.save(force_insert=True)
        OpeningItem.objects.create(document=copy, document_date=ON, whole=Decimal("59.99"))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_balance_beyond_all_books_is_told(client_of_ours, ana):
    with pytest.raises(Refused, match="amount_too_large"):
        add(row(client_of_ours, rest="9999999999999.99", whole=None, currency="EUR", rate=Decimal(5)), by=ana)
