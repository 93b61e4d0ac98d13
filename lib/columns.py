"""The columns of somebody else's table: found by their titles, read as typed values, each problem in a Romanian sentence."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from lib.formats import parse_decimal, qty
from lib.tables import Cell, Row
from lib.text import searchable

LOOKED_AT = 25  # rows among which the titles stand
DAY_SHAPES = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y", "%Y.%m.%d", "%Y/%m/%d", "%d%m%Y")
ENGLISH = re.compile(r"-?\d{1,3}(,\d{3})+\.\d+")
DECIMAL_POINT = re.compile(r"-?(\d+\.(\d{1,2}|\d{4,})|\d{4,}\.\d+|0\.\d+)")
EPOCH, FIRST_SERIAL, LAST_SERIAL = date(1899, 12, 30), 20_000, 80_000  # days as Excel counts them, 1954 to 2119
SERIAL = re.compile(r"\d{5}([.,]\d+)?")
YES = {"da", "d", "yes", "y", "true", "1", "x", "platitor", "activ"}
NO = {"nu", "n", "no", "false", "0", "neplatitor", "inactiv", "-"}


class Unread(ValueError):
    """A cell that cannot be taken; its text is the sentence for the user."""


@dataclass(frozen=True)
class Field:
    """What a column may hold. `words` are other titles for it, as other programs write them."""

    key: str
    label: str
    words: str = ""  # titles with commas
    needed: bool = False
    example: Cell = ""

    @property
    def titles(self) -> set[str]:
        return {bare(title) for title in (self.label, self.key, *self.words.split(","))} - {""}


def bare(text: object) -> str:
    """A title as it is compared: letters and digits only, `Cod_fiscal ` is `codfiscal`."""
    return searchable(str(text)).replace(" ", "")


def numbered(titles: Iterable[Cell]) -> list[str]:
    """The bare titles; the second and later ones of the same name get their number: `pret`, `pret 2`."""
    seen: Counter[str] = Counter()
    names = []
    for title in titles:
        name = bare(text_of(title))
        seen[name] += bool(name)
        names.append(f"{name} {seen[name]}" if seen[name] > 1 else name)
    return names


def matched(titles: Sequence[Cell], fields: Sequence[Field], kept: Mapping[str, str]) -> dict[str, int]:
    """Field to column, each used once: first as the person said last time (`kept`, bare title to field, "" for none), then by title."""
    found: dict[str, int] = {}
    known = {field.key for field in fields}
    names = numbered(titles)
    for index, name in enumerate(names):
        if name and kept.get(name) in known - found.keys():
            found[kept[name]] = index
    taken = set(found.values()) | {index for index, name in enumerate(names) if name in kept}
    for field in fields:
        if field.key not in found:
            place = next((i for i, name in enumerate(names) if i not in taken and name in field.titles), None)
            if place is not None:
                found[field.key] = place
                taken.add(place)
    return found


def head_of(rows: Sequence[Row], fields: Sequence[Field], kept: Mapping[str, str]) -> int:
    """The place of the titles: the row that names most fields, else the first one with two texts, else the first."""
    scores = [len(matched(row, fields, kept)) for row in rows[:LOOKED_AT]]
    best = max(scores, default=0)
    if best > 0:
        return scores.index(best)
    texts = [sum(isinstance(cell, str) and bool(cell) for cell in row) for row in rows[:LOOKED_AT]]
    return next((index for index, count in enumerate(texts) if count > 1), 0)


def text_of(cell: Cell) -> str:
    """The cell as text: a number without idle zeros, a day as people write it."""
    match cell:
        case Decimal():
            return f"{cell:f}".rstrip("0").rstrip(".") if "." in f"{cell:f}" else f"{cell:f}"
        case date():
            return f"{cell:%d.%m.%Y}"
    return cell


def shown(cell: Cell) -> str:
    """The cell as people read it: numbers with a decimal comma."""
    return qty(cell, grouped=False) if isinstance(cell, Decimal) else text_of(cell)


def points_decimals(cells: Iterable[Cell]) -> bool:
    """Whether the texts of a column write decimals with a point: then `12.500` is twelve and a half, not twelve thousand."""
    texts = [cell for cell in cells if isinstance(cell, str) and cell]
    if any("," in text and not ENGLISH.fullmatch(text) for text in texts):
        return False
    return any(DECIMAL_POINT.fullmatch(text) or ENGLISH.fullmatch(text) for text in texts)


def number_of(cell: Cell, *, point: bool) -> Decimal:
    """A number however it is written, also with its currency or percent sign. Raises Unread."""
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, date):
        raise Unread("Aici se așteaptă un număr, nu o dată.")
    text = re.sub(r"(?i)\s*(lei|ron|eur|euro|usd|gbp|€|\$|£|%)\s*$", "", cell)
    if point or ENGLISH.fullmatch(text):
        text = "".join(text.replace(",", "").split())
        if re.fullmatch(r"[-+]?\d{1,20}(\.\d{1,20})?", text):
            return Decimal(text)
        raise Unread(f"„{short(cell)}” nu este un număr.")
    found = parse_decimal(text)
    if found is None:
        raise Unread(f"„{short(cell)}” nu este un număr.")
    return found


def day_of(cell: Cell) -> date:
    """A day in any of its usual shapes, also as the number under which Excel keeps it. Raises Unread."""
    if isinstance(cell, date):
        return cell
    if isinstance(cell, Decimal):
        if FIRST_SERIAL <= cell <= LAST_SERIAL:
            return EPOCH + timedelta(days=int(cell))
        raise Unread(f"„{text_of(cell)}” nu este o dată.")
    if SERIAL.fullmatch(cell):
        return day_of(Decimal(cell.replace(",", ".")))
    text = re.sub(r"[ T]\d{1,2}:\d{2}.*$", "", cell).rstrip(".")
    for shape in DAY_SHAPES:
        try:
            found = datetime.strptime(text, shape).date()
        except ValueError:
            continue
        if 1950 <= found.year <= 2100:
            return found
    raise Unread(f"„{short(cell)}” nu este o dată. Scrieți, de exemplu, 22.11.2026.")


def yes_of(cell: Cell) -> bool:
    """Da or nu, however it is written. Raises Unread."""
    word = bare(text_of(cell))
    if word in YES or word.startswith("platitor"):
        return True
    if word in NO or word.startswith("neplatitor") or not word:
        return False
    raise Unread(f"„{short(text_of(cell))}” nu este nici da, nici nu.")


def short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
