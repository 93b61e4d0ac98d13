"""A received invoice as purchases take it: plain values, with plus for what we owe and minus for what a credit note takes back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from efactura.inbox.content import number
from efactura.models import ReceivedMessage
from lib.cif import identity
from lib.errors import require

ZERO = Decimal(0)
ON_COLLECTION = "432"  # BT-8: VAT becomes due when the invoice is paid


@dataclass(frozen=True)
class ReceivedSupplier:
    """Who is to be paid. `identity` is the CIF without prefix; `vat_id` is "" for one not registered for VAT."""

    name: str
    identity: str
    vat_id: str
    registration: str
    country: str
    county: str
    city: str
    street: str
    postal_code: str
    email: str
    phone: str
    iban: str
    bank: str


@dataclass(frozen=True)
class ReceivedLine:
    name: str
    description: str
    quantity: Decimal
    unit_code: str  # UN/ECE Rec. 20
    price: Decimal
    net: Decimal
    vat_category: str
    vat_rate: Decimal  # percent


@dataclass(frozen=True)
class ReceivedVatGroup:
    vat_category: str
    vat_rate: Decimal
    net: Decimal
    vat: Decimal
    reason: str


@dataclass(frozen=True)
class ReceivedInvoice:
    """Amounts are in `currency`, signed; `vat_ron` is BT-111 where the invoice is in another currency, otherwise None.

    `source` names the invoice in SPV for good: an expense made from it bears it, so that it is made once.
    """

    source: str
    supplier: ReceivedSupplier
    number: str
    issue_date: date
    due_date: date | None
    tax_point: date | None
    vat_on_collection: bool
    credit_note: bool
    currency: str
    lines: tuple[ReceivedLine, ...]
    vat_groups: tuple[ReceivedVatGroup, ...]
    net: Decimal
    vat: Decimal
    total: Decimal
    payable: Decimal
    vat_ron: Decimal | None
    preceding: tuple[str, ...]


def received_invoice(row: ReceivedMessage) -> ReceivedInvoice:
    """What a received message says. Refuses: received_not_an_invoice, received_not_readable."""
    require(row.kind == ReceivedMessage.Kind.INVOICE, "received_not_an_invoice", "Numai o factură primită se înregistrează la cheltuieli.")
    content = row.content or {}
    whole = content and content["issue_date"] and content["totals"]["total"] and content["number"]
    require(whole, "received_not_readable", "Factura nu s-a putut citi. Deschideți XML-ul sau arhiva și înregistrați-o de mână.")
    sign, totals = -1 if content["credit_note"] else 1, content["totals"]
    net, total = _amount(totals["net"]), _amount(totals["total"])
    return ReceivedInvoice(
        source=f"spv:{row.environment}:{row.index}",
        supplier=_supplier(row, content),
        number=content["number"],
        issue_date=date.fromisoformat(content["issue_date"]),
        due_date=_day(content["due_date"]),
        tax_point=_day(content["tax_point"]),
        vat_on_collection=content["tax_point_code"] == ON_COLLECTION,
        credit_note=content["credit_note"],
        currency=content["currency"] or "RON",
        lines=tuple(_line(line, sign) for line in content["lines"]),
        vat_groups=tuple(_group(group, sign) for group in content["vat"]),
        net=sign * net,
        vat=sign * (_amount(totals["vat"]) if totals["vat"] else total - net),
        total=sign * total,
        payable=sign * (_amount(totals["payable"]) if totals["payable"] else total),
        vat_ron=sign * _amount(totals["vat_ron"]) if totals["vat_ron"] else None,
        preceding=tuple(each["number"] for each in content["preceding"] if each["number"]),
    )


def _supplier(row: ReceivedMessage, content: dict[str, Any]) -> ReceivedSupplier:
    seller = content["seller"]
    account = next((each for each in content["accounts"] if each["iban"]), {"iban": "", "bank": ""})
    return ReceivedSupplier(
        name=seller["name"],
        identity=identity(row.seller_cif),
        vat_id=seller["vat_id"],
        registration=seller["registration"],
        country=seller["country"],
        county=seller["county"],
        city=seller["city"],
        street=seller["street"],
        postal_code=seller["postcode"],
        email=seller["email"],
        phone=seller["phone"],
        iban=account["iban"],
        bank=account["bank"],
    )


def _line(line: dict[str, str], sign: int) -> ReceivedLine:
    base = _amount(line["base"]) or Decimal(1)
    return ReceivedLine(
        name=line["name"],
        description=line["description"],
        quantity=sign * _amount(line["quantity"]),
        unit_code=line["unit"],
        price=_amount(line["price"]) / base,
        net=sign * _amount(line["net"]),
        vat_category=line["category"],
        vat_rate=_amount(line["percent"]),
    )


def _group(group: dict[str, str], sign: int) -> ReceivedVatGroup:
    return ReceivedVatGroup(
        vat_category=group["category"],
        vat_rate=_amount(group["percent"]),
        net=sign * _amount(group["net"]),
        vat=sign * _amount(group["vat"]),
        reason=group["reason"],
    )


def _amount(value: str) -> Decimal:
    return number(value) or ZERO


def _day(value: str) -> date | None:
    return date.fromisoformat(value) if value else None
