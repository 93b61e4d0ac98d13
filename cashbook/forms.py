"""The forms of the cash book."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from cashbook.actions import Entry
from cashbook.models import INCOMING, OF_CLIENTS, Kind, Till
from companies.models import Workplace
from invoicing.forms.choices import CURRENCIES
from lib.dates import bucharest_today
from lib.formats import currency_sign
from lib.forms import DateField, DecimalField, Form, ModelForm
from lib.money import ZERO
from partners.models import Partner

TRANSFERS = (Kind.TRANSFER_OUT, Kind.TRANSFER_IN)
BY_HAND = [kind for kind in Kind if kind not in (*OF_CLIENTS, *TRANSFERS)]
KINDS = [
    ("Intră în casă", [(kind.value, kind.label) for kind in BY_HAND if kind in INCOMING]),
    ("Iese din casă", [(kind.value, kind.label) for kind in BY_HAND if kind not in INCOMING]),
]
NOTES = [Decimal(value) for value in ("500", "200", "100", "50", "20", "10", "5", "1", "0.50", "0.10", "0.05", "0.01")]


class _TillForm(Form):
    """What forms of one till share: the day, the confirmation of a negative balance, one form for one write."""

    day = DateField(label="Data")
    confirmed = forms.BooleanField(label="Scriu operațiunea chiar dacă soldul devine negativ", required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, till: Till, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"day": bucharest_today(), "token": uuid4()} | (initial or {}))
        if not till.may_go_negative:
            del self.fields["confirmed"]
        if "amount" in self.fields:
            self.fields["amount"].suffix = currency_sign(till.currency)  # type: ignore[attr-defined]


class OperationForm(_TillForm):
    kind = forms.ChoiceField(label="Felul operațiunii", choices=KINDS)
    amount = DecimalField(label="Suma", max_digits=15, decimal_places=2)
    party = forms.CharField(label="Persoana sau firma", max_length=200, required=False, help_text="cine aduce sau primește banii")
    party_role = forms.CharField(label="Funcția", max_length=60, required=False)
    party_id = forms.CharField(label="Act de identitate", max_length=60, required=False, help_text="la plăți: seria și numărul")
    explanation = forms.CharField(label="Explicații", max_length=200, required=False)
    document = forms.CharField(
        label="Nr. act", max_length=60, required=False, help_text="gol: se face o dispoziție de casă, cu număr propriu"
    )
    annexes = forms.IntegerField(label="Nr. anexe", min_value=0, max_value=999, required=False)

    marks_optional = True
    field_order = ["kind", "day", "amount", "party", "party_role", "party_id", "explanation", "document", "annexes", "confirmed"]

    @property
    def entry(self) -> Entry:
        """What was typed; a name of the address book is that partner."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in ("token", "confirmed")}
        partner = partner_named(typed["party"]) if typed["kind"] != Kind.ADVANCE else None
        return Entry(**typed | {"annexes": typed["annexes"] or 0, "partner": partner})


class TransferForm(_TillForm):
    target = forms.ModelChoiceField(Till.objects.none(), label="Către casa", empty_label="alegeți casa")
    amount = DecimalField(label="Suma", max_digits=15, decimal_places=2)
    explanation = forms.CharField(label="Explicații", max_length=200, required=False)

    field_order = ["target", "day", "amount", "explanation", "confirmed"]

    def __init__(self, data: Any = None, *, till: Till) -> None:
        super().__init__(data, till=till)
        self.fields["target"].queryset = Till.objects.filter(currency=till.currency, active=True).exclude(pk=till.pk)  # type: ignore[attr-defined]


class ReverseForm(_TillForm):
    reason = forms.CharField(label="Motivul", max_length=200, help_text="Rămâne în registru, lângă stornare.")

    field_order = ["day", "reason", "confirmed"]


class CountForm(Form):
    """What was counted: a sum, or the pieces of each denomination of lei."""

    day = DateField(label="La sfârșitul zilei")
    counted = DecimalField(label="Suma numărată", max_digits=15, decimal_places=2, min_value=ZERO, required=False)

    def __init__(self, data: Any = None, *, till: Till) -> None:
        super().__init__(data, initial={"day": bucharest_today()})
        self.fields["counted"].suffix = currency_sign(till.currency)  # type: ignore[attr-defined]
        self.notes = NOTES if till.currency == "RON" else []
        for note in self.notes:
            label = f"{note:f} lei".replace(".", ",") if note >= 1 else f"{int(note * 100)} bani"
            self.fields[_note(note)] = forms.IntegerField(label=label, min_value=0, max_value=1_000_000, required=False)

    @property
    def note_fields(self) -> list[Any]:
        return [self[_note(note)] for note in self.notes]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        pieces = {str(note): data.get(_note(note)) or 0 for note in self.notes}
        whole = sum((Decimal(note) * count for note, count in pieces.items()), ZERO)
        if not data.get("counted") and any(pieces.values()):
            data["counted"] = whole
        elif data.get("counted") is None and "counted" not in self.errors:
            self.add_error("counted", "Scrieți suma numărată sau câte bancnote și monede sunt.")
        elif any(pieces.values()) and data.get("counted") != whole:
            self.add_error("counted", "Suma nu este cea a bancnotelor și monedelor. Lăsați-o goală, se face singură.")
        data["notes"] = {note: count for note, count in pieces.items() if count}
        return data


class BookCountForm(Form):
    reason = forms.CharField(label="Motivul diferenței", max_length=150, help_text="Apare în registru.")
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"token": uuid4()})


class CloseForm(Form):
    until = DateField(label="Închide până la, inclusiv")


class OpenForm(Form):
    since = DateField(label="Redeschide de la")
    reason = forms.CharField(label="Motivul", max_length=200, help_text="Rămâne în istoric.")


class OpeningForm(Form):
    day = DateField(label="La începutul zilei")
    amount = DecimalField(label="Sold inițial", max_digits=15, decimal_places=2, min_value=ZERO)

    def __init__(self, data: Any = None, *, till: Till) -> None:
        super().__init__(data, initial={"day": till.opening_day or bucharest_today(), "amount": till.opening_balance})
        self.fields["amount"].suffix = currency_sign(till.currency)  # type: ignore[attr-defined]


class TillForm(ModelForm):
    currency = forms.ChoiceField(label="Moneda", choices=[(code, currency_sign(code)) for code in CURRENCIES])

    class Meta:
        model = Till
        fields = ["name", "workplace", "currency", "account", "cashier", "is_default", "active", "may_go_negative"]
        labels = {"is_default": "primește încasările în numerar în moneda ei"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Workplace.objects.filter(active=True)
        self.fields["workplace"].queryset = places  # type: ignore[attr-defined]
        self.fields["workplace"].empty_label = "sediul social"  # type: ignore[attr-defined]


class PaymentAsked(Form):
    """What the form of a client's payment says, asked about before it is sent."""

    method = forms.CharField(max_length=16)
    amount = DecimalField(max_digits=15, decimal_places=2)
    on = DateField()
    currency = forms.CharField(max_length=3, required=False)
    own = forms.CharField(max_length=3, required=False)  # the documents' currency, when no other was chosen
    client = forms.ModelChoiceField(Partner.objects.all(), required=False)


def partner_named(name: str) -> Partner | None:
    """The partner of exactly this name, if there is one."""
    return Partner.objects.matching(name).filter(name__iexact=name).first() if name else None


def _note(note: Decimal) -> str:
    return f"note_{int(note * 100)}"
