import pytest

from lib.cif import identity, is_valid_cif, vat_id

VALID = """18547290 4267117 14399840 14186770 4264242 27193515 39187746 13548146 6859662 49296198 RO1590082 123456789 12345674
19 27 1000009 10000008 20000005 60 230 370 400"""
INVALID = "18547291 1234567890 12345678 1 0123 00000000 RO DE18547290 1854729O １８５４７２９０"


@pytest.mark.parametrize("text", ["RO123", "ro 123", " 123 ", "RO-123", "R.O. 123", "ro123\n"])
def test_every_way_of_writing_a_cif_is_one_identity(text):
    assert identity(text) == "123"


@pytest.mark.parametrize(
    ("text", "code"), [("atu 572.949-03", "ATU57294903"), ("GR 094014201", "EL094014201"), ("CHE-123.456.788 MWST", "CHE123456788MWST")]
)
def test_a_foreign_code_keeps_its_prefix(text, code):
    assert identity(text) == code


@pytest.mark.parametrize("text", VALID.split())
def test_a_right_check_digit_is_accepted(text):
    assert is_valid_cif(text)


@pytest.mark.parametrize("text", [*INVALID.split(), ""])
def test_a_wrong_cif_is_not_accepted(text):
    assert not is_valid_cif(text)


def test_only_a_vat_payer_is_written_with_ro():
    assert [vat_id("RO19", payer=True), vat_id("RO19", payer=False), vat_id("DE 811", payer=True)] == ["RO19", "19", "DE811"]
