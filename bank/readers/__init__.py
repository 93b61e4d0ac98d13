"""Statements of banks, whatever their form: MT940, CAMT.053, CSV or XLSX."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bank.readers import camt, mt940, table
from bank.readers.base import Entry, Extract
from lib.errors import require
from lib.tables import MOST_BYTES, decoded

MOST_LINES = 20_000
SHORTER = "Descărcați extrasul pe perioade mai scurte."
__all__ = ["Entry", "Extract", "Reading", "read"]


@dataclass(frozen=True)
class Reading:
    """What a file is, and the extracts in it; `unknown` says that its columns have to be told first."""

    form: str  # mt940, camt053 or table
    extracts: list[Extract]
    unknown: bool = False


def read(content: bytes, told: Mapping[str, Mapping[str, str]] | None = None) -> Reading:
    """Read a file by what it holds; `told`: see `bank.readers.table.read`.

    Refuses: statement_too_large, statement_empty, statement_broken, statement_does_not_add_up, and what `lib.tables.open_table` does.
    """
    require(len(content) <= MOST_BYTES, "statement_too_large", f"Fișierul depășește 20 MB. {SHORTER}", "file")
    reading = _reading(content, told or {})
    count = sum(len(extract.entries) for extract in reading.extracts)
    require(reading.unknown or count, "statement_empty", "Extrasul nu are nicio mișcare.", "file")
    require(count <= MOST_LINES, "statement_too_large", f"Extrasul are peste 20.000 de mișcări. {SHORTER}", "file")
    return reading


def _reading(content: bytes, told: Mapping[str, Mapping[str, str]]) -> Reading:
    if not content.startswith(b"PK"):
        text = decoded(content)
        if text.lstrip("\ufeff \r\n\t").startswith("<"):
            return Reading("camt053", camt.read(content))
        if re.search(r"(?m)^(?:.*\{4:)?:20:", text) or re.search(r"(?m)^:6[01][FM]?:", text):
            return Reading("mt940", mt940.read(text))
    found = table.read(content, told)
    return Reading("table", [found] if found else [], unknown=found is None)
