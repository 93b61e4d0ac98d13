"""Configurare › Perioadă închisă: up to which day the books are closed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from companies import actions, history
from companies.access import CLOSE, allow
from companies.forms import PeriodForm
from lib.formats import date_ro
from lib.htmx import form_page

EVENTS = 50


@allow(CLOSE)
def period(request: HttpRequest) -> HttpResponse:
    """Show the last closed day, and move it."""
    form = PeriodForm(request.POST or None, initial={"until": request.company.closed_until})
    if form.is_valid():
        with form.refusals():
            company = actions.close_period(request.company, by=request.user, **form.cleaned_data)
            closed = f"închisă până la {date_ro(company.closed_until)}" if company.closed_until else "deschisă toată"
            messages.success(request, f"Perioada este {closed}.")
            return redirect("companies:period", request.company.pk)
    return form_page(request, "companies/period.html", {"form": form, "events": history.about_period(request.company, EVENTS)})
