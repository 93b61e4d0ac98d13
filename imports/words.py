"""What an update changes, in words for the report."""

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from imports.models import ImportRow
from lib.counties import city_name, county_name
from lib.formats import date_ro, qty

DAY = re.compile(r"\d{4}-\d\d-\d\d")
HIDDEN = {"identity", "search"}
YES_NO = {True: "da", False: "nu", None: "", "": ""}


def changes_of(row: ImportRow) -> list[str]:
    """`Telefon: 0264 → 0265`, one for each column of an updated row."""
    return [
        f"{_labels().get(name, name)}: {_value(name, row.before[name])} → {_value(name, value)}"
        for name, value in row.after.items()
        if row.before and name not in HIDDEN and row.before.get(name) != value
    ]


def _value(name: str, value: object) -> str:
    if isinstance(value, str) and DAY.fullmatch(value):
        return date_ro(date.fromisoformat(value))
    if isinstance(value, bool) or value in ("", None):
        return YES_NO[value] or "(gol)"  # type: ignore[index]
    if name in _numbers():
        return qty(Decimal(str(value)), least=2)
    return county_name(str(value)) or city_name(str(value))


@cache
def _labels() -> dict[str, str]:
    """Column to its name on the page."""
    found = {field.attname: str(field.verbose_name) for field in _fields()}
    return {name: label[:1].upper() + label[1:] for name, label in found.items()}


@cache
def _numbers() -> set[str]:
    """The columns with amounts and prices."""
    return {field.attname for field in _fields() if isinstance(field, models.DecimalField)}


def _fields() -> "list[models.Field[Any, Any]]":
    changed = [apps.get_model(name) for name in ("catalog.Product", "partners.Partner", "cashbook.Till")]
    return [field for model in changed for field in model._meta.concrete_fields]
