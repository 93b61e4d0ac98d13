"""*Ce va spune ANAF?*: what would be refused, in Romanian, and the place where each thing is mended (R20, R26)."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from companies.models import Company, is_vat_payer
from efactura.actions import document_xml, leaves_as_credit_note
from efactura.actions.xml import stored_xml
from efactura.ubl import Finding, validate
from efactura.xml import render
from invoicing.actions.drafts import breakdown, recalculate
from invoicing.advances import require_settlements
from invoicing.models import Document, DocumentLine, Kind, VatBreakdown
from invoicing.rules import on_collection, require_complete, require_vat, take_rate
from invoicing.snapshots import seller_snapshot, take_parties
from invoicing.types import require_type
from lib.cif import is_valid_cif
from lib.errors import Refused, require
from partners.models import Partner
from partners.rules import require_agreement

EDITOR, CLIENT, COMPANY = "editor", "client", "company"  # the pages where things are mended
OF_PARTY = {"registration": "cif", "vat_id": "cif", "tax_id": "cif", "identifier": "cif", "postcode": "postal_code"}
OF_LINE = {
    "vat_category": "vat",
    "vat_rate": "vat",
    "unit_code": "unit",
    "net": "quantity",
    "gross_price": "price",
    "price_discount": "price",
}
OF_DOCUMENT = {
    "payment_terms": "due_date",
    "contract": "contract_reference",
    "order": "order_reference",
    "delivery.date": "delivery_date",
    "number": "series",
    "partner": "client",
    "discount_amount": "discount",
    "seller.contact": "issuer_name",
    "despatch": "despatch_reference",
    "receipt": "receiving_reference",
    "delivery.street": "delivery_street",
    "delivery.city": "delivery_city",
    "delivery.county": "delivery_county",
}
OF_THE_EDITOR = {
    "issue_date",
    "invoice_type",
    "fiscal_receipt",
    "collection_date",
    "due_date",
    "currency",
    "notes",
    "buyer_reference",
    "lines",
    "exchange_rate",
    *OF_DOCUMENT.values(),
}
ABOUT_THE_CLIENT = {"partner_inactive", "partner_incomplete", "partner_country_mismatch", "vat_buyer_not_payer", "vat_buyer_not_eu"}


class Problem(NamedTuple):
    """One thing to mend: where (EDITOR, CLIENT or COMPANY), and the id of the input there."""

    message: str
    code: str  # as ANAF shows it, BR-RO-110; "" for what is refused here, before ANAF
    page: str
    anchor: str
    line: int = 0


def problems_of(document: Document) -> list[Problem]:
    """All that stands between a document and ANAF's yes; a draft is judged as it would be issued now. Nothing is saved."""
    if not document.is_draft:
        return problems_in(document, _xml_of_issued(document))
    lines, groups, refusals = as_issued(document)
    found = [_of_refusal(refusal) for refusal in refusals]
    if document.partner is None or not lines:
        return found  # there is nothing yet that an XML could be made of
    if not refusals:
        found += _of_parties(document)
    return found + [_of_finding(document, finding) for finding in validate(_render(document, lines, groups))]


def problems_in(document: Document, xml: bytes) -> list[Problem]:
    """The same of an issued document whose XML is at hand."""
    return [*_of_parties(document), *(_of_finding(document, finding) for finding in validate(xml))]


def xml_now(document: Document) -> bytes:
    """The XML that ANAF would be shown: of an issued invoice the stored one, of a draft as it would be issued now. Nothing is saved.

    Refuses: nothing_to_check.
    """
    if not document.is_draft:
        return _xml_of_issued(document)
    lines, groups, _ = as_issued(document)
    require(document.partner and lines, "nothing_to_check", "Alegeți clientul și adăugați cel puțin o linie, apoi întrebați ANAF.")
    return _render(document, lines, groups)


def _render(document: Document, lines: list[DocumentLine], groups: list[VatBreakdown]) -> bytes:
    files = list(document.attachments.select_related("file"))
    return render(document, lines, groups, credit_note=leaves_as_credit_note(document), attachments=files)


def as_issued(document: Document) -> tuple[list[DocumentLine], list[VatBreakdown], list[Refused]]:
    """A draft in memory as `issue` would leave it, with the number it would get, and what `issue` would refuse."""
    lines = list(document.lines.select_related("vat_rate"))
    document.label = document.series.next_label
    if document.storno_of_id is not None:  # it mirrors its original: regime, rate, buyer and amounts are there since it was made
        if document.kind != Kind.SELF_BILLED:
            company = Company.objects.get(pk=document.company_id)
            document.seller = seller_snapshot(company, vat_payer=document.vat_payer, on=document.issue_date)
        return lines, list(document.vat_groups.all()), []
    company = Company.objects.get(pk=document.company_id)
    take_parties(document, seller_snapshot(company, vat_payer=is_vat_payer(document.issue_date), on=document.issue_date))
    rules: list[Callable[[], None]] = [lambda: require_complete(document, lines)]
    if document.partner:
        rules += [lambda: require_vat(document, lines), lambda: take_rate(document), lambda: require_settlements(document, lines)]
    refusals = [refusal for rule in rules if (refusal := _refusal(rule))]
    document.vat_on_collection = on_collection(document, lines)
    if document.partner and (refusal := _refusal(lambda: require_type(document, lines))):
        refusals.append(refusal)
    return lines, breakdown(document, lines, recalculate(document, lines)), refusals


def _refusal(rule: Callable[[], None]) -> Refused | None:
    try:
        rule()
    except Refused as refusal:
        return refusal
    return None


def _xml_of_issued(document: Document) -> bytes:
    stored = stored_xml(document)
    return bytes(stored.file.content) if stored else document_xml(document)


def _of_parties(document: Document) -> Iterator[Problem]:
    """What ANAF asks of the two codes beyond its published rules: that they exist, and belong to the country (R20)."""
    seller, buyer = _pages_of_parties(document)
    for page, party in ((seller, document.seller or {}), (buyer, document.buyer or {})):
        if refusal := _refusal(partial(require_right_code, party)):
            yield Problem(refusal.message, "", page, "id_cif")


def _pages_of_parties(document: Document) -> tuple[str, str]:
    """Where the seller and the buyer are mended: the company sells, but on a self-billed invoice it buys."""
    return (CLIENT, COMPANY) if document.kind == Kind.SELF_BILLED else (COMPANY, CLIENT)


def require_right_code(party: dict[str, Any]) -> None:
    """The fiscal code of a firm fits its country and has the right check digit. Refuses: partner_country_mismatch, cif_not_right."""
    if party.get("kind") == Partner.Kind.NATURAL or not party["identity"]:
        return
    require_agreement(Partner(cif=party["cif"], country=party["country"]))
    require(
        party["country"] != "RO" or is_valid_cif(party["identity"]),
        "cif_not_right",
        f"CIF-ul {party['cif']} ({party['name']}) nu este corect: cifra de control nu se potrivește. Verificați fiecare cifră.",
        "cif",
    )


def _of_refusal(refusal: Refused) -> Problem:
    if refusal.code in ABOUT_THE_CLIENT:
        return Problem(refusal.message, "", CLIENT, "id_country" if refusal.code == "partner_country_mismatch" else "id_name")
    return Problem(refusal.message, "", EDITOR, _editor_anchor(refusal.field))


def _of_finding(document: Document, finding: Finding) -> Problem:
    group, _, name = finding.field.partition(".")
    seller, buyer = _pages_of_parties(document)
    page, anchor = EDITOR, _editor_anchor(finding.field)
    if finding.field in OF_DOCUMENT:
        pass
    elif group == "seller":
        page, anchor = seller, f"id_{OF_PARTY.get(name, name)}"
    elif group in ("buyer", "delivery"):  # goods are delivered at the client's address
        page, anchor = buyer, f"id_{OF_PARTY.get(name, name)}"
    elif group == "payment":
        page, anchor = seller, "accounts" if seller == COMPANY else "id_iban"
    elif group == "lines" and finding.line:
        anchor = f"l-{OF_LINE.get(name, name or 'name')}-{finding.line}"
    return Problem(finding.message, finding.shown, page, anchor, finding.line)


def _editor_anchor(field: str) -> str:
    """The id of an input of the editor; what no input bears is mended at the lines, out of which all the amounts come."""
    name = OF_DOCUMENT.get(field, field)
    return f"id-{name}" if name in OF_THE_EDITOR else "id-lines"
