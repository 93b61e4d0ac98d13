"""What stands in a received XML, as plain values that are kept with the message. Nothing of it is trusted: texts are cut, amounts checked.

Names follow EN 16931. Amounts are texts as the issuer wrote them; "" where there is none.
"""

import re
from base64 import b64decode
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from efactura.ubl import validate
from efactura.ubl.node import Node, select, squeeze, steps
from efactura.ubl.reader import Unreadable, read
from lib.text import normalise

AMOUNT = re.compile(r"[+-]?\d{1,13}(\.\d{1,12})?")
LONGEST = 1000  # characters of a text
MOST_FINDINGS = 50
MOST_GROUPS = 200  # notes, accounts, attachments, VAT groups: an invoice has a handful
LINES = ("InvoiceLine", "CreditNoteLine")

Content = dict[str, Any]


def content_of(xml: bytes) -> Content:
    """The invoice in an XML. Raises Unreadable when it is no UBL invoice."""
    root = read(xml)
    if root.name not in ("Invoice", "CreditNote"):
        raise Unreadable("Fișierul din arhivă nu este o factură UBL. Descărcați XML-ul sau arhiva și citiți-le în portalul ANAF.")
    credit = root.name == "CreditNote"
    return {
        "credit_note": credit,
        "number": text(root, "ID"),
        "type": text(root, "CreditNoteTypeCode" if credit else "InvoiceTypeCode"),
        "issue_date": day(text(root, "IssueDate")),
        "due_date": day(text(root, "DueDate") or text(root, "PaymentMeans/PaymentDueDate")),
        "tax_point": day(text(root, "TaxPointDate")),
        "tax_point_code": text(root, "InvoicePeriod/DescriptionCode"),
        "currency": text(root, "DocumentCurrencyCode")[:3],
        "tax_currency": text(root, "TaxCurrencyCode")[:3],
        "notes": texts(root, "Note"),
        "order": text(root, "OrderReference/ID"),
        "contract": text(root, "ContractDocumentReference/ID"),
        "preceding": [_preceding(node) for node in several(root, "BillingReference/InvoiceDocumentReference")],
        "seller": _party(root, "AccountingSupplierParty/Party"),
        "buyer": _party(root, "AccountingCustomerParty/Party"),
        "payment_terms": text(root, "PaymentTerms/Note"),
        "accounts": [_account(node) for node in several(root, "PaymentMeans")],
        "allowances": [_allowance(node) for node in several(root, "AllowanceCharge")],
        "vat": [_vat(node) for node in several(root, "TaxTotal/TaxSubtotal")],
        "totals": _totals(root),
        "attachments": [_attachment(node) for node in several(root, "AdditionalDocumentReference")],
        "lines": [_line(node) for name in LINES for node in select(root, (name,))],
        "findings": [[each.shown, each.message[:LONGEST]] for each in validate(xml)[:MOST_FINDINGS]],
    }


def message_of(xml: bytes) -> Content:
    """A buyer's message: the index of the invoice that it is about, and the text. Raises Unreadable."""
    root = read(xml)
    if not root.name.endswith("}header") and root.name != "header":
        raise Unreadable("Fișierul din arhivă nu este un mesaj. Descărcați arhiva și citiți-o în portalul ANAF.")
    said = normalise(root.attributes.get("message", ""))
    return {"about": root.attributes.get("index_incarcare", "")[:20], "message": said[: 10 * LONGEST]}


def attachment(xml: bytes, number: int) -> tuple[str, bytes]:
    """(file name, bytes) of the attachment with this number, from 0 (BG-24). Raises LookupError when there is none inside."""
    return _inside(several(read(xml), "AdditionalDocumentReference")[number], number)


def attachments(xml: bytes) -> list[tuple[str, bytes]]:
    """All that `attachment` gives."""
    found = []
    for number, node in enumerate(several(read(xml), "AdditionalDocumentReference")):
        with suppress(LookupError):
            found.append(_inside(node, number))
    return found


def _inside(node: Node, number: int) -> tuple[str, bytes]:
    found = select(node, steps("Attachment/EmbeddedDocumentBinaryObject"))
    if not found:
        raise LookupError(number)
    name = re.split(r"[\\/]", found[0].attributes.get("filename", ""))[-1]
    name = re.sub(r"[^\w .()-]", "_", name).strip(" .")[-100:]
    try:
        return name or f"document-{number + 1}", b64decode("".join(found[0].text.split()), validate=True)
    except ValueError as error:
        raise LookupError(number) from error


def text(node: Node, path: str) -> str:
    """The first text at a path, without what turns the direction of writing, cut."""
    found = select(node, steps(path))
    return normalise(found[0].text)[:LONGEST] if found else ""


def texts(node: Node, path: str) -> list[str]:
    lines = [[normalise(line) for line in found.text[: 2 * LONGEST].strip().splitlines()] for found in several(node, path)]
    return ["\n".join(each)[:LONGEST] for each in lines]


def several(node: Node, path: str) -> list[Node]:
    return select(node, steps(path))[:MOST_GROUPS]


def day(value: str) -> str:
    """An ISO date, or "" for what is none."""
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        return ""


def amount(node: Node, path: str) -> str:
    """A number as written, or "" for what is none."""
    value = text(node, path)
    return value if AMOUNT.fullmatch(value) else ""


def number(value: str) -> Decimal | None:
    """What `amount` gave, as a number."""
    return Decimal(value) if value else None


def _party(root: Node, path: str) -> Content:
    place = f"{path}/PostalAddress"
    vat = [node for node in several(root, f"{path}/PartyTaxScheme") if text(node, "TaxScheme/ID") == "VAT"]
    other = [node for node in several(root, f"{path}/PartyTaxScheme") if node not in vat]
    return {
        "name": text(root, f"{path}/PartyLegalEntity/RegistrationName") or text(root, f"{path}/PartyName/Name"),
        "trade_name": text(root, f"{path}/PartyName/Name"),
        "vat_id": text(vat[0], "CompanyID") if vat else "",
        "tax_id": text(other[0], "CompanyID") if other else "",
        "registration": text(root, f"{path}/PartyLegalEntity/CompanyID"),
        "legal_form": text(root, f"{path}/PartyLegalEntity/CompanyLegalForm"),
        "street": " ".join(filter(None, [text(root, f"{place}/StreetName"), text(root, f"{place}/AdditionalStreetName")])),
        "city": text(root, f"{place}/CityName"),
        "postcode": text(root, f"{place}/PostalZone"),
        "county": text(root, f"{place}/CountrySubentity"),
        "country": text(root, f"{place}/Country/IdentificationCode")[:2],
        "email": text(root, f"{path}/Contact/ElectronicMail"),
        "phone": text(root, f"{path}/Contact/Telephone"),
        "contact": text(root, f"{path}/Contact/Name"),
    }


def _preceding(node: Node) -> Content:
    return {"number": text(node, "ID"), "date": day(text(node, "IssueDate"))}


def _account(node: Node) -> Content:
    return {
        "code": text(node, "PaymentMeansCode"),
        "iban": re.sub(r"\s", "", text(node, "PayeeFinancialAccount/ID")).upper()[:50],
        "name": text(node, "PayeeFinancialAccount/Name"),
        "bank": text(node, "PayeeFinancialAccount/FinancialInstitutionBranch/ID"),
        "reference": text(node, "PaymentID"),
    }


def _allowance(node: Node) -> Content:
    return {
        "charge": text(node, "ChargeIndicator") == "true",
        "reason": text(node, "AllowanceChargeReason"),
        "amount": amount(node, "Amount"),
        "category": text(node, "TaxCategory/ID"),
        "percent": amount(node, "TaxCategory/Percent"),
    }


def _vat(node: Node) -> Content:
    return {
        "category": text(node, "TaxCategory/ID"),
        "percent": amount(node, "TaxCategory/Percent"),
        "reason": text(node, "TaxCategory/TaxExemptionReason") or text(node, "TaxCategory/TaxExemptionReasonCode"),
        "net": amount(node, "TaxableAmount"),
        "vat": amount(node, "TaxAmount"),
    }


def _totals(root: Node) -> dict[str, str]:
    """BG-22. The VAT of the document is in its own currency; `vat_ron` is BT-111, in lei, when there is one."""
    money = "LegalMonetaryTotal"
    own, lei = text(root, "DocumentCurrencyCode"), text(root, "TaxCurrencyCode")
    of_currency: dict[str, str] = {}
    for node in several(root, "TaxTotal/TaxAmount"):
        of_currency.setdefault(node.attributes.get("currencyID", ""), squeeze(node.text))
    vats = {key: value if AMOUNT.fullmatch(value) else "" for key, value in of_currency.items()}
    return {
        "lines": amount(root, f"{money}/LineExtensionAmount"),
        "allowances": amount(root, f"{money}/AllowanceTotalAmount"),
        "charges": amount(root, f"{money}/ChargeTotalAmount"),
        "net": amount(root, f"{money}/TaxExclusiveAmount"),
        "vat": vats.get(own, ""),
        "vat_ron": vats.get(lei, "") if lei and lei != own else "",
        "total": amount(root, f"{money}/TaxInclusiveAmount"),
        "prepaid": amount(root, f"{money}/PrepaidAmount"),
        "rounding": amount(root, f"{money}/PayableRoundingAmount"),
        "payable": amount(root, f"{money}/PayableAmount"),
    }


def _attachment(node: Node) -> Content:
    inside = select(node, steps("Attachment/EmbeddedDocumentBinaryObject"))
    return {
        "id": text(node, "ID"),
        "description": text(node, "DocumentDescription"),
        "name": normalise(inside[0].attributes.get("filename", ""))[:200] if inside else "",
        "mime": normalise(inside[0].attributes.get("mimeCode", ""))[:100] if inside else "",
        "size": len(inside[0].text) * 3 // 4 if inside else 0,
        "address": text(node, "Attachment/ExternalReference/URI"),
    }


def _line(node: Node) -> Content:
    item, price = "Item", "Price"
    quantity = select(node, ("InvoicedQuantity",)) or select(node, ("CreditedQuantity",))
    return {
        "id": text(node, "ID"),
        "name": text(node, f"{item}/Name"),
        "description": text(node, f"{item}/Description"),
        "code": text(node, f"{item}/SellersItemIdentification/ID"),
        "quantity": amount(node, quantity[0].name) if quantity else "",
        "unit": quantity[0].attributes.get("unitCode", "")[:10] if quantity else "",
        "price": amount(node, f"{price}/PriceAmount"),
        "base": amount(node, f"{price}/BaseQuantity"),
        "net": amount(node, "LineExtensionAmount"),
        "category": text(node, f"{item}/ClassifiedTaxCategory/ID"),
        "percent": amount(node, f"{item}/ClassifiedTaxCategory/Percent"),
        "note": text(node, "Note"),
    }
