"""Rows that make up documents, one row a line: which belong together, and what the document says as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from imports.kinds.base import Reader
from imports.kinds.parties import CLIENT_FIELDS
from lib.columns import Field, text_of

HEAD_FIELDS = (
    Field("series", "Serie document", "Serie, Seria, Serie factura, Seria facturii, Serie doc, FacturaSerie, Series"),
    Field(
        "number",
        "Document",
        "Numar, Numar document, Nr document, Numar factura, Nr factura, Nr, Factura, Serie si numar, FacturaNumar, "
        "Serie/numar, Nr. doc, Comanda, Nr comanda, Document number, Invoice number",
        example="ABC 123",
    ),
    Field(
        "partner",
        "Client",
        "Denumire client, Nume client, Partener, Denumire partener, Cumparator, Beneficiar, Customer, Customer name",
        example="Exemplu Construct SRL",
    ),
    CLIENT_FIELDS[1],
    Field(
        "date",
        "Data documentului",
        "Data, Data emiterii, Data factura, Data facturii, Data document, Data emitere, FacturaData, Date, Issue date",
        example=date(2026, 11, 3),
    ),
    Field(
        "due",
        "Scadența",
        "Scadenta, Data scadentei, Termen de plata, Data scadenta, FacturaScadenta, Due date",
        example=date(2026, 12, 3),
    ),
    Field("currency", "Moneda", "Valuta, Currency", example="RON"),
    Field("rate", "Curs", "Curs valutar, Exchange rate"),
)
LINE_FIELDS = (
    Field(
        "name",
        "Denumire linie",
        "Denumire, Produs, Articol, Serviciu, Produs/serviciu, Denumire produs, Denumire articol, Nume produs, Explicatie, "
        "Product, Item, Product name",
        example="Consultanță",
    ),
    Field("code", "Cod produs", "Cod articol, Cod, SKU, Cod intern, Product code"),
    Field("description", "Descriere", "Detalii, Description"),
    Field("quantity", "Cantitate", "Cant, Cantitatea, Qty, Quantity", example=Decimal(2)),
    Field("unit", "U.M.", "UM, U/M, Unitate, Unitate de masura, Measuring unit, Unit", example="oră"),
    Field(
        "price",
        "Preț fără TVA",
        "Pret, Pret unitar, Pret vanzare, Pret unitar fara TVA, Pret fara TVA, Pret vanzare fara TVA, Price, Unit price",
        example=Decimal("250.50"),
    ),
    Field("price_with_vat", "Preț cu TVA", "Pret_TVA, Pret TVA, Pret unitar cu TVA, Pret cu TVA inclus, Price with VAT"),
    Field("vat", "TVA", "Cota TVA, Cota de TVA, TVA %, Procent TVA, Cota, ProcTVA, VAT, Tax percentage", example="21%"),
    Field("discount", "Discount (%)", "Discount, Discount %, Reducere, Reducere %, Rabat, Procent discount"),
)
SAID_ONCE = ("series", "number", "partner", "cif", "date", "due", "currency", "rate", "rest", "whole")  # the same on all rows of a document
HEADS = (*SAID_ONCE, "notes", "order")
LINES = tuple(field.key for field in LINE_FIELDS)


@dataclass
class Group:
    """The rows of one document. `head` reads what they say together; its problems stand on the first row."""

    head: Reader
    rows: list[Reader]

    @property
    def number(self) -> str:
        """The number that the document has in the file, with its series; "" without one."""
        return " ".join(part for key in ("series", "number") if (part := self.head.text(key, 40)))

    @property
    def lines(self) -> list[Reader]:
        """The rows that are lines: one that says nothing of a line only opens its document."""
        return [row for row in self.rows if any(row.has(key) for key in LINES)]

    @property
    def is_wrong(self) -> bool:
        return any(row.judged.problems for row in self.rows)


def grouped(readers: Sequence[Reader]) -> list[Group]:
    """The documents of a file, in its order.

    Rows with one number are one document; without numbers, those of one client and day. A row that says neither goes on with the
    document above it, as the cells of merged ones do.
    """
    groups: dict[object, list[Reader]] = {}
    last: object = None
    for reader in readers:
        last = _key(reader) or last or reader.judged.number
        groups.setdefault(last, []).append(reader)
    return [_group(rows) for rows in groups.values()]


def _key(reader: Reader) -> tuple[str, ...] | None:
    number = " ".join(text_of(reader.cell(key)).casefold() for key in ("series", "number"))
    if reader.has("number"):
        return ("number", number)
    who = tuple(text_of(reader.cell(key)).casefold() for key in ("partner", "cif", "date"))
    return ("client", *who, text_of(reader.cell("currency")).casefold()) if any(who) else None


def _group(rows: list[Reader]) -> Group:
    """Each cell of the head is the first one that is filled; another value further down is a problem of its row."""
    first = rows[0]
    cells = list(first.row) + [""] * (1 + max(first.columns.values(), default=0) - len(first.row))
    for key in HEADS:
        said = next((row for row in rows if row.has(key)), None)
        if said is None:
            continue
        cells[first.columns[key]] = said.cell(key)
        if key in SAID_ONCE:
            for row in rows:
                if row.has(key) and text_of(row.cell(key)).casefold() != text_of(said.cell(key)).casefold():
                    row.wrong(key, f"Este același document ca pe rândul {said.judged.number}, dar acolo scrie „{text_of(said.cell(key))}”.")
    return Group(Reader(first.judged, cells, first.columns, first.labels, first.points), rows)
