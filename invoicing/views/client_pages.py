"""What a document's page says of its client: the address of the client's page, what was opened, objections and their answers."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from companies.access import ISSUE, allow
from invoicing.actions import sending
from invoicing.customer import address_of, live_link
from invoicing.models import CustomerLink, Document, Kind, Objection, Reminder, ReminderStop
from invoicing.occasions import step_words
from lib.forms import Form
from lib.htmx import form_page, go, is_part


@dataclass(frozen=True, slots=True)
class ClientCard:
    """The part of a document's page about its client."""

    link: CustomerLink | None
    address: str
    objections: list[Objection]
    reminders: list[tuple[str, Reminder]]
    stops: list[ReminderStop]
    may_stop: bool


class AnswerForm(Form):
    answer = forms.CharField(label="Răspunsul", max_length=2000, widget=forms.Textarea({"rows": 5}), required=False)


def client_card(document: Document) -> ClientCard:
    """What is known of the client's side of an issued document."""
    link = live_link(document)
    owed = document.kind == Kind.INVOICE and document.balance > 0
    stops = ReminderStop.objects.filter(partner_id=document.partner_id).select_related("by")
    stopped = [stop for stop in stops if stop.document_id in (None, document.pk)] if owed else []
    reminders = document.reminders.select_related("mail").order_by("-days")
    return ClientCard(
        link=link,
        address=address_of(link) if link else "",
        objections=list(document.objections.select_related("answered_by")),
        reminders=[(step_words(reminder.days), reminder) for reminder in reminders],
        stops=stopped,
        may_stop=owed and not stopped,
    )


@allow(ISSUE)
@require_POST
def link_open(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(Document, pk=pk)
    sending.open_link(document, by=request.user)
    return _back(request, document)


@allow(ISSUE)
@require_POST
def link_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The address leads nowhere from now on; the next e-mail gets another one."""
    document = get_object_or_404(Document, pk=pk)
    sending.revoke_link(document, by=request.user)
    messages.success(request, "Adresa clientului nu mai duce nicăieri. Următorul e-mail va avea alta.")
    return _back(request, document)


@allow(ISSUE)
def objection_answer(request: HttpRequest, pk: int) -> HttpResponse:
    objection = get_object_or_404(Objection.objects.select_related("document"), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            sending.answer_objection(objection, answer=form.cleaned_data["answer"], by=request.user)
            messages.success(request, "Clientul vede răspunsul pe pagina documentului.")
            return _back(request, objection.document)
    template = "invoicing/_answer_form.html" if is_part(request) else "invoicing/objection_answer.html"
    return form_page(request, template, {"form": form, "objection": objection, "document": objection.document})


def _back(request: HttpRequest, document: Document) -> HttpResponse:
    return go(request, reverse("invoicing:document", args=(request.company.pk, document.pk)))
