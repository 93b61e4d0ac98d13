"""Money of one currency for suppliers' documents of another. Source: OMFP 1802/2014 pct. 325, as for receipts."""

from datetime import date
from decimal import Decimal

from catalog.actions import rate_in_force
from invoicing.exchange import LEI, Exchange, exchange_of_advance
from lib.errors import Refused, require
from lib.money import money
from purchases.models import Expense


def terms(currency: str, expense: Expense, *, on: date, rate: Decimal | None) -> Exchange:
    """How money paid on a day covers documents like this one; without a typed rate at BNR's, failing that the document's own.

    Refuses: currency_pair, rate_missing, rate_not_positive.
    """
    foreign = {currency, expense.currency} - {LEI}
    if not foreign:
        return Exchange(currency, expense.currency)
    require(
        len(foreign) == 1,
        "currency_pair",
        f"Un document în {expense.currency} se plătește în {expense.currency} sau în lei, nu în {currency}.",
        "currency",
    )
    require(rate is None or rate > 0, "rate_not_positive", "Cursul trebuie să fie mai mare decât zero.", "rate")
    if rate is not None:
        return Exchange(currency, expense.currency, rate, "manual")
    try:
        found = rate_in_force(foreign.pop(), on)
    except Refused as refusal:
        if currency == expense.currency:
            return Exchange(currency, currency, expense.exchange_rate, "document")
        raise Refused(refusal.code, refusal.message, "rate") from refusal
    return Exchange(currency, expense.currency, found.rate, found.source)


def gained(amount: Decimal, taken: Decimal, expense: Expense, how: Exchange) -> Decimal:
    """Lei gained (+) or lost (−): what the part was worth at the document's rate, less what it cost."""
    return money(amount * expense.exchange_rate) - how.in_lei(taken)


__all__ = ["LEI", "Exchange", "exchange_of_advance", "gained", "terms"]
