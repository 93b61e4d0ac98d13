"""MT940: the file is cut into its fields here, so that an error knows its line; each field is read by the library mt-940.

Source: SWIFT MT940, customer statement message. The library's own walk is not used: it adds a `:86:` of the whole statement, which
stands after the closing balance, to the last movement, and keeps the breaks that banks put inside words.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from mt940 import models, tags

from bank.readers.base import Entry, Extract, broken, code_in, first_iban, iban_of, party_in, reference_of, tidy_raw
from lib.formats import ron
from lib.money import money
from lib.text import normalise

FIELD = re.compile(r":(\d{2}[A-Z]?):(.*)")
MARKED = re.compile(r"(?:\d{3})?([+~^?])(?=\d{2})")  # 020+20…, ~20…, ^20…: the mark before the number of a subfield
FULL, FULL_PART = 60, 27  # so long a line or subfield was cut by its width, maybe inside a word; a shorter one ended there
OPENING, CLOSING = ("60F", "60M"), ("62F", "62M")
MEANT = "mișcarea (:61:) nu are forma cerută: data, C sau D, suma, felul și referința"


@dataclass
class _Field:
    place: int
    tag: str
    lines: list[str]

    @property
    def raw(self) -> str:
        return f":{self.tag}:" + "\n".join(self.lines)


def read(text: str) -> list[Extract]:
    """The accounts of a file, in its order; the statements of one account follow one another and are joined."""
    found: dict[tuple[str, str], Extract] = {}
    current = Extract()
    fields = _fields(text)
    for number, one in enumerate(fields):
        if one.tag == "20":
            current = Extract()
        elif one.tag == "25":
            current.account = _account(one)
        elif one.tag in OPENING:
            amount, currency = _balance(one)
            current = _joined(found, current, amount, currency, one)
        elif one.tag == "61":
            following = fields[number + 1 :]
            details = following[0] if following and following[0].tag == "86" else None
            current.entries.append(_entry(one, details, current.account))
        elif one.tag in CLOSING:
            current.closing = _balance(one)[0]
            current.prove()
    if not found:
        broken(1, "extrasul nu are soldul inițial (:60F:). Descărcați-l din nou de la bancă, în format MT940.")
    return list(found.values())


def _fields(text: str) -> list[_Field]:
    found: list[_Field] = []
    for place, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        start = FIELD.match(re.sub(r"^.*\{4:", "", line))
        if start:
            found.append(_Field(place, start[1], [start[2]]))
        elif found and line.strip() not in ("", "-", "-}"):
            found[-1].lines.append(line)
    return found


def _joined(found: dict[tuple[str, str], Extract], current: Extract, amount: Decimal, currency: str, one: _Field) -> Extract:
    """The extract that movements go to: a new one, or the one of this account that ended with the balance that opens now."""
    key = (current.account, currency)
    former = found.get(key)
    if former is None:
        found[key] = replace(current, currency=currency, opening=amount, entries=[])
    elif former.closing != amount:
        broken(one.place, f"soldul inițial {ron(amount)} nu continuă soldul final {ron(former.closing)} de dinainte. Lipsește un extras.")
    return found[key]


def _account(one: _Field) -> str:
    """The IBAN, which may be followed by the currency or preceded by the bank."""
    return first_iban(one.lines[0]) or iban_of(re.sub(r"[A-Z]{3}$", "", one.lines[0].strip()))


def _balance(one: _Field) -> tuple[Decimal, str]:
    try:
        values: dict[str, Any] = tags.BalanceBase().parse(models.Transactions(), one.lines[0].strip())
    except RuntimeError:
        broken(one.place, f"soldul (:{one.tag}:) nu are forma cerută: C sau D, data, moneda, suma.")
    return _amount(values["amount"], one) * (-1 if values["status"] == "D" else 1), values["currency"]


def _entry(one: _Field, details: _Field | None, account: str) -> Entry:
    try:
        values: dict[str, Any] = tags.Statement().parse(models.Transactions(), "\n".join(one.lines).strip())
        value_day = date(2000 + int(values["year"]), int(values["month"]), int(values["day"]))
        on = _entry_day(value_day, values["entry_month"], values["entry_day"])
    except (RuntimeError, ValueError):
        broken(one.place, f"{MEANT}.")
    # RC takes a credit back, RD a debit. Source: SWIFT MT940, field 61, subfield 3.
    sign = 1 if values["status"] in ("C", "RD") else -1
    text, name, iban = _details(details, account)
    raw = tidy_raw("\n".join([one.raw, details.raw] if details else [one.raw]))
    reference = reference_of(values["bank_reference"], values["customer_reference"])
    more = normalise(" ".join(filter(None, [text, values["extra_details"] or ""])))
    return Entry(one.place, raw, on, sign * _amount(values["amount"], one), more, name, iban, code_in(more), reference)


def _entry_day(value: date, month: str | None, day: str | None) -> date:
    """The day of booking has no year of its own: it is the one nearest to the day of value."""
    if not month or not day:
        return value
    near = [date(year, int(month), int(day)) for year in (value.year - 1, value.year, value.year + 1) if _is_day(year, month, day)]
    return min(near, key=lambda one: abs(one - value)) if near else value


def _is_day(year: int, month: str, day: str) -> bool:
    try:
        date(year, int(month), int(day))
    except ValueError:
        return False
    return True


def _amount(text: str, one: _Field) -> Decimal:
    try:
        return money(Decimal(text.replace(",", ".").rstrip(".")))
    except ArithmeticError:
        broken(one.place, f"suma {text} nu este un număr.")


def _details(one: _Field | None, account: str) -> tuple[str, str, str]:
    """What was paid for, by whom, from which account."""
    if one is None:
        return "", "", ""
    mark = MARKED.match(one.lines[0])
    if not mark:
        text = normalise(_glued(one.lines, FULL))
        return text, party_in(text), first_iban(text, but={account})
    whole = "\n".join(one.lines) if mark[1] == "+" else _glued(one.lines, FULL)
    parts = re.findall(rf"\{mark[1]}(\d{{2}})(.*?)(?=\{mark[1]}\d{{2}}|\Z)", whole, re.DOTALL)
    width = 10**6 if mark[1] == "+" else FULL_PART
    # Most banks write the IBAN in 31 and the name in 32 and 33, some the name in 32 and the IBAN in 33: the text itself tells.
    others = [text.strip() for number, text in parts if "30" <= number <= "39"]
    iban = next((found for text in others if (found := iban_of(text)) and found != account), "")
    name = normalise(" ".join(text for number, text in parts if number in ("32", "33") and not iban_of(text)))
    text = normalise(_glued([text for number, text in parts if number < "30" or number >= "60"], width))
    return text, (name or party_in(text))[:200], iban or first_iban(text, but={account})


def _glued(lines: list[str], width: int) -> str:
    """Lines in one: without a space after one that was cut by its width."""
    text = ""
    for number, line in enumerate(lines):
        cut = number and len(lines[number - 1]) >= width
        text += line if cut or not number else " " + line
    return text
