"""The look-up of a CIF, against the rehearsal register over real HTTP."""

import time
from datetime import date

import pytest
from django.core.cache import cache
from stdnum.ro.cui import calc_check_digit

from lib.errors import Refused
from partners.anaf import Address, VatPeriod, look_up, look_up_many, read_entry
from web.rehearsal.companies import company_of

ON = date(2026, 11, 22)
SENTENCE = "Registrul ANAF nu răspunde. Încercați peste câteva minute sau completați datele manual; nimic nu s-a pierdut."


def valid_cifs(count):
    """CIFs of eight digits that the rehearsal register knows."""
    numbers = (f"{base}{calc_check_digit(str(base))}" for base in range(3_000_000, 4_000_000))
    known = (number for number in numbers if company_of(number))
    return [next(known) for _ in range(count)]


def test_a_company_of_bucharest_is_read_into_our_words(rehearsal):
    found = look_up("RO 10000008", ON)
    assert found.name == "LIBRĂRIA ȘI CEAINĂRIA DIN COLȚ SRL"
    assert found.address == Address("Str. Țepeș Vodă nr. 14", "ET. 1, AP. 5", "SECTOR3", "RO-B", "031472", "RO")
    assert found.address.line == "Str. Țepeș Vodă nr. 14, ET. 1, AP. 5"
    assert (found.cif, found.reg_no, found.phone, found.caen) == ("10000008", "J40/1102/1998", "021 555 0102", "4761")
    assert (found.vat_payer, found.vat_since, found.vat_periods) == (True, date(2001, 1, 1), [VatPeriod(date(2001, 1, 1), None)])
    assert (found.cash_vat, found.cash_vat_since, found.cash_vat_until) == (True, date(2019, 4, 1), None)
    assert (found.inactive, found.removed, found.in_efactura_register, found.warnings) == (False, False, True, [])


def test_one_who_is_not_registered_for_vat_has_no_periods(rehearsal):
    found = look_up("1000009", ON)
    assert (found.vat_payer, found.vat_periods, found.vat_since, found.in_efactura_register) == (False, [], None, False)


def test_an_inactive_company_comes_with_a_warning(rehearsal):
    found = look_up("20000005", ON)
    assert (found.inactive, found.inactive_since, found.address.city) == (True, date(2024, 5, 20), "Cristian")
    assert found.warnings == ["Contribuabilul este declarat inactiv la ANAF: cheltuielile și TVA au regim special de deducere."]


def test_a_removed_company_comes_with_a_warning(rehearsal):
    found = look_up("123456789", ON)
    assert (found.removed, found.removed_on, found.vat_payer) == (True, date(2023, 11, 30), False)
    assert found.warnings == ["Firma este radiată, potrivit registrului ANAF."]


def test_the_answer_is_as_of_the_day_asked_for(rehearsal):
    assert [look_up("12345674", date(2008, 3, 31)).vat_payer, look_up("12345674", date(2008, 4, 1)).vat_payer] == [False, True]


@pytest.mark.parametrize("cif", ["10000009", "abc", "", "1800101400016"])
def test_a_wrong_cif_is_refused_without_asking(rehearsal, cif):
    rehearsal.faults.switch("anaf_500")
    with pytest.raises(Refused, match="cif_invalid") as refused:
        look_up(cif)
    assert refused.value.field == "cif"


def test_a_cif_that_the_register_does_not_know_is_refused(rehearsal):
    with pytest.raises(Refused, match="cif_unknown") as refused:
        look_up("RO400")
    assert refused.value.message == "Registrul ANAF nu cunoaște CIF-ul 400. Verificați-l sau completați datele manual."


@pytest.mark.parametrize("fault", ["anaf_no_answer", "anaf_html", "anaf_500"])
def test_a_register_that_fails_loses_nothing(rehearsal, fault):
    rehearsal.faults.switch(fault)
    with pytest.raises(Refused, match="anaf_no_answer") as refused:
        look_up("12345674")
    assert refused.value.message == SENTENCE


def test_a_slow_register_is_given_up(rehearsal, monkeypatch):
    monkeypatch.setattr("partners.anaf.TIMEOUT", 0.3)
    monkeypatch.setattr(rehearsal, "slow_seconds", 1)
    rehearsal.faults.switch("anaf_slow")
    with pytest.raises(Refused, match="anaf_no_answer"):
        look_up("12345674")


def test_a_failure_is_not_kept(rehearsal):
    rehearsal.faults.switch("anaf_html")
    with pytest.raises(Refused):
        look_up("12345674")
    rehearsal.faults.clear()
    assert look_up("12345674").name == "ATELIERUL DE LEMN SRL"


def test_an_answer_is_kept_for_the_next_time(rehearsal):
    first = look_up("12345674", ON)
    rehearsal.faults.switch("anaf_no_answer")
    assert look_up("ro12345674", ON) == first


def test_the_register_is_asked_at_most_once_a_second(rehearsal):
    start = time.monotonic()
    look_up("12345674")
    look_up("10000008")
    assert time.monotonic() - start > 0.9


def test_many_are_asked_in_batches_of_a_hundred(rehearsal):
    cifs = valid_cifs(101)
    assert list(look_up_many([*cifs, "400", "wrong"])) == cifs


ENTRY = {
    "date_generale": {"cui": 12345674, "denumire": " Firma  Ştefan SRL ", "cod_CAEN": 610, "adresa": ""},
    "inregistrare_scop_Tva": {"scpTVA": True, "perioade_TVA": None},
    "inregistrare_RTVAI": None,
}


def with_office(**fields):
    return read_entry(ENTRY | {"adresa_sediu_social": {f"s{name}": value for name, value in fields.items()}}, ON).address


def test_absent_blocks_and_null_lists_are_taken_for_nothing():
    found = read_entry(ENTRY, ON)
    assert (found.name, found.caen, found.address, found.vat_periods, found.cash_vat) == ("Firma Ștefan SRL", "0610", Address(), [], False)


@pytest.mark.parametrize(
    ("place", "city"),
    [
        ("Mun. Timişoara", "Timișoara"),
        ("Orş. Voluntari", "Voluntari"),
        ("Sat Sânnicoară Com. Apahida", "Sânnicoară, com. Apahida"),
        ("Sat Floreşti Com. Floreşti", "Florești"),
        ("Satu Mare", "Satu Mare"),
        ("CLUJ-NAPOCA", "CLUJ-NAPOCA"),
    ],
)
def test_a_place_is_read_without_its_kind(place, city):
    assert with_office(denumire_Localitate=place, cod_JudetAuto="TM").city == city


@pytest.mark.parametrize("place", ["Sector 3 Mun. Bucureşti", "Mun. Bucureşti, Sect. 3", "BUCURESTI SECTORUL 3"])
def test_the_city_of_bucharest_is_its_sector(place):
    assert with_office(denumire_Localitate=place, denumire_Judet="MUNICIPIUL BUCUREŞTI").city == "SECTOR3"


def test_a_sector_that_is_not_named_comes_from_the_postal_code():
    assert with_office(denumire_Localitate="București", cod_JudetAuto="B", cod_Postal="60787").city == "SECTOR6"


def test_without_an_office_the_fiscal_domicile_is_taken():
    entry = ENTRY | {"adresa_sediu_social": {"sdenumire_Localitate": ""}, "adresa_domiciliu_fiscal": {
        "ddenumire_Localitate": "Mun. Iaşi", "dcod_JudetAuto": "IS", "ddenumire_Strada": "Str. Morii", "dtara": "ROMÂNIA"}}  # fmt: skip
    assert read_entry(entry, ON).address == Address("Str. Morii", "", "Iași", "RO-IS")


def test_without_either_the_line_is_read():
    line = {"adresa": "JUD. BACĂU, MUN. BACĂU, STR. ALEXEI TOLSTOI, NR.8", "codPostal": "600093"}
    found = read_entry({**ENTRY, "date_generale": ENTRY["date_generale"] | line}, ON).address
    assert found == Address("STR. ALEXEI TOLSTOI, NR.8", "", "BACĂU", "RO-BC", "600093")


def test_a_line_without_a_county_is_all_street():
    found = read_entry({**ENTRY, "date_generale": ENTRY["date_generale"] | {"adresa": "UNDEVA, NR. 3"}}, ON).address
    assert found == Address("UNDEVA, NR. 3")


def test_one_who_waits_too_long_for_the_turn_gets_the_same_sentence(rehearsal, monkeypatch):
    monkeypatch.setattr("partners.anaf.TURN_WAIT", 0.2)
    cache.set("anaf:turn", True, timeout=5)
    with pytest.raises(Refused, match="anaf_no_answer"):
        look_up("12345674")
