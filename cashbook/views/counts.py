"""Counting the till (R29): what was counted, why the book may differ, and the operation that brings the book to it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from cashbook import causes
from cashbook.actions import book_count, count_till
from cashbook.balances import balance_at
from cashbook.forms import BookCountForm, CountForm
from cashbook.models import CashOperation, TillCount
from cashbook.register import explain
from cashbook.views.chosen import chosen_till, tills
from companies.access import MONEY, READ, allow
from lib.dates import bucharest_today
from lib.htmx import form_page, go

LAST = 8


@allow(MONEY)
def count_new(request: HttpRequest) -> HttpResponse:
    """The form of a count, and the last ones."""
    known = tills()
    till = chosen_till(request, known)
    form = CountForm(request.POST or None, till=till)
    if form.is_valid():
        with form.refusals():
            data = form.cleaned_data
            made = count_till(till, day=data["day"], counted=data["counted"], notes=data["notes"], by=request.user)
            return go(request, reverse("cashbook:count", args=(request.company.pk, made.pk)))
    former = TillCount.objects.filter(till=till).select_related("by").order_by("-day", "-id")[:LAST]
    context = {"form": form, "till": till, "tills": known, "former": former, "book": balance_at(till, bucharest_today())}
    return form_page(request, "cashbook/count_form.html", context)


@allow(READ)
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """A count beside the book; a person who may books the difference."""
    found = get_object_or_404(TillCount.objects.select_related("till", "by"), pk=pk)
    may_money = request.membership.role in MONEY
    form = BookCountForm(request.POST if request.method == "POST" and may_money else None)
    if form.is_valid():
        with form.refusals():
            made = book_count(found, by=request.user, **form.cleaned_data)
            messages.success(request, f"Am înregistrat {made.label}: registrul arată acum suma numărată.")
            return go(request, reverse("cashbook:operation", args=(request.company.pk, made.pk)))
    search = causes.search(found)
    explain([suspect.operation for suspect in search.suspects])
    booked = CashOperation.objects.filter(count=found).first()
    context = {"count": found, "till": found.till, "search": search, "form": form, "booked": booked, "may_money": may_money}
    return form_page(request, "cashbook/count.html", context | {"book": found.counted - search.difference})
