"""Configurare › Sedii: the places of business besides the seat."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from companies import actions
from companies.access import MANAGE, allow
from companies.forms import WorkplaceForm
from companies.models import Workplace
from lib.htmx import form_page


@allow(MANAGE)
@require_GET
def workplace_list(request: HttpRequest) -> HttpResponse:
    places = Workplace.objects.prefetch_related("users__user")
    return render(request, "companies/workplace_list.html", {"places": places})


@allow(MANAGE)
def workplace_new(request: HttpRequest) -> HttpResponse:
    form = WorkplaceForm(request.POST or None, people=_people(request))
    if form.is_valid():
        with form.refusals():
            workplace = actions.add_workplace(details=form.details, users=form.cleaned_data["users"], by=request.user)
            messages.success(request, f"Sediul {workplace.name} este adăugat. Îi puteți face serii de documente.")
            return redirect("companies:workplace_list", request.company.pk)
    return form_page(request, "companies/workplace_form.html", {"form": form})


@allow(MANAGE)
def workplace_edit(request: HttpRequest, pk: int) -> HttpResponse:
    workplace = get_object_or_404(Workplace, pk=pk)
    name = workplace.name  # a refused name must not reach the heading
    users = [user for (user,) in workplace.users.values_list("user")]
    form = WorkplaceForm(request.POST or None, instance=workplace, people=_people(request), initial={"users": users})
    if form.is_valid():
        with form.refusals():
            saved = get_object_or_404(Workplace, pk=pk)
            actions.change_workplace(saved, details=form.details, users=form.cleaned_data["users"], by=request.user)
            messages.success(request, "Sediul este salvat. Documentele emise păstrează datele lor.")
            return redirect("companies:workplace_list", request.company.pk)
    return form_page(request, "companies/workplace_form.html", {"form": form, "workplace": workplace, "name": name})


@allow(MANAGE)
@require_POST
def workplace_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a place or open it again: POST `activ` is `da` or `nu`."""
    active = request.POST.get("activ") == "da"
    workplace = actions.set_workplace_active(get_object_or_404(Workplace, pk=pk), active=active, by=request.user)
    messages.success(request, f"Sediul {workplace.name} este {'deschis' if workplace.active else 'închis'}.")
    return redirect("companies:workplace_list", request.company.pk)


@allow(MANAGE)
@require_POST
def workplace_delete(request: HttpRequest, pk: int) -> HttpResponse:
    workplace = get_object_or_404(Workplace, pk=pk)
    actions.delete_workplace(workplace, by=request.user)
    messages.success(request, f"Sediul {workplace.name} a fost șters.")
    return redirect("companies:workplace_list", request.company.pk)


def _people(request: HttpRequest) -> list[tuple[int, str]]:
    members = request.company.memberships.select_related("user").order_by("user__full_name", "user__email")
    return [(member.user_id, str(member.user)) for member in members]
