"""The PDFs of a received invoice: our own, and ANAF's. Only workers import this module (WeasyPrint)."""

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from companies.events import store_file
from efactura.inbox.original import xml_of
from efactura.inbox.shown import sheet_of
from efactura.inbox.waiting import LEASE
from efactura.models import ReceivedPdf
from efactura.spv import public
from efactura.spv.client import environment_of_company
from efactura.spv.errors import SpvError
from efactura.spv.values import Standard, Validation
from invoicing.pdf import plain_pdf

NO_PDF = "ANAF nu face PDF din această factură: {reason}"


def render(row: ReceivedPdf) -> None:
    """Make the PDF that a row asks for. Called twice, the second call does nothing; what stands in the way is for the person to read."""
    now = timezone.now()
    if not ReceivedPdf.objects.filter(pk=row.pk, file=None, due_at=row.due_at, due_at__lte=now).update(due_at=now + LEASE):
        return
    try:
        content = _own(row) if row.kind == ReceivedPdf.Kind.OWN else _of_anaf(row)
    except SpvError as error:
        ReceivedPdf.objects.filter(pk=row.pk, file=None).update(due_at=None, problem=error.message[:1000])
        return
    with transaction.atomic():
        file = store_file(content, "application/pdf")
        ReceivedPdf.objects.filter(pk=row.pk, file=None).update(file=file, due_at=None, problem="")


def _own(row: ReceivedPdf) -> bytes:
    return plain_pdf(render_to_string("efactura/received_pdf.html", {"row": row.received, "sheet": sheet_of(row.received)}))


def _of_anaf(row: ReceivedPdf) -> bytes:
    """With ANAF's validation, and without it for what it says no to: the invoice was accepted once."""
    environment_of_company(row.received.environment)
    xml = xml_of(row.received)
    standard: Standard = "CN" if (row.received.content or {}).get("credit_note") else "UBL"
    answer = public.to_pdf(xml, standard)
    if isinstance(answer, Validation):
        answer = public.to_pdf(xml, standard, validate=False)
    if isinstance(answer, Validation):
        raise SpvError(NO_PDF.format(reason="; ".join(answer.messages)[:500]))
    return answer
