"""Holding suppliers' documents until commit. The order: documents of clients, expenses, VAT status, advance, till."""

from collections.abc import Sequence

from django.db import connection

from companies.scope import active_company_id
from purchases.models import Expense, SupplierAdvance

ONCE = 402  # the first key of the advisory lock; the second one is what must be done once


def hold_once(what: object) -> None:
    """Wait until commit for whoever does the same thing (a token, the index of a received invoice): there is no row to hold yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [ONCE, f"{active_company_id()} {what}"])


def lock(expense: Expense) -> Expense:
    return lock_all([expense])[0]


def lock_all(expenses: Sequence[Expense]) -> list[Expense]:
    """Hold the rows in the order of their keys: two payments over the same documents never wait for each other."""
    keys = [expense.pk for expense in expenses]
    return list(Expense.objects.select_for_update(of=["self"]).filter(pk__in=keys).select_related("partner").order_by("pk"))


def hold_advance(partner_id: int, currency: str) -> SupplierAdvance:
    """What is paid ahead to a supplier, held until commit."""
    SupplierAdvance.objects.get_or_create(partner_id=partner_id, currency=currency)
    return SupplierAdvance.objects.select_for_update().get(partner_id=partner_id, currency=currency)
