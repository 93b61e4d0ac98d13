"""Chitanțe: the list, a new one for money without an invoice, one for a payment, its page, cancelling."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from companies.access import ISSUE, MONEY, READ, allow
from invoicing.actions import cancel, cancel_payment, issue_receipt, record_advance
from invoicing.actions.receipts import NO_SERIES, receipt_series
from invoicing.forms.payment import AdvanceForm, CancelReceiptForm, ReceiptForm
from invoicing.history import history
from invoicing.models import Payment
from invoicing.receipt_print import receipt_html
from invoicing.receipts_list import RECEIPT_COLUMNS, ReceiptList, receipts, receipts_in_list
from lib.errors import require
from lib.export import export
from lib.htmx import form_page, go, is_part
from lib.listing import list_page
from partners.models import Partner

CHUNK = 2000


@allow(READ)
@require_GET
def receipt_list(request: HttpRequest) -> HttpResponse:
    role = request.membership.role
    listing = ReceiptList(request.GET, receipts_in_list())
    return list_page(request, "invoicing/receipt_list.html", listing, may_issue=role in ISSUE, may_money=role in MONEY)


@allow(READ)
@require_GET
def receipt_totals(request: HttpRequest) -> HttpResponse:
    """The part with the sums, and the chips again with their counts."""
    listing = ReceiptList(request.GET, receipts())
    listing.count_at_once = True
    return render(request, "invoicing/_receipt_sums.html", {"list": listing, "oob": True})


@allow(MONEY)
@require_GET
def receipt_export(request: HttpRequest, fmt: str) -> FileResponse:
    rows = ReceiptList(request.GET, receipts().select_related("partner")).selected
    return export(rows.iterator(chunk_size=CHUNK), RECEIPT_COLUMNS, fmt, name="chitante")


@allow(ISSUE)
def receipt_new(request: HttpRequest) -> HttpResponse:
    """Money of a client without an invoice: its credit, with a chitanță when asked (`?client=`, `?fara=chitanta`)."""
    key = request.GET.get("client", "")
    client = get_object_or_404(Partner, pk=key) if key.isascii() and key.isdecimal() and len(key) <= 18 else None
    form = AdvanceForm(request.POST or None, client=client, all_series=receipt_series(), receipt=request.GET.get("fara") != "chitanta")
    if form.is_valid():
        with form.refusals():
            chit = form.chit(about=form.cleaned_data.pop("about"))
            paid = record_advance(form.cleaned_data.pop("client"), by=request.user, receipt=chit, **form.cleaned_data)
            receipt = paid.receipts.select_related("document").first()
            messages.success(request, f"{receipt.document.label} este emisă." if receipt else "Avansul este în creditul clientului.")
            name, pk = ("receipt", receipt.document_id) if receipt else ("payment", paid.pk)
            return go(request, _page(request, name, pk))
    return form_page(request, "invoicing/receipt_form.html", {"form": form})


@allow(ISSUE)
def payment_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The chitanță of a cash payment that has none."""
    payment = get_object_or_404(Payment, pk=pk)
    series = receipt_series()
    require(series, "series_missing", NO_SERIES)
    form = ReceiptForm(request.POST or None, all_series=series)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            about = form.cleaned_data.pop("about")
            form.cleaned_data["receipt"] = True
            receipt = issue_receipt(payment, form.chit(about=about), by=request.user)
            messages.success(request, f"{receipt.label} este emisă.")
            return go(request, _page(request, "receipt", receipt.pk))
    return _answer(request, "receipt_of_payment", {"form": form, "payment": payment})


@allow(READ)
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The printed form, with the payment, the e-mails and the history beside it."""
    found = get_object_or_404(receipts().select_related("partner", "created_by", "receipt__payment"), pk=pk)
    entries, more = history(found)
    payment = found.receipt.payment
    context = {
        "document": found,
        "payment": payment,
        "parts": payment.allocations.select_related("document").order_by("document_id"),
        "sheet": receipt_html(found),
        "can_issue": request.membership.role in ISSUE,
        "mails": found.mails.order_by("-id"),
        "entries": entries,
        "more": more,
    }
    return render(request, "invoicing/receipt.html", context)


@allow(ISSUE)
def receipt_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then cancel: with its payment, or alone, when only the paper was wrong."""
    found = get_object_or_404(receipts().select_related("receipt__payment"), pk=pk)
    form = CancelReceiptForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            reason = form.cleaned_data["reason"]
            if form.cleaned_data["with_payment"]:
                cancel_payment(found.receipt.payment, by=request.user, reason=reason)
            else:
                cancel(found, by=request.user, reason=reason)
            messages.success(request, f"{found.label} este anulată. Numărul ei rămâne în serie.")
            return go(request, _page(request, "receipt", found.pk))
    return _answer(request, "receipt_cancel", {"form": form, "document": found})


def _answer(request: Any, name: str, context: dict[str, Any]) -> HttpResponse:
    part = f"invoicing/_{name}_form.html"
    return form_page(request, part if is_part(request) else "invoicing/document_form.html", context | {"part": part})


def _page(request: Any, name: str, pk: int) -> str:
    return reverse(f"invoicing:{name}", args=(request.company.pk, pk))
