"""Cash and bank balance by day: tills from the sums of days that the cash book keeps, accounts from the statements of the bank.

Each currency stands by itself. A till costs a row for each day with operations, however many those were; an account is carried
from the last balance that its bank wrote, movement by movement, and every later balance of the bank's proves it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from django.db.models import F, Q, Sum

from bank.models import Statement, StatementLine
from cashbook.models import CashDay, Till
from companies.models import BankAccount
from lib.charts import Chart, line_chart
from lib.export import Column
from lib.formats import currency_sign, date_ro, ron
from lib.money import ZERO

MOST_DAYS = 366
DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayBalance:
    """A day, what moved in it, and the balance when it ended."""

    day: date
    received: Decimal
    paid: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Gap:
    """A balance of the bank's that the movements do not give: some are missing before it."""

    day: date
    difference: Decimal


@dataclass(frozen=True)
class Place:
    """A till or an account over a period. `known_until`: the last day that statements tell of."""

    name: str
    note: str
    currency: str
    is_cash: bool
    opening: Decimal
    days: list[DayBalance]
    gaps: list[Gap] = field(default_factory=list)
    is_guess: bool = False  # no statement says a balance: counted from nothing
    known_until: date | None = None

    @property
    def closing(self) -> Decimal:
        return self.days[-1].balance if self.days else self.opening

    @property
    def received(self) -> Decimal:
        return sum((day.received for day in self.days), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((day.paid for day in self.days), ZERO)

    @property
    def last_day(self) -> date | None:
        return self.days[-1].day if self.days else self.known_until

    @property
    def lowest(self) -> DayBalance:
        return min(self.days, key=lambda day: (day.balance, day.day))

    @cached_property
    def chart(self) -> Chart:
        """The balance by day, with what came in and went out as figures behind it."""
        sign = currency_sign(self.currency)
        period = f"de la {date_ro(self.days[0].day)} la {date_ro(self.days[-1].day)}" if self.days else "fără zile"
        title = f"{'Sold casă' if self.is_cash else 'Sold cont'} {self.name}"
        chart = line_chart(title, f"Soldul la sfârșitul fiecărei zile, {period}.", [(d.day, d.balance) for d in self.days], currency=sign)
        rows = [(date_ro(day.day), [day.received, day.paid, day.balance]) for day in self.days]
        return replace(chart, headings=["Ziua", "Intrări", "Ieșiri", f"Sold ({sign})"], rows=rows)


@dataclass(frozen=True)
class CurrencyTotal:
    currency: str
    cash: Decimal
    bank: Decimal

    @property
    def total(self) -> Decimal:
        return self.cash + self.bank

    @property
    def note(self) -> str:
        """What it is made of, where it is made of both."""
        return f"casă {ron(self.cash)}, bancă {ron(self.bank)}" if self.cash and self.bank else ("casă" if self.cash else "bancă")


def balances(since: date, until: date) -> list[Place]:
    """Every till and account, tills first, lei first. Six queries, whatever their number and that of their operations."""
    since = max(since, until - DAY * (MOST_DAYS - 1))
    return [*_tills(since, until), *_accounts(since, until)]


def totals(places: Iterable[Place]) -> list[CurrencyTotal]:
    """What there was at the end, by currency."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for place in places:
        sums[place.currency][0 if place.is_cash else 1] += place.closing
    return [CurrencyTotal(currency, *sums[currency]) for currency in sorted(sums, key=_lei_first)]


def _tills(since: date, until: date) -> Iterator[Place]:
    """The balance when the period begins is the opening, less what came before its day, and what all days before the period brought."""
    before = CashDay.objects.filter(Q(day__lt=since) | Q(day__lt=F("till__opening_day"))).order_by()
    net = F("received") - F("paid")
    brought, unopened = Sum(net, filter=Q(day__lt=since), default=ZERO), Sum(net, filter=Q(day__lt=F("till__opening_day")), default=ZERO)
    earlier = before.values_list("till").annotate(brought=brought, unopened=unopened)
    nets = {till: all_before - not_counted for till, all_before, not_counted in earlier}
    moved: dict[int, dict[date, tuple[Decimal, Decimal]]] = defaultdict(dict)
    for till, day, received, paid in CashDay.objects.filter(day__range=(since, until)).values_list("till", "day", "received", "paid"):
        moved[till][day] = received, paid
    for till in sorted(Till.objects.all(), key=lambda till: (_lei_first(till.currency), not till.is_default, till.name, till.pk)):
        opening = till.opening_balance + nets.get(till.pk, ZERO)
        if till.active or till.pk in moved or opening:
            yield Place(till.name, till.account, till.currency, True, opening, list(_days(since, until, opening, moved[till.pk])))


@dataclass
class _Account:
    """What the statements say of one account: its balances at the end of days, and the sums of its days."""

    anchors: dict[date, Decimal] = field(default_factory=dict)
    moved: dict[date, tuple[Decimal, Decimal]] = field(default_factory=dict)
    until: date = date.min

    def net(self, after: date, upto: date) -> Decimal:
        return sum((came - went for day, (came, went) in self.moved.items() if after < day <= upto), ZERO)


def _accounts(since: date, until: date) -> Iterator[Place]:
    names = dict(BankAccount.objects.values_list("iban", "bank"))
    found = _stated(since, until)
    for (iban, currency), account in sorted(found.items(), key=lambda item: (_lei_first(item[0][1]), item[0][0])):
        last = min(until, account.until)
        opening, is_guess = _opening(account, since - DAY)
        gaps = _gaps(account, since, last)
        days = list(_days(since, last, opening, account.moved, {gap.day: gap.difference for gap in gaps}))
        name = " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
        yield Place(name, names.get(iban, ""), currency, False, opening, days, gaps, is_guess, account.until)


def _stated(since: date, until: date) -> dict[tuple[str, str], _Account]:
    """Every account that a statement tells of, with the movements that the period needs."""
    found: dict[tuple[str, str], _Account] = defaultdict(_Account)
    fields = ("account", "currency", "since", "until", "opening", "closing")
    for iban, currency, first, last, opening, closing in Statement.objects.order_by("until", "pk").values_list(*fields):
        account = found[iban, currency]
        account.until = max(account.until, last)
        if opening is not None:
            account.anchors.setdefault(first - DAY, opening)
        if closing is not None:
            account.anchors[last] = closing
    # From the last balance known before the period on; an account that has none is counted from its first movement, or back.
    nearest = [max((day for day in account.anchors if day < since), default=None) for account in found.values()]
    lines = StatementLine.objects.order_by()
    if nearest and None not in nearest:
        lines = lines.filter(on__gt=min(day for day in nearest if day), on__lte=until)
    came, went = Sum("amount", filter=Q(amount__gt=0), default=ZERO), Sum("amount", filter=Q(amount__lt=0), default=ZERO)
    for iban, currency, day, plus, minus in lines.values_list("account", "currency", "on").annotate(came=came, went=went):
        found[iban, currency].moved[day] = plus, -minus
    return found


def _opening(account: _Account, day: date) -> tuple[Decimal, bool]:
    """(the balance at the end of a day, whether no balance is known): from the nearest one before it, else the nearest after it."""
    earlier = [at for at in account.anchors if at <= day]
    if earlier:
        at = max(earlier)
        return account.anchors[at] + account.net(at, day), False
    if account.anchors:
        at = min(account.anchors)
        return account.anchors[at] - account.net(day, at), False
    return account.net(date.min, day), True


def _gaps(account: _Account, since: date, until: date) -> list[Gap]:
    """Where a balance of the bank's is not the one before it and the movements between them."""
    known, found = sorted(account.anchors), []
    for before, after in pairwise(known):
        difference = account.anchors[after] - account.anchors[before] - account.net(before, after)
        if difference and since <= after <= until:
            found.append(Gap(after, difference))
    return found


def _days(
    since: date,
    until: date,
    opening: Decimal,
    moved: dict[date, tuple[Decimal, Decimal]],
    corrected: dict[date, Decimal] | None = None,
) -> Iterator[DayBalance]:
    """Every day of the period; what the bank's own balance adds is not a movement."""
    balance, day = opening, since
    while day <= until:
        received, paid = moved.get(day, (ZERO, ZERO))
        balance += received - paid + (corrected or {}).get(day, ZERO)
        yield DayBalance(day, received, paid, balance)
        day += DAY


def _lei_first(currency: str) -> tuple[bool, str]:
    return currency != "RON", currency


COLUMNS = [
    Column("Casa / contul", lambda row: row[0].name, 34),
    Column("Fel", lambda row: "casă" if row[0].is_cash else "bancă", 8),
    Column("Moneda", lambda row: row[0].currency, 9),
    Column("Ziua", lambda row: row[1].day, 12),
    Column("Intrări", lambda row: row[1].received, 16),
    Column("Ieșiri", lambda row: row[1].paid, 16),
    Column("Sold", lambda row: row[1].balance, 16),
]


def file_rows(places: Sequence[Place]) -> Iterator[tuple[Place, DayBalance]]:
    """The figures of the charts, day by day."""
    for place in places:
        for day in place.days:
            yield place, day
