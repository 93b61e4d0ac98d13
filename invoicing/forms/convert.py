"""What of proformas and delivery notes goes on an invoice: everything that is left, unless another quantity is typed."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.forms import BoundField

from invoicing.conversions import Left
from invoicing.models import Document
from lib.formats import qty
from lib.forms import DecimalField, Form


class ConvertForm(Form):
    """One form, one draft (`token`)."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, left: Sequence[Left]) -> None:
        super().__init__(data, initial={"token": uuid4()})
        self.left = [part for part in left if part.quantity]
        for part in self.left:
            field = DecimalField(label=f"Cantitate, din {qty(part.quantity)} {part.line.unit}", max_digits=18, decimal_places=6, least=0)
            field.required, field.initial = False, part.quantity
            self.fields[f"q{part.line.pk}"] = field

    @property
    def rows(self) -> list[tuple[Document, Left, BoundField]]:
        return [(part.source, part, self[f"q{part.line.pk}"]) for part in self.left]

    @property
    def is_partial(self) -> bool:
        """Whether the lines have to be seen: one was changed, or is wrong."""
        names = [f"q{part.line.pk}" for part in self.left]
        return self.is_bound and (any(self.has_error(name) for name in names) or bool(set(names) & set(self.changed_data)))

    @property
    def lines(self) -> dict[int, Decimal] | None:
        """`lines` of `convert`; None when everything that is left is taken."""
        wanted = {part.line.pk: quantity for part in self.left if (quantity := self.cleaned_data[f"q{part.line.pk}"])}
        return None if wanted == {part.line.pk: part.quantity for part in self.left} else wanted
