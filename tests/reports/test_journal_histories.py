"""Whatever was received, given back, storned and cancelled: what the journals of all months made due, with what waits, is the VAT."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companies.models import CashVatPeriod
from invoicing.actions import cancel, cancel_payment, issue, record_advance, record_payment, refund, settle, storno, use_credit
from invoicing.models import Document, Payment
from lib.dates import add_months, month_bounds
from lib.errors import Refused
from lib.shares import in_parts
from reports.sales import sales
from reports.sales_journal import sales_journal
from tests.factories import make_draft, make_line, make_partner

FIRST = date(2026, 9, 1)
DAYS = st.integers(0, 80).map(lambda number: FIRST + timedelta(days=number))
AMOUNTS = st.integers(1, 40_000).map(lambda bani: Decimal(bani) / 100)
VERBS = ["invoice", "two_rates", "reverse", "euro", "receive", "receive", "receive", "advance", "credit", "storno", "settle", "refund", "undo", "cancel"]  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), DAYS, AMOUNTS, st.integers(0, 9)), max_size=20)


@pytest.mark.parametrize("cash", [True, False])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_all_vat_is_due_once_or_still_waits(company, ana, cash, steps):
    point = transaction.savepoint()
    try:
        if cash:
            CashVatPeriod.objects.create(since=date(2026, 1, 1))
        partner = make_partner()
        for step in steps:
            with suppress(Refused), transaction.atomic():
                follow(*step, partner, ana)
        prove(cash)
    finally:
        transaction.savepoint_rollback(point)


def prove(cash):
    """The journals of September to November, added up, are the documents; each month has the documents of the report Vânzări."""
    issued = Document.objects.invoices().issued()
    total, net, vat = (value or 0 for value in issued.aggregate(Sum("total_ron"), Sum("net_ron"), Sum("vat_ron")).values())
    found = [sales_journal(*month_bounds(add_months(FIRST, month))) for month in range(3)]
    reports = [sales("luna", journal.since, journal.until) for journal in found]
    assert [journal.totals.total for journal in found] == [report.total for report in reports]
    left = found[-1].opened.left_net, found[-1].opened.left_vat
    assert sum(journal.totals.total for journal in found) == total
    assert (sum(journal.due[0] for journal in found) + left[0], sum(journal.due[1] for journal in found) + left[1]) == (net, vat)
    for before, after in pairwise(found):
        assert before.opened.left_vat + after.totals.waiting[1] == after.opened.left_vat
    if not cash:
        assert [journal.due for journal in found] == [(report.net, report.vat) for report in reports]
    whole = sales_journal(FIRST, month_bounds(add_months(FIRST, 2))[1])
    assert whole.due == (net - left[0], vat - left[1])


def follow(verb, day, amount, pick, partner, by):
    """One step; what the rules refuse changes nothing."""
    rows = list(Document.objects.invoices().issued().filter(partner=partner).order_by("pk"))
    how = {"by": by, "token": uuid4()}
    if verb in ("invoice", "two_rates", "reverse", "euro"):
        lines = [make_line(price=str(amount))]
        if verb in ("two_rates", "reverse"):
            lines.append(make_line(price="33.33", rate="s11" if verb == "two_rates" else "ae-deseuri"))
        euro = {"currency": "EUR", "exchange_rate": Decimal("5.0123"), "rate_source": "manual"} if verb == "euro" else {}
        issue(make_draft(partner, lines, issue_date=day, due_date=day, **euro), by=by, allow_earlier_date=True)
    elif verb == "advance":
        record_advance(partner, amount=amount, method="transfer", on=day, **how)
    elif verb == "undo":
        paid = list(Payment.objects.live().filter(partner=partner).order_by("pk"))
        if paid:
            cancel_payment(paid[pick % len(paid)], by=by, reason="Probă")
    elif rows:
        on_one(verb, day, amount, rows[pick % len(rows)], rows[(pick + 1) % len(rows)], by, how)


def on_one(verb, day, amount, one, other, by, how):
    if verb == "receive":
        record_payment([one], amount=min(amount, abs(one.balance)) * (1 if one.total > 0 else -1), method="card", on=day, **how)
    elif verb == "credit":
        use_credit(one, amount=amount, on=day, **how)
    elif verb == "storno":
        storno(one, by=by, reason="Probă", on=max(day, one.issue_date), allow_earlier_date=True)
    elif verb == "settle":
        settle(one, other, amount=amount, on=day, **how)
    elif verb == "refund":
        refund(one.partner, amount=amount, method="transfer", on=day, **how)
    elif verb == "cancel":
        cancel(one, by=by, reason="Probă")


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=12), st.lists(st.integers(0, 10**9), min_size=1, max_size=4))
def test_parts_of_a_whole_give_all_of_it_to_the_ban(parts, amounts):
    bani = [Decimal(part) / 100 for part in parts]
    shared = [Decimal(value) / 100 for value in amounts]
    given_ = list(in_parts(shared, sum(bani), bani))
    assert [sum(column) for column in zip(*given_, strict=True)] == shared
