"""The form of a partner: which fields it asks for follows from the kind and the country, on the server, with scripts or without."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import validate_email

from companies.forms import CURRENCIES
from lib.cif import identity, vat_id
from lib.counties import BUCHAREST, COUNTIES, COUNTRIES, SECTORS, county_from_text, sector_from_text
from lib.forms import DecimalField, ModelForm
from lib.identifiers import Wrong, check_cnp, check_iban, check_postal_code, check_reg_no, check_vat_id
from partners.models import Partner
from partners.rules import require_agreement

ONLY_LEGAL = ["reg_no", "vat_payer"]
CHECKBOXES = ["vat_payer", "is_client", "is_supplier"]
LONGEST_TERM = 365
CODE = {"autocomplete": "off", "spellcheck": "false"}
CITY_NEEDED = "Scrieți localitatea; apare pe factură și se cere în e-Factura."
SECTOR_NEEDED = "Alegeți sectorul: în București el este localitatea cerută de e-Factura."


class PartnerForm(ModelForm):
    """A client or supplier. `redrawn` shows what was typed in the shape of another kind or country, with no error."""

    kind = forms.ChoiceField(label="Tip", choices=Partner.Kind.choices, widget=forms.RadioSelect)
    country = forms.ChoiceField(label="Țara", choices=COUNTRIES)
    iban = forms.CharField(label="IBAN", max_length=50, required=False, widget=forms.TextInput(CODE))
    due_days = forms.IntegerField(
        label="Termen de plată", min_value=0, max_value=LONGEST_TERM, required=False, widget=forms.TextInput({"inputmode": "numeric"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), f"Scrieți un număr de zile, de la 0 la {LONGEST_TERM}."),
    )  # fmt: skip
    currency = forms.ChoiceField(label="Moneda documentelor", required=False)
    credit_limit = DecimalField(label="Limită de credit", min_value=0, max_digits=15, decimal_places=2, required=False, suffix="lei")
    inactive_cif = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)  # the CIF that ANAF declared inactive

    class Meta:
        model = Partner
        fields = [
            "kind", "country", "cif", "name", "reg_no", "vat_payer", "is_client", "is_supplier", "county", "city", "street", "postal_code",
            "contact", "email", "phone", "iban", "bank", "due_days", "currency", "language", "credit_limit", "group",
            "notes",
        ]  # fmt: skip
        labels = {
            "name": "Denumire",
            "reg_no": "Nr. registrul comerțului",
            "vat_payer": "Plătitor de TVA",
            "is_client": "Client",
            "is_supplier": "Furnizor",
            "county": "Județ",
            "city": "Localitate",
            "street": "Stradă și număr",
            "postal_code": "Cod poștal",
            "contact": "Persoană de contact",
            "email": "E-mail",
            "phone": "Telefon",
            "bank": "Banca",
            "language": "Limba documentelor",
            "group": "Grup",
            "notes": "Note interne",
        }
        help_texts = {
            "email": "Mai multe se despart prin virgulă.",
            "group": "Pentru liste de prețuri, de exemplu „Revânzători”.",
            "notes": "Nu apar pe documente.",
        }
        widgets = {
            "cif": forms.TextInput(CODE),
            "postal_code": forms.TextInput({"autocomplete": "off"}),
            "phone": forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
            "email": forms.TextInput({"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            for name, value in fitting(self.data.dict()).items():
                self.data[name] = value
        else:
            self.initial = fitting(self.initial)
        if self.instance.inactive_at_anaf:
            self.initial.setdefault("inactive_cif", self.instance.identity)
        self.country_code = self["country"].value()
        self.is_natural = self["kind"].value() == Partner.Kind.NATURAL
        self.is_romanian = self.country_code == "RO"
        self.fields["due_days"].suffix = "zile"  # type: ignore[attr-defined]
        self._shape()

    @classmethod
    def redrawn(cls, typed: Mapping[str, Any], partner: Partner) -> "PartnerForm":
        """The form with what was typed, in its shape, before anything is checked."""
        values = {name: typed.get(name, "") for name in cls.base_fields}
        values |= {name: typed.get(name) not in (None, "", "False", False) for name in CHECKBOXES}
        return cls(instance=partner, initial=values)

    def clean_reg_no(self) -> str:
        number = self.cleaned_data["reg_no"]
        return check_reg_no(number) if number and self.is_romanian and not self.is_natural else number

    def clean_postal_code(self) -> str:
        code = self.cleaned_data["postal_code"]
        return check_postal_code(code) if code and self.is_romanian else code

    def clean_iban(self) -> str:
        return check_iban(self.cleaned_data["iban"]) if self.cleaned_data["iban"] else ""

    def clean_email(self) -> str:
        addresses = [address for address in re.split(r"[,;\s]+", self.cleaned_data["email"]) if address]
        for address in addresses:
            try:
                validate_email(address)
            except forms.ValidationError:
                raise forms.ValidationError(f"Adresa {address} nu este corectă.") from None
        return ", ".join(addresses)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.is_natural:
            cleaned |= {"reg_no": "", "vat_payer": False}
        if not cleaned.get("is_client") and not cleaned.get("is_supplier"):
            self.add_error("is_client", "Bifați client, furnizor sau amândouă.")
        if cleaned.get("cif"):
            self._clean_cif(cleaned)
        known_inactive = identity(cleaned.get("inactive_cif") or "")
        self.instance.inactive_at_anaf = bool(known_inactive) and known_inactive == identity(cleaned.get("cif") or "")
        return cleaned

    def _clean_cif(self, cleaned: dict[str, Any]) -> None:
        """The code by kind and country, in the form that is kept; one of another country is refused with a way to mend it."""
        code = cleaned["cif"]
        with self.refusals():
            require_agreement(Partner(kind=self["kind"].value(), cif=code, country=self.country_code))
        if "cif" in self.errors:
            return
        try:
            if not self.is_natural:
                code = check_vat_id(code, self.country_code)
                cleaned["cif"] = vat_id(code, cleaned.get("vat_payer", False)) if self.is_romanian else code
            elif self.is_romanian:
                cleaned["cif"] = check_cnp(code)
        except Wrong as wrong:
            self.add_error("cif", wrong)

    def _shape(self) -> None:
        """Ask for what this kind of partner in this country has."""
        fields = self.fields
        fields["name"].label = "Nume și prenume" if self.is_natural else "Denumire"
        fields["cif"].label = self._cif_label()
        fields["cif"].required = self.is_romanian and not self.is_natural
        fields["street"].required = fields["city"].required = not self.is_natural
        fields["city"].error_messages["required"] = CITY_NEEDED
        fields["currency"].choices = self._currencies()  # type: ignore[attr-defined]
        if self.is_romanian and not self.is_natural:
            fields["cif"].help_text = "Prefixul RO se pune singur, după bifa „Plătitor de TVA”."
        if self.is_natural:
            for name in ONLY_LEGAL:
                fields[name].widget = forms.HiddenInput()
        if self.is_romanian:
            fields["county"] = forms.ChoiceField(
                label="Județ", choices=[("", "Alegeți județul"), *COUNTIES], error_messages={"required": "Alegeți județul."}
            )
            if self["county"].value() == BUCHAREST:
                fields["city"] = forms.ChoiceField(
                    label="Sector",
                    choices=[("", "Alegeți sectorul"), *SECTORS],
                    error_messages={"required": SECTOR_NEEDED, "invalid_choice": SECTOR_NEEDED},
                )
        else:
            fields["county"].label = "Regiune"

    def _cif_label(self) -> str:
        if self.is_natural:
            return "CNP" if self.is_romanian else "Cod fiscal"
        return "CIF" if self.is_romanian else "Cod de TVA sau fiscal"

    def _currencies(self) -> list[tuple[str, str]]:
        own = self.instance.currency
        known = [("", "lei (RON)"), *((code, name) for code, name in CURRENCIES if code != "RON")]
        return known if not own or own == "RON" or own in dict(known) else [*known, (own, own)]


def fitting(values: dict[str, Any]) -> dict[str, Any]:
    """The values with county, city and currency as the fields of their country want them."""
    fitted = dict(values)
    if fitted.get("currency") == "RON":
        fitted["currency"] = ""
    county, city = str(fitted.get("county") or ""), str(fitted.get("city") or "")
    if fitted.get("country") == "RO":
        fitted["county"] = county if county in dict(COUNTIES) else county_from_text(county)
        if fitted["county"] == BUCHAREST:
            fitted["city"] = sector_from_text(city)
            return fitted
    elif county in dict(COUNTIES):
        fitted["county"] = ""
    fitted["city"] = "" if city in dict(SECTORS) else city
    return fitted
