"""Tables as files: CSV as Excel in Romania opens it, and XLSX with real numbers and dates. Memory stays flat.

Rows are read inside the view, while the company's scope is open, into a temporary file that the answer then streams.

    return export(rows.iterator(chunk_size=2000), COLUMNS, "xlsx", name="facturi")
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.http import FileResponse, Http404

from lib.dates import bucharest_today
from lib.formats import date_ro
from lib.xlsx import write_xlsx

FORMATS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
IN_MEMORY = 2 * 1024 * 1024
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Column:
    """A column of a file: its head, how a row gives its value, and its width in XLSX, in characters."""

    label: str
    value: Callable[[Any], Any]
    width: int = 14


def export(rows: Iterable[Any], columns: Sequence[Column], fmt: str, *, name: str) -> FileResponse:
    """The rows as a file to save, `name` followed by today's date. Texts can't become formulas. 404 for an unknown format."""
    if fmt not in FORMATS:
        raise Http404
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it once it is sent
    (_write_csv if fmt == "csv" else _write_xlsx)(file, rows, columns)
    file.seek(0)
    filename = f"{name}-{bucharest_today():%Y-%m-%d}.{fmt}"
    return FileResponse(file, as_attachment=True, filename=filename, content_type=FORMATS[fmt])


def _write_csv(file: IO[bytes], rows: Iterable[Any], columns: Sequence[Column]) -> None:
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)  # Excel wants the BOM
    writer = csv.writer(text, delimiter=";")
    writer.writerow([column.label for column in columns])
    for row in rows:
        writer.writerow([_as_text(column.value(row)) for column in columns])
    text.detach()


def _as_text(value: Any) -> str:
    """A value of a CSV: 1234,56 without grouping, so that spreadsheets read a number."""
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}".replace(".", ",")
        case date():
            return date_ro(value)
        case str():
            return _harmless(value)
    return str(value)


def _harmless(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe stands before what would begin a formula. Source: OWASP, CSV injection."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _write_xlsx(file: IO[bytes], rows: Iterable[Any], columns: Sequence[Column]) -> None:
    values = ([column.value(row) for column in columns] for row in rows)
    write_xlsx(file, [column.label for column in columns], values, widths=[column.width for column in columns])
