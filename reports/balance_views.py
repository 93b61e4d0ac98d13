"""Rapoarte › Solduri casă și bancă: the balance of every till and account, day by day."""

from datetime import date

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from companies.access import MONEY, READ, allow
from invoicing.sheets import ask_for_sheet
from invoicing.views.sheets import sheet_file
from lib.dates import PERIODS
from lib.export import export
from reports.asked import INTERVAL, asked_period
from reports.balances import COLUMNS, DAY, MOST_DAYS, balances, file_rows, totals

USUAL = "trimestrul"


@allow(READ)
@require_GET
def balance_charts(request: HttpRequest) -> HttpResponse:
    """A chart for each till and account over `?perioada=`, a year at most."""
    name, asked, until = asked_period(request, USUAL)
    since = _since(asked, until)
    places = balances(since, until)
    context = {
        "places": places,
        "totals": totals(places),
        "first": since,
        "last": until,
        "is_cut": asked is None or asked < since,
        "period": name,
        "periods": [*PERIODS, (INTERVAL, "Interval…")],
        "since": asked if name == INTERVAL else None,
        "until": until if name == INTERVAL else None,
        "may_money": request.membership.role in MONEY,
    }
    return render(request, "reports/balances.html", context)


@allow(READ)
@require_GET
def balance_pdf(request: HttpRequest) -> HttpResponse:
    _, asked, until = asked_period(request, USUAL)
    since = _since(asked, until)
    context = {"places": balances(since, until), "first": since, "last": until, "company": request.company}
    page = render_to_string("reports/print/balances.html", context)
    return sheet_file(request, ask_for_sheet(page, name=f"solduri-{since:%Y-%m-%d}-{until:%Y-%m-%d}"))


@allow(MONEY)
@require_GET
def balance_export(request: HttpRequest, fmt: str) -> FileResponse:
    _, asked, until = asked_period(request, USUAL)
    return export(file_rows(balances(_since(asked, until), until)), COLUMNS, fmt, name="solduri-pe-zile")


def _since(asked: date | None, until: date) -> date:
    """The first day drawn; an interval that ends before it begins is its last day."""
    first = until - DAY * (MOST_DAYS - 1)
    return min(max(asked or first, first), until)
