"""Files of banks: taken in, their columns told when they are not known, given back as they came."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from bank.actions import add_statement, book_exact, remember_columns
from bank.forms import ColumnsForm, SettingsForm, UploadForm
from bank.models import BankSettings, Statement, StatementLine
from bank.readers.table import LOOKED_AT, likely_head, titles_key
from companies.access import MONEY, READ, allow
from companies.events import store_file
from companies.models import StoredFile
from lib.files import CSV, XLSX
from lib.htmx import form_page
from lib.tables import MOST_BYTES, open_table
from lib.words import plural

ENDINGS = {"mt940": "sta", "camt053": "xml"}


@allow(MONEY)
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file, account = form.cleaned_data["file"], form.cleaned_data["account"]
        with form.refusals():
            content = file.read(MOST_BYTES + 1)
            return _added(request, content, file.name, account)
    last = Statement.objects.select_related("by").order_by("-id")[:20]
    return form_page(request, "bank/upload.html", {"form": form, "last": last})


@allow(MONEY)
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the columns of a file are; it is read right after."""
    file = get_object_or_404(StoredFile, pk=pk, media_type__in=(CSV, XLSX))
    content = bytes(file.content)
    table = open_table(content)
    rows = table.first(LOOKED_AT)
    head = likely_head(rows)
    form = ColumnsForm(request.POST or None, titles=rows[head])
    if form.is_valid():
        with form.refusals():
            remember_columns(titles_key(rows[head]), form.columns)
            return _added(request, content, request.GET.get("nume", "extras"), request.GET.get("cont", ""))
    return form_page(request, "bank/columns.html", {"form": form, "first": rows[head : head + 4]})


@allow(MONEY)
def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=BankSettings.objects.first())
    if form.is_valid():
        form.save()
        messages.success(request, "Am salvat.")
        return redirect("bank:statement_list", request.company.pk)
    return form_page(request, "bank/settings.html", {"form": form})


@allow(READ)
@require_GET
def statement_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as the bank gave it."""
    statement = get_object_or_404(Statement.objects.select_related("file"), pk=pk)
    if not statement.file.size:
        raise Http404
    response = HttpResponse(bytes(statement.file.content), content_type="application/octet-stream")
    ending = ENDINGS.get(statement.form) or ("xlsx" if statement.file.media_type == XLSX else "csv")
    response["Content-Disposition"] = f'attachment; filename="extras-{statement.pk}.{ending}"'
    return response


def _added(request: Any, content: bytes, name: str, account: str) -> HttpResponse:
    """Keep the file; to its movements, or first to its columns."""
    made = add_statement(content, name=name, account=account, by=request.user)
    if made is None:
        file = store_file(content, XLSX if content.startswith(b"PK") else CSV)
        response = redirect("bank:columns", request.company.pk, file.pk)
        response["Location"] += "?" + urlencode({"nume": name, "cont": account})
        return response
    added, repeated = sum(one.added for one in made), sum(one.repeated for one in made)
    booked = book_exact(StatementLine.objects.filter(statement__in=made).order_by("pk"), by=request.user)
    parts = [f"Am adăugat {plural(added, 'mișcare', 'mișcări')}."]
    parts += [f"{plural(repeated, 'era', 'erau')} deja aici."] if repeated else []
    parts += [f"Înregistrate singure: {booked}."] if booked else []
    messages.success(request, " ".join(parts))
    return redirect("bank:statement_list", request.company.pk)
