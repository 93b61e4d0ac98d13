"""Nomenclatoare › Import: a file, its columns, the trial, the confirmation, the report, the way back."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from companies.access import MONEY, allow
from imports import actions, progress
from imports.forms import ColumnsForm, UploadForm
from imports.kinds.base import Kind
from imports.kinds.registry import KINDS, kind_of
from imports.models import Import, ImportRow, Outcome, State
from imports.words import changes_of
from lib.columns import Field, bare, shown
from lib.errors import Refused
from lib.export import Column, export
from lib.htmx import form_page, is_part
from lib.tables import MOST_BYTES, Cell, open_table

LATEST, ON_PAGE, CHUNK = 30, 100, 2000
ORDER = {Outcome.WRONG: "Erori", Outcome.ADDED: "Se adaugă", Outcome.UPDATED: "Se actualizează", Outcome.SAME: "Neschimbate"}
WRITTEN = {Outcome.ADDED: "Adăugate", Outcome.UPDATED: "Actualizate"}
OUTCOMES = {Outcome.WRONG: "eroare", Outcome.ADDED: "se adaugă", Outcome.UPDATED: "se actualizează", Outcome.SAME: "neschimbat"}
REPORT = [
    Column("Rând", lambda row: row.number, 8),
    Column("Ce se întâmplă", lambda row: OUTCOMES[row.outcome], 18),
    Column("Denumire", lambda row: row.label, 44),
    Column("Coloana", lambda row: "; ".join(column for column, _ in row.problems), 24),
    Column("Motivul", lambda row: " ".join(sentence for _, sentence in row.problems), 70),
    Column("Ce se schimbă", lambda row: "; ".join(changes_of(row)), 60),
]


@allow(MONEY)
@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    """What can be brought in, by section, and what was."""
    role = request.membership.role  # type: ignore[attr-defined]
    kinds = {key: kind for key, kind in KINDS.items() if role in kind.roles}
    sections: dict[str, list[type[Kind]]] = {}
    for kind in kinds.values():
        sections.setdefault(kind.section, []).append(kind)
    runs = Import.objects.select_related("created_by").filter(kind__in=kinds).exclude(state=State.DROPPED).order_by("-id")[:LATEST]
    shown = [{"run": run, "kind": kinds[run.kind]} for run in runs]
    return render(request, "imports/import_list.html", {"sections": sections, "runs": shown})


@allow(MONEY)
@require_GET
def model_file(request: HttpRequest, kind: str) -> FileResponse:
    """An XLSX with our titles and one example row."""
    fields = kind_of(kind).fields
    columns = [Column(field.label, _example(field), max(14, len(field.label) + 2)) for field in fields]
    return export([None], columns, "xlsx", name=f"model-{kind}")


@allow(MONEY)
def import_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a file in; what is too large is refused before it is read."""
    found = kind_of(kind)
    _require_role(request, found)
    form = UploadForm(request.POST or None, request.FILES or None, kind=found, by=request.user)
    if form.is_valid():
        file = form.cleaned_data["file"]
        options = {name: form.cleaned_data.get(name) for name in ("on", "series")}
        with form.refusals():
            content = file.read(MOST_BYTES + 1)
            run = actions.start_import(found, name=file.name, content=content, by=request.user, **options)
            return _page(request, run)
    columns = [{"label": x.label, "needed": x.needed, "shown": shown(x.example), "words": x.words} for x in found.fields]
    return form_page(request, "imports/import_new.html", {"form": form, "kind": found, "columns": columns})


@allow(MONEY)
@require_GET
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the import is now."""
    run = _found(request, pk)
    if run.state == State.COLUMNS:
        return _columns_page(request, run)
    return render(request, "imports/import_page.html", _context(request, run))


@allow(MONEY)
@require_GET
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar, asked for again and again; when the work is over, the whole page."""
    run = _found(request, pk)
    if is_part(request) and not run.is_at_work:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "imports/_bar.html", _context(request, run))


@allow(MONEY)
@require_POST
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    run = _found(request, pk)
    _try(request, lambda: actions.choose_sheet(run, request.POST.get("sheet", "")))
    return _page(request, run)


@allow(MONEY)
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the columns are, then try; also again, before the confirmation."""
    run = _found(request, pk)
    return _columns_page(request, run) if run.state in (State.COLUMNS, State.CHECKED) else _page(request, run)


@allow(MONEY)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    run = _found(request, pk)
    _try(request, lambda: actions.confirm(run, by=request.user))
    return _page(request, run)


@allow(MONEY)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    run = _found(request, pk)
    actions.ask_undo(run, by=request.user)
    return _page(request, run)


@allow(MONEY)
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    run = _found(request, pk)
    if not actions.drop(run, by=request.user):
        return _page(request, run)
    messages.success(request, f"Ați renunțat la importul {run.name}. Nu s-a scris nimic.")
    return redirect("imports:import_list", request.company.pk)  # type: ignore[attr-defined]


@allow(MONEY)
@require_GET
def report(request: HttpRequest, pk: int, fmt: str) -> FileResponse:
    """The report row by row; `?ce=` is one outcome."""
    run = _found(request, pk)
    return export(_rows(request, run).iterator(chunk_size=CHUNK), REPORT, fmt, name=f"raport-import-{run.pk}")


def _example(field: Field) -> Callable[[object], Cell]:
    return lambda _: field.example


def _columns_page(request: HttpRequest, run: Import) -> HttpResponse:
    table = open_table(bytes(run.file.content))
    kind = KINDS[run.kind]
    rows = table.first(actions.LOOKED_AT, run.sheet)
    initial = {key: str(place) for key, place in run.columns.items()}
    form = ColumnsForm(request.POST or None, kind=kind, rows=rows, head_row=run.head_row, initial=initial)
    if form.is_valid():
        with form.refusals():
            actions.ask_trial(run, form.columns, by=request.user)
            return _page(request, run)
    first = [[shown(cell) for cell in row] for row in rows[run.head_row : run.head_row + 4]]
    context = {"form": form, "run": run, "kind": kind, "sheets": table.sheets, "head": run.head_row + 1}
    context |= {"first": first, "twice": _twice(first[0] if first else [])}
    return form_page(request, "imports/columns.html", context)


def _twice(titles: list[str]) -> list[str]:
    """The titles that stand over several columns."""
    counts = Counter(bare(title) for title in titles)
    return list({bare(title): title for title in reversed(titles) if counts[bare(title)] > 1 and bare(title)}.values())


def _context(request: HttpRequest, run: Import) -> dict[str, Any]:
    step, done, whole = progress.of(run.pk)
    asked = request.GET.get("ce", "")
    rows = list(_rows(request, run)[: ON_PAGE + 1]) if not run.is_at_work else []
    for row in rows:
        row.changes = changes_of(row) if row.outcome == Outcome.UPDATED else []
    labels = ORDER | WRITTEN if run.confirmed_at else ORDER
    chips = [(key.value, label, run.counts.get(key, 0), asked == key.value) for key, label in labels.items()]
    return {
        "run": run,
        "kind": _kind(run),
        "step": step,
        "done": done,
        "whole": whole,
        "rows": rows[:ON_PAGE],
        "more": len(rows) > ON_PAGE,
        "chips": chips,
        "asked": asked,
        "total": sum(run.counts.values()),
        "row_url": _kind(run).row_url if run.state == State.DONE else "",
    }


def _rows(request: HttpRequest, run: Import) -> Any:
    """The rows of the report; without a wish errors first, as long as there are some."""
    asked = request.GET.get("ce", "")
    asked = asked or (Outcome.WRONG if run.wrong and "raport" not in request.path else "")
    rows = ImportRow.objects.filter(run=run).order_by("number")
    return rows.filter(outcome=asked) if asked in set(Outcome.values) else rows


def _kind(run: Import) -> type[Kind]:
    return KINDS[run.kind]


def _found(request: HttpRequest, pk: int) -> Import:
    """An import of a kind that this person may bring in."""
    people = ("created_by", "confirmed_by", "undone_by")
    run = get_object_or_404(Import.objects.select_related(*people).filter(kind__in=KINDS), pk=pk)
    _require_role(request, KINDS[run.kind])
    return run


def _require_role(request: HttpRequest, kind: type[Kind]) -> None:
    if request.membership.role not in kind.roles:  # type: ignore[attr-defined]
        raise PermissionDenied


def _page(request: HttpRequest, run: Import) -> HttpResponse:
    return redirect("imports:import_page", request.company.pk, run.pk)  # type: ignore[attr-defined]


def _try(request: HttpRequest, act: Any) -> None:
    """Do it, or say why not on the page that follows."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, refusal.message)
