"""Pages without a company: the companies of a person, and an invitation to one more."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from companies import actions
from companies.models import Invitation
from lib.errors import Refused


@login_required
@require_GET
def company_list(request: HttpRequest) -> HttpResponse:
    """The companies in which the person works, each with the role."""
    memberships = request.user.memberships.select_related("company").order_by("company__name", "pk")
    return render(request, "companies/company_list.html", {"memberships": memberships})


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites, to what, as what; POST accepts. Whoever is not signed in does that first and comes back here."""
    found = actions.find_invitation(token)
    if found is None:
        return render(request, "companies/invitation_unknown.html", status=404)
    if request.method == "POST" and request.user.is_authenticated:
        membership = actions.accept_invitation(found, by=request.user)
        messages.success(request, f"Bine ați venit în {membership.company}.")
        return redirect(membership.company)
    return render(request, "companies/invitation.html", {"invitation": found, "problem": _problem(request, found)})


def _problem(request: HttpRequest, found: Invitation) -> Refused | None:
    """Why the invitation can't be accepted, as far as is known before signing in."""
    try:
        actions.require_acceptable(found, request.user)
    except Refused as refusal:
        return refusal
    return None
