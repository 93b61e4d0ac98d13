"""On which days a recurring invoice is due: pure dates, counted from the start each time, so that the 31st does not wear off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from lib.dates import add_months, last_working_day, month_bounds, quarter_bounds

DAY, WEEK, MONTH, QUARTER, YEAR = "day", "week", "month", "quarter", "year"
ON_DAY, LAST_DAY, LAST_WORKING_DAY = "day", "last", "last_working"
MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
MAX_EVERY = 120
LAST_YEAR = 2099


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every `every` units from `starts_on`. `rule` and `day` (of the month) matter from a month up; a short month takes its last day."""

    unit: str
    every: int
    rule: str
    day: int
    starts_on: date
    ends_on: date | None = None

    def nth(self, position: int) -> date | None:
        """The day at a position, 0 for the first; None past the end."""
        step = position * self.every
        if self.unit in MONTHS:
            months = MONTHS[self.unit] * step + self._shift
            found = self._in_month(months) if self._first_month.year * 12 + months < LAST_YEAR * 12 else None
        else:
            found = self.starts_on + timedelta(days=step * (7 if self.unit == WEEK else 1))
        return found if found and found.year <= LAST_YEAR and (self.ends_on is None or found <= self.ends_on) else None

    def days(self, first: int = 0) -> Iterator[tuple[int, date]]:
        """(position, day) from a position on."""
        for position in count(first):
            day = self.nth(position)
            if day is None:
                return
            yield position, day

    def position_from(self, since: date) -> int:
        """The position of the first day that is not before `since`, or the one past the end."""
        span = (since - self.starts_on).days
        at = max(span // (self.every * {DAY: 1, WEEK: 7, MONTH: 31, QUARTER: 92, YEAR: 366}[self.unit]) - 1, 0)
        while (day := self.nth(at)) is not None and day < since:
            at += 1
        return at

    def period(self, on: date) -> tuple[date, date]:
        """What is billed on a day: the day, its week from Monday, its month, quarter or year; both ends included."""
        match self.unit:
            case "week":
                monday = on - timedelta(days=on.weekday())
                return monday, monday + timedelta(days=6)
            case "month":
                return month_bounds(on)
            case "quarter":
                return quarter_bounds(on)
            case "year":
                return date(on.year, 1, 1), date(on.year, 12, 31)
        return on, on

    @property
    def _first_month(self) -> date:
        return self.starts_on.replace(day=1)

    @property
    def _shift(self) -> int:
        """0, or 1 when the day of the starting month is already past on the start: then the next month begins."""
        return int(self._in_month(0) < self.starts_on)

    def _in_month(self, months: int) -> date:
        """The day of the rule, so many months after the starting one. The last day is that of the quarter or of the year."""
        month = add_months(self._first_month, months)
        if self.rule == ON_DAY:
            return month.replace(day=min(self.day, month_bounds(month)[1].day))
        last = self.period(month)[1]
        return last_working_day(last) if self.rule == LAST_WORKING_DAY else last
