"""Nomenclatoare › Liste de prețuri speciale: the list, the form with its grids, active or not, what the boxes suggest."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from catalog import history
from catalog.actions import save_price_list, set_price_list_active
from catalog.forms_prices import PriceListForms, label
from catalog.lists import PriceListList
from catalog.models import PriceList, Product
from companies.access import ISSUE, READ, allow
from lib.dates import bucharest_today
from lib.listing import list_page
from lib.text import normalise
from partners.models import Partner

SUGGESTED = 12
EVENTS = 10


@allow(READ)
@require_GET
def price_list_list(request: HttpRequest) -> HttpResponse:
    rows = PriceList.objects.annotate(products=Count("items__product", distinct=True), named=Count("clients", distinct=True))
    may_write = request.membership.role in ISSUE  # type: ignore[attr-defined]
    listing = PriceListList(request.GET, rows)
    return list_page(request, "catalog/price_list_list.html", listing, may_write=may_write, today=bucharest_today())


@allow(ISSUE)
def price_list_new(request: HttpRequest) -> HttpResponse:
    """Write a new list; `?copie=` begins with what another one holds."""
    key = request.GET.get("copie", "")
    if not key:
        return edit(request, PriceList())
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        raise Http404
    source = get_object_or_404(PriceList, pk=int(key))
    copied = PriceList(name=f"{source.name} (copie)"[:100])
    for name in ("currency", "price_includes_vat", "discount_percent", "audience", "group", "starts_on", "ends_on"):
        setattr(copied, name, getattr(source, name))
    return edit(request, copied, source)


@allow(ISSUE)
def price_list_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edit(request, get_object_or_404(PriceList, pk=pk))


@allow(ISSUE)
@require_POST
def price_list_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a list active or not: POST `activa` is `da` or `nu`."""
    active = request.POST.get("activa") == "da"
    price_list = set_price_list_active(get_object_or_404(PriceList, pk=pk), active=active, by=request.user)
    messages.success(request, f"Lista {price_list.name} este {'activă' if active else 'inactivă: prețurile ei nu se mai propun'}.")
    return redirect("catalog:price_list_list", request.company.pk)  # type: ignore[attr-defined]


@allow(ISSUE)
@require_GET
def price_list_options(request: HttpRequest, box: str) -> HttpResponse:
    """Names for the box that one types in, the only value sent: products, or clients."""
    text = normalise(next(iter(request.GET.values()), ""))[:100]
    rows: Any = Product.objects.filter(active=True) if box == "produse" else Partner.objects.clients().filter(active=True)
    found = rows.matching(text).order_by("sort_name", "id")[:SUGGESTED] if text else []
    return render(request, "catalog/_price_list_options.html", {"labels": [label(row) for row in found]})


def edit(request: HttpRequest, price_list: PriceList, source: PriceList | None = None) -> HttpResponse:
    """The page of the three forms, and what its buttons do: save, more rows, without a row."""
    title, status = price_list.name if price_list.pk else "", 200
    if request.method != "POST":
        forms = PriceListForms(price_list, source)
    elif "rows" in request.POST or "remove" in request.POST:
        forms = PriceListForms.redrawn(price_list, request.POST)
    else:
        forms = PriceListForms.sent(price_list, request.POST)
        if forms.is_valid():
            with forms.head.refusals():
                saved = save_price_list(forms.head.instance, items=forms.items.items, clients=forms.clients.partners, by=request.user)
                messages.success(request, f"Lista {saved.name} a fost salvată.")
                return redirect("catalog:price_list_list", request.company.pk)  # type: ignore[attr-defined]
        status = 422  # not saved: what is wrong stands at its field
    groups = Partner.objects.exclude(group="").order_by("group").values_list("group", flat=True).distinct()
    context = {"price_list": price_list, "title": title, "form": forms.head, "items": forms.items, "clients": forms.clients}
    context |= {"grids": [forms.items, forms.clients], "groups": groups}
    events = history.about(price_list, EVENTS) if price_list.pk else []
    return render(request, "catalog/price_list_form.html", context | {"events": events}, status=status)
