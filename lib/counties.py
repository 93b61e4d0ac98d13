"""Counties of Romania, sectors of Bucharest, countries of the world.

Sources: ISO 3166-2:RO; the county code of CNP, ANAF and the trade register; ISO 3166-1 with Romanian names;
Directive 2006/112/EC art. 215 for VAT prefixes (Greece EL, Northern Ireland XI).
"""

import re
from dataclasses import dataclass

from lib.text import searchable


@dataclass(frozen=True)
class County:
    """`code` is the car-plate code (`CJ`), `number` the two digits used by CNP and ANAF (`12`)."""

    code: str
    name: str
    number: str

    @property
    def iso(self) -> str:
        """The ISO 3166-2 code, as e-Factura wants it: `RO-CJ`."""
        return f"RO-{self.code}"


_COUNTY_TABLE = """
    AB:Alba:01; AR:Arad:02; AG:Argeș:03; BC:Bacău:04; BH:Bihor:05; BN:Bistrița-Năsăud:06; BT:Botoșani:07; BR:Brăila:09; BV:Brașov:08;
    B:București:40; BZ:Buzău:10; CL:Călărași:51; CS:Caraș-Severin:11; CJ:Cluj:12; CT:Constanța:13; CV:Covasna:14; DB:Dâmbovița:15;
    DJ:Dolj:16; GL:Galați:17; GR:Giurgiu:52; GJ:Gorj:18; HR:Harghita:19; HD:Hunedoara:20; IL:Ialomița:21; IS:Iași:22; IF:Ilfov:23;
    MM:Maramureș:24; MH:Mehedinți:25; MS:Mureș:26; NT:Neamț:27; OT:Olt:28; PH:Prahova:29; SJ:Sălaj:31; SM:Satu Mare:30; SB:Sibiu:32;
    SV:Suceava:33; TR:Teleorman:34; TM:Timiș:35; TL:Tulcea:36; VL:Vâlcea:38; VS:Vaslui:37; VN:Vrancea:39
"""
COUNTY_LIST = [County(*entry.strip().split(":")) for entry in _COUNTY_TABLE.split(";")]
COUNTIES = [(county.iso, county.name) for county in COUNTY_LIST]
BUCHAREST = "RO-B"
# The city of an address in Bucharest is its sector, in these words. Source: RO CIUS, BR-RO-100.
SECTORS = [(f"SECTOR{number}", f"Sector {number}") for number in range(1, 7)]

_BY_ISO = dict(COUNTIES)
_BY_WORD = {searchable(word): county.iso for county in COUNTY_LIST for word in (county.name, county.code, county.iso, county.number)}
_BY_WORD |= {searchable(county.name).replace(" ", ""): county.iso for county in COUNTY_LIST}

# The one list of countries; Romania first where a person chooses, then by name.
_COUNTRY_TABLE = """
    AD Andorra; AE Emiratele Arabe Unite; AF Afganistan; AG Antigua și Barbuda; AI Anguilla; AL Albania; AM Armenia; AO Angola;
    AQ Antarctica; AR Argentina; AS Samoa Americană; AT Austria; AU Australia; AW Aruba; AX Insulele Åland; AZ Azerbaidjan;
    BA Bosnia și Herțegovina; BB Barbados; BD Bangladesh; BE Belgia; BF Burkina Faso; BG Bulgaria; BH Bahrain; BI Burundi;
    BJ Benin; BL Saint-Barthélemy; BM Bermuda; BN Brunei; BO Bolivia; BQ Insulele Caraibe Olandeze; BR Brazilia; BS Bahamas;
    BT Bhutan; BV Insula Bouvet; BW Botswana; BY Belarus; BZ Belize; CA Canada; CC Insulele Cocos (Keeling); CD Congo, Republica Democrată;
    CF Republica Centrafricană; CG Congo; CH Elveția; CI Côte d'Ivoire; CK Insulele Cook; CL Chile; CM Camerun;
    CN China; CO Columbia; CR Costa Rica; CU Cuba; CV Capul Verde; CW Curaçao; CX Insula Christmas; CY Cipru; CZ Cehia;
    DE Germania; DJ Djibouti; DK Danemarca; DM Dominica; DO Republica Dominicană; DZ Algeria; EC Ecuador; EE Estonia; EG Egipt;
    EH Sahara Occidentală; ER Eritreea; ES Spania; ET Etiopia; FI Finlanda; FJ Fiji; FK Insulele Falkland; FM Micronezia;
    FO Insulele Feroe; FR Franța; GA Gabon; GB Marea Britanie; GD Grenada; GE Georgia; GF Guyana Franceză; GG Guernsey; GH Ghana;
    GI Gibraltar; GL Groenlanda; GM Gambia; GN Guineea; GP Guadelupa; GQ Guineea Ecuatorială; GR Grecia;
    GS Georgia de Sud și Insulele Sandwich de Sud; GT Guatemala; GU Guam; GW Guineea-Bissau; GY Guyana; HK Hong Kong;
    HM Insula Heard și Insulele McDonald; HN Honduras; HR Croația; HT Haiti; HU Ungaria; ID Indonezia; IE Irlanda; IL Israel;
    IM Insula Man; IN India; IO Teritoriul Britanic din Oceanul Indian; IQ Irak; IR Iran; IS Islanda; IT Italia; JE Jersey;
    JM Jamaica; JO Iordania; JP Japonia; KE Kenya; KG Kârgâzstan; KH Cambodgia; KI Kiribati; KM Comore; KN Saint Kitts și Nevis;
    KP Coreea de Nord; KR Coreea de Sud; KW Kuweit; KY Insulele Cayman; KZ Kazahstan; LA Laos; LB Liban; LC Sfânta Lucia;
    LI Liechtenstein; LK Sri Lanka; LR Liberia; LS Lesotho; LT Lituania; LU Luxemburg; LV Letonia; LY Libia; MA Maroc; MC Monaco;
    MD Republica Moldova; ME Muntenegru; MF Sfântul Martin; MG Madagascar; MH Insulele Marshall; MK Macedonia de Nord; ML Mali;
    MM Myanmar (Birmania); MN Mongolia; MO Macao; MP Insulele Mariane de Nord; MQ Martinica; MR Mauritania;
    MS Montserrat; MT Malta; MU Mauritius; MV Maldive; MW Malawi; MX Mexic; MY Malaysia; MZ Mozambic; NA Namibia;
    NC Noua Caledonie; NE Niger; NF Insula Norfolk; NG Nigeria; NI Nicaragua; NL Țările de Jos; NO Norvegia; NP Nepal; NR Nauru;
    NU Niue; NZ Noua Zeelandă; OM Oman; PA Panama; PE Peru; PF Polinezia Franceză; PG Papua-Noua Guinee; PH Filipine; PK Pakistan;
    PL Polonia; PM Saint-Pierre și Miquelon; PN Insulele Pitcairn; PR Puerto Rico; PS Teritoriile Palestiniene; PT Portugalia;
    PW Palau; PY Paraguay; QA Qatar; RE Réunion; RO România; RS Serbia; RU Rusia; RW Rwanda; SA Arabia Saudită;
    SB Insulele Solomon; SC Seychelles; SD Sudan; SE Suedia; SG Singapore; SH Sfânta Elena; SI Slovenia; SJ Svalbard și Jan Mayen;
    SK Slovacia; SL Sierra Leone; SM San Marino; SN Senegal; SO Somalia; SR Suriname; SS Sudanul de Sud; ST São Tomé și Príncipe;
    SV El Salvador; SX Sint-Maarten; SY Siria; SZ Eswatini; TC Insulele Turks și Caicos; TD Ciad;
    TF Teritoriile Australe și Antarctice Franceze; TG Togo; TH Thailanda; TJ Tadjikistan; TK Tokelau; TL Timor-Leste;
    TM Turkmenistan; TN Tunisia; TO Tonga; TR Turcia; TT Trinidad și Tobago; TV Tuvalu; TW Taiwan; TZ Tanzania; UA Ucraina;
    UG Uganda; UM Insulele Îndepărtate ale SUA; US Statele Unite ale Americii; UY Uruguay; UZ Uzbekistan;
    VA Statul Cetății Vaticanului; VC Saint Vincent și Grenadinele; VE Venezuela; VG Insulele Virgine Britanice;
    VI Insulele Virgine Americane; VN Vietnam; VU Vanuatu; WF Wallis și Futuna; WS Samoa; XI Irlanda de Nord; YE Yemen; YT Mayotte;
    ZA Africa de Sud; ZM Zambia; ZW Zimbabwe
"""
_COUNTRY_NAMES = dict(entry.strip().split(" ", 1) for entry in _COUNTRY_TABLE.split(";"))
COUNTRIES = sorted(_COUNTRY_NAMES.items(), key=lambda country: (country[0] != "RO", searchable(country[1])))
_EU_TABLE = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_MEMBERS = frozenset(_EU_TABLE.split())
# Country to prefix of its VAT ids, for those that VIES knows.
VAT_PREFIXES = {code: code for code in sorted(EU_MEMBERS)} | {"GR": "EL", "XI": "XI"}
_COUNTRY_WORDS = {searchable(name): code for code, name in _COUNTRY_NAMES.items()}


def county_from_text(text: str) -> str:
    """The ISO code of a county however it is written: `JUD. CLUJ`, `Municipiul Bucureşti`, `Sector 3`, `CJ`, `RO-CJ`, `12`; "" if none."""
    words = re.sub(r"^(judetul|judet|jud|municipiul|municipiu|mun) ", "", searchable(text))
    if words in _BY_WORD:
        return _BY_WORD[words]
    return BUCHAREST if sector_from_text(words) or re.search(r"\bbucuresti\b", words) else ""


def county_name(iso: str) -> str:
    """`Cluj` for `RO-CJ`; "" for what is no county."""
    return _BY_ISO.get(iso, "")


def sector_from_text(text: str) -> str:
    """`SECTOR3` out of `Sector 3 Mun. Bucureşti`, `Mun. Bucureşti, Sect. 3` or `SECTORUL 3`; "" if no sector is named."""
    found = re.search(r"\bsect(?:or(?:ul)?)? ?([1-6])\b", searchable(text))
    return f"SECTOR{found[1]}" if found else ""


def city_name(city: str) -> str:
    """The city as a person reads it: `SECTOR3` is `Sector 3`, any other stays as it is."""
    return dict(SECTORS).get(city, city)


def country_name(code: str) -> str:
    """`Germania` for `DE`; the code itself when unknown."""
    return _COUNTRY_NAMES.get(code, code)


def country_from_text(text: str) -> str:
    """The ISO code of a country named in Romanian or by its code; "" if none. ANAF leaves it empty for Romania."""
    code = text.strip().upper()
    return code if code in _COUNTRY_NAMES else _COUNTRY_WORDS.get(searchable(text), "")


def country_of_vat_id(vat_id: str) -> str:
    """The country whose prefix a VAT id carries (`EL…` is GR); "" without a known prefix."""
    return next((country for country, prefix in VAT_PREFIXES.items() if vat_id.upper().startswith(prefix)), "")
