"""The forms of payments."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from invoicing.models import Payment
from lib.dates import bucharest_today
from lib.formats import currency_sign
from lib.forms import DateField, DecimalField, Form


class PaymentForm(Form):
    """Money received; one form, one payment (`token`)."""

    amount = DecimalField(label="Suma", max_digits=15, decimal_places=2)
    method = forms.ChoiceField(label="Metoda", choices=Payment.Method.choices, initial=Payment.Method.TRANSFER)
    on = DateField(label="Data încasării")
    reference = forms.CharField(label="Nr. document", max_length=60, required=False, help_text="ordin de plată, bon, chitanță")
    note = forms.CharField(label="Observații", max_length=200, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    marks_optional = True

    def __init__(self, data: Any = None, *, due: Decimal, currency: str) -> None:
        super().__init__(data, initial={"amount": due, "on": bucharest_today(), "token": uuid4()})
        self.fields["amount"].suffix = currency_sign(currency)  # type: ignore[attr-defined]


class CancelPaymentForm(Form):
    reason = forms.CharField(label="Motivul anulării", max_length=200, help_text="Rămâne în istoricul facturilor acoperite.")
