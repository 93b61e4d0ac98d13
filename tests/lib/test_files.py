"""Kinds and names of files."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from lib.files import CSV, JPEG, ODS, PDF, PNG, XLSX, media_type, safe_name


def packed(**files):
    box = BytesIO()
    with ZipFile(box, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return box.getvalue()


SHEET = packed(**{"[Content_Types].xml": "x", "xl__workbook.xml": "x"})


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", b"%PDF-1.7\n...\n%%EOF\n", PDF),
        ("a.txt", b"%PDF-1.7\n...\n%%EOF\n", PDF),  # the content decides
        ("a.pdf", b"%PDF-1.7\ncut off", ""),
        ("a.png", b"\x89PNG\r\n\x1a\n...", PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0...", JPEG),
        ("a.xlsx", SHEET, XLSX),
        ("a.ods", packed(mimetype=ODS), ODS),
        ("a.odt", packed(mimetype="application/vnd.oasis.opendocument.text"), ""),
        ("a.zip", packed(virus="x"), ""),
        ("a.xlsx", SHEET[:40], ""),
        ("a.csv", "Denumire;Preț\nȚuică;10,50\n".encode(), CSV),
        ("a.CSV", "Denumire;Preț\n".encode("cp1250", errors="replace"), CSV),
        ("a.txt", b"Denumire;10\n", ""),
        ("a.csv", b"<script>alert(1)</script>", ""),
        ("a.csv", b"MZ\x00\x01\x02", ""),
        ("a.csv", b" \n", ""),
        ("a.pdf", b"<html>", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",  # an archive bears its time: no name for a test
)
def test_the_content_says_what_a_file_is(name, content, kind):
    assert media_type(name, content) == kind


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("Oferta  ţuică.pdf", PDF, "Oferta țuică.pdf"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("C:\\Users\\Ana\\a:b.PDF", PDF, "a-b.pdf"),
        ("poza.jpeg", JPEG, "poza.jpeg"),
        ("factura.exe", PDF, "factura.exe.pdf"),
        ("factura\u202efdp.pdf", PDF, "facturafdp.pdf"),
        ("\r\n.pdf", PDF, "pdf.pdf"),
        ("///", PNG, "fișier.png"),
        ("x" * 300 + ".pdf", PDF, "x" * 100 + ".pdf"),
    ],
)
def test_a_name_is_made_safe(name, kind, safe):
    assert safe_name(name, kind) == safe
