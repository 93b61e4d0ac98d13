"""Rapoarte › Facturi."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from companies.access import MONEY, READ, allow
from lib.dates import PERIODS
from lib.export import export
from reports.asked import INTERVAL, asked_period
from reports.sales import GROUPINGS, MOST, columns, sales


@allow(READ)
@require_GET
def invoices(request: HttpRequest) -> HttpResponse:
    """What was invoiced in a period, by `?pe=` month, client or product."""
    grouping = _grouping(request)
    name, since, until = asked_period(request)
    context = {
        "found": sales(grouping, since, until),
        "most": MOST,
        "grouping": grouping,
        "groupings": GROUPINGS,
        "period": name,
        "periods": [*PERIODS, (INTERVAL, "Interval…")],
        "since": since if name == INTERVAL else None,
        "until": until if name == INTERVAL else None,
        "may_money": request.membership.role in MONEY,
    }
    return render(request, "reports/invoices.html", context)


@allow(MONEY)
@require_GET
def invoices_export(request: HttpRequest, fmt: str) -> FileResponse:
    grouping = _grouping(request)
    _, since, until = asked_period(request)
    return export(sales(grouping, since, until).rows, columns(grouping), fmt, name=f"vanzari-pe-{grouping}")


def _grouping(request: HttpRequest) -> str:
    asked = request.GET.get("pe", "")
    return asked if asked in GROUPINGS else "luna"
