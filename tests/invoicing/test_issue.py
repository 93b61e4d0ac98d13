from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from companies.models import Event
from invoicing.actions import cancel, issue, record_payment, revise
from invoicing.models import DocumentRevision, Series, Status
from lib.errors import Refused
from tests.factories import TODAY, make_draft, make_line, make_partner

pytestmark = pytest.mark.usefixtures("scope")


def test_issuing_takes_the_next_number_and_freezes_both_parties(ana):
    issued = issue(make_draft(), by=ana)
    assert (issued.label, issued.number, issued.total, issued.status) == ("FCT 0001", 1, Decimal("121.00"), Status.ISSUED)
    assert (issued.seller["cif"], issued.buyer["name"]) == ("RO18547290", "Client Bun SRL")


def test_a_series_can_start_at_a_first_number(ana):
    Series.objects.update(first_number=500, last_number=499)
    assert issue(make_draft(), by=ana).label == "FCT 0500"


def test_a_second_issue_returns_the_same_number(ana):
    draft = make_draft()
    assert issue(draft, by=ana).number == issue(draft, by=ana).number == 1


def test_a_date_before_the_last_one_is_refused_and_can_be_chosen(ana):
    issue(make_draft(), by=ana)
    draft = make_draft(issue_date=date(2026, 11, 19), due_date=None)
    with pytest.raises(Refused, match="date_before_last"):
        issue(draft, by=ana)
    assert issue(draft, by=ana, allow_earlier_date=True).number == 2
    assert Event.objects.about(draft).first().data["earlier_than"] == "2026-11-20"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE invoicing_document SET total = 1, net = 1, vat = 0",
        "UPDATE invoicing_document SET notes = 'altceva'",
        "UPDATE invoicing_document SET revision = revision + 1, notes = 'x'",
        "UPDATE invoicing_document SET status = 'draft', number = NULL, issued_at = NULL",
        "UPDATE invoicing_document SET cancelled_at = now()",
        "DELETE FROM invoicing_document",
        "TRUNCATE invoicing_document CASCADE",
        "UPDATE invoicing_documentline SET quantity = 2",
        "DELETE FROM invoicing_documentline",
        "DELETE FROM invoicing_vatbreakdown",
        "UPDATE companies_event SET verb = 'x'",
        "DELETE FROM companies_event",
        "UPDATE invoicing_payment SET amount = 1",
        "DELETE FROM invoicing_payment",
        "UPDATE invoicing_paymentallocation SET amount = 1",
        "DELETE FROM invoicing_paymentallocation",
        "UPDATE invoicing_documentrevision SET reason = 'x'",
        "DELETE FROM invoicing_documentrevision",
        "UPDATE invoicing_renderedpdf SET revision = 9",
        "DELETE FROM invoicing_renderedpdf",
    ],
)
def test_raw_sql_on_what_was_issued_is_refused(ana, sql):
    issued = issue(make_draft(), by=ana)
    revise(issued, [make_line(price="50")], by=ana, reason="preț greșit", revision=1)
    issue(make_draft(), by=ana)  # not revised in this transaction
    record_payment([issued], amount=Decimal(10), method="cash", on=TODAY, by=ana, token="11111111-1111-1111-1111-111111111111")
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(sql)


def test_paid_must_equal_what_was_received(ana):
    issue(make_draft(), by=ana)
    with pytest.raises(IntegrityError, match="its payments say"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE invoicing_document SET paid = 5")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_revision_keeps_number_and_former_content(ana):
    issued = issue(make_draft(), by=ana)
    revised = revise(issued, [make_line(price="50")], by=ana, reason="preț greșit", revision=1)
    former = DocumentRevision.objects.get()
    assert (revised.label, revised.revision, revised.total) == ("FCT 0001", 2, Decimal("60.50"))
    assert (former.content["document"]["total"], former.content["lines"][0]["unit_price"]) == ("121.00", "100.000000")


def test_cancelling_keeps_the_number_and_needs_a_reason(ana):
    issued = issue(make_draft(), by=ana)
    with pytest.raises(Refused, match="reason_missing"):
        cancel(issued, by=ana, reason=" ")
    assert cancel(issued, by=ana, reason="dublură").status == Status.CANCELLED
    assert issue(make_draft(), by=ana).number == 2


def test_a_paid_document_cannot_be_cancelled(ana):
    issued = issue(make_draft(), by=ana)
    record_payment([issued], amount=Decimal(10), method="cash", on=TODAY, by=ana, token="11111111-1111-1111-1111-111111111111")
    with pytest.raises(Refused, match="document_paid"):
        cancel(issued, by=ana, reason="dublură")


def test_reverse_charge_needs_a_buyer_registered_for_vat(ana):
    draft = make_draft(make_partner("Mic SRL", "27193515"), [make_line(rate="ae-deseuri")])
    with pytest.raises(Refused, match="vat_buyer_not_payer"):
        issue(draft, by=ana)


@pytest.mark.parametrize("sql", ["UPDATE invoicing_document SET series_id = %(other)s", "UPDATE invoicing_document SET kind = 'proforma'"])
def test_the_database_keeps_a_document_in_a_series_of_its_kind(ana, sql):
    other = Series.objects.create(kind="proforma", name="PF")
    make_draft(by=ana)
    with pytest.raises(IntegrityError, match="invoicing_document_series_kind"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, {"other": other.pk})
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
