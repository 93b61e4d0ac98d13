"""Money: rounding in one place, and the arithmetic of a document's totals (lib/totals.py builds on it)."""

from decimal import ROUND_HALF_UP, Decimal

BAN = Decimal("0.01")
SIX = Decimal("0.000001")
ZERO = Decimal("0.00")


def money(value: Decimal) -> Decimal:
    """Round an amount to bani, halves away from zero, so money(-x) == -money(x)."""
    return _places(value, BAN)


def price(value: Decimal) -> Decimal:
    """Round a unit price or a quantity to six decimals, halves away from zero."""
    return _places(value, SIX)


def _places(value: Decimal, step: Decimal) -> Decimal:
    """The only `quantize` of the product. Adding zero turns -0.00 into 0.00."""
    return value.quantize(step, rounding=ROUND_HALF_UP) + 0
