"""What the address of a report asks for."""

from datetime import date

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from lib.dates import PERIODS, bucharest_today, period
from lib.forms import DateField

INTERVAL = "interval"


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
