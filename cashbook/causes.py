"""Why the book and the till differ: since which day, and which operations are worth a look.

Former counts say when both still agreed. What was written later for a day before that, and what has the size of the
difference, half of it (a line on the wrong side) or stands twice, comes first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef

from cashbook.balances import balance_at
from cashbook.models import CashOperation, Till, TillCount

LOOK_BACK = timedelta(days=92)  # without a count that agreed
MOST = 20  # suspects on the page
FORMER = 24  # counts that are compared


@dataclass(frozen=True)
class Suspect:
    operation: CashOperation
    why: str


@dataclass(frozen=True)
class Search:
    """What was found. `agreed` is the last count that the book still meets, `broken` the first after it that it does not."""

    difference: Decimal
    agreed: TillCount | None
    broken: TillCount | None
    since: date  # operations from this day on were looked at
    suspects: list[Suspect]


def search(count: TillCount) -> Search:
    """Look for the cause of what is different now between a count and the book."""
    till, difference = count.till, count.counted - balance_at(count.till, count.day)
    agreed, broken = _compare(count)
    since = agreed.day + timedelta(days=1) if agreed else count.day - LOOK_BACK
    found: dict[int, Suspect] = {}
    if difference:
        for suspect in _suspects(till, count, difference, agreed, since):
            found.setdefault(suspect.operation.pk, suspect)
    return Search(difference, agreed, broken, since, list(found.values())[:MOST])


def _compare(count: TillCount) -> tuple[TillCount | None, TillCount | None]:
    """Walk the former counts back to the last one that the book meets today."""
    broken = count
    former = TillCount.objects.filter(till=count.till, day__lte=count.day).exclude(pk=count.pk).order_by("-day", "-id")[:FORMER]
    for other in former:
        if other.counted == balance_at(count.till, other.day):
            return other, broken
        broken = other
    return None, broken


def _suspects(till: Till, count: TillCount, difference: Decimal, agreed: TillCount | None, since: date) -> Iterable[Suspect]:
    rows = CashOperation.objects.filter(till=till).select_related("till", "partner", "by").order_by("-ordinal")
    if agreed:
        late = rows.between(None, agreed.day).filter(recorded_at__gt=agreed.at)
        yield from (Suspect(row, "scrisă după ce casa a ieșit la numărare, cu o dată de dinainte") for row in late[:MOST])
    window = rows.between(since, count.day)
    reversed_ = Exists(CashOperation.objects.filter(reverses=OuterRef("pk")))
    live = window.filter(reverses=None).exclude(reversed_)
    yield from (Suspect(row, "are exact suma diferenței") for row in live.filter(amount__in=[difference, -difference])[:MOST])
    half = difference / 2
    if half * 100 == int(half * 100):
        yield from (Suspect(row, "are jumătate din diferență: poate fi pe partea greșită") for row in live.filter(amount=-half)[:MOST])
    twice = live.order_by().values("day", "partner", "party", "amount").annotate(rows=Count("pk")).filter(rows__gt=1)[:MOST]
    for group in twice:
        same = {name: group[name] for name in ("day", "partner", "party", "amount")}
        yield from (Suspect(row, "seamănă cu alta din aceeași zi: aceeași persoană, aceeași sumă") for row in live.filter(**same)[:MOST])
    gone = window.exclude(reverses=None).filter(amount__in=[difference, -difference])
    yield from (Suspect(row, "este o stornare cu suma diferenței") for row in gone[:MOST])
