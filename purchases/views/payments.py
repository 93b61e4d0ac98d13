"""Încasări și plăți › Plăți: the list, a payment, paying, advances, files for the bank, and what is owed to each supplier."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cashbook import ceilings
from cashbook.balances import effect
from cashbook.models import Kind as CashKind
from cashbook.receipts import default_till
from companies.access import MONEY, READ, allow
from lib.dates import bucharest_today
from lib.export import Column, export
from lib.formats import date_ro
from lib.forms import DateField
from lib.htmx import form_page, go
from lib.listing import list_page
from lib.money import ZERO
from partners.models import Partner
from purchases import actions, guard, ledger
from purchases.actions.payment_files import iban_of
from purchases.forms import AdvancePaidForm, AmountForm, CashAsked, ConfirmForm, FileForm, PayForm, ReasonForm
from purchases.lists import PAYMENT_COLUMNS, PaymentList
from purchases.models import Expense, FileRow, PaymentFile, SupplierAdvance, SupplierPayment
from purchases.views.expenses import may

CHOSEN = 200


@allow(READ)
@require_GET
def payment_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, "purchases/payment_list.html", PaymentList(request.GET), **may(request))


@allow(MONEY)
@require_GET
def payment_export(request: HttpRequest, fmt: str) -> FileResponse:
    return export(PaymentList(request.GET).selected.iterator(chunk_size=2000), PAYMENT_COLUMNS, fmt, name="plati")


@allow(READ)
@require_GET
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    rows = SupplierPayment.objects.select_related("partner", "by", "cancelled_by", "client_payment", "file_row", "cash_operation")
    found = get_object_or_404(rows, pk=pk)
    parts = list(found.allocations.select_related("expense"))
    gained = sum((part.difference_ron for part in parts), ZERO)
    invoices = found.client_payment.allocations.select_related("document") if found.client_payment else []
    context = {"payment": found, "parts": parts, "invoices": invoices, "gained": gained}
    return render(request, "purchases/payment.html", context | may(request))


@allow(MONEY)
def pay(request: HttpRequest) -> HttpResponse:
    """Pay the documents of `?alese=`, of one supplier."""
    chosen = _chosen(request)
    due = sum((expense.balance for expense in chosen), ZERO)
    first = chosen[0]
    form = PayForm(request.POST or None, due=due, currency=first.currency)
    if form.is_valid():
        with form.refusals():
            made = actions.pay(chosen, by=request.user, **form.cleaned_data)
            messages.success(request, "Plata este înregistrată.")
            return go(request, _page(request, made.pk))
    found = [warning for expense in chosen for warning in guard.warnings(expense) if warning.code != "price_jump"]
    context = {"form": form, "expenses": chosen, "due": due, "first": first, "warnings": found[:10]}
    return form_page(request, "purchases/pay_form.html", context)


@allow(MONEY)
@require_GET
def pay_check(request: HttpRequest) -> HttpResponse:
    """For the form of a payment, before it is saved: the ceilings of Legea 70/2015 and what would be left in the till."""
    form = CashAsked(request.GET)
    if not form.is_valid() or form.cleaned_data["method"] != SupplierPayment.Method.CASH:
        return HttpResponse('<div id="cash-warnings"></div>')
    data = form.cleaned_data
    currency = data["currency"] or data["own"] or "RON"
    till = data["till"] or default_till(currency)
    what = effect(till, data["on"], -data["amount"]) if till and till.currency == currency else None
    asked = {"value": abs(data["amount"]), "currency": currency, "on": data["on"], "partner": data["partner"]}
    found = ceilings.warnings(kind=CashKind.SUPPLIER, **asked) if data["amount"] > 0 else []
    context = {"warnings": found, "effect": what, "till": till, "on": data["on"]}
    return render(request, "purchases/_pay_check.html", context)


@allow(MONEY)
def payment_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SupplierPayment, pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            actions.cancel_payment(found, by=request.user, **form.cleaned_data)
            return go(request, _page(request, pk))
    words = f"{'Compensarea' if found.client_payment_id else 'Plata'} rămâne în listă, anulată, iar documentele sunt din nou de plată."
    words += " Operațiunea din casă se stornează." if found.cash_operation_id else ""
    words += " Facturile clientului sunt din nou de încasat." if found.client_payment_id else ""
    context = {
        "form": form,
        "title": "Anularea compensării" if found.client_payment_id else "Anularea plății",
        "words": words,
        "button": "Anulează compensarea" if found.client_payment_id else "Anulează plata",
        "danger": True,
        "back": _page(request, pk),
    }
    return form_page(request, "purchases/small_form.html", context)


@allow(MONEY)
def advance_new(request: HttpRequest) -> HttpResponse:
    given = request.GET.get("furnizor", "")
    form = AdvancePaidForm(request.POST or None, partner=int(given) if given.isdecimal() and len(given) < 19 else None)
    if form.is_valid():
        with form.refusals():
            values = dict(form.cleaned_data)
            values["amount"] *= -1 if values.pop("back") else 1
            made = actions.pay_ahead(values.pop("partner"), by=request.user, **values)
            return go(request, _page(request, made.pk))
    context = {
        "form": form,
        "title": "Avans la furnizor",
        "words": "Bani dați unui furnizor înaintea documentului lui.",
        "button": "Înregistrează",
        "asks_cash": True,
    }
    return form_page(
        request, "purchases/small_form.html", context | {"back": reverse("purchases:payment_list", args=(request.company.pk,))}
    )


@allow(MONEY)
def advance_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Cover a document from what was paid ahead."""
    found = get_object_or_404(Expense.objects.select_related("partner"), pk=pk)
    ahead = SupplierAdvance.objects.filter(partner=found.partner_id, currency=found.currency).first()
    most = min(ahead.amount if ahead else ZERO, found.balance)
    form = AmountForm(request.POST or None, most=most, currency=found.currency)
    back = reverse("purchases:expense", args=(request.company.pk, pk))
    if form.is_valid():
        with form.refusals():
            actions.use_advance(found, by=request.user, **form.cleaned_data)
            return go(request, back)
    context = {
        "form": form,
        "title": f"Folosește avansul pentru {found.number}",
        "words": "Nu se mișcă bani.",
        "button": "Folosește",
        "back": back,
    }
    return form_page(request, "purchases/small_form.html", context)


@allow(READ)
@require_GET
def file_list(request: HttpRequest) -> HttpResponse:
    files = PaymentFile.objects.select_related("by").order_by("-id")[:CHOSEN]
    waiting = set(FileRow.objects.filter(state=FileRow.State.WAITING).values_list("payment_file_id", flat=True))
    return render(request, "purchases/file_list.html", {"files": files, "waiting": waiting, **may(request)})


@allow(MONEY)
def file_new(request: HttpRequest) -> HttpResponse:
    """A file for the bank with the documents of `?alese=`."""
    chosen = _chosen(request)
    form = FileForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            made = actions.make_file(chosen, by=request.user, **form.cleaned_data)
            return go(request, _file(request, made.pk))
    found = [warning for expense in chosen for warning in guard.warnings(expense) if warning.code != "price_jump"]
    rows = [(expense, iban_of(expense)) for expense in chosen]
    total = sum((expense.balance for expense in chosen), ZERO)
    return form_page(
        request, "purchases/file_form.html", {"form": form, "rows": rows, "total": total, "first": chosen[0], "warnings": found[:10]}
    )


@allow(READ)
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(PaymentFile.objects.select_related("by"), pk=pk)
    rows = list(found.rows.select_related("expense__partner", "payment"))
    waits = any(row.state == FileRow.State.WAITING for row in rows)
    return render(request, "purchases/file.html", {"file": found, "rows": rows, "waits": waits, "form": ConfirmForm(), **may(request)})


@allow(MONEY)
@require_GET
def file_content(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(PaymentFile.objects.select_related("file"), pk=pk)
    response = HttpResponse(bytes(found.file.content), content_type=found.file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response


@allow(MONEY)
@require_POST
def file_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The ticked rows were paid, or will not be (`withdraw`)."""
    found = get_object_or_404(PaymentFile, pk=pk)
    rows = list(found.rows.filter(pk__in=_keys(request.POST.getlist("rand"))).select_related("expense"))
    form = ConfirmForm(request.POST)
    if not rows:
        messages.warning(request, "Bifați cel puțin un rând.")
    elif "withdraw" in request.POST:
        actions.withdraw_rows(rows, by=request.user)
    elif form.is_valid():
        made = actions.confirm_rows(rows, on=form.cleaned_data["on"], by=request.user)
        messages.success(request, f"Plăți înregistrate: {len(made)}.")
    else:
        messages.error(request, "Scrieți data plății.")
    return go(request, _file(request, pk))


@allow(READ)
@require_GET
def supplier_card(request: HttpRequest, pk: int) -> HttpResponse:
    """What was owed and paid to one supplier, with the balance after each line."""
    partner = get_object_or_404(Partner, pk=pk)
    currencies = ledger.currencies_of(partner) or ["RON"]
    asked = request.GET.get("moneda", "")
    currency = asked if asked in currencies else currencies[0]
    since, until = _day(request.GET.get("de-la", "")), _day(request.GET.get("pana-la", ""))
    card = ledger.supplier_card(partner, currency, since=since, until=until)
    if fmt := request.GET.get("export"):
        if request.membership.role not in MONEY:
            raise Http404
        return export(card.rows, CARD_COLUMNS, fmt, name="fisa-furnizor")
    context = {"partner": partner, "card": card, "currencies": currencies, "since": date_ro(since), "until": date_ro(until)}
    return render(request, "purchases/supplier_card.html", context | may(request))


@allow(READ)
@require_GET
def ageing(request: HttpRequest) -> HttpResponse:
    """What is owed to each supplier as of a day, by how late it is."""
    on = _day(request.GET.get("la", "")) or bucharest_today()
    rows = ledger.ageing(on)
    if fmt := request.GET.get("export"):
        if request.membership.role not in MONEY:
            raise Http404
        return export(rows, AGED_COLUMNS, fmt, name="scadentar-furnizori")
    totals = [sum((row.parts[place] for row in rows), ZERO) for place in range(len(ledger.BUCKETS))]
    context: dict[str, Any] = {"rows": rows, "on": on, "buckets": [label for label, _, _ in ledger.BUCKETS], "totals": totals}
    context |= {"total": sum(totals, ZERO), "advance": sum((row.advance for row in rows), ZERO)}
    return render(request, "purchases/ageing.html", context | may(request))


CARD_COLUMNS = [
    Column("Data", lambda row: row.on, 12),
    Column("Operațiune", lambda row: row.text, 40),
    Column("Datorat", lambda row: row.owed or None),
    Column("Plătit", lambda row: row.paid or None),
    Column("Sold", lambda row: row.balance),
]
AGED_COLUMNS = [
    Column("Furnizor", lambda row: row.partner.name, 34),
    Column("CIF", lambda row: row.partner.cif, 14),
    *(Column(label, lambda row, place=place: row.parts[place], 18) for place, (label, _, _) in enumerate(ledger.BUCKETS)),
    Column("Total (lei)", lambda row: row.total),
    Column("Avans (lei)", lambda row: row.advance or None),
]


def _chosen(request: HttpRequest) -> list[Expense]:
    """The documents named in the address; 404 when there is none, for then there is nothing to show."""
    keys = _keys(request.GET.getlist("alese"))[:CHOSEN]
    rows = Expense.objects.select_related("partner").filter(pk__in=keys)
    found = list(rows.order_by("due_date", "id"))
    if not found:
        raise Http404
    return found


def _keys(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19]


def _day(text: str) -> date | None:
    try:
        return DateField(required=False).clean(text)
    except ValidationError:
        return None


def _page(request: HttpRequest, pk: int) -> str:
    return reverse("purchases:payment", args=(request.company.pk, pk))


def _file(request: HttpRequest, pk: int) -> str:
    return reverse("purchases:file", args=(request.company.pk, pk))
