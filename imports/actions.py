"""Imports: a file taken in, tried, confirmed, written whole or not at all, and taken back (docs/decisions/069).

People move the state by compare-and-set; the worker holds the row while it works, so nothing of a killed worker stays behind.
"""

import hashlib
import json
from collections import Counter
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from companies.events import record_event, store_file
from imports import progress, tasks
from imports.kinds.base import Judged, Kind
from imports.kinds.registry import KINDS
from imports.models import Import, ImportColumns, ImportRow, Outcome, State
from invoicing.models import Series
from lib.columns import head_of, matched, numbered
from lib.errors import Refused, require
from lib.files import CSV, XLSX
from lib.nudge import nudge
from lib.tables import Row, Table, open_table
from lib.text import limit, normalise

BATCH = 2000
MOST_TRIES = 3
LOOKED_AT = 30  # rows read to find the titles
BROKE = "Verificarea s-a oprit de trei ori din cauza unei erori a programului. Nu s-a scris nimic; încercați din nou sau scrieți-ne."
MOVED = "Datele firmei s-au schimbat de la verificare. Nu s-a scris nimic: uitați-vă din nou peste raport și confirmați."


@transaction.atomic
def start_import(kind: type[Kind], *, name: str, content: bytes, by: Any, on: date | None = None, series: Series | None = None) -> Import:
    """Keep a file and match its columns. `on` is the day that the kind asks for, `series` the one that its documents are to have.

    Refuses: table_too_large, table_empty, table_of_other_kind, table_broken, table_too_long, import_day_missing, import_series_missing.
    """
    table = open_table(content)
    require(on or not kind.asks_day, "import_day_missing", f"Scrieți data: {kind.asks_day.lower()}.", "on")
    require(series or not kind.series_of, "import_series_missing", "Alegeți seria documentelor.", "series")
    run = Import(kind=kind.key, name=limit(normalise(name.replace("\\", "/").rpartition("/")[2]) or "fișier", 100), created_by=by)
    run.options = ({"on": on.isoformat()} if on else {}) | ({"series": series.pk} if series else {})
    match_columns(run, table, sheet=table.sheets[0])
    run.file = store_file(content, XLSX if table.is_xlsx else CSV)
    run.save()
    record_event(run, "started", by=by, name=run.name)
    return run


def match_columns(run: Import, table: Table, *, sheet: str) -> None:
    """Set the sheet, the row of the titles and what each column means, as far as titles and memory tell. Not saved."""
    fields, kept = KINDS[run.kind].fields, kept_titles(run.kind)
    rows = table.first(LOOKED_AT, sheet)
    run.sheet, run.head_row = sheet, head_of(rows, fields, kept)
    run.columns = matched(rows[run.head_row], fields, kept) if rows else {}


def kept_titles(kind: str) -> dict[str, str]:
    found = ImportColumns.objects.filter(kind=kind).first()
    return found.titles if found else {}


@transaction.atomic
def choose_sheet(run: Import, sheet: str) -> Import:
    """Look at another sheet of the file. Refuses: import_moved_on, table_broken."""
    run = _held(run, State.COLUMNS, State.CHECKED)
    table = open_table(bytes(run.file.content))
    require(sheet in table.sheets, "table_broken", "Foaia aleasă nu este în fișier.", "sheet")
    match_columns(run, table, sheet=sheet)
    run.state = State.COLUMNS
    run.save()
    return run


@transaction.atomic
def ask_trial(run: Import, columns: dict[str, int], *, by: Any) -> Import:
    """Say what the columns mean, remember it for the next file, and ask a worker to try.

    Refuses: import_moved_on, import_column_missing, import_column_twice.
    """
    run = _held(run, State.COLUMNS, State.CHECKED)
    fields = {field.key: field for field in KINDS[run.kind].fields}
    for field in fields.values():
        require(not field.needed or field.key in columns, "import_column_missing", f"Alegeți coloana pentru „{field.label}”.", field.key)
    for key, column in columns.items():
        twice = next((other for other, place in columns.items() if place == column and other != key), None)
        sentence = f"„{fields[key].label}” și „{fields[twice].label if twice else ''}” nu pot fi aceeași coloană."
        require(twice is None, "import_column_twice", sentence, key)
    rows = open_table(bytes(run.file.content)).first(LOOKED_AT, run.sheet)
    _remember(run.kind, rows[run.head_row] if rows else [], columns)
    run.columns, run.state, run.problem, run.tries, run.asked_at = columns, State.TRIAL, "", 0, timezone.now()
    run.save()
    nudge(tasks.work, run.company_id, run.pk)
    return run


@transaction.atomic
def confirm(run: Import, *, by: Any) -> bool:
    """Let a worker write what the trial said. False when somebody was first. Refuses: import_has_errors, import_nothing_new."""
    require(not run.wrong, "import_has_errors", "Corectați rândurile cu erori în fișier și încărcați-l din nou: se scrie tot sau nimic.")
    require(run.changing, "import_nothing_new", "Fișierul nu aduce nimic nou.")
    now = timezone.now()
    moved = Import.objects.filter(pk=run.pk, state=State.CHECKED, digest=run.digest).update(
        state=State.CONFIRMED, confirmed_by=by, confirmed_at=now, asked_at=now, tries=0, problem=""
    )
    if moved:
        nudge(tasks.work, run.company_id, run.pk)
    return bool(moved)


@transaction.atomic
def ask_undo(run: Import, *, by: Any) -> bool:
    """Let a worker take an import back. False when somebody was first."""
    now = timezone.now()
    moved = Import.objects.filter(pk=run.pk, state=State.DONE).update(state=State.UNDOING, undone_by=by, asked_at=now, tries=0, problem="")
    if moved:
        nudge(tasks.work, run.company_id, run.pk)
    return bool(moved)


@transaction.atomic
def drop(run: Import, *, by: Any) -> bool:
    """Give up an import of which nothing was written. False when it is past that."""
    waiting = Import.objects.filter(pk=run.pk, state__in=[State.COLUMNS, State.CHECKED])
    if not waiting.update(state=State.DROPPED, confirmed_at=None, confirmed_by=None):
        return False
    ImportRow.objects.filter(run=run).delete()
    record_event(run, "dropped", by=by)
    return True


def work(run_id: int) -> None:
    """Do what an import waits for. Called twice, or by two, the second does nothing; what breaks is tried again, three times in all."""
    with transaction.atomic():
        run = _claimed(run_id)
        if run is None:
            return
        run.tries += 1
        if run.tries > MOST_TRIES:
            _give_up(run)
            return
        run.save(update_fields=["tries"])
    for attempt in (1, 2):
        try:
            with transaction.atomic():
                if run := _claimed(run_id):
                    STEPS[State(run.state)](run)
            return
        except IntegrityError:  # a person wrote a twin meanwhile: what is there is looked at again
            if attempt == 2:
                raise
        finally:
            progress.clear(run_id)


def _try(run: Import) -> None:
    """Judge every row and keep the report; nothing else is written."""
    try:
        _report(run, _judged(run, step="Verificăm"))
    except Refused as refusal:
        run.state, run.problem = State.COLUMNS, limit(refusal.message, 500)
    else:
        run.state = State.CHECKED
    run.save()


def _write(run: Import) -> None:
    """Judge again and write, if that is still exactly what was confirmed."""
    kind, former = KINDS[run.kind](), run.digest
    try:
        judged = _judged(run, step="Verificăm", kind=kind)
        if _digest(judged) != former:
            _report(run, judged)
            _not_written(run, MOVED)
            return
        progress.tell(run.pk, "Scriem", 0, 0)
        with transaction.atomic():
            kind.write([each for each in judged if each.outcome in (Outcome.ADDED, Outcome.UPDATED)], run, run.confirmed_by)
    except Refused as refusal:
        _not_written(run, refusal.message)
        return
    _report(run, judged)
    run.digest, run.state = former, State.DONE
    run.save()
    record_event(run, "imported", by=run.confirmed_by, name=run.name, **run.counts)


def _not_written(run: Import, why: str) -> None:
    run.state, run.problem, run.confirmed_at, run.confirmed_by = State.CHECKED, limit(why, 500), None, None
    run.save()


def _undo(run: Import) -> None:
    """Take back all rows, or none with the reason."""
    progress.tell(run.pk, "Anulăm", 0, 0)
    rows = list(run.rows.filter(outcome__in=[Outcome.ADDED, Outcome.UPDATED]).order_by("number"))
    try:
        with transaction.atomic():
            KINDS[run.kind]().undo(rows, run, run.undone_by)
    except Refused as refusal:
        run.state, run.problem, run.undone_by = State.DONE, limit(refusal.message, 500), None
    else:
        run.state, run.undone_at = State.UNDONE, timezone.now()
        record_event(run, "undone", by=run.undone_by, name=run.name)
    run.save()


STEPS = {State.TRIAL: _try, State.CONFIRMED: _write, State.UNDOING: _undo}


def _judged(run: Import, *, step: str, kind: Kind | None = None) -> list[Judged]:
    """What each row of the file would do now."""
    kind = kind or KINDS[run.kind]()
    rows: list[tuple[int, Row]] = []
    for number, row in enumerate(open_table(bytes(run.file.content)).rows(run.sheet), start=1):
        if number > run.head_row + 1 and any(cell != "" for cell in row):
            rows.append((number, row))
    require(rows, "import_empty", "Sub titluri nu este niciun rând. Verificați foaia aleasă.")
    readers = kind.readers(rows, run.columns)
    kind.judge(readers, run, progress.bar(run.pk, step))
    return [reader.judged for reader in readers]


def _report(run: Import, judged: list[Judged]) -> None:
    """Keep what was judged in place of what was kept before."""
    run.rows.all().delete()
    ImportRow.objects.bulk_create(
        [
            ImportRow(
                run=run,
                number=each.number,
                outcome=each.outcome,
                label=each.label,
                problems=each.problems,
                target=each.target,
                before=each.before if each.outcome == Outcome.UPDATED else {},
                after=each.after if each.outcome in (Outcome.ADDED, Outcome.UPDATED) else {},
            )
            for each in judged
        ],
        batch_size=BATCH,
    )
    run.counts = dict(Counter(str(each.outcome.value) for each in judged))
    run.digest = _digest(judged)


def _digest(judged: list[Judged]) -> str:
    """A mark of everything that the rows would do; the key of a row that is new counts for nothing."""
    mark = hashlib.sha256()
    for each in judged:
        target = each.target if each.outcome != Outcome.ADDED else None
        mark.update(json.dumps([each.number, each.outcome, target, each.before, each.after, each.problems], sort_keys=True).encode())
    return mark.hexdigest()


def _claimed(run_id: int) -> Import | None:
    """The import, held until commit; None when it waits for nothing or another worker holds it."""
    held = Import.objects.at_work().select_for_update(of=["self"], skip_locked=True)
    return held.select_related("file", "confirmed_by", "undone_by").filter(pk=run_id).first()


def _give_up(run: Import) -> None:
    back = {State.TRIAL: State.COLUMNS, State.CONFIRMED: State.CHECKED, State.UNDOING: State.DONE}
    run.state, run.problem = back[State(run.state)], BROKE
    if run.state == State.CHECKED:
        run.confirmed_at = run.confirmed_by = None
    run.save()


def _held(run: Import, *states: State) -> Import:
    """The import, held until commit, in one of these states; a worker that holds it is not waited for."""
    found = Import.objects.get(pk=run.pk)
    if not found.is_at_work:
        found = Import.objects.select_for_update(of=["self"]).select_related("file").get(pk=run.pk)
    require(found.state in states, "import_moved_on", "Importul a trecut mai departe între timp. Reîncărcați pagina.")
    return found


def _remember(kind: str, titles: Row, columns: dict[str, int]) -> None:
    """Keep what each title means; one that was left out stays left out."""
    said = {place: key for key, place in columns.items()}
    new = {name: said.get(place, "") for place, name in enumerate(numbered(titles)) if name}
    kept, _ = ImportColumns.objects.select_for_update().get_or_create(kind=kind)
    kept.titles |= new
    kept.save(update_fields=["titles"])
