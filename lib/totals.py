"""A document's totals: lines, discounts, VAT by (category, rate). Pure arithmetic; static/js/totals.js mirrors it.

Source: EN 16931-1 (BR-CO-10 … BR-CO-17, BR-S-08, BR-S-09); Cod fiscal art. 286 (discounts), 291 (rates).

Prices without VAT: a line's net is rounded once, VAT once for each group on the sum of nets.
Prices with VAT: what the customer pays is exact. The group's gross is the sum of the lines' gross values, its VAT is
gross × rate / (100 + rate), its net the rest; the lines' nets are differences of running sums, so they add up to the ban.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lib.money import ZERO, money, price

HUNDRED = Decimal(100)


@dataclass(slots=True, frozen=True)
class Line:
    """What was typed. `unit_price` bears VAT or not, as the document says; a percent wins over an amount."""

    quantity: Decimal
    unit_price: Decimal
    category: str  # BT-151
    rate: Decimal  # BT-152, percent
    discount_percent: Decimal = ZERO
    discount_amount: Decimal = ZERO


@dataclass(slots=True, frozen=True)
class LineTotals:
    """What follows for one line. All but `value` and `discount` are without VAT."""

    value: Decimal  # quantity × price as typed, before the discount
    discount: Decimal  # as typed: with VAT when prices bear VAT
    allowance: Decimal  # BT-136
    net: Decimal  # BT-131
    vat: Decimal  # the line's share, before a discount on the whole; the shares of a group add up
    net_price: Decimal  # BT-146, six decimals

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat


@dataclass(slots=True, frozen=True)
class Group:
    """One row of the VAT breakdown (BG-23)."""

    category: str  # BT-118
    rate: Decimal  # BT-119
    lines_net: Decimal
    allowance: Decimal  # BT-92, the group's share of the discount on the whole
    taxable: Decimal  # BT-116
    vat: Decimal  # BT-117


@dataclass(slots=True, frozen=True)
class Totals:
    lines: list[LineTotals]
    groups: list[Group]
    lines_net: Decimal  # BT-106
    allowance: Decimal  # BT-107
    net: Decimal  # BT-109
    vat: Decimal  # BT-110
    total: Decimal  # BT-112


def document_totals(
    lines: Sequence[Line], *, with_vat: bool = False, discount_percent: Decimal = ZERO, discount_amount: Decimal = ZERO
) -> Totals:
    """All amounts of a document. `with_vat`: prices and discounts were typed with VAT. A percent wins over an amount."""
    typed = [_typed(line) for line in lines]
    keys = sorted({(line.category, line.rate) for line in lines}, key=lambda key: (-key[1], key[0]))
    sums = {key: sum((v - d for (v, d), line in zip(typed, lines, strict=True) if _key(line) == key), ZERO) for key in keys}
    shares = _shares(sums, discount_percent, discount_amount)
    groups = [_group(key, sums[key], shares[key], with_vat) for key in keys]
    net, vat = sum((g.taxable for g in groups), ZERO), sum((g.vat for g in groups), ZERO)
    return Totals(
        lines=_lines(lines, typed, with_vat),
        groups=groups,
        lines_net=sum((g.lines_net for g in groups), ZERO),
        allowance=sum((g.allowance for g in groups), ZERO),
        net=net,
        vat=vat,
        total=net + vat,
    )


def with_fixed(totals: Totals, fixed: Mapping[tuple[str, Decimal], tuple[Decimal, Decimal]]) -> Totals:
    """The totals with (net, VAT) added to groups, by (category, rate), as they are: neither discounted nor rounded with the rest."""
    groups = {(group.category, group.rate): group for group in totals.groups}
    for (category, rate), (net, vat) in fixed.items():
        was = groups.get((category, rate)) or Group(category, rate, ZERO, ZERO, ZERO, ZERO)
        groups[category, rate] = replace(was, lines_net=was.lines_net + net, taxable=was.taxable + net, vat=was.vat + vat)
    more_net, more_vat = (sum((pair[at] for pair in fixed.values()), ZERO) for at in (0, 1))
    net, vat = totals.net + more_net, totals.vat + more_vat
    ordered = [groups[key] for key in sorted(groups, key=lambda key: (-key[1], key[0]))]
    return replace(totals, groups=ordered, lines_net=totals.lines_net + more_net, net=net, vat=vat, total=net + vat)


def vat_within(gross: Decimal, rate: Decimal) -> Decimal:
    """The VAT inside an amount that bears it (Cod fiscal art. 282 (8))."""
    return money(gross * rate / (HUNDRED + rate))


def in_lei(groups: Iterable[Group], exchange_rate: Decimal) -> list[tuple[Decimal, Decimal]]:
    """(base, VAT) in lei for each group: totals in lei are their sums, so that journals and documents agree."""
    return [(money(g.taxable * exchange_rate), money(g.vat * exchange_rate)) for g in groups]


def _key(line: Line) -> tuple[str, Decimal]:
    return line.category, line.rate


def _typed(line: Line) -> tuple[Decimal, Decimal]:
    value = money(line.quantity * line.unit_price)
    return value, money(value * line.discount_percent / HUNDRED) if line.discount_percent else line.discount_amount


def _shares(sums: dict[tuple[str, Decimal], Decimal], percent: Decimal, amount: Decimal) -> dict[tuple[str, Decimal], Decimal]:
    """The discount on the whole, split over the groups: by percent, or an amount in proportion to the sums."""
    if percent:
        return {key: money(value * percent / HUNDRED) for key, value in sums.items()}
    whole, shares, so_far, given = sum(sums.values(), ZERO), {}, ZERO, ZERO
    for key, value in sums.items():
        so_far += value
        reached = money(amount * so_far / whole) if whole else ZERO
        shares[key], given = reached - given, reached
    return shares


def _group(key: tuple[str, Decimal], typed: Decimal, share: Decimal, with_vat: bool) -> Group:
    category, rate = key
    if with_vat:
        lines_net = typed - vat_within(typed, rate)
        vat = vat_within(typed - share, rate)
        taxable = typed - share - vat
        return Group(category, rate, lines_net, lines_net - taxable, taxable, vat)
    taxable = typed - share
    return Group(category, rate, typed, share, taxable, money(taxable * rate / HUNDRED))


def _lines(lines: Sequence[Line], typed: Sequence[tuple[Decimal, Decimal]], with_vat: bool) -> list[LineTotals]:
    running: dict[tuple[str, Decimal], tuple[Decimal, Decimal]] = {}  # (sum as typed, VAT on it) so far, by group
    result = []
    for line, (value, discount) in zip(lines, typed, strict=True):
        before, vat_before = running.get(_key(line), (ZERO, ZERO))
        after = before + value - discount
        vat_after = vat_within(after, line.rate) if with_vat else money(after * line.rate / HUNDRED)
        running[_key(line)] = after, vat_after
        vat = vat_after - vat_before
        net = value - discount - vat if with_vat else value - discount
        allowance = discount - vat_within(discount, line.rate) if with_vat else discount
        result.append(LineTotals(value, discount, allowance, net, vat, _net_price(line, net + allowance, with_vat)))
    return result


def _net_price(line: Line, net_value: Decimal, with_vat: bool) -> Decimal:
    if not with_vat:
        return line.unit_price
    return price(net_value / line.quantity) if line.quantity else price(line.unit_price * HUNDRED / (HUNDRED + line.rate))
