"""Proformas and delivery notes turned into an invoice."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from companies.access import ISSUE, allow
from invoicing import actions
from invoicing.conversions import left_of, require_convertible
from invoicing.forms.convert import ConvertForm
from invoicing.models import Document
from lib.errors import require
from lib.htmx import form_page, go, is_part

MOST = 100  # documents on one invoice


@allow(ISSUE)
def convert(request: HttpRequest) -> HttpResponse:
    """Ask what of the documents of `?alese=` goes on the invoice, then open it in the editor as a draft."""
    sources = _sources(request)
    require_convertible(sources)
    form = ConvertForm(request.POST or None, left=left_of(sources))
    require(
        form.left or request.method == "POST",
        "already_converted",
        "Nu a mai rămas nimic de facturat: totul este pe facturi sau pe ciornele lor.",
    )
    if form.is_valid():
        with form.refusals():
            draft = actions.convert(sources, lines=form.lines, by=request.user, token=form.cleaned_data["token"])
            messages.success(request, "Aici este factura, ca ciornă. Verificați-o și emiteți-o.")
            return go(request, reverse("invoicing:invoice_edit", args=(request.company.pk, draft.pk)))
    part = "invoicing/_convert_form.html"
    context = {"form": form, "sources": sources, "document": sources[0], "part": part, "address": request.get_full_path()}
    return form_page(request, part if is_part(request) else "invoicing/document_form.html", context)


def _sources(request: HttpRequest) -> list[Document]:
    """The documents of the address, in the order of their dates; one that is not there is a 404."""
    texts = {*request.GET.getlist("alese")}
    require(texts, "source_missing", "Alegeți cel puțin un document de facturat.")
    require(len(texts) <= MOST, "too_many_sources", f"Pe o factură se pot pune cel mult {MOST} de documente.")
    keys = {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19}
    found = list(Document.objects.filter(pk__in=keys).select_related("partner").order_by("issue_date", "pk"))
    if len(found) != len(texts):
        raise Http404
    return found
