"""Movements of bank accounts: listed with what they probably are, booked with one click, ignored, taken back."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bank.actions import book_ahead, book_documents, ignore, undo
from bank.forms import IgnoreForm, PartnerForm
from bank.lists import LineList
from bank.matching import Candidate, suggest
from bank.models import Booking, StatementLine
from companies.access import MONEY, READ, allow
from invoicing.models import Document
from lib.errors import Refused
from lib.formats import amount
from lib.listing import list_page
from purchases.models import Expense

MAX_TOGETHER = 200


@allow(READ)
@require_GET
def statement_list(request: HttpRequest) -> HttpResponse:
    """The movements, each with its best candidate."""
    listing = LineList(request.GET, StatementLine.objects.all())
    found = suggest(listing.rows)
    for row in listing.rows:
        row.best = next(iter(found.get(row.pk, [])), None)
    return list_page(request, "bank/statement_list.html", listing, may_money=request.membership.role in MONEY)


@allow(READ)
@require_GET
def line(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(StatementLine.objects.select_related("statement", "statement__by"), pk=pk)
    return render(request, "bank/line.html", _context(request, found))


@allow(MONEY)
@require_POST
def line_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book the movement on the documents that were chosen; the reason is what the match says today."""
    found = get_object_or_404(StatementLine, pk=pk)
    documents = _chosen(found, request.POST.getlist("documente"))
    told = next((one for one in suggest([found]).get(found.pk, []) if set(one.documents) == set(documents)), None)
    why: dict[str, Any] = {"reason": told.reason, "confidence": told.confidence} if told else {}
    return _try(request, found, lambda: book_documents(found, documents, by=request.user, **why))


@allow(MONEY)
@require_POST
def line_ahead(request: HttpRequest, pk: int) -> HttpResponse:
    """Money without a document: credit of the client, advance to the supplier."""
    found = get_object_or_404(StatementLine, pk=pk)
    form = PartnerForm(request.POST)
    if not form.is_valid():
        return render(request, "bank/line.html", _context(request, found, partner_form=form), status=422)
    return _try(request, found, lambda: book_ahead(found, form.cleaned_data["partner"], by=request.user))


@allow(MONEY)
@require_POST
def line_ignore(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(StatementLine, pk=pk)
    return _try(request, found, lambda: ignore(found, by=request.user, reason=request.POST.get("reason", "")))


@allow(MONEY)
@require_POST
def line_undo(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(StatementLine, pk=pk)
    return _try(request, found, lambda: undo(found, by=request.user))


def _context(request: Any, found: StatementLine, **forms: Any) -> dict[str, Any]:
    booking = (
        Booking.objects.filter(line=found, undone_at=None).select_related("payment__partner", "supplier_payment__partner", "by").first()
    )
    candidates: Sequence[Candidate] = suggest([found]).get(found.pk, [])
    partner = {"partner": candidates[0].partner.name} if candidates else {"partner": found.counterparty}
    context = {"line": found, "booking": booking, "candidates": candidates, "may_money": request.membership.role in MONEY}
    return context | {"partner_form": PartnerForm(initial=partner), "ignore_form": IgnoreForm()} | forms


def _chosen(found: StatementLine, texts: Sequence[str]) -> list[Any]:
    keys = {key for text in texts for key in text.split(",")}
    if not keys or len(keys) > MAX_TOGETHER or not all(key.isascii() and key.isdecimal() and len(key) <= 18 for key in keys):
        raise Http404
    model: Any = Document if found.incoming else Expense
    documents = list(model.objects.filter(pk__in=keys).select_related("partner"))
    if len(documents) != len(keys):
        raise Http404
    return documents


def _try(request: Any, found: StatementLine, act: Any) -> HttpResponse:
    """Do it, or say why not; then the page of the movement, or the list when that was asked for."""
    try:
        act()
        messages.success(request, f"Am salvat mișcarea de {amount(abs(found.amount), found.currency)}.")
    except Refused as refusal:
        messages.error(request, refusal.message)
    if request.POST.get("inapoi") == "lista":
        return redirect("bank:statement_list", request.company.pk)
    return redirect("bank:line", request.company.pk, found.pk)
