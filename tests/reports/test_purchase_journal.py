"""Jurnalul de cumpărări: what is deducted in a period, and what waits for the payments."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companies.models import CashVatPeriod, VatStatus
from invoicing.actions import issue
from invoicing.models import Kind, Series
from lib.dates import add_months, month_bounds
from lib.errors import Refused
from lib.money import money
from purchases.actions import cancel_expense, cancel_payment, pay, pay_ahead, use_advance
from purchases.models import Expense, SupplierPayment
from reports.purchase_journal import purchase_journal
from tests.factories import make_draft
from tests.purchases.conftest import make_expense, make_line, make_supplier, pay_for

D = Decimal
EARLY, LATER = date(2026, 10, 5), date(2026, 11, 5)
OCTOBER, NOVEMBER = month_bounds(EARLY), month_bounds(LATER)
FIRST = date(2026, 9, 1)


@pytest.fixture
def supplier(company):
    return make_supplier()


def booked(supplier, ana, *lines, on=LATER, **fields):
    return make_expense(supplier, ana, lines=list(lines) or [make_line()], booked_on=on, issue_date=on, due_date=None, **fields)


def test_a_document_is_deducted_by_its_rates(supplier, ana):
    made = booked(supplier, ana, make_line("100"), make_line("200", "11"), number="F 1")
    (line,) = purchase_journal(*NOVEMBER).lines
    assert (line.text, line.total, line.partner) == ("F 1", made.total, supplier.name)
    assert (line.due, line.deducted, line.refused) == ({"cota-21": (100, 21), "cota-11": (200, 22)}, 43, 0)


def test_half_is_deducted_where_the_law_allows_half(supplier, ana):
    booked(supplier, ana, make_line(deductible=50))
    totals = purchase_journal(*NOVEMBER).totals
    assert (totals.due, totals.deducted, totals.refused) == ({"cota-21": (100, 21)}, D("10.50"), D("10.50"))


def test_one_who_is_not_registered_deducts_nothing(supplier, ana):
    VatStatus.objects.create(since=date(2026, 1, 1), payer=False)
    booked(supplier, ana)
    totals = purchase_journal(*NOVEMBER).totals
    assert (totals.deducted, totals.refused) == (0, 21)


@pytest.mark.parametrize(
    ("category", "partner", "column"),
    [
        ("AE", {}, "taxare-inversa"),
        ("AE", {"country": "DE", "cif": "DE136695976", "county": ""}, "servicii-ue"),
        ("K", {"country": "DE", "cif": "DE136695976", "county": ""}, "bunuri-ue"),
        ("E", {}, "fara-drept"),
        ("O", {"cif": "27193515", "vat_payer": False}, "neplatitor"),
        ("O", {}, "in-afara"),
    ],
)
def test_what_bears_no_vat_stands_in_the_column_of_its_kind(company, ana, category, partner, column):
    booked(make_supplier(**partner), ana, make_line("100", "0", vat_category=category))
    assert [line.due for line in purchase_journal(*NOVEMBER).lines] == [{column: (100, 0)}]


def test_vat_of_a_supplier_on_collection_waits_for_the_payment(supplier, ana):
    made = booked(supplier, ana, on=EARLY, on_payment=True, number="F 1")
    pay_for(made, ana, "60.50", on=LATER, reference="OP 3")
    october, november = purchase_journal(*OCTOBER), purchase_journal(*NOVEMBER)
    assert [(line.text, line.due, line.waiting) for line in october.lines] == [("F 1", {}, (100, 21))]
    (line,) = november.lines
    assert (line.text, line.note, line.paid, line.due) == ("Plată F 1", "transfer bancar OP 3", D("60.50"), {"cota-21": (50, D("10.50"))})
    assert (november.opened.paid_before, november.opened.left_net, november.opened.left_vat) == (0, 50, D("10.50"))


def test_all_waits_when_the_company_applies_the_system_itself(supplier, ana):
    CashVatPeriod.objects.create(since=date(2026, 10, 1), until=date(2026, 10, 31))
    booked(supplier, ana, on=EARLY)
    assert (purchase_journal(*OCTOBER).due, purchase_journal(*NOVEMBER).opened.left_vat) == ((0, 0), 21)


def test_a_payment_before_the_booking_counts_with_it(supplier, ana):
    made = booked(supplier, ana, on_payment=True)
    pay_for(made, ana, "121", on=EARLY)
    assert (purchase_journal(*OCTOBER).lines, purchase_journal(*NOVEMBER).due) == ([], (100, 21))


def test_a_credit_note_on_collection_waits_too(supplier, ana):
    made = booked(supplier, ana, make_line("-100"), on=EARLY, on_payment=True)
    pay_for(made, ana, "-121", on=LATER)
    assert (purchase_journal(*OCTOBER).due, purchase_journal(*NOVEMBER).due) == ((0, 0), (-100, -21))


def test_what_we_invoiced_in_a_suppliers_name_is_a_purchase_once(supplier, ana):
    series = Series.objects.create(kind=Kind.SELF_BILLED, name="AF", is_default=True)
    made = issue(make_draft(supplier, kind=Kind.SELF_BILLED, series=series, contract_reference="12/2026"), by=ana)
    (line,) = purchase_journal(*NOVEMBER).lines
    assert (line.text, line.note, line.due, line.deducted) == (made.label, "autofactură", {"cota-21": (100, 21)}, 21)
    booked(supplier, ana, number=made.label)
    assert [line.page for line in purchase_journal(*NOVEMBER).lines] == ["purchases:expense"]


DAYS = st.integers(0, 80).map(lambda number: FIRST + timedelta(days=number))
AMOUNTS = st.integers(1, 40_000).map(lambda bani: D(bani) / 100)
VERBS = ["book", "book_late", "book_half", "credit_note", "euro", "pay", "pay", "pay", "ahead", "use", "undo", "cancel"]
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), DAYS, AMOUNTS, st.integers(0, 9)), max_size=18)


@pytest.mark.parametrize("cash", [True, False])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_all_vat_is_deducted_or_refused_once_or_still_waits(supplier, ana, cash, steps):
    point = transaction.savepoint()
    try:
        if cash:
            CashVatPeriod.objects.create(since=date(2026, 10, 1))
        for step in steps:
            with suppress(Refused), transaction.atomic():
                follow(*step, supplier, ana)
        found = [purchase_journal(*month_bounds(add_months(FIRST, month))) for month in range(3)]
        groups = [group for expense in Expense.objects.booked() for group in expense.groups.all()]
        in_lei = [(money(g.net * g.expense.exchange_rate), money(g.vat * g.expense.exchange_rate)) for g in groups]
        due = sum(journal.due[0] for journal in found), sum(journal.due[1] for journal in found)
        last = found[-1].opened
        for got, left, place in ((due[0], last.left_net, 0), (due[1], last.left_vat, 1)):
            assert got + left == sum(pair[place] for pair in in_lei)
        assert due[1] == sum(journal.totals.deducted + journal.totals.refused for journal in found)
    finally:
        transaction.savepoint_rollback(point)


def follow(verb, day, amount, pick, supplier, by):
    """One step; what the rules refuse changes nothing."""
    rows = list(Expense.objects.booked().order_by("pk"))
    how = {"on": day, "by": by, "token": uuid4()}
    if verb.startswith("book"):
        half = 50 if verb == "book_half" else 100
        booked(supplier, by, make_line(str(amount), deductible=half), make_line("20", "11"), on=day, on_payment=verb != "book")
    elif verb == "credit_note":
        booked(supplier, by, make_line(str(-amount)), on=day, on_payment=True)
    elif verb == "euro":
        booked(supplier, by, make_line(str(amount)), on=day, on_payment=True, currency="EUR", exchange_rate=D("5.0123"))
    elif verb == "ahead":
        pay_ahead(supplier, amount=amount, method="transfer", **how)
    elif verb == "undo":
        paid = list(SupplierPayment.objects.live().order_by("pk"))
        if paid:
            cancel_payment(paid[pick % len(paid)], by=by, reason="Probă")
    elif rows:
        on_one(verb, amount, rows[pick % len(rows)], by, how)


def on_one(verb, amount, one, by, how):
    if verb == "pay":
        signed = min(amount, abs(one.balance)) * (1 if one.total > 0 else -1)
        pay([one], amount=signed, method="card", currency=one.currency, rate=D("5.1") if one.currency == "EUR" else None, **how)
    elif verb == "use":
        use_advance(one, amount=amount, **how)
    elif verb == "cancel":
        cancel_expense(one, by=by, reason="Probă")
