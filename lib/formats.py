"""Values as Romanians write them: 1.234,56 · 21% · 22.11.2026. Pages, PDFs, e-mails and messages all print with these.

Nothing here changes a value: amounts arrive rounded (lib/money.py), a `float` is refused.
"""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from lib.money import money, price

NBSP = "\N{NO-BREAK SPACE}"
CURRENCY_SIGNS = {"RON": "lei"}
_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+")


def ron(value: Decimal | int | None) -> str:
    """An amount with two decimals: Decimal("1234.5") is "1.234,50"; None is ""."""
    return "" if value is None else _romanian(f"{money(_exact(value)):,.2f}")


def amount(value: Decimal | int | None, currency: str = "RON") -> str:
    """An amount with its currency, kept on one line: "1.234,50 lei"."""
    return "" if value is None else f"{ron(value)}{NBSP}{currency_sign(currency)}"


def currency_sign(currency: str) -> str:
    """What people write after an amount: lei for RON, otherwise the ISO code."""
    return CURRENCY_SIGNS.get(currency, currency)


def qty(value: Decimal | int | None, *, least: int = 0, grouped: bool = True) -> str:
    """A quantity of up to six decimals without idle zeros: Decimal("2.500000") is "2,5". `least` decimals always stand."""
    if value is None:
        return ""
    whole, _, decimals = f"{price(_exact(value)):{',' if grouped else ''}.6f}".partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    return _romanian(f"{whole}.{decimals}" if decimals else whole)


def unit_price(value: Decimal | int | None) -> str:
    """A unit price: two decimals at least, six at most."""
    return qty(value, least=2)


def percent(value: Decimal | int | None) -> str:
    """A rate: Decimal("21.0000") is "21%"."""
    return "" if value is None else f"{qty(value)}%"


def file_size(count: int | None) -> str:
    """A number of bytes, in kB and MB of 1024, with at most one decimal: 1536 is "1,5 kB"."""
    if count is None:
        return ""
    unit = "B"
    tenths = count * 10
    for larger in ("kB", "MB", "GB"):
        if tenths < 10240:
            break
        tenths, unit = (tenths + 512) // 1024, larger
    return f"{qty(Decimal(tenths).scaleb(-1))}{NBSP}{unit}"


def grouped_iban(iban: str) -> str:
    """An account as people copy it: groups of four that stay on one line."""
    return NBSP.join(iban[at : at + 4] for at in range(0, len(iban), 4))


def date_ro(value: date | None) -> str:
    """A day as 22.11.2026, an instant as 22.11.2026 14:05 in the time of Romania."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{local:%d.%m.%Y %H:%M}"
    return f"{value:%d.%m.%Y}"


def parse_decimal(text: str) -> Decimal | None:
    """A typed number as a Decimal; None when it can be read in no way, or in two.

    - Spaces of every kind only group digits and are dropped; a minus may stand in front.
    - A comma is the decimal mark, and there is one at most; dots before it must group thousands: 1.234,56.
    - Without a comma, dots that group thousands properly are that: 1.234.567, and also 1.234 (one thousand…).
    - Any other single dot is a decimal mark: 1234.56, 12.5, 0.125, 1234.567.
    """
    text = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, comma, decimals = digits.partition(",")
    if _GROUPED.fullmatch(whole) and not whole.startswith("0"):
        whole = whole.replace(".", "")
    elif not comma:
        whole, _, decimals = whole.partition(".")
    if not re.fullmatch(r"[0-9]*", whole + decimals) or not whole + decimals:
        return None
    try:
        return Decimal(f"{sign}{whole or 0}.{decimals or 0}") if decimals else Decimal(f"{sign}{whole}")
    except InvalidOperation:
        return None


def _exact(value: Decimal | int) -> Decimal:
    if isinstance(value, float):
        raise TypeError("a float is no amount: keep it a Decimal from the form to the page")
    return Decimal(value)


def _romanian(english: str) -> str:
    return english.translate(str.maketrans(",.", ".,"))
