"""Small answers for the editor while one types: clients, products, the terms of a day."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from catalog.kept import offered
from companies.access import ISSUE, allow
from companies.models import is_vat_payer
from invoicing import offers
from invoicing.forms import ClientForm, EditorForm, choices
from invoicing.forms.client import OFFERED
from invoicing.forms.values import DAY, RATE
from invoicing.models import Document, Kind
from lib.cif import identity, is_valid_cif
from lib.dates import bucharest_today
from lib.errors import Refused
from lib.formats import date_ro
from lib.text import normalise
from partners.actions import add_client_by_cif, save_partner
from partners.models import Partner


@allow(ISSUE)
@require_GET
def suggest_clients(request: HttpRequest) -> HttpResponse:
    """Options for the client's box: who matches `q`, and the ways to add who is not in the book."""
    text = normalise(request.GET.get("q", ""))
    code = identity(text)
    by_code = list(Partner.objects.filter(active=True, identity=code)) if any(map(str.isdigit, text)) else []
    found = by_code or list(Partner.objects.clients().filter(active=True).matching(text).order_by("sort_name", "id")[:OFFERED])
    context = {"clients": found, "text": text, "new_cif": code if is_valid_cif(text) and not by_code else ""}
    return render(request, "invoicing/editor/_clients.html", context)


@allow(ISSUE)
@require_POST
def client_by_cif(request: HttpRequest) -> HttpResponse:
    """Bring a client from the register by its CIF; answers its option, or a sentence."""
    try:
        partner = add_client_by_cif(normalise(request.POST.get("cif", "")), by=request.user)
    except Refused as refusal:
        return HttpResponse(refusal.message, status=422, content_type="text/plain; charset=utf-8")
    return render(request, "invoicing/editor/_clients.html", {"clients": [partner]})


@allow(ISSUE)
@require_POST
def client_new(request: HttpRequest) -> HttpResponse:
    """Write a natural person in place; answers its option, or the form with what is wrong."""
    form = ClientForm(request.POST, auto_id="nou-%s")
    if form.is_valid():
        with form.refusals():
            clients = [save_partner(form.person(), by=request.user)]
            return render(request, "invoicing/editor/_clients.html", {"clients": clients})
    return render(request, "invoicing/editor/_client_fields.html", {"client_form": form}, status=422)


@allow(ISSUE)
@require_GET
def suggest_products(request: HttpRequest) -> HttpResponse:
    """Options for a line: products matching `q`, or what the client bought before; prices in the document's terms."""
    on = _day(request)
    client = request.GET.get("client", "")
    terms = offers.Terms(
        currency=request.GET.get("currency", "RON"),
        rate=_rate(request),
        with_vat=request.GET.get("with_vat") == "1",
        on=on,
        rates=offered(on, payer=is_vat_payer(on)),
    )
    text = normalise(request.GET.get("q", ""))
    found = offers.offers(text, int(client) if client.isdecimal() and len(client) < 19 else None, terms)
    return render(request, "invoicing/editor/_products.html", {"offers": found, "terms": terms, "text": text})


@allow(ISSUE)
@require_POST
def suggest_terms(request: HttpRequest) -> JsonResponse:
    """What follows from the dates and the currency: the VAT treatments on offer, BNR's rate."""
    kind = request.POST.get("kind", "")
    form = EditorForm(Document(kind=kind if kind in Kind.values else Kind.INVOICE, token=uuid4()), data=request.POST)
    form.read(strict=False, unfinished=True)
    rate, shown = form.cells["exchange_rate"], form.cells["rate_shown"]
    answer = {
        "vat": choices.vat_options(form.rates, form.usual_vat),
        "rate": rate.text,
        "rate_shown": shown.text,
        "rate_date": date_ro(form.document.rate_date),
        "rate_error": rate.error,
    }
    return JsonResponse(answer)


def _day(request: HttpRequest) -> date:
    """The day whose terms hold, today when it cannot be read."""
    for name in ("delivery_date", "issue_date"):
        try:
            day = DAY.clean(request.GET.get(name, ""))
        except ValidationError:
            day = None
        if day:
            return day
    return bucharest_today()


def _rate(request: HttpRequest) -> Decimal:
    try:
        return RATE.clean(request.GET.get("rate", "")) or Decimal(1)
    except ValidationError:
        return Decimal(1)
