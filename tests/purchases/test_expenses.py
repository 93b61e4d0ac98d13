"""Suppliers' documents: written, booked, revised, cancelled; and what the database refuses whoever asks."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from companies.actions.period import close_period
from companies.models import Event
from lib.errors import Refused
from purchases.actions import attach, book, cancel_expense, delete_draft, detach, open_balance, revise, save_expense
from purchases.checks import differences
from purchases.guard import warnings
from purchases.models import Attachment, Expense, ExpenseLine, ExpenseVat
from tests.purchases.conftest import D1, D5, D10, make_expense, make_line, make_supplier, pay_for

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"


def sql(statement, *values):
    """What goes round the actions, with its deferred checks."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_document_keeps_the_amounts_of_its_lines(supplier, ana):
    expense = make_expense(supplier, ana, lines=[make_line("100"), make_line("50", "11"), make_line("10.05")])
    assert (expense.net, expense.vat, expense.total) == (Decimal("160.05"), Decimal("28.61"), Decimal("188.66"))
    assert [(g.vat_percent, g.net, g.vat) for g in expense.groups.all()] == [
        (21, Decimal("110.05"), Decimal("23.11")),
        (11, 50, Decimal("5.50")),
    ]


def test_the_supplier_s_own_vat_table_stands_with_its_cent(supplier, ana):
    expense = Expense(partner=supplier, number="F 1", issue_date=D5, booked_on=D5, rounding=Decimal("0.01"))
    save_expense(expense, [make_line("100")], [ExpenseVat(vat_percent=Decimal(21), net=Decimal(100), vat=Decimal("21.01"))], by=ana)
    assert (book(expense, by=ana).total, expense.groups.get().difference) == (Decimal("121.02"), Decimal("0.01"))


def test_a_leu_of_difference_is_refused(supplier, ana):
    expense = Expense(partner=supplier, number="F 1", issue_date=D5, booked_on=D5)
    with pytest.raises(Refused, match="expense_rates_off"):
        save_expense(expense, [make_line("100")], [ExpenseVat(vat_percent=Decimal(21), net=Decimal(101), vat=Decimal(21))], by=ana)
    with pytest.raises(Refused, match="expense_total_off"):
        save_expense(Expense(partner=supplier, number="F 1", issue_date=D5, booked_on=D5, rounding=Decimal(1)), [make_line()], by=ana)


@pytest.mark.parametrize(
    ("fields", "code"), [({"number": " "}, "expense_number_missing"), ({"number": "1", "iban": "RO50AAAA1B31007593840000"}, "iban_invalid")]
)
def test_what_is_wrong_is_not_written(supplier, ana, fields, code):
    with pytest.raises(Refused, match=code):
        save_expense(Expense(partner=supplier, issue_date=D5, booked_on=D5, **fields), [make_line()], by=ana)


def test_nothing_is_written_without_lines(supplier, ana):
    with pytest.raises(Refused, match="expense_empty"):
        save_expense(Expense(partner=supplier, number="1", issue_date=D5, booked_on=D5), [], by=ana)


def test_a_form_sent_twice_is_one_document(supplier, ana):
    token = uuid4()
    made = [
        save_expense(Expense(partner=supplier, number="1", issue_date=D5, booked_on=D5, token=token), [make_line()], by=ana) for _ in "ab"
    ]
    assert made[0].pk == made[1].pk and ExpenseLine.objects.count() == 1


def test_the_same_number_of_a_supplier_asks_before_it_is_booked(supplier, ana):
    make_expense(supplier, ana, number="F 7")
    again = make_expense(supplier, ana, "70", number="f 7", booked=False)
    with pytest.raises(Refused, match="expense_double"):
        book(again, by=ana)
    assert book(again, by=ana, doubles_confirmed=True).is_booked


def test_the_same_sum_of_the_same_day_warns(supplier, ana):
    first = make_expense(supplier, ana, number="F 7")
    again = make_expense(supplier, ana, number="F 8", booked=False)
    assert [(w.code, w.expense) for w in warnings(again)] == [("double", first.pk)]


def test_a_changed_iban_warns(supplier, ana):
    make_expense(supplier, ana, iban="RO65BTRLRONCRT0123456789")
    again = make_expense(supplier, ana, "70", iban="RO48RNCB0090000506460001", booked=False)
    assert [w.code for w in warnings(again)] == ["iban_changed"]


def test_a_jump_of_a_price_warns_and_a_small_rise_does_not(supplier, ana):
    make_expense(supplier, ana, "100", issue_date=D1)
    assert [w.code for w in warnings(make_expense(supplier, ana, "121", booked=False))] == ["price_jump"]
    assert warnings(make_expense(supplier, ana, "119", booked=False)) == []


def test_an_inactive_supplier_and_one_without_vat_warn(scope, ana):
    supplier = make_supplier(cif="14186770", inactive_at_anaf=True, vat_payer=False)
    assert [w.code for w in warnings(make_expense(supplier, ana, booked=False))] == ["inactive", "not_payer"]


def test_a_booked_document_is_changed_only_with_its_reason(supplier, ana):
    expense = make_expense(supplier, ana, number="F 1")
    with pytest.raises(Refused, match="expense_not_draft"):
        save_expense(expense, [make_line("200")], by=ana)
    revised = revise(expense, {"number": "F 2"}, [make_line("200")], by=ana, reason="Număr greșit")
    assert (revised.number, revised.total, revised.revision) == ("F 2", Decimal("242.00"), 1)
    kept = revised.revisions.get()
    assert (kept.content["number"], kept.content["total"], kept.content["lines"][0]["net"], kept.reason) == (
        "F 1",
        "121.00",
        "100.00",
        "Număr greșit",
    )


def test_a_revision_keeps_what_is_paid(supplier, ana):
    expense = make_expense(supplier, ana)
    pay_for(expense, ana, "100")
    with pytest.raises(Refused, match="expense_below_paid"):
        revise(expense, {}, [make_line("50")], by=ana, reason="Discount")
    with pytest.raises(Refused, match="expense_paid_terms"):
        revise(expense, {"currency": "EUR"}, [make_line("100")], by=ana, reason="Monedă")
    assert revise(expense, {}, [make_line("90")], by=ana, reason="Discount").balance == Decimal("8.90")
    assert list(differences()) == []


def test_a_cancelled_document_stays_with_its_reason(supplier, ana):
    expense = make_expense(supplier, ana)
    with pytest.raises(Refused, match="reason_missing"):
        cancel_expense(expense, by=ana, reason=" ")
    assert cancel_expense(expense, by=ana, reason="Dublată").cancel_reason == "Dublată"
    with pytest.raises(Refused, match="expense_cancelled"):
        book(expense, by=ana)


def test_a_paid_document_is_not_cancelled(supplier, ana):
    expense = make_expense(supplier, ana)
    pay_for(expense, ana, "1")
    with pytest.raises(Refused, match="expense_paid"):
        cancel_expense(expense, by=ana, reason="x")


def test_a_draft_is_deleted_with_its_files_and_a_booked_one_is_not(supplier, ana):
    draft = make_expense(supplier, ana, booked=False)
    attach(draft, name="scan.pdf", content=PDF, by=ana)
    delete_draft(draft, by=ana)
    assert (Expense.objects.count(), Attachment.objects.count(), Event.objects.filter(verb="deleted").count()) == (0, 0, 1)
    with pytest.raises(Refused, match="expense_not_draft"):
        delete_draft(make_expense(supplier, ana), by=ana)


def test_the_closed_period_takes_no_document_and_lets_none_go(supplier, ana, company):
    expense, draft = make_expense(supplier, ana), make_expense(supplier, ana, "30", booked=False)
    close_period(company, until=D5, by=ana)
    for work in (
        lambda: book(draft, by=ana),
        lambda: cancel_expense(expense, by=ana, reason="x"),
        lambda: revise(expense, {}, [make_line()], by=ana, reason="x"),
    ):
        with pytest.raises(Refused, match="period_closed"):
            work()


def test_a_document_of_tomorrow_is_not_booked(supplier, ana):
    with pytest.raises(Refused, match="expense_in_future"):
        book(make_expense(supplier, ana, booked=False, booked_on=date(2099, 1, 1)), by=ana)


def test_an_opening_balance_is_what_was_left_of_a_document(supplier, ana):
    opened = open_balance(
        supplier, on=D1, number="F 90", amount=Decimal(400), whole=Decimal(1000), document_date=date(2026, 9, 1), by=ana, token=uuid4()
    )
    pay_for(opened, ana, "150")
    opened.refresh_from_db()
    assert (opened.state, opened.balance, opened.whole) == ("part_settled", 250, 1000)
    with pytest.raises(Refused, match="opening_over_whole"):
        open_balance(supplier, on=D1, number="F 91", amount=Decimal(400), whole=Decimal(300), by=ana, token=uuid4())
    with pytest.raises(Refused, match="opening_zero"):
        open_balance(supplier, on=D1, number="F 91", amount=Decimal(0), by=ana, token=uuid4())


def test_files_are_known_by_their_content(supplier, ana):
    expense = make_expense(supplier, ana)
    with pytest.raises(Refused, match="attachment_wrong"):
        attach(expense, name="factura.pdf", content=b"MZ not a document", by=ana)
    made = attach(expense, name="factura.exe", content=PDF, by=ana)
    assert made.file.media_type == "application/pdf"
    assert attach(expense, name="iar.pdf", content=PDF, by=ana).pk == made.pk
    with pytest.raises(Refused, match="expense_not_draft"):
        detach(made, by=ana)
    with pytest.raises(Refused, match="attachment_too_large"):
        attach(expense, name="x", content=PDF + b" " * 11_000_000, by=ana)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE purchases_expense SET total = 1, net = 1, vat = 0 WHERE id = %s",
        "UPDATE purchases_expense SET paid = 5 WHERE id = %s",
        "UPDATE purchases_expense SET status = 'draft', booked_at = NULL WHERE id = %s",
        "UPDATE purchases_expense SET status = 'draft', booked_at = NULL, revision = 1 WHERE id = %s",
        "UPDATE purchases_expense SET status = 'cancelled', cancelled_at = now() WHERE id = %s",
        "UPDATE purchases_expense SET note = 'x' WHERE id = %s",
        "DELETE FROM purchases_expense WHERE id = %s",
        "UPDATE purchases_expenseline SET net = 1 WHERE expense_id = %s",
        "DELETE FROM purchases_expensevat WHERE expense_id = %s",
        "INSERT INTO purchases_expensevat (company_id, expense_id, vat_category, vat_percent, net, vat)"
        " SELECT company_id, id, 'E', 0, 5, 0 FROM purchases_expense WHERE id = %s",
        "DELETE FROM purchases_attachment WHERE expense_id = %s",
        "UPDATE purchases_attachment SET name = 'x' WHERE expense_id = %s",
    ],
)
def test_the_database_keeps_what_was_booked(supplier, ana, statement):
    expense = make_expense(supplier, ana)
    attach(expense, name="a.pdf", content=PDF, by=ana)
    with pytest.raises(DatabaseError):
        sql(statement, expense.pk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE purchases_expense SET source = '{}' WHERE id = %s",
        "UPDATE purchases_expense SET source_key = 'x' WHERE id = %s",
        "UPDATE purchases_expense SET revision = 1 WHERE id = %s",
        "UPDATE purchases_expense SET net = 1 WHERE id = %s",
        "UPDATE purchases_expense SET status = 'booked', booked_at = now(), net = 1, total = 22 WHERE id = %s",
        "UPDATE purchases_expense SET rounding = 1, total = total + 1 WHERE id = %s",
    ],
)
def test_the_database_keeps_a_draft_in_order(supplier, ana, statement):
    draft = make_expense(supplier, ana, booked=False, source={"text": "primit"}, source_key="12")
    with pytest.raises(DatabaseError):
        sql(statement, draft.pk)


def test_the_database_wants_the_former_content_of_a_revision(supplier, ana):
    expense = make_expense(supplier, ana)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE purchases_expense SET status = 'draft', booked_at = NULL, revision = 1 WHERE id = %s", [expense.pk])
        cursor.execute("UPDATE purchases_expense SET status = 'booked', booked_at = now() WHERE id = %s", [expense.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_supplier_with_documents_stays(supplier, ana):
    from partners.actions import delete_partner

    make_expense(supplier, ana, due_date=D10)
    with pytest.raises(Refused, match="partner_in_use"):
        delete_partner(supplier, by=ana)
