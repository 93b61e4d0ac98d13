"""What workers do for documents: PDFs and e-mails. The rows are the queue; each task may run twice, late, or never."""

from datetime import timedelta

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from companies.scope import company_scope
from invoicing.models import Mail, RenderedPdf

# What a sweep hands out at once. A nudge comes first; rows younger than PATIENCE are left to it.
BATCH, PATIENCE = 300, timedelta(seconds=20)
STUCK_AFTER = timedelta(minutes=10)  # more than the time limit of a task, so nobody can still be at it


@shared_task
def render_pdf(company_id: int, row_id: int) -> None:
    from invoicing.pdf import render  # not at the top: it brings WeasyPrint, and web processes import this module to nudge

    with company_scope(company_id):
        render(RenderedPdf.objects.get(pk=row_id))


@shared_task
def send_mail(company_id: int, mail_id: int) -> None:
    from invoicing.mail import deliver  # as above: it may have to make the PDF

    with company_scope(company_id):
        deliver(Mail.objects.get(pk=mail_id))


@shared_task
def sweep_pdfs() -> None:
    """Hand out the PDFs that no nudge has led to."""
    waiting = RenderedPdf.objects.every_company().filter(file=None, asked_at__lt=timezone.now() - PATIENCE)
    for company_id, row_id in waiting.order_by("id").values_list("company_id", "id")[:BATCH]:
        render_pdf.delay(company_id, row_id)


@shared_task
def sweep_mail() -> None:
    """Hand out the e-mails whose time has come; those left in the middle by a dead worker are given to a person to decide."""
    from invoicing.mail import give_up

    now = timezone.now()
    mails = Mail.objects.every_company().order_by("id")
    due = mails.filter(Q(not_before=None, asked_at__lt=now - PATIENCE) | Q(not_before__lte=now), state=Mail.State.WAITING)
    for company_id, mail_id in due.values_list("company_id", "id")[:BATCH]:
        send_mail.delay(company_id, mail_id)
    for company_id, mail_id in mails.filter(state=Mail.State.SENDING, started_at__lt=now - STUCK_AFTER).values_list("company_id", "id"):
        with company_scope(company_id):
            give_up(Mail.objects.get(pk=mail_id))
