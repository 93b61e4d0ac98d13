"""Files for the bank, invoices that come through e-Factura, the card, the ageing and the journal."""

from datetime import date
from decimal import Decimal
from uuid import uuid4
from xml.etree.ElementTree import fromstring

import pytest
from django.db import DatabaseError

from companies.models import BankAccount
from lib.errors import Refused
from partners.models import Partner
from purchases import journal, ledger
from purchases.actions import book, cancel_payment, confirm_rows, expense_from_received, make_file, open_balance, pay_ahead, withdraw_rows
from purchases.checks import differences
from purchases.models import Expense
from purchases.pain import NAMESPACE, plain
from purchases.received import Received, ReceivedLine, ReceivedVat
from tests.purchases.conftest import D1, D5, D10, D20, make_expense, make_line, make_supplier, pay_for
from tests.purchases.test_expenses import sql

SOON = date(2099, 1, 1)


def ask_bank(expenses, by, **fields):
    return make_file(expenses, account=BankAccount.objects.get(), pay_on=SOON, by=by, token=uuid4(), **fields)


def test_a_file_says_what_is_paid_to_whom(supplier, ana):
    made = ask_bank([make_expense(supplier, ana, number="F 1"), make_expense(supplier, ana, "200", number="Ș 2")], ana)
    root, ns = fromstring(bytes(made.file.content)), {"p": NAMESPACE}
    found = lambda path: [node.text for node in root.findall(path, ns)]  # noqa: E731
    assert found(".//p:GrpHdr/p:CtrlSum") == ["363.00"] and found(".//p:InstdAmt") == ["121.00", "242.00"]
    assert found(".//p:CdtrAcct/p:Id/p:IBAN") == ["RO65BTRLRONCRT0123456789"] * 2
    assert found(".//p:Ustrd") == ["Plata F 1", "Plata S 2"]


def test_a_table_for_the_bank_has_romanian_numbers(supplier, ana):
    lines = bytes(ask_bank([make_expense(supplier, ana, number="F 1")], ana, format="csv").file.content).decode("utf-8-sig").splitlines()
    assert lines[1].split(";")[1:6] == ["Furnizor Bun SRL", "RO65BTRLRONCRT0123456789", "121,00", "RON", "01.01.2099"]


def test_names_are_written_in_the_letters_of_sepa():
    assert plain("Țărăncuța & Fiii S.R.L.", 70) == "Tarancuta Fiii S.R.L."


def test_what_is_in_a_file_is_paid_by_nothing_else(supplier, ana):
    expense = make_expense(supplier, ana)
    made = ask_bank([expense], ana)
    for work in (lambda: pay_for(expense, ana, "5"), lambda: ask_bank([expense], ana)):
        with pytest.raises(Refused, match="expense_in_file"):
            work()
    withdraw_rows(list(made.rows.all()), by=ana)
    pay_for(expense, ana, "121")
    with pytest.raises(Refused, match="file_row_withdrawn"):
        confirm_rows(list(made.rows.select_related("expense")), on=D20, by=ana)


def test_a_row_is_confirmed_once_and_a_cancelled_payment_frees_it(supplier, ana):
    expense = make_expense(supplier, ana)
    rows = list(ask_bank([expense], ana).rows.select_related("expense"))
    (payment,) = confirm_rows(rows, on=D20, by=ana)
    assert confirm_rows(rows, on=D20, by=ana) == []
    cancel_payment(payment, by=ana, reason="Respinsă de bancă")
    expense.refresh_from_db()
    assert (expense.balance, rows[0].__class__.objects.get().state, list(differences())) == (121, "withdrawn", [])


def test_a_file_wants_an_account_to_pay_to_and_a_day_to_come(scope, ana):
    bare = make_expense(make_supplier(iban=""), ana)
    with pytest.raises(Refused, match="iban_missing"):
        ask_bank([bare], ana)
    Partner.objects.update(iban="RO50AAAA1B31007593840000")
    with pytest.raises(Refused, match="iban_invalid"):
        ask_bank([Expense.objects.get()], ana)
    with pytest.raises(Refused, match="file_day_past"):
        make_file([bare], account=BankAccount.objects.get(), pay_on=D1, by=ana, token=uuid4())


@pytest.mark.parametrize(
    "statement", ["UPDATE purchases_filerow SET state = 'paid'", "UPDATE purchases_filerow SET amount = 1", "DELETE FROM purchases_filerow"]
)
def test_the_database_keeps_the_rows_of_a_file(supplier, ana, statement):
    ask_bank([make_expense(supplier, ana)], ana)
    with pytest.raises(DatabaseError):
        sql(statement)


def received(**fields):
    values = {
        "key": "5001", "number": "ABC 7", "issue_date": D5, "supplier_name": "Nou SRL", "supplier_cif": "RO4267117", "total": Decimal("121.01"),
        "lines": [ReceivedLine("Hârtie", Decimal(100), "S", Decimal(21))], "groups": [ReceivedVat("S", Decimal(21), Decimal(100), Decimal("21.01"))],
        "received_on": D10, "source": {"number": "ABC 7"},
    }  # fmt: skip
    return Received(**values | fields)


def test_a_received_invoice_becomes_one_draft_of_its_supplier(scope, ana):
    made = expense_from_received(received(), by=ana)
    assert (made.partner.name, made.partner.identity, made.total, made.lines.get().vat) == (
        "Nou SRL",
        "4267117",
        Decimal("121.01"),
        Decimal("21.01"),
    )
    assert expense_from_received(received(), by=ana).pk == made.pk
    assert book(made, by=ana).is_booked and list(differences()) == []


def test_the_supplier_is_found_by_its_code_and_its_line_by_the_last_category(supplier, ana):
    make_expense(supplier, ana, issue_date=D1)
    again = expense_from_received(received(supplier_cif="ro 14186770", supplier_name="Altfel scris"), by=ana)
    assert (again.partner, Partner.objects.count()) == (supplier, 1)


def test_the_card_and_the_ageing_agree_with_what_is_left(supplier, ana):
    open_balance(supplier, on=D1, number="F 0", amount=Decimal(400), by=ana, token=uuid4())
    pay_for(make_expense(supplier, ana), ana, "100")
    pay_ahead(supplier, amount=Decimal(50), method="transfer", on=D10, by=ana, token=uuid4())
    card = ledger.supplier_card(supplier, "RON")
    assert [row.balance for row in card.rows] == [400, 521, 421, 371]
    assert ledger.supplier_card(supplier, "RON", since=D10).opening == 521
    assert ledger.balances_of(supplier) == [("RON", Decimal(421), Decimal(50))]
    (then,), (now,) = ledger.ageing(D5), ledger.ageing(D10)
    assert (then.total, now.total, now.advance) == (521, 421, 50)


def test_what_is_due_this_week_is_counted(supplier, ana):
    for day in (date(2026, 11, 19), D20, date(2026, 11, 26), date(2026, 11, 27)):
        make_expense(supplier, ana, due_date=day)
    assert ledger.due_this_week(D20) == (3, 363, 121)


def test_the_journal_deducts_at_once_in_half_and_on_payment(supplier, ana):
    make_expense(supplier, ana, lines=[make_line("100"), make_line("100", deductible=50)])
    later = make_expense(supplier, ana, on_payment=True)
    pay_for(later, ana, "60.50")
    rows = [(row.vat, row.deductible, row.refused, row.waiting) for row in journal.rows(D1, D20)]
    assert rows == [(42, Decimal("31.50"), Decimal("10.50"), 0), (21, 0, 0, 21), (0, Decimal("10.50"), 0, Decimal("-10.50"))]


def test_vat_on_payment_is_deducted_to_the_cent(supplier, ana):
    later = make_expense(supplier, ana, "100.01", on_payment=True)
    for part in ("40.33", "40.33", "40.35"):
        pay_for(later, ana, part)
    assert sum(row.deductible for row in journal.rows(D1, D20)) == later.vat
