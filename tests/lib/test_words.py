"""Amounts in words: a table of vectors, and a parser written apart from the product for every other amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.words import amount_in_words, plural

VECTORS = """
0 zero lei
0.01 zero lei și un ban
0.02 zero lei și doi bani
0.20 zero lei și douăzeci de bani
1 un leu
1.01 un leu și un ban
2 doi lei
12 doisprezece lei
14 paisprezece lei
16 șaisprezece lei
19 nouăsprezece lei
20 douăzeci de lei
21 douăzeci și unu de lei
22 douăzeci și doi de lei
58.74 cincizeci și opt de lei și șaptezeci și patru de bani
100 o sută de lei
101 o sută unu lei
102 o sută doi lei
112 o sută doisprezece lei
119 o sută nouăsprezece lei
120 o sută douăzeci de lei
121 o sută douăzeci și unu de lei
200 două sute de lei
202 două sute doi lei
212 două sute doisprezece lei
999 nouă sute nouăzeci și nouă de lei
1000 o mie de lei
1001 o mie unu lei
1002 o mie doi lei
1019 o mie nouăsprezece lei
1020 o mie douăzeci de lei
1119 o mie o sută nouăsprezece lei
2000 două mii de lei
2012 două mii doisprezece lei
3456.78 trei mii patru sute cincizeci și șase de lei și șaptezeci și opt de bani
12000 douăsprezece mii de lei
19019 nouăsprezece mii nouăsprezece lei
20000 douăzeci de mii de lei
21000 douăzeci și una de mii de lei
21021 douăzeci și una de mii douăzeci și unu de lei
22000 douăzeci și două de mii de lei
99000 nouăzeci și nouă de mii de lei
100000 o sută de mii de lei
101000 o sută una mii de lei
102000 o sută două mii de lei
112000 o sută douăsprezece mii de lei
119000 o sută nouăsprezece mii de lei
120000 o sută douăzeci de mii de lei
121000 o sută douăzeci și una de mii de lei
122000 o sută douăzeci și două de mii de lei
999999.99 nouă sute nouăzeci și nouă de mii nouă sute nouăzeci și nouă de lei și nouăzeci și nouă de bani
1000000 un milion de lei
1000001 un milion unu lei
1000020 un milion douăzeci de lei
1012000 un milion douăsprezece mii de lei
1021000 un milion douăzeci și una de mii de lei
1999999.99 un milion nouă sute nouăzeci și nouă de mii nouă sute nouăzeci și nouă de lei și nouăzeci și nouă de bani
2000000 două milioane de lei
12000000 douăsprezece milioane de lei
20000000 douăzeci de milioane de lei
21000000 douăzeci și unu de milioane de lei
"""

NUMBERS = {
    "un": 1, "o": 1, "unu": 1, "una": 1, "doi": 2, "două": 2, "trei": 3, "patru": 4, "cinci": 5, "șase": 6, "șapte": 7, "opt": 8,
    "nouă": 9, "zece": 10, "unsprezece": 11, "doisprezece": 12, "douăsprezece": 12, "treisprezece": 13, "paisprezece": 14,
    "cincisprezece": 15, "șaisprezece": 16, "șaptesprezece": 17, "optsprezece": 18, "nouăsprezece": 19, "douăzeci": 20, "treizeci": 30,
    "patruzeci": 40, "cincizeci": 50, "șaizeci": 60, "șaptezeci": 70, "optzeci": 80, "nouăzeci": 90, "zero": 0,
}  # fmt: skip
GROUPS = {"mie": 10**3, "mii": 10**3, "milion": 10**6, "milioane": 10**6, "miliard": 10**9, "miliarde": 10**9}


def read(words: str) -> Decimal:
    """The amount that words in lei and bani say; fails on a word it does not know."""
    lei = total = group = 0
    for word in words.split():
        if word in {"leu", "lei"}:
            lei, total, group = total + group, 0, 0
        elif word in {"ban", "bani"}:
            total += group
        elif word in GROUPS:
            total, group = total + group * GROUPS[word], 0
        elif word in {"sută", "sute"}:
            group *= 100
        elif word not in {"de", "și"}:
            group += NUMBERS[word]
    return lei + Decimal(total) / 100


@pytest.mark.parametrize("vector", VECTORS.strip().splitlines())
def test_the_known_amounts(vector):
    amount, words = vector.split(" ", 1)
    assert amount_in_words(Decimal(amount)) == words


@given(st.decimals(min_value=0, max_value=Decimal("999999999.99"), places=2))
def test_every_amount_can_be_read_back(amount):
    assert read(amount_in_words(amount)) == amount


@given(st.integers(min_value=0, max_value=999_999_999))
def test_de_stands_where_the_last_two_digits_ask_for_it(lei):
    has_de = amount_in_words(Decimal(lei)).endswith(" de lei")
    assert has_de == (lei >= 20 and not 1 <= lei % 100 <= 19)


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("1", "EUR", "un euro"),
        ("2.02", "EUR", "doi euro și doi cenți"),
        ("21.01", "EUR", "douăzeci și unu de euro și un cent"),
        ("1020", "USD", "o mie douăzeci de dolari americani"),
        ("1.20", "GBP", "o liră sterlină și douăzeci de pence"),
        ("22", "GBP", "douăzeci și două de lire sterline"),
        ("12", "GBP", "douăsprezece lire sterline"),
        ("100.50", "HUF", "o sută de HUF și cincizeci de sutimi"),
        ("1.01", "PLN", "un PLN și o sutime"),
        ("-2.50", "RON", "minus doi lei și cincizeci de bani"),
        ("1000000000000", "RON", "o mie de miliarde de lei"),
        ("2012000000", "RON", "două miliarde douăsprezece milioane de lei"),
    ],
)
def test_other_currencies_and_great_amounts(amount, currency, words):
    assert amount_in_words(Decimal(amount), currency) == words


def test_an_amount_finer_than_bani_is_a_bug():
    with pytest.raises(ValueError, match="hundredths"):
        amount_in_words(Decimal("0.005"))


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 facturi"), (1, "1 factură"), (2, "2 facturi"), (19, "19 facturi"), (20, "20 de facturi"), (101, "101 facturi"),
     (120, "120 de facturi"), (1234, "1.234 de facturi"), (1000, "1.000 de facturi")],
)  # fmt: skip
def test_what_is_counted_agrees_with_the_number(count, text):
    assert plural(count, "factură", "facturi") == text
