"""What every reader gives: extracts of one account each, with lines whose own text is kept beside what was understood of it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NoReturn

from lib.cif import identity, is_valid_cif
from lib.errors import Refused
from lib.formats import ron
from lib.identifiers import Wrong, check_iban
from lib.money import ZERO, money
from lib.text import normalise, searchable

NOTHING = {"", "NONREF", "NOTPROVIDED", "NOTAVAILABLE", "-"}  # what banks write where they have no reference
IBAN = re.compile(r"(?<![A-Z0-9])([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?)(?![A-Z0-9])")
ROMANIAN_IBAN = re.compile(r"RO\d{2} ?[A-Z]{4}(?: ?[A-Z0-9]{4}){4}")  # also glued to its neighbours
CODE = re.compile(r"\b(?:CODFISC|COD FISCAL|CUI|CIF|C\.U\.I\.|C\.I\.F\.)[\s:/.]*(?:RO\s*)?(\d{2,10})\b", re.IGNORECASE)
PARTY = re.compile(
    r"\b(?:platitor|ordonator|beneficiar)\s*:?\s*(.+?)(?=\s*[;,|/]|\s+(?:RO\d{2}|cont|iban|codfisc|cui|cif|detalii)\b|$)", re.IGNORECASE
)
MONTHS = {"ian": 1, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "mai": 5, "may": 5, "iun": 6, "jun": 6, "iul": 7, "jul": 7}
MONTHS |= {"aug": 8, "sep": 9, "oct": 10, "noi": 11, "nov": 11, "dec": 12}
DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y%m%d", "%Y/%m/%d", "%d.%m.%y", "%d/%m/%y")
LONGEST = 4000


@dataclass(frozen=True)
class Entry:
    """One movement: plus came in, minus went out. `place` is its line or row in the file, from 1; `raw` the text as the bank wrote it."""

    place: int
    raw: str
    on: date
    amount: Decimal
    details: str = ""
    counterparty: str = ""
    iban: str = ""
    code: str = ""  # the counterparty's fiscal code, when the bank says it
    reference: str = ""


@dataclass
class Extract:
    """The movements of one account; `account` is "" when the file does not say which."""

    account: str = ""
    currency: str = ""
    opening: Decimal | None = None
    closing: Decimal | None = None
    entries: list[Entry] = field(default_factory=list)

    @property
    def moved(self) -> Decimal:
        return sum((entry.amount for entry in self.entries), ZERO)

    def prove(self) -> None:
        """Refuse an extract whose movements do not lead from its opening to its closing balance: something of it is missing."""
        if self.opening is None or self.closing is None or self.opening + self.moved == self.closing:
            return
        raise Refused(
            "statement_does_not_add_up",
            f"Soldul inițial {ron(self.opening)} și mișcările {ron(self.moved)} nu dau soldul final {ron(self.closing)}."
            " Fișierul este incomplet: descărcați-l din nou de la bancă.",
            "file",
        )


def broken(place: int, reason: str, where: str = "Linia") -> NoReturn:
    """Refuse a file with the line and the reason."""
    raise Refused("statement_broken", f"{where} {place}: {reason}", "file")


def read_amount(text: object) -> Decimal | None:
    """An amount as banks write it, `1.128,00`, `1,128.00`, `1128,00 RON`, `-5`, `5-`; None for what is none.

    A mark followed by three digits only groups, as amounts have two decimals; the last of two different marks is the decimal one.
    """
    if isinstance(text, Decimal):
        return money(text)
    bare = re.sub(r"[\s\u00a0\u202f']|[A-Za-z]{3}$|lei$", "", str(text).strip()).replace("\u2212", "-")
    if not re.fullmatch(r"[+-]?\d[\d.,]*-?|[+-]?[.,]\d+", bare):
        return None
    sign = -1 if "-" in (bare[0], bare[-1]) else 1
    digits = bare.strip("+-")
    if grouped := re.fullmatch(r"(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d+))?", digits):
        return sign * money(Decimal(f"{re.sub('[.,]', '', grouped[1])}.{grouped[3] or 0}"))
    plain = re.fullmatch(r"(\d*)(?:[.,](\d*))?", digits)
    return sign * money(Decimal(f"{plain[1] or 0}.{plain[2] or 0}")) if plain and digits.strip(".,") else None


def read_day(text: object) -> date | None:
    """A day as banks write it, with or without its hour, or with the month in words."""
    if isinstance(text, datetime):
        return text.date()
    if isinstance(text, date):
        return text
    plain = normalise(str(text))
    if words := re.match(r"(\d{1,2}) ([^\W\d]+) (\d{4})\b", plain):
        month = MONTHS.get(searchable(words[2])[:3])
        return _day(f"{words[3]}-{month:02}-{int(words[1]):02}", "%Y-%m-%d") if month else None
    first = re.split(r"[ T]", plain)[0].rstrip(",")
    return next((day for form in DAYS if (day := _day(first, form))), None)


def first_iban(text: str, *, but: Iterable[str] = ()) -> str:
    """The first right IBAN of a text that is not one of `but`."""
    upper = text.upper()
    for found in [*ROMANIAN_IBAN.findall(upper), *IBAN.findall(upper)]:
        number = iban_of(found)
        if number and number not in but:
            return number
    return ""


def iban_of(text: str) -> str:
    """The text as an IBAN without spaces; "" when it is none."""
    try:
        return check_iban(text)
    except Wrong:
        return ""


def code_in(text: str) -> str:
    """The fiscal code that a text names as such; "" without a right one."""
    return next((identity(code) for code in CODE.findall(text) if is_valid_cif(code)), "")


def party_in(text: str) -> str:
    """The name that stands after Platitor, Ordonator or Beneficiar."""
    found = PARTY.search(text)
    return normalise(found[1])[:200] if found else ""


def reference_of(*texts: str | None) -> str:
    """The first that is a reference at all."""
    return next((plain[:100] for text in texts if (plain := normalise(text or "")).upper() not in NOTHING), "")


def tidy_raw(text: str) -> str:
    """The bank's own text with its lines, without what no database keeps."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ("".join(letter for letter in line if letter == "\t" or unicodedata.category(letter)[0] != "C") for line in lines)
    return "\n".join(line.rstrip() for line in kept).strip()[:LONGEST]


def _day(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None
