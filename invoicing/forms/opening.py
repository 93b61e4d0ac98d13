"""The form of one document of an opening balance."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms

from invoicing.actions import OpeningRow
from invoicing.actions.openings import MAX_NUMBER
from invoicing.forms.choices import CURRENCIES
from invoicing.models import Document
from lib.dates import bucharest_today
from lib.formats import currency_sign
from lib.forms import DateField, DecimalField, Form
from partners.models import Partner


class OpeningForm(Form):
    """A document from before; one form, one row (`token`)."""

    client = forms.ModelChoiceField(Partner.objects.none(), label="Client", empty_label="alegeți clientul")
    on = DateField(label="Data soldului", help_text="ziua la care preluați soldul, de obicei 31 decembrie")
    number = forms.CharField(label="Numărul documentului", max_length=MAX_NUMBER, help_text="așa cum apare pe el, de exemplu ABC 123")
    document_date = DateField(label="Data documentului")
    due_date = DateField(label="Scadența", required=False, help_text="gol: data documentului")
    rest = DecimalField(label="Rest de încasat", max_digits=15, decimal_places=2, help_text="cu minus, dacă datorați clientului")
    whole = DecimalField(label="Valoarea documentului", max_digits=15, decimal_places=2, required=False, help_text="gol: cât restul")
    currency = forms.ChoiceField(label="Moneda", choices=[(code, currency_sign(code)) for code in CURRENCIES], initial="RON")
    rate = DecimalField(label="Curs", max_digits=14, decimal_places=6, required=False, help_text="pentru valută; gol: cursul BNR al zilei")
    note = forms.CharField(label="Observații", max_length=200, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    marks_optional = True

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"token": uuid4()} | (initial or {}))
        self.fields["client"].queryset = Partner.objects.clients().filter(active=True).order_by("sort_name", "id")  # type: ignore[attr-defined]

    @property
    def row(self) -> OpeningRow:
        typed = self.cleaned_data
        names = ("number", "document_date", "due_date", "rest", "whole", "currency", "rate", "note")
        return OpeningRow(partner=typed["client"], **{name: typed[name] for name in names})


class CorrectOpeningForm(OpeningForm):
    """The same for a row in the place of a wrong one."""

    reason = forms.CharField(label="De ce o corectați", max_length=200, help_text="Rămâne în istoric.")

    def __init__(self, data: Any = None, *, document: Document) -> None:
        item = document.opening
        initial = {
            "client": document.partner_id,
            "on": document.issue_date,
            "number": document.label,
            "document_date": item.document_date,
            "due_date": document.due_date,
            "rest": document.total,
            "whole": item.whole,
            "currency": document.currency,
            "rate": document.exchange_rate if document.rate_source == "manual" else None,
            "note": document.notes,
        }
        super().__init__(data, initial=initial)


def last_day_of_last_year() -> date:
    return date(bucharest_today().year - 1, 12, 31)
