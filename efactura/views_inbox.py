"""e-Factura › Primite: the list, one message, its files, and messages to issuers."""

import time
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from companies.access import ISSUE, MONEY, READ, allow
from companies.models import StoredFile
from efactura import actions
from efactura.actions.xml import XML_TYPE
from efactura.forms import IssuerMessageForm
from efactura.inbox.content import attachment
from efactura.inbox.handover import key_of
from efactura.inbox.hints import hints_of
from efactura.inbox.history import history_of
from efactura.inbox.original import xml_of, zip_of
from efactura.inbox.shown import sheet_of
from efactura.lists_inbox import InboxList, inbox_in_list
from efactura.models import Access, BuyerMessage, InboxReading, ReceivedMessage, ReceivedPdf, Settings, Submission
from efactura.spv.environment import Environment
from lib.errors import require
from lib.htmx import form_page, go, is_part
from lib.listing import list_page
from lib.words import plural
from purchases.models import Expense

WAIT, STEP = 3.0, 0.15  # seconds that a request waits for a PDF, and between two looks
LONG = timedelta(seconds=30)  # after which the page says that it takes longer than usual
# What BG-24 may hold (EN 16931, BT-125); anything else is given as bytes without a meaning, and nothing is ever opened in the browser.
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "csv": "text/csv"}


@allow(READ)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """e-Factura › Primite."""
    environment = Environment(Settings.of_company().environment)
    context = {
        "may_mark": request.membership.role in MONEY,
        "environment": environment,
        "reading": InboxReading.objects.filter(environment=environment).first(),
        "linked": Access.objects.filter(environment=environment, authorisation__isnull=False).exists(),
    }
    return list_page(request, "efactura/inbox.html", InboxList(request.GET, inbox_in_list()), **context)


@allow(READ)
@require_GET
def inbox_totals(request: HttpRequest) -> HttpResponse:
    """The part with the sums, and the chips again with their counts. Asked for by the page once it stands."""
    listing = InboxList(request.GET, inbox_in_list())
    listing.count_at_once = True
    return render(request, "efactura/_inbox_sums.html", {"list": listing, "oob": True})


@allow(MONEY)
@require_POST
def inbox_read(request: HttpRequest) -> HttpResponse:
    """*Citește acum*."""
    actions.read_inbox_now(request.company.pk)
    messages.info(request, "Citim lista din SPV; ce este nou apare aici în scurt timp.")
    return go(request, _list_url(request))


@allow(MONEY)
@require_POST
def inbox_mark(request: HttpRequest) -> HttpResponse:
    """The ticked rows get a state."""
    keys = [int(key) for key in request.POST.getlist("alese") if key.isascii() and key.isdecimal() and len(key) < 19][:1000]
    count = actions.mark_received(keys, request.POST.get("stare", ""), by=request.user)
    messages.success(request, f"{plural(count, 'mesaj marcat', 'mesaje marcate')}.")
    return go(request, _list_url(request))


@allow(READ)
@require_GET
def received(request: HttpRequest, pk: int) -> HttpResponse:
    """One message; a new one is seen by whoever works with money."""
    row = get_object_or_404(ReceivedMessage, pk=pk)
    role = request.membership.role
    if role in MONEY:
        actions.see(row, by=request.user)
    content = row.content or {}
    about = content.get("about")
    context = {
        "row": row,
        "sheet": sheet_of(row),
        "hints": hints_of(row),
        "entries": history_of(row),
        "answers": list(row.answers.select_related("by")),
        "states": ReceivedMessage.State.choices,
        "may_mark": role in MONEY,
        "expense": Expense.objects.filter(source_key=key_of(row)).first() if row.kind == ReceivedMessage.Kind.INVOICE else None,
        "may_write": role in ISSUE,
        "sent": Submission.objects.filter(environment=row.environment, index=about).select_related("document").first() if about else None,
        "commented": ReceivedMessage.objects.filter(environment=row.environment, index=about).defer("content").first() if about else None,
    }
    return render(request, "efactura/received.html", context)


@allow(MONEY)
@require_POST
def received_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """The state that a person chose on the page of one message."""
    row = get_object_or_404(ReceivedMessage, pk=pk)
    actions.mark_received([row.pk], request.POST.get("stare", ""), by=request.user)
    return _back(request, pk)


@allow(MONEY)
@require_POST
def received_book(request: HttpRequest, pk: int) -> HttpResponse:
    """*Înregistrează cheltuiala*."""
    row = get_object_or_404(ReceivedMessage, pk=pk)
    expense = actions.book_expense(row, by=request.user)
    messages.success(request, f"Cheltuiala {expense.number} este o ciornă la Cheltuieli: verificați categoria și confirmați-o.")
    return _back(request, pk)


@allow(READ)
@require_GET
def received_zip(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed ZIP as SPV gave it: the legal original."""
    row = get_object_or_404(ReceivedMessage, pk=pk)
    return _file(zip_of(row), "application/zip", f"{row.index}.zip")


@allow(READ)
@require_GET
def received_xml(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ReceivedMessage, pk=pk)
    return _file(xml_of(row), XML_TYPE, f"{row.index}.xml")


@allow(READ)
@require_GET
def received_attachment(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """A document attached inside the XML (BG-24), only ever downloaded."""
    row = get_object_or_404(ReceivedMessage, pk=pk)
    require(row.is_invoice and row.content, "attachment_missing", "Documentul atașat nu s-a putut citi. Descărcați XML-ul.")
    name, content = _attached(row, place)
    return _file(content, MEDIA_TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream"), name)


@allow(READ)
@require_GET
def received_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Our own PDF; never made here, a worker does."""
    return _pdf(request, pk, ReceivedPdf.Kind.OWN)


@allow(READ)
@require_GET
def received_anaf_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """ANAF's PDF of the same XML."""
    return _pdf(request, pk, ReceivedPdf.Kind.ANAF)


@allow(ISSUE)
def message_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A message to the issuer."""
    row = get_object_or_404(ReceivedMessage, pk=pk)
    form = IssuerMessageForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            actions.write_to_issuer(row, **form.cleaned_data, by=request.user)
            messages.success(request, "Mesajul pleacă prin SPV; starea lui se vede pe pagină.")
            return _back(request, pk)
    template = "efactura/_issuer_message_form.html" if is_part(request) else "efactura/issuer_message.html"
    return form_page(request, template, {"form": form, "row": row})


@allow(ISSUE)
@require_POST
def message_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Of a message that was not found in SPV: again, or not."""
    answer = get_object_or_404(BuyerMessage.objects.select_related("received"), pk=pk)
    actions.decide_message(answer, again=request.POST.get("din-nou") == "1", by=request.user)
    return _back(request, answer.received_id)


def _pdf(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    row = get_object_or_404(ReceivedMessage, pk=pk)
    asked = row.pdfs.filter(kind=kind).first()
    if asked is None or (asked.file_id is None and asked.due_at is None and not (asked.problem and "stare" in request.GET)):
        asked = actions.ask_for_pdf(row, kind)
    deadline = time.monotonic() + WAIT
    while asked.file_id is None and asked.due_at is not None and time.monotonic() < deadline:
        time.sleep(STEP)
        asked.refresh_from_db()
    if asked.file_id is None:
        late = asked.asked_at < timezone.now() - LONG
        return render(request, "efactura/received_pdf_wait.html", {"row": row, "pdf": asked, "late": late}, status=202)
    name = content_disposition_header(False, f"{row.number or row.index} {row.seller_name}.pdf".replace("/", "-"))
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-cache"}
    return HttpResponse(bytes(StoredFile.objects.get(pk=asked.file_id).content), content_type="application/pdf", headers=headers)


def _attached(row: ReceivedMessage, place: int) -> tuple[str, bytes]:
    try:
        return attachment(xml_of(row), place)
    except LookupError:
        raise Http404 from None


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name)
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _list_url(request: HttpRequest) -> str:
    return reverse("efactura:inbox", args=(request.company.pk,))


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    return go(request, reverse("efactura:received", args=(request.company.pk, pk)))
