"""What must hold for the totals of any document."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.money import money
from lib.totals import Line, document_totals, in_lei, vat_within
from tests.vectors import totals as vectors

TREATMENTS = [("S", "21"), ("S", "11"), ("S", "9"), ("AE", "0"), ("E", "0")]


def decimals(least: str, most: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(least, most, places=places, allow_nan=False, allow_infinity=False)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    category, rate = draw(st.sampled_from(TREATMENTS))
    quantity, price = draw(decimals("-99999", "99999", 6)), draw(decimals("0", "99999", 6))
    percent, amount = draw(st.sampled_from([(True, False), (False, True), (False, False)]))
    return Line(
        quantity,
        price,
        category,
        Decimal(rate),
        draw(decimals("0", "100", 4)) if percent else Decimal(0),
        draw(decimals("-500", "500", 2)) if amount else Decimal(0),
    )


DOCUMENTS = {
    "rows": st.lists(lines(), max_size=12),
    "with_vat": st.booleans(),
    "percent": st.sampled_from([Decimal(0), Decimal(0), Decimal("7.5"), Decimal("33.3333"), Decimal(100)]),
    "amount": decimals("0", "900", 2),
}


def totals_of(rows, with_vat, percent, amount):
    return document_totals(rows, with_vat=with_vat, discount_percent=percent, discount_amount=amount)


@given(**DOCUMENTS)
def test_lines_groups_and_totals_add_up(rows, with_vat, percent, amount):
    totals = totals_of(rows, with_vat, percent, amount)
    assert sum(line.net for line in totals.lines) == sum(group.lines_net for group in totals.groups) == totals.lines_net
    assert sum(group.taxable for group in totals.groups) == totals.net == totals.lines_net - totals.allowance
    assert sum(group.vat for group in totals.groups) == totals.vat == totals.total - totals.net


@given(**DOCUMENTS)
def test_everything_is_rounded_to_bani(rows, with_vat, percent, amount):
    totals = totals_of(rows, with_vat, percent, amount)
    amounts = [totals.net, totals.vat, *(x for group in totals.groups for x in (group.taxable, group.vat, group.allowance))]
    amounts += [x for line in totals.lines for x in (line.value, line.discount, line.net, line.vat, line.allowance)]
    assert all(money(value) == value for value in amounts)


@given(**DOCUMENTS)
def test_a_storno_is_the_mirror_of_its_invoice(rows, with_vat, percent, amount):
    mirrored = [replace(row, quantity=-row.quantity, discount_amount=-row.discount_amount) for row in rows]
    totals, storno = totals_of(rows, with_vat, percent, amount), totals_of(mirrored, with_vat, percent, -amount)
    assert (storno.net, storno.vat, storno.total) == (-totals.net, -totals.vat, -totals.total)
    assert [(line.net, line.vat) for line in storno.lines] == [(-line.net, -line.vat) for line in totals.lines]


@given(rows=DOCUMENTS["rows"], amount=DOCUMENTS["amount"])
def test_prices_with_vat_are_paid_exactly_as_typed(rows, amount):
    totals = totals_of(rows, True, Decimal(0), amount)
    typed = sum((line.value - line.discount for line in totals.lines), Decimal(0))
    assert totals.total == typed - (amount if typed else 0)


@given(rows=DOCUMENTS["rows"], with_vat=st.booleans())
def test_the_shares_of_vat_of_the_lines_add_up_to_their_group(rows, with_vat):
    totals = totals_of(rows, with_vat, Decimal(0), Decimal(0))
    for group in totals.groups:
        members = [line for line, row in zip(totals.lines, rows, strict=True) if (row.category, row.rate) == (group.category, group.rate)]
        assert (sum(line.vat for line in members), sum(line.net for line in members)) == (group.vat, group.taxable)


@given(**DOCUMENTS)
def test_vat_is_the_rate_of_what_it_is_due_on(rows, with_vat, percent, amount):
    """To the ban when prices come without VAT; within one when it is taken out of prices that bear it."""
    for group in totals_of(rows, with_vat, percent, amount).groups:
        due = group.taxable * group.rate / 100
        assert abs(group.vat - due) <= (Decimal("0.01") if with_vat else Decimal("0.005"))


@given(**DOCUMENTS, rate=decimals("0.000001", "999", 6))
def test_amounts_in_lei_of_a_mirror_are_mirrored(rows, with_vat, percent, amount, rate):
    groups = totals_of(rows, with_vat, percent, amount).groups
    mirrored = [replace(group, taxable=-group.taxable, vat=-group.vat) for group in groups]
    assert in_lei(mirrored, rate) == [(-base, -vat) for base, vat in in_lei(groups, rate)]


@given(gross=decimals("-999999", "999999", 2))
def test_vat_within_an_amount_is_odd_and_within_a_ban(gross):
    assert vat_within(-gross, Decimal(21)) == -vat_within(gross, Decimal(21))
    assert abs(vat_within(gross, Decimal(21)) - gross * 21 / 121) <= Decimal("0.005")


def test_a_discount_on_the_whole_is_split_over_the_groups_to_the_ban():
    rows = [Line(Decimal(1), Decimal(100), "S", Decimal(21)), Line(Decimal(1), Decimal(50), "S", Decimal(11))]
    totals = document_totals(rows, discount_amount=Decimal("10.01"))
    assert [group.allowance for group in totals.groups] == [Decimal("6.67"), Decimal("3.34")]


@pytest.mark.parametrize(("value", "rounded"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("-0.004", "0.00")])
def test_halves_round_away_from_zero(value, rounded):
    assert str(money(Decimal(value))) == rounded


def test_the_stored_vectors_are_what_the_server_computes():
    assert vectors.stored() == vectors.made()
