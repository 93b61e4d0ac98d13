"""A client's credit: used on an invoice, given back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from companies.access import MONEY, allow
from invoicing.actions import refund, use_credit
from invoicing.actions.credits import credit_of
from invoicing.forms.payment import RefundForm, UseCreditForm
from invoicing.models import ClientCredit, Document
from lib.errors import require
from lib.formats import amount
from lib.htmx import form_page, go, is_part


@allow(MONEY)
def document_use_credit(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay an invoice out of its client's credit."""
    found = get_object_or_404(Document, pk=pk)
    credit = credit_of(found.partner_id, found.currency)
    if request.method != "POST":
        require(credit > 0, "amount_over_credit", "Clientul nu are credit în această monedă.")
        require(found.balance > 0, "already_paid", f"{found} nu mai are rest de încasat.")
    form = UseCreditForm(request.POST or None, most=min(credit, found.balance), currency=found.currency)
    if form.is_valid():
        with form.refusals():
            use_credit(found, by=request.user, **form.cleaned_data)
            messages.success(request, f"{found.label} este încasată din creditul clientului.")
            return go(request, reverse("invoicing:document", args=(request.company.pk, pk)))
    return _answer(request, "use_credit", {"form": form, "document": found, "credit": credit})


@allow(MONEY)
def credit_refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a client's credit back, in part or whole."""
    credit = get_object_or_404(ClientCredit.objects.select_related("partner"), pk=pk)
    form = RefundForm(request.POST or None, credit=credit.amount, currency=credit.currency)
    if form.is_valid():
        with form.refusals():
            paid = refund(credit.partner, currency=credit.currency, by=request.user, **form.cleaned_data)
            messages.success(request, f"Am înregistrat restituirea de {amount(-paid.amount, paid.currency)}.")
            return go(request, reverse("invoicing:payment", args=(request.company.pk, paid.pk)))
    return _answer(request, "refund", {"form": form, "credit": credit})


def _answer(request: Any, name: str, context: dict[str, Any]) -> HttpResponse:
    part = f"invoicing/_{name}_form.html"
    return form_page(request, part if is_part(request) else "invoicing/document_form.html", context | {"part": part})
