"""Amounts that become due as their whole is paid: VAT of TVA la încasare, with its base."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from lib.money import money


def in_parts(amounts: Sequence[Decimal], whole: Decimal, parts: Sequence[Decimal]) -> Iterator[list[Decimal]]:
    """What each part of a whole brings of each amount, in proportion and in order; whole must not be zero.

    A part gives what all parts up to it give, less what those before it gave: once the whole is there, the sums are the amounts
    to the ban. Source: Cod fiscal art. 282 (8): a receipt bears its VAT inside.
    """
    so_far, given = Decimal(0), [Decimal(0)] * len(amounts)
    for part in parts:
        so_far += part
        reached = [money(amount * so_far / whole) for amount in amounts]
        yield [now - before for now, before in zip(reached, given, strict=True)]
        given = reached
