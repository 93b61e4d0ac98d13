"""Compensare: who owes us and whom we owe, what of both is settled against each other, and the paper that both sign."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cashbook.views.prints import answer_print
from companies.access import MONEY, READ, allow
from lib.htmx import form_page, go
from lib.money import ZERO
from partners.models import Partner
from purchases import actions
from purchases.forms import SetOffForm
from purchases.models import SupplierPayment
from purchases.mutual import both_ways, open_of
from purchases.prints import ask_for_set_off
from purchases.views.expenses import may


@allow(READ)
@require_GET
def set_off_list(request: HttpRequest) -> HttpResponse:
    """The partners with something open both ways."""
    return render(request, "purchases/set_off_list.html", {"rows": both_ways(), **may(request)})


@allow(MONEY)
def set_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick what is settled of both sides, all of it or as much as is typed; ?alese= ticks documents of the supplier beforehand."""
    partner = get_object_or_404(Partner, pk=pk)
    sides = open_of(partner)
    currency = request.GET.get("moneda", "")
    currency = currency if currency in sides else next(iter(sides), "RON")
    owed, owing = sides.get(currency, ([], []))
    chosen = {int(key) for key in request.GET.getlist("alese") if key.isascii() and key.isdecimal() and len(key) < 19}
    form = SetOffForm(request.POST or None, owed=owed, owing=owing, chosen=chosen, currency=currency)
    if form.is_valid():
        with form.refusals():
            made = actions.set_off(by=request.user, **form.cleaned_data)
            messages.success(request, "Compensarea este înregistrată. Tipăriți procesul-verbal pentru semnături.")
            return go(request, reverse("purchases:payment", args=(request.company.pk, made.pk)))
    context: dict[str, Any] = {"partner": partner, "form": form, "currency": currency, "currencies": list(sides)}
    context |= {"owed": owed, "owing": owing, "most": _most(owed, owing)}
    return form_page(request, "purchases/set_off_form.html", context)


@allow(READ)
@require_GET
def set_off_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The proces-verbal of a set-off with a client."""
    rows = SupplierPayment.objects.select_related("partner", "client_payment")
    found = get_object_or_404(rows, pk=pk)
    if found.client_payment is None:
        raise Http404
    return answer_print(request, ask_for_set_off(found, request.company))


def _most(owed: list[Any], owing: list[Any]) -> Decimal:
    return min(sum((row.balance for row in owed), ZERO), sum((row.balance for row in owing), ZERO))
