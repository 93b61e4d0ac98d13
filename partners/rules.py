"""Country and fiscal code of a partner must agree: in e-Factura the country decides the prefix of the code (R20)."""

import re

from lib.cif import is_valid_cif
from lib.counties import VAT_PREFIXES, country_name, country_of_vat_id
from lib.errors import require
from lib.identifiers import Wrong, check_vat_id
from partners.models import Partner


def country_of_code(cif: str, country: str) -> str:
    """The country that a code certainly belongs to, when it is not `country`; "" when they agree or nobody can tell.

    Only check digits make it certain: `RO` before a right CIF, the prefix of another member state before a right code, or
    bare digits that are a right CIF and no code of `country`.
    """
    code = re.sub(r"[\W_]+", "", cif).upper()
    if re.fullmatch(r"RO[0-9]+", code):
        owner = "RO" if is_valid_cif(code) else ""
    elif code.isdigit():
        bare = country != "RO" and country in VAT_PREFIXES and is_valid_cif(code) and not _fits(code, country)
        owner = "RO" if bare else ""
    else:
        owner = country_of_vat_id(code)
        owner = owner if owner and _fits(code, owner) else ""
    return "" if owner == country else owner


def require_agreement(partner: Partner, field: str = "cif") -> None:
    """Refuses: partner_country_mismatch. A person's CNP says nothing about the country where they live."""
    owner = country_of_code(partner.cif, partner.country) if partner.kind == Partner.Kind.LEGAL else ""
    belongs = "este românesc" if owner == "RO" else f"este din {country_name(owner)}"
    require(
        not owner,
        "partner_country_mismatch",
        f"CIF-ul {partner.cif} {belongs}, dar țara aleasă este {country_name(partner.country)}. În e-Factura ar pleca greșit:"
        " potriviți țara sau codul.",
        field,
    )


def _fits(code: str, country: str) -> bool:
    try:
        check_vat_id(code, country)
    except Wrong:
        return False
    return True
