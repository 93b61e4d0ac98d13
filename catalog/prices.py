"""The price of a product: with VAT or without, in a document's terms, and what the special lists make of it for a client.

The rule of the lists. A list speaks for a document if it is active, its period holds the day, its currency is the document's and
it is for this client. Of those that speak for a product at a quantity:
1. one for the client by name comes before one for the client's group, and that before one for everybody;
2. among these, a row of the product comes before a discount on all products; in each list the row with the greatest quantity
   that is not above the asked one counts;
3. among these, the lowest price after discount; of equal ones the older list.
With no list, the product's own price. Documents compute their own totals (lib/totals.py), and what a person typed is never changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import FilteredRelation, Q

from catalog.actions import rate_in_force
from catalog.models import PriceList, Product
from lib.errors import Refused
from lib.formats import qty
from lib.money import ZERO
from lib.money import price as rounded
from lib.totals import HUNDRED

BY_AUDIENCE = [PriceList.Audience.CLIENTS, PriceList.Audience.GROUP, PriceList.Audience.ALL]


@dataclass(frozen=True)
class Terms:
    """The document that a price is for."""

    currency: str
    rate: Decimal  # lei for one unit of `currency`
    with_vat: bool  # whether its prices include VAT
    on: date


@dataclass(frozen=True)
class PriceOffer:
    """A price in the document's terms, None when it cannot be converted; the discount comes off it on the line."""

    price: Decimal | None
    discount_percent: Decimal = ZERO
    source: str = ""  # "lista En gros", "lista En gros, de la 10"; "" for the product's own price
    from_quantity: Decimal = ZERO

    @property
    def final(self) -> Decimal | None:
        """The price after its discount, to compare by."""
        return None if self.price is None else self.price * (HUNDRED - self.discount_percent)


@dataclass(frozen=True)
class _Row:
    """What one list says of one product from a quantity on; without a product, of all of them."""

    price_list: int
    name: str
    audience: str
    includes_vat: bool
    product: int | None
    from_quantity: Decimal
    price: Decimal | None
    discount_percent: Decimal

    @property
    def rank(self) -> tuple[int, bool]:
        return BY_AUDIENCE.index(self.audience), self.product is None  # type: ignore[arg-type]


def other_price(price: Decimal, *, includes_vat: bool, percent: Decimal) -> Decimal:
    """The same price without VAT when it includes it, with VAT when it does not; six decimals."""
    with_vat = HUNDRED + percent
    return rounded(price * HUNDRED / with_vat if includes_vat else price * with_vat / HUNDRED)


def in_terms(
    value: Decimal, currency: str, *, includes_vat: bool, percent: Decimal, terms: Terms, rate: Decimal | None = None
) -> Decimal | None:
    """A price in the document's currency, with VAT or without, as the document has it; None with no rate. Rounded once, to six decimals.

    `rate` is that of `currency`, if it is known from elsewhere than BNR.
    """
    if currency != terms.currency:
        rate = rate or _bnr(currency, terms.on)
        if rate is None:
            return None
        value = value * rate / terms.rate
    if includes_vat and not terms.with_vat:
        value = value * HUNDRED / (HUNDRED + percent)
    elif terms.with_vat and not includes_vat:
        value = value * (HUNDRED + percent) / HUNDRED
    return rounded(value)


def offer(product: Product, *, partner: int | None, quantity: Decimal, terms: Terms) -> PriceOffer:
    """The price of a product for a client at a quantity, and where it comes from."""
    return at(ladders([product], partner=partner, terms=terms)[product.pk], quantity)


def at(ladder: Sequence[PriceOffer], quantity: Decimal) -> PriceOffer:
    """The step of a ladder that a quantity stands on; a returned quantity (below zero) has the price of the sold one."""
    return [step for step in ladder if step.from_quantity <= abs(quantity)][-1]


def ladders(products: Iterable[Product], *, partner: int | None, terms: Terms) -> dict[int, list[PriceOffer]]:
    """For each product its offers by quantity, from 0 up; one query for all. The first step always stands."""
    products = list(products)
    rows = _rows([product.pk for product in products], partner, terms) if products else []
    return {product.pk: _ladder(product, [row for row in rows if row.product in (None, product.pk)], terms) for product in products}


def _ladder(product: Product, rows: list[_Row], terms: Terms) -> list[PriceOffer]:
    percent = product.vat_rate.percent
    own = in_terms(product.price, product.currency, includes_vat=product.price_includes_vat, percent=percent, terms=terms)
    ladder: list[PriceOffer] = []
    for quantity in sorted({ZERO, *(row.from_quantity for row in rows)}):
        best = _best(rows, quantity, own, percent, terms)
        if not ladder or replace(best, from_quantity=ladder[-1].from_quantity) != ladder[-1]:
            ladder.append(replace(best, from_quantity=quantity))
    return ladder


def _best(rows: list[_Row], quantity: Decimal, own: Decimal | None, percent: Decimal, terms: Terms) -> PriceOffer:
    """What holds from a quantity on. Each list has its say by its highest row that is not above the quantity."""
    said: dict[tuple[int, bool], _Row] = {}
    for row in sorted(rows, key=lambda row: row.from_quantity):
        if row.from_quantity <= quantity:
            said[row.price_list, row.product is None] = row
    if not said:
        return PriceOffer(own)
    best = min(row.rank for row in said.values())
    offers = [(row.price_list, _of_row(row, own, percent, terms)) for row in said.values() if row.rank == best]
    return min(offers, key=lambda pair: (pair[1].final is None, pair[1].final or ZERO, pair[0]))[1]


def _of_row(row: _Row, own: Decimal | None, percent: Decimal, terms: Terms) -> PriceOffer:
    source = f"lista {row.name}" + (f", de la {qty(row.from_quantity)}" if row.from_quantity else "")
    if row.price is None:
        return PriceOffer(own, row.discount_percent, source)
    return PriceOffer(in_terms(row.price, terms.currency, includes_vat=row.includes_vat, percent=percent, terms=terms), source=source)


def _rows(products: list[int], partner: int | None, terms: Terms) -> list[_Row]:
    """What the lists that count say of the products, and of all products, in one query."""
    lists = PriceList.objects.on_offer(partner=partner, on=terms.on, currency=terms.currency)
    found = lists.annotate(row=FilteredRelation("items", condition=Q(items__product__in=products))).values_list(
        "pk", "name", "audience", "price_includes_vat", "discount_percent",
        "row__product_id", "row__from_quantity", "row__price", "row__discount_percent",
    )  # fmt: skip
    rows, general = [], {}
    for pk, name, audience, includes_vat, discount, product, quantity, price, row_discount in found:
        if discount:
            general[pk] = _Row(pk, name, audience, includes_vat, None, ZERO, None, discount)
        if product:
            rows.append(_Row(pk, name, audience, includes_vat, product, quantity, price, row_discount))
    return [*rows, *general.values()]


def _bnr(currency: str, on: date) -> Decimal | None:
    if currency == "RON":
        return Decimal(1)
    try:
        return rate_in_force(currency, on).rate
    except Refused:
        return None
