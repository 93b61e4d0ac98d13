import pytest

from lib import counties
from lib.counties import county_from_text, sector_from_text


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("JUD. Cluj", "RO-CJ"),
        ("JUDEŢUL CLUJ", "RO-CJ"),
        ("Municipiul Bucureşti", "RO-B"),
        ("MUNICIPIUL BUCUREŞTI", "RO-B"),
        ("BUCURESTI SECTORUL 1", "RO-B"),
        ("Sector 3", "RO-B"),
        ("BISTRIŢA-NĂSĂUD", "RO-BN"),
        ("Satu Mare", "RO-SM"),
        ("SATUMARE", "RO-SM"),
        ("cj", "RO-CJ"),
        ("RO-CJ", "RO-CJ"),
        ("12", "RO-CJ"),
        ("40", "RO-B"),
        ("Bavaria", ""),
        ("", ""),
    ],
)
def test_a_county_is_known_however_it_is_written(text, iso):
    assert county_from_text(text) == iso


@pytest.mark.parametrize(
    ("text", "sector"),
    [
        ("Sector 3 Mun. Bucureşti", "SECTOR3"),
        ("Mun. Bucureşti, Sect. 1", "SECTOR1"),
        ("BUCURESTI SECTORUL 6", "SECTOR6"),
        ("SECTOR2", "SECTOR2"),
        ("Sector 7", ""),
        ("Mun. Bucureşti", ""),
    ],
)
def test_a_sector_of_bucharest_is_found(text, sector):
    assert sector_from_text(text) == sector


def test_there_are_42_counties_with_a_code_and_a_number_of_their_own():
    assert [len({getattr(county, field) for county in counties.COUNTY_LIST}) for field in ("code", "name", "number")] == [42, 42, 42]


def test_a_sector_is_shown_as_people_write_it():
    assert [counties.city_name("SECTOR3"), counties.city_name("Cluj-Napoca")] == ["Sector 3", "Cluj-Napoca"]


def test_countries_begin_with_romania_and_then_go_by_name():
    assert counties.COUNTRIES[:3] == [("RO", "România"), ("AF", "Afganistan"), ("ZA", "Africa de Sud")]


def test_every_member_of_the_union_has_a_vat_prefix():
    assert len(counties.EU_MEMBERS) == 27
    assert counties.EU_MEMBERS < counties.VAT_PREFIXES.keys() < dict(counties.COUNTRIES).keys()


@pytest.mark.parametrize(("vat_id", "country"), [("EL094259216", "GR"), ("XI980780684", "XI"), ("DE136695976", "DE"), ("123", "")])
def test_a_vat_prefix_names_its_country(vat_id, country):
    assert counties.country_of_vat_id(vat_id) == country


@pytest.mark.parametrize(("text", "code"), [("ROMÂNIA", "RO"), ("germania", "DE"), ("FR", "FR"), ("", ""), ("Atlantida", "")])
def test_a_country_is_known_by_its_name(text, code):
    assert counties.country_from_text(text) == code
