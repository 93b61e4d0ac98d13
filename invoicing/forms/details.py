"""What the editor asks besides head and lines: the type, the day of collection, references, place and payee, and the advances to settle."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from companies.models import is_cash_vat
from invoicing.advances import Advance, open_advances, settlement_lines
from invoicing.forms.values import AMOUNT, DAY, Cell, take, take_text
from invoicing.models import Document, DocumentLine, InvoiceType, Kind
from invoicing.types import EXPLAINED
from lib.counties import COUNTIES
from lib.errors import Refused
from lib.formats import date_ro, ron
from lib.identifiers import Wrong, check_iban

if TYPE_CHECKING:
    from invoicing.forms.editor import EditorForm

PLACE = {
    "delivery_name": "Locul livrării",
    "delivery_street": "Stradă, număr",
    "delivery_city": "Localitate",
    "delivery_county": "Județ",
    "delivery_postal_code": "Cod poștal",
    "delivery_country": "Țara (cod)",
}
DETAILS = {
    "fiscal_receipt": "Bonul fiscal (număr, dată)",
    "receiving_reference": "Nr. recepție",
    "despatch_reference": "Nr. aviz",
    "payee_name": "Plata se face către",
    "payee_cif": "CIF-ul beneficiarului plății",
    "payee_iban": "IBAN-ul beneficiarului plății",
} | PLACE
LABELS = DETAILS | {"invoice_type": "Felul facturii", "collection_date": "Data încasării", "advances": "Avansuri"}
TICKED, WANTED = "advance", "advance-{}"  # names of the inputs of an advance


@dataclass(slots=True)
class Choice:
    """An open advance: whether it is settled here, and how much of it as typed; "" is all that is left."""

    advance: Advance
    ticked: bool
    cell: Cell


class Details:
    """The cells of an editor's form that stand under *Avansuri* and *Alte date*; `form` is the whole."""

    def __init__(self, form: "EditorForm") -> None:
        self.form = form

    types = EXPLAINED
    counties = COUNTIES

    @cached_property
    def asks_collection(self) -> bool:
        """Only a company on TVA la încasare may give the day of collection (R21)."""
        document = self.form.document
        return document.kind == Kind.INVOICE and is_cash_vat(document.issue_date)

    @property
    def is_open(self) -> bool:
        """Whether something is filled in, or wrong, in the folded part."""
        cells = self.form.cells
        return any(cells[name].text or cells[name].error for name in (*DETAILS, "collection_date"))

    def show(self) -> None:
        """The cells of a document as it stands."""
        document, cells = self.form.document, self.form.cells
        for name in DETAILS:
            cells[name].text = getattr(document, name)
        cells["invoice_type"].text = document.invoice_type
        cells["collection_date"].text = date_ro(document.collection_date)

    def read(self) -> None:
        """Set the document's fields from what was posted. A form without these inputs leaves a new document as it is."""
        document, cells = self.form.document, self.form.cells
        for name in DETAILS:
            setattr(document, name, take_text(cells[name], Document._meta.get_field(name).max_length or 0))
        document.invoice_type = cells["invoice_type"].text or InvoiceType.STANDARD
        if document.invoice_type not in InvoiceType.values:
            cells["invoice_type"].error, document.invoice_type = "Alegeți felul facturii din listă.", InvoiceType.STANDARD
        typed = cells["collection_date"].text
        document.collection_date = take(DAY, cells["collection_date"]) if typed and self.asks_collection else None
        self._read_place()
        if document.payee_iban:
            self._read_iban()

    @cached_property
    def choices(self) -> list[Choice]:
        """The client's open advances in the document's currency."""
        document, data = self.form.document, self.form.data
        if document.kind != Kind.INVOICE or document.partner_id is None or document.invoice_type == InvoiceType.ADVANCE:
            return []
        taken = self._taken()
        ticked = set(data.getlist(TICKED)) if data is not None else set(map(str, taken))
        found = []
        for advance in open_advances(document.partner_id, document.currency, but=document):
            key = advance.document.pk
            name = WANTED.format(key)
            text = data.get(name, "").strip() if data is not None else taken.get(key, "")
            whole = data is None and key in taken and taken[key] == ron(advance.left)
            found.append(
                Choice(advance, str(key) in ticked, Cell(name, f"id-{name}", f"Avans {advance.document.label}", "" if whole else text))
            )
        return found

    @property
    def shown_for(self) -> str:
        """Whose advances, and in which currency, stand on the page."""
        document = self.form.document
        return f"{document.partner_id or ''} {document.currency} {document.invoice_type}"

    @property
    def moved(self) -> bool:
        """Whether the page shows the advances of another client or currency than those that were chosen since."""
        data = self.form.data
        return data is not None and data.get("advances_for", self.shown_for) != self.shown_for

    def settlements(self) -> list[DocumentLine]:
        """The lines with minus of the advances that were ticked; what is wrong is written at *Avansuri*."""
        lines: list[DocumentLine] = []
        if self.form.data is not None and TICKED not in self.form.data:
            return lines
        for choice in self.choices:
            if not choice.ticked:
                continue
            wanted = take(AMOUNT, choice.cell)
            if choice.cell.error:
                self.form.cells["advances"].error = f"{choice.cell.label}: {choice.cell.error}"
                continue
            try:
                lines += settlement_lines(choice.advance, wanted, self.form.document)
            except Refused as refusal:
                self.form.cells["advances"].error = refusal.message
        return lines

    def _taken(self) -> dict[int, str]:
        """What the lines of the document take out of each advance, as text."""
        sums: dict[int, Decimal] = {}
        for line in self.form.lines:
            if line.advance_id:
                sums[line.advance_id] = sums.get(line.advance_id, Decimal(0)) - line.net - line.vat
        return {key: ron(value) for key, value in sums.items()}

    def _read_place(self) -> None:
        """A place has a country; Romania unless another one is written."""
        document, cell = self.form.document, self.form.cells["delivery_country"]
        placed = any(getattr(document, name) for name in PLACE if name != "delivery_country")
        document.delivery_country = (document.delivery_country.upper() or "RO") if placed else ""
        if len(document.delivery_country) not in (0, 2) or cell.error:
            cell.error, document.delivery_country = "Scrieți codul din două litere al țării, de exemplu RO.", ""

    def _read_iban(self) -> None:
        cell = self.form.cells["payee_iban"]
        try:
            self.form.document.payee_iban = check_iban(cell.text)
        except Wrong as wrong:
            cell.error = wrong.messages[0]
