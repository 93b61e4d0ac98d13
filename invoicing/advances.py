"""What is left of advance invoices, and the lines with minus that settle them on the final invoice. Nothing here writes.

A settlement line takes an amount, not a quantity: −1 × what is taken, at the advance's own rate, treatment and exchange rate. It stands
outside the discount and outside the rounding of the other lines (docs/decisions/061). Source: CF art. 282 (9), (10), 290, 319 (20) r;
norms pct. 35, 95 (2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from invoicing.models import Document, DocumentLine, InvoiceType, Kind, Status, VatBreakdown
from lib.errors import require
from lib.formats import amount, date_ro
from lib.money import ZERO, money
from lib.totals import Totals, in_lei, vat_within, with_fixed

Key = tuple[str, Decimal]  # a VAT group: category, percent
PARTS = ("net", "vat", "net_ron", "vat_ron")
NAMES = {"ro": "Storno avans {number} din {date}", "en": "Advance invoice {number} of {date}"}


@dataclass(slots=True)
class Left:
    """What is left of one VAT group of an advance, in its currency and in lei."""

    net: Decimal = ZERO
    vat: Decimal = ZERO
    net_ron: Decimal = ZERO
    vat_ron: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.net + self.vat


@dataclass(slots=True)
class Advance:
    """An advance invoice with what is left of it, by VAT group."""

    document: Document
    groups: dict[Key, Left]

    @property
    def left(self) -> Decimal:
        """With VAT, in the advance's currency."""
        return sum((group.total for group in self.groups.values()), ZERO)


def open_advances(partner_id: int, currency: str, *, but: Document | None = None) -> list[Advance]:
    """The client's issued advances in a currency of which something is left; `but` is a document whose own lines do not count."""
    rows = Document.objects.issued().filter(
        kind=Kind.INVOICE, invoice_type=InvoiceType.ADVANCE, partner=partner_id, currency=currency, storno_of=None
    )
    return [advance for advance in left_of(rows.order_by("issue_date", "pk"), but=but) if advance.left]


def left_of(documents: QuerySet[Document] | Sequence[Document], *, but: Document | None = None) -> list[Advance]:
    """What is left of advances, after their stornos and what issued documents took out of them."""
    found = {document.pk: Advance(document, {}) for document in documents}
    if not found:
        return []
    billed = VatBreakdown.objects.filter(document__in=found).values_list("document", "category", "percent")
    storned = VatBreakdown.objects.filter(document__storno_of__in=found, document__status=Status.ISSUED)
    taken = DocumentLine.objects.filter(advance__in=found, document__status=Status.ISSUED)
    if but is not None and but.pk:
        taken = taken.exclude(document=but)
    ron = {"net_ron_": Sum("taxable_ron"), "vat_ron_": Sum("vat_ron")}
    sums = [
        *billed.annotate(net_=Sum("taxable"), vat_=Sum("vat"), **ron),
        *storned.values_list("document__storno_of", "category", "percent").annotate(net_=Sum("taxable"), vat_=Sum("vat"), **ron),
        *taken.order_by().values_list("advance", "category", "percent").annotate(*(Sum(part) for part in PARTS)),
    ]
    for key, category, percent, *amounts in sums:
        left = found[key].groups.setdefault((category, percent), Left())
        for name, value in zip(PARTS, amounts, strict=True):
            setattr(left, name, getattr(left, name) + value)
    return list(found.values())


def settlement_lines(advance: Advance, wanted: Decimal | None, document: Document) -> list[DocumentLine]:
    """The lines that take `wanted`, with VAT, out of an advance; None takes all that is left. Of several rates each gives its part.

    Refuses: advance_over_left, settlement_not_positive.
    """
    left, label = advance.left, f"{advance.document.label} din {date_ro(advance.document.issue_date)}"
    require(left > 0, "advance_over_left", f"Din avansul {label} nu a mai rămas nimic de regularizat.", "advances")
    wanted = left if wanted is None else wanted
    require(wanted > 0, "settlement_not_positive", f"Scrieți cât regularizați din avansul {label}: o sumă mai mare decât zero.", "advances")
    currency = advance.document.currency
    require(
        wanted <= left,
        "advance_over_left",
        f"Din avansul {label} au rămas {amount(left, currency)}; nu se poate regulariza mai mult.",
        "advances",
    )
    patterns = {(line.category, line.percent): line for line in reversed(advance.document.lines.select_related("vat_rate"))}
    lines, so_far, given = [], ZERO, ZERO
    for key, group in advance.groups.items():
        so_far += group.total
        reached = money(wanted * so_far / left)
        if part := reached - given:
            lines.append(_line(advance.document, patterns[key], group, part, document))
        given = reached
    return lines


def settled_again(original: Document, document: Document) -> list[DocumentLine]:
    """What an issued invoice took out of advances, taken once more on the draft that corrects it: of each at most what is left."""
    taken: dict[int, Decimal] = {}
    for line in original.lines.exclude(advance=None):
        taken[line.advance_id] = taken.get(line.advance_id, ZERO) - line.net - line.vat
    found = left_of(Document.objects.issued().filter(pk__in=taken).order_by("issue_date", "pk"))
    wanted = [(advance, min(taken[advance.document.pk], advance.left)) for advance in found]
    return [line for advance, part in wanted if part > 0 for line in settlement_lines(advance, part, document)]


def require_settlements(document: Document, lines: Sequence[DocumentLine]) -> None:
    """Each settlement line takes out of an open advance of the same client at most what is left; the lei are set as they are left now.

    To be called with the advances held. Refuses: advance_not_open, advance_over_left, advance_over_invoice, advance_of_former_status.
    """
    mine = [line for line in lines if line.advance_id]
    if not mine:
        return
    advances = {advance.document.pk: advance for advance in left_of(advances_of(mine), but=document)}
    for line in mine:
        _require_within(document, line, advances[line.advance_id])
    require(
        document.total >= 0 or document.settled <= 0,
        "advance_over_invoice",
        "Avansul regularizat este mai mare decât valoarea facturii. Regularizați doar cât acoperă factura; restul avansului se stornează.",
        "advances",
    )


def advances_of(lines: Iterable[DocumentLine]) -> list[Document]:
    """The advances that lines take from, each once, in the order of the lines."""
    keys = list(dict.fromkeys(line.advance_id for line in lines if line.advance_id))
    found = Document.objects.in_bulk(keys) if keys else {}
    return [found[key] for key in keys]


def hold_advances(keys: Iterable[int]) -> None:
    """Hold advances until commit: always before the document that takes from them, and by key, so that no two wait for each other."""
    if keys := sorted(set(keys)):
        list(Document.objects.select_for_update().only("id", "company_id").filter(pk__in=keys).order_by("pk"))


def require_not_settled(document: Document) -> None:
    """What has to hold before an advance is cancelled or revised. Refuses: document_settled."""
    if document.invoice_type != InvoiceType.ADVANCE or document.is_storno:
        return
    issued = Document.objects.issued().filter(lines__advance=document)
    labels = list(issued.order_by("label").values_list("label", flat=True).distinct()[:3])
    require(
        not labels,
        "document_settled",
        f"Avansul {document} este regularizat pe {', '.join(labels)}. Anulați sau stornați întâi acolo.",
    )


def require_given_back(document: Document) -> None:
    """What has to hold before a storno that gave an advance back is cancelled: nobody used it since. Refuses: advance_taken_meanwhile."""
    if document.settled >= 0:
        return
    lines = [line for line in document.lines.all() if line.advance_id]
    for advance in left_of(advances_of(lines)):
        for line in lines:
            if line.advance_id == advance.document.pk:
                left = advance.groups.get((line.category, line.percent), Left())
                enough = left.net >= line.net and left.vat >= line.vat
                sentence = f"Avansul {advance.document}, dat înapoi de această stornare, este folosit între timp pe altă factură."
                require(enough, "advance_taken_meanwhile", sentence)


def require_left_after(original: Document, groups: Sequence[VatBreakdown]) -> None:
    """What a storno of an advance takes must not be settled yet. Refuses: advance_over_left."""
    if original.invoice_type != InvoiceType.ADVANCE:
        return
    (advance,) = left_of([original])
    for group in groups:
        left = advance.groups[group.category, group.percent]
        require(
            left.net + group.taxable >= 0 and left.vat + group.vat >= 0,
            "advance_over_left",
            f"Din avansul {original} au rămas neregularizați {amount(advance.left, original.currency)}; nu se poate storna mai mult.",
            "lines",
        )


def merged(own: Totals, lines: Sequence[DocumentLine], *, with_vat: bool) -> Totals:
    """The totals of a document: those of its own lines, and its settlement lines as they are."""
    fixed: dict[Key, tuple[Decimal, Decimal]] = {}
    for line in lines:
        if line.advance_id:
            net, vat = fixed.get((line.category, line.percent), (ZERO, ZERO))
            fixed[line.category, line.percent] = net + line.net, vat + line.vat
            line.unit_price = -(line.net + line.vat) if with_vat else -line.net
            line.value, line.net_price = line.quantity * line.unit_price, -line.net
            line.discount = line.line_allowance = ZERO
    return with_fixed(own, fixed) if fixed else own


def lei(totals: Totals, lines: Sequence[DocumentLine], exchange_rate: Decimal) -> list[tuple[Decimal, Decimal]]:
    """(base, VAT) in lei for each group: its own lines at the document's rate, what settles an advance at the advance's own."""
    mine = [line for line in lines if line.advance_id]
    own = totals if not mine else with_fixed(totals, {key: (-net, -vat) for key, (net, vat, _, _) in _sums(mine).items()})
    plain = {(group.category, group.rate): amounts for group, amounts in zip(own.groups, in_lei(own.groups, exchange_rate), strict=True)}
    for key, (_, _, net_ron, vat_ron) in _sums(mine).items():
        base, vat = plain[key]
        plain[key] = base + net_ron, vat + vat_ron
    return [plain[group.category, group.rate] for group in totals.groups]


def settled(lines: Iterable[DocumentLine]) -> Decimal:
    """What the lines take out of advances, with VAT."""
    return -sum((line.net + line.vat for line in lines if line.advance_id), ZERO)


def _sums(lines: Iterable[DocumentLine]) -> Mapping[Key, tuple[Decimal, ...]]:
    sums: dict[Key, tuple[Decimal, ...]] = {}
    for line in lines:
        before = sums.get((line.category, line.percent), (ZERO,) * len(PARTS))
        sums[line.category, line.percent] = tuple(a + getattr(line, part) for a, part in zip(before, PARTS, strict=True))
    return sums


def _line(advance: Document, pattern: DocumentLine, left: Left, part: Decimal, document: Document) -> DocumentLine:
    name = NAMES["en" if document.language == "en" else "ro"].format(number=advance.label, date=date_ro(advance.issue_date))
    line = DocumentLine(name=name[:100], quantity=Decimal(-1), unit=pattern.unit, unit_code=pattern.unit_code, advance=advance)
    for field in ("vat_rate", "vat_name", "category", "percent", "exemption_code", "mention", "mention_en"):
        setattr(line, field, getattr(pattern, field))
    if part == left.total:
        net, vat, net_ron, vat_ron = left.net, left.vat, left.net_ron, left.vat_ron
    else:
        vat = max(min(vat_within(part, pattern.percent), left.vat), part - left.net)
        net = part - vat
        net_ron = min(money(net * advance.exchange_rate), left.net_ron)
        vat_ron = min(money(vat * advance.exchange_rate), left.vat_ron)
    line.net, line.vat, line.net_ron, line.vat_ron = -net, -vat, -net_ron, -vat_ron
    return line


def _require_within(document: Document, line: DocumentLine, advance: Advance) -> None:
    other = advance.document
    require(
        other.is_issued
        and other.invoice_type == InvoiceType.ADVANCE
        and (other.partner_id, other.currency) == (document.partner_id, document.currency)
        and document.invoice_type != InvoiceType.ADVANCE,
        "advance_not_open",
        f"Avansul {other} nu se poate regulariza pe această factură: trebuie să fie emis, al aceluiași client și în aceeași monedă.",
        "advances",
    )
    require(
        other.vat_payer == document.vat_payer,
        "advance_of_former_status",
        f"Avansul {other} a fost emis sub alt statut de TVA al firmei. Stornați-l separat și facturați întreaga valoare.",
        "advances",
    )
    left = advance.groups.get((line.category, line.percent), Left())
    require(
        0 < -line.net - line.vat <= left.total and -line.net <= left.net and -line.vat <= left.vat,
        "advance_over_left",
        f"Din avansul {other} au rămas {amount(left.total, other.currency)}; nu se poate regulariza mai mult.",
        "advances",
    )
    if -line.net - line.vat == left.total:
        line.net_ron, line.vat_ron = -left.net_ron, -left.vat_ron
    else:
        line.net_ron = -min(money(-line.net * other.exchange_rate), left.net_ron)
        line.vat_ron = -min(money(-line.vat * other.exchange_rate), left.vat_ron)
    for name in PARTS:
        setattr(left, name, getattr(left, name) + getattr(line, name))
