"""The forms of bank statements."""

from collections.abc import Sequence
from typing import Any

from django import forms

from bank.models import BankSettings
from bank.readers.table import NAMES
from companies.models import BankAccount
from lib.forms import Form, ModelForm
from lib.tables import Cell
from lib.text import searchable
from partners.models import Partner

LABELS = {
    "on": "data",
    "amount": "suma, cu semn",
    "debit": "debit (ieșiri)",
    "credit": "credit (intrări)",
    "currency": "moneda",
    "balance": "soldul",
    "counterparty": "numele celuilalt",
    "iban": "IBAN-ul celuilalt",
    "code": "CUI-ul celuilalt",
    "reference": "referința băncii",
    "details": "detalii",
    "account": "contul firmei",
    "state": "starea",
}


class UploadForm(Form):
    file = forms.FileField(label="Extrasul", help_text="MT940, CAMT.053, CSV sau XLSX, cum îl dă banca")
    account = forms.ChoiceField(label="Contul", required=False, help_text="doar dacă fișierul nu îl spune")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = [(one.iban, f"{one.iban} ({one.currency})") for one in BankAccount.objects.all()]
        self.fields["account"].choices = [("", "cel din fișier"), *accounts]


class ColumnsForm(Form):
    """One choice for each column of a file that is not known."""

    def __init__(self, data: Any = None, *, titles: Sequence[Cell]) -> None:
        super().__init__(data)
        self.titles = [searchable(str(title)) for title in titles]
        choices = [("", "nu contează"), *((field, LABELS[field]) for field in NAMES)]
        for number, title in enumerate(titles):
            if title != "":
                self.fields[f"column{number}"] = forms.ChoiceField(label=str(title)[:60], choices=choices, required=False)

    @property
    def columns(self) -> dict[str, str]:
        """Bare title to field."""
        chosen = {self.titles[int(name.removeprefix("column"))]: value for name, value in self.cleaned_data.items()}
        return {title: field for title, field in chosen.items() if field}


class SettingsForm(ModelForm):
    class Meta:
        model = BankSettings
        fields = ["books_exact"]


class PartnerForm(Form):
    """Whose the money is; asked for by name or fiscal code."""

    partner = forms.CharField(label="Partenerul", max_length=200, help_text="denumirea întreagă sau CIF-ul")

    def clean_partner(self) -> Partner:
        text = self.cleaned_data["partner"]
        found = list(Partner.objects.filter(name__iexact=text)[:2]) or list(
            Partner.objects.filter(identity=text.upper().removeprefix("RO"))[:2]
        )
        if len(found) != 1:
            raise forms.ValidationError("Nu am găsit un singur partener cu această denumire. Scrieți CIF-ul.")
        return found[0]


class IgnoreForm(Form):
    reason = forms.CharField(
        label="De ce nu se înregistrează", max_length=300, help_text="de exemplu: comision, transfer între conturile firmei"
    )
