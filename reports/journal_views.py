"""Rapoarte › Jurnale: the journals of sales and of purchases, of a month or of a quarter."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from companies.access import MONEY, READ, allow
from companies.scope import active_company_id
from invoicing.sheets import ask_for_sheet
from invoicing.views.sheets import sheet_file
from lib.dates import bucharest_today
from lib.export import export
from lib.formats import ron
from lib.remember import remembered
from reports.asked import Span, asked_span, spans
from reports.journal import OPEN_SUMS, Journal, columns_of, file_rows, open_columns
from reports.purchase_journal import purchase_journal
from reports.sales_journal import sales_journal

KEPT = 60  # seconds for which the page of a large company may be old
PRINTED = 1000  # lines of one PDF: a longer journal is printed in parts
COLUMNS_PRINTED = 6
JOURNALS = {"vanzari": sales_journal, "cumparari": purchase_journal}


@allow(READ)
@require_GET
def journals(request: HttpRequest) -> HttpResponse:
    """The first lines of `?jurnal=` for `?luna=`, with the totals of all; files hold every line."""
    name, span = _name(request), asked_span(request)
    key = f"{active_company_id()} jurnal {name} {span.code}"
    found: Journal = remembered(key, lambda: JOURNALS[name](span.since, span.until).cut(), seconds=KEPT)
    context = {
        "found": found,
        "name": name,
        "span": span,
        "spans": spans(span),
        "before": span.moved(-1).code,
        "after": span.moved(1).code if span.until < bucharest_today() else "",
        "parts": _parts(found.count),
        "may_money": request.membership.role in MONEY,
    }
    return render(request, "reports/journals.html", context)


@allow(READ)
@require_GET
def journals_pdf(request: HttpRequest) -> HttpResponse:
    """The journal printed, or `?parte=` of a long one."""
    name, span = _name(request), asked_span(request)
    found = JOURNALS[name](span.since, span.until)
    parts = _parts(found.count)
    asked = request.GET.get("parte", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and 1 <= int(asked) <= len(parts) else 1
    page = printed(found, span, request, number, len(parts))
    suffix = f"-{number}" if len(parts) > 1 else ""
    return sheet_file(request, ask_for_sheet(page, name=f"jurnal-{name}-{span.code}{suffix}"))


@allow(MONEY)
@require_GET
def journals_export(request: HttpRequest, fmt: str) -> FileResponse:
    """Every line and the totals; with `?lista=neexigibile`, the documents whose VAT waits."""
    name, span = _name(request), asked_span(request)
    found = JOURNALS[name](span.since, span.until)
    if request.GET.get("lista") == "neexigibile":
        return export(found.open, open_columns(found), fmt, name=f"tva-neexigibila-{name}-{span.code}")
    return export(file_rows(found), columns_of(found), fmt, name=f"jurnal-{name}-{span.code}")


def printed(journal: Journal, span: Span, request: HttpRequest, number: int, count: int) -> str:
    """The page of one part. The last one has the totals and what waits."""
    first = (number - 1) * PRINTED
    folded = replace(journal.folded(COLUMNS_PRINTED), open=journal.open[:PRINTED])
    context = {
        "found": folded,
        "rows": folded.rows[first : first + PRINTED],
        "first": first,
        "recap": journal.recap,
        "span": span,
        "company": request.company,
        "part": f"partea {number} din {count}" if count > 1 else "",
        "is_last": number == count,
        "today": bucharest_today(),
        "dense": len(folded.labels) > 9,
        "widths": _widths(folded.labels, (folded.values(line) for line in (*folded.lines, folded.totals))),
        "open_widths": _widths(OPEN_SUMS, ([getattr(row, name) for name in OPEN_SUMS] for row in (*folded.open, folded.opened))),
    }
    return render_to_string("reports/print/journal.html", context)


def _widths(labels: Sequence[str], rows: Iterable[Sequence[Decimal]]) -> list[int]:
    """The characters that each column needs: of its longest amount, of the longest word of its head."""
    most = [max(len(word) * 9 // 10 for word in label.split()) for label in labels]
    for row in rows:
        most = [max(width, len(ron(value)) if value else 0) for width, value in zip(most, row, strict=True)]
    return [min(max(width, 6) + 2, 23) for width in most]


def _parts(count: int) -> list[tuple[int, int, int]]:
    """(number, first line, last line) of each PDF."""
    starts = range(0, max(count, 1), PRINTED)
    return [(at + 1, start + 1, min(start + PRINTED, count)) for at, start in enumerate(starts)]


def _name(request: HttpRequest) -> str:
    asked = request.GET.get("jurnal", "")
    return asked if asked in JOURNALS else "vanzari"
