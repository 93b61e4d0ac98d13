"""The ceilings of Legea 70/2015: warned of before money moves, per person and day, and for the till when the day ends.

A warning refuses nothing: the law has exceptions that a program can't see (cash & carry, instalments, salaries).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from cashbook.models import CashCeiling, CashOperation, Kind, Till
from catalog.actions import rate_in_force
from lib.dates import working_days_after
from lib.errors import Refused
from lib.formats import amount, date_ro
from lib.money import ZERO, money
from partners.models import Partner

Rule = CashCeiling.Rule
TO_BANK_IN = 2  # working days; art. 4^2


@dataclass(frozen=True)
class Warning:
    """A ceiling that would be passed: its rule, and the sentence for the page."""

    rule: str
    text: str


def ceiling(rule: str, on: date) -> CashCeiling | None:
    """The ceiling in force on a day."""
    return CashCeiling.objects.filter(Q(until=None) | Q(until__gte=on), rule=rule, since__lte=on).order_by("-since").first()


def warnings(
    *, kind: str, value: Decimal, currency: str, on: date, partner: Partner | None = None, party: str = "", balance: Decimal | None = None
) -> list[Warning]:
    """What an operation that is not written yet would pass. `value` above zero; `balance` is the till's at the end of that day with it."""
    found = list(_of_person(kind, value, currency, on, partner, party))
    if kind in (Kind.SUPPLIER, Kind.REFUND) and partner and partner.kind == Partner.Kind.LEGAL:
        whole = _in_lei(CashOperation.objects.filter(day=on, kind__in=(Kind.SUPPLIER, Kind.REFUND), partner__kind=Partner.Kind.LEGAL))
        found += _passed(
            Rule.TO_BUSINESSES, whole + _lei(value, currency, on), on, "Plățile în numerar către firme ar ajunge în {day} la {sum}"
        )
    if balance is not None and currency == "RON":
        found += _till(balance, on)
    return found


def over_ceiling(till: Till, day: date, balance: Decimal) -> list[Warning]:
    """Whether the till holds more at the end of a day than it may."""
    return _till(balance, day) if till.currency == "RON" else []


def days_over_ceiling(till: Till, balances: Iterable[tuple[date, Decimal]]) -> set[date]:
    """The days that end with more in the till than it may hold; one query for all of them."""
    if till.currency != "RON":
        return set()
    limits = list(CashCeiling.objects.filter(rule=Rule.TILL))
    in_force = [(limit.since, limit.until or date.max, limit.amount) for limit in limits]
    return {day for day, balance in balances for since, until, most in in_force if since <= day <= until and balance > most}


def _of_person(kind: str, value: Decimal, currency: str, on: date, partner: Partner | None, party: str) -> Iterable[Warning]:
    whose = Q(partner=partner) if partner else Q(partner=None, party__iexact=party)
    if kind == Kind.ADVANCE and party:
        so_far = _in_lei(CashOperation.objects.filter(whose, day=on, kind=Kind.ADVANCE))
        yield from _passed(
            Rule.ADVANCE, so_far + _lei(value, currency, on), on, f"Avansurile pentru {party} ar ajunge în {{day}} la {{sum}}"
        )
    if partner is None or kind not in (Kind.PAYMENT, Kind.REFUND, Kind.SUPPLIER):
        return
    incoming = kind == Kind.PAYMENT
    rule = Rule.PERSON if partner.kind == Partner.Kind.NATURAL else Rule.FROM_BUSINESS if incoming else Rule.TO_BUSINESS
    kinds = (Kind.PAYMENT,) if incoming else (Kind.REFUND, Kind.SUPPLIER)
    so_far = _in_lei(CashOperation.objects.filter(whose, day=on, kind__in=kinds))
    words = f"Încasările în numerar de la {partner.name}" if incoming else f"Plățile în numerar către {partner.name}"
    yield from _passed(rule, so_far + _lei(value, currency, on), on, f"{words} ar ajunge în {{day}} la {{sum}}")


def _till(balance: Decimal, on: date) -> list[Warning]:
    limit = ceiling(Rule.TILL, on)
    if limit is None or balance <= limit.amount:
        return []
    over, term = amount(balance - limit.amount), date_ro(working_days_after(on, TO_BANK_IN))
    text = f"Soldul din {date_ro(on)} ar fi {amount(balance)}, peste plafonul casei de {amount(limit.amount)} ({limit.source})."
    return [Warning(Rule.TILL, f"{text} Depuneți {over} la bancă până la {term}.")]


def _passed(rule: str, total: Decimal, on: date, words: str) -> list[Warning]:
    limit = ceiling(rule, on)
    if limit is None or total <= limit.amount:
        return []
    text = words.format(day=date_ro(on), sum=amount(total))
    return [Warning(rule, f"{text}, peste plafonul de {amount(limit.amount)} ({limit.source}). Restul se plătește prin bancă.")]


def _in_lei(operations: QuerySet) -> Decimal:
    """What the operations moved, in lei, whichever way."""
    rows = operations.values_list("amount", "till__currency", "day")
    return abs(sum((_lei(value, currency, day) for value, currency, day in rows), ZERO))


def _lei(value: Decimal, currency: str, on: date) -> Decimal:
    """Currency counts at the BNR rate of the day (Legea 70/2015 art. 1 (3)); without a known rate it counts for nothing."""
    if currency == "RON":
        return value
    try:
        return money(value * rate_in_force(currency, on).rate)
    except Refused:
        return ZERO
