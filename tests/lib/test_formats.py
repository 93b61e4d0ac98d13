from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.formats import amount, date_ro, file_size, grouped_iban, parse_decimal, percent, qty, ron, unit_price

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1234.5", "1.234,50"),
        ("0", "0,00"),
        ("-0.004", "0,00"),
        ("-1234567.891", "-1.234.567,89"),
        ("0.005", "0,01"),
        ("987654321012.34", "987.654.321.012,34"),
    ],
)
def test_an_amount_has_two_decimals_a_comma_and_grouping_dots(value, shown):
    assert ron(Decimal(value)) == shown


def test_nothing_is_shown_for_no_value():
    assert [ron(None), amount(None), qty(None), percent(None), date_ro(None)] == ["", "", "", "", ""]


def test_an_amount_names_its_currency_on_the_same_line():
    assert [amount(Decimal(5)), amount(Decimal(5), "EUR")] == [f"5,00{NBSP}lei", f"5,00{NBSP}EUR"]


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        ron(1.1)


@pytest.mark.parametrize(("value", "shown"), [("2.500000", "2,5"), ("1000", "1.000"), ("0.000001", "0,000001"), ("-3.10", "-3,1")])
def test_a_quantity_has_no_idle_zeros(value, shown):
    assert qty(Decimal(value)) == shown


@pytest.mark.parametrize(("value", "shown"), [("12.5", "12,50"), ("0.123456", "0,123456"), ("7", "7,00")])
def test_a_price_has_two_decimals_at_least(value, shown):
    assert unit_price(Decimal(value)) == shown


def test_a_rate_is_a_percent():
    assert [percent(Decimal("21.0000")), percent(Decimal("5.5"))] == ["21%", "5,5%"]


def test_an_instant_is_shown_in_the_time_of_romania():
    assert date_ro(datetime(2026, 11, 22, 22, 30, tzinfo=UTC)) == "23.11.2026 00:30"
    assert date_ro(date(2026, 11, 2)) == "02.11.2026"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1.234,56", "1234.56"),
        ("1234,56", "1234.56"),
        ("1234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        (f"1{NBSP}234,56", "1234.56"),
        ("1.234", "1234"),
        ("1.234.567", "1234567"),
        ("12.5", "12.5"),
        ("0.125", "0.125"),
        ("1234.567", "1234.567"),
        ("1,234", "1.234"),
        (",5", "0.5"),
        (".5", "0.5"),
        ("5,", "5"),
        ("-1.234,5", "-1234.5"),
        ("−7", "-7"),
    ],
)
def test_a_number_is_read_as_romanians_type_it(typed, number):
    assert parse_decimal(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed", ["", " ", "-", ",", ".", "1,2,3", "1,234.56", "1.23,4", "1.2.3", "abc", "1e5", "NaN", "Infinity", "12 lei", "٣", "--1"]
)
def test_what_can_be_read_in_no_way_or_in_two_is_no_number(typed):
    assert parse_decimal(typed) is None


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=2))
def test_an_amount_read_back_is_the_same(value):
    assert parse_decimal(ron(value)) == value


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6), st.booleans())
def test_a_quantity_read_back_is_the_same(value, grouped):
    assert parse_decimal(qty(value, grouped=grouped)) == value


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_a_number(text):
    assert parse_decimal(text) is None or parse_decimal(text).is_finite()


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (None, ""),
        (0, "0 B"),
        (1023, "1.023 B"),
        (1024, "1 kB"),
        (1536, "1,5 kB"),
        (1048575, "1 MB"),
        (3 * 1024 * 1024, "3 MB"),
        (5 * 1024**4, "5.120 GB"),
    ],
)
def test_a_size_is_in_the_largest_unit_that_fits(count, shown):
    assert file_size(count).replace("\N{NO-BREAK SPACE}", " ") == shown


def test_an_account_is_in_groups_of_four():
    assert grouped_iban("RO49AAAA1B31007593840000").split("\N{NO-BREAK SPACE}") == ["RO49", "AAAA", "1B31", "0075", "9384", "0000"]
