"""What the address of a report asks for."""

import re
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from lib.dates import PERIODS, add_months, bucharest_today, month_bounds, period, quarter_bounds
from lib.forms import DateField

INTERVAL = "interval"
MONTHS = "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie".split()


def day_of(text: str) -> date | None:
    """A day as people or addresses write it; None for anything else."""
    try:
        return DateField(required=False).clean(text)
    except ValidationError:
        return None


def asked_day(request: HttpRequest, name: str = "la") -> date:
    """The day of `?la=`; today when it names none, or one to come."""
    return min(day_of(request.GET.get(name, "")) or bucharest_today(), bucharest_today())


def asked_period(request: HttpRequest, usual: str = "anul") -> tuple[str, date | None, date]:
    """(its name, first day, last day) of `?perioada=`, with `?de-la=` and `?pana-la=` for an interval; never past today."""
    name, today = request.GET.get("perioada", usual), bucharest_today()
    if name == INTERVAL:
        since, until = day_of(request.GET.get("de-la", "")), day_of(request.GET.get("pana-la", ""))
    else:
        name = name if name in dict(PERIODS) else usual
        since, until = period(name)
    return name, since, min(until or today, today)


@dataclass(frozen=True)
class Span:
    """A month or a quarter, as a report is asked for it."""

    code: str  # 2026-11, or 2026-T4
    since: date
    until: date

    @property
    def name(self) -> str:
        if "T" in self.code:
            return f"trimestrul {self.code[-1]} {self.since.year}"
        return f"{MONTHS[self.since.month - 1]} {self.since.year}"

    def moved(self, count: int) -> "Span":
        """The month, or the quarter, so many after this one."""
        return quarter_of(add_months(self.since, 3 * count)) if "T" in self.code else month_of(add_months(self.since, count))


def month_of(day: date) -> Span:
    return Span(f"{day:%Y-%m}", *month_bounds(day))


def quarter_of(day: date) -> Span:
    return Span(f"{day.year}-T{(day.month + 2) // 3}", *quarter_bounds(day))


def asked_span(request: HttpRequest) -> Span:
    """The month of `?luna=2026-11`, the quarter of `?luna=2026-T4`; this month when it names neither, or one to come."""
    text, today = request.GET.get("luna", ""), bucharest_today()
    match = re.fullmatch(r"(20[0-9]{2})-(?:T([1-4])|(0[1-9]|1[0-2]))", text)
    if match is None:
        return month_of(today)
    year, quarter, month = match.groups()
    found = quarter_of(date(int(year), 3 * int(quarter), 1)) if quarter else month_of(date(int(year), int(month), 1))
    return found if found.since <= today else month_of(today)


def spans(chosen: Span) -> list[tuple[str, list[Span]]]:
    """What to choose from: two years of months and of quarters, and what was chosen."""
    today = bucharest_today()
    months = [month_of(add_months(today.replace(day=1), -back)) for back in range(24)]
    quarters = [quarter_of(add_months(today.replace(day=1), -3 * back)) for back in range(8)]
    known = {span.code for span in (*months, *quarters)}
    others = [] if chosen.code in known else [("Altă perioadă", [chosen])]
    return [*others, ("Luni", months), ("Trimestre", quarters)]
