"""Asking for the PDF of a page that is no document; the page is made here, in the words of the moment, its file by a worker."""

import hashlib

from invoicing.models import Sheet
from invoicing.tasks import render_sheet
from lib.nudge import nudge


def ask_for_sheet(html: str, *, name: str) -> Sheet:
    """The row of this very page, new or not; a worker is woken while it has no file (`name` without ".pdf")."""
    digest = hashlib.sha256(html.encode()).hexdigest()
    row, _ = Sheet.objects.get_or_create(digest=digest, defaults={"name": name[:100], "html": html})
    if row.file_id is None:
        nudge(render_sheet, row.company_id, row.pk)
    return row
