"""Why the book and the till differ."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from cashbook.actions import book_count, count_till, reverse
from cashbook.causes import search
from lib.errors import Refused
from tests.cashbook.conftest import operate

D5, D10, D15 = date(2026, 11, 5), date(2026, 11, 10), date(2026, 11, 15)


def reasons(found):
    return [(suspect.operation.amount, suspect.why.split(":")[0]) for suspect in found.suspects]


def count(till, by, day, amount):
    return count_till(till, day=day, counted=Decimal(amount), by=by)


def test_the_last_count_that_agreed_says_since_when(till, ana):
    good = count(till, ana, D5, "1000")
    operate(till, ana, "other_out", D10, "75")
    bad = count(till, ana, D15, "1000")
    found = search(bad)
    assert (found.difference, found.agreed, found.broken, found.since) == (75, good, bad, date(2026, 11, 6))
    assert reasons(found) == [(-75, "are exact suma diferenței")]


def test_what_was_written_later_for_a_day_before_comes_first(till, ana):
    count(till, ana, D10, "1000")
    operate(till, ana, "other_out", D5, "30")
    found = search(count(till, ana, D15, "1000"))
    assert (found.agreed, reasons(found)) == (None, [(-30, "are exact suma diferenței")])


def test_a_line_on_the_wrong_side_is_half_of_the_difference(till, ana):
    operate(till, ana, "other_in", D10, "40")
    assert reasons(search(count(till, ana, D15, "960"))) == [(40, "are jumătate din diferență")]


def test_a_line_written_twice_is_found(till, ana):
    for _ in range(2):
        operate(till, ana, "other_out", D10, "12", party="Poșta")
    found = search(count(till, ana, D15, "988"))
    assert [amount for amount, _ in reasons(found)] == [-12, -12]


def test_a_reversed_line_is_no_suspect(till, ana):
    wrong = operate(till, ana, "other_out", D10, "12")
    reverse(wrong, on=D10, by=ana, reason="x")
    assert [suspect.operation.pk for suspect in search(count(till, ana, D15, "988")).suspects] != [wrong.pk]


@pytest.mark.parametrize(("counted", "kind", "amount"), [("1003", "other_in", 3), ("997", "other_out", -3)])
def test_the_difference_is_booked_both_ways(till, ana, counted, kind, amount):
    made = count(till, ana, D10, counted)
    row = book_count(made, by=ana, reason="Necunoscut", token=uuid4())
    assert (row.kind, row.amount, row.count_id) == (kind, amount, made.pk)
    for reason, code in (("", "reason_missing"), ("x", "count_booked")):
        with pytest.raises(Refused, match=code):
            book_count(made, by=ana, reason=reason, token=uuid4())


def test_what_was_repaired_since_is_not_booked_twice(till, ana):
    made = count(till, ana, D10, "1003")
    operate(till, ana, "other_in", D5, "3")
    with pytest.raises(Refused, match="count_agrees"):
        book_count(made, by=ana, reason="x", token=uuid4())
