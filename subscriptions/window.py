"""The subscription month: from the activation's day of the month to the day before it in the next one (R01)."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from lib.dates import add_months


def window(activated_on: date, on: date) -> tuple[date, date]:
    """First and last day of the window in which `on` falls; a shorter month starts it on its own last day.

    Counted from the activation each time, so 31 January, 28 February, 31 March: the day does not wear off.
    """
    months = (on.year - activated_on.year) * 12 + on.month - activated_on.month
    if add_months(activated_on, months) > on:
        months -= 1
    return add_months(activated_on, months), add_months(activated_on, months + 1) - timedelta(days=1)


def instants(first: date, last: date) -> tuple[datetime, datetime]:
    """The half-open span of instants of whole days in Bucharest; days of clock changes have 23 and 25 hours."""
    zone = timezone.get_default_timezone()
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)
