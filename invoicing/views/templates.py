"""Configurare › Modele: the sender of e-mails and the words of each occasion, with a preview of a real document."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from companies.access import MANAGE, allow
from companies.models import Company
from invoicing.actions import sending
from invoicing.letters import of_document, of_several, sending_settings
from invoicing.models import Document, MailTemplate, SendingSettings
from invoicing.occasions import DOCUMENT, LANGUAGES, REMINDER, STATEMENT, TOGETHER, Occasion, occasions, usual
from lib.dates import bucharest_today
from lib.fields import fill, problems
from lib.formats import date_ro
from lib.forms import Form, ModelForm
from lib.htmx import form_page

SAMPLE = "https://…/d/adresa-clientului/"
GROUPS = [("Trimiterea documentelor", (DOCUMENT,)), ("Mementouri", (REMINDER, TOGETHER)), ("Alte scrisori", (STATEMENT,))]


class SenderForm(ModelForm):
    class Meta:
        model = SendingSettings
        fields = ("sender_name", "reply_to", "copy_to", "signature", "link_days")
        widgets = {"signature": forms.Textarea({"rows": 3})}
        help_texts = {
            "sender_name": "Gol: denumirea firmei.",
            "reply_to": "Gol: e-mailul firmei.",
            "copy_to": "Fiecare e-mail către clienți ajunge și aici.",
            "signature": "Stă în locul câmpului {{semnatura}}. Gol: denumirea firmei.",
            "link_days": "Gol: nu expiră. Se poate retrage oricând, de pe pagina documentului.",
        }


class TemplateForm(Form):
    subject = forms.CharField(label="Subiect", max_length=200)
    body = forms.CharField(label="Mesaj", max_length=5000, widget=forms.Textarea({"rows": 14}))


@allow(MANAGE)
def template_list(request: HttpRequest) -> HttpResponse:
    """Every occasion, with whose words it has in each language."""
    settings = sending_settings()
    own = set(MailTemplate.objects.values_list("occasion", "language"))
    groups = []
    for title, kinds in GROUPS:
        rows = [one for one in occasions(settings) if one.group in kinds]
        groups.append((title, [(one, [(code, name, (one.key, code) in own) for code, name in LANGUAGES.items()]) for one in rows]))
    return render(request, "invoicing/template_list.html", {"groups": groups, "settings": settings})


@allow(MANAGE)
def sender(request: HttpRequest) -> HttpResponse:
    form = SenderForm(request.POST if request.method == "POST" else None, instance=sending_settings())
    if form.is_valid():
        sending.change_sender(by=request.user, **form.cleaned_data)
        messages.success(request, "Așa pleacă e-mailurile de acum înainte.")
        return redirect("invoicing:template_list", request.company.pk)
    return form_page(request, "invoicing/sender.html", {"form": form})


@allow(MANAGE)
def template_edit(request: HttpRequest, occasion: str, language: str) -> HttpResponse:
    one = _occasion(occasion, language)
    kept = MailTemplate.objects.filter(occasion=one.key, language=language).first()
    subject, body = (kept.subject, kept.body) if kept else usual(one, language)
    form = TemplateForm(request.POST or None, initial={"subject": subject, "body": body})
    if form.is_valid():
        with form.refusals():
            sending.save_template(one, language, by=request.user, **form.cleaned_data)
            messages.success(request, "Modelul este salvat.")
            return redirect("invoicing:template_list", request.company.pk)
    typed = (form["subject"].value() or "", form["body"].value() or "")
    context = {"form": form, "language_name": LANGUAGES[language], "own": kept is not None}
    return form_page(request, "invoicing/template_form.html", context | _preview(request.company, one, language, *typed))


@allow(MANAGE)
@require_POST
def template_preview(request: HttpRequest, occasion: str, language: str) -> HttpResponse:
    """The part that shows what is being typed, with a real document."""
    one = _occasion(occasion, language)
    typed = (request.POST.get("subject", "")[:200], request.POST.get("body", "")[:5000])
    return render(request, "invoicing/_template_preview.html", _preview(request.company, one, language, *typed))


@allow(MANAGE)
@require_POST
def template_drop(request: HttpRequest, occasion: str, language: str) -> HttpResponse:
    sending.drop_template(_occasion(occasion, language), language, by=request.user)
    messages.success(request, "Modelul are din nou textul obișnuit.")
    return redirect("invoicing:template_edit", request.company.pk, occasion, language)


def _occasion(key: str, language: str) -> Occasion:
    found = next((one for one in occasions(sending_settings()) if one.key == key), None)
    if found is None or language not in LANGUAGES:
        raise Http404
    return found


def _preview(company: Company, occasion: Occasion, language: str, subject: str, body: str) -> dict[str, Any]:
    """Subject and message with the newest fitting document of the company, and what is wrong, each marked at its place."""
    values, document = _values(company, occasion, language)
    body = body.replace("\r\n", "\n")
    return {
        "occasion": occasion,
        "language": language,
        "preview_subject": _shown(subject, values, occasion),
        "preview_body": _shown(body, values, occasion),
        "preview_of": document,
        "problems": [problem.sentence for text in (subject, body) for problem in problems(text, occasion.fields)],
    }


def _shown(text: str, values: dict[str, str], occasion: Occasion) -> SafeString:
    """The text filled in; what is wrong stays as typed, marked."""
    parts, at = [], 0
    wrong = list(problems(text, occasion.fields))
    if any("pereche" in problem.sentence for problem in wrong):
        return format_html("{}", fill(text, values))
    for problem in wrong:
        parts += [(format_html("{}", fill(text[at : problem.start], values)),)]
        parts += [(format_html('<mark title="{}">{}</mark>', problem.sentence, text[problem.start : problem.end]),)]
        at = problem.end
    return format_html_join("", "{}", [*parts, (fill(text[at:], values),)])


def _values(company: Company, occasion: Occasion, language: str) -> tuple[dict[str, str], Document | None]:
    """The fields of a real document; without one, their names."""
    today = bucharest_today()
    documents = Document.objects.issued().filter(kind=occasion.kind).select_related("partner").order_by("-issue_date", "-id")
    if occasion.group == REMINDER or occasion.group == TOGETHER:
        documents = documents.unpaid().filter(total__gt=0, due_date__isnull=False)
    held = list(documents[: 2 if occasion.group == TOGETHER else 1]) if occasion.kind else []
    if not held:
        names = {name: f"‹{label}›" for name, label in occasion.fields.items()}
        own = {"firma": company.name, "semnatura": sending_settings().signature or company.name, "data": date_ro(today)}
        return names | {name: value for name, value in own.items() if name in names}, None
    if occasion.group == TOGETHER:
        return of_several([(document, SAMPLE) for document in held], language, on=today), held[0]
    return of_document(held[0], language, link=SAMPLE, on=today), held[0]
