"""Bytes from strangers: each is refused with one finding and a Romanian sentence, quickly."""

import time

import pytest

from efactura.ubl import validate
from efactura.ubl.reader import LIMIT
from tests.efactura.documents import invoice

BOMB = (
    b"<!DOCTYPE a [<!ENTITY l0 'lol'>"
    + b"".join(b"<!ENTITY l%d '%s'>" % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 12))
    + b"]><a>&l11;</a>"
)
DOCTYPE = "Fișierul conține o declarație DOCTYPE, care nu este acceptată. Ștergeți-o."
TEXT = '<?xml version="1.0" encoding="{}"?><a>ș</a>'


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        (b"", "Fișierul este gol. Alegeți fișierul XML al facturii."),
        (b" " * (LIMIT + 1), "Fișierul are peste 10 MB. Micșorați sau scoateți documentele atașate."),
        (b"<!DOCTYPE Invoice><Invoice/>", DOCTYPE),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', DOCTYPE),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>', DOCTYPE),
        (BOMB, DOCTYPE),
        (b"<a>&nbsp;</a>", "Fișierul folosește entități XML (linia 1), care nu sunt acceptate. Scrieți textul direct."),
        (TEXT.format("latin-77").encode(), "Codificarea latin-77 nu este acceptată. Salvați fișierul în UTF-8."),
        (TEXT.format("utf-7").encode("utf-7"), "Codificarea utf-7 nu este acceptată. Salvați fișierul în UTF-8."),
        (TEXT.format("utf-8").encode("utf-16"), "Fișierul nu este scris în codificarea declarată, utf-8. Salvați-l în UTF-8."),
        (TEXT.format("utf-16").encode(), "Fișierul nu este scris în codificarea declarată, utf-16. Salvați-l în UTF-8."),
        (
            TEXT.format("utf-8").encode("iso8859-16"),
            "Fișierul conține caractere nepermise sau nu respectă codificarea declarată (linia 1). Salvați-l în UTF-8.",
        ),
        (b"%PDF-1.7", "Fișierul nu este XML corect (linia 1). Exportați-l din nou din programul care l-a făcut."),
        (b"<a>\n<b>", "Fișierul nu este XML corect (linia 2). Exportați-l din nou din programul care l-a făcut."),
        (b"<a>" * 5000, "Fișierul nu este XML corect (linia 1). Exportați-l din nou din programul care l-a făcut."),
    ],
    ids=range(15),
)
def test_what_is_no_acceptable_xml_is_refused(xml: bytes, message: str):
    assert [(finding.id, finding.message) for finding in validate(xml)] == [("XSD", message)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-2", "windows-1250"])
def test_an_encoding_that_is_declared_and_known_is_read(encoding: str):
    declared = encoding.removesuffix("-sig")
    text = invoice().decode().replace("UTF-8", declared).replace("Ș", "S").replace("ș", "s").replace("ț", "t").replace("Ț", "T")
    assert validate(text.encode(encoding)) == []


def test_comments_and_cdata_change_nothing():
    xml = invoice().replace(b"FCT 17</cbc:ID>", b"<!-- <!DOCTYPE x> --><![CDATA[FCT 17]]></cbc:ID>", 1)
    assert validate(xml) == []


@pytest.mark.parametrize(
    "xml",
    [
        b"<a>" + b"x&amp;" * 1_700_000 + b"</a>",
        b"<a>" + b"<b/>x" * 2_000_000 + b"</a>",
        b"<a " + b" ".join(b'a%d=""' % number for number in range(500_000)) + b"/>",
        invoice().replace(b"<cac:TaxTotal>", b"<cac:TaxTotal>" * 1000),
    ],
    ids=["text", "mixed", "attributes", "nested"],
)
def test_ten_megabytes_of_malice_take_seconds_not_minutes(xml: bytes):
    start = time.monotonic()
    assert {finding.id for finding in validate(xml)} == {"XSD"}
    assert time.monotonic() - start < 30


def test_a_document_of_many_subtotals_and_lines_takes_seconds():
    xml = invoice()
    subtotal = xml[xml.index(b"<cac:TaxSubtotal>") : xml.index(b"</cac:TaxSubtotal>") + len(b"</cac:TaxSubtotal>")]
    line = xml[xml.rindex(b"<cac:InvoiceLine>") : xml.rindex(b"</cac:InvoiceLine>") + len(b"</cac:InvoiceLine>")]
    start = time.monotonic()
    found = validate(xml.replace(subtotal, subtotal * 3000).replace(line, line * 3000))
    assert {"BR-CO-10", "BR-CO-14"} <= {finding.id for finding in found}
    assert time.monotonic() - start < 30
