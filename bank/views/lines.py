"""Movements of bank accounts: listed with what they probably are, booked with one click, ignored, taken back."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bank.actions import book_ahead, book_cash, book_documents, book_fee, ignore, matching_cash, undo
from bank.forms import CashForm, IgnoreForm, PartForm, PartnerForm
from bank.lists import LineList
from bank.matching import Candidate, hint, look_for, suggest
from bank.models import Booking, StatementLine
from companies.access import MONEY, READ, allow
from companies.models import BankAccount
from invoicing.models import Document
from lib.errors import Refused
from lib.formats import amount
from lib.listing import list_page
from purchases.models import Expense

MAX_TOGETHER = 200
OWN = "Transfer între conturile firmei"


@allow(READ)
@require_GET
def statement_list(request: HttpRequest) -> HttpResponse:
    """The movements, each with its best candidate, or with what it looks like."""
    listing = LineList(request.GET, StatementLine.objects.all())
    found = suggest(listing.rows)
    own = own_accounts()
    for row in listing.rows:
        row.best = next(iter(found.get(row.pk, [])), None)
        row.hint = hint(row, own) if row.is_open and not row.booked and not row.best else ""
    return list_page(request, "bank/statement_list.html", listing, may_money=request.membership.role in MONEY)


@allow(READ)
@require_GET
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """A movement with its text, its parts and what the rest may be; ?cauta= looks for other documents."""
    found = get_object_or_404(StatementLine.objects.select_related("statement", "statement__by"), pk=pk)
    return render(request, "bank/line.html", _context(request, found))


@allow(MONEY)
@require_POST
def line_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book the movement, or a part of it, on the documents that were chosen; the reason is what the match says today."""
    found = get_object_or_404(StatementLine, pk=pk)
    form = PartForm(request.POST, currency=found.currency)
    if not form.is_valid():
        return render(request, "bank/line.html", _context(request, found, part_form=form), status=422)
    documents = _chosen(found, request.POST.getlist("documente") or request.POST.getlist("bifate"))
    told = next((one for one in suggest([found]).get(found.pk, []) if set(one.documents) == set(documents)), None)
    values: dict[str, Any] = {"reason": told.reason, "confidence": told.confidence} if told else {}
    return _try(request, found, lambda: book_documents(found, documents, by=request.user, **form.cleaned_data, **values))


@allow(MONEY)
@require_POST
def line_ahead(request: HttpRequest, pk: int) -> HttpResponse:
    """Money without a document: credit of the client, advance to the supplier."""
    found = get_object_or_404(StatementLine, pk=pk)
    form = PartnerForm(request.POST, prefix="avans", currency=found.currency)
    if not form.is_valid():
        return render(request, "bank/line.html", _context(request, found, partner_form=form), status=422)
    values = dict(form.cleaned_data)
    return _try(request, found, lambda: book_ahead(found, values.pop("partner"), by=request.user, **values))


@allow(MONEY)
@require_POST
def line_fee(request: HttpRequest, pk: int) -> HttpResponse:
    """A fee of the bank: an expense that the movement has paid."""
    found = get_object_or_404(StatementLine, pk=pk)
    return _try(request, found, lambda: book_fee(found, by=request.user))


@allow(MONEY)
@require_POST
def line_cash(request: HttpRequest, pk: int) -> HttpResponse:
    """Money carried to the bank or from it: tied to the line of the till, which is written if it is missing."""
    found = get_object_or_404(StatementLine, pk=pk)
    form = CashForm(request.POST, line=found, operations=matching_cash(found))
    if not form.is_valid():
        return render(request, "bank/line.html", _context(request, found, cash_form=form), status=422)
    till, operation = form.cleaned_data["till"], form.cleaned_data["operation"]
    return _try(request, found, lambda: book_cash(found, till, by=request.user, operation=operation))


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


def own_accounts() -> set[str]:
    return set(BankAccount.objects.values_list("iban", flat=True))


def _context(request: Any, found: StatementLine, **forms: Any) -> dict[str, Any]:
    ties = "payment__partner", "supplier_payment__partner", "cash_operation__till", "by"
    bookings = list(Booking.objects.filter(line=found, undone_at=None).select_related(*ties).order_by("pk"))
    text = request.GET.get("cauta", "").strip()
    candidates: Sequence[Candidate] = look_for(found, text) if text and found.is_open else suggest([found]).get(found.pk, [])
    operations = matching_cash(found) if found.is_open else []
    partner = {"partner": candidates[0].partner.name if candidates and not text else found.counterparty}
    context = {"line": found, "bookings": bookings, "candidates": candidates, "operations": operations, "text": text}
    context |= {"may_money": request.membership.role in MONEY, "hint": hint(found, own_accounts())}
    context |= {"part_form": PartForm(currency=found.currency), "ignore_form": IgnoreForm(initial=_why(context["hint"]))}
    context |= {"partner_form": PartnerForm(initial=partner, prefix="avans", currency=found.currency)}
    return context | {"cash_form": CashForm(line=found, operations=operations)} | forms


def _why(hint: str) -> dict[str, str]:
    return {"reason": OWN} if hint == "own" else {}


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
