"""Rapoarte › Operațiuni casă: the list, an operation, writing one, taking one back."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cashbook import ceilings
from cashbook.actions import record, transfer
from cashbook.actions import reverse as take_back
from cashbook.balances import balance_now, effect, negative_days, set_running
from cashbook.forms import OperationForm, PaymentAsked, ReverseForm, TransferForm
from cashbook.lists import COLUMNS, OperationList, exported
from cashbook.models import CashOperation, Till
from cashbook.register import explain
from cashbook.views.chosen import chosen_till, tills
from companies.access import MONEY, READ, allow
from lib.dates import bucharest_today
from lib.export import export
from lib.formats import amount, date_ro
from lib.htmx import form_page, go
from lib.listing import list_page
from lib.money import ZERO
from lib.words import plural


@allow(READ)
@require_GET
def operation_list(request: HttpRequest) -> HttpResponse:
    known = tills()
    till = chosen_till(request, known)
    balance = balance_now(till)
    context = {
        "till": till,
        "tills": known,
        "balance": balance,
        "negative": negative_days(till)[-3:],
        "warnings": ceilings.over_ceiling(till, bucharest_today(), balance),
        "may_money": request.membership.role in MONEY,
    }
    return list_page(request, "cashbook/operation_list.html", OperationList(request.GET, till, known), **context)


@allow(READ)
@require_GET
def operation_totals(request: HttpRequest) -> HttpResponse:
    """The part with the sums, and the chips again with their counts."""
    known = tills()
    listing = OperationList(request.GET, chosen_till(request, known), known)
    listing.count_at_once = True
    return render(request, "cashbook/_operation_sums.html", {"list": listing, "till": listing.till, "oob": True})


@allow(MONEY)
@require_GET
def operation_export(request: HttpRequest, fmt: str) -> FileResponse:
    """Everything that the list is asked for, as a file."""
    known = tills()
    listing = OperationList(request.GET, chosen_till(request, known), known)
    return export(exported(listing.selected), COLUMNS, fmt, name="operatiuni-casa")


@allow(READ)
@require_GET
def operation(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of the book, with what it takes back or what takes it back."""
    rows = CashOperation.objects.select_related("till", "partner", "by", "reverses", "count", "payment")
    found = get_object_or_404(rows, pk=pk)
    set_running([found])
    explain([found])
    reversal = CashOperation.objects.filter(reverses=found).first()
    other = CashOperation.objects.filter(pair=found.pair).exclude(till=found.till).select_related("till").first() if found.pair else None
    may_reverse = request.membership.role in MONEY and not (found.reverses_id or found.payment_id or reversal)
    context = {"operation": found, "till": found.till, "reversal": reversal, "other": other, "may_reverse": may_reverse}
    return render(request, "cashbook/operation.html", context)


@allow(MONEY)
def operation_new(request: HttpRequest) -> HttpResponse:
    """Write an operation by hand; what it does to later days is shown before and said after."""
    till = chosen_till(request)
    form = OperationForm(request.POST or None, till=till, initial={"kind": request.GET.get("fel", "other_out")})
    if form.is_valid():
        with form.refusals():
            confirmed = form.cleaned_data.get("confirmed", False)
            made = record(till, form.entry, by=request.user, token=form.cleaned_data["token"], negative_confirmed=confirmed)
            _tell(request, made, till)
            return go(request, reverse("cashbook:operation", args=(request.company.pk, made.pk)))
    return form_page(request, "cashbook/operation_form.html", {"form": form, "till": till, "tills": tills()})


@allow(MONEY)
@require_GET
def operation_effect(request: HttpRequest) -> HttpResponse:
    """The part of the form that says what the operation would do: the balances, the days below zero, the ceilings."""
    till = chosen_till(request)
    form = OperationForm(_with_token(request), till=till)
    context: dict[str, Any] = {"till": till}
    if form.is_valid():
        entry = form.entry
        what = effect(till, entry.day, entry.signed)
        found = ceilings.warnings(
            kind=entry.kind, value=entry.amount, currency=till.currency, on=entry.day, partner=entry.partner, party=entry.party,
            balance=what.balance,
        )  # fmt: skip
        context |= {"effect": what, "entry": entry, "warnings": found}
    return render(request, "cashbook/_effect.html", context)


@allow(MONEY)
def transfer_new(request: HttpRequest) -> HttpResponse:
    """Move money to another till of the same currency."""
    till = chosen_till(request)
    form = TransferForm(request.POST or None, till=till)
    if form.is_valid():
        with form.refusals():
            made = transfer(
                till, form.cleaned_data["target"], amount=form.cleaned_data["amount"], on=form.cleaned_data["day"], by=request.user,
                token=form.cleaned_data["token"], explanation=form.cleaned_data["explanation"],
                negative_confirmed=form.cleaned_data.get("confirmed", False),
            )  # fmt: skip
            _tell(request, made, till)
            return go(request, reverse("cashbook:operation", args=(request.company.pk, made.pk)))
    return form_page(request, "cashbook/transfer_form.html", {"form": form, "till": till})


@allow(MONEY)
def operation_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the day and the reason, then write the line that takes this one back."""
    found = get_object_or_404(CashOperation.objects.select_related("till"), pk=pk)
    form = ReverseForm(request.POST or None, till=found.till)
    if form.is_valid():
        with form.refusals():
            data = form.cleaned_data
            made = take_back(found, on=data["day"], by=request.user, reason=data["reason"], negative_confirmed=data.get("confirmed", False))
            _tell(request, made, found.till)
            return go(request, reverse("cashbook:operation", args=(request.company.pk, found.pk)))
    explain([found])
    return form_page(request, "cashbook/reverse_form.html", {"form": form, "operation": found})


@allow(MONEY)
@require_GET
def payment_check(request: HttpRequest) -> HttpResponse:
    """For the form of a payment: what of Legea 70/2015 it would pass. ?method, amount, on as its fields, client and currency beside."""
    form = _payment_asked(request)
    found = ceilings.warnings(**form) if form else []
    return render(request, "cashbook/_warnings.html", {"warnings": found})


def _payment_asked(request: HttpRequest) -> dict[str, Any] | None:
    """What the form of a payment says so far, if it is in cash and whole."""
    form = PaymentAsked(request.GET)
    if not form.is_valid() or form.cleaned_data["method"] != "cash":
        return None
    data = form.cleaned_data
    kind = "payment" if data["amount"] > 0 else "refund"
    currency = data["currency"] or data["own"] or "RON"
    return {"kind": kind, "value": abs(data["amount"]), "currency": currency, "on": data["on"], "partner": data["client"]}


def _with_token(request: HttpRequest) -> Any:
    """The typed fields with a token, which a question does not need."""
    data = request.GET.copy()
    data["token"] = str(uuid4())
    return data


def _tell(request: HttpRequest, made: CashOperation, till: Till) -> None:
    """Say what was written, and that a back-dated operation changed the days after it."""
    messages.success(request, f"Am înregistrat {made.label or made.get_kind_display()}, {amount(abs(made.amount), till.currency)}.")
    later = effect(till, made.day, ZERO).later_days
    if later:
        days = plural(later, "zi", "zile")
        messages.info(request, f"Operațiunea este din {date_ro(made.day)}: soldul s-a refăcut în {days} de după ea.")
