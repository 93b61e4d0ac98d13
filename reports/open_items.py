"""What clients owed at the end of a day, document by document or by age; the same for today and for any day before.

A document's rest on a day is what is left of it now plus what was paid of it after that day: so only what is unpaid and what
was paid since is read, never a million paid documents. Cancelled documents and payments count for nothing on any day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from companies.scope import active_company_id
from lib.money import ZERO

AGES = ["Nescadent", "1–30 de zile", "31–60 de zile", "61–90 de zile", "Peste 90"]
# Documents and payments of one side. Suppliers have the same columns in tables of their own: another `Side`, the same reports.
OPEN = """
WITH later AS MATERIALIZED (
    SELECT a.document_id, sum(a.amount) AS amount FROM invoicing_payment p
    JOIN invoicing_paymentallocation a ON a.payment_id = p.id AND a.company_id = p.company_id
    WHERE p.company_id = %(company)s AND p.received_on > %(on)s AND p.cancelled_at IS NULL
      AND (%(partners)s::bigint[] IS NULL OR p.partner_id = ANY(%(partners)s)) GROUP BY a.document_id
), open AS (
    SELECT d.id, d.kind, d.partner_id, d.label, d.issue_date, d.due_date, d.currency, d.exchange_rate, d.total, d.total - d.paid AS rest
    FROM invoicing_document d
    WHERE d.company_id = %(company)s AND d.kind IN ('invoice', 'opening') AND d.status = 'issued' AND d.paid <> d.total
      AND d.issue_date <= %(on)s AND (%(partners)s::bigint[] IS NULL OR d.partner_id = ANY(%(partners)s))
      AND NOT EXISTS (SELECT FROM later WHERE later.document_id = d.id)
    UNION ALL
    SELECT d.id, d.kind, d.partner_id, d.label, d.issue_date, d.due_date, d.currency, d.exchange_rate, d.total,
           d.total - d.paid + later.amount
    FROM later JOIN invoicing_document d ON d.id = later.document_id AND d.company_id = %(company)s
    WHERE d.issue_date <= %(on)s AND d.status = 'issued' AND d.total - d.paid + later.amount <> 0
)
"""
REST_RON = "CASE currency WHEN 'RON' THEN rest ELSE round(rest * exchange_rate, 2) END"
ITEMS = f"""{OPEN}
SELECT o.id, o.kind, o.partner_id, o.label, coalesce(i.document_date, o.issue_date), o.due_date, o.currency, o.total, o.rest, {REST_RON}
FROM open o LEFT JOIN invoicing_openingitem i ON i.document_id = o.id AND i.company_id = %(company)s
ORDER BY o.partner_id, o.due_date NULLS LAST, o.id
"""  # noqa: S608 - of constants
CREDITS = """
SELECT partner_id, currency, sum(credit), sum(CASE currency WHEN 'RON' THEN credit ELSE round(credit * exchange_rate, 2) END)
FROM invoicing_payment
WHERE company_id = %(company)s AND credit <> 0 AND cancelled_at IS NULL AND received_on <= %(on)s
  AND (%(partners)s::bigint[] IS NULL OR partner_id = ANY(%(partners)s))
GROUP BY partner_id, currency HAVING sum(credit) <> 0
"""


@dataclass(frozen=True)
class OpenItem:
    """A document with something left on a day."""

    pk: int
    kind: str
    partner_id: int
    label: str
    day: date  # of the document itself, also of one from before this book
    due_date: date | None
    currency: str
    total: Decimal
    rest: Decimal
    rest_ron: Decimal
    on: date

    @property
    def days_late(self) -> int:
        return max((self.on - self.due_date).days, 0) if self.due_date else 0

    @property
    def age(self) -> int:
        """Its place in AGES."""
        late = self.days_late
        return 0 if late <= 0 else min((late - 1) // 30 + 1, 4)


@dataclass(frozen=True)
class Credit:
    """What a client had paid in advance on a day."""

    partner_id: int
    currency: str
    amount: Decimal
    amount_ron: Decimal


def open_items(on: date, partners: Sequence[int] | None = None) -> list[OpenItem]:
    """The documents of these clients (None: of all) that were not wholly paid at the end of a day, the oldest due first."""
    return [OpenItem(*row, on) for row in _rows(ITEMS, on, partners)]


def credits_on(on: date, partners: Sequence[int] | None = None) -> list[Credit]:
    """The clients' credit at the end of a day, by client and currency."""
    return [Credit(*row) for row in _rows(CREDITS, on, partners)]


def by_age(items: Sequence[OpenItem], *, in_lei: bool = False) -> list[Decimal]:
    """Sums by AGES."""
    sums = [ZERO] * len(AGES)
    for item in items:
        sums[item.age] += item.rest_ron if in_lei else item.rest
    return sums


def _rows(sql: str, on: date, partners: Sequence[int] | None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"company": active_company_id(), "on": on, "partners": None if partners is None else list(partners)})
        return cursor.fetchall()
