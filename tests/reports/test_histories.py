"""Random histories of a whole firm: whatever was issued, received, paid, set off, counted and taken back, in whatever order of days,
every book adds up; and a cent put in by hand, past every trigger, is found.
"""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal as D
from itertools import count
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bank import actions as bank
from bank.models import Statement, StatementLine
from cashbook import actions as cashbook
from cashbook.models import CashOperation, Till
from companies.events import store_file
from invoicing.actions.set_off import settle
from invoicing.models import Document, Kind, Payment, Series
from lib.money import money
from partners.models import Partner
from purchases import actions as purchases
from purchases import ledger as suppliers
from purchases.models import Expense, SupplierPayment
from reports import books, ledger
from tests import factories
from tests.invoicing.test_money_storm import ACTS, Client
from tests.purchases.conftest import make_expense, make_line

FIRST, LAST = date(2026, 11, 1), factories.TODAY
OURS = "RO49AAAA1B31007593840000"
IN, OUT = ("other_in", "from_bank", "advance_return"), ("other_out", "to_bank", "advance")
MORE = ("settle", "bill", "bill_euro", "note", "pay_bill", "ahead", "use_ahead", "back", "cancel_bill_payment", "cancel_bill", "revise")
MORE += ("settle_bill", "compensate", "compensate", "till", "transfer", "reverse", "movement", "movement", "rest", "fee", "carried", "undo")


class Firm(Client):
    """A client that is a supplier too, three tills and a bank account; days are anywhere in the month, later ones first or not."""

    def __init__(self, seed: int, ana) -> None:
        super().__init__(seed, ana, factories.make_partner(is_supplier=True), Series.objects.create(kind=Kind.RECEIPT, name="CH"))
        for name, currency in (("Sediu", "RON"), ("Magazin", "RON"), ("Valută", "EUR")):
            till = cashbook.save_till(Till(name=name, currency=currency), by=ana)
            cashbook.set_opening(till, day=FIRST, amount=self.amount(), by=ana)
        values = {"account": OURS, "currency": "RON", "name": "proba", "form": "table", "added": 0}
        self.statement = Statement.objects.create(file=store_file(b"x", "text/csv"), since=FIRST, until=LAST, **values)
        self.places = count(1)

    def day(self) -> date:
        return FIRST + timedelta(days=self.random.randint(0, (LAST - FIRST).days))

    def money(self, amount, **more):
        return super().money(amount, **({"on": self.day()} | more))

    def with_supplier(self, **more):
        return {"method": self.random.choice(["cash", "transfer"]), "on": self.day(), "by": self.ana, "token": uuid4()} | more

    def moved(self, **more):
        return {"on": self.day(), "by": self.ana, "token": uuid4()} | more

    def settle(self):
        rows = Document.objects.invoices().unpaid()
        credit, invoice = self.one(rows.filter(total__lt=0)), self.one(rows.filter(total__gt=0))
        settle(credit, invoice, amount=min(-credit.balance, invoice.balance, self.amount()), **self.moved())

    def bill(self, sign=1, **fields):
        days = dict.fromkeys(("issue_date", "booked_on", "due_date"), self.day())
        make_expense(self.partner, self.ana, lines=[make_line(str(sign * self.amount()))], **days, **fields)

    def bill_euro(self):
        self.bill(currency="EUR", exchange_rate=D("5.0123"))

    def note(self):
        self.bill(sign=-1)

    def pay_bill(self):
        bill = self.one(Expense.objects.unpaid())
        sign = 1 if bill.total > 0 else -1
        rate = {"currency": "RON", "rate": D("5.1")} if bill.currency == "EUR" and self.random.random() < 0.5 else {}
        amount = self.random.choice([bill.balance, sign * self.amount()])
        purchases.pay([bill], amount=amount, keep_rest=True, **self.with_supplier(**rate))

    def ahead(self):
        purchases.pay_ahead(self.partner, amount=self.amount(), **self.with_supplier(currency=self.random.choice(["RON", "RON", "EUR"])))

    def back(self):
        purchases.pay_ahead(self.partner, amount=-self.amount(), **self.with_supplier())

    def use_ahead(self):
        bill = self.one(Expense.objects.unpaid().filter(total__gt=0))
        purchases.use_advance(bill, amount=min(bill.balance, self.amount()), **self.moved())

    def cancel_bill_payment(self):
        purchases.cancel_payment(self.one(SupplierPayment.objects.live()), by=self.ana, reason="probă")

    def cancel_bill(self):
        purchases.cancel_expense(self.one(Expense.objects.booked()), by=self.ana, reason="probă")

    def revise(self):
        purchases.revise(self.one(Expense.objects.booked()), {}, [make_line(str(self.amount()))], by=self.ana, reason="probă")

    def settle_bill(self):
        rows = Expense.objects.unpaid()
        credit, bill = self.one(rows.filter(total__lt=0)), self.one(rows.filter(total__gt=0))
        purchases.settle(credit, bill, amount=min(-credit.balance, self.amount()), **self.moved())

    def compensate(self):
        bill = self.one(Expense.objects.unpaid().filter(total__gt=0))
        owed = list(Document.objects.invoices().unpaid().filter(total__gt=0, currency=bill.currency))
        most = min(bill.balance, sum((document.balance for document in owed), D(0)))
        purchases.set_off(owed, [bill], amount=money(most / self.random.choice([1, 2])), **self.moved())

    def till(self):
        entry = cashbook.Entry(self.random.choice(IN + OUT), self.day(), self.amount(), explanation="probă", party="Ion")
        cashbook.record(self.one(Till.objects.all()), entry, by=self.ana, token=uuid4())

    def transfer(self):
        one, other = Till.objects.filter(currency="RON").order_by("?")
        cashbook.transfer(one, other, amount=money(self.amount() / 2), **self.moved())

    def reverse(self):
        operation = self.one(CashOperation.objects.select_related("till").filter(reverses=None))
        cashbook.reverse(operation, on=max(operation.day, self.day()), by=self.ana, reason="probă")

    def movement(self):
        """A line of the statement, booked on a document, or ahead."""
        rows = self.random.choice([Document.objects.invoices(), Expense.objects.booked()]).unpaid().filter(currency="RON", total__gt=0)
        document = self.one(rows)
        amount = self.random.choice([document.balance, self.amount()]) * (1 if isinstance(document, Document) else -1)
        line = self.line(amount)
        part = self.random.choice([None, None, money(abs(amount) / 3)])
        if self.random.random() < 0.8:
            bank.book_documents(line, [document], amount=part, by=self.ana)
        else:
            bank.book_ahead(line, self.partner, amount=part, by=self.ana)

    def line(self, amount):
        place = next(self.places)
        where = {"statement": self.statement, "account": OURS, "currency": "RON", "place": place, "fingerprint": f"{place:064}"}
        return StatementLine.objects.create(raw="x", on=self.day(), amount=amount, **where)

    def rest(self):
        """What is left of a movement that is booked in part."""
        bank.book_ahead(self.one(StatementLine.objects.filter(state="open").exclude(booked=0)), self.partner, by=self.ana)

    def fee(self):
        bank.book_fee(self.line(-self.amount()), by=self.ana)

    def carried(self):
        """Money between the till and the bank, as the bank tells it."""
        bank.book_cash(self.line(self.amount() * self.random.choice([1, -1])), Till.objects.get(name="Sediu"), by=self.ana)

    def undo(self):
        bank.undo(self.one(StatementLine.objects.exclude(booked=0)), by=self.ana)


HISTORIES = st.lists(st.sampled_from([*ACTS, *MORE]), min_size=20, max_size=45)
EXAMPLES = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@EXAMPLES
@given(seed=st.integers(0, 10**6), acts=HISTORIES)
def test_every_book_adds_up_after_every_history(company, ana, seed, acts):
    point = transaction.savepoint()
    try:
        firm = Firm(seed, ana)
        for act in ("issue", "bill", *acts):
            firm.do(act)
        assert list(books.differences()) == []
        cards_agree(firm.partner)
    finally:
        transaction.savepoint_rollback(point)


def cards_agree(partner: Partner) -> None:
    """Both cards end where the documents, the credit and the advance stand, whatever the order of the days."""
    for account in ledger.card(partner, since=None, until=date.max, most=None).accounts:
        rows = Document.objects.invoices().unpaid().filter(currency=account.currency)
        credits = Payment.objects.live().filter(currency=account.currency)
        assert account.closing == sum((d.balance for d in rows), D(0)) - sum((p.credit for p in credits), D(0))
    for currency, left, ahead in suppliers.balances_of(partner):
        assert suppliers.supplier_card(partner, currency).balance == left - ahead


CENTS = [
    "invoicing_document.paid",
    "invoicing_documentline.net",
    "invoicing_vatbreakdown.vat_ron",
    "invoicing_payment.amount",
    "invoicing_payment.credit",
    "invoicing_paymentallocation.amount",
    "invoicing_paymentallocation.received",
    "invoicing_clientcredit.amount",
    "purchases_expense.paid",
    "purchases_expensevat.net",
    "purchases_supplierpayment.amount",
    "purchases_supplierpayment.advance",
    "purchases_supplierallocation.amount",
    "purchases_supplierallocation.taken",
    "purchases_supplieradvance.amount",
    "cashbook_cashoperation.amount",
    "cashbook_cashoperation.day_balance",
    "cashbook_cashday.received",
    "cashbook_cashday.paid",
    "bank_statementline.amount",
    "bank_statementline.booked",
    "bank_booking.amount",
]
CONDITIONS = {"bank_statementline": " AND state = 'booked'", "bank_booking": " AND undone_at IS NULL"}
GONE = "invoicing_paymentallocation purchases_supplierallocation cashbook_cashoperation cashbook_cashday bank_booking".split()


@pytest.fixture
def lived(company, ana):
    """A firm in which everything happened at least once, whatever was refused on the way."""
    firm = Firm(3, ana)
    firm.bill()
    firm.issue()
    firm.issue()
    for act in [*ACTS, *MORE, "note", "settle_bill", "ahead", "advance", "over"] * 2:
        firm.do(act)
    firm.bill()
    assert sum(firm.do("movement") for _ in range(9))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert list(books.differences()) == []
    return firm


def by_hand(sql: str) -> int:
    """How many rows a statement changed that goes around every trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        changed = cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return changed


def test_a_cent_put_in_by_hand_is_found_wherever_it_is(lived):
    silent = []
    for place in CENTS:
        table, column = place.split(".")
        point = transaction.savepoint()
        last = f"SELECT max(id) FROM {table} WHERE {column} <> 0" + (CONDITIONS.get(table, ""))
        with suppress(IntegrityError):  # a check of the row itself, which nobody goes around
            changed = by_hand(f"UPDATE {table} SET {column} = {column} - 0.01 WHERE id = ({last})")
            if changed != 1 or not list(books.differences()):
                silent.append((place, changed))
        transaction.savepoint_rollback(point)
    assert silent == []


def test_a_row_taken_away_by_hand_is_found_wherever_it_is(lived):
    silent = []
    for table in GONE:
        point = transaction.savepoint()
        live = "WHERE undone_at IS NULL" if table == "bank_booking" else ""
        changed = by_hand(f"DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table} {live})")
        if changed != 1 or not list(books.differences()):
            silent.append((table, changed))
        transaction.savepoint_rollback(point)
    assert silent == []


def test_half_of_a_set_off_cancelled_by_hand_is_found(company, ana):
    firm = Firm(1, ana)
    firm.issue()
    firm.bill()
    firm.compensate()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    half = "UPDATE invoicing_payment SET cancelled_at = now(), cancel_reason = 'x' WHERE method = 'set_off'"
    assert by_hand(half) == 1
    assert any("set-off" in sentence for _, sentence in books.differences())
