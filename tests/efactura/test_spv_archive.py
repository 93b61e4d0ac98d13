"""The ZIP of SPV: read with distrust, its signature checked."""

import io
import zipfile
from dataclasses import replace

import pytest

from efactura.rehearsal.samples import invoice
from efactura.rehearsal.signing import error_document, signer
from efactura.spv.archive import NotAnArchive, check_signature, read_zip
from efactura.spv.client import Client
from efactura.spv.public import check_signature as ask_anaf
from efactura.spv.public import to_pdf, validate
from efactura.spv.values import Validation
from tests.efactura.test_spv_client import BUYER, CIF, upload, xml

CONTENT = xml()


def boxed(*files: tuple[str, bytes]) -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return box.getvalue()


def test_an_archive_holds_what_was_uploaded():
    archive = read_zip(signer().archive(CONTENT, 5001131297))
    assert (archive.content, archive.index, archive.errors) == (CONTENT, "5001131297", [])


def test_the_signature_of_what_was_uploaded_is_good():
    check = check_signature(read_zip(signer().archive(CONTENT, 1)))
    assert (check.good, check.signer, len(check.fingerprint)) == (True, "CN=SPV de repetitie (fara valoare)", 64)


def test_a_changed_content_is_noticed():
    archive = read_zip(signer().archive(CONTENT, 1))
    assert check_signature(replace(archive, content=CONTENT.replace(b"100.00", b"900.00"))).good is False


def test_a_changed_signature_is_noticed():
    archive = read_zip(signer().archive(CONTENT, 1))
    other = read_zip(signer().archive(CONTENT + b" ", 1))
    value = other.signature.split(b"SignatureValue>")[1]
    forged = archive.signature.replace(archive.signature.split(b"SignatureValue>")[1], value)
    assert check_signature(replace(archive, signature=forged)).good is False


@pytest.mark.parametrize("signature", [b"", b"<x/>", b"no xml"])
def test_what_is_no_signature_is_none(signature):
    assert check_signature(replace(read_zip(signer().archive(CONTENT, 1)), signature=signature)).good is False


def test_an_unknown_way_of_signing_is_left_to_anaf():
    archive = read_zip(signer().archive(CONTENT, 1))
    other = archive.signature.replace(b"rsa-sha256", b"ecdsa-sha256")
    assert check_signature(replace(archive, signature=other)).good is None


def test_errors_are_read_with_their_codes():
    errors = [
        "E: validari globale  SCHEMATRON   eroare: [BR-CO-09]-The Seller VAT identifier",
        "E: validari globale\n eroare regula: R6.1: CIF-ul vanzatorului nu figureaza in baza de date:6443019833",
        "Factura a mai fost transmisa anterior cu index=0123456789 si data incarcare=2026-01-20",
    ]
    archive = read_zip(signer().archive(error_document(7, CIF, errors), 7))
    assert [error.code for error in archive.errors] == ["BR-CO-09", "R6.1", ""]
    assert (archive.index, archive.duplicate_of) == ("7", "0123456789")


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"<html>", boxed(("a.xml", b"<a/>")), boxed(("semnatura_1.xml", b"<a/>")), boxed(("1.xml", b"0" * 40_000_000))],
)
def test_what_is_no_archive_of_spv_is_refused(data):
    with pytest.raises(NotAnArchive):
        read_zip(data)


def test_an_archive_whose_data_are_damaged_is_refused():
    data = bytearray(boxed(("1.xml", CONTENT), ("semnatura_1.xml", b"<a/>")))
    data[30 + len("1.xml")] = 0xFF  # the first compressed byte: a kind of block that does not exist
    with pytest.raises(NotAnArchive):
        read_zip(bytes(data))


def test_a_relative_namespace_in_an_invoice_does_not_stop_the_check():
    odd = CONTENT.replace(b"<Invoice ", b'<Invoice xmlns:x="relativ" ', 1)
    assert odd != CONTENT
    archive = read_zip(signer().archive(CONTENT, 1))
    assert check_signature(replace(archive, content=odd)).good is False


def test_the_archive_of_a_rejected_invoice_says_why(authorised):
    client = Client.of_company()
    wrong = invoice(supplier="14399841", buyer=BUYER, number="A 1", now=0)
    state = client.state(client.upload(wrong, cif=CIF, standard="UBL").index)
    (error,) = read_zip(client.download(state.download_id)).errors
    assert (state.stare, error.code, error.text.endswith("baza de date:14399841")) == ("nok", "R6.1", True)


def test_the_second_time_names_the_first(authorised):
    client = Client.of_company()
    first = upload(client).index
    client.state(first)
    state = client.state(upload(client).index)
    assert (state.stare, read_zip(client.download(state.download_id)).duplicate_of) == ("nok", first)


def test_anafs_own_word_needs_no_authorisation(spv, scope):
    assert validate(CONTENT, "UBL") == Validation(True, [])
    wrong = validate(CONTENT.replace(b'<cbc:PayableAmount currencyID="RON">121.00', b'<cbc:PayableAmount currencyID="RON">1.00'), "UBL")
    assert (wrong.ok, "[BR-CO-16]" in wrong.messages[0]) == (False, True)


def test_the_official_pdf_comes_or_says_why_not(spv, scope):
    pdf = to_pdf(CONTENT, "UBL")
    assert isinstance(pdf, bytes)
    assert pdf.startswith(b"%PDF")
    bad = CONTENT.replace(b"<cbc:IssueDate>", b"<cbc:IssueDay>").replace(b"</cbc:IssueDate>", b"</cbc:IssueDay>")
    assert isinstance(to_pdf(bad, "UBL"), Validation)


def test_anaf_checks_a_signature(spv, scope):
    archive = read_zip(signer().archive(CONTENT, 1))
    assert ask_anaf(archive.content, archive.signature)
    assert not ask_anaf(archive.content + b" ", archive.signature)
