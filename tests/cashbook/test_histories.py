"""Random histories of two tills: the running balance is the opening and the sum, whatever came in whatever order."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cashbook.actions import Entry, close_days, record, reverse, save_till, set_opening, transfer
from cashbook.balances import balance_at, balance_now, day_lines, set_running
from cashbook.checks import differences
from cashbook.models import CashOperation, Till
from lib.errors import Refused

FIRST = date(2026, 11, 1)
DAYS = st.integers(0, 15).map(lambda number: FIRST + timedelta(days=number))
AMOUNTS = st.integers(1, 60_000).map(lambda bani: Decimal(bani) / 100)
STEPS = st.one_of(
    st.tuples(st.sampled_from(["other_in", "other_out", "to_bank", "from_bank", "advance", "advance_return"]), DAYS, AMOUNTS),
    st.tuples(st.just("transfer"), DAYS, AMOUNTS),
    st.tuples(st.just("reverse"), DAYS, st.integers(0, 30)),
    st.tuples(st.just("close"), DAYS, st.none()),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(openings=st.tuples(AMOUNTS, AMOUNTS), steps=st.lists(STEPS, max_size=25))
def test_every_balance_is_the_opening_and_the_sum(scope, ana, openings, steps):
    tills = []
    for number, opening in enumerate(openings):
        tills.append(set_opening(save_till(Till(name=f"Casa {number}"), by=ana), day=FIRST, amount=opening, by=ana))
    for step in steps:
        follow(tills, step, ana)
    for till, opening in zip(tills, openings, strict=True):
        rows = list(CashOperation.objects.filter(till=till).select_related("till").order_by("ordinal"))
        assert [row.day for row in rows] == sorted(row.day for row in rows)
        set_running(rows)
        total = opening
        for row in rows:
            total += row.amount
            assert row.balance == total
        assert balance_now(till) == total
        for line in day_lines(till, FIRST, FIRST + timedelta(days=30)):
            assert line.balance == balance_at(till, line.day) >= 0
    assert list(differences()) == []


def follow(tills, step, by):
    """One step; what the rules refuse changes nothing."""
    what, day, value = step
    first, second = tills
    with suppress(Refused):
        if what == "transfer":
            transfer(first, second, amount=value, on=day, by=by, token=uuid4())
        elif what == "close":
            close_days(second, until=day, by=by)
        elif what == "reverse":
            rows = list(CashOperation.objects.filter(till__in=tills).select_related("till").order_by("id"))
            if rows:
                reverse(rows[value % len(rows)], on=day, by=by, reason="Probă")
        else:
            record(first, Entry(what, day, value), by=by, token=uuid4())
