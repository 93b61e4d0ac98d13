"""Utilizatori: who works in the company, as what; and the invitations that wait for an answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from companies import actions, history, tasks
from companies.access import MANAGE, READ, allow
from companies.forms import InvitationForm, RoleForm
from companies.models import Invitation, Membership, Role

EVENTS = 12


@allow(MANAGE)
@require_GET
def users(request: HttpRequest) -> HttpResponse:
    return render(request, "companies/users.html", _page(request))


@allow(MANAGE)
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(request.POST)
    if form.is_valid():
        with form.refusals():
            _mail(actions.invite(request.company, by=request.user, **form.cleaned_data))
            messages.success(request, f"Invitația pleacă spre {form.cleaned_data['email']}.")
            return redirect("companies:users", request.company.pk)
    return render(request, "companies/users.html", _page(request) | {"form": form}, status=422)


@allow(MANAGE)
@require_POST
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = actions.resend_invitation(get_object_or_404(Invitation, pk=pk), by=request.user)
    _mail(invitation)
    messages.success(request, f"Invitația pleacă din nou spre {invitation.email}.")
    return redirect("companies:users", request.company.pk)


@allow(MANAGE)
@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    actions.withdraw_invitation(invitation, by=request.user)
    messages.success(request, f"Invitația pentru {invitation.email} a fost retrasă.")
    return redirect("companies:users", request.company.pk)


@allow(MANAGE)
@require_POST
def user_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a role; who gives away the own administration has no right to this page any more."""
    membership = get_object_or_404(request.company.memberships, pk=pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        membership = actions.change_role(membership, role=form.cleaned_data["role"], by=request.user)
        messages.success(request, f"{membership.user} are rolul {membership.get_role_display()}.")
    if membership.user_id == request.user.pk and membership.role != Role.OWNER:
        return redirect(request.company)
    return redirect("companies:users", request.company.pk)


@allow(MANAGE)
@require_POST
def user_remove(request: HttpRequest, pk: int) -> HttpResponse:
    membership: Membership = get_object_or_404(request.company.memberships, pk=pk)
    actions.remove_member(membership, by=request.user)
    messages.success(request, f"{membership.user} nu mai are acces la {request.company}.")
    if membership.user_id == request.user.pk:
        return redirect("companies:company_list")
    return redirect("companies:users", request.company.pk)


@allow(READ)
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Anyone may leave, except the last administrator."""
    actions.remove_member(request.membership, by=request.user)
    messages.success(request, f"Ați părăsit {request.company}.")
    return redirect("companies:company_list")


def _page(request: HttpRequest) -> dict[str, Any]:
    return {
        "form": InvitationForm(),
        "members": request.company.memberships.select_related("user").order_by("user__full_name", "user__email"),
        "roles": Role.choices,
        "invitations": Invitation.objects.open().order_by("-id"),
        "events": history.about_people(request.company, EVENTS),
    }


def _mail(invitation: Invitation) -> None:
    tasks.send_invitation_mail.delay_on_commit(invitation.company_id, invitation.pk)
