"""A chitanță as it is printed: form 14-4-1, for currency 14-4-1/a, both copies on one A4. Nothing here writes.

Source: OMFP 2634/2015, annexes 2 and 3; the form may be adapted as long as it says the same (annex 1, pct. 22).
"""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from invoicing.models import Document, Status
from invoicing.print import address_line
from lib.words import amount_in_words
from partners.models import Language, Partner

COPIES = ("Exemplarul clientului", "Exemplarul firmei")


@dataclass(frozen=True)
class PrintedReceipt:
    """What templates/invoicing/print/receipt.html prints."""

    document: Document
    cancelled: bool

    @property
    def form(self) -> str:
        """The code of the form."""
        return "14-4-1/a" if self.in_currency else "14-4-1"

    @property
    def in_currency(self) -> bool:
        return self.document.currency != "RON"

    @property
    def words(self) -> str:
        return amount_in_words(self.document.total, self.document.currency)

    @property
    def seat(self) -> str:
        return address_line(self.document.seller, Language.RO)

    @property
    def payer_address(self) -> str:
        return address_line(self.document.buyer, Language.RO)

    @property
    def payer_code(self) -> str:
        """The word before the payer's code."""
        return "CNP" if self.document.buyer["kind"] == Partner.Kind.NATURAL else "CIF"


def receipt_html(document: Document, *, cancelled: bool | None = None, copy: str = "") -> SafeString:
    """One copy as a fragment with the root class `sheet`."""
    cancelled = document.status == Status.CANCELLED if cancelled is None else cancelled
    return render_to_string("invoicing/print/receipt.html", {"p": PrintedReceipt(document, cancelled), "d": document, "copy": copy})


def receipt_page(document: Document, *, cancelled: bool) -> str:
    """Both copies on a sheet, for the PDF."""
    copies = [receipt_html(document, cancelled=cancelled, copy=copy) for copy in COPIES]
    return render_to_string("invoicing/print/receipt_pdf.html", {"d": document, "copies": copies})
