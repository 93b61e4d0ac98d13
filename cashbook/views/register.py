"""Registru de casă: the days of a month, the sheet of a day, closing, and the PDFs."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cashbook import ceilings
from cashbook.actions import close_days, open_days
from cashbook.balances import balance_at, day_lines, opening_of
from cashbook.forms import CloseForm, OpenForm
from cashbook.lists import COLUMNS, exported
from cashbook.models import CashOperation, Till
from cashbook.prints import ask_for_order, ask_for_register
from cashbook.register import sheets
from cashbook.views.chosen import chosen_till, day_of, tills
from cashbook.views.prints import answer_print
from companies.access import MONEY, READ, allow
from lib.dates import add_months, bucharest_today, month_bounds
from lib.export import export
from lib.formats import date_ro
from lib.htmx import form_page, go

MONTHS = "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie".split()


@allow(READ)
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """A month, a line for each day; ?zi= shows the sheet of a day."""
    known = tills()
    till = chosen_till(request, known)
    if day := day_of(request.GET.get("zi", "")):
        return _sheet(request, till, day)
    since, until = _month(request)
    lines = day_lines(till, since, until)
    over = ceilings.days_over_ceiling(till, [(line.day, line.balance) for line in lines])
    context = {
        "till": till,
        "tills": known,
        "since": since,
        "month": f"{MONTHS[since.month - 1]} {since.year}",
        "before": f"{add_months(since, -1):%Y-%m}",
        "after": f"{add_months(since, 1):%Y-%m}" if until < bucharest_today() else "",
        "lines": [(line, line.day in over) for line in reversed(lines)],
        "opening": lines[0].opening if lines else opening_of(till, since),
        "received": sum(line.received for line in lines),
        "paid": sum(line.paid for line in lines),
        "balance": lines[-1].balance if lines else balance_at(till, until),
        "may_money": request.membership.role in MONEY,
    }
    return render(request, "cashbook/register.html", context)


@allow(READ)
@require_GET
def register_pdf(request: HttpRequest) -> HttpResponse:
    """The PDF of a day (?zi=) or of a month (?luna=); ?forma=zile writes the days of a month one under the other."""
    till = chosen_till(request)
    day = day_of(request.GET.get("zi", ""))
    since, until = (day, day) if day else _month(request)
    together = request.GET.get("forma") == "zile"
    return answer_print(request, ask_for_register(till, request.company, since=since, until=until, together=together))


@allow(MONEY)
@require_GET
def register_export(request: HttpRequest, fmt: str) -> FileResponse:
    """The register of a month, line by line, as a file."""
    since, until = _month(request)
    rows = CashOperation.objects.filter(till=chosen_till(request)).between(since, until).select_related("till", "partner", "reverses", "by")
    return export(exported(rows.order_by("ordinal")), COLUMNS, fmt, name=f"registru-casa-{since:%Y-%m}")


@allow(READ)
@require_GET
def order_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The dispoziție of an operation that has one."""
    operation = get_object_or_404(CashOperation.objects.select_related("till__workplace"), pk=pk)
    if operation.order_number is None:
        raise Http404
    return answer_print(request, ask_for_order(operation, request.company))


@allow(MONEY)
def days_close(request: HttpRequest) -> HttpResponse:
    till = chosen_till(request)
    form = CloseForm(request.POST or None, initial={"until": day_of(request.GET.get("zi", "")) or bucharest_today() - timedelta(days=1)})
    if form.is_valid():
        with form.refusals():
            closed = close_days(till, by=request.user, **form.cleaned_data)
            messages.success(request, f"Zilele până la {date_ro(closed.closed_until)} sunt închise.")
            return go(request, _back(request, till))
    return form_page(request, "cashbook/days_form.html", {"form": form, "till": till, "opens": False})


@allow(MONEY)
def days_open(request: HttpRequest) -> HttpResponse:
    till = chosen_till(request)
    form = OpenForm(request.POST or None, initial={"since": day_of(request.GET.get("zi", "")) or till.closed_until})
    if form.is_valid():
        with form.refusals():
            open_days(till, by=request.user, **form.cleaned_data)
            messages.success(request, f"Zilele de la {date_ro(form.cleaned_data['since'])} sunt deschise.")
            return go(request, _back(request, till))
    return form_page(request, "cashbook/days_form.html", {"form": form, "till": till, "opens": True})


def _sheet(request: Any, till: Till, day: date) -> HttpResponse:
    context = {
        "till": till,
        "sheet": sheets(till, day, day)[0],
        "closed": till.is_closed(day),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < bucharest_today() else None,
        "may_money": request.membership.role in MONEY,
    }
    return render(request, "cashbook/register_day.html", context)


def _month(request: HttpRequest) -> tuple[date, date]:
    """First and last day of ?luna=2026-11; of this month when it says nothing else."""
    return month_bounds(day_of(f"{request.GET.get('luna', '')}-01") or bucharest_today())


def _back(request: Any, till: Till) -> str:
    return f"{reverse('cashbook:register', args=(request.company.pk,))}?casa={till.pk}"
