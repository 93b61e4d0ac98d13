"""The forms of bank statements."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import forms

from bank.models import BankSettings, StatementLine
from bank.readers.table import NAMES
from cashbook.models import CashOperation, Till
from companies.models import BankAccount
from lib.formats import currency_sign
from lib.forms import DecimalField, Form, ModelForm
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


class PartForm(Form):
    """How much of a movement is meant; one form, one booking (`token`)."""

    amount = DecimalField(label="Cât din mișcare", max_digits=15, decimal_places=2, required=False, help_text="gol: tot ce a rămas")
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None, currency: str = "RON", **kwargs: Any) -> None:
        super().__init__(data, initial={"token": uuid4(), **(initial or {})}, **kwargs)
        self.fields["amount"].suffix = currency_sign(currency)  # type: ignore[attr-defined]


class PartnerForm(PartForm):
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


class CashForm(Form):
    """Which till the money went to, or came from; a line of it that says so already, if there is one."""

    till = forms.ModelChoiceField(Till.objects.none(), label="Casa", empty_label=None)
    operation = forms.ModelChoiceField(CashOperation.objects.none(), required=False)

    def __init__(self, data: Any = None, *, line: StatementLine, operations: Sequence[CashOperation]) -> None:
        super().__init__(data)
        self.fields["till"].queryset = Till.objects.filter(active=True, currency=line.currency)  # type: ignore[attr-defined]
        known = CashOperation.objects.filter(pk__in=[one.pk for one in operations])
        self.fields["operation"].queryset = known  # type: ignore[attr-defined]
        self.fields["till"].required = not (data and data.get("operation"))

    def clean(self) -> dict[str, Any]:
        """The till of a line that was chosen is its own."""
        operation = self.cleaned_data.get("operation")
        return self.cleaned_data | ({"till": operation.till} if operation else {})


class IgnoreForm(Form):
    reason = forms.CharField(
        label="De ce nu se înregistrează", max_length=300, help_text="de exemplu: transfer între conturile firmei, impozit, salarii"
    )
