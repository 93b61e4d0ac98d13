"""Files for tests, and an import taken as far as its trial."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from imports import actions
from imports.kinds.registry import KINDS
from imports.models import Import
from invoicing.models import Series


def csv_of(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


def xlsx_of(*rows: Sequence[Any], **sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook with these rows; more sheets by name."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def tried(kind: str, content: bytes, by: Any, *, on: date | None = None) -> Import:
    """The import after its trial, with the columns that it found by itself."""
    run = actions.start_import(KINDS[kind], name="fișier.csv", content=content, by=by, on=on, series=series_of(kind))
    actions.ask_trial(run, run.columns, by=by)
    actions.work(run.pk)
    return Import.objects.get(pk=run.pk)


def series_of(kind: str) -> Series | None:
    """The series that the documents of a kind take; made when there is none."""
    if not (asked := KINDS[kind].series_of):
        return None
    return Series.objects.filter(kind=asked).first() or Series.objects.create(kind=asked, name=asked[:3].upper(), is_default=True)


def confirmed(run: Import, by: Any) -> Import:
    """The import after a person confirmed it and a worker wrote it."""
    actions.confirm(run, by=by)
    actions.work(run.pk)
    return Import.objects.get(pk=run.pk)


def undone(run: Import, by: Any) -> Import:
    actions.ask_undo(run, by=by)
    actions.work(run.pk)
    return Import.objects.get(pk=run.pk)
