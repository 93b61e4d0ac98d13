"""Solduri inițiale: the list, an item's page, adding, correcting and cancelling."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from companies.access import MONEY, READ, allow
from invoicing.actions import add_opening_items, cancel_opening_items, correct_opening_item
from invoicing.forms.document import CancelForm
from invoicing.forms.opening import CorrectOpeningForm, OpeningForm, last_day_of_last_year
from invoicing.history import history
from invoicing.models import Document, Kind
from invoicing.openings_list import OPENING_COLUMNS, OpeningList, openings, openings_in_list
from lib.export import export
from lib.htmx import form_page, go, is_part
from lib.listing import list_page

CHUNK = 2000


@allow(READ)
@require_GET
def opening_list(request: HttpRequest) -> HttpResponse:
    listing = OpeningList(request.GET, openings_in_list())
    return list_page(request, "invoicing/opening_list.html", listing, may_money=request.membership.role in MONEY)


@allow(READ)
@require_GET
def opening_totals(request: HttpRequest) -> HttpResponse:
    """The part with the sums, and the chips again with their counts."""
    listing = OpeningList(request.GET, openings())
    listing.count_at_once = True
    return render(request, "invoicing/_opening_sums.html", {"list": listing, "oob": True})


@allow(MONEY)
@require_GET
def opening_export(request: HttpRequest, fmt: str) -> FileResponse:
    rows = OpeningList(request.GET, openings().select_related("partner", "opening")).selected
    return export(rows.iterator(chunk_size=CHUNK), OPENING_COLUMNS, fmt, name="solduri-initiale")


@allow(MONEY)
def opening_new(request: HttpRequest) -> HttpResponse:
    """One document of a client's opening balance (`?client=`, `?la=` the day); "and another one" keeps both."""
    form = OpeningForm(request.POST or None, initial={"on": last_day_of_last_year(), **_asked(request)})
    if form.is_valid():
        with form.refusals():
            row, on = form.row, form.cleaned_data["on"]
            made = add_opening_items([row], on=on, by=request.user, token=form.cleaned_data["token"])[0]
            messages.success(request, f"{made.label} este în soldul inițial al clientului {made.partner_name}.")
            if "inca-unul" in request.POST:
                return go(request, f"{_page(request, 'opening_new')}?client={made.partner_id}&la={on:%Y-%m-%d}")
            return go(request, _page(request, "opening", made.pk))
    return form_page(request, "invoicing/opening_form.html", {"form": form, "title": "Document în soldul inițial"})


@allow(READ)
@require_GET
def opening(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    entries, more = history(found)
    context = {
        "document": found,
        "item": found.opening,
        "state": found.state,
        "allocations": found.allocations.select_related("payment").order_by("-payment__received_on", "-payment_id"),
        "can_pay": request.membership.role in MONEY,
        "entries": entries,
        "more": more,
    }
    return render(request, "invoicing/opening.html", context)


@allow(MONEY)
def opening_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A right row in the place of a wrong one, which stays as cancelled."""
    found = _found(pk)
    form = CorrectOpeningForm(request.POST or None, document=found)
    if form.is_valid():
        with form.refusals():
            reason, on = form.cleaned_data["reason"], form.cleaned_data["on"]
            made = correct_opening_item(found, form.row, on=on, by=request.user, reason=reason)
            messages.success(request, f"{made.label} este corectat; rândul de dinainte rămâne anulat.")
            return go(request, _page(request, "opening", made.pk))
    return form_page(request, "invoicing/opening_form.html", {"form": form, "document": found, "title": f"Corectează {found.label}"})


@allow(MONEY)
def opening_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then take the row back."""
    found = _found(pk)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            cancel_opening_items([found], by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, f"{found.label} este anulat și nu mai contează în sold.")
            return go(request, _page(request, "opening", pk))
    part = "invoicing/_opening_cancel_form.html"
    context = {"form": form, "document": found, "part": part}
    return form_page(request, part if is_part(request) else "invoicing/document_form.html", context)


def _found(pk: int) -> Document:
    return get_object_or_404(Document.objects.filter(kind=Kind.OPENING).select_related("partner", "opening", "created_by"), pk=pk)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The client and the day that the address names."""
    key, day = request.GET.get("client", ""), request.GET.get("la", "")
    asked: dict[str, Any] = {"client": int(key)} if key.isascii() and key.isdecimal() and len(key) <= 18 else {}
    return asked | ({"on": day} if day else {})


def _page(request: Any, name: str, *args: int) -> str:
    return reverse(f"invoicing:{name}", args=(request.company.pk, *args))
