from datetime import date

import pytest

from lib.dates import add_months, is_working_day, last_working_day, month_bounds, period, quarter_bounds, working_days_after

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("issued", "deadline"),
    [
        ("2026-11-20", "2026-11-27"),
        ("2026-11-22", "2026-11-27"),
        ("2026-11-24", "2026-12-03"),
        ("2026-12-18", "2026-12-28"),
        ("2026-12-31", "2027-01-12"),
        ("2026-04-08", "2026-04-17"),
    ],
)
def test_an_e_factura_has_five_working_days(issued, deadline):
    assert working_days_after(date.fromisoformat(issued), 5) == date.fromisoformat(deadline)


def test_zero_working_days_is_a_bug_of_the_caller():
    with pytest.raises(ValueError, match="at least 1"):
        working_days_after(TODAY, 0)


def test_the_holidays_of_2026_are_no_working_days():
    holidays = "01-01 01-02 01-06 01-07 04-10 04-13 05-01 06-01 11-30 12-01 12-25"
    assert [day for day in holidays.split() if is_working_day(date.fromisoformat(f"2026-{day}"))] == []


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("luna-aceasta", "2026-11-01", "2026-11-30"),
        ("luna-trecuta", "2026-10-01", "2026-10-31"),
        ("trimestrul", "2026-10-01", "2026-12-31"),
        ("trimestrul-trecut", "2026-07-01", "2026-09-30"),
        ("anul", "2026-01-01", "2026-12-31"),
        ("anul-trecut", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(name, first, last):
    assert period(name, TODAY) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("name", ["tot", "", "altceva"])
def test_a_period_without_bounds(name):
    assert period(name, TODAY) == (None, None)


def test_last_month_of_january_is_december():
    assert period("luna-trecuta", date(2026, 1, 31)) == (date(2025, 12, 1), date(2025, 12, 31))


def test_months_end_where_they_end():
    assert month_bounds(date(2028, 2, 10)) == (date(2028, 2, 1), date(2028, 2, 29))
    assert quarter_bounds(date(2026, 6, 30)) == (date(2026, 4, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("day", "count", "other"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-11-30", 3, "2027-02-28"), ("2026-03-31", -1, "2026-02-28"), ("2026-05-15", 12, "2027-05-15")],
)
def test_months_are_added_within_the_month(day, count, other):
    assert add_months(date.fromisoformat(day), count) == date.fromisoformat(other)


@pytest.mark.parametrize(("day", "last"), [("2026-11-20", "2026-11-20"), ("2026-11-22", "2026-11-20"), ("2026-12-01", "2026-11-27")])
def test_the_last_working_day_may_be_today(day, last):
    assert last_working_day(date.fromisoformat(day)) == date.fromisoformat(last)
