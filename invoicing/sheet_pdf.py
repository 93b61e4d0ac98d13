"""The PDF of a sheet. Only workers import this module (WeasyPrint)."""

from django.db import transaction
from django.utils import timezone

from companies.events import store_file
from invoicing.models import Sheet
from invoicing.pdf import plain_pdf


def render(row: Sheet) -> None:
    """Make and store the PDF that a row asks for; its page is not needed any more. Called twice, the second call does nothing."""
    if row.file_id:
        return
    content = plain_pdf(row.html)
    with transaction.atomic():
        file = store_file(content, "application/pdf")
        Sheet.objects.filter(pk=row.pk, file=None).update(file=file, made_at=timezone.now(), html="")
