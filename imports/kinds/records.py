"""Rows of a list (partners, products): compared with what is there, written and taken back in a few statements."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, cast

from django.db import models

from imports.kinds.base import Judged, Kind, Progress, Reader, settle
from imports.models import Import, ImportRow, Outcome
from lib.errors import require

BATCH = 1000
NOT_KEPT = {"id", "company_id", "created_at"}
SHOWN = 3  # reasons in a refusal


def columns_of(model: type[models.Model]) -> list[str]:
    """The columns that an import may write or that follow from them; what the database computes is left out."""
    return [f.attname for f in model._meta.concrete_fields if not f.generated and f.attname not in NOT_KEPT]


def snapshot(row: models.Model) -> dict[str, Any]:
    """The row as values that JSON keeps; amounts as text without idle zeros, so that equal ones are equal."""
    return {name: _plain(getattr(row, name)) for name in columns_of(type(row))}


def restore(row: models.Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, cast("models.Field", row._meta.get_field(name)).to_python(value))


class Records(Kind):
    """A kind whose rows are rows of one table."""

    model: type[models.Model]

    def judge(self, readers: list[Reader], run: Import, progress: Progress) -> None:
        self.look_up(readers)
        seen: dict[object, int] = {}
        for place, reader in enumerate(readers):
            judged = reader.judged
            found = self.found(reader)
            before = snapshot(found) if found else {}
            row = found or self.model()
            self.fill(row, reader)
            self.derive(row)
            judged.label, judged.row = str(row)[:250], row
            for key, what in self.keys(row, reader):
                if (first := seen.setdefault(key, judged.number)) != judged.number:
                    reader.judged.problems.append([what, f"Apare și pe rândul {first}. Păstrați unul singur."])
            settle(judged, before, snapshot(row), found.pk if found else None)
            progress(place, len(readers))

    def write(self, judged: list[Judged], run: Import, by: Any) -> None:
        added = [each for each in judged if each.outcome == Outcome.ADDED]
        self.rows().bulk_create([each.row for each in added], batch_size=BATCH)
        for each in added:
            each.target = each.row.pk
        self.update([each.row for each in judged if each.outcome == Outcome.UPDATED])
        self.tell(judged, run, by)

    def undo(self, rows: list[ImportRow], run: Import, by: Any) -> None:
        now = {row.pk: row for row in self.rows().filter(pk__in=[row.target for row in rows]).select_for_update().order_by("pk")}
        changed = [row for row in rows if row.target not in now or snapshot(now[row.target]) != row.after]
        reasons = [f"{row.label} a fost modificat după import." for row in changed[:SHOWN]]
        added = [row for row in rows if row.outcome == Outcome.ADDED]
        used = self.used([cast(int, row.target) for row in added])
        reasons += [f"{row.label} este folosit deja în altă parte." for row in added if row.target in used][:SHOWN]
        count = len(changed) + len(used)
        more = f" Și altele, {count} în total." if count > len(reasons) else ""
        require(not reasons, "import_used", f"Importul nu se mai poate anula: {' '.join(reasons)}{more}")
        back = [now[cast(int, row.target)] for row in rows if row.outcome == Outcome.UPDATED]
        befores = {row.target: row.before for row in rows}
        for each in back:
            restore(each, befores[each.pk])
        self.update(back)
        self.tell_undone(rows, now, run, by)
        self.rows().filter(pk__in=[row.target for row in added]).delete()

    def update(self, rows: Sequence[models.Model]) -> None:
        """All columns of existing rows, in one statement for each batch."""
        self.rows().bulk_create(rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=self.updated())

    def updated(self) -> list[str]:
        names = columns_of(self.model)
        return [f.name for f in self.model._meta.concrete_fields if f.attname in names]

    def used(self, keys: Sequence[int]) -> set[int]:
        """Which of these rows something else points at."""
        found: set[int] = set()
        for relation in self.model._meta.related_objects:
            field = relation.field
            manager = cast(Any, relation.related_model).objects
            found |= set(manager.filter(**{f"{field.name}__in": keys}).values_list(field.attname, flat=True).distinct())
        return found

    def rows(self) -> Any:
        return cast(Any, self.model).objects

    @abstractmethod
    def look_up(self, readers: list[Reader]) -> None:
        """Read the rows that those of the file may be, in a few queries, and hold them until commit."""

    @abstractmethod
    def found(self, reader: Reader) -> models.Model | None:
        """The row that is there already, if it is."""

    @abstractmethod
    def fill(self, row: Any, reader: Reader) -> None:
        """Set what the row of the file says; empty cells change nothing of a row that exists."""

    @abstractmethod
    def derive(self, row: Any) -> None:
        """Set the columns that follow from others."""

    @abstractmethod
    def keys(self, row: Any, reader: Reader) -> Iterable[tuple[object, str]]:
        """What may stand once in a file, with the title of its column."""

    def tell(self, judged: list[Judged], run: Import, by: Any) -> None:
        """Write the history."""

    def tell_undone(self, rows: list[ImportRow], now: dict[int, Any], run: Import, by: Any) -> None:
        """Write the history."""


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
    return value
