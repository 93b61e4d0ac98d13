"""Writing down what happened: the submission by compare-and-set, the call that only grows, the history of the document."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from companies.events import record_event
from efactura.models import SpvCall, Status, Submission
from efactura.models.submissions import AWAY
from invoicing.models import Document

LEASE = timedelta(minutes=10)  # more than the time limit of a task: a claim older than this is of a dead worker
LONGEST = 1000
Act, Obstacle = SpvCall.Act, Submission.Obstacle


def move_within(
    submission: Submission,
    source: str,
    target: str,
    *,
    act: str,
    outcome: str,
    verb: str = "",
    by: Any = None,
    obstacle: str = "",
    **fields: Any,
) -> bool:
    """Compare and set the status, with its trace; False, and nothing written, if it was no longer `source`. The caller's transaction
    holds the three together.

    `verb` is the event in the document's history; it bears the index and the outcome.
    """
    outcome = outcome[:LONGEST]
    fields = {"obstacle": obstacle, "message": outcome, **fields}
    if not Submission.objects.all().move(submission.pk, source, target, **fields):
        return False
    for name, value in {**fields, "status": target}.items():
        setattr(submission, name, value)
    note(submission, act, outcome, by=by)
    if verb:
        tell(submission, verb, by=by, reason=outcome)
    return True


def move(submission: Submission, source: str, target: str, **given: Any) -> bool:
    """`move_within` in a transaction of its own."""
    with transaction.atomic():
        return move_within(submission, source, target, **given)


def note(submission: Submission, act: str, outcome: str, *, by: Any = None) -> None:
    SpvCall.objects.create(submission=submission, act=act, outcome=outcome[:LONGEST], index=submission.index, by=by)


def tell(submission: Submission, verb: str, *, by: Any = None, **data: Any) -> None:
    """An event of the document (R22), with revision, environment and index."""
    record_event(
        Document(pk=submission.document_id, company_id=submission.company_id),
        verb,
        by=by,
        revision=submission.revision,
        environment=submission.environment,
        index=submission.index,
        **data,
    )


def hold(submission: Submission) -> bool:
    """Take a due submission for this worker, until it says when to look again. False if another one has it."""
    until = timezone.now() + LEASE
    mine = Submission.objects.filter(pk=submission.pk, status=submission.status, due_at=submission.due_at)
    if mine.update(due_at=until) != 1:
        return False
    submission.due_at = until
    return True


def put_off(submission: Submission, until: datetime, *, obstacle: str, message: str, act: str) -> None:
    """Look again later; the status stays. The same obstacle twice in a row is written down once."""
    new = (submission.obstacle, submission.message) != (obstacle, message[:LONGEST])
    fields = {"due_at": until, "obstacle": obstacle, "message": message[:LONGEST]}
    if Submission.objects.filter(pk=submission.pk, status=submission.status).update(**fields) and new:
        note(submission, act, message)
    submission.due_at, submission.obstacle, submission.message = until, obstacle, message[:LONGEST]


def is_known(environment: str, index: str) -> Submission | None:
    """The submission that has this index."""
    return Submission.objects.filter(environment=environment, index=index).first()


def maybe_there(environment: str) -> Any:
    """Submissions without an index which SPV may have all the same."""
    return Submission.objects.filter(environment=environment, index="", first_upload_at__isnull=False, status__in=[*AWAY, Status.PENDING])
