"""Files that go with a document: put beside it, taken away, read."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from companies.access import ISSUE, READ, allow
from invoicing import actions
from invoicing.actions.attachments import require_size
from invoicing.models import Attachment, Document
from invoicing.pages import pages_of
from lib.errors import Refused
from lib.htmx import is_part
from lib.words import plural

# A file that somebody else made is only ever saved: no browser may take it for a page of ours.
ONLY_SAVED = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-cache",
}


@allow(ISSUE)
def attachments(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of a document, and the form that adds some; from the editor (`?ciorna=1`) as a part of its page."""
    document = get_object_or_404(Document.objects.select_related("series"), pk=pk)
    if request.method == "POST":
        try:
            made = actions.attach(document, _posted(request), by=request.user)
        except Refused as refusal:
            return _part_or_page(request, document, refusal.message, status=422)
        messages.success(request, f"Ați atașat {plural(len(made), 'fișier', 'fișiere')}." if made else "Fișierul este deja atașat.")
        return _done(request, document)
    return _part_or_page(request, document)


@allow(ISSUE)
@require_POST
def detach(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    found = get_object_or_404(Attachment.objects.select_related("document__series"), pk=attachment, document_id=pk)
    try:
        actions.detach(found, by=request.user)
    except Refused as refusal:
        return _part_or_page(request, found.document, refusal.message, status=422)
    messages.success(request, f"Ați scos {found.name}.")
    return _done(request, found.document)


@allow(READ)
def attachment(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    """One file, to save."""
    found = get_object_or_404(Attachment.objects.select_related("file"), pk=attachment, document_id=pk)
    headers = {**ONLY_SAVED, "Content-Disposition": content_disposition_header(True, found.name) or "attachment"}
    return HttpResponse(bytes(found.file.content), content_type=found.file.media_type, headers=headers)


def _posted(request: HttpRequest) -> list[tuple[str, bytes]]:
    """The chosen files; too much is refused before anything is read."""
    files = request.FILES.getlist("files")
    require_size(sum(file.size or 0 for file in files))
    return [(file.name or "", file.read()) for file in files]


def _part_or_page(request: HttpRequest, document: Document, problem: str = "", *, status: int = 200) -> HttpResponse:
    in_editor = "ciorna" in request.GET
    context = {
        "document": document,
        "pages": pages_of(document.kind),
        "files": document.attachments.all(),
        "can_issue": True,
        "in_editor": in_editor,
        "problem": problem,
    }
    template = "invoicing/_attachments.html" if is_part(request) else "invoicing/document_attachments.html"
    return render(request, template, context, status=status)


def _done(request: Any, document: Document) -> HttpResponse:
    if is_part(request):
        return _part_or_page(request, document)
    in_editor = "ciorna" in request.GET and document.is_draft and not document.is_storno
    name = pages_of(document.kind).edit if in_editor else pages_of(document.kind).page
    return HttpResponseRedirect(reverse(name, args=(request.company.pk, document.pk)) + "#attachments")
