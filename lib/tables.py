"""Spreadsheets that people send us, XLSX or CSV, read as rows of plain values. Whatever is in them is data, never run or followed.

A cell is text, a `Decimal` or a `date`; an empty one is "". Formulas count as the value that the program kept for them.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import IO, Any
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from lib.errors import Refused, require
from lib.text import normalise

MB = 1024 * 1024
MOST_BYTES = 20 * MB
MOST_UNPACKED = 150 * MB
MOST_PARTS = 2000
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 50_000, 200, 50  # rows with something in them
MOST_PLACES = 1_048_576  # rows of any kind: the last one that a spreadsheet has
MOST_CELLS = 3_000_000  # of a sheet
MOST_STRINGS = 600_000  # texts that a workbook keeps once for all its cells
WIDEST_ROW, LONGEST_TAIL = MB, 6 * MB  # of a sheet's XML: a row is held whole while it is read, and so is what follows the rows
MOST_STYLE = 4 * MB  # what is held whole besides: styles, and the workbook's own part
CHUNK, OVERLAP = 256 * 1024, 64
LOOKED_AT = 30  # rows that show how a CSV is separated
SEPARATORS = ";,\t|"
OLE = b"\xd0\xcf\x11\xe0"
# What people send by mistake: how it begins, what else is in it, what to do. The first that fits speaks.
OTHER_KINDS = [
    (OLE, "EncryptedPackage".encode("utf-16-le"), "Fișierul are parolă. Scoateți parola, salvați-l și încărcați-l din nou."),
    (OLE, b"", "Fișierul este un .xls vechi. Deschideți-l și salvați-l ca XLSX sau CSV."),
    (b"%PDF-", b"", "Un PDF nu se poate citi ca tabel. Cereți programului dinainte un XLSX sau un CSV."),
]
# Bytes that are Romanian letters in Windows-1250 and rarities in 1252, and letters of the West that 1250 has not.
ROMANIAN, WESTERN = frozenset(b"\xe3\xba\xfe\xaa\xde\xc3"), frozenset(b"\xe0\xe8\xea\xf1\xfb\xe5\xf8\xe6\xec\xf2")
DTD = re.compile(rb"<\0?!\0?(?:D\0?O|E\0?N)")  # also in UTF-16
HIDING = re.compile(rb"<!(?:\[CDATA|--)")  # in a sheet nothing of this is written by a spreadsheet
ROW, CELL, STRING = (re.compile(rb"<(?:\w+:)?" + tag + rb"[\s/>]") for tag in (rb"row", rb"c", rb"si"))
ROWS_END = re.compile(rb"</(?:\w+:)?sheetData\s*>")

Cell = str | Decimal | date
Row = list[Cell]


@dataclass(frozen=True)
class Table:
    """A readable file: its sheets by name (one without a name for a CSV)."""

    content: bytes
    sheets: list[str]
    is_xlsx: bool

    def rows(self, sheet: str = "") -> Iterator[Row]:
        """The rows of a sheet, empty ones too: a row's place is its number. Refuses: table_too_long, table_broken."""
        rows = _of_xlsx(self.content, sheet or self.sheets[0]) if self.is_xlsx else _of_csv(self.content)
        full = 0
        for place, row in enumerate(rows, start=1):
            full += bool(row)
            sane = full <= MOST_ROWS and place <= MOST_PLACES
            require(sane, "table_too_long", "Fișierul are prea multe rânduri: cel mult 50.000. Împărțiți-l în mai multe.", "file")
            yield row

    def first(self, count: int, sheet: str = "") -> list[Row]:
        return list(islice(self.rows(sheet), count))


def open_table(content: bytes) -> Table:
    """What the bytes are, by what they hold. Refuses: table_too_large, table_empty, table_of_other_kind, table_broken."""
    require(len(content) <= MOST_BYTES, "table_too_large", "Fișierul depășește 20 MB. Împărțiți-l în mai multe.", "file")
    require(content.strip(), "table_empty", "Fișierul este gol. Alegeți altul.", "file")
    if content.startswith(b"PK\x03\x04"):
        _require_sane(content)
        book = _book(content)
        names = [sheet.title for sheet in book.worksheets][:MOST_SHEETS]
        book.close()
        require(names, "table_empty", "Fișierul nu are nicio foaie cu date.", "file")
        return Table(content, names, is_xlsx=True)
    for start, holds, sentence in OTHER_KINDS:
        require(not (content.startswith(start) and holds in content), "table_of_other_kind", sentence, "file")
    text = decoded(content)
    markup = text.lstrip().startswith("<")
    odd = sum(not letter.isprintable() and letter not in "\t\r\n\N{NO-BREAK SPACE}\ufeff" for letter in text[:10_000])
    readable = not markup and odd * 100 <= len(text[:10_000])
    require(readable, "table_of_other_kind", "Fișierul nu este un tabel. Salvați-l ca XLSX sau CSV și încercați din nou.", "file")
    return Table(content, [""], is_xlsx=False)


def decoded(content: bytes) -> str:
    """The text of a CSV: UTF-8 or UTF-16 when it can be, else the Windows code page that its letters speak for."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    sample = content[:4000]
    if sample.count(0) * 3 > len(sample):  # UTF-16 without its mark: every other byte of plain text is zero
        return content.decode("utf-16-le" if sample[1:2] == b"\0" else "utf-16-be", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        counts = Counter(content)
        romanian, western = (sum(counts[byte] for byte in some) for some in (ROMANIAN, WESTERN))
        return content.decode("cp1252" if western > romanian else "cp1250", errors="replace")


def separator(text: str) -> str:
    """The mark between columns: the one that cuts most of the first rows into the same number of pieces."""
    best, found = (0, 0), ";"
    for mark in SEPARATORS:
        rows = list(islice((row for row in csv.reader(io.StringIO(text[:100_000]), delimiter=mark) if any(row)), LOOKED_AT))
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if widths:
            width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
            if (count, width) > best:
                best, found = (count, width), mark
    return found


def _of_csv(content: bytes) -> Iterator[Row]:
    text = decoded(content)
    first, _, rest = text.partition("\n")
    told = first.strip().lower()
    if told.startswith("sep=") and len(told) == 5:  # what Excel writes for itself
        text, mark = rest, told[4]
    else:
        try:
            mark = separator(text)
        except csv.Error as error:
            raise _broken() from error
    try:
        for row in csv.reader(io.StringIO(text), delimiter=mark):
            cells: Row = [normalise(_unquoted(value)) for value in row[:MOST_COLUMNS]]
            while cells and not cells[-1]:
                cells.pop()
            yield cells
    except csv.Error as error:
        raise _broken() from error


def _unquoted(value: str) -> str:
    """Without the apostrophe that exports put before what would begin a formula."""
    return value[1:] if value[:1] == "'" and value[1:2] in {"=", "+", "-", "@"} else value


def _of_xlsx(content: bytes, sheet: str) -> Iterator[Row]:
    book = _book(content)
    try:
        found: Any = next((each for each in book.worksheets if each.title == sheet), None)
        require(found, "table_broken", "Foaia aleasă nu mai este în fișier.", "sheet")
        found.reset_dimensions()  # what the file says of its size is not believed
        for row in found.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_PLACES, values_only=True):
            width = next((place for place in range(len(row), 0, -1) if row[place - 1] not in (None, "")), 0) if any(row) or 0 in row else 0
            yield [_value(value) for value in row[:width]]
    except (ValueError, KeyError, TypeError, IndexError, OverflowError, SyntaxError, BadZipFile, EOFError) as error:
        raise _broken() from error
    finally:
        book.close()


def _value(value: Any) -> Cell:
    match value:
        case None:
            return ""
        case bool():
            return "da" if value else "nu"
        case str():
            return normalise(value)
        case datetime():
            return value.date()
        case date():
            return value
        case int():
            return Decimal(value)
        case time():
            return f"{value:%H:%M}"
    number = Decimal(format(value, ".15g"))  # the digits that a spreadsheet shows, not the ones of binary fractions
    return number if number.is_finite() else ""


def _book(content: bytes) -> Any:
    from openpyxl import load_workbook  # not at the top: only who imports pays for it
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, OSError) as error:
        raise _broken() from error


def _require_sane(content: bytes) -> None:
    """Refuse what swells when unpacked or brings entities of its own, before any of it is held whole."""
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            _require_small(len(parts) <= MOST_PARTS and sum(part.file_size for part in parts) <= MOST_UNPACKED)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with packed.open(part) as opened:
                        _require_sane_part(part.filename, opened)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ZlibError) as error:
        raise _broken() from error


def _require_sane_part(name: str, opened: IO[bytes]) -> None:
    """Walk through a part a piece at a time: its rows must be short, its cells and texts not too many."""
    is_sheet, has_strings = "worksheets/" in name, "sharedstrings" in name.lower()
    held = not is_sheet and name.startswith("xl/") and name.count("/") == 1 and not has_strings
    many = CELL if is_sheet else STRING
    size = count = stretch = 0  # bytes, cells or texts, bytes since the last row began
    after_rows, rest = False, b""
    while piece := opened.read(CHUNK):
        seen, size = rest + piece, size + len(piece)
        require(not DTD.search(seen) and not (is_sheet and HIDING.search(seen)), *BROKEN)
        _require_small(not held or size <= MOST_STYLE)
        if is_sheet or has_strings:
            count += len(many.findall(piece))
            _require_small(count <= (MOST_CELLS if is_sheet else MOST_STRINGS))
        if is_sheet:
            after_rows = after_rows or bool(ROWS_END.search(seen))
            stretch = 0 if ROW.search(seen) else stretch + len(piece)
            _require_small(stretch <= (LONGEST_TAIL if after_rows else WIDEST_ROW))
        rest = piece[-OVERLAP:]


def _require_small(small: bool) -> None:
    require(small, "table_too_large", "Fișierul despachetat este prea mare. Păstrați doar foaia cu datele de importat.", "file")


BROKEN = ("table_broken", "Fișierul nu se poate citi. Deschideți-l, salvați-l din nou ca XLSX sau CSV și încercați iar.", "file")


def _broken() -> Refused:
    return Refused(*BROKEN)
