"""Datele firmei › Statut TVA: the change with its preview; and the permission for one document of the former status."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from companies.access import MANAGE, allow
from companies.forms import VatStatusForm
from companies.models import VatStatus, is_cash_vat
from invoicing.actions.vat_status import allow_once, change_vat_status, effects
from invoicing.models import Document
from lib.dates import bucharest_today
from lib.formats import date_ro
from lib.forms import Form
from lib.htmx import form_page, go, is_part
from lib.words import plural


class AllowForm(Form):
    reason = forms.CharField(label="Motiv", max_length=200, help_text="Rămâne în istoricul documentului.")


@allow(MANAGE)
def vat_status(request: HttpRequest) -> HttpResponse:
    """First the day; then, with the same form, what would stop; a second press (`confirm`) changes the status."""
    last = VatStatus.objects.order_by("-since", "-id").first()
    to_payer = not (last and last.payer)
    form = VatStatusForm(request.POST or None, initial={"payer": "da" if to_payer else "nu", "since": bucharest_today()})
    context = {"form": form, "to_payer": to_payer, "last": last, "cash_vat": is_cash_vat(bucharest_today())}
    if form.is_valid():
        values = form.cleaned_data
        if "confirm" in request.POST:
            with form.refusals():
                change = change_vat_status(request.company, by=request.user, **values)
                messages.success(request, _sentence(change.stopped, ahead=change.applied_at is None, since=date_ro(change.since)))
                return redirect(f"{reverse('companies:settings', args=[request.company.pk])}#vat")
        else:
            context |= {"effects": effects(**values), "since": values["since"]}
    return form_page(request, "invoicing/vat_status.html", context)


@allow(MANAGE)
def document_allow(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then let the document be changed or storned once."""
    document = get_object_or_404(Document, pk=pk)
    form = AllowForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            allow_once(document, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, f"{document.label} se poate modifica sau storna, o singură dată.")
            return go(request, reverse("invoicing:document", args=(request.company.pk, pk)))
    template = "invoicing/_allow_form.html" if is_part(request) else "invoicing/document_allow.html"
    return form_page(request, template, {"form": form, "document": document})


def _sentence(stopped: int, *, ahead: bool, since: str) -> str:
    if ahead:
        return f"Statutul se schimbă la {since}. Recurențele active se opresc atunci."
    counted = plural(stopped, "recurență s-a oprit", "recurențe s-au oprit") if stopped else "Nicio recurență nu era activă"
    return f"Statutul este schimbat din {since}. {counted[:1].upper()}{counted[1:]}."
