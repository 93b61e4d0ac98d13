"""The register of taxpayers at ANAF: who stands behind a CIF, where, and what it is for VAT on a day.

Source: ANAF, document doc_WS_V9: POST of `[{"cui": 123, "data": "2026-11-22"}]`, at most 100 a request, one request a second.
Traps: `""` and null mean absent, text has cedillas, the leading zero of postal codes is lost, and a firewall answers HTML with 200.
"""

import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.cache import cache

from lib.cif import identity, is_valid_cif
from lib.counties import BUCHAREST, country_from_text, county_from_text, sector_from_text
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.http import BadAnswer, NoAnswer, post_json
from lib.text import limit, normalise

log = logging.getLogger(__name__)

BATCH = 100
TIMEOUT = 10  # seconds
KEPT_FOR = 3600  # seconds
TURN, TURN_WAIT = 1, 15  # one request a second for all processes together; how long one waits for its turn
STREET_LENGTH = 150

NO_ANSWER = "Registrul ANAF nu răspunde. Încercați peste câteva minute sau completați datele manual; nimic nu s-a pierdut."
PLACE_KIND = re.compile(r"\b(?:municipiul|mun|ora[sș]ul|ora[sș]|or[sș]|satul|sat|comuna|com|localitatea|loc)\b\.?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class VatPeriod:
    """Days on which the taxpayer is registered for VAT, both included; `until` is None while it lasts."""

    since: date
    until: date | None


@dataclass(frozen=True)
class Address:
    """An address as our rows keep it: `county` is `RO-CJ`, and in `RO-B` the city is `SECTOR1` to `SECTOR6`."""

    street: str = ""
    details: str = ""
    city: str = ""
    county: str = ""
    postal_code: str = ""
    country: str = "RO"

    @property
    def line(self) -> str:
        """Street, number and what else finds the door, in one line."""
        return limit(", ".join(filter(None, [self.street, self.details])), STREET_LENGTH)


@dataclass(frozen=True)
class Taxpayer:
    """What the register says about one CIF on day `on`. `cif` is without RO; absent text is ""."""

    cif: str
    on: date
    name: str
    reg_no: str
    address: Address
    phone: str
    vat_payer: bool
    vat_periods: list[VatPeriod]
    cash_vat: bool
    cash_vat_since: date | None
    cash_vat_until: date | None
    inactive: bool
    inactive_since: date | None
    removed: bool
    removed_on: date | None
    in_efactura_register: bool
    iban: str
    caen: str
    state: str

    @property
    def vat_since(self) -> date | None:
        """First day of the VAT registration that holds now; None for one who is not registered."""
        return max((period.since for period in self.vat_periods), default=None) if self.vat_payer else None

    @property
    def warnings(self) -> list[str]:
        """Romanian sentences on what makes dealing with this taxpayer risky (Cod fiscal art. 11 and 297)."""
        found = []
        if self.removed:
            found.append("Firma este radiată, potrivit registrului ANAF.")
        if self.inactive:
            found.append("Contribuabilul este declarat inactiv la ANAF: cheltuielile și TVA au regim special de deducere.")
        return found


def look_up(cif: str, on: date | None = None) -> Taxpayer:
    """The taxpayer with this CIF, as of `on` (today). Calls ANAF unless the answer of the last hour is kept; up to 25 seconds.

    Refuses: cif_invalid, cif_unknown, anaf_no_answer.
    """
    require(is_valid_cif(cif), "cif_invalid", "CIF-ul nu este corect. Verificați fiecare cifră: ultima este de control.", "cif")
    found = look_up_many([cif], on)
    sentence = f"Registrul ANAF nu cunoaște CIF-ul {identity(cif)}. Verificați-l sau completați datele manual."
    require(found, "cif_unknown", sentence, "cif")
    return found[identity(cif)]


def look_up_many(cifs: Iterable[str], on: date | None = None) -> dict[str, Taxpayer]:
    """Taxpayers by CIF (without RO), in batches of 100; those that are wrong or unknown to the register are left out.

    Refuses: anaf_no_answer.
    """
    on = on or bucharest_today()
    wanted = list(dict.fromkeys(identity(cif) for cif in cifs if is_valid_cif(cif)))
    entries = _kept(wanted, on)
    missing = [cif for cif in wanted if cif not in entries]
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        answered = _ask(batch, on)
        fresh = {cif: answered.get(cif, {}) for cif in batch}
        cache.set_many({_key(cif, on): entry for cif, entry in fresh.items()}, timeout=KEPT_FOR)
        entries |= fresh
    return {cif: read_entry(entries[cif], on) for cif in wanted if entries[cif]}


def read_entry(entry: dict[str, Any], on: date) -> Taxpayer:
    """One member of `found` in our words."""
    general, vat, cash, idle = (
        entry.get(block) or {} for block in ("date_generale", "inregistrare_scop_Tva", "inregistrare_RTVAI", "stare_inactiv")
    )
    state, removed_on = _text(general, "stare_inregistrare"), _date(idle, "dataRadiere")
    return Taxpayer(
        cif=identity(str(general["cui"])),
        on=on,
        name=_text(general, "denumire"),
        reg_no=_text(general, "nrRegCom"),
        address=_address(entry),
        phone=_text(general, "telefon"),
        vat_payer=vat.get("scpTVA") is True,
        vat_periods=_vat_periods(vat),
        cash_vat=cash.get("statusTvaIncasare") is True,
        cash_vat_since=_date(cash, "dataInceputTvaInc"),
        cash_vat_until=_date(cash, "dataSfarsitTvaInc"),
        inactive=idle.get("statusInactivi") is True,
        inactive_since=_date(idle, "dataInactivare"),
        removed=removed_on is not None or state.upper().startswith("RADIERE"),
        removed_on=removed_on,
        in_efactura_register=general.get("statusRO_e_Factura") is True,
        iban=_text(general, "iban").replace(" ", ""),
        caen=_text(general, "cod_CAEN").zfill(4) if _text(general, "cod_CAEN") else "",
        state=state,
    )


def _key(cif: str, on: date) -> str:
    return f"anaf:v9:{cif}:{on}"


def _kept(cifs: list[str], on: date) -> dict[str, dict[str, Any]]:
    """What the cache still knows; {} stands for a CIF that the register does not know."""
    keys = {_key(cif, on): cif for cif in cifs}
    return {keys[key]: entry for key, entry in cache.get_many(keys).items()}


def _ask(cifs: list[str], on: date) -> dict[str, dict[str, Any]]:
    """One request: the members of `found` by CIF."""
    _take_turn()
    question = [{"cui": int(cif), "data": on.isoformat()} for cif in cifs]
    try:
        answer = _post(question)
        return {identity(str(entry["date_generale"]["cui"])): entry for entry in answer["found"] or []}
    except (NoAnswer, BadAnswer, KeyError, TypeError) as error:
        log.warning("ANAF register: %s", error)
        raise Refused("anaf_no_answer", NO_ANSWER, "cif") from error


def _post(question: list[dict[str, Any]]) -> Any:
    """The answer; "none of them found" may come with status 404 and the usual body."""
    try:
        return post_json(settings.ANAF_REGISTER_URL, question, timeout=TIMEOUT)
    except BadAnswer as error:
        if error.status != HTTPStatus.NOT_FOUND or b'"notFound"' not in error.body:
            raise
        return {"found": []}


def _take_turn() -> None:
    """Wait until this second belongs to us: web and worker processes share ANAF's one request a second through the cache."""
    deadline = time.monotonic() + TURN_WAIT
    while not cache.add("anaf:turn", True, timeout=TURN):
        if time.monotonic() > deadline:
            raise Refused("anaf_no_answer", NO_ANSWER, "cif")
        time.sleep(0.1)


def _address(entry: dict[str, Any]) -> Address:
    """The registered office; failing that the fiscal domicile; failing that what the one-line address says."""
    general = entry.get("date_generale") or {}
    for block, prefix in (("adresa_sediu_social", "s"), ("adresa_domiciliu_fiscal", "d")):
        part = {key.removeprefix(prefix): value for key, value in (entry.get(block) or {}).items()}
        if _text(part, "denumire_Localitate"):
            return _address_of_block(part)
    return _address_of_line(_text(general, "adresa"), _postal_code(general, "codPostal"))


def _address_of_block(part: dict[str, Any]) -> Address:
    county = county_from_text(_text(part, "cod_JudetAuto")) or county_from_text(_text(part, "denumire_Judet"))
    number, postal_code = _text(part, "numar_Strada"), _postal_code(part, "cod_Postal")
    return Address(
        street=" ".join(filter(None, [_text(part, "denumire_Strada"), number and f"nr. {number}"])),
        details=_text(part, "detalii_Adresa"),
        city=_city(_text(part, "denumire_Localitate"), county, postal_code),
        county=county,
        postal_code=postal_code,
        country=country_from_text(_text(part, "tara")) or "RO",
    )


def _address_of_line(line: str, postal_code: str) -> Address:
    """`JUD. BACĂU, MUN. BACĂU, STR. TOLSTOI, NR.8`; all of it is the street when it does not begin with a county."""
    parts = [part.strip() for part in line.split(",")]
    county = county_from_text(parts[0])
    if not county or len(parts) < 2:
        return Address(street=line, postal_code=postal_code)
    return Address(street=", ".join(parts[2:]), city=_city(parts[1], county, postal_code), county=county, postal_code=postal_code)


def _city(text: str, county: str, postal_code: str) -> str:
    """`Mun. Cluj-Napoca` is Cluj-Napoca, `Sat Sânnicoară Com. Apahida` is `Sânnicoară, com. Apahida`, in Bucharest the sector.

    A Bucharest address without its sector still has it in the second digit of the postal code.
    """
    if county == BUCHAREST:
        return sector_from_text(text) or (f"SECTOR{postal_code[1]}" if re.match("0[1-6]", postal_code) else "")
    names = [name.strip(" ,") for name in PLACE_KIND.split(text) if name.strip(" ,")]
    if len(names) < 2 or names[0].lower() == names[1].lower():
        return names[0] if names else text
    return f"{names[0]}, com. {names[1]}" if re.search(r"\bcom", text, re.IGNORECASE) else ", ".join(names)


def _postal_code(part: dict[str, Any], key: str) -> str:
    code = _text(part, key)
    return code.zfill(6) if code.isdigit() and int(code) else ""


def _vat_periods(vat: dict[str, Any]) -> list[VatPeriod]:
    periods = []
    for period in vat.get("perioade_TVA") or []:
        if since := _date(period, "data_inceput_ScpTVA"):
            periods.append(VatPeriod(since, _date(period, "data_sfarsit_ScpTVA") or _date(period, "data_anul_imp_ScpTVA")))
    return sorted(periods, key=lambda period: period.since)


def _text(block: dict[str, Any], key: str) -> str:
    value = block.get(key)
    return "" if value is None else normalise(str(value))


def _date(block: dict[str, Any], key: str) -> date | None:
    """An ISO date, also with a time after it; None for what is empty or is no date."""
    try:
        return date.fromisoformat(_text(block, key)[:10])
    except ValueError:
        return None
