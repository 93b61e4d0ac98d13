import pytest
from django import forms

from lib.identifiers import Wrong, check_cif, check_cnp, check_iban, check_postal_code, check_reg_no, check_vat_id

CNP_VALID = """1800101400016 1900101123457 2951229420172 5000229123453 6000630401237 1960229123452 7000101123450 9000101123454
1630615123457 1900101400081"""
CNP_INVALID = "1630615123458 1632215123457 1860229400003 0800101221142 1630615993454 163061512345 9000101123457 0000000000000"
IBAN_VALID = """RO49AAAA1B31007593840000 RO65BTRLRONCRT0123456789 RO29INGB0000999900000001 RO48RNCB0090000506460001
RO63TREZ7005069XXX000001 RO56BRDE360SV52474653600 RO19INGB0000999904621843 DE89370400440532013000"""
IBAN_INVALID = "RO50AAAA1B31007593840000 RO49AAAA1B3100759384000 XX49AAAA1B31007593840000 RO49 x"
REG_NO_INVALID = """J41/1/2020 J53/1/2020 X52/750/2012 J40/0/2020 J40/1234567/2020 J40/1/1989 J2012000750 J2012000000528
J2012000750998 J40-1234"""


@pytest.mark.parametrize("number", CNP_VALID.split())
def test_a_right_cnp_is_returned(number):
    assert check_cnp(f" {number} ") == number


@pytest.mark.parametrize("number", CNP_INVALID.split())
def test_a_wrong_cnp_is_refused(number):
    with pytest.raises(Wrong, match="CNP-ul"):
        check_cnp(number)


@pytest.mark.parametrize("county", ["70", "80", "81", "82", "83"])
def test_the_newer_counties_of_cnp_are_accepted(county):
    weights = (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)
    start = f"1900101{county}123"
    check = sum(weight * int(digit) for weight, digit in zip(weights, start, strict=True)) % 11
    assert check_cnp(f"{start}{1 if check == 10 else check}")


def test_a_resident_may_be_born_on_29_february_2000():
    assert check_cnp("7000229123457") == "7000229123457"


@pytest.mark.parametrize("number", IBAN_VALID.split())
def test_a_right_iban_is_returned_without_spaces(number):
    assert check_iban(f"{number[:4].lower()} {number[4:]}") == number


@pytest.mark.parametrize("number", IBAN_INVALID.split())
def test_a_wrong_iban_is_refused(number):
    with pytest.raises(Wrong, match="IBAN"):
        check_iban(number)


def test_the_length_of_a_romanian_iban_is_said():
    with pytest.raises(Wrong, match=r"^Un IBAN românesc are 24 de caractere; acesta are 23\.$"):
        check_iban("RO49AAAA1B3100759384000")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("J40/1234/2020", "J40/1234/2020"),
        ("j4/8302/1991", "J04/8302/1991"),
        ("J40/1234/12.03.2020", "J40/1234/2020"),
        ("F 08/123456/2004", "F08/123456/2004"),
        ("J2012000750528", "J2012000750528"),
        ("J2020001234402", "J2020001234402"),
        ("J2024023456002", "J2024023456002"),
        ("F2025000017007", "F2025000017007"),
        ("J2012000750529", "J2012000750529"),
    ],
)
def test_both_forms_of_the_trade_register_number_are_accepted(text, number):
    assert check_reg_no(text) == number


@pytest.mark.parametrize("number", REG_NO_INVALID.split())
def test_a_wrong_trade_register_number_is_refused(number):
    with pytest.raises(Wrong, match="registrul comerțului"):
        check_reg_no(number)


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("RO 18547290", "RO", "18547290"),
        ("de 136 695 976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("GR 094259216", "GR", "EL094259216"),
        ("EL094259216", "GR", "EL094259216"),
        ("980780684", "XI", "XI980780684"),
        ("BE697449992", "BE", "BE0697449992"),
        ("CHE-107.787.577", "CH", "CHE107787577"),
        ("12-3456789", "US", "123456789"),
    ],
)
def test_a_vat_id_is_tidied_by_the_rules_of_its_country(text, country, code):
    assert check_vat_id(text, country) == code


@pytest.mark.parametrize(
    ("text", "country"), [("DE136695979", "DE"), ("FR123", "FR"), ("ATU57294903", "DE"), ("1", "US"), ("18547291", "RO")]
)
def test_a_wrong_vat_id_is_refused(text, country):
    with pytest.raises(Wrong):
        check_vat_id(text, country)


@pytest.mark.parametrize(("text", "code"), [("31472", "031472"), (" 400 001 ", "400001")])
def test_a_postal_code_has_six_digits(text, code):
    assert check_postal_code(text) == code


@pytest.mark.parametrize("text", ["", "3147", "1234567", "40000A", "000000"])
def test_a_wrong_postal_code_is_refused(text):
    with pytest.raises(Wrong, match="poștal"):
        check_postal_code(text)


def test_a_check_serves_as_a_validator_of_a_form():
    class Form(forms.Form):
        cif = forms.CharField(validators=[check_cif])

    assert Form({"cif": "RO18547290"}).is_valid()
    sentence = "CIF-ul nu este corect: are între 2 și 10 cifre, iar ultima este de control. Verificați fiecare cifră."
    assert Form({"cif": "18547291"}).errors == {"cif": [sentence]}
