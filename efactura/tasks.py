"""What workers do for e-Factura. The rows are the queue; each task may run twice, late, or never."""

from typing import Any

from celery import shared_task
from celery.utils.time import maybe_iso8601
from django.db.models import Count
from django.utils import timezone

from companies.scope import company_scope
from efactura.models import (
    Access,
    Authorisation,
    BuyerMessage,
    InboxReading,
    ProofSheet,
    ReceivedMessage,
    ReceivedPdf,
    Settings,
    Status,
    Submission,
)
from invoicing.models import Document

# Submissions go out in tasks of so many; what is not begun until the next sweep is handed out again by it.
BATCH, MOST, EXPIRES = 25, 2000, 55  # rows of a task, rows of a sweep, seconds
MOST_QUESTIONS = 1000  # about the uploads of one company in one task
FULL_MINUTE = 5  # seconds after which what found no room in ANAF's minute is looked at again
TIME_LIMIT = 600  # seconds; a task begins nothing new after `sending.work.ENOUGH`


@shared_task
def sweep_submissions() -> None:
    """Put in line what was issued, and hand out every submission for which there is something to do now, of all companies."""
    for company_id in Settings.objects.every_company().filter(sending_since__isnull=False).values_list("company_id", flat=True):
        enrol.apply_async((company_id,), expires=EXPIRES)
    for company_id, key in ProofSheet.objects.every_company().filter(file=None).values_list("company_id", "pk")[:BATCH]:
        render_proof.apply_async((company_id, key), expires=EXPIRES)
    due = Submission.objects.every_company().due(timezone.now())
    lost = due.filter(status=Status.SENDING).values_list("company_id", flat=True).distinct()
    for company_id in lost:
        give_back.apply_async((company_id,), expires=EXPIRES)
    for row in due.filter(status=Status.SENT).order_by().values("company_id").annotate(count=Count("pk")):
        follow.apply_async((row["company_id"],), expires=EXPIRES)
    rest = due.exclude(status__in=[Status.SENDING, Status.SENT]).order_by("due_at", "id").values_list("company_id", "pk")[:MOST]
    by_company: dict[int, list[int]] = {}
    for company_id, key in rest:
        by_company.setdefault(company_id, []).append(key)
    for company_id, keys in by_company.items():
        _hand_out(company_id, keys)


@shared_task
def enrol(company_id: int) -> None:
    """Put in line what was issued, and let what has to leave at once leave now: the next sweep is a minute away."""
    from efactura.actions.submit import enrol_new  # not at the top: actions import this module to nudge

    with company_scope(company_id):
        keys = [made.pk for made in enrol_new() if made.is_due_soon]
    _hand_out(company_id, keys)


@shared_task
def enrol_one(company_id: int, key: int) -> None:
    """A nudge for an invoice just issued."""
    from efactura.actions import submit

    with company_scope(company_id):
        made = submit.enrol_one(Document.objects.get(pk=key))
    if made and made.is_due_soon:
        _hand_out(company_id, [made.pk])


@shared_task
def give_back(company_id: int) -> None:
    from efactura.sending.work import give_back_lost

    with company_scope(company_id):
        give_back_lost()


@shared_task(time_limit=TIME_LIMIT)
def follow(company_id: int) -> None:
    from efactura.sending.work import follow_all

    with company_scope(company_id):
        settled = follow_all(MOST_QUESTIONS)
    _hand_out(company_id, settled)


@shared_task(bind=True, time_limit=TIME_LIMIT)
def work(self: Any, company_id: int, keys: list[int]) -> None:
    """The next step of these submissions; what finds no room in the minute is tried again, until the next sweep hands it out anew.

    What was uploaded is asked about as soon as SPV may have judged it.
    """
    from efactura.sending.work import first_question
    from efactura.sending.work import work as take

    with company_scope(company_id):
        left = take(keys)
        question = first_question(keys)
    given = self.request.expires  # a text once it has been through the broker
    rest = (maybe_iso8601(given) - timezone.now()).total_seconds() if isinstance(given, str) else EXPIRES
    if left and rest > FULL_MINUTE:
        work.apply_async((company_id, left), countdown=FULL_MINUTE, expires=rest)
    if question:
        wait = (question - timezone.now()).total_seconds() + 1
        follow.apply_async((company_id,), countdown=max(wait, 1), expires=max(wait, 1) + EXPIRES)


@shared_task(time_limit=TIME_LIMIT)
def work_on(company_id: int, key: int) -> None:
    """A nudge for one submission."""
    work(company_id, [key])


def _hand_out(company_id: int, keys: list[int]) -> None:
    for first in range(0, len(keys), BATCH):
        work.apply_async((company_id, keys[first : first + BATCH]), expires=EXPIRES)


@shared_task
def check_foreign_uploads() -> None:
    """Hand out the daily look for uploads that this installation did not make (R23)."""
    for company_id in Settings.objects.every_company().filter(sending_since__isnull=False).values_list("company_id", flat=True):
        check_foreign_of.delay(company_id)


@shared_task(time_limit=TIME_LIMIT)
def check_foreign_of(company_id: int) -> None:
    from efactura.sending.work import look_for_foreign

    with company_scope(company_id):
        look_for_foreign()


@shared_task
def render_proof(company_id: int, key: int) -> None:
    from efactura.proof import render  # not at the top: it brings WeasyPrint

    with company_scope(company_id):
        render(ProofSheet.objects.get(pk=key))


@shared_task
def sweep_inbox() -> None:
    """Hand out every company's inbox that has something due: the list of the hour, downloads, messages; and PDFs that wait."""
    now = timezone.now()
    begun = InboxReading.objects.every_company().values_list("company_id", "environment")
    ways_in = Access.objects.every_company().filter(authorisation__isnull=False).values_list("company_id", "environment")
    for company_id in {company_id for company_id, _ in set(ways_in) - set(begun)}:
        enrol_inbox.apply_async((company_id,), expires=EXPIRES)
    companies: set[int] = set(InboxReading.objects.every_company().filter(next_at__lte=now).values_list("company_id", flat=True))
    for model in (ReceivedMessage, BuyerMessage):
        companies |= set(model.objects.every_company().filter(due_at__lte=now).order_by().values_list("company_id", flat=True).distinct())
    for company_id in sorted(companies):
        work_inbox.apply_async((company_id,), expires=EXPIRES)
    for company_id, key in ReceivedPdf.objects.every_company().filter(due_at__lte=now).values_list("company_id", "pk")[:BATCH]:
        render_received.apply_async((company_id, key), expires=EXPIRES)


@shared_task
def enrol_inbox(company_id: int) -> None:
    from efactura.inbox.reading import enrol

    with company_scope(company_id):
        enrol()


@shared_task(time_limit=TIME_LIMIT)
def work_inbox(company_id: int) -> None:
    from efactura.inbox.work import work as work_on_inbox

    with company_scope(company_id):
        work_on_inbox()


@shared_task(time_limit=TIME_LIMIT)
def render_received(company_id: int, key: int) -> None:
    from efactura.inbox.paper import render  # not at the top: it brings WeasyPrint

    with company_scope(company_id):
        render(ReceivedPdf.objects.select_related("received").get(pk=key))


@shared_task
def sweep_authorisations() -> None:
    """Hand out every authorisation, hourly: there are few, and each needs new tokens or an announcement in its own time."""
    for key in Authorisation.objects.order_by("pk").values_list("pk", flat=True):
        look_after_authorisation.apply_async((key,), expires=3500)


@shared_task
def look_after_authorisation(key: int) -> None:
    from efactura.announce import look_after  # not at the top: web processes import this module to nudge

    if authorisation := Authorisation.objects.select_related("user").filter(pk=key).first():
        look_after(authorisation)
