"""The seller (BG-4) and the buyer (BG-7), from the snapshots that the document keeps (invoicing/snapshots.py)."""

from decimal import Decimal
from typing import Any

from efactura.xml.write import Element, code, group, tax_scheme, text
from lib.counties import BUCHAREST, VAT_PREFIXES, county_from_text, county_name, sector_from_text
from lib.formats import amount

NO_CODE = "0" * 13  # BT-47 of a consumer whose CNP is not known
NOT_VAT = "NOT_VAT"

Snapshot = dict[str, Any]


def seller(root: Element, party: Snapshot, contact: str, *, outside: bool) -> None:
    """The seller. `outside`: the document is of category O, which allows no VAT identifier (BR-O-02).

    BT-30 is the number of the trade register next to a BT-31, otherwise the fiscal code, by which ANAF knows the seller.
    """
    element = group(root, "AccountingSupplierParty", "Party")
    _address(element, party)
    number, registered = party["identity"], party["vat_payer"] and not outside
    scheme = group(element, "PartyTaxScheme")
    code(scheme, "CompanyID", VAT_PREFIXES["RO"] + number if registered else number)  # BT-31 or BT-32
    tax_scheme(scheme, "VAT" if registered else NOT_VAT)
    legal = group(element, "PartyLegalEntity")
    text(legal, "RegistrationName", party["name"])  # BT-27
    text(legal, "CompanyID", party["reg_no"] if registered and party["reg_no"] else number)  # BT-30
    text(legal, "CompanyLegalForm", "#".join(_mentions(party, registered)), 1000)  # BT-33
    _contact(element, contact, party["phone"], party["email"])  # BT-41 to BT-43


def buyer(root: Element, party: Snapshot, *, outside: bool) -> None:
    """The buyer. `outside` as for the seller."""
    element = group(root, "AccountingCustomerParty", "Party")
    _address(element, party)
    vat_number = "" if outside else vat_id(party)
    if vat_number:
        scheme = group(element, "PartyTaxScheme")
        code(scheme, "CompanyID", vat_number)  # BT-48
        tax_scheme(scheme)
    legal = group(element, "PartyLegalEntity")
    text(legal, "RegistrationName", party["name"])  # BT-44
    text(legal, "CompanyID", _registration(party))  # BT-47
    _contact(element, party["contact"], party["phone"], party["email"])  # BT-56 to BT-58


def payee(root: Element, name: str, number: str) -> None:
    """BG-10: who receives the money when it is not the seller, for instance a factoring firm."""
    element = group(root, "PayeeParty")
    text(group(element, "PartyName"), "Name", name)  # BT-59
    if number:
        text(group(element, "PartyLegalEntity"), "CompanyID", number)  # BT-61


def vat_id(party: Snapshot) -> str:
    """BT-48: the country decides the prefix (R20); "" for consumers, for those not registered and outside the EU."""
    prefix, number = VAT_PREFIXES.get(party["country"]), party["identity"]
    if party["kind"] == "natural" or not prefix or not number:
        return ""
    if party["country"] == "RO":
        return prefix + number if party["vat_payer"] else ""
    if number.startswith(prefix):
        return number
    return prefix + number if party["vat_payer"] else ""


def delivery_address(parent: Element, party: Snapshot) -> None:
    """BG-15: where the goods of an intra-community supply went, the buyer's own address."""
    _address(group(parent, "DeliveryLocation"), party, name="Address")


def _registration(party: Snapshot) -> str:
    """BT-47: the CIF of a Romanian firm (RO_CIUS, BR-RO-120), the CNP or thirteen zeros of a person, the register's number abroad."""
    if party["kind"] == "natural":
        return party["identity"] or NO_CODE
    return party["identity"] if party["country"] == "RO" else party["reg_no"] or party["identity"]


def _mentions(party: Snapshot, registered: bool) -> list[str]:
    """What the law wants of the seller and no field bears. Source: RO_CIUS, BR-RO-070; Legea 31/1990 art. 74."""
    said = [] if registered or not party["reg_no"] else [party["reg_no"]]
    return said + ([f"Capital social {amount(Decimal(party['share_capital']))}"] if party["share_capital"] else [])


def _address(parent: Element, party: Snapshot, name: str = "PostalAddress") -> None:
    """BG-5, BG-8, BG-15. In Romania the county is its ISO code, and in Bucharest the city is the sector (BR-RO-100, BR-RO-110)."""
    element, city, county = group(parent, name), party["city"], party["county"]
    if party["country"] == "RO":
        county = county if county_name(county) else county_from_text(county)
        city = sector_from_text(city) or city if county == BUCHAREST else city
    text(element, "StreetName", party["street"], 150)  # BT-35, BT-50, BT-75
    text(element, "CityName", city, 50)  # BT-37, BT-52, BT-77
    text(element, "PostalZone", party["postal_code"], 20)  # BT-38, BT-53, BT-78
    text(element, "CountrySubentity", county)  # BT-39, BT-54, BT-79
    code(group(element, "Country"), "IdentificationCode", party["country"])  # BT-40, BT-55, BT-80


def _contact(parent: Element, name: str, phone: str, email: str) -> None:
    """BG-6, BG-9; of several e-mail addresses the first."""
    first = email.split(",")[0].strip()
    if name or phone or first:
        element = group(parent, "Contact")
        text(element, "Name", name, 100)
        text(element, "Telephone", phone, 100)
        text(element, "ElectronicMail", first, 100)
