"""Invented companies: some written by hand for what they show, the others made from the digits of their CIF."""

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from lib.cif import is_valid_cif
from lib.counties import COUNTY_LIST

UNKNOWN_BELOW = 100_000  # CIFs so small belong to nobody here
BIGGEST_CIF = 52_000_000  # about what the end of 2026 has reached; greater ones count as of that year
COUNTIES = {county.code: county for county in COUNTY_LIST}

TRADES = [
    ("CONSTRUCT", "4100"), ("AGRO", "0111"), ("LOGISTIC", "4941"), ("SOFT", "6210"), ("CONSULTING", "7020"), ("MOBILA", "3100"),
    ("DENTAL", "8623"), ("AUTO SERVICE", "9531"), ("PATISERIE", "1071"), ("TIPOGRAFIE", "1812"), ("INSTALAȚII", "4322"),
    ("ȚESĂTORIE", "1320"), ("CONTABILITATE", "6920"), ("TURISM", "7911"), ("COM", "4690"), ("PROD", "2562"),
]  # fmt: skip
NAMES = [
    "STEJARUL", "CARPAȚI", "DUNĂREA", "ȘOIMUL", "BRĂDET", "LUCEAFĂRUL", "MIORIȚA", "CERNA", "PRAHOVA", "SOMEȘUL", "TOMIS", "DACIA",
    "ZIMBRUL", "RARĂUL", "AURORA", "ORIZONT", "VALEA ALBĂ", "PIATRA CRAIULUI", "ȚARA BÂRSEI", "IZVORUL", "MEȘTERUL", "GRĂDINA", "VATRA",
    "LUMINA", "NORDIC", "CETATEA", "FÂNTÂNA", "ȘTRANDUL", "CODRUL", "MĂGURA", "PLAIUL", "ARIEȘ",
]  # fmt: skip
STREETS = [
    "Str. Mihai Eminescu", "Str. Ștefan cel Mare", "Bd. Unirii", "Str. Țesătorilor", "Calea Victoriei", "Șos. Fabricii", "Str. Avram Iancu",
    "Aleea Teilor", "Str. Gării", "Str. Nicolae Bălcescu", "Str. Morii", "Bd. Independenței", "Str. Livezilor", "Str. Mărășești",
]  # fmt: skip
DETAILS = ["", "", "", "AP. 12", "ET. 2", "CAMERA 3", "BL. C4, SC. B", "BIROUL 28", "HALA 2", "PARTER"]
# The seat of each county and the first digits of its postal codes.
_SEATS = """AB Alba Iulia 51; AR Arad 31; AG Pitești 11; BC Bacău 60; BH Oradea 41; BN Bistrița 42; BT Botoșani 71; BV Brașov 50;
BR Brăila 81; BZ Buzău 12; CS Reșița 32; CJ Cluj-Napoca 40; CT Constanța 90; CV Sfântu Gheorghe 52; DB Târgoviște 13; DJ Craiova 20;
GL Galați 80; GJ Târgu Jiu 21; HR Miercurea Ciuc 53; HD Deva 33; IL Slobozia 92; IS Iași 70; MM Baia Mare 43;
MH Drobeta-Turnu Severin 22; MS Târgu Mureș 54; NT Piatra Neamț 61; OT Slatina 23; PH Ploiești 10; SM Satu Mare 44; SJ Zalău 45;
SB Sibiu 55; SV Suceava 72; TR Alexandria 14; TM Timișoara 30; TL Tulcea 82; VS Vaslui 73; VL Râmnicu Vâlcea 24; VN Focșani 62;
CL Călărași 91; GR Giurgiu 08"""
SEATS = {entry.split()[0]: (f"Mun. {' '.join(entry.split()[1:-1])}", entry.split()[-1]) for entry in _SEATS.split(";")}
SEATS["IF"] = ("Orș. Buftea", "07")
# Where a company may stand: each county once, the busy ones more often.
PLACES = [*SEATS, *["B"] * 20, *["CJ", "TM", "IF"] * 4, *["BV", "IS", "CT", "PH", "BH", "SB"] * 2]


@dataclass(frozen=True)
class Company:
    """A taxpayer as the register knows it; `about` tells the reader of the control page what to try it for."""

    name: str
    county: str  # the code on car plates
    city: str  # as the register names it: Mun. Iași
    street: str
    number: str
    postal_code: str
    registered: date
    reg_no: str
    caen: str
    details: str = ""
    phone: str = ""
    vat_since: date | None = None
    cash_vat_since: date | None = None
    inactive_since: date | None = None
    removed_on: date | None = None
    in_efactura_register: bool = True
    about: str = ""

    @property
    def is_person(self) -> bool:
        return self.reg_no.startswith("F")


FIXED = {
    "12345674": Company(
        "ATELIERUL DE LEMN SRL", "CJ", "Mun. Cluj-Napoca", "Str. Memorandumului", "28", "400114", date(2008, 3, 17), "J12/845/2008", "3100",
        phone="0264 555 101", vat_since=date(2008, 4, 1), about="plătitoare de TVA",
    ),
    "10000008": Company(
        "LIBRĂRIA ȘI CEAINĂRIA DIN COLȚ SRL", "B", "Sector 3 Mun. București", "Str. Țepeș Vodă", "14", "031472",
        date(1998, 2, 9), "J40/1102/1998", "4761",
        details="ET. 1, AP. 5", phone="021 555 0102", vat_since=date(2001, 1, 1), cash_vat_since=date(2019, 4, 1),
        about="București, sectorul 3; TVA la încasare",
    ),
    "1000009": Company(
        "POPESCU I. ȘTEFANIA PERSOANĂ FIZICĂ AUTORIZATĂ", "SB", "Mun. Sibiu", "Str. Ocnei", "3", "550188",
        date(1994, 6, 1), "F32/77/1994", "6920",
        in_efactura_register=False, about="neplătitoare de TVA",
    ),
    "20000005": Company(
        "TRANSPORT PESTE MUNȚI SRL", "BV", "Sat Cristian Com. Cristian", "Str. Lungă", "119", "507055",
        date(2006, 9, 4), "J08/2201/2006", "4941",
        vat_since=date(2006, 10, 1), inactive_since=date(2024, 5, 20), about="inactivă la ANAF din 2024",
    ),
    "123456789": Company(
        "MORILE DE ALTĂDATĂ SA", "IS", "Mun. Iași", "Str. Păcurari", "77", "700515", date(2004, 5, 12), "J22/410/2004", "1061",
        vat_since=date(2004, 6, 1), removed_on=date(2023, 11, 30), about="radiată",
    ),
}  # fmt: skip


def company_of(cif: str) -> Company | None:
    """The company behind a CIF; None for a wrong check digit, for a small CIF and for one in fifty of the others."""
    if not is_valid_cif(cif):
        return None
    if cif in FIXED:
        return FIXED[cif]
    if int(cif) < UNKNOWN_BELOW or _chance(cif, "unknown", 50) == 0:
        return None
    return _invented(cif)


def _invented(cif: str) -> Company:
    county = PLACES[_chance(cif, "county", len(PLACES))]
    sector = _chance(cif, "sector", 6) + 1
    city, prefix = SEATS.get(county, (f"Sector {sector} Mun. București", f"0{sector}"))
    trade, caen = TRADES[_chance(cif, "trade", len(TRADES))]
    name = f"{NAMES[_chance(cif, 'name', len(NAMES))]} {trade}"
    registered = _registered(cif)
    vat_since = registered + timedelta(days=_chance(cif, "vat", 500)) if _chance(cif, "payer", 4) else None
    return Company(
        name=f"{name} {'SA' if _chance(cif, 'form', 12) == 0 else 'SRL'}",
        county=county,
        city=city,
        street=STREETS[_chance(cif, "street", len(STREETS))],
        number=f"{_chance(cif, 'number', 180) + 1}{['', '', '', 'A', 'B'][_chance(cif, 'letter', 5)]}",
        postal_code=f"{prefix}{_chance(cif, 'postal', 9000) + 1000}",
        registered=registered,
        reg_no=_reg_no(cif, county, registered),
        caen=caen,
        details=DETAILS[_chance(cif, "details", len(DETAILS))],
        phone=f"07{_chance(cif, 'phone', 10**8):08}" if _chance(cif, "has phone", 3) else "",
        vat_since=vat_since,
        cash_vat_since=date(2020, 1, 1) if vat_since and vat_since.year < 2020 and _chance(cif, "cash", 6) == 0 else None,
        inactive_since=registered + timedelta(days=700) if _chance(cif, "inactive", 40) == 0 else None,
        in_efactura_register=bool(_chance(cif, "register", 3)),
    )


def _registered(cif: str) -> date:
    """CIFs grow with time: a small one is of 1991, one of eight digits about 2005 to 2026."""
    days = min(int(cif), BIGGEST_CIF) * (date(2025, 6, 30) - date(1991, 1, 15)).days // BIGGEST_CIF
    return date(1991, 1, 15) + timedelta(days=days)


def _reg_no(cif: str, county: str, registered: date) -> str:
    serial = _chance(cif, "serial", 9000) + 100
    if registered < date(2024, 7, 26):
        return f"J{COUNTIES[county].number}/{serial}/{registered.year}"
    digits = f"{registered.year}{serial:06}00"
    return f"J{digits}{(ord('J') + sum(map(int, digits))) % 10}"


def _chance(cif: str, what: str, choices: int) -> int:
    """A number below `choices` that belongs to this CIF for good."""
    return int.from_bytes(sha256(f"{cif} {what}".encode()).digest()[:6]) % choices
