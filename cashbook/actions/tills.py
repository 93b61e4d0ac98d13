"""Tills: made, named, and what was in them when the book began."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from cashbook.models import CashDay, CashOperation, Till
from companies.events import record_event
from companies.scope import active_company_id
from lib.dates import bucharest_today
from lib.errors import require
from lib.formats import date_ro
from lib.money import ZERO

TILLS = 144  # the first key of the advisory lock; the second one is the company


def lock(till: Till) -> Till:
    """Hold the till until commit: its balance stands still. Keys that point at it are not held up."""
    return Till.objects.select_for_update(of=("self",), no_key=True).get(pk=till.pk)


def lock_several(*tills: Till) -> list[Till]:
    """Hold several in the order of their keys, so that two transfers never wait for each other."""
    keys = [till.pk for till in tills]
    held = {till.pk: till for till in Till.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")}
    return [held[key] for key in keys]


def hold_tills() -> None:
    """Wait until commit for whoever makes a till or changes one: which is the default is said of all of them together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TILLS, active_company_id()])


def till_for(currency: str) -> Till:
    """The till that takes payments in a currency; made at its first use."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cashbook_default_till(%s, %s)", [active_company_id(), currency])
        return Till.objects.get(pk=cursor.fetchone()[0])


@transaction.atomic
def save_till(till: Till, *, by: Any) -> Till:
    """Make a till or change its words; the first of a currency, and one that is chosen, takes the payments of that currency.

    Refuses: till_default_inactive, till_currency_kept.
    """
    new = till.pk is None
    hold_tills()
    others = Till.objects.filter(currency=till.currency, is_default=True).exclude(pk=till.pk)
    if not new:
        former = lock(till)
        require(
            former.currency == till.currency or not CashDay.objects.filter(till=till).exists(),
            "till_currency_kept",
            "Casa are operațiuni, moneda ei rămâne. Pentru altă monedă faceți altă casă.",
            "currency",
        )
        if former.is_default:  # another becomes the default by being chosen
            till.is_default = former.currency == till.currency
    till.is_default = till.is_default or not others.exists()
    require(
        till.active or not till.is_default,
        "till_default_inactive",
        "Casa implicită primește încasările în numerar și rămâne activă. Alegeți întâi altă casă implicită.",
        "active",
    )
    if till.is_default:
        others.update(is_default=False)
    if new:
        till.save()
    else:
        words = ["name", "workplace", "currency", "account", "cashier", "may_go_negative", "active", "is_default"]
        till.save(update_fields=words)
    record_event(till, "created" if new else "changed", by=by, name=till.name)
    return till


@transaction.atomic
def set_opening(till: Till, *, day: date, amount: Decimal, by: Any) -> Till:
    """Say what was in the till when a day began. The balances from that day on follow; what was before is counted backwards.

    Refuses: opening_in_future, opening_negative, opening_under_closed_days, opening_after_operations.
    """
    till = lock(till)
    check_opening(till, day=day, amount=amount)
    return _set_opening(till, day, amount, by)


@transaction.atomic
def clear_opening(till: Till, *, by: Any) -> Till:
    """Say again that the book began with nothing, as before `set_opening` (what undoes an import). Refuses: opening_under_closed_days."""
    till = lock(till)
    _require_no_closed_days(till)
    return _set_opening(till, None, ZERO, by)


def check_opening(till: Till, *, day: date, amount: Decimal) -> None:
    """What `set_opening` refuses; asked by an import before anything is written."""
    require(day <= bucharest_today(), "opening_in_future", "Data soldului inițial este în viitor.", "day")
    require(amount >= 0, "opening_negative", "Soldul inițial nu poate fi negativ.", "amount")
    _require_no_closed_days(till)
    first = CashOperation.objects.filter(till=till, payment=None, day__lt=day).order_by("ordinal").first()
    require(
        first is None,
        "opening_after_operations",
        f"Casa are operațiuni scrise de mână din {date_ro(first and first.day)}. Soldul inițial se dă la o zi de cel târziu atunci.",
        "day",
    )


def _require_no_closed_days(till: Till) -> None:
    closed = f"Zilele până la {date_ro(till.closed_until)} sunt închise. Redeschideți-le înainte de a schimba soldul inițial."
    require(till.closed_until is None, "opening_under_closed_days", closed, "day")


def _set_opening(till: Till, day: date | None, amount: Decimal, by: Any) -> Till:
    former = till.opening_day, till.opening_balance
    till.opening_day, till.opening_balance = day, amount
    till.save(update_fields=["opening_day", "opening_balance"])
    record_event(till, "opening_set", by=by, day=day, amount=amount, former_day=former[0], former=former[1])
    return till
