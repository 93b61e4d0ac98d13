"""Pages of e-Factura."""

from itertools import islice
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.shortcuts import render as page
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from companies.access import ISSUE, MANAGE, READ, allow
from companies.models import StoredFile
from efactura.actions import XML_TYPE, xml_of
from efactura.check import CLIENT, COMPANY, EDITOR, Problem, problems_of
from invoicing.models import Document
from invoicing.print import file_name

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
    document = get_object_or_404(Document.objects.invoices().select_related("partner", "series"), pk=pk)
    problems = problems_of(document)
    context = {
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
        EDITOR: ("Corectează în factură", "invoicing:invoice_edit", (document.pk,), ISSUE, "Poate corecta cine emite facturi."),
        CLIENT: ("Corectează clientul", "partners:partner_edit", (document.partner_id,), ISSUE, "Poate corecta cine emite facturi."),
        COMPANY: ("Corectează datele firmei", "companies:settings", (), MANAGE, "Poate corecta un administrator al firmei."),
    }
    label, name, keys, roles, others = pages[problem.page]
    if role not in roles:
        return Repair(others, "")
    return Repair(label, f"{reverse(name, args=(company, *keys))}#{problem.anchor}")
