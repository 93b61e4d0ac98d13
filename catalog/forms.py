"""The form of a product."""

import re
from typing import Any

from django import forms

from catalog.models import Product, Unit, VatRate
from companies.forms import CURRENCIES
from companies.models import is_vat_payer
from lib.dates import bucharest_today
from lib.forms import DateField, DecimalField, Form, ModelForm

OTHER_TREATMENT = "„{name}” nu se mai poate alege pentru firmă la această dată; alegeți tratamentul de acum."


class UnitField(forms.ModelChoiceField):
    """A unit with its code of UN/ECE, which e-Factura sends."""

    def label_from_instance(self, unit: Unit) -> str:
        return f"{unit.name} ({unit.code})"


class ProductForm(ModelForm):
    """A product or service; only the VAT treatments that the company may use today."""

    kind = forms.ChoiceField(label="Tip", choices=Product.Kind.choices, widget=forms.RadioSelect)
    unit = UnitField(Unit.objects.all(), label="Unitate de măsură", empty_label="Alegeți")
    price = DecimalField(label="Preț", min_value=0, max_digits=18, decimal_places=6, least=2)
    currency = forms.ChoiceField(label="Monedă", choices=CURRENCIES)
    vat_rate = forms.ModelChoiceField(VatRate.objects.none(), label="TVA", empty_label="Alegeți")

    class Meta:
        model = Product
        fields = [
            "kind", "name", "description", "code", "barcode", "unit", "price", "currency", "vat_rate", "price_includes_vat", "cpv", "nc"
        ]  # fmt: skip
        labels = {
            "name": "Denumire",
            "description": "Descriere",
            "code": "Cod",
            "barcode": "Cod de bare",
            "price_includes_vat": "Prețul include TVA",
            "cpv": "Cod CPV",
            "nc": "Cod NC",
        }
        help_texts = {
            "description": "Apare pe document sub denumire.",
            "code": "Al dumneavoastră; unic în firmă.",
            "cpv": "Pentru facturi către instituții publice.",
            "nc": "Nomenclatura combinată, pentru bunuri cu taxare inversă.",
        }
        widgets = {name: forms.TextInput({"autocomplete": "off", "spellcheck": "false"}) for name in ("code", "barcode", "cpv", "nc")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = bucharest_today()
        offered = VatRate.objects.offered(today, payer=is_vat_payer(today))
        self.fields["vat_rate"].queryset = offered  # type: ignore[attr-defined]
        own = self.instance.vat_rate if self.instance.vat_rate_id else None
        if own and not offered.filter(pk=own.pk).exists():
            self.fields["vat_rate"].help_text = OTHER_TREATMENT.format(name=own.name)
        elif not own:
            self.initial["vat_rate"] = self.initial.get("vat_rate") or getattr(offered.first(), "pk", None)
        if (currency := self.instance.currency) not in dict(CURRENCIES):
            self.fields["currency"].choices = [*CURRENCIES, (currency, currency)]  # type: ignore[attr-defined]

    def clean_barcode(self) -> str:
        return "".join(self.cleaned_data["barcode"].split())

    def clean_cpv(self) -> str:
        code = "".join(self.cleaned_data["cpv"].split())
        if code and not re.fullmatch(r"\d{8}(-\d)?", code):
            raise forms.ValidationError("Codul CPV are 8 cifre și cifra de control, de exemplu 03111900-1.")
        return code

    def clean_nc(self) -> str:
        code = "".join(self.cleaned_data["nc"].split())
        if code and not re.fullmatch(r"\d{4}|\d{6}|\d{8}", code):
            raise forms.ValidationError("Codul NC are 4, 6 sau 8 cifre.")
        return code


class PriceForm(Form):
    """What the hint under a price needs."""

    price = DecimalField(min_value=0, max_digits=18, decimal_places=6)
    vat_rate = forms.ModelChoiceField(VatRate.objects.all())
    price_includes_vat = forms.BooleanField(required=False)
    currency = forms.ChoiceField(choices=CURRENCIES)


class DayForm(Form):
    """The day whose rate is asked for."""

    data = DateField(label="Data operațiunii", required=False)
