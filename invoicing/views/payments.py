"""Payments of clients: recorded for one invoice or for several of one client, listed, shown, cancelled."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from companies.access import ISSUE, MONEY, READ, allow
from invoicing.actions import cancel_payment, record_payment
from invoicing.actions.credits import credit_of
from invoicing.actions.payments import due, require_payable
from invoicing.actions.receipts import receipt_series
from invoicing.exchange import LEI
from invoicing.forms.payment import INVOICE, CancelPaymentForm, PaymentForm
from invoicing.lists import PAYMENT_COLUMNS, PaymentList, payments_in_list, payments_to_export
from invoicing.models import Document, Payment
from invoicing.snapshots import differences
from lib.export import export
from lib.formats import amount
from lib.htmx import form_page, go, is_part
from lib.listing import list_page
from lib.money import ZERO

CHUNK = 2000
MAX_TOGETHER = 200  # invoices in one payment


@allow(READ)
@require_GET
def payment_list(request: HttpRequest) -> HttpResponse:
    listing = PaymentList(request.GET, payments_in_list())
    return list_page(request, "invoicing/payment_list.html", listing, may_money=request.membership.role in MONEY)


@allow(READ)
@require_GET
def payment_totals(request: HttpRequest) -> HttpResponse:
    """The part with the sums, and the chips again with their counts."""
    listing = PaymentList(request.GET, Payment.objects.all())
    listing.count_at_once = True
    return render(request, "invoicing/_payment_sums.html", {"list": listing, "oob": True})


@allow(MONEY)
@require_GET
def payment_export(request: HttpRequest, fmt: str) -> FileResponse:
    """The ticked rows, or everything that the list is asked for, as a file."""
    rows = payments_to_export(PaymentList(request.GET, Payment.objects.all()))
    return export(rows.iterator(chunk_size=CHUNK), PAYMENT_COLUMNS, fmt, name="incasari")


@allow(MONEY)
def document_pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Record money for one invoice, in part or in full."""
    return _record(request, [get_object_or_404(Document.objects.select_related("partner"), pk=pk)])


@allow(MONEY)
def payment_new(request: HttpRequest) -> HttpResponse:
    """Record money for several invoices of one client: ?documente=1,2, or the ticked rows of the list."""
    keys = {key for text in request.GET.getlist("documente") + request.GET.getlist("alese") for key in text.split(",")}
    if len(keys) > MAX_TOGETHER or not all(key.isascii() and key.isdecimal() and len(key) <= 18 for key in keys):
        raise Http404
    documents = list(Document.objects.filter(pk__in=keys).select_related("partner").order_by("due_date", "pk"))
    if len(documents) != len(keys):
        raise Http404
    return _record(request, documents)


def _record(request: Any, documents: Sequence[Document]) -> HttpResponse:
    """Show the form and record the payment. What can't be paid together is refused before anything is typed."""
    if request.method != "POST":
        require_payable(documents)
    currency = documents[0].currency if documents else LEI
    form = PaymentForm(request.POST or None, due=due(documents), currency=currency, all_series=receipt_series())
    if form.is_valid():
        with form.refusals():
            payer = documents[0].buyer if form.cleaned_data.pop("payer") == INVOICE else None
            chit = form.chit(payer)
            payment = record_payment(documents, by=request.user, receipt=chit, **form.cleaned_data)
            messages.success(request, f"Am înregistrat încasarea de {amount(payment.amount, payment.currency)}.")
            return _done(request, payment, documents)
    template = "invoicing/_payment_form.html" if is_part(request) else "invoicing/payment_form.html"
    context = {"form": form, "documents": documents, "due": due(documents), "action": _address(request, documents)}
    if documents:
        credit = credit_of(documents[0].partner_id, currency) if due(documents) > 0 else ZERO
        context |= {"credit": credit, "differences": differences(documents)}
    return form_page(request, template, context)


def _address(request: Any, documents: Sequence[Document]) -> str:
    if len(documents) == 1:
        return reverse("invoicing:document_pay", args=(request.company.pk, documents[0].pk))
    keys = ",".join(str(document.pk) for document in documents)
    return f"{reverse('invoicing:payment_new', args=(request.company.pk,))}?documente={keys}"


def _done(request: Any, payment: Payment, documents: Sequence[Document]) -> HttpResponse:
    """In a dialog: the page under it again, with its filters; otherwise the invoice, or the payment of several."""
    if is_part(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    name, key = ("document", documents[0].pk) if len(documents) == 1 else ("payment", payment.pk)
    return go(request, reverse(f"invoicing:{name}", args=(request.company.pk, key)))


@allow(READ)
@require_GET
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    """What was received, and which invoices it covers."""
    found = get_object_or_404(Payment.objects.select_related("partner", "by", "cancelled_by"), pk=pk)
    parts = found.allocations.select_related("document").order_by("document__due_date", "document_id")
    role, receipts = request.membership.role, found.receipts.select_related("document").order_by("pk")
    context = {"payment": found, "parts": parts, "may_money": role in MONEY, "receipts": receipts, "may_issue": role in ISSUE}
    context["may_receipt"] = found.method == Payment.Method.CASH and found.amount > 0 and not found.cancelled_at
    context["may_receipt"] &= not any(receipt.document.is_issued for receipt in receipts)
    context["size"] = abs(found.amount)
    context["gained"] = sum((part.difference_ron for part in parts), ZERO)
    return render(request, "invoicing/payment.html", context)


@allow(MONEY)
def payment_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then cancel; the payment stays on record."""
    found = get_object_or_404(Payment, pk=pk)
    form = CancelPaymentForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            cancel_payment(found, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, "Încasarea este anulată; facturile ei au din nou rest de încasat.")
            return go(request, reverse("invoicing:payment", args=(request.company.pk, found.pk)))
    template = "invoicing/_payment_cancel_form.html" if is_part(request) else "invoicing/payment_cancel.html"
    return form_page(request, template, {"form": form, "payment": found})
