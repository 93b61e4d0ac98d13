"""Files that mean harm, or only look as if: each is refused with a sentence, or read for what it is."""

import io
import re
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from imports import actions
from imports.models import Import
from lib import tables
from lib.columns import day_of
from lib.errors import Refused
from lib.tables import OLE, open_table
from partners.models import Partner
from tests.imports.files import confirmed, csv_of, tried, xlsx_of

SHEET = "xl/worksheets/sheet1.xml"
NS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"
SWOLLEN = "Fișierul despachetat este prea mare. Păstrați doar foaia cu datele de importat."
BROKEN = "Fișierul nu se poate citi. Deschideți-l, salvați-l din nou ca XLSX sau CSV și încercați iar."


def with_part(name: str, data: bytes) -> bytes:
    """A workbook in which one part says something else."""
    file = io.BytesIO()
    with ZipFile(io.BytesIO(xlsx_of(["a"]))) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for part in {*old.namelist(), name}:
            new.writestr(part, data if part == name else old.read(part))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: with_part(SHEET, NS + b'<row r="1">' + b"<c/>" * 600_000 + b"</row>" + END), SWOLLEN),
        (lambda: with_part(SHEET, NS + (b"<row>" + b"<c/>" * 60_000 + b"</row>") * 60 + END), SWOLLEN),
        (lambda: with_part(SHEET, NS + b"<x:row/>" + b" " * 2_000_000 + END), SWOLLEN),
        (lambda: with_part(SHEET, NS + END[:12] + b"<mergeCells>" + b'<mergeCell ref="A1:B1"/>' * 300_000), SWOLLEN),
        (lambda: with_part("xl/sharedStrings.xml", b"<sst>" + b"<si/>" * 700_000), SWOLLEN),
        (lambda: with_part("xl/styles.xml", b"<styleSheet>" + b"<xf/>" * 1_000_000), SWOLLEN),
        (lambda: with_part(SHEET, NS + b"<row/><!-- <row/> -->" + END), BROKEN),
        (lambda: with_part(SHEET, b" " * 300_000 + b"<!DOCTYPE worksheet>" + NS + END), BROKEN),
        (lambda: with_part("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><workbook/>'.encode("utf-16")), BROKEN),
        (lambda: OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le"), "Fișierul are parolă. Scoateți parola, salvați-l și încărcați-l din nou."),
        (lambda: OLE + b"\0" * 500, "Fișierul este un .xls vechi. Deschideți-l și salvați-l ca XLSX sau CSV."),
        (lambda: b"%PDF-1.7", "Un PDF nu se poate citi ca tabel. Cereți programului dinainte un XLSX sau un CSV."),
    ],
    ids=["wide row", "fat rows", "no rows", "long tail", "strings", "styles", "hidden", "late doctype", "utf-16", "password", "xls", "pdf"],
)  # fmt: skip
def test_a_file_that_harms_is_refused_in_words(content, sentence):
    with pytest.raises(Refused) as refusal:
        list(open_table(content()).rows())
    assert refusal.value.message == sentence


def test_a_sheet_with_too_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MOST_CELLS", 3)
    with pytest.raises(Refused, match="table_too_large"):
        open_table(xlsx_of(["a", "b"], ["c", "d"]))


@pytest.mark.parametrize("content", [b"a;b\n" + b";\n" * 100_000 + b"c;d\n", b"a;b\n" + b"\n" * 100_000 + b"c;d\n"])
def test_a_hundred_thousand_empty_rows_count_for_nothing(content):
    rows = list(open_table(content).rows())
    assert (len(rows), rows[0], rows[-1]) == (100_002, ["a", "b"], ["c", "d"])


def test_empty_rows_of_a_workbook_count_for_nothing():
    filled = b'<row r="%d"><c t="inlineStr"><is><t>x</t></is></c></row>'
    empty = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % number for number in range(2, 100_001))
    rows = list(open_table(with_part(SHEET, NS + filled % 1 + empty + filled % 100_001 + END)).rows())
    assert (len(rows), [number for number, row in enumerate(rows, start=1) if row]) == (100_001, [1, 100_001])


def test_a_row_far_away_is_where_it_says(monkeypatch):
    far = b'<row r="70000"><c r="B70000" t="inlineStr"><is><t>x</t></is></c></row>'
    assert list(open_table(with_part(SHEET, NS + far + END)).rows())[69_999] == ["", "x"]


def test_a_hundred_megabytes_are_refused_at_the_field(company, client, ana):
    client.force_login(ana)
    file = SimpleUploadedFile("mare.csv", b"a;b\n" * 26_000_000)
    answer = client.post(reverse("imports:import_new", args=(company.pk, "clienti")), {"file": file})
    assert (answer.status_code, "Fișierul depășește 20 MB" in answer.content.decode(), Import.objects.count()) == (422, True, 0)


@pytest.mark.parametrize("encoding", ["cp1250", "utf-16", "utf-16-le", "utf-8-sig"])
def test_a_file_of_any_encoding_comes_in_with_its_letters(company, ana, encoding):
    text = "Denumire;CUI;Localitate\nȚiriac Brașov SRL;RO18547290;Făgăraș\n"
    text = text if encoding != "cp1250" else text.translate(str.maketrans("șȘțȚ", "\u015f\u015e\u0163\u0162"))
    run = confirmed(tried("clienti", csv_of(text, encoding), ana), ana)
    assert (run.state, Partner.objects.get().name) == ("done", "Țiriac Brașov SRL")


def test_a_formula_is_its_value_and_one_never_reckoned_is_empty(company, ana):
    book = Workbook()
    book.active.append(["Denumire", "CUI"])
    book.active.append(['=CONCATENATE("Al","fa")', "RO18547290"])
    file = io.BytesIO()
    book.save(file)
    run = tried("clienti", file.getvalue(), ana)
    assert [row.problems for row in run.rows.all()] == [[["Denumire", "Lipsește denumirea."]]]


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_no_cell_of_the_report_is_a_formula(company, client, ana, fmt):
    client.force_login(ana)
    run = tried("clienti", csv_of("Denumire;CUI\n\"=cmd|'/c calc'!A1\";123\n@SUM(1);124\n"), ana)
    answer = client.get(reverse("imports:report", args=(company.pk, run.pk, fmt)))
    content = b"".join(answer.streaming_content)
    if fmt == "csv":
        cells = [cell for line in content.decode("utf-8-sig").splitlines() for cell in line.split(";")]
        assert [cell for cell in cells if re.match(r'"?[=+\-@]', cell)] == []
        assert "'=cmd|" in content.decode()
    else:
        with ZipFile(io.BytesIO(content)) as packed:
            assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_of_two_columns_with_one_title_the_chosen_one_is_remembered(company, ana):
    text = "Denumire;CUI;Telefon;Telefon\nAlfa SRL;RO18547290;1;2\n"
    run = actions.start_import(actions.KINDS["clienti"], name="a.csv", content=csv_of(text), by=ana)
    assert run.columns["phone"] == 2
    actions.ask_trial(run, {"name": 0, "cif": 1, "phone": 3}, by=ana)
    again = actions.start_import(actions.KINDS["clienti"], name="b.csv", content=csv_of(text), by=ana)
    assert again.columns["phone"] == 3


@pytest.mark.parametrize("day", ["46029", "46029,5", "46029.25"])
def test_a_day_kept_as_a_number_is_read_from_text_too(day):
    assert day_of(day) == date(2026, 1, 7)
