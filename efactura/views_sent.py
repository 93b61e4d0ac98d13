"""Pages of what is sent to SPV: the list, the part of an invoice's page, what a person decides there."""

import time
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from companies.access import ISSUE, MANAGE, READ, allow
from companies.models import StoredFile
from efactura import actions
from efactura.forms import ManualUploadForm, SendingForm
from efactura.late import unsent
from efactura.lists import SentList, sent_in_list
from efactura.models import ForeignUpload, Settings, Submission
from efactura.spv.environment import Environment
from invoicing.models import Document
from invoicing.types import E_INVOICES
from lib.errors import require
from lib.htmx import form_page, go, is_part
from lib.listing import list_page
from lib.words import plural

WAIT, STEP = 3.0, 0.15  # seconds that a request waits for a PDF, and between two looks
LONG = timedelta(seconds=30)  # after which the page says that it takes longer than usual


@allow(READ)
@require_GET
def sent_list(request: HttpRequest) -> HttpResponse:
    """e-Factura › Trimise."""
    settings = Settings.of_company()
    role = request.membership.role
    context = {
        "may_issue": role in ISSUE,
        "may_manage": role in MANAGE,
        "begun": settings.sending_since is not None,
        "environment": Environment(settings.environment),
        "foreign": ForeignUpload.objects.filter(seen_at=None, environment=settings.environment)[:20],
    }
    return list_page(request, "efactura/sent_list.html", SentList(request.GET, sent_in_list()), **context)


@allow(READ)
@require_GET
def sent_totals(request: HttpRequest) -> HttpResponse:
    """The part with the sums, and the chips again with their counts. Asked for by the page once it stands."""
    listing = SentList(request.GET, sent_in_list())
    listing.count_at_once = True
    return render(request, "efactura/_sent_sums.html", {"list": listing, "oob": True})


@allow(READ)
@require_GET
def late(request: HttpRequest) -> HttpResponse:
    """What pages of other apps ask for when they stand: a tile, or with `?ca=rand` a line, about terms; nothing when all is in time."""
    part = "_late_callout" if request.GET.get("ca") == "rand" else "_late_tile"
    return render(request, f"efactura/{part}.html", {"unsent": unsent()})


@allow(ISSUE)
@require_POST
def sent_send(request: HttpRequest) -> HttpResponse:
    """*Trimite* for the ticked rows."""
    rows = sent_in_list().filter(pk__in=[key for key in request.POST.getlist("alese") if key.isascii() and key.isdecimal()][:1000])
    left, stayed = actions.send_many([row.document for row in rows], by=request.user)
    if left:
        messages.success(request, f"{plural(left, 'factură pleacă', 'facturi pleacă')} acum.")
    if stayed or not left:
        messages.warning(request, f"{plural(stayed, 'factură', 'facturi')} nu se pot trimite acum: sunt în lucru sau acceptate.")
    return go(request, reverse("efactura:sent_list", args=(request.company.pk,)))


@allow(READ)
@require_GET
def document_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of an invoice's page, which looks again while something happens."""
    document = get_object_or_404(Document.objects.filter(kind__in=E_INVOICES), pk=pk)
    context = {"document": document, "can_issue": request.membership.role in ISSUE}
    return render(request, "efactura/_document.html", context | {"settled": not actions.awaits_its_turn(document)})


@allow(ISSUE)
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """*Trimite acum*; `again` is the confirmed wish for a second index."""
    document = get_object_or_404(Document, pk=pk)
    actions.send_now(document, by=request.user, again=request.POST.get("again") == "1")
    messages.success(request, "Factura pleacă spre SPV; starea ei se vede pe pagină.")
    return _back(request, pk)


@allow(ISSUE)
def manual(request: HttpRequest, pk: int) -> HttpResponse:
    """The index of an upload that somebody made by hand in the portal."""
    document = get_object_or_404(Document, pk=pk)
    form = ManualUploadForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            actions.record_manual_upload(document, index=form.cleaned_data["index"], by=request.user)
            messages.success(request, "Indexul este înscris; întrebăm SPV ce s-a ales de el.")
            return _back(request, pk)
    template = "efactura/_manual_form.html" if is_part(request) else "efactura/manual.html"
    return form_page(request, template, {"form": form, "document": document})


@allow(ISSUE)
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    submission = actions.resend(get_object_or_404(Submission, pk=pk), by=request.user)
    messages.success(request, "Aceeași factură, octet cu octet, pleacă din nou.")
    return _back(request, submission.document_id)


@allow(ISSUE)
@require_POST
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    submission = actions.give_up(get_object_or_404(Submission, pk=pk), by=request.user)
    messages.success(request, "Factura nu mai este la trimis.")
    return _back(request, submission.document_id)


@allow(ISSUE)
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """*Întreabă acum*."""
    submission = get_object_or_404(Submission, pk=pk)
    actions.ask_now(submission)
    messages.info(request, "Întrebăm SPV; starea se vede pe pagină.")
    return _back(request, submission.document_id)


@allow(READ)
@require_GET
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed ZIP as SPV gave it: with the signature, the legal original."""
    submission = get_object_or_404(Submission, pk=pk)
    require(submission.archive_id, "archive_missing", "Arhiva semnată nu a fost încă descărcată din SPV.")
    content = bytes(StoredFile.objects.get(pk=submission.archive_id).content)
    name = content_disposition_header(True, f"{submission.index}.zip")
    headers = {"Content-Disposition": name, "Cache-Control": "private, max-age=31536000, immutable"}
    return HttpResponse(content, content_type="application/zip", headers=headers)


@allow(READ)
@require_GET
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """*Dovada transmiterii* as a PDF; never made here, a worker does."""
    document = get_object_or_404(Document, pk=pk)
    row = actions.ask_for_proof(document)
    deadline = time.monotonic() + WAIT
    while row.file_id is None and time.monotonic() < deadline:
        time.sleep(STEP)
        row.refresh_from_db(fields=["file"])
    if row.file_id is None:
        late = row.asked_at < timezone.now() - LONG
        return render(request, "invoicing/document_pdf.html", {"document": document, "late": late}, status=202)
    name = content_disposition_header(False, f"Dovada transmiterii {document.label}.pdf")
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-cache"}
    return HttpResponse(bytes(StoredFile.objects.get(pk=row.file_id).content), content_type="application/pdf", headers=headers)


@allow(MANAGE)
@require_POST
def foreign_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has read that an upload was made elsewhere."""
    row = get_object_or_404(ForeignUpload, pk=pk)
    actions.mark_seen(row, by=request.user)
    return go(request, reverse("efactura:sent_list", args=(request.company.pk,)))


@allow(MANAGE)
def sending(request: HttpRequest) -> HttpResponse:
    """When the company's invoices leave."""
    chosen = Settings.of_company()
    names = ("sending", "delay_minutes", "send_hour", "resend_unknown")
    form = SendingForm(request.POST or None, initial={name: getattr(chosen, name) for name in names})
    if form.is_valid():
        with form.refusals():
            actions.choose_sending(**form.cleaned_data, by=request.user)
            messages.success(request, "Alegerea este salvată și se aplică facturilor emise de acum înainte.")
            return go(request, reverse("efactura:sent_list", args=(request.company.pk,)))
    return form_page(request, "efactura/sending.html", {"form": form})


def _back(request: Any, pk: int) -> HttpResponse:
    return go(request, reverse("invoicing:document", args=(request.company.pk, pk)))
