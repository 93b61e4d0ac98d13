"""Exchange rates published by BNR, the National Bank.

Source: BNR, nbrfxrates.xml and its siblings. The namespace changed between years, so elements are matched by local name;
`multiplier="100"` means the rate is for 100 units; the former addresses answer an HTML page.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.conf import settings
from lxml import etree

from lib.http import BadAnswer, get
from lib.money import price

TIMEOUT = 15  # seconds
NOT_QUOTED = {"", "-"}  # a currency without a rate on a day, in older years


@dataclass(frozen=True)
class RateRow:
    """`rate` is lei for ONE unit, to six decimals; `multiplier` says for how many units BNR printed it."""

    date: date
    currency: str
    rate: Decimal
    multiplier: int


def read_day() -> list[RateRow]:
    """The rates published last."""
    return fetch_rates(f"{settings.BNR_URL}/nbrfxrates.xml")


def read_ten_days() -> list[RateRow]:
    """The rates of the last ten banking days."""
    return fetch_rates(f"{settings.BNR_URL}/nbrfxrates10days.xml")


def read_year(year: int) -> list[RateRow]:
    """The rates of a year, from 2005 on."""
    return fetch_rates(f"{settings.BNR_URL}/files/xml/years/nbrfxrates{year}.xml")


def fetch_rates(url: str) -> list[RateRow]:
    """The rates in a file of BNR. Raises lib.http.NoAnswer, lib.http.BadAnswer."""
    return parse_rates(get(url, timeout=TIMEOUT))


def parse_rates(xml: bytes) -> list[RateRow]:
    """The rates of every `Cube`, in the file's order. No entity is expanded and no other file is read."""
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
        if etree.QName(root).localname != "DataSet":
            raise BadAnswer("XML, but no DataSet", body=xml)
        return [_row(cube, rate) for cube in root.iter("{*}Cube") for rate in cube.iter("{*}Rate") if _text(rate) not in NOT_QUOTED]
    except (etree.XMLSyntaxError, KeyError, ValueError, InvalidOperation) as error:
        raise BadAnswer(f"not the rates of BNR: {error}", body=xml) from error


def _row(cube: etree._Element, rate: etree._Element) -> RateRow:
    multiplier = int(rate.get("multiplier", "1"))
    value = Decimal(_text(rate))
    if value <= 0 or multiplier <= 0:
        raise ValueError(f"a rate of {value} for {multiplier}")
    return RateRow(date.fromisoformat(cube.attrib["date"]), rate.attrib["currency"].upper(), price(value / multiplier), multiplier)


def _text(rate: etree._Element) -> str:
    return (rate.text or "").strip()
