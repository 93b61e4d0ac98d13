"""The form of a layout. The columns come in the order in which the page holds them."""

from typing import Any

from django import forms

from companies.forms import LogoField
from invoicing.models import Kind, Layout, LayoutOfLanguage, LayoutOfSeries, Series
from invoicing.models.layout import MANDATORY, USUAL, Column
from lib.forms import ModelForm
from partners.models import Language


class LayoutForm(ModelForm):
    """A layout, and what it is for."""

    columns = forms.MultipleChoiceField(label="Coloane", choices=Column.choices, widget=forms.MultipleHiddenInput)
    series = forms.TypedMultipleChoiceField(
        label="Serii",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Documentele acestor serii arată așa, în orice limbă.",
    )
    languages = forms.MultipleChoiceField(
        label="Limbi",
        choices=Language.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Documentele în aceste limbi; limba vine de la client.",
    )
    stamp = LogoField(label="Semnătură sau ștampilă", required=False, help_text="PNG cu fundal transparent, cel mult 1 MB.")
    stamp_off = forms.BooleanField(label="Fără semnătură sau ștampilă", required=False)

    class Meta:
        model = Layout
        fields = (
            *("name", "is_default", "design", "accent", "columns", "accounts", "logo_size", "logo_place"),
            *("payment_code", "footer", "footer_en"),
        )
        widgets = {
            "design": forms.RadioSelect,
            "accent": forms.TextInput({"type": "color", "list": "accents"}),
            "footer": forms.Textarea({"rows": 3}),
            "footer_en": forms.Textarea({"rows": 3}),
        }
        help_texts = {
            "is_default": "Celelalte rămân pentru seriile și limbile lor.",
            "accent": "Se citește pe alb: cele prea deschise nu se pot alege.",
            "payment_code": "Numai pe facturi și proforme de plată, dacă firma are cont în moneda documentului.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        layout = self.instance
        held = Series.objects.exclude(kind=Kind.RECEIPT).order_by("kind", "name")
        self.fields["series"].choices = [(one.pk, f"{one.name} ({one.get_kind_display()})") for one in held]
        if layout.pk:
            self.initial["series"] = list(LayoutOfSeries.objects.filter(layout=layout).values_list("series_id", flat=True))
            self.initial["languages"] = list(LayoutOfLanguage.objects.filter(layout=layout).values_list("language", flat=True))

    def clean_accent(self) -> str:
        return self.cleaned_data["accent"].lower()

    @property
    def stamp_change(self) -> bytes | None:
        """What `save_layout` takes: a new picture, b"" to print none, None to leave it."""
        return self.cleaned_data["stamp"] or (b"" if self.cleaned_data["stamp_off"] else None)

    @property
    def rows(self) -> list[tuple[Column, bool, bool]]:
        """(column, whether it is shown, whether it must be): the chosen ones in their order, then the others."""
        chosen = [Column(name) for name in self["columns"].value() or USUAL if name in Column]
        others = [column for column in Column if column not in chosen]
        return [(column, column in chosen, column in MANDATORY) for column in (*chosen, *others)]
