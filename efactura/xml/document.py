"""An invoice as UBL 2.1, RO_CIUS 1.0.1. Source: EN 16931-1; Ordin MF 1366/2021; ANAF's package 1.0.9.

Everything comes from what was stored at issue; amounts are copied, never computed, and what is not known is left out: the rules
(efactura/ubl) say then what is missing. The order of elements is the schema's.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from efactura.xml import parties
from efactura.xml.write import CAC, CBC, UBL, Element, amount, code, day, group, notes, plain, tax_scheme, text
from invoicing.advances import advances_of
from invoicing.models import Attachment, Document, DocumentLine, InvoiceType, Kind, VatBreakdown
from lib.barcodes import is_gtin
from lib.dates import add_months
from lib.formats import date_ro, qty
from lib.text import normalise

SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:efactura.mfinante.ro:CIUS-RO:1.0.1"  # BT-24
INVOICE, CREDIT_NOTE, SELF_BILLED = "380", "381", "389"  # BT-3
# CIUS-RO has no 386: an advance invoice is a 380, and so is a simplified one (BR-RO-020).
TYPES = {InvoiceType.CORRECTIVE: "384", InvoiceType.RECEIPTED: "751"}
CREDIT_TRANSFER = "30"  # BT-81
PAID_TO_DATE = "432"  # BT-8
DISCOUNT = "95"  # BT-98, BT-140: UNTDID 5189
GTIN = "0160"  # ISO 6523, of BT-157
CPV, HS = "STI", "HS"  # UNTDID 7143, of BT-158
ON_COLLECTION, SELF_BILLING = "TVA la încasare", "autofactură"  # CF art. 319 (20) k, p
RECEIPTED = "Factură încasată cu bon fiscal {}"
NO_TERM = "Fără termen de plată convenit."  # BT-20, without which a positive BT-115 wants a due date (BR-CO-25)


@dataclass(slots=True)
class Ubl:
    """What one XML is made of. A credit note (381) bears the amounts of a negative invoice with plus."""

    document: Document
    lines: Sequence[DocumentLine]
    groups: Sequence[VatBreakdown]
    credit_note: bool = False
    attachments: Sequence[Attachment] = ()

    @property
    def outside(self) -> bool:
        """Category O stands alone in a document (BR-O-11) and allows no VAT identifiers (BR-O-02)."""
        return any(row.category == "O" for row in self.groups)

    def signed(self, value: Decimal) -> Decimal:
        return -value if self.credit_note else value

    def amount(self, parent: Element, name: str, value: Decimal) -> None:
        amount(parent, name, self.signed(value), self.document.currency)


def render(
    document: Document,
    lines: Sequence[DocumentLine],
    groups: Sequence[VatBreakdown],
    *,
    credit_note: bool = False,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The XML of a document with both snapshots; the same rows give the same bytes. Attachments come with their files' content."""
    ubl = Ubl(document, lines, groups, credit_note, attachments)
    kind = "CreditNote" if credit_note else "Invoice"
    spaces = {None: f"{UBL}{kind}-2", "cac": CAC[1:-1], "cbc": CBC[1:-1]}
    root = etree.Element(f"{{{UBL}{kind}-2}}{kind}", nsmap=spaces)
    _head(root, ubl)
    _references(root, ubl)
    parties.seller(root, document.seller or {}, document.issuer_name, outside=ubl.outside)
    parties.buyer(root, document.buyer or {}, outside=ubl.outside)
    if document.payee_name:
        parties.payee(root, document.payee_name, document.payee_cif)  # BG-10
    _delivery(root, ubl)
    _payment(root, ubl)
    _allowances(root, ubl)
    _vat(root, ubl)
    _totals(root, ubl)
    for line in lines:
        _line(root, ubl, line)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def tax_point(document: Document, groups: Sequence[VatBreakdown]) -> date | None:
    """BT-7, the day on which VAT becomes due; None without VAT. On collection the day that a person gave, or None: then BT-8 stands
    in its place, never both (R21, BR-CO-03).

    Source: Cod fiscal art. 282 (1), (2) a): the delivery, or an invoice before it; art. 283 (1): for an intra-community supply the
    invoice, at the latest the 15th of the month that follows the delivery.
    """
    categories = {row.category for row in groups}
    if not document.vat_payer or "O" in categories:
        return None
    if document.vat_on_collection:
        return document.collection_date
    last = document.delivery_date or document.issue_date
    if "K" in categories:
        last = add_months(last.replace(day=15), 1)
    return min(document.issue_date, last)


def _head(root: Element, ubl: Ubl) -> None:
    document = ubl.document
    code(root, "CustomizationID", SPECIFICATION)  # BT-24
    text(root, "ID", document.label)  # BT-1
    day(root, "IssueDate", document.issue_date)  # BT-2
    point, said = tax_point(document, ubl.groups), notes(_mentions(document))
    if ubl.credit_note:
        day(root, "TaxPointDate", point)  # BT-7
        code(root, "CreditNoteTypeCode", CREDIT_NOTE)  # BT-3
    else:
        day(root, "DueDate", document.due_date)  # BT-9
        code(root, "InvoiceTypeCode", _type(document))  # BT-3
    for note in said:
        code(root, "Note", note)  # BT-22
    if not ubl.credit_note:
        day(root, "TaxPointDate", point)  # BT-7
    code(root, "DocumentCurrencyCode", document.currency)  # BT-5
    if document.currency != "RON":
        code(root, "TaxCurrencyCode", "RON")  # BT-6


def _type(document: Document) -> str:
    if document.kind == Kind.SELF_BILLED:
        return SELF_BILLED
    return INVOICE if document.is_storno else TYPES.get(InvoiceType(document.invoice_type), INVOICE)


def _mentions(document: Document) -> list[str]:
    """What the law wants on the document and no field bears (BR-RO-060), then what the person wrote."""
    said = [ON_COLLECTION] if document.vat_on_collection else []
    if document.kind == Kind.SELF_BILLED:
        said.append(SELF_BILLING)
    if document.fiscal_receipt:
        said.append(RECEIPTED.format(document.fiscal_receipt))
    if document.currency != "RON":
        source = f"Curs {document.rate_source} din {date_ro(document.rate_date)}" if document.rate_date else "Curs"
        said.append(f"{source}: 1 {document.currency} = {qty(document.exchange_rate, least=4)} RON")
    return [*said, document.notes]


def _references(root: Element, ubl: Ubl) -> None:
    """What the document refers to, in the order of the schema."""
    document = ubl.document
    text(root, "BuyerReference", document.buyer_reference)  # BT-10
    if document.vat_on_collection and not document.collection_date:
        code(group(root, "InvoicePeriod"), "DescriptionCode", PAID_TO_DATE)  # BT-8
    if document.order_reference:
        text(group(root, "OrderReference"), "ID", document.order_reference)  # BT-13
    for earlier in dict.fromkeys(filter(None, (document.storno_of, document.corrects, *advances_of(ubl.lines)))):
        reference = group(root, "BillingReference", "InvoiceDocumentReference")
        text(reference, "ID", earlier.label)  # BT-25
        day(reference, "IssueDate", earlier.issue_date)  # BT-26
    for name, value in (
        ("DespatchDocumentReference", document.despatch_reference),  # BT-16
        ("ReceiptDocumentReference", document.receiving_reference),  # BT-15
        ("ContractDocumentReference", document.contract_reference),  # BT-12
    ):
        if value:
            text(group(root, name), "ID", value)
    for attachment in ubl.attachments:
        _attachment(root, attachment)


def _attachment(root: Element, attachment: Attachment) -> None:
    """BG-24: a file within the XML."""
    element = group(root, "AdditionalDocumentReference")
    text(element, "ID", attachment.name)  # BT-122
    text(element, "DocumentDescription", attachment.description, 100)  # BT-123
    file = attachment.file
    binary = etree.SubElement(
        group(element, "Attachment"), CBC + "EmbeddedDocumentBinaryObject", mimeCode=file.media_type, filename=attachment.name
    )
    binary.text = b64encode(bytes(file.content)).decode()  # BT-125


def _delivery(root: Element, ubl: Ubl) -> None:
    """BG-13. An intra-community supply wants the day and the place (BR-IC-11, BR-IC-12); a day that is not said is the invoice's own
    (Cod fiscal art. 319 (20) c), a place that is not said the buyer's address."""
    document = ubl.document
    intra, placed = any(row.category == "K" for row in ubl.groups), bool(document.delivery_country)
    if not (intra or placed or document.delivery_date):
        return
    element = group(root, "Delivery")
    if intra or document.delivery_date:
        day(element, "ActualDeliveryDate", document.delivery_date or document.issue_date)  # BT-72
    if placed:
        parties.delivery_address(element, _place(document))  # BG-15
        if document.delivery_name:
            text(group(element, "DeliveryParty", "PartyName"), "Name", document.delivery_name)  # BT-70
    elif intra:
        parties.delivery_address(element, document.buyer or {})


def _place(document: Document) -> parties.Snapshot:
    return {name: getattr(document, f"delivery_{name}") for name in ("street", "city", "county", "postal_code", "country")}


def _payment(root: Element, ubl: Ubl) -> None:
    """BG-16 and BT-20: where to pay what is owed; a document that gives back names no account of the seller."""
    document = ubl.document
    if document.total <= 0:
        return
    accounts = (document.seller or {})["accounts"]
    if document.payee_iban:
        accounts = [{"iban": document.payee_iban, "bank": "", "currency": document.currency}]
    for account in [each for each in accounts if each["currency"] == document.currency] or accounts:
        means = group(root, "PaymentMeans")
        code(means, "PaymentMeansCode", CREDIT_TRANSFER)  # BT-81
        place = group(means, "PayeeFinancialAccount")
        text(place, "ID", account["iban"])  # BT-84
        text(place, "Name", account["bank"])  # BT-85: the bank, as RO_CIUS BR-RO-270 has it
    if not document.due_date:
        code(group(root, "PaymentTerms"), "Note", NO_TERM)  # BT-20


def _allowances(root: Element, ubl: Ubl) -> None:
    """BG-20: the discount on the whole, one for each VAT group."""
    document = ubl.document
    reason = f"Discount {plain(document.discount_percent)}%" if document.discount_percent else "Discount"
    for row in ubl.groups:
        if row.allowance:
            element = _allowance(root, ubl, row.allowance, reason)  # BT-92
            _category(group(element, "TaxCategory"), row.category, row.percent)  # BT-95, BT-96


def _allowance(parent: Element, ubl: Ubl, value: Decimal, reason: str) -> Element:
    element = group(parent, "AllowanceCharge")
    code(element, "ChargeIndicator", "false")
    code(element, "AllowanceChargeReasonCode", DISCOUNT)
    code(element, "AllowanceChargeReason", reason)
    ubl.amount(element, "Amount", value)
    return element


def _vat(root: Element, ubl: Ubl) -> None:
    """BT-110 with its breakdown (BG-23); for another currency BT-111 as well, in lei."""
    document = ubl.document
    total = group(root, "TaxTotal")
    ubl.amount(total, "TaxAmount", document.vat)  # BT-110
    for row in ubl.groups:
        element = group(total, "TaxSubtotal")
        ubl.amount(element, "TaxableAmount", row.taxable)  # BT-116
        ubl.amount(element, "TaxAmount", row.vat)  # BT-117
        _category(group(element, "TaxCategory"), row.category, row.percent, row)
    if document.currency != "RON":
        amount(group(root, "TaxTotal"), "TaxAmount", ubl.signed(document.vat_ron), "RON")  # BT-111


def _category(element: Element, category: str, percent: Decimal, reasons: VatBreakdown | None = None) -> None:
    """Category (BT-118), rate (BT-119), which O must not have, and why there is no VAT (BT-121, BT-120), which S must not have."""
    code(element, "ID", category)
    if category != "O":
        code(element, "Percent", plain(percent))
    if reasons and category not in ("S", "Z"):
        text(element, "TaxExemptionReasonCode", reasons.exemption_code)  # BT-121
        text(element, "TaxExemptionReason", reasons.mention, 100)  # BT-120
    tax_scheme(element)


def _totals(root: Element, ubl: Ubl) -> None:
    """BG-22."""
    document, total = ubl.document, group(root, "LegalMonetaryTotal")
    ubl.amount(total, "LineExtensionAmount", document.lines_net)  # BT-106
    ubl.amount(total, "TaxExclusiveAmount", document.net)  # BT-109
    ubl.amount(total, "TaxInclusiveAmount", document.total)  # BT-112
    if document.allowance or any(row.allowance for row in ubl.groups):
        ubl.amount(total, "AllowanceTotalAmount", document.allowance)  # BT-107
    ubl.amount(total, "PayableAmount", document.total)  # BT-115


def _line(root: Element, ubl: Ubl, line: DocumentLine) -> None:
    """BG-25."""
    element = group(root, "CreditNoteLine" if ubl.credit_note else "InvoiceLine")
    code(element, "ID", str(line.position))  # BT-126
    quantity = etree.SubElement(element, CBC + ("CreditedQuantity" if ubl.credit_note else "InvoicedQuantity"), unitCode=line.unit_code)
    quantity.text = plain(ubl.signed(line.quantity))  # BT-129, BT-130
    ubl.amount(element, "LineExtensionAmount", line.net)  # BT-131
    if line.line_allowance:
        reason = f"Discount {plain(line.discount_percent)}%" if line.discount_percent else "Discount"
        _allowance(element, ubl, line.line_allowance, reason)  # BG-27
    item = group(element, "Item")
    text(item, "Description", line.description)  # BT-154
    text(item, "Name", line.name, 100)  # BT-153
    if line.code:
        text(group(item, "SellersItemIdentification"), "ID", line.code)  # BT-155
    if is_gtin(line.barcode):
        etree.SubElement(group(item, "StandardItemIdentification"), CBC + "ID", schemeID=GTIN).text = line.barcode  # BT-157
    for value, scheme in ((line.cpv, CPV), (line.nc, HS)):
        if value:
            classification = group(item, "CommodityClassification")
            etree.SubElement(classification, CBC + "ItemClassificationCode", listID=scheme).text = normalise(value)  # BT-158
    _category(group(item, "ClassifiedTaxCategory"), line.category, line.percent)  # BT-151, BT-152
    amount(group(element, "Price"), "PriceAmount", line.net_price, ubl.document.currency)  # BT-146
