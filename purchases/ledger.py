"""What we owe suppliers: the card with its running balance, the ageing as of a day, what is due. Read only."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Round

from lib.dates import bucharest_today
from lib.money import ZERO, money
from partners.models import Partner
from purchases.models import Expense, Kind, Status, SupplierAdvance, SupplierAllocation, SupplierPayment

WEEK = timedelta(days=7)
BUCKETS = [
    ("Neajunse la scadență", None, 0),
    ("1–30 de zile", 1, 30),
    ("31–60 de zile", 31, 60),
    ("61–90 de zile", 61, 90),
    ("peste 90 de zile", 91, None),
]


@dataclass(frozen=True)
class CardRow:
    """A line of the card: `owed` is what a document added, `paid` what went to the supplier; `balance` what is owed after it."""

    on: date
    text: str
    owed: Decimal
    paid: Decimal
    balance: Decimal
    expense: int | None = None
    payment: int | None = None


@dataclass(frozen=True)
class Card:
    """Everything of one supplier in one currency over some days. Above zero: we owe."""

    currency: str
    opening: Decimal
    rows: list[CardRow]

    @property
    def owed(self) -> Decimal:
        return sum((row.owed for row in self.rows), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((row.paid for row in self.rows), ZERO)

    @property
    def balance(self) -> Decimal:
        return self.opening + self.owed - self.paid


@dataclass
class Aged:
    """What is owed to a supplier as of a day, in lei at the documents' rates, by how late it is."""

    partner: Partner
    parts: list[Decimal] = field(default_factory=lambda: [ZERO] * len(BUCKETS))
    advance: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return sum(self.parts, ZERO)


def supplier_card(partner: Partner, currency: str, *, since: date | None = None, until: date | None = None) -> Card:
    """Opening items and documents, less payments, in the order of their days. Three queries, whatever the length."""
    until = until or date.max
    moves = sorted(_moves(partner, currency), key=lambda move: move[0])
    opening = sum((owed - paid for (on, *_), _, owed, paid, *_ in moves if since and on < since), ZERO)
    rows, balance = [], opening
    for (on, *_), text, owed, paid, expense, payment in moves:
        if (since is None or on >= since) and on <= until:
            balance += owed - paid
            rows.append(CardRow(on, text, owed, paid, balance, expense, payment))
    return Card(currency, opening, rows)


Move = tuple[tuple[date, int, int], str, Decimal, Decimal, int | None, int | None]


def _moves(partner: Partner, currency: str) -> Iterator[Move]:
    for expense in Expense.objects.booked().filter(partner=partner, currency=currency):
        words = f"Sold inițial, {expense.number}" if expense.kind == Kind.OPENING else expense.number
        day = expense.booked_on if expense.kind == Kind.OPENING else expense.issue_date
        yield (day, 0, expense.pk), words, expense.total, ZERO, expense.pk, None
    covered = dict(
        SupplierAllocation.objects.filter(payment__partner=partner, expense__currency=currency, payment__cancelled_at=None)
        .order_by()
        .values_list("payment")
        .annotate(Sum("amount"))
    )
    paid = SupplierPayment.objects.live().filter(Q(pk__in=covered) | Q(currency=currency) & ~Q(advance=0), partner=partner)
    for payment in paid:
        moved = covered.get(payment.pk, ZERO) + (payment.advance if payment.currency == currency else ZERO)
        if moved or payment.amount:
            words = f"Plată, {payment.get_method_display()}" + (f" {payment.reference}" if payment.reference else "")
            yield (payment.paid_on, 1, payment.pk), words, ZERO, moved, None, payment.pk


def currencies_of(partner: Partner) -> list[str]:
    """The currencies in which a supplier has documents or advances; lei first."""
    found = set(Expense.objects.booked().filter(partner=partner).order_by().values_list("currency", flat=True).distinct())
    found |= set(SupplierAdvance.objects.filter(partner=partner).values_list("currency", flat=True))
    return sorted(found, key=lambda code: (code != "RON", code))


def balances_of(partner: Partner) -> list[tuple[str, Decimal, Decimal]]:
    """(currency, left of documents, paid ahead) of one supplier, where there is anything."""
    left: dict[str, Decimal] = dict(
        Expense.objects.unpaid().filter(partner=partner).order_by().values_list("currency").annotate(left=Sum(F("total") - F("paid")))
    )
    ahead = dict(SupplierAdvance.objects.filter(partner=partner, amount__gt=0).values_list("currency", "amount"))
    codes = sorted({*left, *ahead}, key=lambda code: (code != "RON", code))
    return [(code, left.get(code, ZERO), ahead.get(code, ZERO)) for code in codes]


def ageing(on: date) -> list[Aged]:
    """What was owed to each supplier at the end of a day, the largest first. A payment cancelled since never was."""
    paid = dict(
        SupplierAllocation.objects.filter(payment__paid_on__lte=on, payment__cancelled_at=None)
        .order_by()
        .values_list("expense")
        .annotate(Sum("amount"))
    )
    found: dict[int, Aged] = {}
    rows = Expense.objects.filter(status=Status.BOOKED).exclude(Q(issue_date__gt=on) | Q(kind=Kind.OPENING, booked_on__gt=on))
    open_then = rows.filter(Q(pk__in=Expense.objects.unpaid().values("pk")) | Q(allocations__payment__paid_on__gt=on)).distinct()
    for expense in open_then.select_related("partner"):
        left = money((expense.total - paid.get(expense.pk, ZERO)) * expense.exchange_rate)
        if left:
            aged = found.setdefault(expense.partner_id, Aged(expense.partner))
            aged.parts[_bucket((on - (expense.due_date or expense.issue_date)).days)] += left
    for partner, lei in _ahead(on).items():
        if lei:
            found.setdefault(partner.pk, Aged(partner)).advance += lei
    return sorted(found.values(), key=lambda aged: (-aged.total, aged.partner.sort_name))


def _ahead(on: date) -> dict[Partner, Decimal]:
    """What was paid ahead as of a day, in lei at the rates of its payments."""
    sums: dict[Partner, Decimal] = defaultdict(lambda: ZERO)
    for payment in SupplierPayment.objects.live().filter(paid_on__lte=on).exclude(advance=0).select_related("partner"):
        sums[payment.partner] += money(payment.advance * (payment.exchange_rate if payment.currency != "RON" else 1))
    return sums


def _bucket(late: int) -> int:
    for place, (_, _, most) in enumerate(BUCKETS):
        if most is None or late <= most:
            return place
    raise AssertionError("the last bucket has no end")


def due_this_week(today: date | None = None) -> tuple[int, Decimal, Decimal]:
    """(documents, lei, lei of them already late) that must be paid within seven days, today included. For the dashboard: one query."""
    today = today or bucharest_today()
    lei = Round((F("total") - F("paid")) * F("exchange_rate"), precision=2)
    rows = Expense.objects.due_by(today + WEEK - timedelta(days=1)).order_by()
    late = Sum(lei, filter=Q(due_date__lt=today), default=ZERO)
    found = rows.aggregate(count=Count("pk"), all=Sum(lei, default=ZERO), late=late)
    return found["count"], money(found["all"]), money(found["late"])
