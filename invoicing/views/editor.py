"""The editor of documents of every kind: drafts, issuing, and the revision of an issued one."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_POST

from companies.access import ISSUE, MANAGE, allow
from invoicing.actions import issue, revise, save_and_issue, save_draft, save_issue_and_receive
from invoicing.actions.drafts import COPIED, copy_line
from invoicing.actions.vat_status import require_workable
from invoicing.conversions import require_not_converted
from invoicing.forms import ClientForm, EditorForm
from invoicing.forms.choices import CURRENCIES
from invoicing.forms.editor import due_date, problems_by_id
from invoicing.models import Document, Kind, Payment, Status
from invoicing.models.document import DeliveryMention
from invoicing.pages import PAGES, pages_of
from invoicing.print import document_html, place_of, printed
from invoicing.snapshots import issuer_of
from invoicing.storno import require_not_storned
from lib.dates import bucharest_today
from lib.errors import Refused, require
from partners.actions import add_client_by_cif
from partners.models import Language, Partner

MORE_ROWS = 10
Method = Payment.Method
RECEIVED = {  # the buttons that issue and record the money: the method, whether with a chitanță, the words
    "issue_receipt": (Method.CASH, True, "Numerar, cu chitanță"),
    "issue_cash": (Method.CASH, False, "Numerar, fără chitanță"),
    "issue_card": (Method.CARD, False, "Card"),
    "issue_transfer": (Method.TRANSFER, False, "Transfer bancar"),
    "issue_on_delivery": (Method.CASH_ON_DELIVERY, False, "Ramburs"),
    "issue_voucher": (Method.VOUCHER, False, "Voucher"),
}
VALID = timedelta(days=15)  # a new proforma, until somebody says otherwise


@allow(ISSUE)
def document_new(request: HttpRequest, kind: Kind) -> HttpResponse:
    """A new document; `?client=` chooses the client, `?copy=` starts from another document."""
    if request.method == "POST":
        return _posted(request, lambda: _of_token(request, kind, saved_before=bool(request.POST.get("version"))))
    document, lines = _blank(request, kind), []
    if request.GET.get("copy", "").isdecimal():
        lines = _copy(document, get_object_or_404(Document.objects.filter(kind__in=PAGES), pk=request.GET["copy"]))
    return _page(request, EditorForm(document, lines))


@allow(ISSUE)
def document_edit(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    """A draft goes on; an issued document is revised, with a reason; a cancelled one is only read."""
    document = get_object_or_404(Document.objects.filter(kind=kind).select_related("partner", "series"), pk=pk)
    if document.status == Status.CANCELLED:
        messages.warning(request, "Documentul este anulat și nu se mai modifică.")
        return _to_document(request, document)
    if document.is_storno:
        messages.warning(request, "O stornare oglindește factura inițială și nu se editează. Dacă e greșită, ștergeți-o sau anulați-o.")
        return _to_document(request, document)
    if request.method == "POST":
        return _posted(request, lambda: document)
    require_workable(document)
    if document.is_issued:
        require_not_storned(document)
        require_not_converted(document)
    return _page(request, EditorForm(document, document.lines.all()))


@allow(ISSUE)
@require_POST
def document_issue(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    """Issue a draft as it is saved; what is missing is shown in the editor."""
    document = get_object_or_404(Document.objects.filter(kind=kind), pk=pk)
    try:
        return _to_document(request, issue(document, by=request.user))
    except Refused as refusal:
        form = EditorForm(document, document.lines.all())
        form.refuse(refusal)
        return _page(request, form, status=422)


@allow(ISSUE)
@require_POST
def document_preview(request: HttpRequest, kind: Kind) -> HttpResponse:
    """The printed document, as it would be, from what the editor holds; nothing is saved."""
    form = EditorForm(_of_token(request, kind), data=request.POST)
    form.read(strict=False, unfinished=True)
    groups = form.work_out()
    return HttpResponse(document_html(printed(form.document, form.lines, groups)))


class _SavedMeanwhile(Exception):
    """Another request of the same form made the draft, after this one looked for it."""


def _posted(request: HttpRequest, find: Callable[[], Document]) -> HttpResponse:
    """Do what the pressed button says. Two first saves of one form at once make one draft: the later finds the earlier's."""
    document = find()
    try:
        return _act(request, document)
    except _SavedMeanwhile:
        return _act(request, _of_token(request, document.kind))
    except IntegrityError as error:
        if "document_token_once" not in str(error):
            raise
        return _act(request, _of_token(request, document.kind))


def _act(request: HttpRequest, document: Document) -> HttpResponse:
    if document.is_draft:
        act = dict.fromkeys(["issue", *RECEIVED], _issue) | {
            "autosave": _autosave,
            "more": _more,
            "recalculate": _more,
            "client": _add_client,
        }
        return act.get(request.POST.get("action", ""), _save)(request, EditorForm(document, data=request.POST))
    if request.POST.get("revision"):
        return _revise(request, EditorForm(document, data=request.POST))
    return _to_document(request, document)  # a second press of a button whose first press issued it


def _save(request: HttpRequest, form: EditorForm) -> HttpResponse:
    if form.read(strict=False) and _written(form, request):
        messages.success(request, "Ciorna este salvată.")
        return redirect(_edit_address(request, form.document))
    return _page(request, form, status=422)


def _issue(request: HttpRequest, form: EditorForm) -> HttpResponse:
    """Save and issue in one step, with the money if the button says so; a refused issue leaves the draft saved."""
    if form.read(strict=True):
        terms: dict[str, Any] = {"version": _version(form), "allow_earlier_date": "earlier_date" in request.POST}
        issuing = save_and_issue
        if how := RECEIVED.get(request.POST["action"]):
            issuing = partial(save_issue_and_receive, method=how[0], with_receipt=how[1])
        try:
            refusal = issuing(form.document, form.lines, by=request.user, **terms)
        except Refused as refused:
            refusal = refused
        else:
            form.note_saved()
        if refusal is None:
            return _to_document(request, form.document)
        form.refuse(refusal)
    return _page(request, form, status=422)


def _revise(request: HttpRequest, form: EditorForm) -> HttpResponse:
    seen = request.POST["revision"]
    if form.read(strict=True):
        try:
            require(seen.isdecimal(), "document_changed_meanwhile", "Deschideți documentul din nou.")
            revise(form.document, form.lines, by=request.user, reason=form.cells["reason"].text, revision=int(seen))
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{form.document.label} este modificată; conținutul dinainte rămâne în istoric.")
            return _to_document(request, form.document)
    return _page(request, form, status=422)


def _more(request: HttpRequest, form: EditorForm) -> HttpResponse:
    """Without scripts: the amounts worked out, or more blank rows; nothing is saved."""
    form.read(strict=False)
    if request.POST["action"] == "more":
        form.blanks = MORE_ROWS
    return _page(request, form)


def _add_client(request: HttpRequest, form: EditorForm) -> HttpResponse:
    """Without scripts: the client whose CIF was typed, brought from the register."""
    try:
        form.client_key = str(add_client_by_cif(form.cells["client"].text, by=request.user).pk)
        form.cells["client"].text = ""
        form.read(strict=False)
    except Refused as refusal:
        form.read(strict=False, unfinished=True)
        form.cells["client"].error = refusal.message
    return _page(request, form, status=422 if form.has_errors else 200)


def _autosave(request: HttpRequest, form: EditorForm) -> JsonResponse:
    """For scripts: save while the person writes; the answer carries the amounts as the server has them."""
    if form.read(strict=False, unfinished=True) and _written(form, request):
        form.work_out()
        answer = {
            "saved": True,
            "version": form.version,
            "address": _edit_address(request, form.document),
            "message": f"Ciornă salvată la {localtime(now()):%H:%M}",
            "totals": render_to_string("invoicing/editor/_totals.html", {"form": form, "document": form.document}, request),
        }
        if form.details.moved:
            answer["advances"] = render_to_string("invoicing/editor/_advances.html", {"form": form, "document": form.document}, request)
        if not request.POST.get("version"):  # the first save: from now on files can be attached
            context = {"document": form.document, "can_issue": True, "in_editor": True}
            answer["attachments"] = render_to_string("invoicing/_attachments.html", context, request)
        return JsonResponse(answer)
    problems = form.problems
    answer = {"saved": False, "conflict": form.meets_other_version, "errors": problems_by_id(problems), "message": problems[0][2]}
    return JsonResponse(answer, status=422)


def _written(form: EditorForm, request: HttpRequest) -> bool:
    """Save the draft; a refusal is shown in the form."""
    try:
        saved = save_draft(form.document, form.lines, by=request.user, version=_version(form))
    except Refused as refusal:
        form.refuse(refusal)
        return False
    if saved is not form.document:
        raise _SavedMeanwhile
    form.note_saved()
    return True


def _version(form: EditorForm) -> int | None:
    """The version of the draft that the person saw; None to write over any."""
    if not form.document.pk or not form.version or form.overwrites:
        return None
    return int(form.version) if form.version.isdecimal() else -1


def _of_token(request: HttpRequest, kind: str, *, saved_before: bool = True) -> Document:
    """The document that this form made before, or a new one.

    A form that never heard of a save is not looked for: if it was saved all the same, the token's constraint says so (`_posted`).
    """
    try:
        token = UUID(request.POST.get("token", ""))
    except ValueError:
        raise Refused("form_broken", "Formularul a ajuns incomplet. Reîncărcați pagina și încercați din nou.") from None
    if not saved_before:
        return Document(kind=kind, token=token)
    earlier = Document.objects.filter(kind=kind, token=token).values_list("pk", flat=True).first()
    return Document.objects.select_related("partner", "series").get(pk=earlier) if earlier else Document(kind=kind, token=token)


def _blank(request: HttpRequest, kind: Kind) -> Document:
    document = Document(kind=kind, issuer_name=issuer_of(request.user))
    if kind == Kind.PROFORMA:
        document.due_date = document.issue_date + VALID
    if kind == Kind.DELIVERY_NOTE:
        document.delivery_date, document.dispatch_time = document.issue_date, localtime(now()).time().replace(second=0, microsecond=0)
        document.ship_from = place_of(request.company)
    if request.GET.get("client", "").isdecimal():
        document.partner = partner = get_object_or_404(Partner, pk=request.GET["client"])
        document.language, document.currency = partner.language, partner.currency or document.currency
        if kind == Kind.INVOICE:
            document.due_date = due_date(partner, document.issue_date)
    return document


def _copy(document: Document, source: Document) -> list[Any]:
    """Fill a new document from another one, with its term of payment; returns the lines."""
    for name in COPIED:
        if name not in ("series", "issuer_name"):
            setattr(document, name, getattr(source, name))
    if source.due_date:
        document.due_date = document.issue_date + (source.due_date - source.issue_date)
    return [copy_line(line) for line in source.lines.filter(advance=None).select_related("vat_rate")]


def _page(request: HttpRequest, form: EditorForm, status: int = 200) -> HttpResponse:
    """The editor. Where its form goes depends on whether the document is written yet."""
    document, pages = form.document, pages_of(form.document.kind)
    form.by = request.user
    if document.series_id is None and form.all_series:
        document.series = form.all_series[0]
        form.cells["series"].text = str(document.series_id)
    form.work_out()
    context = {
        "form": form,
        "document": document,
        "pages": pages,
        "can_manage": request.membership.role in MANAGE,
        "client_form": ClientForm(auto_id="nou-%s"),
        "currencies": CURRENCIES,
        "languages": Language.choices,
        "today": bucharest_today(),
        "mentions": DeliveryMention.choices,
        "received": [(action, label) for action, (_, _, label) in RECEIVED.items()],
        "address": _edit_address(request, document) if document.pk else _address(pages.new, request),
    }
    return render(request, "invoicing/editor.html", context, status=status)


def _to_document(request: HttpRequest, document: Document) -> HttpResponseRedirect:
    return redirect(_address(pages_of(document.kind).page, request, document.pk))


def _edit_address(request: HttpRequest, document: Document) -> str:
    return _address(pages_of(document.kind).edit, request, document.pk)


def _address(name: str, request: HttpRequest, *keys: int) -> str:
    return reverse(name, args=(request.company.pk, *keys))
