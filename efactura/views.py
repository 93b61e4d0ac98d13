"""Pages of e-Factura."""

from itertools import islice
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.shortcuts import render as page
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from companies.access import ISSUE, MANAGE, READ, allow
from companies.models import StoredFile
from efactura.actions import XML_TYPE, xml_of
from efactura.check import CLIENT, COMPANY, EDITOR, Problem, problems_of, xml_now
from efactura.models import Settings
from efactura.sending.routes import route
from efactura.spv import public
from efactura.spv.errors import SpvError
from efactura.spv.values import Validation
from invoicing.models import Document
from invoicing.pages import pages_of
from invoicing.print import file_name
from invoicing.types import E_INVOICES

MOST_SHOWN = 50


class Repair(NamedTuple):
    """The button beside a problem; without an address its label says who can mend it."""

    label: str
    address: str


@allow(READ)
def xml(request: HttpRequest, pk: int) -> HttpResponse:
    """The stored XML of the invoice as it stands, to download."""
    document = get_object_or_404(Document, pk=pk)
    made = xml_of(document)
    etag = f'"{made.sha256}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    name = content_disposition_header(True, file_name(document).removesuffix("pdf") + "xml")
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Content-Disposition": name}
    return HttpResponse(bytes(StoredFile.objects.get(pk=made.file_id).content), content_type=XML_TYPE, headers=headers)


@allow(READ)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """*Ce va spune ANAF?* of a draft or an issued invoice."""
    return _check_page(request, _checked(pk))


@allow(READ)
@require_POST
def ask_anaf(request: HttpRequest, pk: int) -> HttpResponse:
    """ANAF's own word on the XML; nothing is filed by it."""
    document = _checked(pk)
    xml = xml_now(document)
    try:
        said: Validation | SpvError = public.validate(xml, route(document, xml).standard)
    except SpvError as error:
        said = error
    return _check_page(request, document, said)


@allow(READ)
@require_POST
def anaf_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The official PDF, made by ANAF from the XML; what stands in its way is shown on the page."""
    document = _checked(pk)
    xml = xml_now(document)
    try:
        made = public.to_pdf(xml, route(document, xml).standard)
    except SpvError as error:
        return _check_page(request, document, error)
    if isinstance(made, Validation):
        return _check_page(request, document, made)
    name = content_disposition_header(True, f"ANAF-{file_name(document)}") or "attachment"
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": name, "Cache-Control": "no-store"})


def _checked(pk: int) -> Document:
    return get_object_or_404(Document.objects.filter(kind__in=E_INVOICES).select_related("partner", "series"), pk=pk)


def _check_page(request: Any, document: Document, said: Validation | SpvError | None = None) -> HttpResponse:
    """The page, with ANAF's answer or why there is none."""
    problems = problems_of(Document.objects.select_related("partner", "series").get(pk=document.pk) if said else document)
    context = {
        "said": said if isinstance(said, Validation) else None,
        "no_word": said.message if isinstance(said, SpvError) else "",
        "environment": Settings.of_company().get_environment_display(),
        "pages": pages_of(document.kind),
        "document": document,
        "count": len(problems),
        "rows": [(problem, _repair(request, document, problem)) for problem in islice(problems, MOST_SHOWN)],
        "left": max(len(problems) - MOST_SHOWN, 0),
        "about_parties": any(problem.page != EDITOR for problem in problems),
        "can_issue": request.membership.role in ISSUE,
    }
    return page(request, "efactura/check.html", context)


def _repair(request: Any, document: Document, problem: Problem) -> Repair | None:
    """Where this person mends it; None when nothing can be mended any more."""
    if document.status == "cancelled":
        return None
    company, role = request.company.pk, request.membership.role
    pages = {
        EDITOR: ("Corectează în factură", pages_of(document.kind).edit, (document.pk,), ISSUE, "Poate corecta cine emite facturi."),
        CLIENT: ("Corectează clientul", "partners:partner_edit", (document.partner_id,), ISSUE, "Poate corecta cine emite facturi."),
        COMPANY: ("Corectează datele firmei", "companies:settings", (), MANAGE, "Poate corecta un administrator al firmei."),
    }
    label, name, keys, roles, others = pages[problem.page]
    if role not in roles:
        return Repair(others, "")
    return Repair(label, f"{reverse(name, args=(company, *keys))}#{problem.anchor}")
