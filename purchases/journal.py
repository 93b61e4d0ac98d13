"""The journal of purchases: base and VAT by rate, what is deducted and when. Read only; the reports draw it.

Source: Cod fiscal art. 297 (1)-(3), 298; norms pct. 101. VAT of a supplier with TVA la încasare, and all VAT of a company that
applies the system itself, is deducted when it is paid, in proportion; half of it where the law allows half, none of it by a
company that is not registered for VAT.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest

from companies.models import CashVatPeriod, VatStatus
from lib.money import ZERO, money
from lib.shares import in_parts
from purchases.models import Expense, ExpenseVat, Kind, SupplierAllocation, SupplierPayment


@dataclass(frozen=True)
class JournalRow:
    """One rate of one document, in lei. A row of a payment carries no `net` and `vat`: only what it makes deductible.

    `vat` is what the document says; of it `deductible` is deducted in this period, `refused` never is, `waiting` is put off to
    the payments; `due_net` is the base that goes with the first two. Over all periods vat = deductible + refused and
    net = due_net, once the document is paid.
    """

    expense: Expense
    on: date
    vat_category: str
    vat_percent: Decimal
    net: Decimal
    vat: Decimal
    deductible: Decimal
    refused: Decimal
    waiting: Decimal
    due_net: Decimal
    waiting_net: Decimal = ZERO
    paid_on: date | None = None
    paid: Decimal = ZERO  # in the document's currency
    payment: SupplierPayment | None = None


@dataclass(frozen=True)
class OpenRow:
    """A document with VAT put off, as a period found it and left it, in lei. Source: norms pct. 101: kept in sight until it is paid."""

    expense: Expense
    total: Decimal
    net: Decimal
    vat: Decimal
    paid_before: Decimal
    paid: Decimal
    due_net: Decimal
    due_vat: Decimal
    left_net: Decimal
    left_vat: Decimal


@dataclass(frozen=True)
class Purchases:
    rows: list[JournalRow]
    open: list[OpenRow]


def rows(since: date, until: date) -> list[JournalRow]:
    """The documents booked in a period, and the payments of the period that make VAT of documents put off deductible."""
    return journal(since, until).rows


def journal(since: date, until: date) -> Purchases:
    """The rows of a period in the order of the days, and the documents whose VAT waited in it; a query for each table."""
    regime = Regime.of_company()
    booked = Expense.objects.booked().filter(kind=Kind.EXPENSE, booked_on__lte=until)
    wanted = Q(booked_on__gte=since) | _waiting(since, regime)
    found: list[JournalRow] = []
    opened: list[OpenRow] = []
    expenses = list(booked.filter(wanted).select_related("partner").prefetch_related("groups", "lines").order_by("booked_on", "pk"))
    parts = _parts([expense for expense in expenses if regime.puts_off(expense)], until)
    for expense in expenses:
        late = regime.puts_off(expense)
        if expense.booked_on >= since:
            found += _of_document(expense, regime)
        if late:
            own = list(_of_payments(expense, parts.get(expense.pk, []), regime))
            found += [row for row in own if row.paid_on and row.paid_on >= since]
            opened += _open(expense, own, parts.get(expense.pk, []), since)
    return Purchases(sorted(found, key=_order), opened)


@dataclass(frozen=True)
class Regime:
    """What the company was on each day."""

    cash_vat: Sequence[tuple[date, date | None]]
    statuses: Sequence[tuple[date, bool]]

    @classmethod
    def of_company(cls) -> Self:
        """The active company's, in two queries."""
        statuses = VatStatus.objects.order_by("since", "pk").values_list("since", "payer")
        return cls(list(CashVatPeriod.objects.values_list("since", "until")), list(statuses))

    def is_payer(self, day: date) -> bool:
        """Whether it was registered for VAT; of two rows of a day the later one holds."""
        held = [payer for since, payer in self.statuses if since <= day]
        return bool(held and held[-1])

    def is_cash_vat(self, day: date) -> bool:
        """Whether it applied TVA la încasare."""
        return any(since <= day and (until is None or day <= until) for since, until in self.cash_vat)

    def puts_off(self, expense: Expense) -> bool:
        """Whether VAT of a document waits for the payments; nothing is ever paid of a document of nothing."""
        return (expense.on_payment or self.is_cash_vat(expense.booked_on)) and expense.total != 0


def _waiting(since: date, regime: Regime) -> Q:
    """Documents booked before, whose VAT may wait: not wholly paid yet, or paid since."""
    late = Q(on_payment=True)
    for start, end in regime.cash_vat:
        late |= Q(booked_on__gte=start, booked_on__lte=end) if end else Q(booked_on__gte=start)
    paid = SupplierAllocation.objects.filter(expense=OuterRef("pk"), payment__cancelled_at=None, payment__paid_on__gte=since)
    return late & (~Q(paid=F("total")) | Exists(paid))


@dataclass(frozen=True)
class _Part:
    on: date  # a payment made before the document was booked counts when it is booked
    amount: Decimal
    payment: SupplierPayment


def _parts(expenses: Sequence[Expense], until: date) -> dict[int, list[_Part]]:
    """The live payments of documents up to a day, in order."""
    if not expenses:
        return {}
    paid = SupplierAllocation.objects.filter(expense__in=expenses, payment__cancelled_at=None, payment__paid_on__lte=until)
    parts: dict[int, list[_Part]] = {}
    for part in paid.select_related("payment").annotate(day=Greatest("payment__paid_on", "expense__booked_on")).order_by("day", "payment"):
        parts.setdefault(part.expense_id, []).append(_Part(part.day, part.amount, part.payment))
    return parts


def _of_document(expense: Expense, regime: Regime) -> Iterator[JournalRow]:
    put_off = regime.puts_off(expense)
    for group in expense.groups.all():
        net, vat, may = _in_lei(expense, group, regime)
        at = expense, expense.booked_on, group.vat_category, group.vat_percent, net, vat
        if put_off and group.vat_category == "S":
            yield JournalRow(*at, ZERO, ZERO, vat, ZERO, net)
        else:
            yield JournalRow(*at, may, vat - may, ZERO, net)


def _of_payments(expense: Expense, parts: Sequence[_Part], regime: Regime) -> Iterator[JournalRow]:
    for group in expense.groups.all():
        if group.vat_category != "S":
            continue
        at = expense, expense.booked_on, group.vat_category, group.vat_percent, ZERO, ZERO
        shares = in_parts(_in_lei(expense, group, regime), expense.total, [part.amount for part in parts])
        for part, (net, vat, may) in zip(parts, shares, strict=True):
            yield JournalRow(*at, may, vat - may, -vat, net, -net, part.on, part.amount, part.payment)


def _open(expense: Expense, own: Sequence[JournalRow], parts: Sequence[_Part], since: date) -> Iterator[OpenRow]:
    """The document, if some of its VAT waited when the period began, or it was booked in it."""
    late = [group for group in expense.groups.all() if group.vat_category == "S"]
    rate = expense.exchange_rate
    net, vat = (sum((money(getattr(group, name) * rate) for group in late), ZERO) for name in ("net", "vat"))
    before = [row for row in own if row.paid_on and row.paid_on < since]
    now = [row for row in own if row.paid_on and row.paid_on >= since]
    gone_net, gone_vat = -sum((row.waiting_net for row in before), ZERO), -sum((row.waiting for row in before), ZERO)
    due_net, due_vat = -sum((row.waiting_net for row in now), ZERO), -sum((row.waiting for row in now), ZERO)
    if late and (expense.booked_on >= since or net != gone_net or vat != gone_vat):
        paid_before, paid = (money(sum((p.amount for p in parts if (p.on < since) == earlier), ZERO) * rate) for earlier in (True, False))
        left_net, left_vat = net - gone_net - due_net, vat - gone_vat - due_vat
        yield OpenRow(expense, expense.total_ron, net, vat, paid_before, paid, due_net, due_vat, left_net, left_vat)


def _in_lei(expense: Expense, group: ExpenseVat, regime: Regime) -> tuple[Decimal, Decimal, Decimal]:
    """(base, VAT, VAT that may be deducted) of a rate; the lines of the rate say which part of its VAT is deducted."""
    rate = expense.exchange_rate
    if not regime.is_payer(expense.booked_on):
        return money(group.net * rate), money(group.vat * rate), ZERO
    lines = [line for line in expense.lines.all() if (line.vat_category, line.vat_percent) == (group.vat_category, group.vat_percent)]
    whole = sum((line.vat for line in lines), ZERO)
    part = sum((line.vat * line.deductible / 100 for line in lines), Decimal(0))
    may = group.vat * part / whole if whole else group.vat * Decimal(max((line.deductible for line in lines), default=100)) / 100
    return money(group.net * rate), money(group.vat * rate), money(may * rate)


def _order(row: JournalRow) -> tuple[date, int, int, Decimal]:
    return row.paid_on or row.on, row.expense.pk, row.payment.pk if row.payment else 0, -row.vat_percent
