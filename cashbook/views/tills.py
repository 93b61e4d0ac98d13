"""The tills of the company: made, named, opened with a balance."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cashbook.actions import save_till, set_opening
from cashbook.balances import balance_now
from cashbook.forms import OpeningForm, TillForm
from cashbook.models import Till
from cashbook.views.chosen import tills
from companies.access import MONEY, READ, allow
from lib.formats import amount, date_ro
from lib.htmx import form_page, go


@allow(READ)
@require_GET
def till_list(request: HttpRequest) -> HttpResponse:
    rows = [(till, balance_now(till)) for till in tills()]
    return render(request, "cashbook/till_list.html", {"rows": rows, "may_money": request.membership.role in MONEY})


@allow(MONEY)
def till_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@allow(MONEY)
def till_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Till, pk=pk))


@allow(MONEY)
def till_opening(request: HttpRequest, pk: int) -> HttpResponse:
    """What was in the till when its book began."""
    till = get_object_or_404(Till, pk=pk)
    form = OpeningForm(request.POST or None, till=till)
    if form.is_valid():
        with form.refusals():
            set_opening(till, by=request.user, **form.cleaned_data)
            opened = amount(form.cleaned_data["amount"], till.currency)
            messages.success(
                request, f"„{till.name}” începe cu {opened} în {date_ro(form.cleaned_data['day'])}; soldurile de după s-au refăcut."
            )
            return go(request, reverse("cashbook:till_list", args=(request.company.pk,)))
    return form_page(request, "cashbook/till_opening.html", {"form": form, "till": till})


def _edit(request: Any, till: Till | None) -> HttpResponse:
    form = TillForm(request.POST or None, instance=till)
    if form.is_valid():
        with form.refusals():
            saved = save_till(form.save(commit=False), by=request.user)
            messages.success(request, f"Casa „{saved.name}” este salvată.")
            return go(request, reverse("cashbook:till_list", args=(request.company.pk,)))
    return form_page(request, "cashbook/till_form.html", {"form": form, "till": till})
