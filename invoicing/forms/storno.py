"""The forms of a storno, of a correction, and of a credit that is used on an invoice."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.forms import BoundField

from invoicing.models import Document
from invoicing.storno import Rest
from lib.dates import bucharest_today
from lib.formats import amount, currency_sign, date_ro, qty, unit_price
from lib.forms import DateField, DecimalField, Form


class TakeBackForm(Form):
    """Why and when; one form, one storno (`token`)."""

    reason = forms.CharField(label="Motiv", max_length=200, help_text="Rămâne în istoricul ambelor facturi; nu se tipărește.")
    on = DateField(label="Data stornării")
    earlier = forms.BooleanField(label="Emit cu dată anterioară ultimei facturi din serie", required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"on": bucharest_today(), "token": uuid4()})

    @property
    def offers_earlier_date(self) -> bool:
        """Whether the date was refused only for coming before the last document of the series."""
        return self.has_error("__all__", "date_before_last") or bool(self.is_bound and self["earlier"].data)

    @property
    def terms(self) -> dict[str, Any]:
        """What the actions take."""
        values = self.cleaned_data
        return {"reason": values["reason"], "on": values["on"], "token": values["token"], "allow_earlier_date": values["earlier"]}


class StornoForm(TakeBackForm):
    """What of each line is taken back: all of it unless another quantity, or a lower price, is typed."""

    def __init__(self, data: Any = None, *, left: Sequence[Rest], currency: str) -> None:
        super().__init__(data)
        self.left = [rest for rest in left if not rest.is_nothing]
        for rest in self.left:
            quantity = DecimalField(label=f"Cantitate, din {qty(rest.quantity)} {rest.line.unit}", max_digits=18, decimal_places=6, least=0)
            cut = DecimalField(label=f"sau scade prețul de {unit_price(rest.price)} cu", max_digits=18, decimal_places=6, required=False)
            quantity.required, quantity.initial, cut.suffix = False, rest.quantity, currency_sign(currency)
            self.fields |= {f"q{rest.line.pk}": quantity, f"p{rest.line.pk}": cut}

    @property
    def rows(self) -> list[tuple[Rest, BoundField, BoundField]]:
        return [(rest, self[f"q{rest.line.pk}"], self[f"p{rest.line.pk}"]) for rest in self.left]

    @property
    def is_partial(self) -> bool:
        """Whether the lines have to be seen: one was changed, or is wrong."""
        names = [name for name in self.fields if name[0] in "qp"]
        return self.is_bound and (any(self.has_error(name) for name in names) or bool(set(names) & set(self.changed_data)))

    @property
    def parts(self) -> dict[str, dict[int, Decimal]]:
        """`lines` and `prices` of `storno`; nothing when everything is taken back."""
        values = self.cleaned_data
        prices = {rest.line.pk: cut for rest in self.left if (cut := values[f"p{rest.line.pk}"])}
        lines = {rest.line.pk: quantity for rest in self.left if (quantity := values[f"q{rest.line.pk}"])}
        if not prices and lines == {rest.line.pk: rest.quantity for rest in self.left}:
            return {}
        return {"lines": lines, "prices": prices}


class SettleForm(Form):
    """Which invoice of the client a credit is used on, and how much of it; one form, one set-off."""

    invoice = forms.ModelChoiceField(label="Factura", queryset=None, empty_label=None)
    amount = DecimalField(label="Suma", max_digits=15, decimal_places=2)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, credit: Document, invoices: Any) -> None:
        first = invoices.first()
        most = min(-credit.balance, first.balance) if first else None
        super().__init__(data, initial={"amount": most, "token": uuid4()})
        field: Any = self.fields["invoice"]
        field.queryset = invoices
        field.label_from_instance = lambda row: f"{row.label} din {date_ro(row.issue_date)}, rest {amount(row.balance, row.currency)}"
        self.fields["amount"].suffix = currency_sign(credit.currency)  # type: ignore[attr-defined]
