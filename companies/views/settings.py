"""Datele firmei › Generale: details, logo, bank accounts, and the status for VAT (vat.py) on one page of separate forms."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from companies import actions, history
from companies.access import MANAGE, READ, allow
from companies.forms import AccountForm, CashVatForm, CompanyForm
from companies.models import BankAccount, CashVatPeriod, Company, VatStatus, is_cash_vat, is_vat_payer
from lib.dates import bucharest_today
from lib.htmx import form_page, is_part, render_parts

EVENTS = 12  # shown at first
ALL_EVENTS = 500


@allow(MANAGE)
def settings(request: HttpRequest) -> HttpResponse:
    """Show everything, save the details and a new logo."""
    company = Company.objects.get(pk=request.company.pk)  # its own instance: a refused name must not reach the frame
    form = CompanyForm(request.POST or None, request.FILES or None, instance=company)
    if form.is_valid():
        with form.refusals():
            actions.update_company(company, by=request.user, details=form.details, logo=form.cleaned_data["logo"])
            messages.success(request, "Datele firmei au fost salvate. Apar pe documentele emise de acum înainte.")
            return redirect("companies:settings", request.company.pk)
    return form_page(request, "companies/settings.html", page(request, form=form))


@allow(READ)
@cache_control(private=True, max_age=3600)
def logo(request: HttpRequest) -> HttpResponse:
    """The company's logo of now. What was uploaded is never served, only the PNG drawn from it."""
    if request.company.logo is None:
        raise Http404
    return HttpResponse(bytes(request.company.logo.content), content_type=request.company.logo.media_type)


@allow(MANAGE)
@require_POST
def logo_remove(request: HttpRequest) -> HttpResponse:
    actions.remove_logo(request.company, by=request.user)
    messages.success(request, "Documentele noi nu mai au logo.")
    return redirect("companies:settings", request.company.pk)


@allow(MANAGE)
@require_POST
def account_add(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST, auto_id="account_%s")
    if form.is_valid():
        with form.refusals():
            actions.add_account(request.company, by=request.user, **form.cleaned_data)
            return done(request, "accounts")
    return refused(request, "accounts", account_form=form)


@allow(MANAGE)
@require_POST
def account_remove(request: HttpRequest, pk: int) -> HttpResponse:
    actions.remove_account(get_object_or_404(BankAccount, pk=pk), by=request.user)
    return done(request, "accounts")


@allow(MANAGE)
@require_POST
def account_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an account one place: POST `directie` is `sus` or `jos`."""
    actions.move_account(get_object_or_404(BankAccount, pk=pk), up=request.POST.get("directie") == "sus")
    return done(request, "accounts")


@allow(MANAGE)
@require_POST
def account_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Print an account on documents or not: POST `apare` is `da` or `nu`."""
    account = get_object_or_404(BankAccount, pk=pk)
    actions.show_account(account, on_documents=request.POST.get("apare") == "da", by=request.user)
    return done(request, "accounts")


def page(request: HttpRequest, **forms: BaseForm) -> dict[str, Any]:
    """Everything that the page and its parts show; a form given here takes the place of the empty one."""
    today = bucharest_today()
    statuses = list(VatStatus.objects.select_related("by").order_by("-since", "-id"))
    to_payer = not (statuses and statuses[0].payer)
    limit = ALL_EVENTS if "istoric" in request.GET else EVENTS
    events = history.about_details(request.company, limit + 1)
    return {
        "accounts": BankAccount.objects.all(),
        "account_form": AccountForm(auto_id="account_%s"),
        "today": today,
        "payer": is_vat_payer(today),
        "cash_vat": is_cash_vat(today),
        "statuses": statuses,
        "to_payer": to_payer,
        "periods": CashVatPeriod.objects.order_by("-since"),
        "period_form": CashVatForm(auto_id="period_%s"),
        "events": events[:limit],
        "more_events": len(events) > limit,
        **forms,
    }


def done(request: HttpRequest, part: str) -> HttpResponse:
    """After a change: the part that changed with the history, or the page at that part."""
    if is_part(request):
        return render_parts(request, [f"companies/_{part}.html", "companies/_history.html"], page(request) | {"oob": True})
    return redirect(f"{reverse('companies:settings', args=[request.company.pk])}#{part}")


def refused(request: HttpRequest, part: str, **forms: BaseForm) -> HttpResponse:
    """A form of a part with its errors: the part alone, or in the whole page."""
    if is_part(request):
        return render(request, f"companies/_{part}.html", page(request, **forms), status=422)
    whole = page(request, form=CompanyForm(instance=request.company), **forms)
    return render(request, "companies/settings.html", whole, status=422)
