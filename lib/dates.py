"""Dates as Romanian business counts them: today in Bucharest, working days, months and the periods of the lists."""

from calendar import monthrange
from datetime import date, timedelta

import holidays
from django.utils import timezone

# The only time zone of the product is settings.TIME_ZONE, Europe/Bucharest.
_HOLIDAYS = holidays.country_holidays("RO")

PERIODS = [
    ("luna-aceasta", "Luna aceasta"),
    ("luna-trecuta", "Luna trecută"),
    ("trimestrul", "Trimestrul acesta"),
    ("trimestrul-trecut", "Trimestrul trecut"),
    ("anul", "Anul acesta"),
    ("anul-trecut", "Anul trecut"),
    ("tot", "Toată perioada"),
]


def bucharest_today() -> date:
    """Today where the law counts it, also when the machine's clock is in UTC."""
    return timezone.localdate()


def is_working_day(day: date) -> bool:
    """Whether this is neither a Saturday, nor a Sunday, nor a public holiday. Source: Codul muncii art. 139."""
    return day.weekday() < 5 and day not in _HOLIDAYS


def working_days_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`, which itself is not counted.

    Source: OUG 120/2021 art. 10 (1), five working days since 2026-01-01, counted as by Regulation 1182/71.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, not {count}")
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def last_working_day(day: date) -> date:
    """`day` itself, or the last working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def month_bounds(day: date) -> tuple[date, date]:
    """The first and the last day of the month of `day`."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, count: int) -> date:
    """The same day of a month `count` months away, or the last one of a shorter month: 31 January + 1 is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def quarter_bounds(day: date) -> tuple[date, date]:
    """The first and the last day of the quarter of `day`."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first, month_bounds(add_months(first, 2))[1]


def period(name: str, today: date | None = None) -> tuple[date | None, date | None]:
    """First and last day of a period of `PERIODS`, both included; (None, None) for "tot" and for a name it does not know."""
    today = today or bucharest_today()
    match name:
        case "luna-aceasta":
            return month_bounds(today)
        case "luna-trecuta":
            return month_bounds(add_months(today, -1))
        case "trimestrul":
            return quarter_bounds(today)
        case "trimestrul-trecut":
            return quarter_bounds(add_months(today, -3))
        case "anul":
            return date(today.year, 1, 1), date(today.year, 12, 31)
        case "anul-trecut":
            return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    return None, None
