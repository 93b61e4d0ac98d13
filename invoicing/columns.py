"""The lines of a printed document as columns and cells: which are shown, in which order, how wide, and what is said elsewhere.

Nothing that a layout leaves out is lost when the law wants it: a unit then stands beside its quantity, a discount below the name.
Columns that would leave the name too little room are taken in below it in the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.models import VatRate
from invoicing.labels import UNITS_EN, labels, plain_labels, unit
from invoicing.models import Document, DocumentLine, VatBreakdown
from invoicing.models.layout import Column
from lib.formats import percent, qty, ron, unit_price
from lib.money import ZERO, price
from partners.models import Language

Category = VatRate.Category
CATEGORY_WORDS = {Category.EXEMPT: "exempt", Category.INTRA_EU: "exempt", Category.EXPORT: "exempt", Category.REVERSE: "reverse"} | {
    Category.OUTSIDE: "outside"
}
MARGIN_CODES = {"VATEX-EU-309", "VATEX-EU-F", "VATEX-EU-I", "VATEX-EU-J"}  # EN 16931 knows the margin schemes as exempt
WITH_VAT = {Column.RATE, Column.VAT, Column.GROSS_PRICE, Column.GROSS}  # not on a delivery note, nor of one who is not registered
WITH_PRICES = {Column.PRICE, Column.GROSS_PRICE, Column.DISCOUNT, Column.VALUE, Column.GROSS}
ROOM = 82  # characters of the page that the columns beside the name may take
TAKEN_IN = [Column.BARCODE, Column.CODE, Column.GROSS_PRICE, Column.GROSS, Column.DISCOUNT, Column.UNIT]  # in this order
CLASSES = {
    Column.CODE: "c-code",
    Column.BARCODE: "c-code",
    Column.UNIT: "c-unit",
    Column.QUANTITY: "c-num c-qty",
    Column.PRICE: "c-num c-price",
    Column.GROSS_PRICE: "c-num c-gross-price",
    Column.DISCOUNT: "c-num c-discount",
    Column.VALUE: "c-num c-value",
    Column.RATE: "c-rate",
    Column.VAT: "c-num c-vat",
    Column.GROSS: "c-num c-gross",
}
ON_CARDS = {  # what stands before a value where the lines are cards
    Column.CODE: "code",
    Column.BARCODE: "barcode",
    Column.GROSS_PRICE: "gross_price",
    Column.DISCOUNT: "discount",
    Column.RATE: "vat",
    Column.GROSS: "gross",
}


@dataclass(slots=True)
class Heading:
    """A column: its width in characters (0 for the name, which takes what is left) and its heading."""

    css: str
    width: int
    text: SafeString


@dataclass(slots=True)
class Cell:
    """What a line says in a column; the name is None and is drawn by the template."""

    css: str
    label: str
    text: SafeString | str | None


@dataclass(slots=True)
class PrintedLine:
    """A line, the word for its VAT treatment, and what a page that begins or ends at it says about the lines before."""

    line: DocumentLine
    mention: SafeString | str
    brought: str  # "" on the first line
    carried: str
    cells: list[Cell] = field(default_factory=list)
    more: list[SafeString | str] = field(default_factory=list)  # below the name


@dataclass(slots=True)
class PrintedLines:
    """The table of lines."""

    position: int  # the width of "Nr."
    headings: list[Heading]
    rows: list[PrintedLine]


def printed_lines(
    document: Document, lines: Sequence[DocumentLine], *, columns: Sequence[str], several: bool, with_vat: bool, is_note: bool
) -> PrintedLines:
    """The lines with their running totals. `several`: the VAT mention stands at a line, because lines differ in it."""
    wanted = _wanted(document, lines, columns, with_vat=with_vat and not is_note)
    needed = {*wanted, Column.UNIT, Column.DISCOUNT} - {Column.ITEM}
    said = {column: [_said(column, document, line) for line in lines] for column in needed}
    texts = _texts(document, lines)
    least = _least(wanted, texts)
    shown = _fitting(wanted, least)
    rows = _rows(document, lines, several=several, with_vat=with_vat and not is_note)
    for at, row in enumerate(rows):
        row.cells = [_cell(column, said, at, shown, document.language) for column in shown]
        row.more = _more(row.line, wanted, shown, said, at, document.language)
    words = labels(document.language)
    names = _headings(with_vat=with_vat, is_note=is_note)
    headings = [
        Heading(CLASSES[column].split()[0] if column != Column.ITEM else "c-item", least.get(column, 0), words[names[column]])
        for column in shown
    ]
    return PrintedLines(_width(3, [str(len(lines))]), headings, rows)


def vat_word(row: DocumentLine | VatBreakdown, language: str) -> SafeString | str:
    """What stands in place of a percent where no VAT is charged."""
    word = "margin" if row.exemption_code in MARGIN_CODES else CATEGORY_WORDS.get(Category(row.category))
    return labels(language)[word] if word else ""


def mention_of(row: DocumentLine | VatBreakdown, language: str) -> SafeString:
    """The text that the law wants for a treatment other than a rate. Source: CF art. 319 (20) k-r."""
    english = row.mention_en or row.mention
    if language == Language.BOTH and english != row.mention:
        return format_html('{}<span class="en" lang="en">{}</span>', row.mention, english)
    return format_html("{}", english if language == Language.EN else row.mention)


def _wanted(document: Document, lines: Sequence[DocumentLine], columns: Sequence[str], *, with_vat: bool) -> list[Column]:
    """The columns of the layout that this document has something to say in."""
    empty = {
        column
        for column, has in {
            Column.CODE: any(line.code for line in lines),
            Column.BARCODE: any(line.barcode for line in lines),
            Column.DISCOUNT: any(line.discount for line in lines),
        }.items()
        if not has
    }
    left_out = empty | (set() if with_vat else WITH_VAT) | (WITH_PRICES if document.hides_prices else set())
    return [Column(name) for name in columns if Column(name) not in left_out]


def _fitting(wanted: list[Column], least: dict[Column, int]) -> list[Column]:
    """The columns that leave room for the name."""
    shown = list(wanted)
    for column in TAKEN_IN:
        if sum(least.get(one, 0) for one in shown) <= ROOM:
            break
        shown = [one for one in shown if one != column]
    return shown


def _rows(document: Document, lines: Sequence[DocumentLine], *, several: bool, with_vat: bool) -> list[PrintedLine]:
    rows, net, vat, so_far = [], ZERO, ZERO, ""
    for line in lines:
        net, vat = net + line.net, vat + line.vat
        before, so_far = so_far, _running(document, net, vat if with_vat else None)
        if document.hides_prices:
            before = so_far = ""
        rows.append(PrintedLine(line, mention_of(line, document.language) if several else "", before, so_far))
    return rows


def _running(document: Document, net: Decimal, vat: Decimal | None) -> str:
    words = plain_labels(document.language)
    if vat is None:
        return f"{words['value']} {ron(net)}"
    return f"{words['value_without_vat']} {ron(net)} · {words['vat']} {ron(vat)}"


def _cell(column: Column, said: dict[Column, list[SafeString | str]], at: int, shown: list[Column], language: str) -> Cell:
    if column == Column.ITEM:
        return Cell("c-item", "", None)
    text = said[column][at]
    if column == Column.QUANTITY and Column.UNIT not in shown:
        text = format_html("{} {}", text, said[Column.UNIT][at])
    label = "×" if column == Column.PRICE else plain_labels(language)[ON_CARDS[column]] if column in ON_CARDS else ""
    return Cell(CLASSES[column], label, text)


def _more(
    line: DocumentLine, wanted: list[Column], shown: list[Column], said: dict[Column, list[SafeString | str]], at: int, language: str
) -> list[SafeString | str]:
    """What stands below the name: the description, and what has no column of its own."""
    words, below = plain_labels(language), []
    for column in (Column.CODE, Column.BARCODE, Column.GROSS_PRICE, Column.DISCOUNT, Column.GROSS):
        left_out = column in wanted or (column == Column.DISCOUNT and line.discount)
        if left_out and column not in shown and (text := said[column][at]):
            below.append((words[ON_CARDS[column]], _discount(line) if column == Column.DISCOUNT else text))
    return [part for part in (line.description, format_html_join(" · ", "{}: {}", below)) if part]


def _discount(line: DocumentLine) -> str:
    """A discount in one line of text."""
    share = f" ({percent(line.discount_percent)})" if line.discount_percent else ""
    return f"{ron(-line.line_allowance)}{share}"


def _said(column: Column, document: Document, line: DocumentLine) -> SafeString | str:
    """What a line says in a column."""
    language = document.language
    if column == Column.RATE:
        return vat_word(line, language) or percent(line.percent)
    if column == Column.UNIT:
        return unit(line.unit, language)
    if column == Column.DISCOUNT:
        if not line.line_allowance:
            return ""
        share = format_html('<span class="item-more">{}</span>', percent(line.discount_percent)) if line.discount_percent else ""
        return format_html("{}{}", ron(-line.line_allowance), share)
    return _plain(column, document, line)


def _plain(column: Column, document: Document, line: DocumentLine) -> str:
    if column == Column.GROSS_PRICE:
        return unit_price(_gross_price(document, line))
    if column in (Column.CODE, Column.BARCODE):
        return line.code if column == Column.CODE else line.barcode
    if column == Column.QUANTITY:
        return qty(line.quantity)
    if column == Column.PRICE:
        return unit_price(line.net_price)
    amounts = {Column.VALUE: line.net, Column.VAT: line.vat, Column.GROSS: line.net + line.vat}
    return ron(amounts[column])


def _gross_price(document: Document, line: DocumentLine) -> Decimal:
    """The price of a unit with VAT: as it was typed, when it was typed so."""
    return line.unit_price if document.prices_include_vat else price(line.net_price * (100 + line.percent) / 100)


def _texts(document: Document, lines: Sequence[DocumentLine]) -> dict[Column, tuple[int, list[str]]]:
    """(the least width of a column for its heading, its texts)."""
    return {
        Column.CODE: (5, [f"{line.code}  " for line in lines]),
        Column.BARCODE: (8, [line.barcode for line in lines]),
        Column.UNIT: (4, [_unit(line.unit, document.language)[:10] for line in lines]),
        Column.QUANTITY: (8, [qty(line.quantity) for line in lines]),
        Column.PRICE: (10, [unit_price(line.net_price) for line in lines]),
        Column.GROSS_PRICE: (8, [unit_price(_gross_price(document, line)) for line in lines]),
        Column.DISCOUNT: (8, [ron(-line.line_allowance) for line in lines]),
        Column.VALUE: (9, [ron(line.net) for line in lines]),
        Column.RATE: (6, []),
        Column.VAT: (6, [ron(line.vat) for line in lines]),
        Column.GROSS: (9, [ron(line.net + line.vat) for line in lines]),
    }


def _unit(name: str, language: str) -> str:
    """A unit as long as it is printed."""
    english = UNITS_EN.get(name, name)
    if language == Language.BOTH and english != name:
        return f"{name}/{english}"
    return english if language == Language.EN else name


def _least(wanted: list[Column], texts: dict[Column, tuple[int, list[str]]]) -> dict[Column, int]:
    """The width of each column in characters, by its longest text and at least its heading; a unit without one stands with the quantity."""
    widths = {column: _width(least, column_texts) for column, (least, column_texts) in texts.items()}
    if Column.UNIT not in wanted:
        widths[Column.QUANTITY] = min(23, widths[Column.QUANTITY] + widths[Column.UNIT] - 2)
    return {column: width for column, width in widths.items() if column in wanted}


def _width(least: int, texts: list[str]) -> int:
    return min(23, max([least, *map(len, texts)]) + 2)


def _headings(*, with_vat: bool, is_note: bool) -> dict[Column, str]:
    """The label of each column, by kind and VAT status."""
    return {column: column.value for column in Column} | {
        Column.QUANTITY: "delivered" if is_note else "quantity",
        Column.PRICE: "price_without_vat" if with_vat else "price",
        Column.VALUE: "value_without_vat" if with_vat else "value",
        Column.RATE: "vat_rate",
    }
