"""Scadențar: what each client owed on a day, by age, in lei or in one currency. One statement, whatever the number of clients."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.template.loader import render_to_string

from companies.models import Company
from companies.scope import active_company_id
from lib.charts import Chart, aged_bars
from lib.export import Column
from lib.formats import currency_sign
from lib.money import ZERO
from lib.remember import remembered
from partners.models import Partner
from reports.open_items import AGES, OPEN, REST_RON

KEPT = 60  # seconds for which a slow answer may be old
PAGE, PRINTED = 50, 1000  # clients of a page, and of a PDF
FEW_PARTNERS = 1000
LATE = "(%(on)s::date - due_date)"
BUCKETS = [f"due_date IS NULL OR {LATE} <= 0", *(f"{LATE} BETWEEN {since} AND {since + 29}" for since in (1, 31, 61)), f"{LATE} > 90"]
SUMS = ", ".join(f"coalesce(sum(amount) FILTER (WHERE {condition}), 0) AS age_{index}" for index, condition in enumerate(BUCKETS))
ORDERS = {"restant": "(total - age_0) DESC, total DESC", "total": "total DESC", "client": "sort_name"}
BY_PARTNER = f"""{OPEN}, counted AS (
    SELECT partner_id, due_date, CASE WHEN %(currency)s = '' THEN {REST_RON} ELSE rest END AS amount FROM open
    WHERE %(currency)s = '' OR currency = %(currency)s
), aged AS (
    SELECT partner_id, {SUMS}, sum(amount) AS total FROM counted GROUP BY partner_id
)
SELECT p.id, p.name, p.cif, age_0, age_1, age_2, age_3, age_4, total, count(*) OVER (), sum(age_0) OVER (), sum(age_1) OVER (),
       sum(age_2) OVER (), sum(age_3) OVER (), sum(age_4) OVER ()
FROM aged JOIN partners_partner p ON p.id = aged.partner_id AND p.company_id = %(company)s
ORDER BY {{order}}, p.id LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608 - of constants
BY_CURRENCY = f"""{OPEN}, counted AS (SELECT partner_id, currency, due_date, rest AS amount, {REST_RON} AS lei FROM open)
SELECT p.name, p.cif, counted.currency, {SUMS}, sum(amount), sum(lei)
FROM counted JOIN partners_partner p ON p.id = counted.partner_id AND p.company_id = %(company)s
GROUP BY p.id, counted.currency ORDER BY p.sort_name, p.id, counted.currency
"""  # noqa: S608 - of constants


@dataclass(frozen=True)
class Row:
    """A client and what it owed, by AGES."""

    pk: int
    name: str
    cif: str
    ages: list[Decimal]
    total: Decimal


@dataclass(frozen=True)
class Ageing:
    """A page of clients, and the sums over all of them."""

    on: date
    currency: str  # "" when everything is in lei
    rows: list[Row]
    count: int
    ages: list[Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.ages, ZERO)

    @property
    def late(self) -> Decimal:
        return sum(self.ages[1:], ZERO)

    @property
    def sign(self) -> str:
        return self.currency or "RON"

    @property
    def chart(self) -> Chart:
        pairs = list(zip(AGES, self.ages, strict=True))
        said = "Ce era de încasat, după zilele trecute de la scadență."
        return aged_bars("De încasat pe vechime", said, pairs, currency=currency_sign(self.sign))


def ageing(on: date, *, currency: str = "", order: str = "restant", text: str = "", page: int = 1, most: int = PAGE) -> Ageing:
    """What clients owed at the end of a day; `text` narrows them by name or CIF."""
    key = f"{active_company_id()} scadențar {on} {currency} {order} {text} {page} {most}"
    return remembered(key, lambda: _ageing(on, currency, order, text, page, most), seconds=KEPT)


def printed(found: Ageing, company: Company) -> str:
    """The page of the PDF."""
    return render_to_string("reports/print/ageing.html", {"found": found, "labels": AGES, "company": company})


def currency_rows(on: date) -> Iterator[Any]:
    """A row for each client and currency, for a file."""
    with connection.cursor() as cursor:
        cursor.execute(BY_CURRENCY, {"company": active_company_id(), "on": on, "partners": None})
        yield from cursor.fetchall()


def _ageing(on: date, currency: str, order: str, text: str, page: int, most: int) -> Ageing:
    partners = list(Partner.objects.matching(text).values_list("pk", flat=True)[:FEW_PARTNERS]) if text else None
    values = {"company": active_company_id(), "on": on, "partners": partners, "currency": currency}
    with connection.cursor() as cursor:
        cursor.execute(BY_PARTNER.format(order=ORDERS[order]), values | {"limit": most, "offset": (page - 1) * most})
        found = cursor.fetchall()
    rows = [Row(row[0], row[1], row[2], list(row[3:8]), row[8]) for row in found]
    return Ageing(on, currency, rows, found[0][9] if found else 0, list(found[0][10:15]) if found else [ZERO] * len(AGES))


COLUMNS = [
    Column("Client", lambda row: row[0], 40),
    Column("CIF / CNP", lambda row: row[1], 16),
    Column("Moneda", lambda row: row[2], 9),
    *(Column(label, lambda row, place=place: row[3 + place]) for place, label in enumerate(AGES)),
    Column("Total", lambda row: row[8], 16),
    Column("Total (lei)", lambda row: row[9], 16),
]
