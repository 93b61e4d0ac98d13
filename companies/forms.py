"""Forms of a company: text to typed values. What the rules refuse comes back from the actions."""

from typing import Any

from django import forms

from companies.actions.details import FIELDS
from companies.actions.workplaces import FIELDS as WORKPLACE_FIELDS
from companies.logo import MAX_BYTES, TOO_LARGE, read_logo
from companies.models import Company, Role, Workplace
from lib.counties import BUCHAREST, COUNTIES, SECTORS, city_name, sector_from_text
from lib.errors import Refused
from lib.forms import DateField, DecimalField, Form, ModelForm
from lib.identifiers import check_cif, check_iban, check_postal_code, check_reg_no

CURRENCIES = [(code, code) for code in ("RON", "EUR", "USD", "GBP", "CHF", "HUF", "MDL", "PLN", "CZK")]
SECTOR_NEEDED = "Adresele din București au sectorul ca localitate: Sector 1 până la Sector 6 (cerut de e-Factura)."


class CityInput(forms.TextInput):
    """A city as a person reads it: SECTOR3 is shown as Sector 3. The sectors are offered as suggestions (template)."""

    def format_value(self, value: Any) -> str | None:
        return city_name(value) if value else value


class LogoField(forms.FileField):
    """A picture; its value is the PNG that we keep, b"" when nothing was chosen."""

    widget = forms.FileInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = "image/png,image/jpeg,image/webp,image/gif"
        self.error_messages["empty"] = "Fișierul este gol. Alegeți altul."

    def clean(self, data: Any, initial: Any = None) -> bytes:
        upload = super().clean(data, initial)
        if not upload:
            return b""
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(TOO_LARGE, code="logo_too_large")
        try:
            return read_logo(upload.read())
        except Refused as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from None


class CompanyForm(ModelForm):
    """The details that documents print. `details` is what the actions take."""

    county = forms.ChoiceField(label="Județ", choices=[("", "Alegeți județul"), *COUNTIES])
    share_capital = DecimalField(label="Capital social", min_value=0, max_digits=15, decimal_places=2, required=False, suffix="lei")
    logo = LogoField(label="Logo", required=False, help_text="PNG, JPEG, WebP sau GIF, cel mult 1 MB. Apare pe documente.")

    class Meta:
        model = Company
        fields = FIELDS
        labels = {
            "name": "Denumire",
            "cif": "CIF",
            "reg_no": "Nr. registrul comerțului",
            "street": "Stradă și număr",
            "city": "Localitate",
            "postal_code": "Cod poștal",
            "phone": "Telefon",
            "email": "E-mail",
            "website": "Site",
        }
        help_texts = {"cif": "Apare așa cum îl scrieți aici."}
        widgets = {
            "name": forms.TextInput({"autocomplete": "organization"}),
            "cif": forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
            "street": forms.TextInput({"autocomplete": "street-address"}),
            "city": CityInput({"list": "sectors", "autocomplete": "address-level2"}),
            "postal_code": forms.TextInput({"inputmode": "numeric", "autocomplete": "postal-code"}),
            "phone": forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
            "website": forms.TextInput({"inputmode": "url", "autocomplete": "url"}),
        }

    sectors = [name for _, name in SECTORS]

    def clean_cif(self) -> str:
        check_cif(self.cleaned_data["cif"])
        return self.cleaned_data["cif"]

    def clean_reg_no(self) -> str:
        return check_reg_no(self.cleaned_data["reg_no"]) if self.cleaned_data["reg_no"] else ""

    def clean_postal_code(self) -> str:
        return check_postal_code(self.cleaned_data["postal_code"]) if self.cleaned_data["postal_code"] else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("county") == BUCHAREST and cleaned.get("city"):
            cleaned["city"] = sector_from_text(cleaned["city"])
            if not cleaned["city"]:
                self.add_error("city", SECTOR_NEEDED)
        return cleaned

    @property
    def details(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}

    @property
    def lost_file(self) -> bool:
        """Whether a good file was sent with a form that comes back: browsers do not keep it, so it has to be chosen again."""
        return bool(self.errors) and "logo" in self.files and "logo" not in self.errors


class WorkplaceForm(ModelForm):
    """A place of business. `details` is what the actions take; `people` are those who may work there, (key, name) each."""

    county = forms.ChoiceField(label="Județ", choices=[("", "Alegeți județul"), *COUNTIES])
    users = forms.TypedMultipleChoiceField(
        label="Cine lucrează aici",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="La documente noi le vin întâi seriile acestui sediu. O persoană lucrează într-un singur sediu.",
    )

    class Meta:
        model = Workplace
        fields = WORKPLACE_FIELDS
        labels = {
            "name": "Denumire",
            "cif": "CIF propriu",
            "street": "Stradă și număr",
            "city": "Localitate",
            "postal_code": "Cod poștal",
            "phone": "Telefon",
            "email": "E-mail",
            "on_documents": "Apare pe documentele din seriile lui",
        }
        help_texts = {"cif": "Doar dacă sediul are cod fiscal al lui (cel puțin 5 salariați)."}
        widgets = {
            "cif": forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
            "city": CityInput({"list": "sectors"}),
            "postal_code": forms.TextInput({"inputmode": "numeric"}),
            "phone": forms.TextInput({"inputmode": "tel"}),
        }

    sectors = [name for _, name in SECTORS]

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["users"].choices = people

    def clean_cif(self) -> str:
        if self.cleaned_data["cif"]:
            check_cif(self.cleaned_data["cif"])
        return self.cleaned_data["cif"]

    def clean_postal_code(self) -> str:
        return check_postal_code(self.cleaned_data["postal_code"]) if self.cleaned_data["postal_code"] else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("county") == BUCHAREST and cleaned.get("city"):
            cleaned["city"] = sector_from_text(cleaned["city"])
            if not cleaned["city"]:
                self.add_error("city", SECTOR_NEEDED)
        return cleaned

    @property
    def details(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in WORKPLACE_FIELDS}


class PeriodForm(Form):
    """The last closed day; empty opens everything."""

    until = DateField(
        label="Închisă până la", required=False, help_text="Ultima zi închisă, cu tot ce este înaintea ei. Gol: totul este deschis."
    )
    reason = forms.CharField(label="Motiv", max_length=200, required=False, help_text="Cerut doar când deschideți o perioadă închisă.")


class AccountForm(Form):
    """A new bank account."""

    iban = forms.CharField(label="IBAN", max_length=50, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}))
    currency = forms.ChoiceField(label="Monedă", choices=CURRENCIES, initial="RON")
    bank = forms.CharField(label="Banca", max_length=100, required=False, help_text="Gol: după IBAN, dacă o cunoaștem.")

    def clean_iban(self) -> str:
        return check_iban(self.cleaned_data["iban"])


class VatStatusForm(Form):
    """A change of the VAT status. What it becomes is sent along, so that a second click does not turn it back."""

    since = DateField(label="Din data de")
    payer = forms.TypedChoiceField(choices=[("da", "da"), ("nu", "nu")], coerce=lambda value: value == "da", widget=forms.HiddenInput)


class CashVatForm(Form):
    """A new period of TVA la încasare."""

    since = DateField(label="Din data de")
    until = DateField(label="Până la data de", required=False, help_text="Gol: până la închidere.")


class CashVatEndForm(Form):
    """The last day of a period."""

    until = DateField(label="Ultima zi")


class InvitationForm(Form):
    """Whom to let in, and as what."""

    email = forms.EmailField(label="E-mail", widget=forms.EmailInput({"autocomplete": "off"}))
    role = forms.ChoiceField(label="Rol", choices=Role.choices, initial=Role.ISSUER)


class RoleForm(Form):
    """Another role for a person."""

    role = forms.ChoiceField(label="Rol", choices=Role.choices)
