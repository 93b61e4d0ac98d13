"""An invoice that came through e-Factura, as the inbox hands it over. Plain values: this app knows nothing of SPV or UBL."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class ReceivedLine:
    """A line; document allowances and charges come as lines too. Amounts in the document's currency, a credit note's below zero."""

    name: str
    net: Decimal
    vat_category: str = "S"
    vat_percent: Decimal = Decimal(0)
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = Decimal(0)


@dataclass(frozen=True)
class ReceivedVat:
    """A VAT subtotal (BG-23), as the supplier wrote it."""

    vat_category: str
    vat_percent: Decimal
    net: Decimal
    vat: Decimal


@dataclass(frozen=True)
class Received:
    """`key` is the index in SPV: the same key is one expense. `source` is kept with it, as it was read."""

    key: str
    number: str
    issue_date: date
    supplier_name: str
    supplier_cif: str
    total: Decimal  # with VAT (BT-112 and the rounding BT-114)
    lines: list[ReceivedLine]
    groups: list[ReceivedVat]
    received_on: date | None = None
    due_date: date | None = None
    currency: str = "RON"
    exchange_rate: Decimal | None = None
    iban: str = ""
    on_payment: bool = False  # the supplier applies TVA la încasare
    note: str = ""
    supplier: dict[str, str] = field(default_factory=dict)  # reg_no, street, city, county, postal_code, country, email, phone
    source: dict[str, Any] = field(default_factory=dict)
    files: list[tuple[str, bytes]] = field(default_factory=list)  # name, content: the PDF or the pictures that came along
