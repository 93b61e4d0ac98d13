"""Writing UBL elements: every text cut to its legal length, every amount as it is stored."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from textwrap import wrap
from typing import Any, TypeAlias

from lxml import etree

from lib.text import limit, normalise

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{{{UBL}CommonAggregateComponents-2}}", f"{{{UBL}CommonBasicComponents-2}}"
LONGEST_NOTE, MOST_NOTES = 300, 20  # BR-RO-L300, BR-RO-A020
_SUBJECT = re.compile(r"^([^#]*#)(?=[^#]{3}#)")

Element: TypeAlias = Any  # of lxml, which brings no types


def group(parent: Element, *names: str) -> Element:
    """A new group (BG) below `parent`, one within the other when there are several names."""
    for name in names:
        parent = etree.SubElement(parent, CAC + name)
    return parent


def text(parent: Element, name: str, value: str, longest: int = 200) -> None:
    """A text (BT) of at most `longest` characters; nothing when there is none. Source of the lengths: RO_CIUS, BR-RO-L*."""
    if value := limit(normalise(value), longest):
        etree.SubElement(parent, CBC + name).text = value


def code(parent: Element, name: str, value: str) -> None:
    """A code or an identifier of our own making."""
    etree.SubElement(parent, CBC + name).text = value


def day(parent: Element, name: str, value: date | None) -> None:
    if value:
        etree.SubElement(parent, CBC + name).text = value.isoformat()


def amount(parent: Element, name: str, value: Decimal, currency: str) -> None:
    """An amount with its two decimals; a price keeps up to six, without idle zeros."""
    element = etree.SubElement(parent, CBC + name, currencyID=currency)
    element.text = plain(value) if name == "PriceAmount" else f"{value:.2f}"


def plain(value: Decimal) -> str:
    """A number without idle zeros: Decimal("2.500000") is 2.5."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def tax_scheme(parent: Element, scheme: str = "VAT") -> None:
    code(group(parent, "TaxScheme"), "ID", scheme)


def notes(texts: Sequence[str]) -> list[str]:
    """The mentions as notes (BT-22), a long one in several. Three signs between the first two # would be read as a code (BR-CL-08)."""
    pieces = [piece for said in texts for piece in wrap(normalise(said), LONGEST_NOTE - 1, break_on_hyphens=False)]
    return [_SUBJECT.sub(r"\1 ", piece) for piece in pieces[:MOST_NOTES]]
