"""The written decision about the numbers of a year: who allocates them, which series, from which number. Source: OMFP 2634/2015
annex 1 pct. 24; CF art. 319 (20) a.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from companies.actions.locks import lock
from companies.events import record_event
from companies.models import Company, is_vat_payer
from companies.scope import active_company_id
from invoicing import tasks
from invoicing.models import Kind, Series, SeriesDecision
from invoicing.snapshots import seller_snapshot
from lib.errors import require
from lib.nudge import nudge

YEARS = range(2000, 2101)
PEOPLE = ("decided_by", "decided_as", "allocated_by", "allocated_as")

# The number with which each series enters a year: after the last one of the years before.
ENTERING = """
SELECT s.id, coalesce(d.number, s.first_number - 1) + 1 FROM invoicing_series s
LEFT JOIN LATERAL (SELECT number FROM invoicing_document d WHERE d.company_id = s.company_id AND d.series_id = s.id
                   AND d.number IS NOT NULL AND d.issue_date < %(since)s ORDER BY number DESC LIMIT 1) d ON true
WHERE s.company_id = %(company)s
"""


@dataclass(frozen=True)
class Range:
    """The numbers of one series in a year: `first` to `last`, both included."""

    series: Series
    first: int
    last: int

    @property
    def first_label(self) -> str:
        return self.series.label(self.first)

    @property
    def last_label(self) -> str:
        return self.series.label(self.last)


def ranges(year: int) -> list[Range]:
    """What a year's decision would say of each series: active ones, and those that gave a number in that year or later."""
    since = date(year, 1, 1)
    with connection.cursor() as cursor:
        cursor.execute(ENTERING, {"company": active_company_id(), "since": since})
        entering = dict(cursor.fetchall())
    found = []
    for series in Series.objects.select_related("workplace").prefetch_related("users__user"):
        if series.active or (series.is_used and series.last_date and series.last_date >= since):
            first = entering[series.pk]
            found.append(Range(series, first, 10 ** max(series.digits, len(str(first + 999))) - 1))
    kinds = list(Kind)
    return sorted(found, key=lambda x: (kinds.index(Kind(x.series.kind)), str(x.series.workplace or ""), x.series.name))


@transaction.atomic
def make_decision(
    year: int, *, number: str, decided_on: date, people: dict[str, str], by: Any, lasts: dict[int, int] | None = None
) -> SeriesDecision:
    """Write the decision of a year as its next version, unless the last one says the same; a worker makes its PDF.

    `people` has the keys of PEOPLE, `lasts` the last number of a series' range where it is not the usual one.
    Refuses: decision_without_series, decision_range_invalid.
    """
    company = lock(Company(pk=active_company_id()))
    held = [Range(x.series, x.first, (lasts or {}).get(x.series.pk, x.last)) for x in ranges(year)]
    require(held, "decision_without_series", "Firma nu are nicio serie. Adăugați întâi seriile de documente.")
    for one in held:
        least = max(one.first, one.series.last_number)
        sentence = f"Seria {one.series.name} ajunge cel puțin la {one.series.label(least)}: ultimul număr din plajă este mai mic."
        require(one.last >= least, "decision_range_invalid", sentence, f"last_{one.series.pk}")
    latest = SeriesDecision.objects.filter(year=year).order_by("-version").first()
    content = {
        "company": seller_snapshot(company, vat_payer=is_vat_payer(decided_on), on=decided_on),
        "people": {name: people.get(name, "").strip() for name in PEOPLE},
        "series": [_row(one) for one in held],
    }
    said = {"number": number.strip(), "decided_on": decided_on, "content": content}
    if latest is not None and all(getattr(latest, name) == value for name, value in said.items()):
        return latest  # a second click
    decision = SeriesDecision.objects.create(year=year, version=latest.version + 1 if latest else 1, by=by, **said)
    record_event(decision, "made", by=by, year=year, version=decision.version)
    nudge(tasks.render_decision, decision.company_id, decision.pk)
    return decision


def _row(one: Range) -> dict[str, Any]:
    series = one.series
    users: Sequence[str] = sorted(str(who.user) for who in series.users.all() if who.allowed)
    return {
        "kind": Kind(series.kind).label,
        "name": series.name,
        "place": str(series.workplace or ""),
        "first": one.first_label,
        "last": one.last_label,
        "continues": one.first > series.first_number,
        "users": list(users),
    }
