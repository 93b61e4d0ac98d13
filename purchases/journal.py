"""The journal of purchases: base and VAT by rate, what is deducted and when. Read only; the reports draw it.

Source: Cod fiscal art. 297 (1)-(3), 298; norms pct. 101. VAT of a supplier with TVA la încasare, and all VAT of a company that
applies the system itself, is deducted when it is paid, in proportion; half of it where the law allows half.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from companies.models import CashVatPeriod
from lib.money import ZERO, money
from purchases.models import Expense, ExpenseVat, Kind, SupplierAllocation


@dataclass(frozen=True)
class JournalRow:
    """One rate of one document, in lei. A row of a payment (`paid_on`) carries no base: only what it makes deductible.

    `vat` is what the document says; of it `deductible` is deducted in this period, `refused` never is, `waiting` is put off to
    the payments. Over all periods vat = deductible + refused, once the document is paid.
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
    paid_on: date | None = None
    paid: Decimal = ZERO


def rows(since: date, until: date) -> list[JournalRow]:
    """The documents booked in a period, and the payments of the period that make VAT of documents put off deductible.

    Six queries, whatever the length. In the order of the days.
    """
    cash_vat = list(CashVatPeriod.objects.values_list("since", "until"))
    booked = Expense.objects.booked().filter(kind=Kind.EXPENSE).select_related("partner").prefetch_related("groups", "lines")
    found = [
        row for expense in booked.filter(booked_on__range=(since, until)) for row in _of_document(expense, _put_off(expense, cash_vat))
    ]
    paid = SupplierAllocation.objects.filter(payment__cancelled_at=None, payment__paid_on__lte=until, expense__kind=Kind.EXPENSE)
    in_period = paid.filter(payment__paid_on__gte=since).values("expense")
    parts: dict[int, list[SupplierAllocation]] = {}
    for part in paid.filter(expense__in=in_period).select_related("payment").order_by("payment__paid_on", "payment_id"):
        parts.setdefault(part.expense_id, []).append(part)
    for expense in booked.filter(pk__in=parts):
        if _put_off(expense, cash_vat):
            found += _of_payments(expense, parts[expense.pk], since)
    return sorted(found, key=lambda row: (row.paid_on or row.on, row.expense.pk, row.paid_on is not None, -row.vat_percent))


def _put_off(expense: Expense, cash_vat: Sequence[tuple[date, date | None]]) -> bool:
    own = any(since <= expense.booked_on and (until is None or expense.booked_on <= until) for since, until in cash_vat)
    return expense.on_payment or own


def _of_document(expense: Expense, put_off: bool) -> Iterator[JournalRow]:
    for group in expense.groups.all():
        net, vat, may = _in_lei(expense, group)
        waiting = put_off and group.vat_category == "S"
        deducted = ZERO if waiting else may
        refused = ZERO if waiting else vat - may
        yield JournalRow(
            expense, expense.booked_on, group.vat_category, group.vat_percent, net, vat, deducted, refused, vat if waiting else ZERO
        )


def _of_payments(expense: Expense, parts: Sequence[SupplierAllocation], since: date) -> Iterator[JournalRow]:
    """Each payment gives what all payments up to it give, less what those before it gave: nothing is lost by rounding."""
    for group in expense.groups.all():
        if group.vat_category != "S":
            continue
        _, vat, may = _in_lei(expense, group)
        so_far = ZERO
        for part in parts:
            before, so_far = so_far, so_far + part.amount
            share, earned = (money(value * so_far / expense.total) - money(value * before / expense.total) for value in (vat, may))
            if part.payment.paid_on >= since:
                yield JournalRow(
                    expense, expense.booked_on, group.vat_category, group.vat_percent, ZERO, ZERO, earned, share - earned, -share,
                    part.payment.paid_on, part.amount,
                )  # fmt: skip


def _in_lei(expense: Expense, group: ExpenseVat) -> tuple[Decimal, Decimal, Decimal]:
    """(base, VAT, VAT that may be deducted) of a rate; the lines of the rate say which part of its VAT is deducted."""
    lines = [line for line in expense.lines.all() if (line.vat_category, line.vat_percent) == (group.vat_category, group.vat_percent)]
    whole = sum((line.vat for line in lines), ZERO)
    part = sum((line.vat * line.deductible / 100 for line in lines), Decimal(0))
    may = group.vat * part / whole if whole else group.vat * Decimal(max((line.deductible for line in lines), default=100)) / 100
    rate = expense.exchange_rate
    return money(group.net * rate), money(group.vat * rate), money(may * rate)
