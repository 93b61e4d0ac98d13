"""Balances of a till, from its opening and the sums of its days: as fast for a million operations as for ten.

The balance when a day begins is the opening plus what the days between the two brought; before the opening day it is counted
backwards, so that an operation dated before it changes nothing after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet, Sum

from cashbook.models import CashDay, CashOperation, Till
from lib.money import ZERO

MAX_NEGATIVE = 5  # days that a warning names


@dataclass(frozen=True)
class DayLine:
    """A day of the register."""

    day: date
    opening: Decimal
    received: Decimal
    paid: Decimal
    count: int
    closed: bool = False

    @property
    def balance(self) -> Decimal:
        return self.opening + self.received - self.paid


@dataclass(frozen=True)
class Effect:
    """What an operation that is not written yet would do."""

    balance: Decimal  # at the end of its day
    last: Decimal  # today's, or of the last day there is
    later_days: int  # with operations
    negative: list[tuple[date, Decimal]] = field(default_factory=list)  # the first days that would end below zero


def opening_of(till: Till, day: date) -> Decimal:
    """The balance when a day begins."""
    return _base(till) + _net(CashDay.objects.filter(till=till, day__lt=day))


def balance_at(till: Till, day: date) -> Decimal:
    """The balance when a day ends."""
    return _base(till) + _net(CashDay.objects.filter(till=till, day__lte=day))


def balance_now(till: Till) -> Decimal:
    """The balance after everything that is written, whatever its day."""
    return _base(till) + _net(CashDay.objects.filter(till=till))


def day_lines(till: Till, since: date, until: date) -> list[DayLine]:
    """The days with operations between two days, both included, each with its opening balance."""
    opening, lines = opening_of(till, since), []
    for row in CashDay.objects.filter(till=till, day__gte=since, day__lte=until).order_by("day"):
        line = DayLine(row.day, opening, row.received, row.paid, row.count, till.is_closed(row.day))
        lines.append(line)
        opening = line.balance
    return lines


def set_running(operations: Iterable[CashOperation]) -> None:
    """Give each row `balance`, the till's balance after it. Two queries for each till among them."""
    rows = list(operations)
    for till in {row.till_id: row.till for row in rows}.values():
        own = [row for row in rows if row.till_id == till.pk]
        nets = (
            CashDay.objects.filter(till=till, day__lte=max(row.day for row in own)).order_by("day").values_list("day", "received", "paid")
        )
        running, openings = _base(till), {}
        for day, received, paid in nets:
            openings[day] = running
            running += received - paid
        for row in own:
            row.balance = openings[row.day] + row.day_balance  # type: ignore[attr-defined]


def effect(till: Till, day: date, amount: Decimal) -> Effect:
    """What adding `amount` on `day` would do to that day and the later ones; before the opening day, nothing at all."""
    nets = CashDay.objects.filter(till=till, day__gt=day).order_by("day").values_list("day", "received", "paid")
    balance, negative, later = balance_at(till, day) + amount, [], 0
    running = balance
    if balance < 0:
        negative.append((day, balance))
    for later, (other, received, paid) in enumerate(nets, start=1):  # noqa: B007 - the last count is the answer
        running += received - paid
        if running < 0:
            negative.append((other, running))
    return Effect(balance, running, later, negative[:MAX_NEGATIVE])


def negative_days(till: Till) -> list[tuple[date, Decimal]]:
    """Days that end below zero, from the opening on: a till can't hold less than nothing."""
    nets = CashDay.objects.filter(till=till, **({"day__gte": till.opening_day} if till.opening_day else {})).order_by("day")
    running, found = opening_of(till, till.opening_day) if till.opening_day else ZERO, []
    for day, received, paid in nets.values_list("day", "received", "paid"):
        running += received - paid
        if running < 0:
            found.append((day, running))
    return found


def _base(till: Till) -> Decimal:
    """What the till would have held before its first operation ever."""
    if till.opening_day is None:
        return till.opening_balance
    return till.opening_balance - _net(CashDay.objects.filter(till=till, day__lt=till.opening_day))


def _net(days: QuerySet) -> Decimal:
    return days.aggregate(net=Sum(F("received") - F("paid"), default=ZERO))["net"]
