"""Around the series: the watch, and the yearly decision about their numbers."""

import time
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from companies.access import CLOSE, MANAGE, READ, allow
from companies.models import StoredFile
from invoicing import series_watch as watching
from invoicing.actions.decisions import YEARS, Range, make_decision, ranges
from invoicing.actions.series import MAX_NUMBER
from invoicing.models import Document, Kind, Series, SeriesDecision
from lib.dates import bucharest_today
from lib.forms import DateField, Form
from lib.htmx import form_page

WAIT, STEP = 3.0, 0.15  # seconds that a request waits for a PDF, and between two looks


class DecisionForm(Form):
    """Who decides, who allocates, and the last number of each series."""

    number = forms.CharField(label="Decizia nr.", max_length=20, initial="1")
    decided_on = DateField(label="Din data")
    decided_by = forms.CharField(label="Cine decide", max_length=100)
    decided_as = forms.CharField(label="În calitate de", max_length=60, initial="administrator")
    allocated_by = forms.CharField(label="Cine alocă numerele", max_length=100)
    allocated_as = forms.CharField(label="Funcția", max_length=60, required=False)

    def __init__(self, *args: Any, held: list[Range], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in held:
            self.fields[f"last_{one.series.pk}"] = forms.IntegerField(
                label=f"Ultimul număr al seriei {one.series.name}",
                min_value=1,
                max_value=MAX_NUMBER,
                localize=False,
                initial=one.last,
                widget=forms.TextInput({"inputmode": "numeric", "class": "input number"}),
            )

    @property
    def people(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("decided_by", "decided_as", "allocated_by", "allocated_as")}

    @property
    def lasts(self) -> dict[int, int]:
        named = {name.removeprefix("last_"): value for name, value in self.cleaned_data.items() if name.startswith("last_")}
        return {int(key): value for key, value in named.items()}


@allow(READ)
@require_GET
def series_watch(request: HttpRequest) -> HttpResponse:
    """What is wrong with the numbers of a year; GET `?an=` chooses it."""
    year = _year(request)
    findings = watching.watch(year)
    series = Series.objects.filter(last_date__gte=date(year, 1, 1)).count()
    context = {
        "year": year,
        "years": _years(),
        "groups": watching.by_series([x for x in findings if not x.quiet]),
        "chosen": [x for x in findings if x.quiet],
        "watched": series,
        "most": watching.MOST,
        "full": len(findings) >= watching.MOST,
        "can_close": request.membership.role in CLOSE,
    }
    return render(request, "invoicing/series_watch.html", context)


@allow(MANAGE)
@require_GET
def decision_list(request: HttpRequest) -> HttpResponse:
    """The years with their decisions, the last version first."""
    decisions = list(SeriesDecision.objects.select_related("by").order_by("-year", "-version"))
    this = bucharest_today().year
    made = {decision.year for decision in decisions}
    context = {"decisions": decisions, "due": [year for year in (this, this + 1) if year not in made][:1], "this_year": this}
    return render(request, "invoicing/decision_list.html", context)


@allow(MANAGE)
def decision_new(request: HttpRequest) -> HttpResponse:
    """A year's decision, or its next version; GET `?an=` chooses the year."""
    year, today = _year(request), bucharest_today()
    held = ranges(year)
    form = DecisionForm(request.POST or None, held=held, initial=_former(year) | {"decided_on": min(today, date(year, 12, 31))})
    if form.is_valid():
        with form.refusals():
            values = form.cleaned_data
            decision = make_decision(
                year,
                number=values["number"],
                decided_on=values["decided_on"],
                people=form.people,
                lasts=form.lasts,
                by=request.user,
            )
            messages.success(request, f"Decizia pentru {decision.year} este făcută și se păstrează.")
            return redirect("invoicing:decision_list", request.company.pk)
    rows = [(one, form[f"last_{one.series.pk}"]) for one in held]
    versions = SeriesDecision.objects.filter(year=year).count()
    return form_page(request, "invoicing/decision_form.html", {"form": form, "year": year, "rows": rows, "versions": versions})


@allow(MANAGE)
@require_GET
def decision_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The stored PDF, shown or (`?download=1`) downloaded. Never made here: a worker does."""
    decision = get_object_or_404(SeriesDecision, pk=pk)
    deadline = time.monotonic() + WAIT
    while decision.file_id is None and time.monotonic() < deadline:
        time.sleep(STEP)
        decision.refresh_from_db(fields=["file"])
    if decision.file_id is None:
        return render(request, "invoicing/decision_pdf.html", {"decision": decision}, status=202)
    file = StoredFile.objects.get(pk=decision.file_id)
    name = content_disposition_header("download" in request.GET, f"decizie-numerotare-{decision.year}-{decision.version}.pdf")
    headers = {"Cache-Control": "private, no-cache", "Content-Disposition": name}
    return HttpResponse(bytes(file.content), content_type="application/pdf", headers=headers)


def _former(year: int) -> dict[str, Any]:
    """The people of the last decision, which the next one starts with; its number when it is of the same year."""
    former = SeriesDecision.objects.order_by("-decided_on", "-pk").first()
    if former is None:
        return {}
    return former.content["people"] | ({"number": former.number} if former.year == year else {})


def _year(request: HttpRequest) -> int:
    asked = request.GET.get("an", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else 0
    return year if year in YEARS else bucharest_today().year


def _years() -> list[int]:
    """From the year of the first issued invoice to this one, the latest first."""
    this = bucharest_today().year
    first = Document.objects.filter(kind=Kind.INVOICE).order_by("issue_date").values_list("issue_date", flat=True).first()
    return list(range(this, max(this - 9, min(this, first.year if first else this)) - 1, -1))
