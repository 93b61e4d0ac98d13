"""The page of a client without an account: one document by its address, and nothing else. For anything wrong, one and the same 404."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from companies.models import Membership, StoredFile
from companies.scope import company_scope
from invoicing import actions
from invoicing.actions.sending import raise_objection
from invoicing.customer import find, opened
from invoicing.looks import of_document
from invoicing.models import CustomerLink, Document, Status
from invoicing.payment_code import PaymentCode
from invoicing.print import Printed, document_html, file_name, saved
from invoicing.views.output import STEP, WAIT
from lib.forms import Form
from lib.htmx import form_page
from lib.limits import within
from partners.models import Language

HEADERS = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "private, no-store"}
LOOKS, WRITES = 60, 5  # at one document, in MINUTE and in HOUR seconds
MINUTE, HOUR = 60, 3600
WORDS = {
    "due": ("De plată", "To be paid"),
    "until": ("scadența la", "due on"),
    "paid": ("Achitată", "Paid"),
    "storned": ("Stornată", "Credited"),
    "cancelled": ("Documentul a fost anulat de cel care l-a emis.", "The issuer has cancelled this document."),
    "accounts": ("Plata se face în", "Pay to"),
    "mention": ("La detaliile plății scrieți", "Payment reference"),
    "object": ("Am o obiecție", "I have an objection"),
    "object_lead": (
        "Ce scrieți ajunge la firmă, iar răspunsul ei apare aici, la aceeași adresă.",
        "What you write reaches the company; its answer appears here, at the same address.",
    ),
    "name": ("Numele dumneavoastră", "Your name"),
    "text": ("Ce nu este în regulă", "What is wrong"),
    "send": ("Trimite obiecția", "Send the objection"),
    "sent": ("Obiecție trimisă", "Objection sent"),
    "waiting": ("Așteaptă răspunsul firmei.", "Waiting for the company's answer."),
    "answer": ("Răspunsul firmei", "The company's answer"),
    "from": ("Document emis de", "Issued by"),
    "from_note": ("Pagină pentru", "A page for"),
    "code": ("Codul cu datele plății", "Code with the payment details"),
    "download": ("Descarcă PDF", "Download PDF"),
}


class ObjectionForm(Form):
    name = forms.CharField(max_length=100, widget=forms.TextInput({"autocomplete": "name"}))
    text = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 4}))


def of_customer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Find the document of an address and open its company's scope; count the looks; let no cache and no search engine keep it."""

    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        link = find(token)
        if link is None:
            response = render(request, "invoicing/customer/missing.html", status=404)
        elif not within(f"customer:{link.key}", LOOKS, MINUTE):
            response = render(request, "invoicing/customer/busy.html", status=429)
        else:
            with company_scope(link.company_id):
                response = view(request, link, Document.objects.with_storned().get(pk=link.document_id))
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return found


@of_customer
def document(request: HttpRequest, link: CustomerLink, document: Document) -> HttpResponse:
    """The printed form, what is due and where it is paid; POST keeps an objection."""
    words = _words(document)
    form = ObjectionForm(request.POST or None)
    form.fields["name"].label, form.fields["text"].label = words["name"], words["text"]
    if request.method == "POST" and not within(f"objection:{link.key}", WRITES, HOUR):
        return render(request, "invoicing/customer/busy.html", status=429)
    if form.is_valid():
        with form.refusals():
            raise_objection(document, **form.cleaned_data)
            return redirect(request.path)
    if request.method == "GET" and not _is_ours(request, link):
        opened(link)
    sheet = saved(document)
    context = {
        "d": document,
        "w": words,
        "form": form,
        "path": request.path,
        "accounts": _accounts(document),
        "objections": document.objections.all(),
        "code": _code(sheet),
        "sheet": document_html(
            sheet,
            logo_url=f"{request.path}logo/" if sheet.logo else "",
            stamp_url=f"{request.path}stampila/" if sheet.look.stamp else "",
        ),
    }
    return form_page(request, "invoicing/customer/document.html", context)


@require_safe
@of_customer
def pdf(request: HttpRequest, link: CustomerLink, document: Document) -> HttpResponse:
    """The stored PDF of the document as it stands."""
    row = actions.ask_for_pdf(document)
    deadline = time.monotonic() + WAIT
    while row.file_id is None and time.monotonic() < deadline:
        time.sleep(STEP)
        row.refresh_from_db(fields=["file"])
    if row.file_id is None:
        response = render(request, "invoicing/customer/wait.html", status=202)
        response.headers["Refresh"] = "3"
        return response
    name = content_disposition_header("download" in request.GET, file_name(document))
    content = bytes(StoredFile.objects.get(pk=row.file_id).content)
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


@require_safe
@of_customer
def logo(request: HttpRequest, link: CustomerLink, document: Document) -> HttpResponse:
    """The logo printed on this document."""
    return _picture(request, document.seller.get("logo"))


@require_safe
@of_customer
def stamp(request: HttpRequest, link: CustomerLink, document: Document) -> HttpResponse:
    """The stamp printed on this document."""
    return _picture(request, of_document(document).stamp)


def _picture(request: HttpRequest, key: int | None) -> HttpResponse:
    file = StoredFile.objects.filter(pk=key, media_type="image/png").first()
    if file is None:
        return render(request, "invoicing/customer/missing.html", status=404)
    return HttpResponse(bytes(file.content), content_type=file.media_type)


def _words(document: Document) -> dict[str, str]:
    return {name: both[document.language == Language.EN] for name, both in WORDS.items()}


def _accounts(document: Document) -> list[dict[str, str]]:
    """The accounts printed on the document, those in its currency if there are any; IBANs in groups of four."""
    accounts: list[dict[str, str]] = document.seller.get("accounts", [])
    fit = [account for account in accounts if account["currency"] == document.currency] or accounts
    return [account | {"spaced": " ".join(account["iban"][at : at + 4] for at in range(0, len(account["iban"]), 4))} for account in fit]


def _code(form: Printed) -> PaymentCode | None:
    """The payment code of the layout, for what is still to be paid."""
    left = form.document.balance
    return replace(form.payment, total=left) if form.payment and left > 0 and form.document.status == Status.ISSUED else None


def _is_ours(request: Any, link: CustomerLink) -> bool:
    """Whether somebody of the company looks: that opens nothing."""
    user = request.user
    return user.is_authenticated and Membership.objects.filter(user=user, company_id=link.company_id).exists()
