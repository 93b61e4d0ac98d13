"""A client's account: the ledger card, the statement, balance confirmations, what is owed by age."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from companies.access import ISSUE, MONEY, READ, allow
from companies.models import StoredFile
from invoicing.actions.mail import send_letter
from invoicing.forms.choices import CURRENCIES
from invoicing.forms.document import SendForm
from invoicing.letters import statement_letter
from invoicing.sheets import ask_for_sheet
from invoicing.views.sheets import made, sheet_file
from lib.dates import PERIODS, bucharest_today
from lib.errors import require
from lib.export import export
from lib.formats import currency_sign
from lib.htmx import form_page, go, is_part
from lib.text import normalise
from partners.models import Partner
from reports import ageing as ages
from reports.asked import INTERVAL, asked_day, asked_period
from reports.ledger import COLUMNS, card, lines
from reports.statements import TOGETHER, card_page, confirmation_page, standing, standings, statement_page, with_balance

PRINTED = 3000  # lines of a printed card
NOTHING_OPEN = "Niciun client nu avea sold la această dată."


@allow(READ)
@require_GET
def ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """The client's card over a period, with what it owes today by age."""
    partner = get_object_or_404(Partner, pk=pk)
    name, since, until = asked_period(request)
    context = {
        "partner": partner,
        "card": card(partner, since=since, until=until),
        "standing": standing(partner, bucharest_today()),
        "period": name,
        "periods": [*PERIODS, (INTERVAL, "Interval…")],
        "since": since if name == INTERVAL else None,
        "until": until if name == INTERVAL else None,
        "today": bucharest_today(),
        "may_money": request.membership.role in MONEY,
        "may_issue": request.membership.role in ISSUE,
    }
    return render(request, "reports/ledger.html", context)


@allow(MONEY)
@require_GET
def ledger_export(request: HttpRequest, pk: int, fmt: str) -> FileResponse:
    partner = get_object_or_404(Partner, pk=pk)
    _, since, until = asked_period(request)
    return export(lines(card(partner, since=since, until=until, most=None)), COLUMNS, fmt, name=f"fisa-{pk}")


@allow(READ)
@require_GET
def ledger_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    partner = get_object_or_404(Partner, pk=pk)
    _, since, until = asked_period(request)
    page = card_page(card(partner, since=since, until=until, most=PRINTED), request.company)
    return sheet_file(request, ask_for_sheet(page, name=f"fisa-{pk}-{until:%Y-%m-%d}"))


@allow(READ)
@require_GET
def statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """What the client owed on `?la=`, document by document."""
    found = standing(get_object_or_404(Partner, pk=pk), asked_day(request))
    return sheet_file(request, ask_for_sheet(statement_page(found, request.company), name=f"situatie-{pk}-{found.on:%Y-%m-%d}"))


@allow(ISSUE)
def statement_send(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement of today by e-mail; a worker makes the PDF, another one sends it."""
    partner = get_object_or_404(Partner, pk=pk)
    found = standing(partner, bucharest_today())
    subject, body = statement_letter(partner, balance=found.balance, on=found.on)
    form = SendForm(request.POST or None, initial={"to": partner.email, "subject": subject[:200], "body": body, "token": uuid4()})
    if form.is_valid():
        with form.refusals():
            row = ask_for_sheet(statement_page(found, request.company), name=f"situatie-{pk}-{found.on:%Y-%m-%d}")
            require(made(row), "sheet_not_made", "PDF-ul situației nu este încă gata. Încercați din nou peste câteva secunde.")
            files = [(f"{row.name}.pdf", StoredFile.objects.get(pk=row.file_id))]
            mail = send_letter(partner, by=request.user, files=files, **form.cleaned_data)
            messages.success(request, f"Situația pleacă acum către {mail.to}.")
            return go(request, reverse("reports:ledger", args=(request.company.pk, pk)))
    part = "reports/_statement_form.html"
    return form_page(request, part if is_part(request) else "reports/statement_send.html", {"form": form, "partner": partner})


@allow(READ)
@require_GET
def confirmation_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The balance confirmation of one client for `?la=`."""
    found = standing(get_object_or_404(Partner, pk=pk), asked_day(request))
    return _confirmations(request, [found], f"confirmare-sold-{pk}")


@allow(READ)
@require_GET
def confirmations(request: HttpRequest) -> HttpResponse:
    """All clients with a balance on `?la=`; `?parte=` is the PDF of so many of them."""
    on = asked_day(request)
    keys = with_balance(on)
    parts = [keys[first : first + TOGETHER] for first in range(0, len(keys), TOGETHER)]
    number = request.GET.get("parte", "")
    if number.isascii() and number.isdecimal() and 1 <= int(number) <= len(parts):
        held = Partner.objects.in_bulk(parts[int(number) - 1])
        return _confirmations(request, standings([held[key] for key in parts[int(number) - 1]], on), f"confirmari-sold-{number}")
    ranges = [(index + 1, index * TOGETHER + 1, index * TOGETHER + len(part)) for index, part in enumerate(parts)]
    return render(request, "reports/confirmations.html", {"on": on, "count": len(keys), "parts": ranges})


@allow(READ)
@require_GET
def ageing(request: HttpRequest) -> HttpResponse:
    """Scadențar as of `?la=`, in lei or in one currency."""
    found = _asked_ageing(request)
    page = _page(request)
    last = (found.count + ages.PAGE - 1) // ages.PAGE
    context = {
        "found": found,
        "labels": ages.AGES,
        "text": normalise(request.GET.get("q", ""))[:100],
        "order": request.GET.get("ordine", "restant"),
        "currencies": [(code, currency_sign(code)) for code in CURRENCIES],
        "page": page,
        "previous": page - 1 if page > 1 else 0,
        "next": page + 1 if page < last else 0,
        "today": bucharest_today(),
        "may_money": request.membership.role in MONEY,
    }
    return render(request, "reports/ageing.html", context)


@allow(MONEY)
@require_GET
def ageing_export(request: HttpRequest, fmt: str) -> FileResponse:
    """A row for each client and currency."""
    on = asked_day(request)
    return export(ages.currency_rows(on), ages.COLUMNS, fmt, name=f"scadentar-la-{on:%Y-%m-%d}")


@allow(READ)
@require_GET
def ageing_pdf(request: HttpRequest) -> HttpResponse:
    page = ages.printed(_asked_ageing(request, most=ages.PRINTED), request.company)
    return sheet_file(request, ask_for_sheet(page, name=f"scadentar-{asked_day(request):%Y-%m-%d}"))


def _asked_ageing(request: HttpRequest, most: int = ages.PAGE) -> ages.Ageing:
    currency, order = request.GET.get("moneda", ""), request.GET.get("ordine", "")
    return ages.ageing(
        asked_day(request),
        currency=currency if currency in CURRENCIES else "",
        order=order if order in ages.ORDERS else "restant",
        text=normalise(request.GET.get("q", ""))[:100],
        page=_page(request) if most == ages.PAGE else 1,
        most=most,
    )


def _page(request: HttpRequest) -> int:
    number = request.GET.get("pagina", "1")
    return max(int(number), 1) if number.isascii() and number.isdecimal() and len(number) <= 6 else 1


def _confirmations(request: Any, found: Sequence[Any], name: str) -> HttpResponse:
    require(any(one.positions for one in found), "nothing_to_confirm", NOTHING_OPEN)
    return sheet_file(request, ask_for_sheet(confirmation_page(found, request.company), name=f"{name}-{found[0].on:%Y-%m-%d}"))
