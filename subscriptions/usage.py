"""What the usage page shows: how much of the month is used, from where, and when it will be full. Reads only."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from django.db.models import Count, Q

from lib.dates import bucharest_today
from subscriptions.models import QuotaUse, Subscription
from subscriptions.window import window

WARN_AT = 80


@dataclass(frozen=True)
class Usage:
    subscription: Subscription | None
    first: date
    last: date
    used: int
    dated_inside: int  # of these, how many bear a date of the window
    by_channel: dict[str, int]

    @property
    def limit(self) -> int | None:
        return self.subscription.plan.documents if self.subscription else None

    @property
    def percent(self) -> int:
        """How much is used, in whole percents; 0 without a limit."""
        return 0 if self.limit is None else 100 if self.limit == 0 else min(self.used * 100 // self.limit, 100)

    @property
    def left(self) -> int:
        return 0 if self.limit is None else max(self.limit - self.used, 0)

    @property
    def level(self) -> str:
        """ "full" at 100 %, "near" from 80 %, else ""."""
        return "" if self.limit is None else "full" if not self.left else "near" if self.percent >= WARN_AT else ""

    @property
    def resets_on(self) -> date:
        return self.last + timedelta(days=1)

    def full_on(self, today: date) -> date | None:
        """The day on which the limit will be met at the pace so far; None when it will not be in this window."""
        if self.limit is None or not self.used or not self.left:
            return None
        days = (today - self.first).days + 1
        day = today + timedelta(days=ceil(self.left * days / self.used))
        return day if day <= self.last else None


def usage(on: date | None = None) -> Usage:
    """The usage of the active company in the window of a day. Without a subscription: the calendar month."""
    today = on or bucharest_today()
    subscription = Subscription.objects.select_related("plan").first()
    first, last = window(subscription.activated_on if subscription else today.replace(day=1), today)
    rows = QuotaUse.objects.in_window(first, last)
    counted = rows.aggregate(used=Count("id"), inside=Count("id", filter=Q(dated__gte=first, dated__lte=last)))
    channels = dict(rows.values_list("channel").annotate(n=Count("id")).order_by("-n"))
    return Usage(subscription, first, last, counted["used"], counted["inside"], channels)
