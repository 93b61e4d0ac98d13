"""Cells that several kinds have, read in the same way and refused in the same words."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from catalog.models import Unit, VatRate
from companies.forms import CURRENCIES
from imports.kinds.base import Reader
from invoicing.period import require_day_open
from lib.columns import bare, text_of
from lib.errors import Refused
from lib.formats import percent
from lib.money import money

LEI = "RON"
SPELLINGS = (
    "bucata buc, bucati buc, pcs buc, pc buc, h87 buc, kilogram kg, kilograme kg, kgm kg, litru l, litri l, ltr l,"
    " ora oră, ore oră, h oră, hur oră, zile zi, luni lună, ani an, metru m, metri m, m2 mp, mtk mp, m3 mc, mtq mc,"
    " seturi set, perechi pereche, tona t, tone t, cutii cutie, pachete pachet"
)
UNITS = dict(entry.split() for entry in SPELLINGS.split(","))
MOST = Decimal("9999999999.99")
MOST_PRICE, PLACES = Decimal(10) ** 12, -6


def currency_of(reader: Reader, default: str = LEI) -> str:
    """The code of the currency; of an empty or unknown one the default, the latter with its problem."""
    code = reader.text("currency", 10).upper()
    code = LEI if code in {"LEI", "LEU"} else code or default
    if code not in dict(CURRENCIES):
        reader.wrong("currency", f"Nu cunoaștem moneda „{code}”. Scrieți codul ei, de exemplu RON sau EUR.")
        return default
    return code


def amount_of(reader: Reader, key: str) -> Decimal | None:
    """An amount with two decimals at most; None when it is empty or wrong."""
    found: Decimal | None = reader.number(key)
    if found is not None and abs(found) > MOST:
        reader.wrong(key, "Suma este prea mare.")
        return None
    if found is not None and money(found) != found:
        reader.wrong(key, "Suma are mai mult de două zecimale.")
        return None
    return found


def fine_number(reader: Reader, key: str, what: str) -> Decimal | None:
    """A price or a quantity: six decimals at most. `what` begins its sentences: "Prețul"."""
    found: Decimal | None = reader.number(key)
    if found is None:
        return None
    if abs(found) >= MOST_PRICE:
        reader.wrong(key, f"{what} este prea mare.")
    elif int(found.normalize().as_tuple().exponent) < PLACES:
        reader.wrong(key, f"{what} are prea multe zecimale: cel mult 6.")
    else:
        return found
    return None


def percent_of(reader: Reader, key: str) -> Decimal | None:
    """A percent between 0 and 100; a cell that is kept as a fraction (0.1 shown as 10 %) counts as its percent."""
    found: Decimal | None = reader.number(key)
    if found is None:
        return None
    if 0 < found < 1 and isinstance(reader.cell(key), Decimal):
        found *= 100
    if not 0 <= found <= 100 or int(found.normalize().as_tuple().exponent) < -4:
        reader.wrong(key, f"„{text_of(reader.cell(key))}” nu este un procent între 0 și 100.")
        return None
    return found


def known_units() -> dict[str, Unit]:
    """Every unit by its bare name, and by the other ways in which people write it."""
    units = {bare(unit.name): unit for unit in Unit.objects.all()}
    return {word: units[bare(name)] for word, name in UNITS.items() if bare(name) in units} | units


def unit_of(reader: Reader, units: Mapping[str, Unit]) -> Unit | None:
    """The unit of the cell; None when it is empty or unknown."""
    word = bare(text_of(reader.cell("unit")))
    if word and word not in units:
        reader.wrong("unit", f"Nu cunoaștem unitatea „{reader.text('unit', 40)}”. Scrieți, de exemplu, buc, kg sau oră.")
    return units.get(word)


def vat_of(reader: Reader, rates: Sequence[VatRate], day: str = "astăzi") -> VatRate | None:
    """The treatment of the cell by its name or percent, among those that may be chosen; None when it is empty or wrong."""
    said = bare(text_of(reader.cell("vat")))
    if named := next((rate for rate in rates if bare(rate.name) == said), None):
        return named
    number = reader.number("vat")
    if number is None:
        return None
    number = number * 100 if 0 < number < 1 else number
    if rate := next((rate for rate in rates if rate.category == VatRate.Category.STANDARD and rate.percent == number), None):
        return rate
    zero = "Cota 0 are mai multe înțelesuri: scrieți tratamentul, de exemplu „Taxare inversă”."
    reader.wrong("vat", zero if number == 0 else f"Cota de {percent(number)} nu se mai poate folosi {day}.")
    return None


def closed(on: date) -> str:
    """The sentence with which the closed period refuses a day; "" when the day is open."""
    try:
        require_day_open(on, "on")
    except Refused as refusal:
        return refusal.message
    return ""
