"""Counting a till: what was counted is kept, and proposes the operation that brings the book to it (R29)."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from cashbook.actions.operations import Entry, record
from cashbook.actions.tills import lock
from cashbook.balances import balance_at
from cashbook.models import CashOperation, Kind, Till, TillCount
from companies.events import record_event
from lib.dates import bucharest_today
from lib.errors import require
from lib.formats import date_ro
from lib.text import limit


@transaction.atomic
def count_till(till: Till, *, day: date, counted: Decimal, by: Any, notes: dict[str, int] | None = None) -> TillCount:
    """Keep what was counted at the end of a day beside what the book says. Refuses: count_in_future, count_before_opening."""
    till = lock(till)
    require(day <= bucharest_today(), "count_in_future", "Data este în viitor.", "day")
    opened = till.opening_day or day
    require(day >= opened, "count_before_opening", f"Casa începe cu soldul din {date_ro(opened)}.", "day")
    count = TillCount.objects.create(till=till, day=day, counted=counted, book=balance_at(till, day), notes=notes or {}, by=by)
    record_event(count, "counted", by=by, counted=counted, book=count.book, day=day)
    return count


@transaction.atomic
def book_count(count: TillCount, *, by: Any, reason: str, token: UUID) -> CashOperation:
    """Write the operation that brings the book to what was counted: Altă încasare to grow, Altă plată to shrink, by the difference.

    The difference is that of now: what was repaired since the count is not repaired twice.
    Refuses: reason_missing, count_booked, count_agrees, and as `record`.
    """
    till = lock(count.till)
    if earlier := CashOperation.objects.filter(token=token).first():
        return earlier
    require(reason.strip(), "reason_missing", "Scrieți motivul diferenței; apare în registru.", "reason")
    require(not CashOperation.objects.filter(count=count).exists(), "count_booked", "Diferența acestei numărări este deja înregistrată.")
    difference = count.counted - balance_at(till, count.day)
    require(difference, "count_agrees", "Registrul arată deja suma numărată; nu mai este nimic de înregistrat.")
    kind, words = (Kind.OTHER_IN, "Plus") if difference > 0 else (Kind.OTHER_OUT, "Lipsă")
    explanation = limit(f"{words} la numărarea casei: {reason.strip()}", 200)
    entry = Entry(kind, count.day, abs(difference), explanation=explanation, reason=reason.strip())
    return record(till, entry, by=by, token=token, count=count, negative_confirmed=True)
