"""*Dovada transmiterii*: every try and answer of an invoice, with its time, on paper. Only workers import this module (WeasyPrint)."""

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from companies.events import store_file
from companies.models import Company
from efactura.models import ProofSheet, SpvCall, Submission
from invoicing.models import Document
from invoicing.pdf import plain_pdf


def render(row: ProofSheet) -> None:
    """Make and store the sheet that a row asks for. Called twice, the second call does nothing."""
    if row.file_id:
        return
    content = plain_pdf(sheet_html(row))
    with transaction.atomic():
        file = store_file(content, "application/pdf")
        ProofSheet.objects.filter(pk=row.pk, file=None).update(file=file)


def sheet_html(row: ProofSheet) -> str:
    """The sheet as it stood at its last call."""
    document = Document.objects.get(pk=row.document_id)
    submissions = list(Submission.objects.filter(document=document).select_related("archive").defer("archive__content").order_by("id"))
    calls = SpvCall.objects.filter(submission__document=document, pk__lte=row.last_call).select_related("submission", "by")
    context = {
        "document": document,
        "company": Company.objects.get(pk=row.company_id),
        "submissions": submissions,
        "calls": calls,
        "made_at": timezone.now(),
    }
    return render_to_string("efactura/proof.html", context)
