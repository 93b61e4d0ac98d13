"""Numbers and amounts in Romanian words.

Leu and ban are masculine, mie feminine, milion and miliard neuter; "de" stands before the noun for 20 and over,
except when the last two digits are 01 to 19. The same rule holds between a count of thousands and "mii".
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Gender = Literal["m", "f", "n"]

UNITS = ["zero", "unu", "doi", "trei", "patru", "cinci", "șase", "șapte", "opt", "nouă"]
TEENS = ["zece", *(f"{stem}sprezece" for stem in ("un", "doi", "trei", "pai", "cinci", "șai", "șapte", "opt", "nouă"))]
TENS = ["_", "zece", "douăzeci", "treizeci", "patruzeci", "cincizeci", "șaizeci", "șaptezeci", "optzeci", "nouăzeci"]


@dataclass(frozen=True)
class Noun:
    """What is counted: its two forms and its gender, which the words for 1, 2 and 12 follow."""

    one: str
    many: str
    gender: Gender


THOUSAND = Noun("mie", "mii", "f")
GROUPS = [(10**9, Noun("miliard", "miliarde", "n")), (10**6, Noun("milion", "milioane", "n")), (10**3, THOUSAND)]
CENT = Noun("cent", "cenți", "m")
HUNDREDTH = Noun("sutime", "sutimi", "f")
CURRENCIES = {
    "RON": (Noun("leu", "lei", "m"), Noun("ban", "bani", "m")),
    "EUR": (Noun("euro", "euro", "m"), CENT),
    "USD": (Noun("dolar american", "dolari americani", "m"), CENT),
    "GBP": (Noun("liră sterlină", "lire sterline", "f"), Noun("penny", "pence", "m")),
    "CHF": (Noun("franc elvețian", "franci elvețieni", "m"), Noun("centimă", "centime", "f")),
    "MDL": (Noun("leu moldovenesc", "lei moldovenești", "m"), Noun("ban", "bani", "m")),
}


def amount_in_words(amount: Decimal, currency: str = "RON") -> str:
    """`douăzeci și unu de lei și cincizeci de bani`; a currency without a Romanian name here is counted by its code.

    The amount has at most two decimals, as every amount that is stored; anything finer is a bug of the caller.
    """
    hundredths = abs(amount) * 100
    if hundredths != int(hundredths):
        raise ValueError(f"{amount} is not a whole number of hundredths")
    whole, rest = divmod(int(hundredths), 100)
    unit, fraction = CURRENCIES.get(currency, (Noun(currency, currency, "m"), HUNDREDTH))
    words = _counted_in_words(whole, unit)
    if rest:
        words += f" și {_counted_in_words(rest, fraction)}"
    return f"minus {words}" if amount < 0 else words


def plural(count: int, one: str, many: str) -> str:
    """`1 factură`, `2 facturi`, `20 de facturi`, `101 facturi`, `1.234 de facturi`."""
    number = f"{count:,}".replace(",", ".")
    return f"{number} {one}" if count == 1 else f"{number} {_of(count)}{many}"


def _counted_in_words(count: int, noun: Noun) -> str:
    """A number with its noun: `un leu`, `o mie`, `două milioane`, `douăzeci și una de mii`."""
    if count == 1:
        return f"{'o' if noun.gender == 'f' else 'un'} {noun.one}"
    return f"{_cardinal(count, noun.gender)} {_of(count)}{noun.many}"


def _cardinal(number: int, gender: Gender) -> str:
    parts = []
    for size, noun in GROUPS:
        count, number = divmod(number, size)
        if count:
            parts.append(_counted_in_words(count, noun))
    if number or not parts:
        parts.append(_below_thousand(number, gender))
    return " ".join(parts)


def _below_thousand(number: int, gender: Gender) -> str:
    hundreds, rest = divmod(number, 100)
    parts = []
    if hundreds:
        parts.append("o sută" if hundreds == 1 else f"{_below_hundred(hundreds, 'f')} sute")
    if rest or not hundreds:
        parts.append(_below_hundred(rest, gender))
    return " ".join(parts)


def _below_hundred(number: int, gender: Gender) -> str:
    if number < 10:
        return _unit(number, gender)
    if number < 20:
        return "douăsprezece" if number == 12 and gender != "m" else TEENS[number - 10]
    tens, unit = divmod(number, 10)
    return f"{TENS[tens]} și {_unit(unit, gender)}" if unit else TENS[tens]


def _unit(number: int, gender: Gender) -> str:
    if number == 1 and gender == "f":
        return "una"
    return "două" if number == 2 and gender != "m" else UNITS[number]


def _of(count: int) -> str:
    """The "de" between a number and what it counts."""
    return "de " if abs(count) >= 20 and not 1 <= abs(count) % 100 <= 19 else ""
