"""A spreadsheet written as its rows are read (XlsxWriter, constant memory): real numbers and dates, text that is only text."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from django.utils import timezone
from xlsxwriter import Workbook

SHEET_ROWS = 1_048_576  # what a sheet holds, its head included
CELL_TEXT = 32_767
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
OPTIONS = {"constant_memory": True}


def write_xlsx(file: IO[bytes], heads: Sequence[str], rows: Iterable[Sequence[Any]], *, widths: Sequence[int]) -> None:
    """Write a workbook; rows past what a sheet holds go on in the next sheet, under the same heads."""
    rows = iter(rows)
    with Workbook(file, OPTIONS) as book:
        formats = {
            "head": book.add_format({"bold": True}),
            "amount": book.add_format({"num_format": "#,##0.00"}),
            "day": book.add_format({"num_format": "dd\\.mm\\.yyyy"}),
            "moment": book.add_format({"num_format": "dd\\.mm\\.yyyy hh:mm"}),
        }
        sheets, following = 0, next(rows, None)
        while following is not None or not sheets:
            sheets += 1
            sheet = book.add_worksheet(f"Foaia {sheets}")
            sheet.freeze_panes(1, 0)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
            given = chain([following] if following is not None else [], islice(rows, SHEET_ROWS - 2))
            for number, row in enumerate(chain([heads], given)):
                for column, value in enumerate(row):
                    _write(sheet, number, column, value, formats)
            following = next(rows, None)


def _write(sheet: Any, row: int, column: int, value: Any, formats: dict[str, Any]) -> None:
    """A Decimal, a whole number, a date or a moment as such; anything else as text, which no spreadsheet reads as a formula."""
    match value:
        case None | "":
            pass
        case Decimal():
            sheet.write_number(row, column, value, formats["amount"] if value.as_tuple().exponent == -2 else None)
        case datetime():
            local = timezone.make_naive(value) if timezone.is_aware(value) else value
            sheet.write_datetime(row, column, local, formats["moment"])
        case date():
            sheet.write_datetime(row, column, value, formats["day"])
        case int() if not isinstance(value, bool):
            sheet.write_number(row, column, value)
        case _:
            text = UNPRINTABLE.sub("", str(value))[:CELL_TEXT]
            sheet.write_string(row, column, text, formats["head"] if row == 0 else None)
