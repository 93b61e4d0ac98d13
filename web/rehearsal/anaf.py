"""ANAF's register, version 9, with an invented company behind every CIF: the same on every machine, today and tomorrow."""

import json
from datetime import date, timedelta
from typing import Any

from web.rehearsal.companies import COUNTIES, FIXED, Company, company_of
from web.rehearsal.exchange import Request, Response, json_response, not_found

__all__ = ["FIXED", "answer"]

PATH = "/api/PlatitorTvaRest/v9/tva"
LIMIT = 100
COMMA_TO_CEDILLA = str.maketrans("șțȘȚ", "şţŞŢ")


def answer(request: Request) -> Response:
    """The register's one address. More than 100 codes, or anything that is no question, is refused as a whole."""
    if request.path != PATH:
        return not_found()
    if request.method != "POST":
        return json_response({"cod": 405, "message": "Method Not Allowed"}, 405)
    try:
        questions = [(int(question["cui"]), date.fromisoformat(question["data"])) for question in json.loads(request.body)]
    except (ValueError, KeyError, TypeError):
        return json_response({"cod": 400, "message": "Cerere incorecta"}, 400)
    if not 1 <= len(questions) <= LIMIT:
        return json_response({"cod": 400, "message": f"Numarul de CUI-uri trebuie sa fie intre 1 si {LIMIT}"}, 400)
    companies = [(cui, on, company_of(str(cui))) for cui, on in questions]
    found = [_cedilla(_entry(cui, on, company)) for cui, on, company in companies if company]
    missing = [cui for cui, _, company in companies if not company]
    return json_response({"cod": 200, "message": "SUCCESS", "found": found, "notFound": missing})


def _cedilla(value: Any) -> Any:
    """ANAF writes ş and ţ with a cedilla, everywhere."""
    if isinstance(value, dict):
        return {key: _cedilla(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_cedilla(member) for member in value]
    return value.translate(COMMA_TO_CEDILLA) if isinstance(value, str) else value


def _entry(cui: int, on: date, company: Company) -> dict[str, Any]:
    return {
        "date_generale": _general(cui, on, company),
        "inregistrare_scop_Tva": _vat(on, company),
        "inregistrare_RTVAI": {
            "dataInceputTvaInc": _day(company.cash_vat_since),
            "dataSfarsitTvaInc": "",
            "dataActualizareTvaInc": _day(company.cash_vat_since),
            "dataPublicareTvaInc": _day(company.cash_vat_since and company.cash_vat_since + timedelta(days=1)),
            "tipActTvaInc": "Inregistrare" if company.cash_vat_since else "",
            "statusTvaIncasare": _began(company.cash_vat_since, on),
        },
        "stare_inactiv": {
            "dataInactivare": _day(company.inactive_since),
            "dataReactivare": "",
            "dataPublicare": _day(company.inactive_since and company.inactive_since + timedelta(days=9)),
            "dataRadiere": _day(company.removed_on),
            "statusInactivi": _began(company.inactive_since, on),
        },
        "inregistrare_SplitTVA": {"dataInceputSplitTVA": "", "dataAnulareSplitTVA": "", "statusSplitTVA": False},
        "adresa_sediu_social": _address(company, "s"),
        "adresa_domiciliu_fiscal": _address(company, "d"),
    }


def _general(cui: int, on: date, company: Company) -> dict[str, Any]:
    county = COUNTIES[company.county]
    state = (
        f"RADIERE din data {company.removed_on:%d.%m.%Y}" if company.removed_on else f"INREGISTRAT din data {company.registered:%d.%m.%Y}"
    )
    district = "MUNICIPIUL BUCUREȘTI" if company.county == "B" else f"JUD. {county.name}"
    place = company.city.removesuffix(" Mun. București")
    return {
        "cui": cui,
        "data": on.isoformat(),
        "denumire": company.name,
        "adresa": f"{district}, {place}, {company.street}, NR.{company.number}".upper(),
        "nrRegCom": company.reg_no,
        "telefon": company.phone,
        "fax": "",
        "codPostal": company.postal_code.lstrip("0"),
        "act": "",
        "stare_inregistrare": state,
        "data_inregistrare": company.registered.isoformat(),
        "cod_CAEN": company.caen,
        "iban": "",
        "statusRO_e_Factura": company.in_efactura_register,
        "data_inreg_Reg_RO_e_Factura": "2024-07-01" if company.in_efactura_register else "",
        "organFiscalCompetent": f"Administrația Județeană a Finanțelor Publice {county.name}",
        "forma_de_proprietate": "PROPR.PRIVATA-CAPITAL PRIVAT AUTOHTON",
        "forma_organizare": "PERSOANA FIZICA" if company.is_person else "PERSOANA JURIDICA",
        "forma_juridica": "PERSOANĂ FIZICĂ AUTORIZATĂ" if company.is_person else "SOCIETATE COMERCIALĂ CU RĂSPUNDERE LIMITATĂ",
    }


def _vat(on: date, company: Company) -> dict[str, Any]:
    if not company.vat_since:
        return {"scpTVA": False, "perioade_TVA": None}
    period = {
        "data_inceput_ScpTVA": company.vat_since.isoformat(),
        "data_sfarsit_ScpTVA": _day(company.removed_on),
        "data_anul_imp_ScpTVA": _day(company.removed_on),
        "mesaj_ScpTVA": "",
    }
    return {"scpTVA": _began(company.vat_since, on) and not _began(company.removed_on, on), "perioade_TVA": [period]}


def _address(company: Company, prefix: str) -> dict[str, str]:
    county = COUNTIES[company.county]
    fields = {
        "denumire_Strada": company.street,
        "numar_Strada": company.number,
        "denumire_Localitate": company.city,
        "cod_Localitate": str(int(company.postal_code) % 9000 + 100),
        "denumire_Judet": "MUNICIPIUL BUCUREȘTI" if company.county == "B" else county.name.upper(),
        "cod_Judet": county.number,
        "cod_JudetAuto": county.code,
        "tara": "",
        "detalii_Adresa": company.details,
        "cod_Postal": company.postal_code.lstrip("0"),
    }
    return {prefix + name: value for name, value in fields.items()}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _began(day: date | None, on: date) -> bool:
    return day is not None and day <= on
