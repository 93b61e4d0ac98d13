"""Nomenclatoare › Produse: the list, the form, the hint of the other price."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from catalog.actions import save_product
from catalog.forms import PriceForm, ProductForm
from catalog.lists import COLUMNS, ProductList
from catalog.models import Product
from catalog.prices import other_price
from companies.access import ISSUE, MONEY, READ, allow
from lib.export import export
from lib.htmx import form_page
from lib.listing import list_page

CHUNK = 2000


@allow(READ)
@require_GET
def product_list(request: HttpRequest) -> HttpResponse:
    role = request.membership.role  # type: ignore[attr-defined]
    listing = ProductList(request.GET, Product.objects.select_related("unit", "vat_rate"))
    return list_page(request, "catalog/product_list.html", listing, may_write=role in ISSUE, may_export=role in MONEY)


@allow(MONEY)
@require_GET
def product_export(request: HttpRequest, fmt: str) -> FileResponse:
    """The filtered list as a file."""
    rows = ProductList(request.GET, Product.objects.select_related("unit", "vat_rate")).selected
    return export(rows.iterator(chunk_size=CHUNK), COLUMNS, fmt, name="produse")


@allow(ISSUE)
def product_new(request: HttpRequest) -> HttpResponse:
    """Write a new product; `?copie=` begins with another one's fields, without its codes."""
    key = request.GET.get("copie", "")
    if not key:
        return edit(request, Product())
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        raise Http404
    product = get_object_or_404(Product, pk=int(key))
    product.pk, product.code, product.barcode, product._state.adding = None, "", "", True
    return edit(request, product)


@allow(ISSUE)
def product_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edit(request, get_object_or_404(Product, pk=pk))


@allow(ISSUE)
@require_POST
def product_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a product on new documents or no longer: POST `activ` is `da` or `nu`."""
    product = get_object_or_404(Product, pk=pk)
    product.active = request.POST.get("activ") == "da"
    product.save(update_fields=["active"])
    messages.success(request, f"{product.name} este {'activ' if product.active else 'inactiv și nu mai apare la documente noi'}.")
    return redirect("catalog:product_list", request.company.pk)  # type: ignore[attr-defined]


@allow(READ)
@require_GET
def price_hint(request: HttpRequest) -> HttpResponse:
    """What the typed price is with VAT, or without; nothing while it cannot be read."""
    return render(request, "catalog/_price_hint.html", hint(PriceForm(request.GET)))


def edit(request: HttpRequest, product: Product) -> HttpResponse:
    """The page of the form, and what its button does."""
    page: dict[str, Any] = {"product": product, "title": product.name if product.pk else ""}
    form = ProductForm(request.POST or None, instance=product)
    if form.is_valid():
        with form.refusals():
            saved = save_product(form.instance)
            messages.success(request, f"{saved.name} a fost salvat.")
            return redirect("catalog:product_list", request.company.pk)  # type: ignore[attr-defined]
    typed = {name: form[name].value() for name in PriceForm.base_fields}
    return form_page(request, "catalog/product_form.html", page | {"form": form} | hint(PriceForm(typed)))


def hint(form: PriceForm) -> dict[str, Any]:
    """The other price with its words, for `catalog/_price_hint.html`."""
    if not form.is_valid() or not form.cleaned_data["vat_rate"].percent:
        return {}
    typed = form.cleaned_data
    percent, included = typed["vat_rate"].percent, typed["price_includes_vat"]
    other = other_price(typed["price"], includes_vat=included, percent=percent)
    return {"other": other, "percent": percent, "included": included, "currency": typed["currency"]}
