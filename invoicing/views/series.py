"""Configurare › Serii: how documents are numbered."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from companies.access import ISSUE, MANAGE, allow
from companies.models import Workplace
from invoicing.actions import series as actions
from invoicing.models import Series
from invoicing.models.series import NUMBERED
from lib.dates import bucharest_today
from lib.forms import DateField, Form
from lib.htmx import form_page

NUMBER_ERRORS = dict.fromkeys(("invalid", "min_value", "max_value"), actions.NUMBER_RANGE)
AUTUMN = 10  # from this month on, a series for the new year is one for the next year
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


class Assigned(Form):
    """Where a series belongs, who may use it, and whose new documents start with it."""

    workplace = forms.ModelChoiceField(Workplace.objects.none(), label="Sediu", required=False, empty_label="Sediul social")
    users = forms.TypedMultipleChoiceField(
        label="Cine o folosește",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nimeni bifat: toți cei care emit documente.",
    )
    default_for = forms.TypedMultipleChoiceField(
        label="Vine prima pentru",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="La documente noi, înaintea seriei implicite a sediului.",
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], place: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workplace"].queryset = Workplace.objects.filter(Q(active=True) | Q(pk=place))
        self.fields["users"].choices = self.fields["default_for"].choices = people

    @property
    def assigned(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("workplace", "users", "default_for")}

    @property
    def numbered(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in self.assigned}


class NewSeriesForm(Assigned, SeriesForm):
    kind = forms.ChoiceField(label="Document", choices=[(kind.value, kind.label.capitalize()) for kind in NUMBERED])
    is_default = forms.BooleanField(label="Implicită pentru documentele noi", required=False)
    last_on = DateField(
        label="Ultima dată din celălalt program",
        required=False,
        help_text="Doar când continuați altă numerotare: documentele nu se vor data înaintea ei.",
    )
    field_order = ["kind", "name", "first_number", "digits", "last_on", "workplace", "is_default", "users", "default_for"]


class OldSeriesForm(Assigned, SeriesForm):
    field_order = ["name", "first_number", "digits", "workplace", "users", "default_for"]


@allow(MANAGE)
@require_GET
def series_list(request: HttpRequest) -> HttpResponse:
    """All series by kind of document, each with the number that comes next."""
    rows = Series.objects.select_related("workplace").prefetch_related("users__user")
    held = list(rows.order_by(F("workplace__name").asc(nulls_first=True), "-is_default", "-active", "name"))
    groups = [(kind, [series for series in held if series.kind == kind]) for kind in NUMBERED]
    missing = [actions.DEFAULT_NAMES[kind] for kind, those in groups if not those and kind in actions.DEFAULT_NAMES]
    places = Workplace.objects.exists()
    return render(request, "invoicing/series_list.html", {"groups": groups, "missing": missing, "places": places})


@allow(MANAGE)
@require_POST
def series_missing(request: HttpRequest) -> HttpResponse:
    """A series, with its usual name, for each kind that has none."""
    made = actions.create_missing_series(by=request.user)
    messages.success(request, f"Serii noi: {', '.join(series.name for series in made)}." if made else "Nu lipsește nicio serie.")
    return redirect("invoicing:series_list", request.company.pk)


@allow(MANAGE)
def series_new(request: HttpRequest) -> HttpResponse:
    """Add a series; GET `?document=` chooses the kind, `?dupa=` goes on after another one in a new year."""
    form = NewSeriesForm(request.POST or None, people=_people(request), initial=_started(request))
    if form.is_valid():
        with form.refusals():
            series = _create(form, request.user)
            messages.success(request, f"Seria {series.name} începe cu {series.next_label}.")
            return redirect("invoicing:series_list", request.company.pk)
    return form_page(request, "invoicing/series_form.html", {"form": form})


@allow(MANAGE)
def series_edit(request: HttpRequest, pk: int) -> HttpResponse:
    series = get_object_or_404(Series, pk=pk)
    initial = {"name": series.name, "first_number": series.first_number, "digits": series.digits} | _assigned(series)
    form = OldSeriesForm(request.POST or None, people=_people(request), place=series.workplace_id, initial=initial)
    for name in ("name", "first_number"):
        form.fields[name].disabled = series.is_used
    if form.is_valid():
        with form.refusals():
            series = _change(series, form, request.user)
            messages.success(request, f"Următorul document va fi {series.next_label}.")
            return redirect("invoicing:series_list", request.company.pk)
    return form_page(request, "invoicing/series_form.html", {"form": form, "series": series})


@transaction.atomic
def _create(form: NewSeriesForm, by: Any) -> Series:
    series = actions.create_series(by=by, workplace=form.cleaned_data["workplace"], **form.numbered)
    return actions.assign_series(series, by=by, **form.assigned)


@transaction.atomic
def _change(series: Series, form: OldSeriesForm, by: Any) -> Series:
    return actions.assign_series(actions.change_series(series, by=by, **form.numbered), by=by, **form.assigned)


def _people(request: HttpRequest) -> list[tuple[int, str]]:
    """Those who may issue, (key, name) each."""
    members = request.company.memberships.filter(role__in=ISSUE).select_related("user").order_by("user__full_name", "user__email")
    return [(member.user_id, str(member.user)) for member in members]


def _assigned(series: Series) -> dict[str, Any]:
    users = list(series.users.all())
    return {
        "workplace": series.workplace_id,
        "users": [one.user_id for one in users if one.allowed],
        "default_for": [one.user_id for one in users if one.is_default],
    }


def _started(request: HttpRequest) -> dict[str, Any]:
    """What a new series starts with: the kind asked for, or all that the series of another year has, under a name of this one."""
    after = request.GET.get("dupa", "")
    if not after.isdecimal():
        return {"kind": request.GET.get("document")}
    former = get_object_or_404(Series, pk=after)
    today = bucharest_today()
    name = actions.name_of_year(former.name, today.year + (today.month >= AUTUMN))
    return _assigned(former) | {"kind": former.kind, "digits": former.digits, "name": name, "is_default": former.is_default}


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
