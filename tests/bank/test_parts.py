"""Movements that went out, and those that are several things at once: parts, fees, money carried to and from the till."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from bank.actions import add_statement, book_ahead, book_cash, book_documents, book_fee, ignore, matching_cash, undo
from bank.matching import hint, suggest
from bank.models import Booking, KnownAccount, Statement, StatementLine
from cashbook.actions import Entry, record, reverse, save_till, set_opening, till_for
from cashbook.balances import balance_now
from cashbook.models import CashOperation, Till
from companies.scope import company_scope
from invoicing.actions import cancel_payment, issue
from invoicing.models import Payment
from lib.errors import Refused
from purchases.actions import cancel_payment as cancel_of_supplier
from purchases.models import Expense, SupplierAdvance, SupplierPayment
from reports import books
from tests import factories
from tests.purchases.conftest import make_expense, make_supplier

OURS = "RO49AAAA1B31007593840000"
HEAD = "Data;Suma;Nume partener;IBAN partener;Referinta;Detalii\n"
D20 = date(2026, 11, 20)


def brought(by, *rows):
    """Movements of a file with these rows: amount, name, IBAN, reference, details."""
    text = HEAD + "".join(f"20.11.2026;{';'.join(row)}\n" for row in rows)
    add_statement(text.encode(), name="extras.csv", account=OURS, by=by)
    return [StatementLine.objects.get(reference=row[3]) for row in rows]


def fresh(*rows):
    for row in rows:
        row.refresh_from_db()
    return [getattr(row, "balance", None) if hasattr(row, "balance") else (row.state, row.booked) for row in rows]


@pytest.fixture
def supplier(scope):
    return make_supplier(iban="RO65BTRLRONCRT0123456789")


@pytest.fixture
def bill(supplier, bogdan):
    return make_expense(supplier, bogdan, number="FB 77")


@pytest.fixture
def till(scope, bogdan):
    return set_opening(till_for("RON"), day=date(2026, 11, 1), amount=Decimal(1000), by=bogdan)


def test_a_payment_to_a_supplier_is_known_by_number_and_amount(bill, bogdan):
    (line,) = brought(bogdan, ("-121,00", "Oricine SRL", "", "R1", "plata factura FB77"))
    best = suggest([line])[line.pk][0]
    assert (best.documents, best.exact) == ([bill], True)
    book_documents(line, best.documents, by=bogdan)
    assert (fresh(line, bill), SupplierPayment.objects.get().method) == ([("booked", Decimal(-121)), 0], "transfer")
    undo(line, by=bogdan)
    assert fresh(line, bill) == [("open", 0), Decimal(121)]
    assert list(books.differences()) == []


def test_what_a_payment_has_over_the_bill_is_an_advance(bill, supplier, bogdan):
    (line,) = brought(bogdan, ("-150,00", supplier.name, supplier.iban, "R1", ""))
    book_documents(line, [bill], by=bogdan)
    assert (fresh(bill), SupplierAdvance.objects.get().amount) == ([0], Decimal(29))


def test_a_movement_is_split_between_two_clients(invoice, bogdan):
    other = issue(factories.make_draft(factories.make_partner("Alt Client SRL", "RO4267117"), by=bogdan), by=bogdan)
    (line,) = brought(bogdan, ("200,00", "Curier Rapid SRL", "", "R1", "ramburs"))
    book_documents(line, [invoice], amount=Decimal(121), by=bogdan)
    assert fresh(line, invoice) == [("open", Decimal(121)), 0]
    assert suggest([line])[line.pk] == [] or line.rest == Decimal(79)
    book_documents(line, [other], by=bogdan)
    assert fresh(line, other) == [("booked", Decimal(200)), Decimal(42)]
    undo(line, by=bogdan)
    assert (fresh(line, invoice, other), Payment.objects.live().count()) == ([("open", 0), Decimal(121), Decimal(121)], 0)
    assert list(books.differences()) == []


@pytest.mark.parametrize(("amount", "code"), [("200.01", "line_part_over"), ("0", "amount_not_positive"), ("-1", "amount_not_positive")])
def test_a_part_stays_within_what_is_left(invoice, bogdan, amount, code):
    (line,) = brought(bogdan, ("200,00", "", "", "R1", ""))
    with pytest.raises(Refused, match=code):
        book_documents(line, [invoice], amount=Decimal(amount), by=bogdan)


def test_a_part_sent_twice_is_one(invoice, bogdan):
    (line,) = brought(bogdan, ("200,00", "", "", "R1", ""))
    token = uuid4()
    made = {book_documents(line, [invoice], amount=Decimal(50), token=token, by=bogdan).pk for _ in range(2)}
    made |= {book_ahead(line, invoice.partner, amount=Decimal(20), token=one, by=bogdan).pk for one in [uuid4()] * 2}
    assert (len(made), fresh(line)) == (2, [("open", Decimal(70))])


def test_a_part_cancelled_elsewhere_is_left_again(invoice, bogdan):
    (line,) = brought(bogdan, ("200,00", "", "", "R1", ""))
    first = book_documents(line, [invoice], amount=Decimal(50), by=bogdan)
    book_ahead(line, invoice.partner, by=bogdan)
    cancel_payment(first.payment, by=bogdan, reason="greșită")
    assert fresh(line) == [("open", Decimal(150))]
    assert list(books.differences()) == []


def test_who_pays_for_several_is_taken_for_none_of_them(invoice, bogdan):
    (line,) = brought(bogdan, ("200,00", "Curier", "RO65BTRLRONCRT0123456789", "R1", ""))
    book_documents(line, [invoice], amount=Decimal(50), by=bogdan)
    book_ahead(line, invoice.partner, by=bogdan)
    assert not KnownAccount.objects.exists()


def test_what_is_booked_in_part_is_not_put_aside(invoice, bogdan):
    (line,) = brought(bogdan, ("200,00", "", "", "R1", ""))
    book_documents(line, [invoice], amount=Decimal(50), by=bogdan)
    with pytest.raises(Refused, match="line_in_parts"):
        ignore(line, by=bogdan, reason="x")


def test_a_fee_is_an_expense_that_is_paid(scope, bogdan):
    line, other = brought(bogdan, ("-9,90", "", "", "R1", "Comision administrare"), ("-1,10", "", "", "R2", "Comision plată"))
    booking = book_fee(line, by=bogdan)
    fee = booking.expense
    said = fee.partner.name, fee.total, fee.vat, fee.lines.get().category.name
    assert said == ("Banca Exemplu", Decimal("9.90"), 0, "Comisioane bancare")
    assert (fresh(line, fee), book_fee(other, by=bogdan).expense.partner) == ([("booked", Decimal("-9.90")), 0], fee.partner)
    undo(line, by=bogdan)
    assert (fresh(line), Expense.objects.get(pk=fee.pk).status) == ([("open", 0)], "cancelled")
    assert book_fee(line, by=bogdan).is_live
    assert list(books.differences()) == []


def test_money_that_came_is_no_fee_and_a_fee_is_booked_once(scope, bogdan):
    came, fee = brought(bogdan, ("9,90", "", "", "R1", ""), ("-9,90", "", "", "R2", ""))
    with pytest.raises(Refused, match="line_not_outgoing"):
        book_fee(came, by=bogdan)
    book_fee(fee, by=bogdan)
    with pytest.raises(Refused, match="line_not_open"):
        book_fee(fee, by=bogdan)
    assert Expense.objects.count() == 1


@pytest.mark.parametrize(("amount", "kind", "balance"), [("-300,00", "from_bank", "1300"), ("300,00", "to_bank", "700")])
def test_cash_of_the_bank_is_written_into_the_till_and_taken_back(till, bogdan, amount, kind, balance):
    (line,) = brought(bogdan, (amount, "", "", "R1", "numerar"))
    made = book_cash(line, till, by=bogdan)
    assert (made.cash_operation.kind, balance_now(till), fresh(line)[0][0]) == (kind, Decimal(balance), "booked")
    undo(line, by=bogdan)
    assert (balance_now(till), fresh(line)) == (Decimal(1000), [("open", 0)])
    assert list(books.differences()) == []


def test_what_the_till_says_already_is_tied_and_stays(till, bogdan):
    deposit = record(till, Entry("to_bank", D20, Decimal(300)), by=bogdan, token=uuid4())
    line, other = brought(bogdan, ("300,00", "", "", "R1", "depunere"), ("300,00", "", "", "R2", "depunere"))
    assert matching_cash(line) == [deposit]
    book_cash(line, till, by=bogdan, operation=deposit)
    assert (CashOperation.objects.count(), matching_cash(other)) == (1, [])
    with pytest.raises(Refused, match="cash_taken"):
        book_cash(other, till, by=bogdan, operation=deposit)
    undo(line, by=bogdan)
    assert (balance_now(till), matching_cash(line)) == (Decimal(700), [deposit])


def test_a_deposit_reversed_in_the_till_opens_the_movement(till, bogdan):
    (line,) = brought(bogdan, ("-300,00", "", "", "R1", "numerar"))
    made = book_cash(line, till, by=bogdan)
    reverse(made.cash_operation, on=D20, by=bogdan, reason="greșită")
    assert fresh(line) == [("open", 0)]
    assert list(books.differences()) == []


def test_a_till_of_other_money_or_another_sum_is_refused(till, bogdan):
    euro = save_till(Till(name="Valută", currency="EUR"), by=bogdan)
    deposit = record(till, Entry("to_bank", D20, Decimal(5)), by=bogdan, token=uuid4())
    (line,) = brought(bogdan, ("300,00", "", "", "R1", ""))
    with pytest.raises(Refused, match="till_of_other_currency"):
        book_cash(line, euro, by=bogdan)
    with pytest.raises(Refused, match="cash_not_the_same"):
        book_cash(line, till, by=bogdan, operation=deposit)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("-9,90", "", "", "R1", "Comision lunar"), "fee"),
        (("9,90", "", "", "R1", "Comision retur"), ""),
        (("-500", "", "", "R1", "Retragere numerar ATM"), "cash"),
        (("-500", "Noi", OURS, "R1", "Schimb valutar"), "own"),
        (("-500", "Furnizor", "", "R1", "Plata factura"), ""),
    ],
)
def test_what_a_movement_looks_like(scope, bogdan, row, said):
    line = StatementLine(amount=Decimal(row[0].replace(",", ".")), details=row[4], counterparty=row[1], iban=row[2])
    assert hint(line, {OURS}) == said


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bank_statementline SET booked = 1 WHERE id = %s",
        "INSERT INTO bank_booking (company_id, line_id, amount, payment_id, reason, confidence, automatic, made_here, at)"
        " SELECT company_id, line_id, 100, payment_id, 'x', 0, false, false, now() FROM bank_booking WHERE line_id = %s",
        "INSERT INTO bank_booking (company_id, line_id, amount, reason, confidence, automatic, made_here, at)"
        " SELECT company_id, line_id, 79, 'x', 0, false, false, now() FROM bank_booking WHERE line_id = %s",
        "UPDATE bank_booking SET amount = 60 WHERE line_id = %s",
        "UPDATE bank_booking SET undone_at = now() WHERE line_id = %s",
    ],
)
def test_the_database_keeps_the_parts_within_the_movement(invoice, bogdan, statement):
    (line,) = brought(bogdan, ("200,00", "", "", "R1", ""))
    book_documents(line, [invoice], amount=Decimal(121), by=bogdan)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [line.pk])


# Races


@pytest.fixture
def committed(transactional_db):
    company, bogdan = factories.make_company(), factories.make_user("bogdan@exemplu.ro")
    with company_scope(company.pk):
        yield company, bogdan


def at_once(company, *acts):
    """What each of several threads answers, all begun together."""
    gate = Barrier(len(acts))

    def work(act):
        try:
            with company_scope(company.pk):
                gate.wait(30)
                act()
            return "done"
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(work, acts))


def test_a_file_brought_by_two_at_once_is_there_once(committed):
    company, bogdan = committed
    rows = "".join(f"20.11.2026;{n},00;;;R{n};\n" for n in range(1, 301))

    def bring():
        add_statement((HEAD + rows).encode(), name="x.csv", account=OURS, by=bogdan)

    assert at_once(company, *[bring] * 4) == ["done"] * 4
    assert (StatementLine.objects.count(), Statement.objects.count()) == (300, 4)
    assert sum(Statement.objects.values_list("added", flat=True)) == 300


def test_files_that_overlap_brought_at_once_count_what_each_added(committed):
    company, bogdan = committed
    rows = [f"20.11.2026;{n},00;;;R{n};\n" for n in range(1, 301)]
    parts = ["".join(rows[start : start + 150]) for start in (0, 50, 100, 150)]
    bring = [lambda text=text: add_statement((HEAD + text).encode(), name="x.csv", account=OURS, by=bogdan) for text in parts]
    assert at_once(company, *bring) == ["done"] * 4
    assert StatementLine.objects.count() == sum(Statement.objects.values_list("added", flat=True)) == 300


def test_parts_booked_at_once_never_pass_the_movement(committed):
    company, bogdan = committed
    partner = factories.make_partner()
    (line,) = brought(bogdan, ("100,00", "", "", "R1", ""))
    part = [lambda: book_ahead(line, partner, amount=Decimal(30), by=bogdan)] * 6
    assert at_once(company, *part) == ["done"] * 3 + ["line_part_over"] * 3
    assert fresh(line) == [("open", Decimal(90))]


def test_booking_the_rest_and_cancelling_a_part_at_once_never_wait_for_ever(committed):
    company, bogdan = committed
    invoice = issue(factories.make_draft(lines=[factories.make_line(price="1000")], by=bogdan), by=bogdan)
    bill = make_expense(make_supplier(), bogdan, "1000")
    for number in range(6):
        incoming, outgoing = brought(bogdan, ("100,00", "", "", f"A{number}", ""), ("-100,00", "", "", f"B{number}", ""))
        paid = book_documents(incoming, [invoice], amount=Decimal(40), by=bogdan).payment
        sent = book_documents(outgoing, [bill], amount=Decimal(40), by=bogdan).supplier_payment
        answers = at_once(
            company,
            lambda line=incoming: book_documents(line, [invoice], by=bogdan),
            lambda paid=paid: cancel_payment(paid, by=bogdan, reason="probă"),
            lambda line=outgoing: book_documents(line, [bill], by=bogdan),
            lambda sent=sent: cancel_of_supplier(sent, by=bogdan, reason="probă"),
            lambda line=incoming: undo(line, by=bogdan),
            lambda line=outgoing: undo(line, by=bogdan),
        )
        assert set(answers) <= {"done", "line_not_open"}
    assert list(books.differences()) == []
    assert Booking.objects.exists()
