"""Closing days: the register of a closed day is what was printed and signed."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from cashbook.actions.tills import lock
from cashbook.balances import balance_at
from cashbook.models import CashDay, Till
from companies.events import record_event
from lib.dates import bucharest_today
from lib.errors import require
from lib.formats import amount, date_ro


@transaction.atomic
def close_days(till: Till, *, until: date, by: Any) -> Till:
    """Close a day and all before it: an earlier line would change the balance of a later day, so days close in their order.

    Refuses: close_in_future, already_closed, close_below_zero.
    """
    till = lock(till)
    require(until <= bucharest_today(), "close_in_future", "Se închid doar zile care au început.", "until")
    require(not till.is_closed(until), "already_closed", f"Zilele până la {date_ro(till.closed_until)} sunt deja închise.", "until")
    balance = balance_at(till, until)
    require(
        balance >= 0 or till.may_go_negative,
        "close_below_zero",
        f"Soldul din {date_ro(until)} este {amount(balance, till.currency)}. Corectați-l înainte de închidere: numărați casa.",
        "until",
    )
    till.closed_until = until
    till.save(update_fields=["closed_until"])
    record_event(till, "days_closed", by=by, until=until, balance=balance)
    return till


@transaction.atomic
def open_days(till: Till, *, since: date, by: Any, reason: str) -> Till:
    """Open a day again, and all after it. Refuses: reason_missing, day_not_closed."""
    till = lock(till)
    require(reason.strip(), "reason_missing", "Scrieți motivul; rămâne în istoric.", "reason")
    require(till.is_closed(since), "day_not_closed", "Ziua este deschisă.", "since")
    former = till.closed_until
    earlier = CashDay.objects.filter(till=till, day__lt=since).exists()
    till.closed_until = since - timedelta(days=1) if earlier else None  # with nothing before it, nothing stays closed
    till.save(update_fields=["closed_until"])
    record_event(till, "days_opened", by=by, since=since, former=former, reason=reason.strip())
    return till
