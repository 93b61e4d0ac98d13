"""The series watch: numbers missing, numbers given twice, dates out of order, of one year; and what later apps add to it.

Only numbers whose documents are of the year are walked, with the one before them, in the index that holds number, day and key
(`document_number_once`): a gap belongs to the year of the document after it, one at the end to the year of the last number.
Source: CF art. 319 (20) a; OMFP 2634/2015 annex 1 pct. 24, 57.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db import connection

from companies.models import Event
from companies.scope import active_company_id
from invoicing.models import Document, Kind, Series
from lib.formats import date_ro
from lib.words import plural

MOST = 500  # findings of one kind; beyond them something is wrong that no list helps with

WALK = """
WITH span AS MATERIALIZED (
    SELECT series_id, min(number) AS low, max(number) AS high FROM invoicing_document
    WHERE company_id = %(company)s AND number IS NOT NULL AND issue_date BETWEEN %(since)s AND %(until)s GROUP BY series_id
), walked AS (
    SELECT span.series_id, d.* FROM span CROSS JOIN LATERAL (
        SELECT n.id, n.number, n.issue_date, lag(n.number) OVER numbers AS former, lag(n.id) OVER numbers AS former_id,
               lag(n.issue_date) OVER numbers AS former_day
        FROM invoicing_document n WHERE n.company_id = %(company)s AND n.series_id = span.series_id AND n.number <= span.high
            AND n.number >= coalesce((SELECT max(b.number) FROM invoicing_document b WHERE b.company_id = %(company)s
                                      AND b.series_id = span.series_id AND b.number < span.low), span.low)
        WINDOW numbers AS (ORDER BY n.number)
    ) d
)
SELECT w.series_id, w.id, w.number, w.issue_date, coalesce(w.former, s.first_number - 1), w.former_id, w.former_day
FROM walked w JOIN invoicing_series s ON s.id = w.series_id
WHERE w.issue_date BETWEEN %(since)s AND %(until)s
  AND (w.number <> coalesce(w.former, s.first_number - 1) + 1 OR w.issue_date < w.former_day)
ORDER BY w.series_id, w.number LIMIT %(most)s
"""
# The last number of each series, where it is of the year, against what the series says.
ENDS = """
SELECT s.id, d.id, d.number, s.last_number FROM invoicing_series s
LEFT JOIN LATERAL (SELECT id, number, issue_date FROM invoicing_document d WHERE d.company_id = s.company_id AND d.series_id = s.id
                   AND d.number IS NOT NULL ORDER BY number DESC LIMIT 1) d ON true
WHERE s.company_id = %(company)s AND s.last_number >= s.first_number AND s.last_number <> coalesce(d.number, s.first_number - 1)
  AND coalesce(d.issue_date, s.last_date, %(since)s) BETWEEN %(since)s AND %(until)s
ORDER BY s.id
"""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be. `what` is gap, repeat or date, or a word of the app that found it."""

    what: str
    series: Series
    number: int
    text: str
    document_id: int | None = None
    quiet: bool = False  # a person chose it, and the history says so

    @property
    def key(self) -> str:
        return f"{self.what}:{self.series.pk}:{self.number}"


Finder = Callable[[int, dict[int, Series]], list[Finding]]
# A later app adds here what it looks after in the documents of a year (sent late, never sent), when it starts.
FINDERS: list[Finder] = []


def watch(year: int) -> list[Finding]:
    """Everything found in the documents of a year, series by series."""
    series = {one.pk: one for one in Series.objects.select_related("workplace")}
    found = _walked(year, series)
    for finder in FINDERS:
        found += finder(year, series)
    kinds = list(Kind)
    return sorted(found, key=lambda x: (kinds.index(Kind(x.series.kind)), x.series.name, x.number))


def by_series(findings: list[Finding]) -> list[tuple[Series, list[Finding]]]:
    """The findings of `watch` under their series."""
    return [(series, list(those)) for series, those in groupby(findings, key=lambda finding: finding.series)]


def _walked(year: int, series: dict[int, Series]) -> list[Finding]:
    asked = {"company": active_company_id(), "since": date(year, 1, 1), "until": date(year, 12, 31), "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(WALK, asked)
        rows = cursor.fetchall()
        cursor.execute(ENDS, asked)
        ends = cursor.fetchall()
    labels = dict(Document.objects.filter(pk__in={key for row in rows for key in (row[1], row[5])}).values_list("pk", "label"))
    chosen = _chosen({row[1] for row in rows})
    found = [finding for row in rows for finding in _of_row(series[row[0]], row, labels, chosen)]
    return found + [_at_the_end(series[row[0]], row) for row in ends]


def _of_row(series: Series, row: tuple[Any, ...], labels: dict[int, str], chosen: set[int]) -> list[Finding]:
    _, key, number, day, former, former_id, former_day = row
    found, label = [], labels.get(key, series.label(number))
    if number == former:
        found.append(Finding("repeat", series, number, f"Numărul {label} este dat de două ori.", key))
    elif number != former + 1:
        found.append(Finding("gap", series, number, _missing(series, former + 1, number - 1, f"înainte de {label}"), key))
    if former_day is not None and day < former_day:
        text = f"{label} are data {date_ro(day)}, înaintea lui {labels.get(former_id, '')}, care este din {date_ro(former_day)}."
        text += " A fost emis așa cu bună știință." if key in chosen else ""
        found.append(Finding("date", series, number, text, key, quiet=key in chosen))
    return found


def _at_the_end(series: Series, row: tuple[Any, ...]) -> Finding:
    _, key, number, last = row
    held = series.first_number - 1 if number is None else number
    if held > last:
        return Finding(
            "gap", series, held, f"Seria {series.name} spune că s-a oprit la {series.label(last)}, dar are {series.label(held)}.", key
        )
    return Finding("gap", series, last + 1, _missing(series, held + 1, last, "la sfârșitul seriei"), key)


def _missing(series: Series, first: int, last: int, where: str) -> str:
    if first == last:
        return f"Lipsește {series.label(first)}, {where}."
    return f"Lipsesc {plural(last - first + 1, 'număr', 'numere')} {where}: de la {series.label(first)} la {series.label(last)}."


def _chosen(keys: set[int]) -> set[int]:
    """The documents that a person dated before the last one of their series on purpose."""
    events = Event.objects.filter(subject="document", subject_id__in=keys, verb="issued", data__has_key="earlier_than")
    return set(events.values_list("subject_id", flat=True))
