"""Payments in cash, which the database writes into the book by itself (migration 0002): what is asked before."""

from datetime import date

from cashbook.models import Till
from lib.errors import require
from lib.formats import date_ro


def default_till(currency: str) -> Till | None:
    """The till that takes payments in a currency; None before the first one."""
    return Till.objects.filter(currency=currency, is_default=True).first()


def require_open_day(currency: str, on: date) -> None:
    """Refuse money in cash on a day that the till of its currency has closed. Refuses: cash_day_closed."""
    till = default_till(currency)
    if till:
        require_open(till, on, "on")


def require_open(till: Till, day: date, field: str = "day") -> None:
    """Refuse a day that is closed. Refuses: cash_day_closed."""
    closed = till.is_closed(day) and till.closed_until
    require(
        not closed,
        "cash_day_closed",
        f"Ziua {date_ro(day)} este închisă în „{till.name}” (închis până la {date_ro(closed or None)})."
        " Alegeți o zi de după, sau redeschideți ziua din registrul de casă.",
        field,
    )
