"""A received invoice as purchases take it: plain values, with plus for what we owe and minus for what a credit note takes back."""

from datetime import date
from decimal import Decimal
from typing import Any

from efactura.inbox.content import attachments, number
from efactura.inbox.original import xml_of
from efactura.models import ReceivedMessage
from lib.errors import require
from purchases.received import Received, ReceivedLine, ReceivedVat

ZERO = Decimal(0)
ON_COLLECTION = "432"  # BT-8: VAT becomes due when the invoice is paid
ADDRESS = {"street": "street", "city": "city", "county": "county", "postcode": "postal_code", "country": "country"}


def key_of(row: ReceivedMessage) -> str:
    """Names the invoice in SPV for good: an expense bears it, so that it is made once."""
    return f"spv:{row.environment}:{row.index}"


def received_of(row: ReceivedMessage) -> Received:
    """What a received message says. Refuses: received_not_an_invoice, received_not_readable."""
    require(row.kind == ReceivedMessage.Kind.INVOICE, "received_not_an_invoice", "Numai o factură primită se înregistrează la cheltuieli.")
    content = row.content or {}
    whole = content and content["issue_date"] and content["totals"]["total"] and content["number"] and content["seller"]["name"]
    require(whole, "received_not_readable", "Factura nu s-a putut citi. Deschideți XML-ul sau arhiva și înregistrați-o de mână.")
    sign, seller = -1 if content["credit_note"] else 1, content["seller"]
    return Received(
        key=key_of(row),
        number=content["number"],
        issue_date=date.fromisoformat(content["issue_date"]),
        supplier_name=seller["name"],
        supplier_cif=seller["vat_id"] or seller["tax_id"] or row.seller_cif,
        total=sign * (_amount(content["totals"]["total"]) + _amount(content["totals"]["rounding"])),
        lines=[_line(line, sign) for line in content["lines"]] + [_allowance(each, sign) for each in content["allowances"]],
        groups=[_group(group, sign) for group in content["vat"]],
        due_date=date.fromisoformat(content["due_date"]) if content["due_date"] else None,
        currency=content["currency"] or "RON",
        iban=next((each["iban"] for each in content["accounts"] if each["iban"]), ""),
        on_payment=content["tax_point_code"] == ON_COLLECTION,
        supplier=_supplier(row, seller),
        files=_files(row),
        source={
            "index": row.index,
            "sha256": row.sha256,
            **{name: value for name, value in content.items() if name not in ("lines", "findings")},
        },
    )


def _files(row: ReceivedMessage) -> list[tuple[str, bytes]]:
    """The documents inside the invoice (BG-24); purchases keep those that they can show."""
    inside = any(each["size"] for each in (row.content or {})["attachments"])
    return attachments(xml_of(row)) if inside else []


def _supplier(row: ReceivedMessage, seller: dict[str, str]) -> dict[str, str]:
    """The register number stands in BT-30 where the firm is registered for VAT; otherwise that is its CIF."""
    given = {ours: seller[theirs] for theirs, ours in ADDRESS.items() if seller[theirs]}
    given |= {name: seller[name] for name in ("email", "phone") if seller[name]}
    register = seller["registration"]
    return given | ({"reg_no": register} if register and row.seller_cif not in register else {})


def _line(line: dict[str, str], sign: int) -> ReceivedLine:
    base = _amount(line["base"]) or Decimal(1)
    return ReceivedLine(
        name=line["name"],
        net=sign * _amount(line["net"]),
        vat_category=line["category"],
        vat_percent=_amount(line["percent"]),
        quantity=sign * _amount(line["quantity"]),
        unit_price=_amount(line["price"]) / base,
    )


def _allowance(each: dict[str, Any], sign: int) -> ReceivedLine:
    """An allowance or a charge of the document (BG-20, BG-21), as a line."""
    net = _amount(each["amount"]) * sign * (1 if each["charge"] else -1)
    name = each["reason"] or ("Taxă suplimentară" if each["charge"] else "Reducere")
    return ReceivedLine(name=name, net=net, vat_category=each["category"], vat_percent=_amount(each["percent"]), unit_price=net)


def _group(group: dict[str, str], sign: int) -> ReceivedVat:
    return ReceivedVat(group["category"], _amount(group["percent"]), sign * _amount(group["net"]), sign * _amount(group["vat"]))


def _amount(value: str) -> Decimal:
    return number(value) or ZERO
