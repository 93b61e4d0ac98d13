"""Configurare › Modele › Mementouri: the switch, the steps, who is left in peace, and what goes on the next day."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from companies.access import ISSUE, MANAGE, allow
from invoicing.actions import reminding
from invoicing.letters import sending_settings
from invoicing.models import Document, ReminderStop, SendingSettings
from invoicing.occasions import step_words
from invoicing.reminders import due_on, next_sending_day
from lib.dates import bucharest_today
from lib.forms import Form
from lib.htmx import form_page, go
from partners.models import Partner

SHOWN = 200


class StepsField(forms.CharField):
    """Days after the due date, separated by commas: -3, 0, 7."""

    def to_python(self, value: Any) -> list[int]:
        parts = re.split(r"[\s,;]+", str(value or "").replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-").strip(" ,;"))
        if not all(re.fullmatch(r"[-+]?\d{1,3}", part) for part in parts):
            raise ValidationError("Scrieți zilele separate prin virgulă, de exemplu -3, 0, 7, 15, 30.", code="invalid")
        return [int(part) for part in parts]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def run_validators(self, value: Any) -> None:
        """The action looks at the days."""


class RemindersForm(Form):
    on = forms.BooleanField(label="Trimite mementouri clienților", required=False)
    steps = StepsField(
        label="Pașii, în zile față de scadență",
        required=False,
        help_text="Cu minus înainte de scadență, 0 în ziua ei. De exemplu: -3, 0, 7, 15, 30.",
    )
    hour = forms.TypedChoiceField(label="De la ora", coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(6, 21)])
    working_days = forms.BooleanField(label="Numai în zile lucrătoare", required=False)
    gather = forms.BooleanField(label="Un singur e-mail pe zi pentru un client, cu toate facturile lui", required=False)


@allow(MANAGE)
def reminders(request: HttpRequest) -> HttpResponse:
    settings = sending_settings()
    initial = {name: getattr(settings, name) for name in ("steps", "hour", "working_days", "gather")} | {"on": settings.reminders_on}
    form = RemindersForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        with form.refusals():
            changed = reminding.change_reminders(by=request.user, **form.cleaned_data)
            state = "sunt pornite" if changed.reminders_on else "sunt oprite"
            messages.success(request, f"Mementourile {state}.")
            return redirect("invoicing:reminders", request.company.pk)
    return form_page(request, "invoicing/reminders.html", {"form": form, "settings": settings} | _context(settings))


@allow(MANAGE)
@require_POST
def stop_client(request: HttpRequest) -> HttpResponse:
    """POST `client`: nothing that this client owes is reminded of any more."""
    key = request.POST.get("client", "")
    partner = get_object_or_404(Partner, pk=key if key.isdecimal() else 0)
    reminding.stop_reminding(partner, by=request.user)
    messages.success(request, f"{partner.name} nu mai primește mementouri.")
    return redirect("invoicing:reminders", request.company.pk)


@allow(ISSUE)
@require_POST
def stop_document(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `tot`: of everything the client owes; otherwise of this document alone."""
    document = get_object_or_404(Document.objects.exclude(partner=None).select_related("partner"), pk=pk)
    whole = "tot" in request.POST
    reminding.stop_reminding(document.partner, None if whole else document, by=request.user)
    messages.success(request, f"{document.partner.name if whole else document.label}: nu mai trimitem mementouri.")
    return go(request, reverse("invoicing:document", args=(request.company.pk, document.pk)))


@allow(ISSUE)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an entry off the list, and go back to where it was asked for."""
    stop = get_object_or_404(ReminderStop.objects.select_related("document", "partner"), pk=pk)
    back = request.POST.get("document", "")
    reminding.resume_reminding(stop, by=request.user)
    messages.success(request, "Mementourile se trimit din nou.")
    name, keys = ("invoicing:document", (int(back),)) if back.isdecimal() else ("invoicing:reminders", ())
    return redirect(name, request.company.pk, *keys)


def _context(settings: SendingSettings) -> dict[str, Any]:
    """What goes on the next sending day as things stand now, also while the switch is off; and the list of stops."""
    today = bucharest_today()
    if settings.on_since is None:
        settings.on_since = today
    day = next_sending_day(settings, today)
    due = due_on(settings, day)
    stops = ReminderStop.objects.select_related("partner", "document", "by").order_by("partner__sort_name", "id")
    stopped = {stop.partner_id for stop in stops if stop.document_id is None}
    return {
        "day": day,
        "due": [(step_words(each.days), each) for each in due[:SHOWN]],
        "more": len(due) - SHOWN,
        "going": sum(not each.obstacle for each in due),
        "stops": stops,
        "clients": Partner.objects.clients().filter(active=True).exclude(pk__in=stopped).order_by("sort_name")[:500],
    }
