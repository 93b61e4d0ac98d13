"""A product's price with VAT and without. Documents compute their own totals (lib/totals.py); this is for people to compare."""

from decimal import Decimal

from lib.money import price as rounded
from lib.totals import HUNDRED


def other_price(price: Decimal, *, includes_vat: bool, percent: Decimal) -> Decimal:
    """The same price without VAT when it includes it, with VAT when it does not; six decimals."""
    with_vat = HUNDRED + percent
    return rounded(price * HUNDRED / with_vat if includes_vat else price * with_vat / HUNDRED)
