"""What the journals of sales and of purchases share: lines, columns, totals. Amounts in lei.

A line is a document, or a payment that makes VAT of a document under TVA la încasare due. Each line gives base and VAT by
column: a rate, or a kind of operation without VAT. Source: Cod fiscal art. 321; norms pct. 101 (the form is free, its contents are not).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from catalog.models import VatRate
from lib.export import Column
from lib.formats import percent
from lib.money import ZERO

MOST = 300  # lines of a page; files hold all
RATE = "cota-"  # what the keys of rates begin with
Pair = tuple[Decimal, Decimal]  # base, VAT
NOTHING: Pair = (ZERO, ZERO)
FOLDED = "altele"


@dataclass(frozen=True)
class Kind:
    """An operation that bears no VAT on the document, as sales and as purchases call it."""

    sold: str
    bought: str


KINDS = {
    "taxare-inversa": Kind("Taxare inversă", "Taxare inversă"),
    "bunuri-ue": Kind("Livrări intracomunitare", "Achiziții intracomunitare"),
    "servicii-ue": Kind("Servicii intracomunitare", "Servicii intracomunitare"),
    "cu-drept": Kind("Export, scutit cu drept de deducere", "Import, scutite cu drept"),
    "fara-drept": Kind("Scutit fără drept de deducere", "Scutite"),
    "neimpozabil": Kind("Neimpozabil în România", "Neimpozabile"),
    "regim-special": Kind("Regim special (marjă)", "Regim special (marjă)"),
    "neplatitor": Kind("Scutit, art. 310", "De la neplătitori de TVA"),
    "in-afara": Kind("În afara TVA", "În afara TVA"),
}
MARGIN = {"VATEX-EU-309", "VATEX-EU-F", "VATEX-EU-I", "VATEX-EU-J"}


def column_of(category: str, rate: Decimal, code: str = "", mention: str = "") -> str:
    """The column of a VAT group: its rate, or what its exemption is."""
    match category:
        case "S":
            return f"{RATE}{rate.normalize():f}"
        case "AE":
            return "servicii-ue" if "278" in mention else "taxare-inversa"
        case "K":
            return "bunuri-ue"
        case "G" | "Z":
            return "cu-drept"
        case "E" if code in MARGIN or "marj" in mention.lower():
            return "regim-special"
        case "E":
            return "cu-drept" if "cu drept de deducere" in mention else "fara-drept"
    if "278" in mention:
        return "neimpozabil"
    return "neplatitor" if "310" in mention else "in-afara"


@dataclass(frozen=True)
class Line:
    """A document, or a payment of one (`paid`). `due` by column; `waiting` is put off (or, with minus, put off no more)."""

    day: date
    text: str
    page: str  # URL name of what it leads to
    pk: int
    partner: str = ""
    cif: str = ""
    note: str = ""
    total: Decimal = ZERO
    paid: Decimal = ZERO
    due: dict[str, Pair] = field(default_factory=dict)
    waiting: Pair = NOTHING
    deducted: Decimal = ZERO
    refused: Decimal = ZERO
    cancelled: bool = False
    is_payment: bool = False


@dataclass(frozen=True)
class Open:
    """A document with VAT that is not due yet, as the period found it and left it. Source: norms pct. 101 (3), (5)."""

    day: date
    text: str
    page: str
    pk: int
    partner: str
    cif: str
    total: Decimal
    net: Decimal
    vat: Decimal
    paid_before: Decimal
    paid: Decimal
    due_net: Decimal
    due_vat: Decimal
    left_net: Decimal
    left_vat: Decimal


LINE_SUMS = ("total", "paid", "deducted", "refused")
OPEN_SUMS = "total net vat paid_before paid due_net due_vat left_net left_vat".split()


@dataclass(frozen=True)
class Head:
    """A column of the table, or several under one title."""

    label: str
    parts: tuple[str, ...] = ()

    @property
    def flat(self) -> list[str]:
        return [f"{self.label}, {part}" for part in self.parts] or [self.label]


@dataclass(frozen=True)
class Journal:
    """The journal of a period. `count` and `totals` are of all lines, also when only the first are kept."""

    sales: bool
    since: date
    until: date
    lines: list[Line]
    open: list[Open]
    columns: list[str]
    totals: Line
    count: int
    opened: Open
    open_count: int
    said: list[tuple[str, Pair]] = field(default_factory=list)  # what is counted above and worth knowing apart

    @cached_property
    def has_waiting(self) -> bool:
        """Whether TVA la încasare was at work."""
        return bool(self.open_count) or self.totals.waiting != NOTHING

    @cached_property
    def heads(self) -> list[Head]:
        heads = [Head("Total document")]
        for key in self.columns:
            heads.append(Head(column_label(key, self.sales), ("bază", "TVA")) if _has_vat(key) else Head(column_label(key, self.sales)))
        if not self.sales:
            heads += [Head("TVA dedusă"), Head("TVA nedeductibilă")]
        if self.has_waiting:
            heads += [Head("Încasat" if self.sales else "Plătit"), Head("Neexigibil", ("bază", "TVA"))]
        return heads

    @cached_property
    def labels(self) -> list[str]:
        return [label for head in self.heads for label in head.flat]

    def values(self, line: Line) -> list[Decimal]:
        """The amounts of a line under `labels`."""
        values = [line.total]
        for key in self.columns:
            values += line.due.get(key, NOTHING)[: 2 if _has_vat(key) else 1]
        if not self.sales:
            values += [line.deducted, line.refused]
        return [*values, line.paid, *line.waiting] if self.has_waiting else values

    @property
    def rows(self) -> list[tuple[Line, list[tuple[str, Decimal]]]]:
        """Each line with its amounts and their titles."""
        return [(line, list(zip(self.labels, self.values(line), strict=True))) for line in self.lines]

    @property
    def total_row(self) -> list[tuple[str, Decimal]]:
        return list(zip(self.labels, self.values(self.totals), strict=True))

    @property
    def recap(self) -> list[tuple[str, Pair]]:
        """Base and VAT that are due in the period, by column."""
        return [(column_label(key, self.sales), self.totals.due[key]) for key in self.columns if key in self.totals.due]

    @property
    def due(self) -> Pair:
        """Base and VAT of the period, all columns together."""
        return _sum(self.totals.due.values())

    @property
    def has_reverse_charge(self) -> bool:
        """Whether the buyer reckons VAT that no document says."""
        return not {"taxare-inversa", "bunuri-ue", "servicii-ue"}.isdisjoint(self.columns)

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.lines)

    def cut(self, most: int = MOST) -> "Journal":
        """With the first lines only; the sums stay those of all."""
        return replace(self, lines=self.lines[:most], open=self.open[:most])

    def folded(self, most: int) -> "Journal":
        """With at most so many columns: the smallest ones are one, so that a sheet of paper holds them. The recap keeps them apart."""
        if len(self.columns) <= most:
            return self
        size = {key: abs(self.totals.due.get(key, NOTHING)[0]) for key in self.columns}
        kept = set(sorted(self.columns, key=lambda key: -size[key])[: most - 1])
        lines = [replace(line, due=_fold(line.due, kept)) for line in self.lines]
        totals = replace(self.totals, due=_fold(self.totals.due, kept))
        return replace(self, lines=lines, totals=totals, columns=[*(key for key in self.columns if key in kept), FOLDED])


def journal_of(
    lines: Iterable[Line],
    open_: Iterable[Open],
    *,
    sales: bool,
    since: date,
    until: date,
    payer: bool,
    said: Sequence[tuple[str, Pair]] = (),
) -> Journal:
    """Lines put in order and added up. One who is registered for VAT sees the rates in force also when nothing was sold at them."""
    found, opened = sorted(lines, key=lambda line: (line.day, line.is_payment)), list(open_)
    totals = _totals(found, until)
    used = set(totals.due) | (_in_force(until) if payer else set())
    rates = sorted((key for key in used if key.startswith(RATE)), key=lambda key: -Decimal(key.removeprefix(RATE)))
    columns = [*rates, *(key for key in KINDS if key in used)]
    sums = {name: sum((getattr(row, name) for row in opened), ZERO) for name in OPEN_SUMS}
    whole = Open(until, "", "", 0, "", "", **sums)
    kept = [(label, pair) for label, pair in said if pair != NOTHING]
    return Journal(sales, since, until, found, opened, columns, totals, len(found), whole, len(opened), kept)


def column_label(key: str, sales: bool) -> str:
    if key.startswith(RATE):
        return percent(Decimal(key.removeprefix(RATE)))
    if key == FOLDED:
        return "Alte operațiuni"
    return KINDS[key].sold if sales else KINDS[key].bought


def columns_of(journal: Journal) -> list[Column]:
    """The journal as a file: a row for each line, the totals last."""
    fixed = [
        Column("Data", lambda row: row[0].day if row[1] else "", 12),
        Column("Document", lambda row: row[0].text, 26),
        Column("Client" if journal.sales else "Furnizor", lambda row: row[0].partner, 36),
        Column("Cod fiscal", lambda row: row[0].cif, 16),
        Column("Mențiuni", lambda row: row[0].note, 30),
    ]
    amounts = [Column(label, lambda row, at=at: row[2][at], 18) for at, label in enumerate(journal.labels)]  # type: ignore[misc]
    return [Column("Nr. crt.", lambda row: row[1], 8), *fixed, *amounts]


def file_rows(journal: Journal) -> Iterable[tuple[Line, int | str, list[Decimal]]]:
    """(line, its number, its amounts), then the totals without a number."""
    for number, line in enumerate(journal.lines, start=1):
        yield line, number, journal.values(line)
    yield replace(journal.totals, text="TOTAL"), "", journal.values(journal.totals)


def open_columns(journal: Journal) -> list[Column]:
    """The documents with VAT put off, as a file."""
    done = "Încasat" if journal.sales else "Plătit"
    names = ["Total document", "Bază", "TVA", f"{done} înainte", f"{done} în perioadă", "Bază exigibilă în perioadă"]
    names += ["TVA exigibilă în perioadă", "Bază neexigibilă la sfârșit", "TVA neexigibilă la sfârșit"]
    return [
        Column("Data", lambda row: row.day, 12),
        Column("Factura", lambda row: row.text, 22),
        Column("Client" if journal.sales else "Furnizor", lambda row: row.partner, 36),
        Column("Cod fiscal", lambda row: row.cif, 16),
        *(Column(label, lambda row, name=name: getattr(row, name), 20) for name, label in zip(OPEN_SUMS, names, strict=True)),  # type: ignore[misc]
    ]


def _totals(lines: Sequence[Line], until: date) -> Line:
    due: dict[str, Pair] = {}
    for line in lines:
        for key, pair in line.due.items():
            due[key] = add(due.get(key, NOTHING), pair)
    total, paid, deducted, refused = (sum((getattr(line, name) for line in lines), ZERO) for name in LINE_SUMS)
    waiting = _sum(line.waiting for line in lines)
    return Line(until, "", "", 0, total=total, paid=paid, due=due, waiting=waiting, deducted=deducted, refused=refused)


def add(one: Pair, other: Pair) -> Pair:
    return one[0] + other[0], one[1] + other[1]


def _sum(pairs: Iterable[Pair]) -> Pair:
    total = NOTHING
    for pair in pairs:
        total = add(total, pair)
    return total


def _fold(due: dict[str, Pair], kept: set[str]) -> dict[str, Pair]:
    rest = _sum(pair for key, pair in due.items() if key not in kept)
    return {key: pair for key, pair in due.items() if key in kept} | ({FOLDED: rest} if rest != NOTHING else {})


def _has_vat(key: str) -> bool:
    return key.startswith(RATE) or key == FOLDED


def _in_force(day: date) -> set[str]:
    rates = VatRate.objects.in_force(day).filter(category="S").values_list("percent", flat=True)
    return {column_of("S", rate) for rate in rates}
