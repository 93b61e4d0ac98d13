"""Files that people send: every encoding and separator, and those that mean harm."""

import io
from datetime import date
from decimal import Decimal
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from lib import tables
from lib.columns import Field, Unread, day_of, head_of, matched, number_of, yes_of
from lib.errors import Refused
from lib.tables import open_table
from tests.imports.files import xlsx_of

WORDS = "Denumire;Județ\nȚiriac și fiii;Bistrița-Năsăud\n"
OLD = WORDS.translate(str.maketrans({"ș": "\u015f", "ț": "\u0163", "Ț": "\u0162"}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_in_any_encoding_of_unicode(encoding):
    assert rows(WORDS.encode(encoding)) == [["Denumire", "Județ"], ["Țiriac și fiii", "Bistrița-Năsăud"]]


def test_old_code_pages_are_told_by_their_letters():
    assert rows(OLD.encode("cp1250"))[1] == ["Țiriac și fiii", "Bistrița-Năsăud"]
    assert rows("Nom;Ville\nCrème brûlée à Nîmes;Orléans\n".encode("cp1252"))[1] == ["Crème brûlée à Nîmes", "Orléans"]


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_the_separator_is_found_also_among_decimal_commas(mark):
    text = f'Nume{mark}Preț\n"Var, alb; fin"{mark}"1,5"\nAlt{mark}"2,5"\n'
    assert rows(text.encode()) == [["Nume", "Preț"], ["Var, alb; fin", "1,5"], ["Alt", "2,5"]]


def test_the_mark_that_excel_writes_for_itself_is_believed():
    assert rows(b"sep=;\na;b\n") == [["a", "b"]]


def test_cells_of_a_workbook_are_text_numbers_and_days():
    content = xlsx_of(["a", 12.35, 0.1 + 0.2, date(2026, 1, 2), True, None, "=1+1"])
    assert rows(content) == [["a", Decimal("12.35"), Decimal("0.3"), date(2026, 1, 2), "da"]]


def test_a_sheet_is_read_by_name():
    table = open_table(xlsx_of(["x"], Clienți=[["y"]]))
    assert (table.sheets, list(table.rows("Clienți"))) == (["Sheet", "Clienți"], [["y"]])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table_empty"),
        (b"  \n", "table_empty"),
        (b"%PDF-1.7 ...", "table_of_other_kind"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "table_of_other_kind"),
        (b"<html><table>", "table_of_other_kind"),
        (bytes(range(1, 32)) * 40, "table_of_other_kind"),
        (b"PK\x03\x04broken", "table_broken"),
        (b'a;b\n"' + b"x" * 200_000 + b'";1\n', "table_broken"),
    ],
)
def test_what_is_no_table_is_refused(content, code):
    with pytest.raises(Refused, match=code):
        rows(content)


def test_a_zip_bomb_is_refused_before_it_swells(monkeypatch):
    monkeypatch.setattr(tables, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(Refused, match="table_too_large"):
        open_table(packed({"xl/worksheets/sheet1.xml": b"0" * 2_000_000}))


def test_a_workbook_with_entities_of_its_own_is_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    with pytest.raises(Refused, match="table_broken"):
        open_table(packed({"xl/workbook.xml": bomb}))


def test_a_zip_that_is_no_workbook_is_refused():
    with pytest.raises(Refused, match="table_broken"):
        open_table(packed({"readme.txt": b"x"}))


def test_too_many_rows_and_too_many_bytes_are_refused(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    with pytest.raises(Refused, match="table_too_long"):
        rows(b"a;b\n" * 5)
    monkeypatch.setattr(tables, "MOST_BYTES", 10)
    with pytest.raises(Refused, match="table_too_large"):
        open_table(b"a;b\n" * 5)


def test_the_size_that_a_sheet_claims_is_not_believed():
    content = io.BytesIO()
    with ZipFile(io.BytesIO(xlsx_of(["a"], ["b"]))) as old, ZipFile(content, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part).replace(b'<dimension ref="A1:A2"', b'<dimension ref="A1:XFD1048576"')
            new.writestr(part, data)
    assert rows(content.getvalue()) == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1234.56", "1234.56"),
        ("12,5 lei", "12.5"),
        ("-3", "-3"),
        ("21%", "21"),
        ("1 000", "1000"),
    ],
)
def test_numbers_however_written(text, value):
    assert number_of(text, point=False) == Decimal(value)


@pytest.mark.parametrize("text", ["abc", "1,2,x", "--1", "NaN", "1e5", "Infinity"])
def test_what_is_no_number(text):
    for point in (True, False):
        with pytest.raises(Unread):
            number_of(text, point=point)


@pytest.mark.parametrize(
    "cell", ["22.11.2026", "22/11/2026", "2026-11-22", "2026-11-22 00:00:00", "22-11-2026", "22.11.26", Decimal(46348)]
)
def test_days_however_written(cell):
    assert day_of(cell) == date(2026, 11, 22)


@pytest.mark.parametrize("cell", ["11/22/2026", "31.02.2026", "ieri", Decimal(5), "22.11.0026"])
def test_what_is_no_day(cell):
    with pytest.raises(Unread):
        day_of(cell)


def test_yes_and_no():
    assert [yes_of(cell) for cell in ("DA", "x", Decimal(1), "nu", "", "Plătitor TVA", "Neplătitor")] == [
        True,
        True,
        True,
        False,
        False,
        True,
        False,
    ]
    with pytest.raises(Unread):
        yes_of("poate")


def test_titles_are_found_below_what_a_program_writes_above_them():
    fields = [Field("name", "Denumire"), Field("cif", "CIF", "CUI, Cod fiscal")]
    given = [["Lista clienților"], [], ["Nr", "DENUMIRE ", "Cod_Fiscal"], ["1", "Alfa", "2"]]
    assert (head_of(given, fields, {}), matched(given[2], fields, {})) == (2, {"name": 1, "cif": 2})


def rows(content: bytes) -> list:
    return list(open_table(content).rows())


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()
