"""PDFs that workers make: answered when they are there, and until then a page that looks again."""

import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from cashbook.models import CashPrint
from companies.access import READ, allow
from companies.models import StoredFile

WAIT, STEP = 4.0, 0.15  # seconds that a request waits for a PDF, and between two looks


@allow(READ)
@require_GET
def print_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A PDF that was asked for; until it is made, a page that looks again."""
    return answer_print(request, get_object_or_404(CashPrint, pk=pk))


def answer_print(request: Any, row: CashPrint) -> HttpResponse:
    """The PDF, when a worker makes it while we wait; otherwise the page that waits."""
    deadline = time.monotonic() + WAIT
    while row.file_id is None and time.monotonic() < deadline:
        time.sleep(STEP)
        row.refresh_from_db(fields=["file"])
    waiting = reverse("cashbook:print_file", args=(request.company.pk, row.pk))
    if row.file_id is None:
        return render(request, "cashbook/print_wait.html", {"print": row}, status=202) if request.path == waiting else redirect(waiting)
    name = content_disposition_header("download" in request.GET, f"{row.name}.pdf")
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-cache"}
    return HttpResponse(bytes(StoredFile.objects.get(pk=row.file_id).content), content_type="application/pdf", headers=headers)
