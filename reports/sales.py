"""Rapoarte › Facturi: what was invoiced in a period, without VAT and with it, in lei, by month, by client or by product."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, DecimalField, ExpressionWrapper, F, QuerySet, Sum
from django.db.models.functions import Coalesce, Round

from companies.scope import active_company_id
from invoicing.models import Document, DocumentLine, Kind, Status
from lib.export import Column
from lib.money import ZERO
from lib.remember import remembered

KEPT = 60  # seconds for which a slow answer may be old
MOST = 200  # rows of a page; the file holds all
GROUPINGS = {"luna": "Luna", "client": "Client", "produs": "Produs sau serviciu"}
MONTHS = "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie".split()
_IN_LEI = Coalesce(
    F("net_ron"),
    Round(
        ExpressionWrapper(F("net") * F("document__exchange_rate"), output_field=DecimalField(max_digits=24, decimal_places=8)), precision=2
    ),
    output_field=DecimalField(max_digits=15, decimal_places=2),
)


@dataclass(frozen=True)
class Row:
    """A month, a client or a product. Products have no VAT of their own here: it is counted on the whole document."""

    name: str
    note: str
    count: int
    net: Decimal
    vat: Decimal | None
    total: Decimal | None
    key: int = 0


@dataclass(frozen=True)
class Sales:
    rows: list[Row]
    count: int
    net: Decimal
    vat: Decimal
    total: Decimal


def sales(grouping: str, since: date | None, until: date) -> Sales:
    """Issued invoices and stornos of a period, both days included, all rows."""
    return remembered(f"{active_company_id()} vânzări {grouping} {since} {until}", lambda: _sales(grouping, since, until), seconds=KEPT)


def _sales(grouping: str, since: date | None, until: date) -> Sales:
    documents = Document.objects.invoices().issued().filter(issue_date__lte=until).order_by()
    documents = documents.filter(issue_date__gte=since) if since else documents
    days = list(documents.values_list("issue_date").annotate(Count("pk"), Sum("net_ron"), Sum("vat_ron"), Sum("total_ron")))
    sums = [sum((day[place] for day in days), ZERO) for place in (2, 3, 4)]
    rows = {"luna": lambda: _months(days), "client": lambda: _clients(documents), "produs": lambda: _products(since, until)}[grouping]()
    return Sales(rows, sum(day[1] for day in days), *sums)


def _months(days: Iterable[tuple[date, int, Decimal, Decimal, Decimal]]) -> list[Row]:
    months: dict[date, list] = defaultdict(lambda: [0, ZERO, ZERO, ZERO])
    for day, *values in days:
        held = months[day.replace(day=1)]
        months[day.replace(day=1)] = [one + other for one, other in zip(held, values, strict=True)]
    return [Row(f"{MONTHS[month.month - 1]} {month.year}", "", *months[month]) for month in sorted(months, reverse=True)]


def _clients(documents: QuerySet) -> list[Row]:
    grouped = documents.values_list("partner_id", "partner__name", "partner__cif")
    grouped = grouped.annotate(Count("pk"), net=Sum("net_ron"), vat=Sum("vat_ron"), total=Sum("total_ron")).order_by("-net", "partner_id")
    return [Row(name, cif, count, net, vat, total, key) for key, name, cif, count, net, vat, total in grouped]


def _products(since: date | None, until: date) -> list[Row]:
    lines = DocumentLine.objects.filter(document__kind=Kind.INVOICE, document__status=Status.ISSUED, document__issue_date__lte=until)
    lines = lines.filter(document__issue_date__gte=since) if since else lines
    grouped = lines.order_by().values_list("name", "code").annotate(count=Count("document", distinct=True), lei=Sum(_IN_LEI))
    return [Row(name, code, count, net, None, None) for name, code, count, net in grouped.order_by("-lei", "name")]


def columns(grouping: str) -> list[Column]:
    """What the file holds."""
    return [
        Column(GROUPINGS[grouping], lambda row: row.name, 44),
        Column({"luna": "", "client": "CIF / CNP", "produs": "Cod"}[grouping], lambda row: row.note, 16),
        Column("Facturi", lambda row: row.count),
        Column("Valoare fără TVA (lei)", lambda row: row.net, 20),
        *([] if grouping == "produs" else [Column("TVA (lei)", lambda row: row.vat, 16), Column("Total (lei)", lambda row: row.total, 16)]),
    ]
