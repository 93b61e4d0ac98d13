"""Configurare › e-Factura: the environment, the authorisation, how a storno leaves."""

import secrets
import time
from datetime import timedelta
from typing import Any

from django.conf import settings as conf
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET, require_POST

from companies.access import MANAGE, allow
from companies.models import Membership
from companies.scope import company_scope
from efactura.actions import choose_storno_type
from efactura.authorise import choose_environment, keep_authorisation, offered, remove_authorisation, use_authorisation
from efactura.forms import EnvironmentForm, SettingsForm
from efactura.models import Access, Authorisation, Settings
from efactura.spv import oauth
from efactura.spv.client import NOT_A_MEMBER, Client
from efactura.spv.environment import Environment
from efactura.spv.errors import SpvError
from lib.cif import identity
from lib.errors import Refused
from lib.htmx import form_page, go

STATE, STATE_LASTS = "spv_state", 15 * 60  # seconds to find the certificate and type its PIN
SOON = timedelta(days=30)
FORGED = "Răspunsul nu este la cererea făcută de aici, sau a trecut prea mult timp. Autorizați din nou."


@allow(MANAGE)
def settings(request: Any) -> HttpResponse:
    form = SettingsForm(request.POST or None, initial={"storno_type": Settings.of_company().storno_type})
    if form.is_valid():
        choose_storno_type(form.cleaned_data["storno_type"], by=request.user)
        messages.success(request, "Alegerea este salvată; XML-urile făcute rămân cum sunt.")
        return go(request, request.path)
    return _page(request, form=form)


@require_POST
@allow(MANAGE)
def environment(request: Any) -> HttpResponse:
    form = EnvironmentForm(request.POST)
    if form.is_valid():
        chosen = Environment(form.cleaned_data["environment"])
        with form.refusals():
            choose_environment(chosen, confirmed=form.cleaned_data["confirmed"], by=request.user)
            messages.success(request, f"Firma lucrează acum în mediul {chosen.label}.")
            return go(request, reverse("efactura:settings", args=[request.company.pk]))
    return _page(request, environment_form=form)


@require_GET
@allow(MANAGE)
def authorise(request: Any) -> HttpResponse:
    """Send the browser to ANAF; the answer is taken only from this session, for this company and environment."""
    chosen = Environment(Settings.of_company().environment)
    if not oauth.is_registered(chosen):
        raise Refused("efactura_not_registered", "Instalarea nu este înregistrată la ANAF; spuneți-i operatorului ei.")
    state = secrets.token_urlsafe(32)
    asked = {"state": state, "company": request.company.pk, "environment": chosen.value, "at": int(time.time())}
    request.session[STATE] = asked
    return HttpResponseRedirect(oauth.authorise_url(chosen, callback=_callback(request, chosen), state=state))


@require_GET
@login_required
def callback(request: Any) -> HttpResponse:
    """Where ANAF sends the browser back, with a code or with an error."""
    asked = request.session.pop(STATE, None)
    same = asked and constant_time_compare(asked["state"], request.GET.get("state", ""))
    membership = same and Membership.objects.filter(user=request.user, company=asked["company"], role__in=MANAGE).first()
    if not membership or time.time() - asked["at"] > STATE_LASTS:
        messages.error(request, FORGED)
        return HttpResponseRedirect(reverse("companies:company_list"))
    back = HttpResponseRedirect(reverse("efactura:settings", args=[membership.company_id]))
    chosen, code = Environment(asked["environment"]), request.GET.get("code", "")
    if not code:
        messages.error(request, oauth.CERTIFICATE)
        return back
    try:
        pair = oauth.exchange(chosen, code, callback=_callback(request, chosen))
    except SpvError as error:
        messages.error(request, error.message)
        return back
    with company_scope(membership.company_id):
        keep_authorisation(chosen, pair, by=request.user)
    messages.success(request, f"e-Factura este autorizată ({chosen.label}).")
    return back


@require_POST
@allow(MANAGE)
def use(request: Any) -> HttpResponse:
    """Share what the person authorised already."""
    key = request.POST.get("authorisation", "")
    mine = get_object_or_404(Authorisation, pk=int(key) if key.isdigit() else 0, user=request.user)
    use_authorisation(Environment(Settings.of_company().environment), mine, by=request.user)
    messages.success(request, "Firma folosește autorizarea dumneavoastră.")
    return go(request, reverse("efactura:settings", args=[request.company.pk]))


@require_POST
@allow(MANAGE)
def test(request: Any) -> HttpResponse:
    """Ask ANAF two harmless things with the token."""
    try:
        client = Client.of_company()
        client.hello()
        client.messages_of_days(identity(request.company.cif), 1)
    except SpvError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "SPV răspunde, iar certificatul are drept pentru firmă.")
    return go(request, reverse("efactura:settings", args=[request.company.pk]))


@require_POST
@allow(MANAGE)
def remove(request: Any) -> HttpResponse:
    remove_authorisation(Environment(Settings.of_company().environment), by=request.user)
    messages.success(request, "Firma nu mai folosește autorizarea; ce este de trimis așteaptă.")
    return go(request, reverse("efactura:settings", args=[request.company.pk]))


def _page(request: Any, *, form: SettingsForm | None = None, environment_form: EnvironmentForm | None = None) -> HttpResponse:
    choices = Settings.of_company()
    chosen = Environment(choices.environment)
    access = Access.objects.select_related("authorisation__user").filter(environment=chosen).first()
    authorisation = access.authorisation if access else None
    context = {
        "form": form or SettingsForm(initial={"storno_type": choices.storno_type}),
        "environment_form": environment_form or EnvironmentForm(initial={"environment": chosen.value}),
        "chosen": chosen,
        "access": access,
        "authorisation": authorisation,
        "standing": _standing(authorisation),
        "problem": _problem(request, authorisation),
        "registered": oauth.is_registered(chosen),
        "offered": [] if authorisation else offered(chosen, to=request.user),
        "failing": bool(access and access.last_failure and (not access.last_success or access.last_failure > access.last_success)),
    }
    response = form_page(request, "efactura/settings.html", context)
    if context["environment_form"].errors:
        response.status_code = 422
    return response


def _standing(authorisation: Authorisation | None) -> str:
    """none, ended, soon or good."""
    if authorisation is None:
        return "none"
    now = timezone.now()
    if authorisation.has_ended(now):
        return "ended"
    return "soon" if authorisation.ends_at <= now + SOON else "good"


def _problem(request: Any, authorisation: Authorisation | None) -> str:
    """Why a good authorisation cannot be used."""
    if authorisation and not request.company.memberships.filter(user=authorisation.user_id).exists():
        return NOT_A_MEMBER
    return ""


def _callback(request: HttpRequest, chosen: Environment) -> str:
    """ANAF wants the registered address to the letter; a rehearsal may be at any name of this machine."""
    path = reverse("spv:callback")
    return request.build_absolute_uri(path) if chosen == Environment.REHEARSAL else conf.BASE_URL + path
