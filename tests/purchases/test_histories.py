"""Random histories of a supplier: whatever was booked, paid, set right and cancelled, the books add up."""

from contextlib import suppress
from decimal import Decimal
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.errors import Refused
from purchases import ledger
from purchases.actions import cancel_expense, cancel_payment, open_balance, pay, pay_ahead, revise, settle, use_advance
from purchases.checks import differences
from purchases.models import Expense, SupplierPayment
from tests.purchases.conftest import D5, D10, make_expense, make_line, make_supplier

AMOUNTS = st.integers(1, 40_000).map(lambda bani: Decimal(bani) / 100)
VERBS = [
    "book",
    "credit_note",
    "open",
    "pay",
    "pay_two",
    "pay_over",
    "ahead",
    "back",
    "use",
    "settle",
    "cancel",
    "cancel_expense",
    "revise",
    "euro",
]
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), AMOUNTS, st.integers(0, 20), st.sampled_from(["cash", "transfer"])), max_size=18)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_books_add_up_after_every_history(scope, ana, till, steps):
    supplier = make_supplier(cif="", name=f"Furnizor {uuid4().hex[:8]}")
    for verb, amount, pick, method in steps:
        with suppress(Refused):
            follow(verb, amount, pick, method, supplier, ana)
    assert list(differences()) == []
    for currency, left, ahead in ledger.balances_of(supplier):
        assert ledger.supplier_card(supplier, currency).balance == left - ahead


def follow(verb, amount, pick, method, supplier, by):
    """One step; what the rules refuse changes nothing."""
    rows = list(Expense.objects.filter(partner=supplier).order_by("pk"))
    one, other = (rows[pick % len(rows)], rows[(pick + 1) % len(rows)]) if rows else (None, None)
    how = {"on": D10, "by": by, "token": uuid4()}
    if verb in ("book", "credit_note"):
        make_expense(supplier, by, lines=[make_line(str(amount if verb == "book" else -amount))])
    elif verb == "euro":
        make_expense(supplier, by, str(amount), currency="EUR", exchange_rate=Decimal("5.0123"))
    elif verb == "open":
        open_balance(supplier, on=D5, number=f"S {uuid4().hex[:8]}", amount=amount if pick % 3 else -amount, by=by, token=uuid4())
    elif verb in ("ahead", "back"):
        pay_ahead(supplier, amount=amount if verb == "ahead" else -amount, method=method, **how)
    elif verb == "cancel":
        paid = list(SupplierPayment.objects.filter(partner=supplier).order_by("pk"))
        if paid:
            cancel_payment(paid[pick % len(paid)], by=by, reason="Probă")
    elif one:
        on_one(verb, amount, method, one, other, by, how)


def on_one(verb, amount, method, one, other, by, how):
    if verb in ("pay", "pay_over"):
        signed = amount if one.total > 0 else -amount
        rate = {"currency": "RON", "rate": Decimal("5.1")} if one.currency == "EUR" else {}
        pay([one], amount=signed, method=method, keep_rest=verb == "pay_over", **rate, **how)
    elif verb == "pay_two":
        pay([one, other], amount=one.balance + other.balance, method=method, **how)
    elif verb == "use":
        use_advance(one, amount=amount, **how)
    elif verb == "settle":
        settle(one, other, amount=amount, **how)
    elif verb == "cancel_expense":
        cancel_expense(one, by=by, reason="Probă")
    elif verb == "revise":
        revise(one, {}, [make_line(str(amount))], by=by, reason="Probă")
