"""Checks of identifiers, each returning the form we store.

`Wrong` is a `ValidationError`, so that each check serves as a form validator or in a `clean_…`, and a `ValueError` elsewhere.
"""

import re
from datetime import date

from django.core.exceptions import ValidationError
from stdnum import iban
from stdnum.eu import vat
from stdnum.exceptions import InvalidChecksum, InvalidLength
from stdnum.exceptions import ValidationError as Unacceptable
from stdnum.ro import cnp

from lib.cif import identity, is_valid_cif
from lib.counties import VAT_PREFIXES, country_name

REG_NO_COUNTIES = {*range(1, 41), 51, 52}
IBAN_LENGTH_RO = 24
FIRST_REG_NO_YEAR = 1990
REG_NO_SENTENCE = "Numărul de la registrul comerțului se scrie J40/1234/2020 sau, în forma nouă, J2020001234402."


class Wrong(ValidationError, ValueError):
    """An identifier that cannot be right; `message` is the Romanian sentence for the user."""

    def __str__(self) -> str:
        return str(self.message)


def check_cif(text: str) -> str:
    """A Romanian fiscal code, without RO. Source: Cod fiscal art. 318 (1)."""
    if not is_valid_cif(text):
        raise Wrong("CIF-ul nu este corect: are între 2 și 10 cifre, iar ultima este de control. Verificați fiecare cifră.")
    return identity(text)


def check_cnp(text: str) -> str:
    """A personal code (CNP): first digit, date of birth, county and check digit. Counties 70 and 80 to 83 are in use too.

    Residents (first digit 7, 8, 9) may be born in 19xx or 20xx, so their 29 February needs only one of the two.
    """
    number = re.sub(r"[\s.-]", "", text)
    if not re.fullmatch(r"[1-9][0-9]{12}", number):
        raise Wrong("CNP-ul are 13 cifre și nu începe cu zero.")
    if not any(_is_date(century, number[1:7]) for century in _centuries(number[0])):
        raise Wrong("CNP-ul nu este corect: cifrele 2–7 nu sunt o dată de naștere.")
    try:
        cnp.get_county(number)
    except Unacceptable:
        raise Wrong("CNP-ul nu este corect: cifrele 8–9 nu sunt un județ.") from None
    if cnp.calc_check_digit(number[:-1]) != number[-1]:
        raise Wrong("CNP-ul nu este corect: cifra de control nu se potrivește. Verificați fiecare cifră.")
    return number


def check_iban(text: str) -> str:
    """An IBAN of any country, without spaces. Source: ISO 13616, mod 97."""
    number = re.sub(r"[\s.-]", "", text).upper()
    if number.startswith("RO") and len(number) != IBAN_LENGTH_RO:
        raise Wrong(f"Un IBAN românesc are {IBAN_LENGTH_RO} de caractere; acesta are {len(number)}.")
    try:
        return str(iban.validate(number))
    except InvalidChecksum:
        raise Wrong("IBAN-ul nu este corect: cifrele de control nu se potrivesc. Verificați fiecare caracter.") from None
    except Unacceptable:
        raise Wrong("IBAN-ul nu este corect: începe cu două litere de țară, urmate de cifrele de control și de cont.") from None


def check_reg_no(text: str) -> str:
    """A trade-register number, old (`J40/1234/2020`) or new (`J2020001234402`, since 2024-07-26).

    The check digit of the new form is not enforced: a single source describes it.
    """
    number = re.sub(r"\s", "", text).upper().replace("\\", "/")
    if old := re.fullmatch(r"([JFC])/?(\d{1,2})/(\d{1,6})/(?:\d{1,2}\.\d{1,2}\.)?(\d{4})", number):
        letter, county, serial, year = old.groups()
        counties, stored = REG_NO_COUNTIES, f"{letter}{county.zfill(2)}/{serial}/{year}"
    elif new := re.fullmatch(r"[JFC](\d{4})(\d{6})(\d{2})\d", number):
        year, serial, county = new.groups()
        counties, stored = REG_NO_COUNTIES | {0}, number
    else:
        raise Wrong(REG_NO_SENTENCE)
    if int(county) not in counties or not int(serial) or int(year) < FIRST_REG_NO_YEAR:
        raise Wrong(REG_NO_SENTENCE)
    return stored


def check_vat_id(text: str, country: str = "RO") -> str:
    """A VAT or tax id of `country` (ISO code): in RO the CIF, in the EU with its prefix and check digits, elsewhere only tidied."""
    if country == "RO":
        return check_cif(text)
    code = identity(text)
    prefix = VAT_PREFIXES.get(country)
    if prefix is None:
        if not re.fullmatch(r"[0-9A-Z]{2,28}", code):
            raise Wrong("Codul fiscal are între 2 și 28 de litere și cifre.")
        return code
    if not code.startswith(prefix):
        code = prefix + code
    try:
        return prefix + str(vat.validate(code))[2:]
    except InvalidLength:
        raise Wrong(f"Codul de TVA pentru {country_name(country)} nu are lungimea cerută, după prefixul {prefix}.") from None
    except Unacceptable:
        raise Wrong(f"Codul de TVA nu este corect pentru {country_name(country)}: începe cu {prefix}. Verificați-l.") from None


def check_postal_code(text: str) -> str:
    """A Romanian postal code of six digits; ANAF drops the leading zero of Bucharest (`31472` is `031472`)."""
    code = re.sub(r"\s", "", text)
    if not re.fullmatch(r"[0-9]{5,6}", code) or code == "000000":
        raise Wrong("Codul poștal are 6 cifre, de exemplu 031472.")
    return code.zfill(6)


def _centuries(first: str) -> tuple[int, ...]:
    return {"1": (1900,), "2": (1900,), "3": (1800,), "4": (1800,), "5": (2000,), "6": (2000,)}.get(first, (1900, 2000))


def _is_date(century: int, digits: str) -> bool:
    try:
        date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return False
    return True
