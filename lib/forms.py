"""Forms: the user's text to typed values, refusals shown at their field, one way to draw a field (templates/_field.html)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import ModelFormMetaclass
from django.forms.renderers import DjangoTemplates
from django.template import loader
from django.utils import timezone

from lib.errors import Refused
from lib.formats import date_ro, parse_decimal, qty
from lib.text import normalise
from lib.words import plural


class Renderer(DjangoTemplates):
    """Draws every form and field with our parts; widgets stay Django's own."""

    form_template_name = "_form.html"
    field_template_name = "_field.html"

    def get_template(self, template_name: str) -> Any:
        return loader.get_template(template_name) if template_name.startswith("_") else super().get_template(template_name)


class ShowsRefusals:
    """A form that can show what an action refused: `with form.refusals(): action(...); return done(...)`."""

    @contextmanager
    def refusals(self: Any) -> Iterator[None]:
        """Turn a `Refused` into an error of its field, or of the whole form, and go on after the block."""
        try:
            yield
        except Refused as refusal:
            field = refusal.field if refusal.field in self.fields and not self[refusal.field].is_hidden else None
            self.add_error(field, ValidationError(refusal.message, code=refusal.code))


class NormalText:
    """Puts the typed text in order (lib.text.normalise) before it is read, so that what is shown again is what was kept."""

    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:  # type: ignore[attr-defined]
            self.data = self.data.copy()
            for name, field in self.fields.items():  # type: ignore[attr-defined]
                key = self.add_prefix(name)  # type: ignore[attr-defined]
                if key in self.data and _is_text(field):
                    self.data[key] = _in_order(str(self.data[key]), field.widget)


class Form(ShowsRefusals, NormalText, forms.Form):
    """The base of every form that is not of one plain record."""


class _OurFields(ModelFormMetaclass):
    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        meta = attrs.get("Meta")
        if meta is not None and not hasattr(meta, "formfield_callback"):
            meta.formfield_callback = staticmethod(_form_field)
        return super().__new__(mcs, name, bases, attrs)


class ModelForm(ShowsRefusals, NormalText, forms.ModelForm, metaclass=_OurFields):
    """The base of a form of one plain record; its decimals and dates are the fields of this module."""


class DecimalField(forms.DecimalField):
    """A number typed the Romanian way; `lib.formats.parse_decimal` holds the rules. Shown without grouping: 1234,56.

    `least` is the number of decimals that always stand (2 for amounts, 0 for quantities), `suffix` what follows the input.
    """

    widget = forms.TextInput
    default_error_messages = {"invalid": "Scrieți un număr, de exemplu 1.234,56."}

    def __init__(self, *, least: int | None = None, suffix: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least = min(2, self.decimal_places or 0) if least is None else least
        self.suffix = suffix
        self.error_messages |= self._limits() | (kwargs.get("error_messages") or {})

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        number = value if isinstance(value, Decimal) else parse_decimal(str(value))
        if number is None or not number.is_finite():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number

    def prepare_value(self, value: Any) -> Any:
        return qty(value, least=self.least, grouped=False) if isinstance(value, Decimal | int) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "class": "number"}

    def _limits(self) -> dict[str, str]:
        """The sentences of the limits, with the limits as Romanians write them."""
        digits, places = self.max_digits, self.decimal_places
        sentences = {
            "min_value": self.min_value is not None and f"Scrieți cel puțin {qty(self.min_value)}.",
            "max_value": self.max_value is not None and f"Scrieți cel mult {qty(self.max_value)}.",
            "max_digits": digits and f"Numărul este prea lung: cel mult {plural(digits, 'cifră', 'cifre')}.",
            "max_decimal_places": places is not None and f"Cel mult {plural(places, 'zecimală', 'zecimale')}.",
            "max_whole_digits": digits
            and f"Numărul este prea mare: cel mult {plural(digits - (places or 0), 'cifră', 'cifre')} înaintea virgulei.",
        }
        return {code: sentence for code, sentence in sentences.items() if sentence}


class DateInput(forms.DateInput):
    """A date as text, 22.11.2026, to which app.js adds the browser's own calendar."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "off", "placeholder": "zz.ll.aaaa", "data-date": ""} | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        return date_ro(value) if isinstance(value, date) else value


class DateField(forms.DateField):
    """A day: 22.11.2026, 22.11.26, 22/11/2026, 22112026, 2026-11-22; without the year, 22.11 is of this year.

    A year of another age is a slip of the hand, and what is reckoned from it would fall off the calendar.
    """

    widget = DateInput
    first, last = date(1900, 1, 1), date(2199, 12, 31)
    default_error_messages = {"invalid": "Scrieți o dată din calendar, de exemplu 22.11.2026."}
    input_formats = ["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d%m%Y", "%d%m%y"]

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            value = "".join(value.split()).rstrip(".")
            if value.count(".") == 1:
                value = f"{value}.{timezone.localdate().year}"
        day = super().to_python(value)
        if day is not None and not self.first <= day <= self.last:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


def _form_field(db_field: models.Field, **kwargs: Any) -> forms.Field | None:
    """The form field of a model's column; ours for decimals and days."""
    if isinstance(db_field, models.DecimalField):
        kwargs.setdefault("form_class", DecimalField)
    elif isinstance(db_field, models.DateField) and not isinstance(db_field, models.DateTimeField):
        kwargs.setdefault("form_class", DateField)
    return db_field.formfield(**kwargs)


def _in_order(text: str, widget: forms.Widget) -> str:
    """The text normalised; in a text area line by line."""
    if not isinstance(widget, forms.Textarea):
        return normalise(text)
    return "\n".join(normalise(line) for line in text.splitlines()).strip()


def _is_text(field: forms.Field) -> bool:
    hidden = isinstance(field.widget, forms.PasswordInput | forms.HiddenInput | forms.MultiWidget)
    return isinstance(field, forms.CharField) and field.strip and not hidden and not isinstance(field, forms.JSONField)
