"""Drafts chosen in their list, issued together."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from companies.access import ISSUE, allow
from invoicing.actions.issue_chosen import issue_chosen
from invoicing.models import Document, Status
from invoicing.pages import pages_of
from invoicing.views.many import chosen_documents
from lib.errors import require
from lib.forms import Form
from lib.htmx import go, is_part
from lib.words import plural

MOST = 100
SHOWN = 5


class IssueForm(Form):
    earlier = forms.BooleanField(
        label="Emite și cele cu dată anterioară ultimului document din serie", required=False, help_text="Rămâne în istoricul fiecăruia."
    )


@allow(ISSUE)
@require_http_methods(["GET", "POST"])
def issue_many(request: HttpRequest) -> HttpResponse:
    """Say which of `?alese=` are drafts; POST issues them and says which could not be."""
    documents = chosen_documents(request, MOST, "emite")
    drafts = [document for document in documents if document.is_draft]
    require(drafts or request.method == "POST", "nothing_to_issue", "Printre documentele alese nu este nicio ciornă.")
    form = IssueForm(request.POST or None)
    if form.is_valid():
        issued, refused = issue_chosen(drafts, by=request.user, allow_earlier_date=form.cleaned_data["earlier"])
        _say(request, issued, refused)
        return go(request, reverse(pages_of(documents[0].kind).list, args=(request.company.pk,)))  # type: ignore[attr-defined]
    part = "invoicing/many/_issue_form.html"
    context = {"form": form, "drafts": drafts, "others": len(documents) - len(drafts), "part": part, "address": request.get_full_path()}
    context["back"] = reverse(pages_of(documents[0].kind).list, args=(request.company.pk,))  # type: ignore[attr-defined]
    return render(request, part if is_part(request) else "invoicing/many/issue_form.html", context)


def _say(request: HttpRequest, issued: list[Document], refused: list[tuple[Document, str]]) -> None:
    done = [document for document in issued if document.status == Status.ISSUED]
    if done:
        labels = done[0].label if len(done) == 1 else f"{done[0].label} … {done[-1].label}"
        messages.success(request, f"{plural(len(done), 'document emis', 'documente emise')}: {labels}.")
    for document, reason in refused[:SHOWN]:
        messages.error(request, f"{document.partner_name or 'Ciorna fără client'}: {reason}")
    if len(refused) > SHOWN:
        messages.error(request, f"Și {plural(len(refused) - SHOWN, 'ciornă neemisă', 'ciorne neemise')}. Deschideți-le din listă.")
