"""Încasări și plăți › Cheltuieli: the list, a document, its form, what is done to it."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from companies.access import ISSUE, MANAGE, MONEY, READ, allow
from lib.errors import Refused
from lib.export import export
from lib.htmx import form_page, go
from lib.listing import list_page
from partners.models import Partner
from purchases import actions, guard, history
from purchases.actions.files import MAX_BYTES
from purchases.categories import categories
from purchases.forms import CategoryForm, ExpenseForm, OpeningForm, ReasonForm, line_forms
from purchases.ledger import due_this_week
from purchases.lists import EXPENSE_COLUMNS, ExpenseList
from purchases.models import Attachment, Expense, ExpenseCategory, FileRow, SupplierAdvance

MORE = 5  # rows that "Adaugă rânduri" brings


@allow(READ)
@require_GET
def expense_list(request: HttpRequest) -> HttpResponse:
    count, total, late = due_this_week()
    context = {"due": {"count": count, "total": total, "late": late}, **may(request)}
    return list_page(request, "purchases/expense_list.html", ExpenseList(request.GET), **context)


@allow(MONEY)
@require_GET
def expense_export(request: HttpRequest, fmt: str) -> FileResponse:
    rows = ExpenseList(request.GET).selected
    return export(rows.iterator(chunk_size=2000), EXPENSE_COLUMNS, fmt, name="cheltuieli")


@allow(READ)
@require_GET
def expense(request: HttpRequest, pk: int) -> HttpResponse:
    """A document: what it says, what speaks against it, its files, payments and history."""
    found = get_object_or_404(Expense.objects.select_related("partner", "by", "cancelled_by"), pk=pk)
    lines = list(found.lines.select_related("category"))
    context = {
        "expense": found,
        "lines": lines,
        "groups": found.groups.all(),
        "warnings": guard.warnings(found, lines) if not found.cancelled_at and (found.is_draft or found.balance) else [],
        "double": found.is_draft and guard.doubles(found),
        "attachments": found.attachments.select_related("file").defer("file__content"),
        "parts": found.allocations.select_related("payment").order_by("payment__paid_on", "id"),
        "revisions": found.revisions.select_related("by").order_by("-revision"),
        "waiting": FileRow.objects.filter(expense=found, state=FileRow.State.WAITING).first(),
        "advance": SupplierAdvance.objects.filter(partner=found.partner_id, currency=found.currency, amount__gt=0).first(),
        "events": history.about(found),
    }
    return render(request, "purchases/expense.html", context | may(request))


@allow(MONEY)
def expense_new(request: HttpRequest) -> HttpResponse:
    given = request.GET.get("furnizor", "")
    return _edit(request, Expense(), partner=int(given) if given.isdecimal() and len(given) < 19 else None)


@allow(MONEY)
def expense_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft is written again; a booked document is corrected, with a reason."""
    found = get_object_or_404(Expense, pk=pk)
    if found.cancelled_at or found.kind != "expense":
        return redirect("purchases:expense", request.company.pk, pk)
    return _edit(request, found)


@allow(MONEY)
@require_POST
def expense_book(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Expense, pk=pk)
    try:
        actions.book(found, by=request.user, doubles_confirmed="doubles_confirmed" in request.POST)
        messages.success(request, f"{found.number} este înregistrat.")
    except Refused as refusal:
        messages.error(request, refusal.message)
    return go(request, _page(request, pk))


@allow(MONEY)
def expense_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Expense, pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            actions.cancel_expense(found, by=request.user, **form.cleaned_data)
            return go(request, _page(request, pk))
    texts = {
        "title": f"Anulează {found.number}",
        "words": "Documentul rămâne în listă, anulat; nu mai este de plată.",
        "button": "Anulează documentul",
    }
    return form_page(request, "purchases/small_form.html", {"form": form, "danger": True, "back": _page(request, pk), **texts})


@allow(MONEY)
@require_POST
def expense_delete(request: HttpRequest, pk: int) -> HttpResponse:
    actions.delete_draft(get_object_or_404(Expense, pk=pk), by=request.user)
    return go(request, reverse("purchases:expense_list", args=(request.company.pk,)))


@allow(MONEY)
@require_POST
def expense_attach(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Expense, pk=pk)
    for file in request.FILES.getlist("file"):
        try:
            actions.attach(found, name=file.name or "", content=file.read(MAX_BYTES + 1), by=request.user)
        except Refused as refusal:
            messages.error(request, f"{file.name}: {refusal.message}")
    return go(request, _page(request, pk))


@allow(READ)
@require_GET
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """The file itself: in the browser when it is a PDF or a picture, which is all there is."""
    found = get_object_or_404(Attachment.objects.select_related("file"), pk=pk)
    response = HttpResponse(bytes(found.file.content), content_type=found.file.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@allow(MONEY)
@require_POST
def attachment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Attachment.objects.select_related("expense"), pk=pk)
    actions.detach(found, by=request.user)
    return go(request, _page(request, found.expense_id))


@allow(MONEY)
@require_POST
def supplier_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask ANAF about the supplier of a document."""
    found = get_object_or_404(Expense.objects.select_related("partner"), pk=pk)
    try:
        answer = actions.check_at_anaf(found.partner, by=request.user)
        words = answer.warnings or [f"{answer.name}: activ la ANAF, {'plătitor' if answer.vat_payer else 'neplătitor'} de TVA."]
        for word in [*words, *(["Aplică TVA la încasare."] if answer.cash_vat else [])]:
            messages.info(request, word)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return go(request, _page(request, pk))


@allow(MONEY)
def opening_new(request: HttpRequest) -> HttpResponse:
    """R31: what was left of a supplier's document when the book began."""
    given = request.GET.get("furnizor", "")
    form = OpeningForm(request.POST or None, partner=int(given) if given.isdecimal() and len(given) < 19 else None)
    if form.is_valid():
        with form.refusals():
            values = dict(form.cleaned_data)
            made = actions.open_balance(values.pop("partner"), by=request.user, **values)
            messages.success(request, "Soldul inițial este înregistrat.")
            return go(request, _page(request, made.pk))
    words = "Ce mai era de plătit dintr-un document al furnizorului la data de la care lucrați aici."
    back = reverse("purchases:expense_list", args=(request.company.pk,))
    context = {"form": form, "title": "Sold inițial furnizor", "words": words, "button": "Înregistrează", "back": back}
    return form_page(request, "purchases/small_form.html", context)


@allow(MANAGE | ISSUE)
def category_list(request: HttpRequest) -> HttpResponse:
    categories()
    form = CategoryForm(request.POST or None, prefix="noua")
    if form.is_valid():
        form.save()
        return go(request, request.path)
    return form_page(request, "purchases/category_list.html", {"form": form, "categories": ExpenseCategory.objects.all()})


@allow(MANAGE | ISSUE)
def category_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ExpenseCategory, pk=pk)
    form = CategoryForm(request.POST or None, instance=found)
    back = reverse("purchases:category_list", args=(request.company.pk,))
    if form.is_valid():
        form.save()
        return go(request, back)
    return form_page(request, "purchases/small_form.html", {"form": form, "title": found.name, "button": "Salvează", "back": back})


def may(request: HttpRequest) -> dict[str, Any]:
    return {"may_money": request.membership.role in MONEY}


def _edit(request: HttpRequest, found: Expense, *, partner: int | None = None) -> HttpResponse:
    kept = list(found.lines.all()) if found.pk else []
    booked = found.is_booked
    data = request.POST.copy() if request.method == "POST" else None
    more = data is not None and "more" in data
    if data is not None and more:
        count = data.get("rand-TOTAL_FORMS", "0")
        data["rand-TOTAL_FORMS"] = str((int(count) if count.isdecimal() else 0) + MORE)
    initial = {"partner": partner} if partner else None
    form, rows = ExpenseForm(data, instance=found, initial=initial), line_forms(data, kept, extra=1 if kept else 3)
    if data is not None and not more and form.is_valid() and rows.is_valid():
        with form.refusals():
            lines = rows.lines
            values = form.take(lines)
            if booked:
                fresh = get_object_or_404(Expense, pk=found.pk)
                made = actions.revise(fresh, values, lines, by=request.user, reason=form.cleaned_data["reason"])
            else:
                for name, value in values.items():
                    setattr(found, name, value)
                found.token = found.token or form.cleaned_data["token"]
                made = actions.save_expense(found, lines, by=request.user)
            if "book" in request.POST and made.is_draft:
                _book_or_tell(request, made)
            return go(request, _page(request, made.pk))
    status = 422 if data is not None and not more else 200
    context = {
        "form": form,
        "rows": rows,
        "expense": found,
        "booked": booked,
        "more": more,
        "suppliers": Partner.objects.suppliers().exists(),
    }
    return render(request, "purchases/expense_form.html", context, status=status)


def _book_or_tell(request: HttpRequest, made: Expense) -> None:
    """What speaks against booking is shown on the page of the draft, to be confirmed there."""
    if guard.warnings(made):
        messages.warning(request, "Ciorna este salvată. Citiți avertismentele înainte de a o înregistra.")
        return
    try:
        actions.book(made, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)


def _page(request: HttpRequest, pk: int) -> str:
    return reverse("purchases:expense", args=(request.company.pk, pk))
