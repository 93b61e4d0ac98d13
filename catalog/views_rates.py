"""Nomenclatoare › Curs BNR: the rates that we have, by day, and fetching those that are missing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from catalog.forms import DayForm
from catalog.rates import ask_bnr, state, table
from companies.access import MONEY, READ, allow
from lib.htmx import form_page, is_part


@allow(READ)
@require_GET
def rates(request: HttpRequest) -> HttpResponse:
    """The rates in force for an operation of `?data=`; without a day, the last ones published."""
    form = DayForm(request.GET)
    on = form.cleaned_data["data"] if form.is_valid() else None
    return form_page(request, "catalog/rates.html", {"form": form, "table": table(on), "state": state(), **may_refresh(request)})


@allow(MONEY)
@require_POST
def rates_refresh(request: HttpRequest) -> HttpResponse:
    """Ask for a reading of BNR's rates."""
    ask_bnr()
    if is_part(request):
        return render(request, "catalog/_rates_state.html", {"state": state(), **may_refresh(request)})
    return redirect("catalog:rates", request.company.pk)  # type: ignore[attr-defined]


@allow(READ)
@require_GET
def rates_state(request: HttpRequest) -> HttpResponse:
    """The state while one waits; once the reading is over, the page is drawn anew."""
    now = state()
    response = render(request, "catalog/_rates_state.html", {"state": now, **may_refresh(request)})
    if not now.reading:
        response.headers["HX-Refresh"] = "true"
    return response


def may_refresh(request: HttpRequest) -> dict[str, bool]:
    return {"may_refresh": request.membership.role in MONEY}  # type: ignore[attr-defined]
