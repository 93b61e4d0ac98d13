"""The forms of an import: the file, and which column holds what."""

from typing import Any

from django import forms

from imports.kinds.base import Kind
from invoicing.models import Series
from invoicing.series_choice import usable
from lib.columns import shown
from lib.forms import DateField, Form
from lib.tables import Row

SHOWN = 30  # characters of an example


class UploadForm(Form):
    """The file; for balances the day that it is of, for drafts the series that they will have."""

    file = forms.FileField(
        label="Fișierul", help_text="XLSX sau CSV, cel mult 20 MB și 50.000 de rânduri.",
        widget=forms.ClearableFileInput({"accept": ".xlsx,.csv,.txt,.tsv"}), error_messages={"required": "Alegeți fișierul."},
    )  # fmt: skip
    on = DateField(label="Data")
    series = forms.ModelChoiceField(Series.objects.none(), label="Seria", empty_label=None, help_text="Numărul se ia abia la emitere.")

    def __init__(self, *args: Any, kind: type[Kind], by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind.asks_day:
            self.fields["on"].label, self.fields["on"].help_text = kind.asks_day, kind.day_help
        else:
            del self.fields["on"]
        if kind.series_of:
            self.fields["series"].queryset = usable(kind.series_of, by)  # type: ignore[attr-defined]
        else:
            del self.fields["series"]


class ColumnsForm(Form):
    """For each field of the kind the column that holds it; a field has the name of its key."""

    def __init__(self, *args: Any, kind: type[Kind], rows: list[Row], head_row: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = rows[head_row] if rows else []
        below = rows[head_row + 1 :]
        choices = [("", "nu se importă")]
        width = max((len(row) for row in rows), default=0)
        for place in range(width):
            title = shown(titles[place]) if place < len(titles) else ""
            example = next((shown(row[place]) for row in below if place < len(row) and row[place] != ""), "")
            if title or example:
                choices.append((str(place), f"{_cut(title) or f'coloana {place + 1}'}{f' (ex. {_cut(example)})' if example else ''}"))
        for field in kind.fields:
            self.fields[field.key] = forms.ChoiceField(
                label=field.label, choices=choices, required=field.needed,
                error_messages={"required": f"Alegeți coloana pentru „{field.label}”."},
            )  # fmt: skip

    @property
    def columns(self) -> dict[str, int]:
        return {key: int(value) for key, value in self.cleaned_data.items() if value != ""}


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
