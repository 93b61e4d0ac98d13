"""The profile: the person's name, and how Facturier looks in this browser. Signing in and out are django-allauth's views."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.forms import AppearanceForm, ProfileForm

YEAR = 365 * 24 * 60 * 60


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and save the person's own name."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Profilul a fost salvat.")
        return redirect("account_profile")
    appearance = AppearanceForm(initial={"theme": request.COOKIES.get("tema", "auto")})
    return render(request, "account/profile.html", {"form": form, "appearance": appearance}, status=422 if form.errors else 200)


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in this browser for a year."""
    form = AppearanceForm(request.POST)
    response = redirect("account_profile")
    if form.is_valid():
        response.set_cookie("tema", form.cleaned_data["theme"], max_age=YEAR, samesite="Lax")
    return response
