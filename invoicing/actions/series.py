"""Series of numbers: the firm's decision on how its documents are numbered (OMFP 2634/2015, annex 1, pct. 24)."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from companies.events import record_event
from companies.models import Company, Membership, Workplace
from companies.scope import active_company_id
from invoicing.models import Document, Kind, Series, SeriesUser
from invoicing.series_choice import missing_kinds
from lib.dates import bucharest_today
from lib.errors import Refused, require

MAX_NUMBER = 999_999_999
MAX_SERIES = 200
MAX_NAME = 20
DEFAULT_NAMES = {Kind.INVOICE: "FCT", Kind.PROFORMA: "PF", Kind.DELIVERY_NOTE: "AV", Kind.RECEIPT: "CH"}

NUMBER_RANGE = "Primul număr este între 1 și 999.999.999."
USED = "Din seria {name} s-au emis documente: rămâne așa cum este. Puteți adăuga altă serie."


@transaction.atomic
def create_series(
    kind: str,
    *,
    name: str,
    by: Any,
    first_number: int = 1,
    digits: int = 4,
    is_default: bool = False,
    workplace: Workplace | None = None,
    last_on: date | None = None,
) -> Series:
    """A new series. The first one of a kind in its place is its default there.

    To go on from another program, `first_number` is the next there, and `last_on` the date of the last document there.
    Refuses: series_exists, series_name_invalid, series_number_invalid, too_many_series, workplace_closed, last_date_in_future.
    """
    others = _hold(kind)
    require(len(others) < MAX_SERIES, "too_many_series", f"Sunt deja {MAX_SERIES} de serii pentru acest document.", "name")
    name = _require_valid(name, first_number, others)
    _require_open_place(workplace)
    require(last_on is None or last_on <= bucharest_today(), "last_date_in_future", "Data ultimului document este în viitor.", "last_on")
    first_there = not any(series.is_default for series in others if series.workplace_id == (workplace.pk if workplace else None))
    series = Series.objects.create(
        kind=kind, name=name, first_number=first_number, digits=digits, is_default=first_there, workplace=workplace, last_date=last_on
    )
    record_event(series, "created", by=by, name=name, first_number=first_number)
    return make_default(series, by=by) if is_default and not first_there else series


@transaction.atomic
def create_missing_series(*, by: Any) -> list[Series]:
    """A series, with its usual name, for each kind of document that the firm issues and has none for."""
    return [create_series(kind, name=DEFAULT_NAMES[Kind(kind)], by=by) for kind in missing_kinds(list(DEFAULT_NAMES))]


@transaction.atomic
def create_default_series(*, by: Any, invoice_name: str = "FCT", first_number: int = 1) -> list[Series]:
    """One series of each kind for a new company; the invoices' has its own name and first number. Refuses as `create_series`."""
    names = DEFAULT_NAMES | {Kind.INVOICE: invoice_name}
    first = dict.fromkeys(names, 1) | {Kind.INVOICE: first_number}
    return [create_series(kind, name=name, first_number=first[kind], by=by) for kind, name in names.items()]


@transaction.atomic
def change_series(series: Series, *, name: str, first_number: int, digits: int, by: Any) -> Series:
    """Change a series; once it has given a number, only the number of digits. Refuses: series_used, and as `create_series`."""
    others = _hold(series.kind)
    series = _take(series)
    if (name, first_number) != (series.name, series.first_number):
        require(not series.is_used, "series_used", USED.format(name=series.name), "name")
        series.name = _require_valid(name, first_number, [other for other in others if other.pk != series.pk])
        series.first_number, series.last_number = first_number, first_number - 1
    series.digits = digits
    series.save(update_fields=["name", "first_number", "last_number", "digits"])
    record_event(series, "changed", by=by, name=series.name, first_number=first_number, digits=digits)
    return series


@transaction.atomic
def assign_series(series: Series, *, workplace: Workplace | None, users: Sequence[int], default_for: Sequence[int], by: Any) -> Series:
    """Say where a series belongs, who may use it (nobody named: everyone) and whose new documents start with it; keys are of members.

    Refuses: series_deleted, workplace_closed, series_default_for_stranger.
    """
    _hold(series.kind)
    series = _take(series)
    members = set(Membership.objects.filter(company=series.company_id).values_list("user", flat=True))
    allowed, starting = members & set(users), members & set(default_for)
    require(
        not allowed or starting <= allowed,
        "series_default_for_stranger",
        "Seria poate fi implicită doar pentru cine o poate folosi.",
        "default_for",
    )
    before = (series.workplace_id, _people(series))
    if series.workplace_id != (workplace.pk if workplace else None):
        _require_open_place(workplace)
        _move(series, workplace)
    SeriesUser.objects.filter(series=series).delete()
    SeriesUser.objects.filter(user__in=starting, kind=series.kind, is_default=True, allowed=False).delete()
    SeriesUser.objects.filter(user__in=starting, kind=series.kind).update(is_default=False)
    SeriesUser.objects.bulk_create(
        SeriesUser(series=series, user_id=user, kind=series.kind, allowed=user in allowed, is_default=user in starting)
        for user in sorted(allowed | starting)
    )
    if before != (series.workplace_id, _people(series)):
        record_event(series, "assigned", by=by, name=series.name, place=str(workplace or ""), people=len(allowed))
    return series


@transaction.atomic
def make_default(series: Series, *, by: Any) -> Series:
    """Let new documents of this kind start with this series, in its place. Refuses: series_inactive."""
    _hold(series.kind)
    series = _take(series)
    require(series.active, "series_inactive", f"Seria {series.name} nu este activă. Activați-o întâi.")
    if not series.is_default:
        Series.objects.filter(kind=series.kind, workplace=series.workplace_id, is_default=True).update(is_default=False)
        series.is_default = True
        series.save(update_fields=["is_default"])
        record_event(series, "made_default", by=by, name=series.name)
    return series


@transaction.atomic
def set_active(series: Series, *, active: bool, by: Any) -> Series:
    """Offer a series for new documents, or no longer. Refuses: series_default_stays."""
    _hold(series.kind)
    series = _take(series)
    require(
        active or not series.is_default,
        "series_default_stays",
        f"Seria {series.name} este cea implicită. Alegeți întâi altă serie implicită pentru acest document.",
    )
    if series.active != active:
        series.active = active
        series.save(update_fields=["active"])
        record_event(series, "activated" if active else "deactivated", by=by, name=series.name)
    return series


@transaction.atomic
def delete_series(series: Series, *, by: Any) -> None:
    """Throw away a series that no document, not even a draft, stands in. Refuses: series_used, series_default_stays."""
    _hold(series.kind)
    series = _take(series)
    used = series.is_used or Document.objects.filter(series=series).exists()
    require(not used, "series_used", f"Seria {series.name} are documente sau ciorne. O puteți dezactiva.")
    require(not series.is_default, "series_default_stays", f"Seria {series.name} este cea implicită. Alegeți întâi alta.")
    record_event(series, "deleted", by=by, name=series.name)
    series.delete()


def name_of_year(name: str, year: int) -> str:
    """The name of a series for another year: FCT26 and FCT2026 become FCT27 and FCT2027, FCT becomes FCT27."""
    for former in (year - 1, year - 2):
        for length in (4, 2):
            head, found, tail = name.rpartition(str(former)[-length:])
            if found:
                return f"{head}{str(year)[-length:]}{tail}"
    return f"{name}{'-' if name[-1:].isdigit() else ''}{year % 100:02d}"[:MAX_NAME]


def _move(series: Series, workplace: Workplace | None) -> None:
    """Take a series to another place: the default there stays, and the place that it leaves gets another default."""
    former, was_default = series.workplace_id, series.is_default
    there = Series.objects.filter(kind=series.kind, workplace=workplace, is_default=True)
    series.workplace, series.is_default = workplace, series.active and not there.exists()
    series.save(update_fields=["workplace", "is_default"])
    heir = Series.objects.filter(kind=series.kind, workplace=former, active=True).order_by("name").first() if was_default else None
    if heir is not None:
        Series.objects.filter(pk=heir.pk).update(is_default=True)


def _people(series: Series) -> list[tuple[int, bool, bool]]:
    return sorted(SeriesUser.objects.filter(series=series).values_list("user", "allowed", "is_default"))


def _require_open_place(workplace: Workplace | None) -> None:
    open_place = workplace is None or Workplace.objects.filter(pk=workplace.pk, active=True).exists()
    require(open_place, "workplace_closed", f"Sediul {workplace} este închis. Redeschideți-l sau alegeți altul.", "workplace")


def _hold(kind: str) -> list[Series]:
    """The series of a kind. The company's row is held, so that no two changes of series run at once; issuing is not kept waiting."""
    Company.objects.select_for_update(no_key=True).only("pk").get(pk=active_company_id())
    return list(Series.objects.filter(kind=kind))


def _take(series: Series) -> Series:
    """The series under its own lock too: issuing takes numbers under that one. Refuses: series_deleted."""
    fresh = Series.objects.select_for_update().filter(pk=series.pk).first()
    if fresh is None:
        raise Refused("series_deleted", "Seria a fost ștearsă între timp.")
    return fresh


def _require_valid(name: str, first_number: int, others: list[Series]) -> str:
    name = name.strip()
    require(
        len(name) <= MAX_NAME and re.fullmatch(r"[^\W_]([\w./-]*[^\W_])?", name),
        "series_name_invalid",
        f"Seria are cel mult {MAX_NAME} de litere și cifre, eventual cu punct, cratimă sau / între ele; fără spații.",
        "name",
    )
    twin = next((other for other in others if other.name.casefold() == name.casefold()), None)
    require(twin is None, "series_exists", f"Seria {name} există deja pentru acest document. Alegeți alt nume.", "name")
    require(1 <= first_number <= MAX_NUMBER, "series_number_invalid", NUMBER_RANGE, "first_number")
    return name
