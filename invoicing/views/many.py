"""Several documents at once, from their lists: sent by e-mail, and downloaded as one archive of PDFs."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import uuid4
from zipfile import ZIP_STORED, ZipFile

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from companies.access import ISSUE, MANAGE, READ, allow
from companies.models import StoredFile
from invoicing.actions import ask_for_pdf
from invoicing.actions.mail_many import MOST, obstacle_of, send_failed_again, send_many
from invoicing.letters import document_occasion
from invoicing.models import Document, Kind, Mail, MailBatch, RenderedPdf, Status
from invoicing.occasions import LANGUAGES
from invoicing.print import file_name
from lib.dates import bucharest_today
from lib.errors import require
from lib.forms import Form
from lib.htmx import form_page, go, is_part
from lib.words import plural
from partners.models import Language

MOST_PDFS = 500
SHOWN = 100  # batches of the list
IN_MEMORY = 4 * 1024 * 1024
CHUNK = 20  # PDFs read at once
SLOW = timedelta(minutes=1)  # after it the archive is offered without what is not made


class ManyForm(Form):
    """One dialog, one batch."""

    token = forms.UUIDField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class LeftOut:
    """A document that does not go with the others, and why."""

    document: Document
    reason: str

    @property
    def sentence(self) -> str:
        return MailBatch.Reason(self.reason).label


@allow(ISSUE)
def mail_many(request: HttpRequest) -> HttpResponse:
    """Say what is sent of the documents of `?alese=`, to whom it can't be, and in which words; POST asks for the e-mails."""
    documents = chosen_documents(request, MOST, "trimite")
    form = ManyForm(request.POST or None, initial={"token": uuid4()})
    if form.is_valid():
        with form.refusals():
            batch = send_many(documents, by=request.user, token=form.cleaned_data["token"])
            return go(request, reverse("invoicing:mail_batch", args=(request.company.pk, batch.pk)))
    left_out = [LeftOut(document, reason) for document in documents if (reason := obstacle_of(document))]
    kept = {each.document.pk for each in left_out}
    going = [document for document in documents if document.pk not in kept]
    context = {"going": going, "left_out": left_out, "words": _words(going), "address": request.get_full_path()}
    part = "invoicing/many/_mail_form.html"
    context |= {"form": form, "part": part, "can_manage": request.membership.role in MANAGE}
    return form_page(request, part if is_part(request) else "invoicing/many/mail_form.html", context)


@allow(READ)
@require_GET
def mail_batches(request: HttpRequest) -> HttpResponse:
    """What was sent several at once, the newest first."""
    batches = MailBatch.objects.select_related("by").annotate(
        count=Count("mails"),
        sent=Count("mails", filter=Q(mails__state=Mail.State.SENT)),
        failed=Count("mails", filter=Q(mails__state=Mail.State.FAILED)),
        on_way=Count("mails", filter=Q(mails__state__in=[Mail.State.WAITING, Mail.State.SENDING])),
    )
    return render(request, "invoicing/many/batch_list.html", {"batches": batches[:SHOWN]})


@allow(READ)
@require_GET
def mail_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a batch is, what failed and how that is mended. Its part asks again while e-mails are on their way."""
    batch = get_object_or_404(MailBatch.objects.select_related("by"), pk=pk)
    template = "invoicing/many/_batch.html" if is_part(request) else "invoicing/many/batch.html"
    return render(request, template, _batch(batch) | {"can_issue": request.membership.role in ISSUE})


@allow(ISSUE)
@require_POST
def mail_batch_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A person decided that what failed is sent once more; POST `mail`: only that one."""
    batch = get_object_or_404(MailBatch, pk=pk)
    key = request.POST.get("mail", "")
    count = send_failed_again(batch, by=request.user, mail=int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else None)
    if count:
        messages.success(request, f"{plural(count, 'e-mail pleacă', 'e-mailuri pleacă')} din nou.")
    else:
        messages.info(request, "Nu mai este nimic de trimis din nou.")
    return redirect("invoicing:mail_batch", request.company.pk, batch.pk)


@allow(READ)
@require_GET
def pdf_many(request: HttpRequest) -> HttpResponse:
    """The PDFs of the documents of `?alese=` are asked for; the page counts them, and gives the archive when all are made."""
    documents = chosen_documents(request, MOST_PDFS, "descărca")
    numbered = [document for document in documents if not document.is_draft]
    require(numbered, "document_not_issued", "Ciornele nu au PDF. Emiteți-le întâi.")
    rows = _pdfs(numbered)
    for document in numbered:
        row = rows.get(_key(document))
        if row is None or (not is_part(request) and row.file_id is None):
            rows[_key(document)] = ask_for_pdf(document)
    waiting = [document for document in numbered if rows[_key(document)].file_id is None]
    late = [document for document in waiting if rows[_key(document)].asked_at < now() - SLOW]
    archive = f"{reverse('invoicing:pdf_many_zip', args=(request.company.pk,))}?alese={','.join(str(each.pk) for each in numbered)}"
    context = {"made": len(numbered) - len(waiting), "whole": len(numbered), "drafts": len(documents) - len(numbered), "archive": archive}
    context |= {"ready": not waiting, "late": late, "address": request.get_full_path()}
    return render(request, "invoicing/many/_pdfs.html" if is_part(request) else "invoicing/many/pdfs.html", context)


@allow(READ)
@require_GET
def pdf_many_zip(request: HttpRequest) -> HttpResponse:
    """The archive of the PDFs, once all are made; until then the page that counts them. `?gata=1`: of those that are made by now."""
    documents = [document for document in chosen_documents(request, MOST_PDFS, "descărca") if not document.is_draft]
    rows = _pdfs(documents)
    made: list[tuple[int, Document]] = []
    waiting: list[Document] = []
    for document in documents:
        row = rows.get(_key(document))
        if row is None or row.file_id is None:
            waiting.append(document)
        else:
            made.append((row.file_id, document))
    if not made or (waiting and "gata" not in request.GET):
        keys = ",".join(request.GET.getlist("alese"))
        return redirect(f"{reverse('invoicing:pdf_many', args=(request.company.pk,))}?alese={keys}")
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it once it is sent
    _write_zip(file, made, waiting)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"documente-{bucharest_today():%Y-%m-%d}.zip", content_type="application/zip")


def chosen_documents(request: HttpRequest, most: int, verb: str) -> list[Document]:
    """The documents of `?alese=`, in the order of their dates; one that is not there is a 404."""
    texts = {text for part in request.GET.getlist("alese") for text in part.split(",") if text}
    require(texts, "nothing_chosen", "Alegeți cel puțin un document.")
    require(len(texts) <= most, "too_many_documents", f"Se pot {verb} odată cel mult {most} de documente.")
    keys = {int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19}
    rows = Document.objects.filter(pk__in=keys).exclude(kind=Kind.OPENING).select_related("partner")
    found = list(rows.order_by("issue_date", "pk"))
    if len(found) != len(texts):
        raise Http404
    return found


def _words(documents: list[Document]) -> list[tuple[str, str, str]]:
    """The templates in whose words these documents go: label, occasion and language of each."""
    found = {}
    for document in documents:
        occasion = document_occasion(document)
        for language in [Language.RO, Language.EN] if document.language == Language.BOTH else [Language(document.language)]:
            found[occasion.key, language.value] = f"{occasion.label}, în {LANGUAGES[language]}"
    return [(label, occasion, language) for (occasion, language), label in found.items()]


def _batch(batch: MailBatch) -> dict[str, Any]:
    mails = list(batch.mails.select_related("document__partner").order_by("pk"))
    states = Counter(mail.state for mail in mails)
    on_way = states[Mail.State.WAITING] + states[Mail.State.SENDING]
    reasons = dict(batch.left_out)
    documents = Document.objects.filter(pk__in=reasons).select_related("partner").order_by("issue_date", "pk")
    left_out = [LeftOut(document, reasons[document.pk]) for document in documents]
    return {
        "batch": batch,
        "whole": len(mails),
        "done": len(mails) - on_way,
        "on_way": on_way,
        "sent": states[Mail.State.SENT],
        "failed": [mail for mail in mails if mail.state == Mail.State.FAILED],
        "put_off": [mail for mail in mails if mail.state == Mail.State.WAITING and mail.not_before],
        "left_out": left_out,
        "mended": ",".join(str(each.document.pk) for each in left_out if not obstacle_of(each.document)),
    }


def _key(document: Document) -> tuple[int, int, bool]:
    """Which PDF is that of a document as it stands."""
    return document.pk, document.revision, document.status == Status.CANCELLED


def _pdfs(documents: list[Document]) -> dict[tuple[int, int, bool], RenderedPdf]:
    """The PDFs that were asked for; without a file while they are not made."""
    rows = RenderedPdf.objects.filter(document__in=[document.pk for document in documents])
    return {(row.document_id, row.revision, row.cancelled): row for row in rows}


def _write_zip(file: IO[bytes], made: list[tuple[int, Document]], waiting: list[Document]) -> None:
    """PDFs are packed already, so they are stored as they are, a few in memory at a time; a note names those that are not made."""
    names: set[str] = set()
    of_file: dict[int, list[Document]] = {}
    for key, document in made:  # the same bytes are one file, whatever they belong to
        of_file.setdefault(key, []).append(document)
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for stored in StoredFile.objects.filter(pk__in=of_file).order_by("pk").iterator(chunk_size=CHUNK):
            for document in of_file[stored.pk]:
                name = file_name(document)
                name = name if name not in names else f"{name.removesuffix('.pdf')}-{document.pk}.pdf"  # two series may print the same
                names.add(name)
                archive.writestr(name, bytes(stored.content))
        if waiting:
            archive.writestr("lipsesc.txt", "\n".join(["PDF-urile acestor documente nu erau gata:", *(one.label for one in waiting), ""]))
