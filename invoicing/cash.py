"""What a later app asks before money goes through a till: the cash book adds its guards here when it starts."""

from collections.abc import Callable
from datetime import date

Guard = Callable[[str, date], None]  # currency, day; raises Refused
GUARDS: list[Guard] = []


def require_till(method: str, currency: str, on: date) -> None:
    """Let the cash book refuse a day that its till has closed; other methods of payment pass."""
    if method == "cash":
        for guard in GUARDS:
            guard(currency, on)
