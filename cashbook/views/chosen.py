"""Which till a page works on: ?casa=, otherwise the one that takes payments in lei, made at its first use."""

from datetime import date

from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_date

from cashbook.actions import till_for
from cashbook.models import Till

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


def tills() -> list[Till]:
    """All tills of the company, the default in lei first; there is always one."""
    found = list(Till.objects.select_related("workplace")) or [till_for("RON")]
    return sorted(found, key=lambda till: not (till.is_default and till.currency == "RON"))


def chosen_till(request: HttpRequest, known: list[Till] | None = None) -> Till:
    """404 for a till that is not the company's."""
    known = known or tills()
    key = request.GET.get("casa", "")
    found = next((till for till in known if str(till.pk) == key), None) if key else known[0]
    if found is None:
        raise Http404
    return found


def day_of(text: str) -> date | None:
    """A day of an address, 2026-11-22; None for anything else, and for a day whose neighbours are not in the calendar."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and FIRST < day < LAST else None
