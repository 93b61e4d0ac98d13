"""Layouts of printed documents: chosen for what will be issued; whatever is issued already keeps its own."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from companies.actions.locks import lock as lock_company
from companies.events import record_event, store_file
from companies.models import Company
from invoicing.models import Layout, LayoutOfLanguage, LayoutOfSeries
from invoicing.models.layout import MANDATORY, Column
from lib.colours import LEAST, WHITE, contrast, is_colour, readable
from lib.errors import require

MAX_LAYOUTS = 50
MISSING = "Coloana {name} nu se poate ascunde: legea o cere pe factură (Cod fiscal art. 319)."
PALE = "Culoarea se citește greu pe alb. Cea mai apropiată potrivită este {shade}."


@transaction.atomic
def save_layout(
    layout: Layout, *, by: Any, series: Collection[int] = (), languages: Collection[str] = (), stamp: bytes | None = None
) -> Layout:
    """Write a new or changed layout and what it is for, taking the series and languages from whoever had them.

    `stamp` is a PNG, b"" for none from now on, None to leave it. The first layout of a company is its default, and stays so until
    another is. Refuses: layout_exists, too_many_layouts, colour_invalid, colour_too_pale, column_mandatory, column_unknown.
    """
    lock_company(Company(pk=layout.company_id))
    others = Layout.objects.exclude(pk=layout.pk)
    require(len(layout.name.strip()) > 0 and not others.filter(name=layout.name).exists(), "layout_exists", "Alegeți un nume nou.", "name")
    require(others.count() < MAX_LAYOUTS, "too_many_layouts", f"Sunt deja {MAX_LAYOUTS} de aspecte.", "name")
    _require_readable(layout.accent)
    _require_columns(layout.columns)
    layout.is_default = layout.is_default or not others.filter(is_default=True).exists()
    if layout.is_default:
        others.filter(is_default=True).update(is_default=False)
    if stamp is not None:
        layout.stamp = store_file(stamp, "image/png") if stamp else None
    verb = "changed" if layout.pk else "created"
    layout.save()
    LayoutOfSeries.objects.filter(series__in=series).delete()
    LayoutOfLanguage.objects.filter(language__in=languages).delete()
    layout.of_series.all().delete()
    layout.of_languages.all().delete()
    LayoutOfSeries.objects.bulk_create([LayoutOfSeries(layout=layout, series_id=key) for key in series])
    LayoutOfLanguage.objects.bulk_create([LayoutOfLanguage(layout=layout, language=language) for language in languages])
    record_event(layout, verb, by=by, name=layout.name, design=layout.design)
    return layout


@transaction.atomic
def delete_layout(layout: Layout, *, by: Any) -> None:
    """Delete a layout; its series and languages follow the default one. Refuses: layout_is_default while there are others."""
    lock_company(Company(pk=layout.company_id))
    layout = Layout.objects.get(pk=layout.pk)
    alone = not Layout.objects.exclude(pk=layout.pk).exists()
    require(not layout.is_default or alone, "layout_is_default", "Alegeți întâi alt aspect pentru toate documentele.")
    record_event(layout, "deleted", by=by, name=layout.name)
    layout.delete()


def _require_readable(colour: str) -> None:
    require(is_colour(colour), "colour_invalid", "Culoarea se scrie cu șase cifre hexazecimale, de exemplu #0e5f76.", "accent")
    require(contrast(colour, WHITE) >= LEAST, "colour_too_pale", PALE.format(shade=readable(colour)), "accent")


def _require_columns(columns: Collection[str]) -> None:
    require(len(set(columns)) == len(columns) and set(columns) <= set(Column), "column_unknown", "Alegeți coloanele din listă.", "columns")
    for column in MANDATORY:
        require(column in columns, "column_mandatory", MISSING.format(name=column.label), "columns")
