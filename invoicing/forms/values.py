"""One typed value: text in; a value, or a Romanian sentence, out. The fields are those of lib.forms, without a form around them."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lib.formats import amount, currency_sign, percent
from lib.forms import DateField, DecimalField
from lib.words import plural

QUANTITY = DecimalField(required=False, max_digits=18, decimal_places=6, least=0)
PRICE = DecimalField(
    required=False,
    max_digits=18,
    decimal_places=6,
    min_value=0,
    error_messages={"min_value": "Prețul nu poate fi negativ; pentru o scădere scrieți cantitatea cu minus."},
)
RATE = DecimalField(
    required=False,
    max_digits=14,
    decimal_places=6,
    min_value=Decimal("0.000001"),
    error_messages={"min_value": "Cursul trebuie să fie mai mare decât zero."},
    least=4,
)
PERCENT = DecimalField(required=False, max_digits=7, decimal_places=4, min_value=0, max_value=100)
AMOUNT = DecimalField(required=False, max_digits=12, decimal_places=2)
DAY = DateField(required=False)
TIME = forms.TimeField(required=False, input_formats=["%H:%M", "%H.%M", "%H"], error_messages={"invalid": "Scrieți ora așa: 14:30."})

DISCOUNT_HELP = "Scrieți un procent (10%) sau o sumă cu moneda ei (50 {sign})."


@dataclass(slots=True)
class Cell:
    """One input: its name, the text in it, and what is wrong with it."""

    name: str
    id: str
    label: str
    text: str = ""
    error: str = ""


@dataclass(slots=True, frozen=True)
class Discount:
    """A percent or an amount; both zero when there is none."""

    percent: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)


def take(field: forms.Field, cell: Cell) -> Any:
    """The value of a cell, None when it is empty or wrong; what is wrong is written in the cell."""
    try:
        return field.clean(cell.text)
    except ValidationError as error:
        cell.error = error.messages[0]
        return None


def take_text(cell: Cell, length: int) -> str:
    """The text of a cell, if it is not too long."""
    if len(cell.text) > length:
        cell.error = f"Cel mult {plural(length, 'caracter', 'caractere')}; aici sunt {len(cell.text)}."
    return cell.text


def take_discount(cell: Cell, currency: str) -> Discount:
    """`10` and `10%` are a percent; an amount carries its currency: `50 lei`, `12,50 EUR`."""
    number, unit = re.fullmatch(r"\s*(.*?)\s*(%|[^\W\d_]*)\s*", cell.text, re.DOTALL).groups()  # type: ignore[union-attr]
    if not number and not unit:
        return Discount()
    field = PERCENT if unit in ("", "%") else AMOUNT
    known = field is PERCENT or unit.lower() in (currency.lower(), currency_sign(currency))
    part = Cell(cell.name, cell.id, cell.label, number)
    value = take(field, part)
    if not known or not number:
        part.error = DISCOUNT_HELP.format(sign=currency_sign(currency))
    cell.error = part.error
    if cell.error or not value:
        return Discount()
    return Discount(percent=value) if field is PERCENT else Discount(amount=value)


def discount_text(discount: Discount, currency: str) -> str:
    """What `take_discount` reads back as the same discount."""
    if discount.percent:
        return percent(discount.percent)
    return amount(discount.amount, currency) if discount.amount else ""
