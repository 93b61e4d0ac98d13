"""What every kind of import has: its fields, how rows are judged, written and taken back."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from imports.models import Import, ImportRow, Outcome
from lib.columns import Field, Unread, day_of, number_of, points_decimals, text_of, yes_of
from lib.errors import Refused
from lib.tables import Cell, Row

Progress = Callable[[int, int], None]
STEP = 500  # rows between two looks at the clock of the bar


@dataclass
class Judged:
    """What a row of the file would do."""

    number: int
    label: str = ""
    outcome: Outcome = Outcome.WRONG
    problems: list[list[str]] = field(default_factory=list)
    target: int | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    row: Any = None  # what `write` needs


class Reader:
    """One row of the file by field; what cannot be read becomes a problem of its column."""

    def __init__(self, judged: Judged, row: Row, columns: Mapping[str, int], labels: Mapping[str, str], points: Mapping[str, bool]) -> None:
        self.judged, self.row, self.columns, self.labels, self.points = judged, row, columns, labels, points

    def cell(self, key: str) -> Cell:
        place = self.columns.get(key)
        return self.row[place] if place is not None and place < len(self.row) else ""

    def has(self, key: str) -> bool:
        return self.cell(key) != ""

    def text(self, key: str, longest: int) -> str:
        found = text_of(self.cell(key))
        if len(found) > longest:
            self.wrong(key, f"Textul are {len(found)} de caractere; încap cel mult {longest}.")
            return ""
        return found

    def number(self, key: str) -> Any:
        return self._read(key, lambda cell: number_of(cell, point=self.points.get(key, False)))

    def day(self, key: str) -> date | None:
        found: date | None = self._read(key, day_of)
        return found

    def yes(self, key: str) -> bool | None:
        found: bool | None = self._read(key, yes_of)
        return found

    def wrong(self, key: str, sentence: str) -> None:
        self.judged.problems.append([self.labels.get(key, key), sentence])

    def check(self, key: str, check: Callable[[str], str], text: str) -> str:
        """What a checker of lib.identifiers makes of the text."""
        try:
            return check(text)
        except ValueError as wrong:
            self.wrong(key, str(wrong))
        return ""

    def refused(self, refusal: Refused, names: Mapping[str, str]) -> None:
        self.wrong(names.get(refusal.field, refusal.field), refusal.message)

    def _read(self, key: str, read: Callable[[Cell], Any]) -> Any:
        cell = self.cell(key)
        if cell == "":
            return None
        try:
            return read(cell)
        except Unread as sentence:
            self.wrong(key, str(sentence))
        return None


class Kind(ABC):
    """A kind of file. Methods run in the company's scope, inside one transaction."""

    do_not_call_in_templates = True  # templates read the class; they would make one each time
    key: str
    label: str  # of the file: "Clienți"
    icon: str
    about: str
    fields: Sequence[Field]
    numbers: Sequence[str] = ()  # fields whose texts may write decimals with a point
    section: str  # of the page of imports
    asks_day: str = ""  # the label of a day that the whole file is of
    day_help: str = ""
    series_of: str = ""  # the kind of documents of which a series is asked for
    once: str = "Celulele goale nu șterg nimic din ce aveți deja."  # what to know of the columns
    roles: frozenset[Any]
    done_url: str  # the list where what came in is found
    done_query: str = ""
    row_url: str = ""  # the page of one row that came in

    @abstractmethod
    def judge(self, readers: list[Reader], run: Import, progress: Progress) -> None:
        """Set what each row would do; nothing is written. Existing rows that would change are held until commit."""

    @abstractmethod
    def write(self, judged: list[Judged], run: Import, by: Any) -> None:
        """Do what was judged, all of it, and set the targets."""

    @abstractmethod
    def undo(self, rows: list[ImportRow], run: Import, by: Any) -> None:
        """Take back what was written. Refuses: import_used, with the reason."""

    def readers(self, rows: Sequence[tuple[int, Row]], columns: Mapping[str, int]) -> list[Reader]:
        labels = {field.key: field.label for field in self.fields}
        places = {key: columns[key] for key in self.numbers if key in columns}
        points = {key: points_decimals(row[place] for _, row in rows if place < len(row)) for key, place in places.items()}
        return [Reader(Judged(number), row, columns, labels, points) for number, row in rows]


def settle(judged: Judged, before: dict[str, Any], after: dict[str, Any], target: int | None) -> None:
    """Say what a readable row does, by what is there and what would be."""
    judged.before, judged.after, judged.target = before, after, target
    if judged.problems:
        judged.outcome = Outcome.WRONG
    elif target is None:
        judged.outcome = Outcome.ADDED
    else:
        judged.outcome = Outcome.SAME if before == after else Outcome.UPDATED
