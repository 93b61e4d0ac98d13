"""The page of a document, and what a person may do with it there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from companies.access import ISSUE, MANAGE, MONEY, READ, allow
from invoicing import actions
from invoicing.actions.vat_status import is_of_former_status
from invoicing.conversions import left_of
from invoicing.forms.document import CancelForm
from invoicing.history import history
from invoicing.links import links
from invoicing.models import Document, DocumentRevision, Kind
from invoicing.models.document import CONVERTIBLE
from invoicing.pages import PAGES, pages_of
from invoicing.print import document_html, former, saved
from invoicing.views.client_pages import client_card
from lib.htmx import form_page, go, is_part


@allow(READ)
def document(request: HttpRequest, pk: int, kind: Kind = Kind.INVOICE) -> HttpResponse:
    """The printed form, with state and amounts, actions, payments, e-mails and history beside it. Each kind has its own address."""
    found = get_object_or_404(
        Document.objects.with_storned().select_related("partner", "series", "created_by").prefetch_related("attachments"), pk=pk
    )
    if found.kind == Kind.RECEIPT:
        return redirect("invoicing:receipt", request.company.pk, found.pk)
    if found.kind == Kind.OPENING:
        return redirect("invoicing:opening", request.company.pk, found.pk)
    if found.kind != kind and Kind(found.kind) in PAGES:
        return redirect(_page_of(request, found))
    entries, more = history(found)
    parts = left_of([found]) if found.is_issued and found.kind in CONVERTIBLE else []
    former_status = is_of_former_status(found)
    context = {
        "document": found,
        "pages": pages_of(found.kind),
        "state": found.state,
        "links": links(found),
        "files": found.attachments.all(),
        "left": any(part.quantity for part in parts),
        "converting": any(not part.is_whole for part in parts),
        "sheet": document_html(saved(found)),
        "can_issue": request.membership.role in ISSUE,
        "can_pay": request.membership.role in MONEY,
        "can_manage": request.membership.role in MANAGE,
        "former_status": former_status,
        "permission": found.status_permissions.filter(used_at=None).select_related("by").first() if former_status else None,
        "allocations": found.allocations.select_related("payment").order_by("-payment__received_on", "-payment_id"),
        "mails": found.mails.order_by("-id"),
        "client": client_card(found) if found.is_issued else None,
        "entries": entries,
        "more": more,
        "revisions": found.revisions.select_related("by").defer("content"),
    }
    return render(request, "invoicing/document.html", context)


@allow(READ)
def document_history(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole history: in place of the short one, or as a page of its own."""
    found = get_object_or_404(Document.objects.select_related("created_by"), pk=pk)
    entries, more = history(found, whole=True)
    template = "invoicing/_history.html" if is_part(request) else "invoicing/document_history.html"
    return render(request, template, {"document": found, "entries": entries, "more": more})


@allow(READ)
def revision(request: HttpRequest, pk: int, revision: int) -> HttpResponse:
    """A former revision, as it was printed."""
    found = get_object_or_404(DocumentRevision.objects.select_related("document", "by"), document_id=pk, revision=revision)
    context = {"revision": found, "document": found.document, "sheet": document_html(former(found))}
    return render(request, "invoicing/document_revision.html", context)


@allow(ISSUE)
def document_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then cancel."""
    found = get_object_or_404(Document.objects.with_form(), pk=pk)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            actions.cancel(found, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, f"Ați anulat {found.label}. Numărul rămâne în serie.")
            return go(request, _page_of(request, found))
    template = "invoicing/_cancel_form.html" if is_part(request) else "invoicing/document_cancel.html"
    return form_page(request, template, {"form": form, "document": found})


@allow(ISSUE)
@require_POST
def document_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    copy = actions.duplicate(get_object_or_404(Document.objects.filter(kind__in=PAGES), pk=pk), by=request.user)
    messages.success(request, "Ciorna nouă are același client și aceleași linii, cu data de azi.")
    return go(request, reverse(pages_of(copy.kind).edit, args=(request.company.pk, copy.pk)))


@allow(ISSUE)
@require_POST
def document_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    found = get_object_or_404(Document, pk=pk)
    actions.delete_draft(found, by=request.user)
    messages.success(request, "Ciorna a fost ștearsă.")
    return go(request, reverse(pages_of(found.kind).list, args=(request.company.pk,)))


def _page_of(request: Any, document: Document) -> str:
    return reverse(pages_of(document.kind).page, args=(request.company.pk, document.pk))
