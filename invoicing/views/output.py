"""What leaves a document: its PDF, served as it was stored, and its e-mails."""

import time
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from companies.access import ISSUE, READ, allow
from companies.models import StoredFile
from invoicing import actions
from invoicing.forms.document import SendForm
from invoicing.letters import letter
from invoicing.models import Document, DocumentRevision, Mail, RenderedPdf
from invoicing.print import file_name
from lib.errors import require
from lib.htmx import form_page, go, is_part

WAIT, STEP = 3.0, 0.15  # seconds that a request waits for a PDF, and between two looks
LONG = timedelta(seconds=30)  # after which the page says that it takes longer than usual


@allow(READ)
def document_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The stored PDF of the document as it stands, shown or (`?download=1`) downloaded. Never made here: a worker does."""
    document = get_object_or_404(Document.objects.with_form(), pk=pk)
    if document.is_draft:
        return render(request, "invoicing/document_pdf.html", {"document": document}, status=409)
    return _pdf(request, document, actions.ask_for_pdf(document))


@allow(READ)
def revision_pdf(request: HttpRequest, pk: int, revision: int) -> HttpResponse:
    """The PDF of a former revision."""
    document = get_object_or_404(Document, pk=pk)
    get_object_or_404(DocumentRevision.objects.only("id"), document_id=pk, revision=revision)
    return _pdf(request, document, actions.ask_for_pdf(document, revision))


@allow(READ)
def logo(request: HttpRequest, pk: int) -> HttpResponse:
    """A logo of the company, of now or as it stands on older documents."""
    file = get_object_or_404(StoredFile, pk=pk, media_type="image/png")
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}  # stored files never change
    return HttpResponse(bytes(file.content), content_type=file.media_type, headers=headers)


@allow(ISSUE)
def document_send(request: HttpRequest, pk: int) -> HttpResponse:
    """The e-mail's form, filled in for this client; sending is a worker's work."""
    document = get_object_or_404(Document.objects.with_form().select_related("partner"), pk=pk)
    require(document.is_issued, "document_not_issued", "Se trimit pe e-mail doar documente emise.")
    form = SendForm(request.POST or None, initial=_filled(document), attachments=document.attachments.all())
    if form.is_valid():
        with form.refusals():
            mail = actions.send_document(document, by=request.user, **form.cleaned_data)
            messages.success(request, f"E-mailul către {mail.to} pleacă acum; starea lui se vede pe pagină.")
            return go(request, reverse("invoicing:document", args=(request.company.pk, pk)))
    template = "invoicing/_send_form.html" if is_part(request) else "invoicing/document_send.html"
    return form_page(request, template, {"form": form, "document": document})


@allow(READ)
def document_mails(request: HttpRequest, pk: int) -> HttpResponse:
    """The e-mails of a document: the part of its page that looks again while one is on its way."""
    document = get_object_or_404(Document, pk=pk)
    context = {"document": document, "mails": document.mails.order_by("-id"), "can_issue": request.membership.role in ISSUE}
    return render(request, "invoicing/_mails.html", context)


@allow(ISSUE)
@require_POST
def mail_again(request: HttpRequest, pk: int, mail: int) -> HttpResponse:
    """A person decided that a failed e-mail is sent once more."""
    failed = get_object_or_404(Mail, pk=mail, document_id=pk)
    actions.send_again(failed, by=request.user)
    messages.success(request, f"E-mailul către {failed.to} pleacă din nou.")
    return go(request, reverse("invoicing:document", args=(request.company.pk, pk)))


def _pdf(request: Any, document: Document, row: RenderedPdf) -> HttpResponse:
    deadline = time.monotonic() + WAIT
    while row.file_id is None and time.monotonic() < deadline:
        time.sleep(STEP)
        row.refresh_from_db(fields=["file"])
    if row.file_id is None:
        late = row.asked_at < timezone.now() - LONG
        return render(request, "invoicing/document_pdf.html", {"document": document, "late": late}, status=202)
    sha256 = StoredFile.objects.values_list("sha256", flat=True).get(pk=row.file_id)
    etag = f'"{sha256}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    name = content_disposition_header("download" in request.GET, file_name(document))
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Content-Disposition": name}
    return HttpResponse(bytes(StoredFile.objects.get(pk=row.file_id).content), content_type="application/pdf", headers=headers)


def _filled(document: Document) -> dict[str, str]:
    subject, body = letter(document)
    return {"to": document.partner.email, "subject": subject[:200], "body": body}
