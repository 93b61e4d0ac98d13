"""The forms of payments, advances, refunds and receipts."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from invoicing.actions.receipts import Chit
from invoicing.forms.choices import CURRENCIES
from invoicing.models import Payment, Series
from lib.dates import bucharest_today
from lib.formats import amount as with_currency
from lib.formats import currency_sign
from lib.forms import DateField, DecimalField, Form
from partners.models import Partner

Method = Payment.Method
MOVING = [choice for choice in Method.choices if choice[0] != Method.SET_OFF]  # what brings or takes money
SEVERAL = 5  # clients named when what was typed fits several
ADDRESS_BOOK, INVOICE = "nomenclator", "factura"


class ReceiptFields(Form):
    """What a chitanță with a payment asks for. Without a series of receipts there is nothing to ask."""

    receipt = forms.BooleanField(label="Emite și chitanță (doar numerar)", required=False)
    series = forms.ChoiceField(label="Seria chitanței", required=False)
    earlier = forms.BooleanField(label="Emit cu dată anterioară ultimei chitanțe din serie", required=False)

    def __init__(self, *args: Any, all_series: Sequence[Series], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.all_series = {str(series.pk): series for series in all_series}
        self.fields["series"].choices = [(key, f"{series.name}, urmează {series.next_label}") for key, series in self.all_series.items()]  # type: ignore[attr-defined]
        if not self.all_series:
            for name in ("receipt", "series", "earlier"):
                del self.fields[name]

    @property
    def offers_earlier_date(self) -> bool:
        """Whether the date was refused only for coming before the last receipt of the series."""
        return bool(self.all_series) and (self.has_error("__all__", "date_before_last") or bool(self.is_bound and self["earlier"].data))

    def chit(self, payer: dict[str, Any] | None = None, about: str = "") -> Chit | None:
        """The receipt asked for, if any; takes its fields out of what goes to the action."""
        wanted, key = self.cleaned_data.pop("receipt", False), self.cleaned_data.pop("series", "")
        earlier = self.cleaned_data.pop("earlier", False)
        series = self.all_series.get(key) or next(iter(self.all_series.values()), None)
        return Chit(series, payer, about, earlier) if wanted and series else None


class PaymentForm(ReceiptFields):
    """Money received; one form, one payment (`token`)."""

    amount = DecimalField(label="Suma", max_digits=15, decimal_places=2)
    method = forms.ChoiceField(label="Metoda", choices=Method.choices, initial=Method.TRANSFER)
    on = DateField(label="Data încasării")
    reference = forms.CharField(label="Nr. document", max_length=60, required=False, help_text="ordin de plată, bon, cec")
    note = forms.CharField(label="Observații", max_length=200, required=False)
    currency = forms.ChoiceField(label="Moneda primită", required=False)
    rate = DecimalField(
        label="Curs", max_digits=14, decimal_places=6, required=False, help_text="lei pentru o unitate; gol: cursul BNR al zilei"
    )
    keep_rest = forms.BooleanField(label="Ce depășește restul rămâne credit al clientului", required=False)
    payer = forms.ChoiceField(
        label="Datele plătitorului pe chitanță",
        required=False,
        choices=[(ADDRESS_BOOK, "din nomenclator"), (INVOICE, "ca pe factură")],
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    marks_optional = True

    def __init__(self, data: Any = None, *, due: Decimal, currency: str, all_series: Sequence[Series] = ()) -> None:
        initial = {"amount": due, "on": bucharest_today(), "token": uuid4(), "currency": currency}
        super().__init__(data, initial=initial, all_series=all_series if due > 0 else ())
        others = CURRENCIES if currency == "RON" else ["RON"]
        choices = list(dict.fromkeys([currency, *others]))
        self.fields["currency"].choices = [(code, currency_sign(code)) for code in choices]  # type: ignore[attr-defined]

    @property
    def is_over(self) -> bool:
        """Whether more came than is owed: then the rest may stay as credit."""
        return self.has_error("amount", "amount_over_balance") or bool(self.is_bound and self["keep_rest"].data)

    @property
    def other_currency(self) -> bool:
        return bool(self.is_bound and (self["rate"].data or self["currency"].data not in ("", None, self.initial["currency"])))


class AdvanceForm(ReceiptFields):
    """Money of a client that pays no invoice yet."""

    client = forms.CharField(label="Client", max_length=200, help_text="nume sau CIF")
    amount = DecimalField(label="Suma", max_digits=15, decimal_places=2)
    currency = forms.ChoiceField(label="Moneda", choices=[(code, currency_sign(code)) for code in CURRENCIES], initial="RON")
    method = forms.ChoiceField(label="Metoda", choices=MOVING, initial=Method.CASH)
    on = DateField(label="Data încasării")
    rate = DecimalField(label="Curs", max_digits=14, decimal_places=6, required=False, help_text="pentru valută; gol: cursul BNR al zilei")
    about = forms.CharField(label="Reprezentând", max_length=300, required=False, help_text="pe chitanță; gol: avans")
    reference = forms.CharField(label="Nr. document", max_length=60, required=False)
    note = forms.CharField(label="Observații", max_length=200, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    marks_optional = True

    def __init__(
        self, data: Any = None, *, client: Partner | None = None, all_series: Sequence[Series] = (), receipt: bool = False
    ) -> None:
        named = (client.cif or client.name) if client else ""
        initial = {"on": bucharest_today(), "token": uuid4(), "client": named, "receipt": receipt}
        super().__init__(data, initial=initial, all_series=all_series)

    def clean_client(self) -> Partner:
        """The one active client with this name or code; of several, who is named exactly so."""
        text = self.cleaned_data["client"]
        found = list(Partner.objects.clients().filter(active=True).matching(text).order_by("name")[: SEVERAL + 1])
        exact = [partner for partner in found if text.casefold() in (partner.name.casefold(), partner.cif.casefold(), partner.identity)]
        if len(exact) == 1 or len(found) == 1:
            return (exact or found)[0]
        if not found:
            raise forms.ValidationError("Niciun client activ cu acest nume sau CIF. Adăugați-l în Nomenclatoare › Clienți.")
        names = ", ".join(f"{partner.name} ({partner.cif or 'fără CIF'})" for partner in found[:SEVERAL])
        raise forms.ValidationError(f"Se potrivesc mai mulți clienți: {names}. Scrieți CIF-ul sau numele întreg.")


class RefundForm(Form):
    """A client's credit given back."""

    amount = DecimalField(label="Suma", max_digits=15, decimal_places=2)
    method = forms.ChoiceField(label="Metoda", choices=MOVING, initial=Method.TRANSFER)
    on = DateField(label="Data restituirii")
    reference = forms.CharField(label="Nr. document", max_length=60, required=False)
    note = forms.CharField(label="Observații", max_length=200, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    marks_optional = True

    def __init__(self, data: Any = None, *, credit: Decimal, currency: str) -> None:
        super().__init__(data, initial={"amount": credit, "on": bucharest_today(), "token": uuid4()})
        self.fields["amount"].suffix = currency_sign(currency)  # type: ignore[attr-defined]


class UseCreditForm(Form):
    """A client's credit used on one of its invoices."""

    amount = DecimalField(label="Suma", max_digits=15, decimal_places=2)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, most: Decimal, currency: str) -> None:
        super().__init__(data, initial={"amount": most, "token": uuid4()})
        self.fields["amount"].help_text = f"cel mult {with_currency(most, currency)}"


class ReceiptForm(ReceiptFields):
    """A chitanță for a payment that has none."""

    about = forms.CharField(label="Reprezentând", max_length=300, required=False, help_text="gol: facturile acoperite")

    def __init__(self, data: Any = None, *, all_series: Sequence[Series]) -> None:
        super().__init__(data, all_series=all_series)
        self.fields.pop("receipt", None)
        self.order_fields(["about", "series", "earlier"])


class CancelPaymentForm(Form):
    reason = forms.CharField(label="Motivul anulării", max_length=200, help_text="Rămâne în istoricul facturilor acoperite.")


class CancelReceiptForm(Form):
    reason = forms.CharField(label="Motivul anulării", max_length=200, help_text="Rămâne în istoricul chitanței, cu numărul ei.")
    with_payment = forms.BooleanField(label="Anulează și încasarea", required=False, initial=True)
