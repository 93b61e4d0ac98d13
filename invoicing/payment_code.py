"""The payment data of a document as a QR code: account, name, amount, what is paid.

In euro the code is a SEPA credit transfer, which banking apps fill in by themselves. Source: EPC069-12, version 002. That standard
knows no other currency and Romanian banks have none of their own for all of them, so elsewhere the code is plain text to copy from.
"""

from base64 import b64encode
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from typing import Any

import segno

from invoicing.labels import plain_title
from invoicing.models import Document, InvoiceType, Kind
from lib.formats import grouped_iban

PAID_BY_TRANSFER = (Kind.INVOICE, Kind.PROFORMA)
MAX_SEPA = Decimal("999999999.99")
EURO = "EUR"


@dataclass(frozen=True)
class PaymentCode:
    """Who is paid, where, how much and for what; the drawing is made when it is first asked for."""

    name: str
    iban: str
    total: Decimal
    currency: str
    about: str

    @property
    def is_sepa(self) -> bool:
        """Whether a banking app can read it."""
        return self.currency == EURO and self.total <= MAX_SEPA

    @property
    def grouped_iban(self) -> str:
        """The account in groups of four."""
        return grouped_iban(self.iban)

    @property
    def text(self) -> str:
        """What the code says."""
        if not self.is_sepa:
            return "\n".join([self.name, f"IBAN: {self.iban}", f"{self.total} {self.currency}", self.about])
        lines = ["BCD", "002", "1", "SCT", "", self.name[:70], self.iban, f"EUR{self.total}", "", "", self.about[:140]]
        return "\n".join(lines)

    @cached_property
    def svg(self) -> bytes:
        """The code as a drawing of one path, with the quiet border that readers want."""
        out = BytesIO()
        code = segno.make_qr(self.text, error="m", boost_error=False, encoding="utf-8")
        code.save(out, kind="svg", border=2, xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
        return out.getvalue()

    @property
    def data_uri(self) -> str:
        return "data:image/svg+xml;base64," + b64encode(self.svg).decode()


def payment_code(document: Document, seller: dict[str, Any], number: str) -> PaymentCode | None:
    """The payment data of a document; None when nothing is to be paid or the account is not known."""
    paid = document.invoice_type == InvoiceType.RECEIPTED
    account = _account(document, seller)
    if document.kind not in PAID_BY_TRANSFER or paid or document.total <= 0 or not account:
        return None
    name = document.payee_name if document.payee_iban and document.payee_name else seller["name"]
    about = f"{plain_title(document, document.language)} {number}"
    return PaymentCode(name, account, document.total, document.currency, about)


def _account(document: Document, seller: dict[str, Any]) -> str:
    """The account of the one who is paid; of the seller's, the first in the currency of the document."""
    if document.payee_iban:
        return document.payee_iban
    return next((account["iban"] for account in seller["accounts"] if account["currency"] == document.currency), "")
