"""The PDF of a sheet: served when a worker has made it, waited for until then."""

import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from companies.access import READ, allow
from companies.models import StoredFile
from invoicing.models import Sheet

WAIT, STEP = 4.0, 0.15  # seconds that a request waits for a PDF, and between two looks


@allow(READ)
@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A PDF that was asked for; until it is made, a page that looks again."""
    return sheet_file(request, get_object_or_404(Sheet, pk=pk))


def made(row: Sheet) -> bool:
    """Whether a worker makes the file while we wait."""
    deadline = time.monotonic() + WAIT
    while row.file_id is None and time.monotonic() < deadline:
        time.sleep(STEP)
        row.refresh_from_db(fields=["file"])
    return row.file_id is not None


def sheet_file(request: Any, row: Sheet) -> HttpResponse:
    """The file, or the page that waits for it."""
    waiting = reverse("invoicing:sheet", args=(request.company.pk, row.pk))
    if not made(row):
        return render(request, "invoicing/sheet_wait.html", {"sheet": row}, status=202) if request.path == waiting else redirect(waiting)
    name = content_disposition_header("download" in request.GET, f"{row.name}.pdf")
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-cache"}
    return HttpResponse(bytes(StoredFile.objects.get(pk=row.file_id).content), content_type="application/pdf", headers=headers)
