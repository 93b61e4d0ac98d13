"""Configurare › Aspect documente: how printed documents look, tried live on an invoice."""

from base64 import b64encode
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from companies.access import MANAGE, allow
from invoicing.actions.layouts import delete_layout, save_layout
from invoicing.forms.layout import LayoutForm
from invoicing.layout_sample import last_invoice, sample
from invoicing.looks import accent_css, of_layout
from invoicing.models import Layout
from invoicing.models.layout import ACCENT
from invoicing.print import document_html
from lib.colours import is_colour, readable
from lib.htmx import form_page
from partners.models import Language

ACCENTS = [ACCENT, "#1d4ed8", "#3f3d9e", "#7a2e8e", "#b3124b", "#b42318", "#9a4a00", "#6b5d00", "#2f6b2f", "#0f6b5c", "#37474f", "#1d2326"]
FOR_EVER = "public, max-age=31536000, immutable"


@allow(MANAGE)
@require_GET
def layout_list(request: HttpRequest) -> HttpResponse:
    """Every layout with what it is for."""
    held = Layout.objects.prefetch_related("of_series__series", "of_languages")
    return render(request, "invoicing/layout_list.html", {"layouts": list(held)})


@allow(MANAGE)
def layout_new(request: HttpRequest) -> HttpResponse:
    return _form(request, Layout(is_default=not Layout.objects.exists()))


@allow(MANAGE)
def layout_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _form(request, get_object_or_404(Layout, pk=pk))


@allow(MANAGE)
@require_POST
def layout_delete(request: HttpRequest, pk: int) -> HttpResponse:
    layout = get_object_or_404(Layout, pk=pk)
    delete_layout(layout, by=request.user)
    messages.success(request, f"Aspectul {layout.name} a fost șters. Documentele emise rămân cum sunt.")
    return redirect("invoicing:layout_list", request.company.pk)


@allow(MANAGE)
@require_POST
def layout_preview(request: HttpRequest) -> HttpResponse:
    """The sample in the layout that the form holds; nothing is saved. What is not finished yet shows as it was."""
    held = Layout.objects.filter(pk=request.POST.get("aspect") or 0).first() if request.POST.get("aspect", "0").isdecimal() else None
    form = LayoutForm(request.POST, request.FILES, instance=held or Layout())
    form.is_valid()
    layout = form.instance
    for name in ("design", "accent", "columns", "accounts", "logo_size", "logo_place", "footer", "footer_en", "payment_code"):
        if name in form.cleaned_data:
            setattr(layout, name, form.cleaned_data[name])
    layout.accent = readable(layout.accent if is_colour(layout.accent) else ACCENT)
    language = request.POST.get("sample_language", "")
    own = last_invoice() if request.POST.get("sample") == "last" else None
    shown = sample(of_layout(layout), language=language if language in Language.values else Language.RO, own=own)
    return HttpResponse(document_html(shown, stamp_url=_stamp_url(form)))


@require_GET
def accent(request: HttpRequest, colour: str) -> HttpResponse:
    """The colour of a layout as a style sheet; a page of documents may carry no style of its own."""
    return HttpResponse(accent_css(colour), content_type="text/css; charset=utf-8", headers={"Cache-Control": FOR_EVER})


def _form(request: HttpRequest, layout: Layout) -> HttpResponse:
    form = LayoutForm(request.POST or None, request.FILES or None, instance=layout)
    if form.is_valid():
        with form.refusals():
            uses = {name: form.cleaned_data[name] for name in ("series", "languages")}
            saved = save_layout(form.instance, by=request.user, stamp=form.stamp_change, **uses)
            messages.success(request, f"Documentele noi folosesc aspectul {saved.name}. Cele emise rămân cum sunt.")
            return redirect("invoicing:layout_list", request.company.pk)
    context: dict[str, Any] = {"form": form, "layout": layout, "accents": ACCENTS, "last": last_invoice(), "languages": Language.choices}
    return form_page(request, "invoicing/layout_form.html", context)


def _stamp_url(form: LayoutForm) -> str | None:
    """The picture that the form holds and no file yet, "" when it wants none, None for that of the layout."""
    if picture := form.cleaned_data.get("stamp"):
        return "data:image/png;base64," + b64encode(picture).decode()
    return "" if form.cleaned_data.get("stamp_off") else None
