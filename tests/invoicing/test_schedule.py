"""The days of a recurring invoice."""

from datetime import date, timedelta
from itertools import islice

import pytest

from invoicing.schedule import Schedule


def days(
    count: int, unit: str, starts_on: date, every: int = 1, rule: str = "day", day: int | None = None, ends_on: date | None = None
) -> list[str]:
    schedule = Schedule(unit, every, rule, day or starts_on.day, starts_on, ends_on)
    return [f"{found:%d.%m.%y}" for _, found in islice(schedule.days(), count)]


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (days(3, "day", date(2026, 11, 29)), "29.11.26 30.11.26 01.12.26"),
        (days(3, "day", date(2026, 11, 22), every=10), "22.11.26 02.12.26 12.12.26"),
        (days(3, "week", date(2026, 11, 22), every=2), "22.11.26 06.12.26 20.12.26"),
        (days(4, "month", date(2026, 12, 31)), "31.12.26 31.01.27 28.02.27 31.03.27"),
        (days(3, "month", date(2027, 12, 30)), "30.12.27 30.01.28 29.02.28"),
        (days(2, "month", date(2026, 11, 22), day=5), "05.12.26 05.01.27"),
        (days(3, "month", date(2026, 11, 22), every=2, day=22), "22.11.26 22.01.27 22.03.27"),
        (days(3, "month", date(2026, 11, 22), rule="last"), "30.11.26 31.12.26 31.01.27"),
        # 30 November is Saint Andrew's, 31 January 2027 a Sunday, 28 February too.
        (days(4, "month", date(2026, 11, 22), rule="last_working"), "27.11.26 31.12.26 29.01.27 26.02.27"),
        (days(2, "month", date(2026, 11, 28), rule="last_working"), "31.12.26 29.01.27"),
        (days(3, "quarter", date(2026, 11, 30)), "30.11.26 28.02.27 30.05.27"),
        (days(3, "quarter", date(2026, 11, 22), rule="last"), "31.12.26 31.03.27 30.06.27"),
        (days(3, "year", date(2028, 2, 29)), "29.02.28 28.02.29 28.02.30"),
        (days(2, "year", date(2026, 11, 22), rule="last_working"), "31.12.26 31.12.27"),
        (days(9, "month", date(2026, 11, 22), ends_on=date(2027, 1, 22)), "22.11.26 22.12.26 22.01.27"),
        (days(9, "month", date(2026, 11, 22), day=5, ends_on=date(2026, 11, 30)), ""),
    ],
)
def test_the_days_of_a_schedule(found, wanted):
    assert " ".join(found) == wanted


@pytest.mark.parametrize("unit", ["day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize("rule", ["day", "last", "last_working"])
@pytest.mark.parametrize("every", [1, 3, 7])
def test_the_position_of_a_day_is_the_first_that_is_not_before_it(unit, rule, every):
    schedule = Schedule(unit, every, rule, 31, date(2026, 1, 30))
    known = dict(islice(schedule.days(), 40))
    for since in (date(2020, 1, 1), date(2026, 1, 31), known[5] + timedelta(days=1), known[8]):
        assert schedule.position_from(since) == min(position for position, day in known.items() if day >= since)


def test_a_schedule_ends_with_the_century():
    schedule = Schedule("year", 50, "day", 1, date(2026, 1, 1))
    assert [position for position, _ in schedule.days()] == [0, 1]
