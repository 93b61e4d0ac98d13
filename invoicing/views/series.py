"""Configurare › Serii: how documents are numbered."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from companies.access import MANAGE, allow
from invoicing.actions import series as actions
from invoicing.models import Kind, Series
from lib.forms import Form
from lib.htmx import form_page

NUMBER_ERRORS = dict.fromkeys(("invalid", "min_value", "max_value"), actions.NUMBER_RANGE)
DIGITS = [(count, f"{'0' * (count - 1)}1") for count in range(1, 9)]


class SeriesForm(Form):
    """Name and numbers of a series; of one that has given numbers only the digits can change."""

    name = forms.CharField(label="Serie", max_length=20, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}))
    first_number = forms.IntegerField(
        label="Primul număr",
        min_value=1,
        max_value=actions.MAX_NUMBER,
        initial=1,
        localize=False,
        widget=forms.TextInput({"inputmode": "numeric", "class": "number"}),
        help_text="Dacă continuați numerotarea din alt program, scrieți numărul care urmează acolo.",
        error_messages=NUMBER_ERRORS,
    )
    digits = forms.TypedChoiceField(label="Scris cu zerouri", choices=DIGITS, coerce=int, initial=4)


class NewSeriesForm(SeriesForm):
    kind = forms.ChoiceField(label="Document", choices=[(kind.value, kind.label.capitalize()) for kind in Kind])
    is_default = forms.BooleanField(label="Implicită pentru documentele noi", required=False)
    field_order = ["kind", "name", "first_number", "digits", "is_default"]


@allow(MANAGE)
@require_GET
def series_list(request: HttpRequest) -> HttpResponse:
    """All series by kind of document, each with the number that comes next."""
    held = list(Series.objects.order_by("-is_default", "-active", "name"))
    groups = [(kind, [series for series in held if series.kind == kind]) for kind in Kind]
    return render(request, "invoicing/series_list.html", {"groups": groups})


@allow(MANAGE)
def series_new(request: HttpRequest) -> HttpResponse:
    """Add a series; GET `?document=` chooses the kind."""
    form = NewSeriesForm(request.POST or None, initial={"kind": request.GET.get("document")})
    if form.is_valid():
        with form.refusals():
            series = actions.create_series(by=request.user, **form.cleaned_data)
            messages.success(request, f"Seria {series.name} începe cu {series.next_label}.")
            return redirect("invoicing:series_list", request.company.pk)
    return form_page(request, "invoicing/series_form.html", {"form": form})


@allow(MANAGE)
def series_edit(request: HttpRequest, pk: int) -> HttpResponse:
    series = get_object_or_404(Series, pk=pk)
    initial = {"name": series.name, "first_number": series.first_number, "digits": series.digits}
    form = SeriesForm(request.POST or None, initial=initial)
    for name in ("name", "first_number"):
        form.fields[name].disabled = series.is_used
    if form.is_valid():
        with form.refusals():
            series = actions.change_series(series, by=request.user, **form.cleaned_data)
            messages.success(request, f"Următorul document va fi {series.next_label}.")
            return redirect("invoicing:series_list", request.company.pk)
    return form_page(request, "invoicing/series_form.html", {"form": form, "series": series})


@allow(MANAGE)
@require_POST
def series_default(request: HttpRequest, pk: int) -> HttpResponse:
    series = actions.make_default(get_object_or_404(Series, pk=pk), by=request.user)
    messages.success(request, f"Seria {series.name} este acum cea implicită.")
    return redirect("invoicing:series_list", request.company.pk)


@allow(MANAGE)
@require_POST
def series_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch a series on or off: POST `activa` is `da` or `nu`."""
    series = actions.set_active(get_object_or_404(Series, pk=pk), active=request.POST.get("activa") == "da", by=request.user)
    messages.success(request, f"Seria {series.name} este {'activă' if series.active else 'inactivă'}.")
    return redirect("invoicing:series_list", request.company.pk)


@allow(MANAGE)
@require_POST
def series_delete(request: HttpRequest, pk: int) -> HttpResponse:
    series = get_object_or_404(Series, pk=pk)
    actions.delete_series(series, by=request.user)
    messages.success(request, f"Seria {series.name} a fost ștearsă.")
    return redirect("invoicing:series_list", request.company.pk)
