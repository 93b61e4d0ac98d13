"""Nomenclatoare › Clienți și Furnizori: lists, the form with its fill-in from ANAF, the card."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from companies.access import ISSUE, MONEY, READ, allow
from lib.counties import country_name
from lib.errors import Refused
from lib.export import export
from lib.htmx import form_page, is_part
from lib.listing import list_page
from partners import actions, balances, history, lists
from partners.anaf import Taxpayer, look_up
from partners.forms import PartnerForm
from partners.models import Partner
from partners.rules import country_of_code

CLIENT, SUPPLIER = "client", "furnizor"
DOCUMENTS, PAYMENTS, EVENTS = 20, 10, 30
CHUNK = 2000
NOT_IN_EFACTURA = "Nu apare în registrul RO e-Factura."


@allow(READ)
@require_GET
def client_list(request: HttpRequest) -> HttpResponse:
    listing = lists.ClientList(request.GET, Partner.objects.clients())
    return list_page(request, "partners/client_list.html", listing, role=CLIENT, **may(request))


@allow(READ)
@require_GET
def supplier_list(request: HttpRequest) -> HttpResponse:
    listing = lists.PartnerList(request.GET, Partner.objects.suppliers())
    return list_page(request, "partners/supplier_list.html", listing, role=SUPPLIER, **may(request))


@allow(MONEY)
@require_GET
def supplier_export(request: HttpRequest, fmt: str) -> FileResponse:
    rows = lists.PartnerList(request.GET, Partner.objects.suppliers()).selected
    return export(rows.iterator(chunk_size=CHUNK), lists.COLUMNS, fmt, name="furnizori")


@allow(MONEY)
@require_GET
def partner_export(request: HttpRequest, fmt: str) -> FileResponse:
    """The clients of the filtered list, with what they owe."""
    rows = balances.with_owed(lists.PartnerList(request.GET, Partner.objects.clients()).selected)
    return export(rows.iterator(chunk_size=CHUNK), lists.CLIENT_COLUMNS, fmt, name="clienti")


@allow(READ)
@require_GET
def partner(request: HttpRequest, pk: int) -> HttpResponse:
    """The card: details, what is owed, the last documents and payments, the history."""
    found = get_object_or_404(Partner, pk=pk)
    context = {
        "partner": found,
        "owed": balances.owed_by_currency(found),
        "credits": balances.credits(found),
        "may_money": request.membership.role in MONEY,
        "documents": found.documents.with_storned().order_by("-issue_date", "-id")[:DOCUMENTS],
        "payments": found.payments.order_by("-received_on", "-id")[:PAYMENTS],
        "events": history.about(found, EVENTS),
        "other_country": country_name(country_of_code(found.cif, found.country)) if found.kind == Partner.Kind.LEGAL else "",
    }
    return render(request, "partners/partner.html", context | may(request))


@allow(ISSUE)
def partner_new(request: HttpRequest) -> HttpResponse:
    """Write a new one; `?tip=furnizor` for a supplier, `?cif=` for a code that is typed already."""
    supplier = request.GET.get("tip") == SUPPLIER
    return edit(request, Partner(is_client=not supplier, is_supplier=supplier, cif=request.GET.get("cif", "")[:30]))


@allow(ISSUE)
def partner_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edit(request, get_object_or_404(Partner, pk=pk))


@allow(ISSUE)
@require_POST
def partner_fields(request: HttpRequest) -> HttpResponse:
    """The form again with what was typed, in the shape of the kind and country chosen; `pune_tara` chooses the country."""
    typed = request.POST.dict()
    if request.POST.get("pune_tara"):
        typed["country"] = request.POST["pune_tara"]
    return draw(request, PartnerForm.redrawn(typed, asked_for(request)))


@allow(ISSUE)
@require_POST
def partner_look_up(request: HttpRequest) -> HttpResponse:
    """Fill the form from ANAF's register by its CIF. Nothing is saved, and what was typed stays when ANAF does not answer."""
    typed, partner = request.POST.dict(), asked_for(request)
    form = PartnerForm.redrawn(typed, partner)
    try:
        found = look_up(typed.get("cif", ""))
    except Refused as refusal:
        return draw(request, form, status=422, problem=refusal.message)
    filled = PartnerForm.redrawn(typed | as_typed(found, typed), partner)
    return draw(request, filled, found=found, warnings=warnings_of(found), existing=double_of(found.cif, partner))


@allow(ISSUE)
@require_POST
def partner_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a partner active or not: POST `activ` is `da` or `nu`."""
    found = actions.set_active(get_object_or_404(Partner, pk=pk), active=request.POST.get("activ") == "da", by=request.user)
    messages.success(request, f"{found.name} este {'activ' if found.active else 'inactiv și nu mai apare la documente noi'}.")
    return redirect("partners:partner", request.company.pk, found.pk)


@allow(ISSUE)
@require_POST
def partner_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Partner, pk=pk)
    try:
        actions.delete_partner(found, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("partners:partner", request.company.pk, pk)
    messages.success(request, f"{found.name} a fost șters.")
    return redirect("partners:client_list" if found.is_client else "partners:supplier_list", request.company.pk)


def edit(request: HttpRequest, partner: Partner) -> HttpResponse:
    """The page of the form, and what its button does."""
    page = {"partner": partner, "title": partner.name}
    form = PartnerForm(request.POST or None, instance=partner)
    if form.is_valid():
        with form.refusals():
            saved = actions.save_partner(form.instance, by=request.user)
            messages.success(request, f"{saved.name} a fost salvat.")
            return redirect("partners:partner", request.company.pk, saved.pk)
    if form.has_error("cif", "partner_exists"):
        page["existing"] = double_of(form.instance.identity_of_code(), partner)
    if form.has_error("cif", "partner_country_mismatch"):
        page["repair"] = country_of_code(form["cif"].value(), form.country_code)
        page["repair_name"] = country_name(page["repair"])
    return form_page(request, "partners/partner_form.html", page | {"form": form})


def draw(request: HttpRequest, form: PartnerForm, *, status: int = 200, **context: Any) -> HttpResponse:
    """The fields alone for htmx, the whole page for a browser without scripts."""
    template = "partners/_fields.html" if is_part(request) else "partners/partner_form.html"
    return render(request, template, {"form": form, "partner": form.instance, "title": form.instance.name, **context}, status=status)


def asked_for(request: HttpRequest) -> Partner:
    """The partner that the form is about: `?partener=`, or a new one."""
    key = request.GET.get("partener", "")
    if not key:
        return Partner()
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        raise Http404
    return get_object_or_404(Partner, pk=int(key))


def as_typed(found: Taxpayer, typed: dict[str, str]) -> dict[str, Any]:
    """The register's words over what was typed; where it has none, and for the phone, what was typed stays."""
    details = actions.details_of(found)
    filled = {name: value for name, value in details.items() if value or name == "vat_payer"}
    if typed.get("phone"):
        filled.pop("phone", None)
    return filled | {"inactive_cif": found.cif if found.inactive else ""}


def warnings_of(found: Taxpayer) -> list[str]:
    return found.warnings + ([] if found.in_efactura_register else [NOT_IN_EFACTURA])


def double_of(code: str, partner: Partner) -> Partner | None:
    """Another partner with this identity."""
    others: QuerySet = Partner.objects.filter(identity=code).exclude(pk=partner.pk)
    return others.first() if code else None


def may(request: HttpRequest) -> dict[str, bool]:
    """What the reader's role allows, for templates."""
    role = request.membership.role  # type: ignore[attr-defined]
    return {"may_write": role in ISSUE, "may_export": role in MONEY}
