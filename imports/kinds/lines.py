"""The lines of documents from a file: words, unit, price and VAT of a product that is known, or as they are written."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalog import prices
from catalog.models import Product, VatRate
from companies.models import is_vat_payer
from imports.kinds.base import Reader
from imports.kinds.grouped import Group
from imports.kinds.values import fine_number, known_units, percent_of, unit_of, vat_of
from invoicing.models import DocumentLine
from lib.columns import text_of
from lib.formats import date_ro

COPIED = ("barcode", "cpv", "nc")


@dataclass(frozen=True)
class Terms:
    """What the lines of a document are read under."""

    on: date
    currency: str
    rate: Decimal
    with_vat: bool
    rates: list[VatRate]  # that its lines may choose on its day, the usual one first


class Lines:
    """The products that the rows may mean, the units and the VAT treatments, read in a few queries."""

    def __init__(self, readers: list[Reader]) -> None:
        codes = {text_of(reader.cell("code")) for reader in readers} - {""}
        names = {text_of(reader.cell("name")) for reader in readers} - {""}
        products = Product.objects.select_related("unit", "vat_rate").order_by("-pk")
        self.by_code = {product.code: product for product in products.filter(code__in=codes)}
        self.by_name = {product.name: product for product in products.filter(name__in=names)}
        self.units = known_units()
        self.offered: dict[date, tuple[bool, list[VatRate]]] = {}

    def of_day(self, on: date) -> tuple[bool, list[VatRate]]:
        """Whether the company was registered for VAT on a day, and what a line could choose then."""
        if on not in self.offered:
            payer = is_vat_payer(on)
            self.offered[on] = payer, list(VatRate.objects.offered(on, payer=payer))
        return self.offered[on]

    def with_vat(self, group: Group) -> bool:
        """Whether the document's prices include VAT; a document that has both kinds is wrong."""
        rows = group.lines
        with_vat = [row for row in rows if row.has("price_with_vat") and not row.has("price")]
        if with_vat and len(with_vat) < sum(row.has("price") or row.has("price_with_vat") for row in rows):
            with_vat[0].wrong("price_with_vat", "Pe un document toate prețurile sunt fără TVA, sau toate cu TVA.")
        return bool(with_vat)

    def read(self, reader: Reader, terms: Terms) -> DocumentLine:
        """The line; what is wrong is a problem of the row, and stands in the line as nothing."""
        product = self.by_code.get(text_of(reader.cell("code"))) or self.by_name.get(text_of(reader.cell("name")))
        name = reader.text("name", 100) or (product.name if product else "")
        if not name and not reader.judged.problems:
            code = reader.text("code", 50)
            reader.wrong("name", f"Niciun produs nu are codul {code}: scrieți denumirea." if code else "Lipsește denumirea.")
        unit = unit_of(reader, self.units) or (product.unit if product else self.units["buc"])
        quantity = fine_number(reader, "quantity", "Cantitatea")
        if quantity == 0 and reader.has("quantity"):
            reader.wrong("quantity", "Cantitatea nu poate fi zero.")
        line = DocumentLine(
            product=product,
            name=name,
            description=reader.text("description", 200) or (product.description if product else ""),
            code=reader.text("code", 50) or (product.code if product else ""),
            quantity=Decimal(1) if quantity is None else quantity,
            unit=unit.name,
            unit_code=unit.code,
            discount_percent=percent_of(reader, "discount") or Decimal(0),
        )
        for field in COPIED:
            setattr(line, field, getattr(product, field) if product else "")
        line.take_vat(self._vat(reader, product, terms))
        line.unit_price = self._price(reader, product, line.percent, terms)
        return line

    def _vat(self, reader: Reader, product: Product | None, terms: Terms) -> VatRate:
        usual = product.vat_rate if product and product.vat_rate in terms.rates else terms.rates[0]
        if not reader.has("vat") or len(terms.rates) == 1:
            return usual
        return vat_of(reader, terms.rates, f"la {date_ro(terms.on)}") or usual

    def _price(self, reader: Reader, product: Product | None, percent: Decimal, terms: Terms) -> Decimal:
        """As written, else the product's own in the document's currency."""
        key = "price_with_vat" if terms.with_vat else "price"
        if reader.has(key):
            price = fine_number(reader, key, "Prețul") or Decimal(0)
            if price < 0:
                reader.wrong(key, "Prețul nu poate fi negativ; pentru o scădere scrieți cantitatea cu minus.")
            return max(price, Decimal(0))
        found = product and prices.in_terms(
            product.price,
            product.currency,
            includes_vat=product.price_includes_vat,
            percent=percent,
            terms=prices.Terms(terms.currency, terms.rate, terms.with_vat, terms.on),
        )
        if found is None and not reader.judged.problems:
            reader.wrong(key, "Lipsește prețul.")
        return found or Decimal(0)
