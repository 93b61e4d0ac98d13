"""What workers do for documents: PDFs, e-mails, reminders, recurring invoices. Rows are the queue; a task may run twice, late, or never."""

from datetime import timedelta
from itertools import groupby
from operator import itemgetter

from celery import shared_task
from django.db.models import Q, QuerySet
from django.utils import timezone

from companies.models import Company
from companies.scope import company_scope
from invoicing.models import Mail, RecurringPlan, RenderedPdf, SendingSettings, SeriesDecision, SeriesFinding, Sheet, StatusChange
from lib.dates import bucharest_today

# What a sweep hands out at once. A nudge comes first; rows younger than PATIENCE are left to it.
BATCH, PATIENCE = 300, timedelta(seconds=20)
STUCK_AFTER = timedelta(minutes=10)  # more than the time limit of a task, so nobody can still be at it
# Recurring invoices go out in tasks of so many plans; what is not begun until the next sweep is handed out again by it.
PLANS, EXPIRES = 50, 290  # seconds


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
def render_decision(company_id: int, decision_id: int) -> None:
    from invoicing.decision_pdf import render  # as above: WeasyPrint

    with company_scope(company_id):
        render(SeriesDecision.objects.get(pk=decision_id))


@shared_task
def render_sheet(company_id: int, sheet_id: int) -> None:
    from invoicing.sheet_pdf import render  # as above: WeasyPrint

    with company_scope(company_id):
        render(Sheet.objects.get(pk=sheet_id))


def both_ends(waiting: QuerySet) -> list[tuple[int, int]]:
    """(company, key) of the oldest and the newest rows: whatever fails each time at one end keeps nobody waiting at the other."""
    keys = waiting.values_list("company_id", "id")
    return list(dict.fromkeys([*keys.order_by("id")[: BATCH // 2], *keys.order_by("-id")[: BATCH // 2]]))


@shared_task
def sweep_pdfs() -> None:
    """Hand out the PDFs that no nudge has led to."""
    waiting = RenderedPdf.objects.every_company().filter(file=None, asked_at__lt=timezone.now() - PATIENCE)
    for company_id, row_id in both_ends(waiting):
        render_pdf.delay(company_id, row_id)
    decisions = SeriesDecision.objects.every_company().filter(file=None, asked_at__lt=timezone.now() - PATIENCE)
    for company_id, row_id in both_ends(decisions):
        render_decision.delay(company_id, row_id)
    sheets = Sheet.objects.every_company().filter(file=None, asked_at__lt=timezone.now() - PATIENCE)
    for company_id, row_id in both_ends(sheets):
        render_sheet.delay(company_id, row_id)


@shared_task
def sweep_mail() -> None:
    """Hand out the e-mails whose time has come; those left in the middle by a dead worker are given to a person to decide."""
    from invoicing.mail import give_up

    now = timezone.now()
    mails = Mail.objects.every_company().order_by("id")
    due = mails.filter(Q(not_before=None, asked_at__lt=now - PATIENCE) | Q(not_before__lte=now), state=Mail.State.WAITING)
    for company_id, mail_id in both_ends(due):
        send_mail.delay(company_id, mail_id)
    for company_id, mail_id in mails.filter(state=Mail.State.SENDING, started_at__lt=now - STUCK_AFTER).values_list("company_id", "id"):
        with company_scope(company_id):
            give_up(Mail.objects.get(pk=mail_id))


@shared_task
def sweep_reminders() -> None:
    """Hand out the companies that remind their clients and have not done it today; each looks whether its hour has come."""
    today = bucharest_today()
    on = SendingSettings.objects.every_company().filter(Q(reminded_on=None) | Q(reminded_on__lt=today), reminders_on=True)
    for company_id in on.order_by("company_id").values_list("company_id", flat=True):
        remind_clients.delay(company_id)


@shared_task
def remind_clients(company_id: int) -> None:
    from invoicing.actions.reminding import remind  # not at the top: actions import this module to nudge

    with company_scope(company_id):
        remind(timezone.now())


@shared_task
def sweep_recurring() -> None:
    """Hand out every plan that is due, of all companies, after applying the changes of status whose day has come."""
    sweep_status_changes()
    due = RecurringPlan.objects.every_company().due(bucharest_today()).order_by("look_on", "company_id", "id")
    batch: list[tuple[int, int]] = []
    for pair in due.values_list("company_id", "id").iterator(chunk_size=1000):
        batch.append(pair)
        if len(batch) == PLANS:
            issue_plans.apply_async((batch,), expires=EXPIRES)
            batch = []
    if batch:
        issue_plans.apply_async((batch,), expires=EXPIRES)


@shared_task
def issue_plans(pairs: list[tuple[int, int]], together: bool = True) -> None:
    """Issue what is due of some plans, (company, plan) each: those of one company together, then what that left, one by one.

    What breaks fails loudly, and the rest goes on in a task of its own: after a broken batch each plan by itself.
    """
    from invoicing.actions.recurring_together import run_together  # not at the top: actions import this module to nudge

    left = list(pairs)
    try:
        if together:
            for company_id, those in groupby(pairs, key=itemgetter(0)):
                with company_scope(company_id):
                    run_together([plan_id for _, plan_id in those], on=bucharest_today())
            due = RecurringPlan.objects.every_company().due(bucharest_today()).filter(pk__in=[plan_id for _, plan_id in pairs])
            left = list(due.order_by("company_id", "id").values_list("company_id", "id"))
        while left:
            issue_plan(*left.pop(0))
    finally:
        if left:
            issue_plans.apply_async((left,), {"together": False}, expires=EXPIRES)


@shared_task
def issue_plan(company_id: int, plan_id: int) -> None:
    from invoicing.actions.recurring_runs import run_due  # not at the top: actions import this module to nudge

    with company_scope(company_id):
        run_due(plan_id, on=bucharest_today())


@shared_task
def sweep_status_changes() -> None:
    """Stop what the changes of status that have come into force must stop, and hand out the e-mails that wait."""
    from invoicing.actions.vat_status import apply_changes

    today, now = bucharest_today(), timezone.now()
    changes = StatusChange.objects.every_company().order_by("id")
    for company_id in changes.filter(applied_at=None, since__lte=today).values_list("company_id", flat=True).distinct():
        with company_scope(company_id):
            apply_changes(today)
    for company_id, change_id in changes.filter(mail_due__lte=now - PATIENCE).values_list("company_id", "id"):
        mail_stopped.delay(company_id, change_id)


@shared_task
def mail_stopped(company_id: int, change_id: int) -> None:
    from invoicing.status_mail import send

    with company_scope(company_id):
        send(StatusChange.objects.get(pk=change_id))


@shared_task
def check_recurring() -> None:
    """Prove that no active recurrence is older than the VAT status; say loudly if one is."""
    from invoicing.checks import report

    report(bucharest_today())


@shared_task
def check_series() -> None:
    """Watch the series of every company, each in a task of its own."""
    for company_id in Company.objects.order_by("pk").values_list("pk", flat=True):
        watch_series.delay(company_id)


@shared_task
def watch_series(company_id: int) -> None:
    from invoicing.series_alarm import note

    with company_scope(company_id):
        if note(bucharest_today()):
            mail_findings.delay(company_id)


@shared_task
def sweep_findings() -> None:
    """Hand out the e-mails about series that wait."""
    waiting = SeriesFinding.objects.every_company().filter(mail_due__lte=timezone.now() - PATIENCE)
    for company_id in waiting.order_by("company_id").values_list("company_id", flat=True).distinct():
        mail_findings.delay(company_id)


@shared_task
def mail_findings(company_id: int) -> None:
    from invoicing.series_alarm import send

    with company_scope(company_id):
        send()
