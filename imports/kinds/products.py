"""Products and services from a file; one that is there is found by its code, else by its name."""

import re
from collections.abc import Iterable
from decimal import Decimal

from catalog.models import Product, VatRate
from companies.access import ISSUE
from companies.models import is_vat_payer
from imports.kinds.base import Reader
from imports.kinds.records import Records
from imports.kinds.values import currency_of, fine_number, known_units, unit_of, vat_of
from lib.columns import Field, bare, text_of
from lib.dates import bucharest_today

SERVICES = {"serviciu", "servicii", "service", "s", "prestare", "prestari"}
GOODS = {"produs", "produse", "marfa", "marfuri", "goods", "product", "p", "m", "stoc", "materieprima", "produsfinit", "bun"}


class Products(Records):
    key, label, icon = "produse", "Produse și servicii", "box"
    about = "Denumire, cod, U.M., preț, TVA. Cel cu același cod se actualizează."
    model = Product
    section = "Nomenclatoare"
    roles = ISSUE
    done_url = "catalog:product_list"
    numbers = ("price", "price_with_vat", "vat")
    fields = (
        Field(
            "name",
            "Denumire",
            "Nume, Denumire produs, Nume produs, Produs, Articol, Denumire articol, Serviciu, Produs/serviciu, "
            "Name, Product, Product name, Denumirea",
            needed=True,
            example="Consultanță",
        ),
        Field("code", "Cod", "Cod produs, Cod articol, SKU, Cod intern, Cod_articol, Code, Product code, Cod furnizor", example="CONS-1"),
        Field("barcode", "Cod de bare", "Cod bare, Cod_bare, EAN, EAN13, Barcode, GTIN"),
        Field("description", "Descriere", "Descriere produs, Detalii, Description, Informatii"),
        Field("kind", "Tip", "Tip produs, Tip articol, Categorie produs, Produs sau serviciu, Este serviciu, Type", example="serviciu"),
        Field("unit", "U.M.", "UM, U/M, Unitate, Unitate de masura, Unitate masura, Measuring unit, Unit", example="oră"),
        Field(
            "price",
            "Preț",
            "Pret fara TVA, Pret unitar, Pret vanzare, Pret unitar fara TVA, Pret de vanzare, Valoare, Pret "
            "vanzare fara TVA, Price, Unit price",
            example=Decimal("250.50"),
        ),
        Field(
            "price_with_vat",
            "Preț cu TVA",
            "Pret_TVA, Pret TVA, Pret vanzare cu TVA, Pret unitar cu TVA, Pret cu TVA inclus, Price with VAT, Pret amanunt",
        ),
        Field("price_includes_vat", "Prețul include TVA", "TVA inclus, Pretul contine TVA, Include TVA, Is tax included"),
        Field("vat", "TVA", "Cota TVA, Cota de TVA, TVA %, Procent TVA, Cota, ProcTVA, VAT, Tax, Tax percentage", example="21%"),
        Field("currency", "Moneda", "Valuta, Currency", example="RON"),
        Field("cpv", "Cod CPV", "CPV, Cod_CPV"),
        Field("nc", "Cod NC", "NC, NC8, Cod_NC, Cod vamal"),
    )

    def __init__(self) -> None:
        today = bucharest_today()
        self.payer = is_vat_payer(today)
        self.rates = list(VatRate.objects.offered(today, payer=self.payer))
        self.units = known_units()
        self.by_code: dict[str, Product] = {}
        self.by_name: dict[str, Product] = {}

    def look_up(self, readers: list[Reader]) -> None:
        codes = {text_of(reader.cell("code")) for reader in readers} - {""}
        names = {text_of(reader.cell("name")) for reader in readers if not reader.has("code")} - {""}
        held = Product.objects.select_for_update(of=["self"]).order_by("pk")
        self.by_code = {product.code: product for product in held.filter(code__in=codes)}
        self.by_name = {product.name: product for product in held.filter(name__in=names).order_by("-pk")}

    def found(self, reader: Reader) -> Product | None:
        code, name = text_of(reader.cell("code")), text_of(reader.cell("name"))
        return self.by_code.get(code) if code else self.by_name.get(name)

    def fill(self, row: Product, reader: Reader) -> None:
        new = row.pk is None
        for key, longest in (("name", 100), ("code", 50), ("description", 200)):
            if reader.has(key):
                setattr(row, key, reader.text(key, longest))
        if reader.has("barcode"):
            row.barcode = "".join(reader.text("barcode", 50).split())
        self._kind(row, reader)
        self._unit(row, reader, new)
        self._price(row, reader, new)
        self._vat(row, reader, new)
        self._currency(row, reader)
        for key, shape, sentence in CODES:
            code = "".join(reader.text(key, 20).split())
            if code and not re.fullmatch(shape, code):
                reader.wrong(key, sentence)
            elif code:
                setattr(row, key, code)
        if not row.name and not reader.judged.problems:
            reader.wrong("name", "Lipsește denumirea.")

    def derive(self, row: Product) -> None:
        row.derive()

    def keys(self, row: Product, reader: Reader) -> Iterable[tuple[object, str]]:
        if row.code:
            yield ("code", row.code), "Cod"
        elif row.name:
            yield ("name", row.name), "Denumire"

    def _kind(self, row: Product, reader: Reader) -> None:
        word = bare(text_of(reader.cell("kind")))
        if word in SERVICES:
            row.kind = Product.Kind.SERVICE
        elif word in GOODS:
            row.kind = Product.Kind.GOODS
        elif word:
            reader.wrong("kind", f"„{reader.text('kind', 40)}” nu este nici produs, nici serviciu.")
        elif row.pk is None:
            row.kind = Product.Kind.GOODS

    def _unit(self, row: Product, reader: Reader, new: bool) -> None:
        found = unit_of(reader, self.units)
        if found is not None:
            row.unit = found
        elif new and not reader.has("unit"):
            row.unit = self.units["buc"]

    def _price(self, row: Product, reader: Reader, new: bool) -> None:
        given = "price_with_vat" if reader.has("price_with_vat") and not reader.has("price") else "price"
        price = fine_number(reader, given, "Prețul")
        with_vat = reader.yes("price_includes_vat")
        if price is None:
            if new and not reader.has(given):
                row.price = Decimal(0)
        elif price < 0:
            reader.wrong(given, "Prețul nu poate fi negativ.")
        else:
            row.price = price
        if price is not None and given == "price_with_vat":
            row.price_includes_vat = True
        elif with_vat is not None:
            row.price_includes_vat = with_vat

    def _vat(self, row: Product, reader: Reader, new: bool) -> None:
        """The treatment by name or percent; who is not registered for VAT has only one."""
        if not self.payer or not reader.has("vat"):
            if new:
                row.vat_rate = self.rates[0]
        elif rate := vat_of(reader, self.rates):
            row.vat_rate = rate

    def _currency(self, row: Product, reader: Reader) -> None:
        if reader.has("currency"):
            row.currency = currency_of(reader, row.currency)


CODES = [
    ("cpv", r"\d{8}(-\d)?", "Codul CPV are 8 cifre și cifra de control, de exemplu 03111900-1."),
    ("nc", r"\d{4}|\d{6}|\d{8}", "Codul NC are 4, 6 sau 8 cifre."),
]
