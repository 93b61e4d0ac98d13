"""A new company: the CIF is typed, ANAF's register fills in the rest, a person looks over it and saves.

It stands here because it ties together what no single app may: the register (partners), the company, its series (invoicing).
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from companies.actions import create_company, require_new_cif
from companies.forms import CompanyForm
from companies.models import Company
from companies.scope import company_scope
from invoicing.actions.series import DEFAULT_NAMES, MAX_NAME, MAX_NUMBER, NUMBER_RANGE, create_default_series
from invoicing.models import Kind
from lib.errors import Refused, fields_named
from lib.forms import DateField, Form
from lib.htmx import form_page
from lib.identifiers import check_cif, check_iban
from partners.anaf import Taxpayer, look_up

NUMBER_ERRORS = dict.fromkeys(("invalid", "min_value", "max_value"), NUMBER_RANGE)
# After these the rest can still be typed by hand; after any other refusal there is nothing to go on with.
REGISTER_SILENT = {"anaf_no_answer", "cif_unknown"}


class CifForm(Form):
    """The first step."""

    cif = forms.CharField(
        label="CIF", max_length=20, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autofocus": True})
    )

    def clean_cif(self) -> str:
        check_cif(self.cleaned_data["cif"])
        return self.cleaned_data["cif"]


class SetupForm(CompanyForm):
    """Everything with which a company begins."""

    vat_payer = forms.BooleanField(label="Plătitoare de TVA", required=False)
    vat_since = DateField(label="Din data de", required=False)
    cash_vat = forms.BooleanField(label="Aplică TVA la încasare", required=False)
    cash_vat_since = DateField(label="Din data de", required=False)
    iban = forms.CharField(label="IBAN", max_length=50, required=False, widget=forms.TextInput({"autocomplete": "off"}))
    series = forms.CharField(label="Seria facturilor", max_length=MAX_NAME, initial=DEFAULT_NAMES[Kind.INVOICE])
    first_number = forms.IntegerField(
        label="Primul număr",
        min_value=1,
        max_value=MAX_NUMBER,
        initial=1,
        widget=forms.TextInput({"inputmode": "numeric", "class": "number"}),
        error_messages=NUMBER_ERRORS,
    )

    def clean_iban(self) -> str:
        return check_iban(self.cleaned_data["iban"]) if self.cleaned_data["iban"] else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for asked, since in (("vat_payer", "vat_since"), ("cash_vat", "cash_vat_since")):
            if not cleaned.get(asked):
                cleaned[since] = None
            elif since not in self.errors and not cleaned.get(since):
                self.add_error(since, "Scrieți de când. Data este în certificatul de la ANAF și în registrul ei public.")
        return cleaned


@login_required
def company_new(request: HttpRequest) -> HttpResponse:
    """First the CIF alone; then, filled in from the register or empty, the whole form. GET `?manual` skips the register."""
    if request.method == "POST" and "cauta" in request.POST:
        return _answer_of_register(request)
    if request.method != "POST" and "manual" not in request.GET:
        return form_page(request, "web/setup_cif.html", {"form": CifForm()})
    form = SetupForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with form.refusals():
            company = set_up(form, by=request.user)
            messages.success(request, f"{company} este gata de lucru. Următorul pas este prima factură.")
            return redirect(company)
    return form_page(request, "web/setup.html", {"form": form, "cif": form["cif"]})


@transaction.atomic
def set_up(form: SetupForm, *, by: Any) -> Company:
    """The company with its administrator, status for VAT, account, logo and series: all of it, or nothing."""
    values = form.cleaned_data
    company = create_company(
        by=by,
        details=form.details,
        vat_since=values["vat_since"],
        cash_vat_since=values["cash_vat_since"],
        iban=values["iban"],
        logo=values["logo"],
    )
    with company_scope(company.pk), fields_named(name="series"):
        create_default_series(by=by, invoice_name=values["series"], first_number=values["first_number"])
    return company


def _answer_of_register(request: HttpRequest) -> HttpResponse:
    """The whole form with what the register knows. What was typed stays where the register says nothing, or does not answer."""
    whole, typed, found = "name" in request.POST, _typed(request), None
    cif_form = CifForm(request.POST)
    if cif_form.is_valid():
        try:
            require_new_cif(cif_form.cleaned_data["cif"])
            found = look_up(cif_form.cleaned_data["cif"])
        except Refused as refusal:
            whole |= refusal.code in REGISTER_SILENT
            cif_form.add_error("cif", refusal.message)
    if not whole and not found:
        return form_page(request, "web/setup_cif.html", {"form": cif_form})
    form = SetupForm(initial=typed | (_of_register(found, typed) if found else {}))
    context = {"form": form, "cif_form": cif_form, "cif": cif_form["cif"], "found": found}
    return render(request, "web/setup.html", context, status=422 if cif_form.errors else 200)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """The form's fields as they were typed."""
    fields = SetupForm.base_fields
    typed: dict[str, Any] = {name: request.POST[name] for name in fields if name in request.POST}
    return typed | {name: True for name in typed if isinstance(fields[name], forms.BooleanField)}


def _of_register(found: Taxpayer, typed: dict[str, Any]) -> dict[str, Any]:
    """What the register says, as the form's fields; phone and account only where nothing was typed."""
    return {
        "name": found.name,
        "reg_no": found.reg_no,
        "street": found.address.line,
        "city": found.address.city,
        "county": found.address.county,
        "postal_code": found.address.postal_code,
        "phone": typed.get("phone") or found.phone,
        "iban": typed.get("iban") or found.iban,
        "vat_payer": found.vat_payer,
        "vat_since": found.vat_since,
        "cash_vat": found.cash_vat,
        "cash_vat_since": found.cash_vat_since if found.cash_vat else None,
    }
