"""What the rehearsal SPV thinks of an XML: our own rules of e-Factura, in ANAF's words, and its checks beyond the published rules."""

from typing import Any, NamedTuple

from lxml import etree

from efactura.ubl import Finding, validate
from lib.cif import identity, is_valid_cif

CONSUMER = "0" * 13


class Parties(NamedTuple):
    issuer: str
    buyer: str
    key: str  # what makes two documents the same
    credit_note: bool


def parties(xml: bytes) -> Parties | None:
    """Who sells what to whom; None for what is neither Invoice nor CreditNote."""
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True))
    except etree.XMLSyntaxError:
        return None
    if etree.QName(root).localname not in ("Invoice", "CreditNote"):
        return None
    issuer, buyer = _cif(root, "AccountingSupplierParty"), _cif(root, "AccountingCustomerParty")
    total = root.findtext(".//{*}LegalMonetaryTotal/{*}TaxInclusiveAmount") or ""
    parts = (issuer, buyer, root.findtext("{*}ID") or "", root.findtext("{*}IssueDate") or "", total)
    return Parties(issuer, buyer, "|".join(parts), etree.QName(root).localname == "CreditNote")


def root_error(xml: bytes) -> str:
    """Why the file is refused at upload, or ""."""
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True))
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return _sax(line, column, (error.msg or "").partition(",")[0])
    name = etree.QName(root)
    if name.namespace == f"urn:oasis:names:specification:ubl:schema:xsd:{name.localname}-2" and name.localname in ("Invoice", "CreditNote"):
        return ""
    return _sax(root.sourceline or 1, 1, f"cvc-elt.1.a: Cannot find the declaration of element '{name.localname}'. ")


def findings(xml: bytes) -> list[str]:
    """Every error, as ANAF would write it."""
    found = [_text(finding) for finding in validate(xml)]
    if found:
        return found
    who = parties(xml)
    if who and not is_valid_cif(who.issuer) and len(who.issuer) != 13:
        found.append(f"E: validari globale\n eroare regula: R6.1: CIF-ul vanzatorului nu figureaza in baza de date:{who.issuer}")
    if who and who.buyer.isdigit() and len(who.buyer) <= 10 and not is_valid_cif(who.buyer):
        found.append(f"E: validari globale\n eroare regula: R6.2: CIF-ul cumparatorului nu figureaza in baza de date:{who.buyer}")
    return found


def duplicate(index: int, day: str) -> str:
    return f"Factura a mai fost transmisa anterior cu index={index} si data incarcare={day}"


def _text(finding: Finding) -> str:
    if finding.id == "XSD":
        return f"E: validari globale  XSD   eroare: cvc-complex-type: {finding.path} {finding.message}"
    return f"E: validari globale  SCHEMATRON   eroare: [{finding.shown}]-{finding.message} #{finding.path}"


def _sax(line: int, column: int, said: str) -> str:
    where = f"lineNumber: {line}; columnNumber: {column}"
    return f"Fisierul transmis nu este valid. org.xml.sax.SAXParseException; {where}; {said}"


def _cif(root: Any, side: str) -> str:
    """The first code of a party that looks like a CIF or CNP; a Romanian one without prefix."""
    party = root.find(f".//{{*}}{side}/{{*}}Party")
    if party is None:
        return ""
    codes = [
        element.text or "" for path in ("PartyTaxScheme", "PartyLegalEntity") for element in party.findall(f"{{*}}{path}/{{*}}CompanyID")
    ]
    codes += [element.text or "" for element in party.findall("{*}PartyIdentification/{*}ID")]
    return next((found for code in codes if (found := identity(code.strip())).isdigit()), identity(codes[0]) if codes else "")
