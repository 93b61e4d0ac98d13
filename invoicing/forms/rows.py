"""The lines of the editor: parallel lists of cells, `l-name`, `l-quantity`…, one entry a row, in the order of the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString

from catalog.kept import units, vat_rates
from catalog.models import Product, VatRate
from invoicing.actions.drafts import MAX_AMOUNT, MAX_LINES
from invoicing.forms import choices
from invoicing.forms.values import PRICE, QUANTITY, Cell, Discount, discount_text, take, take_discount, take_text
from invoicing.models import DocumentLine
from lib.errors import require
from lib.formats import qty
from lib.text import normalise

LABELS = {
    "product": "Produs",
    "name": "Denumire",
    "description": "Descriere",
    "code": "Cod",
    "quantity": "Cantitate",
    "unit": "U.M.",
    "price": "Preț",
    "vat": "TVA",
    "discount": "Discount",
}
TELLING = ("name", "description", "price", "product")  # a row with none of these is blank and is left out
USUAL_UNIT = "buc"
TOO_LARGE = "Cantitatea înmulțită cu prețul trece de 9.999.999.999,99. Verificați cantitatea și prețul."


@dataclass(slots=True)
class Terms:
    """What the lines of a document are read under."""

    currency: str
    rates: list[VatRate]  # offered on its day; the first one is the usual one
    strict: bool = False  # whether it is about to be issued: a draft may lack names and prices
    priced: bool = True  # whether each line needs a price: those of a delivery note do not
    sources: Mapping[str, DocumentLine] = field(default_factory=dict)


class Row:
    """One row of the grid: its cells as typed, and the line that they make."""

    def __init__(self, number: int | str, texts: Mapping[str, str]) -> None:
        self.number = number
        self.cells = {name: Cell(f"l-{name}", f"l-{name}-{number}", label, texts.get(name, "")) for name, label in LABELS.items()}
        self.line: DocumentLine | None = None
        self.source = self.source_label = ""  # the line of another document that this one comes from, and what that document is called

    @property
    def is_blank(self) -> bool:
        return not any(self.cells[name].text for name in TELLING)

    @property
    def has_errors(self) -> bool:
        return any(cell.error for cell in self.cells.values())

    @property
    def value(self) -> Decimal | None:
        """What the grid shows at the end of the row: as typed, after its discount."""
        return self.line.value - self.line.discount if self.line and self.line.value is not None else None

    @property
    def unit_options(self) -> SafeString:
        return choices.unit_options(self.cells["unit"].text or USUAL_UNIT)

    def read(self, terms: Terms, products: Mapping[str, Product]) -> DocumentLine:
        """The line; what is wrong is written in the cells, and stands in the line as nothing."""
        cells = self.cells
        unit = units().get(cells["unit"].text or USUAL_UNIT)
        if unit is None:
            cells["unit"].error = f"Unitatea „{cells['unit'].text}” nu este în listă. Alegeți una din listă."
        quantity = take(QUANTITY, cells["quantity"]) if cells["quantity"].text else Decimal(1)
        price = take(PRICE, cells["price"])
        discount = take_discount(cells["discount"], terms.currency)
        line = DocumentLine(
            product=products.get(cells["product"].text),
            name=take_text(cells["name"], 100),
            description=take_text(cells["description"], 200),
            code=take_text(cells["code"], 50),
            quantity=quantity or Decimal(0),
            unit=unit.name if unit else "",
            unit_code=unit.code if unit else "",
            unit_price=price or Decimal(0),
            discount_percent=discount.percent,
            discount_amount=discount.amount,
        )
        if source := terms.sources.get(self.source):
            line.source_line, self.source_label = source, source.document.label
        if line.product is not None:
            line.barcode, line.cpv, line.nc = line.product.barcode, line.product.cpv, line.product.nc
        self._take_vat(line, terms)
        self._check(line, terms, price is None and terms.priced)
        self.line = line
        return line

    def _take_vat(self, line: DocumentLine, terms: Terms) -> None:
        cell, rates = self.cells["vat"], vat_rates()
        usual = str(terms.rates[0].pk) if terms.rates else ""
        rate = rates.get(cell.text or usual)
        if rate is None or rate not in terms.rates:
            cell.error = "Cota nu este în vigoare la data facturii. Alegeți alta." if rate else "Alegeți cota de TVA din listă."
        line.take_vat(rate or terms.rates[0])

    def _check(self, line: DocumentLine, terms: Terms, priceless: bool) -> None:
        """What two cells say together, and what a draft may still lack."""
        cells = self.cells
        value = line.quantity * line.unit_price
        if abs(value) > MAX_AMOUNT:
            cells["quantity"].error = TOO_LARGE
            line.quantity = Decimal(0)
        elif line.discount_amount and (abs(line.discount_amount) > abs(value) or line.discount_amount * value < 0):
            cells["discount"].error = "Discountul este mai mare decât valoarea liniei."
            line.discount_amount = Decimal(0)
        if not terms.strict:
            return
        for name, missing in (("name", not line.name), ("price", priceless), ("quantity", not line.quantity)):
            if missing and not cells[name].error:
                cells[name].error = {"name": "Scrieți denumirea.", "price": "Scrieți prețul.", "quantity": "Scrieți o cantitate."}[name]


def posted_rows(data: QueryDict) -> list[Row]:
    """The rows as they were sent, blank ones left out. Refuses: form_broken, too_many_lines."""
    columns = {name: data.getlist(f"l-{name}") for name in LABELS}
    length = len(columns["name"])
    whole = all(len(texts) == length for texts in columns.values())
    require(whole, "form_broken", "Liniile au ajuns incomplete. Reîncărcați pagina; ciorna salvată s-a păstrat.")
    require(length <= 2 * MAX_LINES, "too_many_lines", f"Un document poate avea cel mult {MAX_LINES} de linii.")
    sources = data.getlist("l-source") or [""] * length
    require(len(sources) == length, "form_broken", "Liniile au ajuns incomplete. Reîncărcați pagina; ciorna salvată s-a păstrat.")
    rows, number = [], 1
    for source, *texts in zip(sources, *columns.values(), strict=True):
        row = Row(number, dict(zip(LABELS, map(normalise, texts), strict=True)))
        row.source = source
        if not row.is_blank:
            rows.append(row)
            number += 1
    return rows


def kept_rows(lines: Iterable[DocumentLine], currency: str) -> list[Row]:
    """Rows that show lines which are already written."""
    rows = []
    for number, line in enumerate(lines, start=1):
        rows.append(Row(number, _texts(line, currency)))
        rows[-1].line, rows[-1].source = line, str(getattr(line, "source_line_id", None) or "")
    sources = sources_of(rows)
    for row in rows:
        row.source_label = sources[row.source].document.label if row.source in sources else ""
    return rows


def products_of(rows: Iterable[Row]) -> dict[str, Product]:
    """The products that the rows were filled from, by key as text. One that is gone, or is not ours, leaves only its words."""
    keys = {row.cells["product"].text for row in rows}
    numbers = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
    known = Product.objects.only("id", "company_id", "barcode", "cpv", "nc")
    return {str(product.pk): product for product in known.filter(pk__in=numbers)} if numbers else {}


def sources_of(rows: Iterable[Row]) -> dict[str, DocumentLine]:
    """The lines of proformas and delivery notes that the rows come from, by key as text; one that is not ours is left out."""
    numbers = {int(row.source) for row in rows if row.source.isascii() and row.source.isdigit() and len(row.source) < 19}
    if not numbers:
        return {}
    lines = DocumentLine.objects.filter(pk__in=numbers).select_related("document").only("id", "company_id", "document__label")
    return {str(line.pk): line for line in lines}


def _texts(line: DocumentLine, currency: str) -> dict[str, Any]:
    return {
        "product": str(line.product_id or ""),
        "name": line.name,
        "description": line.description,
        "code": line.code,
        "quantity": qty(line.quantity, grouped=False),
        "unit": line.unit,
        "price": qty(line.unit_price, least=2, grouped=False),
        "vat": str(line.vat_rate_id),
        "discount": discount_text(Discount(line.discount_percent, line.discount_amount), currency),
    }
