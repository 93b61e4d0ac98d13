"""Reading a row and writing rows in plain SQL that is made once from the model, for what every page or every issue does.

Django works out each statement anew and sends each value by itself: of an invoice of ten lines that is four hundred of them and
a quarter of the time that issuing takes. Here the rows go as one JSON text per table, whose column types PostgreSQL checks as
it does those of any INSERT, and several tables share one statement.
"""

import json
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


@cache
def columns(model: Any, alias: str) -> tuple[list[str], str]:
    """The names of a model's fields, and its columns as a query lists them."""
    fields = model._meta.concrete_fields
    return [field.attname for field in fields], ", ".join(f'{alias}."{field.column}"' for field in fields)


def find(model: type[Row], condition: str, *values: object) -> Row | None:
    """The row that a condition in SQL names, None without one. The condition of company data must name the company."""
    kind: Any = model
    names, listed = columns(kind, "r")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {listed} FROM {model._meta.db_table} r WHERE {condition}", values)  # noqa: S608 - our own condition
        found = cursor.fetchone()
    return None if found is None else model.from_db(connection.alias, names, found)


def insert(*rows: models.Model) -> None:
    """Write new rows, of several models in one statement, and set their keys; no signals.

    Within one statement no row sees another: a row and those whose triggers look for it are written one after the other.
    """
    of_model: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        of_model.setdefault(type(row), []).append(row)
    if not of_model:
        return
    values = [_text(model, of_model[model]) for model in of_model]
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(of_model)), values)
        keys = cursor.fetchone()
    for written, of_one in zip(of_model.values(), keys, strict=True):
        for row, key in zip(written, of_one, strict=True):
            row.pk, row._state.adding, row._state.db = key, False, connection.alias


def update(row: models.Model, *names: str) -> None:
    """Write the named fields of a row of company data; no signals. Raises LookupError when the row is not there."""
    kind: Any = type(row)
    fields = [kind._meta.get_field(name) for name in names]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_change(kind, names), [*values, row.pk, row.company_id])
        if cursor.rowcount != 1:
            raise LookupError(f"{row._meta.label} {row.pk} is not there")


@cache
def _change(model: Any, names: tuple[str, ...]) -> str:
    changes = ", ".join(f'"{model._meta.get_field(name).column}" = %s' for name in names)
    return f"UPDATE {model._meta.db_table} SET {changes} WHERE id = %s AND company_id = %s"  # noqa: S608 - names of our own columns


@cache
def _fields(model: Any) -> "list[models.Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@cache
def _statement(tables: tuple[Any, ...]) -> str:
    """One INSERT a table; the keys come back in the order in which the rows were given, which is that of the JSON."""
    parts, keys = [], []
    for number, model in enumerate(tables):
        names = ", ".join(f'"{field.column}"' for field in _fields(model))
        types = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in _fields(model))
        source = f"SELECT {names} FROM json_to_recordset(%s::json) AS r ({types})"  # noqa: S608 - our own names
        parts.append(f"w{number} AS (INSERT INTO {model._meta.db_table} ({names}) {source} RETURNING id)")
        keys.append(f"(SELECT array_agg(id) FROM w{number})")  # noqa: S608
    return f"WITH {', '.join(parts)} SELECT {', '.join(keys)}"


def _text(model: Any, rows: list[models.Model]) -> str:
    fields = _fields(model)
    return json.dumps([{field.column: field.pre_save(row, True) for field in fields} for row in rows], default=_plain, ensure_ascii=False)


def _plain(value: object) -> str:
    """A value that JSON does not know, as PostgreSQL reads it."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | time):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not written as JSON")
