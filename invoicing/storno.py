"""What is left of an invoice once its stornos are taken away, and what the next storno is worth. Nothing here writes.

A storno brings the sum of the invoice and its stornos to what the rest would be, invoiced alone. So rounding never passes the
original, and the last storno leaves exactly nothing: in every line, VAT group and total, in lei too.
Source: CF art. 287 and 330 (an invoice with minus), 282 (9), (10) (rate, regime and exchange rate are those of the original).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from invoicing import advances
from invoicing.models import Document, DocumentLine, Status, VatBreakdown
from invoicing.types import E_INVOICES
from lib.errors import require
from lib.formats import date_ro, qty, unit_price
from lib.money import ZERO, money, price
from lib.totals import Line, LineTotals, Totals, document_totals, with_fixed

LINE_AMOUNTS = ("value", "discount", "line_allowance", "net", "vat")
OF_GROUP = (("taxable", "net"), ("vat", "vat"))  # of a group, of a line
GROUP_AMOUNTS = ("lines_net", "allowance", "taxable", "vat", "taxable_ron", "vat_ron")
COPIED = (
    "product_id name description code unit unit_code vat_rate_id vat_name category percent exemption_code mention mention_en"
    " discount_percent net_price company_id advance_id barcode cpv nc"
).split()


@dataclass(slots=True)
class Rest:
    """What the issued stornos left of a line of the original."""

    line: DocumentLine
    quantity: Decimal
    price: Decimal
    stornos: list[DocumentLine] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        """Neither goods nor money are left."""
        return not self.quantity or (not self.price and bool(self.line.unit_price))


def rests(original: Document) -> list[Rest]:
    """Every line of the original with what is left of it, in its order."""
    lines = list(original.lines.select_related("vat_rate"))
    found = {line.pk: Rest(line, line.quantity, line.unit_price) for line in lines}
    issued = DocumentLine.objects.filter(document__storno_of=original, document__status=Status.ISSUED)
    for storno in issued.order_by("document__issued_at", "document_id", "position"):
        rest = found[storno.storno_line_id]
        rest.stornos.append(storno)
        _take(rest, storno)
    return list(found.values())


def require_storned_by_law(original: Document) -> None:
    """Refuses: document_not_issued, storno_of_other_kind, storno_of_storno."""
    require(original.status == Status.ISSUED, "document_not_issued", "Se stornează doar facturi emise.")
    require(original.kind in E_INVOICES, "storno_of_other_kind", f"{original} nu este factură: se anulează, nu se stornează.")
    require(
        original.storno_of_id is None,
        "storno_of_storno",
        f"{original} este ea însăși o stornare. Dacă a fost greșită, anulați-o sau emiteți din nou factura.",
    )


def mirror(
    rest_of: Sequence[Rest], *, quantities: Mapping[int, Decimal] | None = None, prices: Mapping[int, Decimal] | None = None
) -> list[DocumentLine]:
    """The lines of a storno, unsaved and without amounts: everything that is left, or the named quantities and price reductions.

    `quantities` are in the sign of the original line, `prices` say by how much the price of the quantity left goes down.
    Refuses: already_storned, storno_unknown_line, storno_over_original, storno_empty.
    """
    require(not all(rest.is_nothing for rest in rest_of), "already_storned", "Factura este deja stornată integral.")
    if quantities is None and prices is None:
        return [_mirrored(rest, rest.quantity, rest.price, by_price=False) for rest in rest_of if not rest.is_nothing]
    quantities, prices = quantities or {}, prices or {}
    known = {rest.line.pk for rest in rest_of}
    require(known >= {*quantities, *prices}, "storno_unknown_line", "Liniile de stornat nu sunt ale acestei facturi.", "lines")
    lines = []
    for rest in rest_of:
        if cut := prices.get(rest.line.pk):
            lines.append(_mirrored(rest, rest.quantity, cut, by_price=True))
        elif quantity := quantities.get(rest.line.pk):
            lines.append(_mirrored(rest, quantity, rest.price, by_price=False))
    require(lines, "storno_empty", "Alegeți ce stornați: cel puțin o cantitate sau o reducere de preț.", "lines")
    require_within(rest_of, lines)
    return lines


def require_within(rest_of: Sequence[Rest], lines: Sequence[DocumentLine]) -> None:
    """Each storno line takes at most what is left, at the price that is left. Refuses: already_storned, storno_over_original."""
    by_key = {rest.line.pk: rest for rest in rest_of}
    for line in lines:
        rest = by_key[line.storno_line_id]
        require(not rest.is_nothing, "already_storned", f"„{line.name}” este deja stornată integral.", "lines")
        if line.storno_by_price:
            within = -line.quantity == rest.quantity and _is_part(line.unit_price, rest.price)
            left = f"prețul a rămas {unit_price(rest.price)}, pentru {qty(rest.quantity)} {line.unit}"
        else:
            within = line.unit_price == rest.price and _is_part(-line.quantity, rest.quantity)
            left = f"au rămas {qty(rest.quantity)} {line.unit} la prețul {unit_price(rest.price)}"
        within = within and (line.advance_id is None or -line.quantity == rest.line.quantity)
        require(within, "storno_over_original", f"Nu se poate storna mai mult decât a rămas din „{line.name}”: {left}.", "lines")


def set_amounts(storno: Document, lines: Sequence[DocumentLine], original: Document, rest_of: Sequence[Rest]) -> list[VatBreakdown]:
    """Set every amount of the storno and its lines; returns its VAT breakdown, unsaved. `rest_of` is before this storno."""
    earlier = VatBreakdown.objects.filter(document__storno_of=original, document__status=Status.ISSUED)
    billed: dict[tuple[str, Decimal], list[VatBreakdown]] = {}
    for group in [*original.vat_groups.all(), *earlier]:
        billed.setdefault((group.category, group.percent), []).append(group)
    groups = []
    for key in sorted({(line.category, line.percent) for line in lines}, key=lambda key: (-key[1], key[0])):
        inside = [rest for rest in rest_of if (rest.line.category, rest.line.percent) == key]
        mine = [line for line in lines if (line.category, line.percent) == key]
        totals, lei = _left(original, inside, mine, billed[key][0])
        _set_line_amounts(inside, mine, totals.lines, with_vat=original.prices_include_vat)
        groups.append(_group(storno, billed[key], totals, lei))
    for name, part in (("lines_net", "lines_net"), ("allowance", "allowance"), ("net", "taxable"), ("vat", "vat")):
        setattr(storno, name, sum((getattr(group, part) for group in groups), ZERO))
    storno.total = storno.net + storno.vat
    storno.net_ron = sum((group.taxable_ron for group in groups), ZERO)
    storno.vat_ron = sum((group.vat_ron for group in groups), ZERO)
    storno.total_ron = storno.net_ron + storno.vat_ron
    storno.settled = advances.settled(lines)
    typed = sum((line.value - line.discount for line in lines), ZERO)
    storno.discount_amount = ZERO if original.discount_percent else typed - (storno.total if original.prices_include_vat else storno.net)
    return groups


def require_date(storno: Document, original: Document) -> None:
    """Refuses: storno_before_original."""
    require(
        storno.issue_date >= original.issue_date,
        "storno_before_original",
        f"Stornarea nu poate fi dinaintea facturii, care este din {date_ro(original.issue_date)}.",
        "issue_date",
    )


def require_nothing_stands_on(document: Document) -> None:
    """What has to hold before a document is cancelled. Refuses: document_storned, storno_not_last.

    The stornos of one line go away in the reverse order: a later one counts on what the earlier ones left.
    """
    labels = list(document.stornos.issued().order_by("pk").values_list("label", flat=True)[:3])
    require(not labels, "document_storned", f"{document} are stornări emise ({', '.join(labels)}) și nu se mai anulează.")
    if document.storno_of_id is None:
        return
    mine = DocumentLine.objects.filter(document=document).values("storno_line")
    issued = Document.objects.issued().filter(storno_of=document.storno_of_id)
    later = issued.filter(issued_at__gt=document.issued_at, lines__storno_line__in=mine).order_by("issued_at").first()
    require(
        later is None,
        "storno_not_last",
        f"După {document} s-a emis {later}, care stornează mai departe aceleași linii. Anulați întâi {later}.",
    )


def require_not_storned(document: Document) -> None:
    """What has to hold before an issued document is revised: nothing mirrors it. Refuses: storno_not_revised, document_storned."""
    require(
        document.storno_of_id is None,
        "storno_not_revised",
        f"{document} este o stornare: oglinda altei facturi nu se modifică. Dacă este greșită, anulați-o și stornați din nou.",
    )
    require(
        not document.stornos.exists(),
        "document_storned",
        f"{document} are stornări, care se raportează la conținutul ei de acum. Folosiți Corectează în loc de Modifică.",
    )


def _is_part(value: Decimal, whole: Decimal) -> bool:
    return (value * whole > 0 and abs(value) <= abs(whole)) or value == whole


def _take(rest: Rest, storno: DocumentLine) -> None:
    if storno.storno_by_price:
        rest.price -= storno.unit_price
    else:
        rest.quantity += storno.quantity


def _mirrored(rest: Rest, quantity: Decimal, at: Decimal, *, by_price: bool) -> DocumentLine:
    line = DocumentLine(**{name: getattr(rest.line, name) for name in COPIED})
    line.storno_line, line.storno_by_price = rest.line, by_price
    line.quantity, line.unit_price = -quantity, at
    if rest.line.advance_id:  # what was taken out of the advance is given back whole, in lei too
        line.net_ron, line.vat_ron = -rest.line.net_ron, -rest.line.vat_ron
    return line


def _left(
    original: Document, inside: Sequence[Rest], mine: Sequence[DocumentLine], billed: VatBreakdown
) -> tuple[Totals, tuple[Decimal, Decimal]]:
    """The totals of one VAT group as if only what remains after this storno were invoiced, and its base and VAT in lei."""
    after = [Rest(rest.line, rest.quantity, rest.price) for rest in inside]
    by_key = {rest.line.pk: rest for rest in after}
    for line in mine:
        _take(by_key[line.storno_line_id], line)
    settling = [rest.line for rest in after if rest.line.advance_id]
    staying = [rest.line for rest in after if rest.line.advance_id and rest.quantity]
    own = _own_left(original, [rest for rest in after if not rest.line.advance_id], settling, billed)
    fixed = {(billed.category, billed.percent): (sum((x.net for x in staying), ZERO), sum((x.vat for x in staying), ZERO))}
    own_lines = iter(own.lines)
    lines = [_as_it_is(rest) if rest.line.advance_id else next(own_lines) for rest in after]
    totals = with_fixed(replace(own, lines=lines), fixed)
    return totals, advances.lei(totals, staying, original.exchange_rate)[0]


def _own_left(original: Document, after: Sequence[Rest], settling: Sequence[DocumentLine], billed: VatBreakdown) -> Totals:
    """The totals of the group's lines that settle no advance, with their part of the discount on the whole."""
    lines, with_vat = [_typed(rest) for rest in after], original.prices_include_vat
    typed = sum((rest.line.value - rest.line.discount for rest in after), ZERO)
    taxable, vat = (getattr(billed, name) - sum((getattr(line, part) for line in settling), ZERO) for name, part in OF_GROUP)
    share = typed - taxable - (vat if with_vat else ZERO)
    if original.discount_percent or not typed:
        return document_totals(lines, with_vat=with_vat, discount_percent=original.discount_percent)
    left = sum((x.value - x.discount for x in document_totals(lines, with_vat=with_vat).lines), ZERO)
    return document_totals(lines, with_vat=with_vat, discount_amount=money(share * left / typed))


def _as_it_is(rest: Rest) -> LineTotals:
    """A line that settles an advance stays whole or goes whole."""
    line, stays = rest.line, bool(rest.quantity)
    value, net, vat = (amount if stays else ZERO for amount in (line.value, line.net, line.vat))
    return LineTotals(value, ZERO, ZERO, net, vat, line.net_price)


def _typed(rest: Rest) -> Line:
    """What is left of a line, as if typed; a discount typed as an amount is in proportion to it."""
    line, whole = rest.line, rest.line.quantity * rest.line.unit_price
    discount = money(line.discount_amount * rest.quantity * rest.price / whole) if whole else ZERO
    return Line(rest.quantity, rest.price, line.category, line.percent, line.discount_percent, discount)


def _set_line_amounts(inside: Sequence[Rest], mine: Sequence[DocumentLine], left: Sequence[LineTotals], *, with_vat: bool) -> None:
    """Each line's part; what rounding moved between other lines of the group falls on the last one, so that the group adds up."""
    by_key = {line.storno_line_id: line for line in mine}
    moved = dict.fromkeys(LINE_AMOUNTS, ZERO)
    for rest, amounts in zip(inside, left, strict=True):
        after = {"line_allowance": amounts.allowance} | {name: getattr(amounts, name) for name in LINE_AMOUNTS if name != "line_allowance"}
        line = by_key.get(rest.line.pk)
        for name in LINE_AMOUNTS:
            part = after[name] - sum((getattr(row, name) for row in rest.stornos), getattr(rest.line, name))
            if line is None:
                moved[name] += part
            else:
                setattr(line, name, part)
    last = next((line for line in reversed(mine) if not line.advance_id), mine[-1])
    for name in LINE_AMOUNTS:
        setattr(last, name, getattr(last, name) + moved[name])
    for line in mine:
        line.discount_amount = ZERO if line.discount_percent else line.discount
        if line.storno_by_price:
            line.net_price = price((line.net + line.line_allowance) / line.quantity) if with_vat else line.unit_price


def _group(storno: Document, billed: Sequence[VatBreakdown], totals: Totals, lei: tuple[Decimal, Decimal]) -> VatBreakdown:
    (left,), (base, vat) = totals.groups, lei
    after = {name: getattr(left, name) for name in ("lines_net", "allowance", "taxable", "vat")} | {"taxable_ron": base, "vat_ron": vat}
    first = billed[0]
    group = VatBreakdown(document=storno, category=first.category, percent=first.percent)
    group.exemption_code, group.mention, group.mention_en = first.exemption_code, first.mention, first.mention_en
    for name in GROUP_AMOUNTS:
        setattr(group, name, after[name] - sum((getattr(row, name) for row in billed), ZERO))
    return group
