"""Files of tables: amounts as they are stored, text that can't become a formula, flat memory."""

import io
import tracemalloc
from datetime import date
from decimal import Decimal

import pytest
from django.http import Http404
from openpyxl import load_workbook

from lib import xlsx
from lib.export import Column, export

COLUMNS = [Column("Denumire", lambda row: row[0]), Column("Suma", lambda row: row[1]), Column("Data", lambda row: row[2])]
ROWS = [("Țărăncuța; SRL", Decimal("1234.50"), date(2026, 11, 20)), ("=1+1", Decimal("-0.10"), None)]


def content(rows, fmt):
    answer = export(rows, COLUMNS, fmt, name="probă")
    whole = b"".join(answer.streaming_content)
    answer.close()
    return whole


def sheet(rows):
    return load_workbook(io.BytesIO(content(rows, "xlsx"))).active


def test_csv_opens_in_a_romanian_spreadsheet():
    assert content(ROWS, "csv").decode() == ('\ufeffDenumire;Suma;Data\r\n"Țărăncuța; SRL";1234,50;20.11.2026\r\n\'=1+1;-0,10;\r\n')


def test_xlsx_holds_numbers_and_dates():
    cells = list(sheet(ROWS).values)
    assert cells[0] == ("Denumire", "Suma", "Data")
    assert (cells[1][0], cells[1][1], cells[1][2].date()) == ("Țărăncuța; SRL", 1234.5, date(2026, 11, 20))
    assert sheet(ROWS)["B2"].number_format == "#,##0.00"


@pytest.mark.parametrize("text", ["=CMD()", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_text_becomes_a_formula(text):
    row = (text, Decimal("1.00"), None)
    cell = sheet([row])["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert content([row], "csv").decode().splitlines()[1].strip('"').startswith("'")


@pytest.mark.parametrize("amount", ["9999999999999.99", "0.01", "-12345678901.23", "0.10"])
def test_an_amount_arrives_to_the_ban(amount):
    row = ("x", Decimal(amount), None)
    assert content([row], "csv").decode().splitlines()[1].split(";")[1] == amount.replace(".", ",")
    assert round(Decimal(sheet([row])["B2"].value), 2) == Decimal(amount)


def test_rows_past_one_sheet_go_on_in_the_next(monkeypatch):
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 3)
    book = load_workbook(io.BytesIO(content([(str(n), None, None) for n in range(5)], "xlsx")))
    assert [[row[0] for row in page.values] for page in book] == [["Denumire", "0", "1"], ["Denumire", "2", "3"], ["Denumire", "4"]]


def test_a_list_without_rows_has_its_heads():
    assert list(sheet([]).values) == [("Denumire", "Suma", "Data")]


def test_text_that_xml_cannot_hold_is_cleaned():
    assert sheet([('a<b>&\x00"c\ud800', None, None)])["A2"].value == 'a<b>&"c'


def test_an_unknown_format_is_not_found():
    with pytest.raises(Http404):
        export([], COLUMNS, "exe", name="x")


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_many_rows_stay_out_of_memory(fmt):
    rows = ((f"Client {i}", Decimal("10.00"), date(2026, 1, 1)) for i in range(8000))
    tracemalloc.start()
    answer = export(rows, COLUMNS, fmt, name="x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    answer.close()
    assert peak < 4_000_000
