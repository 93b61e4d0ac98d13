"""Datele firmei › Generale: the VAT status (its change is a page of invoicing, which knows what stops), periods of TVA la încasare."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from companies import actions
from companies.access import MANAGE, allow
from companies.forms import CashVatEndForm, CashVatForm
from companies.models import CashVatPeriod, VatStatus
from companies.views.settings import done, refused


@allow(MANAGE)
@require_POST
def vat_status_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    actions.withdraw_vat_status(get_object_or_404(VatStatus, pk=pk), by=request.user)
    return done(request, "vat")


@allow(MANAGE)
@require_POST
def cash_vat_open(request: HttpRequest) -> HttpResponse:
    form = CashVatForm(request.POST, auto_id="period_%s")
    if form.is_valid():
        with form.refusals():
            actions.open_cash_vat(request.company, by=request.user, **form.cleaned_data)
            return done(request, "vat")
    return refused(request, "vat", period_form=form)


@allow(MANAGE)
@require_POST
def cash_vat_close(request: HttpRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(CashVatPeriod, pk=pk)
    form = CashVatEndForm(request.POST, auto_id=f"end_{pk}_%s")
    if form.is_valid():
        with form.refusals():
            actions.close_cash_vat(period, by=request.user, **form.cleaned_data)
            return done(request, "vat")
    return refused(request, "vat", end_form=form)


@allow(MANAGE)
@require_POST
def cash_vat_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    actions.withdraw_cash_vat(get_object_or_404(CashVatPeriod, pk=pk), by=request.user)
    return done(request, "vat")
