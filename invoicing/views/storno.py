"""An invoice taken back, corrected in one step, and the credit that a paid one leaves."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from companies.access import ISSUE, MONEY, allow
from invoicing import actions
from invoicing.actions.vat_status import require_workable
from invoicing.forms.storno import SettleForm, StornoForm, TakeBackForm
from invoicing.models import Document
from invoicing.storno import require_storned_by_law, rests
from lib.errors import require
from lib.htmx import form_page, go, is_part


@allow(ISSUE)
def document_storno(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what is taken back and why, then issue the storno."""
    found = _workable(request, pk)
    form = StornoForm(request.POST or None, left=rests(found), currency=found.currency)
    require(form.left or request.method == "POST", "already_storned", f"{found} este deja stornată integral.")
    if form.is_valid():
        with form.refusals():
            storno = actions.storno(found, by=request.user, **form.parts, **form.terms)
            messages.success(request, f"{storno.label} stornează {found.label}.")
            return go(request, _page(request, "document", storno))
    return _answer(request, "storno", form, found)


@allow(ISSUE)
def document_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then storno the whole and open a copy in the editor (R24)."""
    found = _workable(request, pk)
    form = TakeBackForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            storno, draft = actions.correct(found, by=request.user, **form.terms)
            messages.success(
                request, f"{storno.label} stornează {found.label}. Aici este factura corectă, ca ciornă: schimbați ce era greșit."
            )
            return go(request, _page(request, "invoice_edit", draft))
    return _answer(request, "correct", form, found)


@allow(MONEY)
def document_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Use what a storno owes the client on another invoice of the same client."""
    credit = get_object_or_404(Document, pk=pk)
    invoices = Document.objects.payable().unpaid().filter(partner=credit.partner_id, currency=credit.currency, total__gt=0)
    invoices = invoices.order_by("due_date", "pk")
    if request.method != "POST":
        require(credit.balance < 0, "no_credit", f"{credit} nu mai are nimic de restituit.")
        require(invoices.exists(), "no_documents", "Clientul nu are facturi neîncasate în această monedă.")
    form = SettleForm(request.POST or None, credit=credit, invoices=invoices)
    if form.is_valid():
        with form.refusals():
            actions.settle(credit, by=request.user, **form.cleaned_data)
            messages.success(request, "Compensarea este înregistrată pe ambele facturi.")
            return go(request, _page(request, "document", credit))
    return _answer(request, "settle", form, credit)


def _workable(request: HttpRequest, pk: int) -> Document:
    """The invoice; what can't be storned at all is refused before anything is typed."""
    found = get_object_or_404(Document, pk=pk)
    require_storned_by_law(found)
    if request.method != "POST":
        require_workable(found)
    return found


def _answer(request: Any, name: str, form: Any, document: Document) -> HttpResponse:
    part = f"invoicing/_{name}_form.html"
    return form_page(
        request, part if is_part(request) else "invoicing/document_form.html", {"form": form, "document": document, "part": part}
    )


def _page(request: Any, name: str, document: Document) -> str:
    return reverse(f"invoicing:{name}", args=(request.company.pk, document.pk))
