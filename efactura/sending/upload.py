"""Uploading a submission whose turn has come, and what each answer means."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from efactura.actions.xml import document_xml, keep_xml, stored_xml
from efactura.check import problems_in
from efactura.models import Status, Submission
from efactura.sending.records import LEASE, Act, Obstacle, move, move_within, put_off
from efactura.sending.routes import route
from efactura.spv.client import Client
from efactura.spv.errors import Limited, MixedUp, NoAnswer, NoConnection, Refusal, SpvError, Unauthorised
from efactura.spv.tokens import access_token
from efactura.spv.values import Uploaded
from invoicing.actions.issue import lock
from invoicing.models import Document
from lib.words import plural

log = logging.getLogger(__name__)

FIRST_QUESTION = timedelta(seconds=15)  # after an upload: SPV judges most within seconds
FIRST_LOOK_UP = timedelta(minutes=2)  # after a lost answer
# A server that is not there is called again after these minutes, the last of them for ever; five days leave room.
NOT_THERE = [1, 2, 5, 10, 30]
NO_RIGHT = timedelta(minutes=30)  # SPV says no to this firm
NO_WAY_IN = timedelta(minutes=5)  # nothing is called meanwhile, so a new authorisation is found soon
TO_MEND = "rights", "caller"  # kinds of refusal that say nothing of the document: it waits for a person or a newer version


def send(submission: Submission, client: Client) -> None:
    """Upload a pending submission, for which the minute's room is taken. Called twice, the second call does nothing.

    SPV has no idempotency key: what may have arrived becomes `unknown` and is looked up, never uploaded again blindly.
    """
    if submission.status != Status.PENDING:
        return
    try:
        access_token(client.authorisation)  # before the claim: new tokens that did not come say nothing of an upload
    except SpvError as error:
        wait(submission, error, Act.ANSWER)
        return
    claimed = _claim(submission)
    if claimed is None:
        return
    document, xml = claimed
    try:
        uploaded = client.upload(xml, cif=client.identity, counted=True, **route(document, xml)._asdict())
    except NoAnswer as error:
        lost(submission, error.message, error.said)
    except (NoConnection, Limited, Unauthorised, MixedUp, Refusal) as error:
        _not_taken(submission, error)
    else:
        _received(submission, uploaded)


def lost(submission: Submission, reason: str, said: str = "") -> None:
    """Nobody knows whether SPV has it: an answer that did not come, or a worker that died on the way."""
    due = timezone.now() + FIRST_LOOK_UP
    if move(submission, Status.SENDING, Status.UNKNOWN, act=Act.LOST, outcome=reason, verb="spv_unknown", due_at=due, looks=0):
        log.warning("Submission %s: the outcome of its upload is unknown (%s)", submission.pk, said or reason)


@transaction.atomic
def _claim(submission: Submission) -> tuple[Document, bytes] | None:
    """Freeze the bytes, write that they are about to leave, and commit: only then is anybody called. None when they do not leave.

    The document is held, so that no revision comes between what is judged and what is claimed.
    """
    document = lock(Document(pk=submission.document_id))
    if not document.is_issued or (document.revision != submission.revision and submission.first_upload_at is None):
        outcome = "Factura s-a schimbat sau a fost anulată înainte să plece."
        move_within(submission, Status.PENDING, Status.DROPPED, act=Act.DECISION, outcome=outcome, due_at=None)
        return None
    made = submission.xml or stored_xml(document)
    xml = bytes(made.file.content) if made else document_xml(document)
    if submission.xml is None and not _is_good(submission, document, xml):
        return None
    made = made or keep_xml(document, xml)
    now = timezone.now()
    fields = {"started_at": now, "first_upload_at": submission.first_upload_at or now, "due_at": now + LEASE, "looks": 0}
    tries = submission.uploads + 1
    outcome = f"Încărcarea {tries}: {made.file.size} octeți, SHA-256 {made.sha256}."
    fields |= {"xml": made, "sha256": made.sha256, "uploads": F("uploads") + 1}
    if not move_within(submission, Status.PENDING, Status.SENDING, act=Act.UPLOAD, outcome=outcome, verb="spv_try", **fields):
        return None
    submission.uploads = tries
    return document, xml


def _is_good(submission: Submission, document: Document, xml: bytes) -> bool:
    """What ANAF would refuse does not leave: it waits with what was found, until a person mends it (R26)."""
    problems = problems_in(document, xml)
    if not problems:
        return True
    found = [f"{problem.message} ({problem.code})" if problem.code else problem.message for problem in problems]
    outcome = f"ANAF ar respinge-o: {plural(len(found), 'lucru', 'lucruri')} de corectat."
    move_within(submission, Status.PENDING, Status.HELD, act=Act.HELD, outcome=outcome, verb="spv_held", due_at=None, findings=found[:50])
    return False


def _received(submission: Submission, uploaded: Uploaded) -> None:
    now = timezone.now()
    submission.index = uploaded.index
    move(
        submission,
        Status.SENDING,
        Status.SENT,
        act=Act.ANSWER,
        outcome=f"Primită de SPV cu index {uploaded.index}.",
        verb="spv_sent",
        index=uploaded.index,
        sent_at=now,
        due_at=now + FIRST_QUESTION,
        looks=0,
    )


def _not_taken(submission: Submission, error: Exception) -> None:
    """SPV certainly has nothing: the submission waits in line, unless the document itself was refused."""
    now = timezone.now()
    message = getattr(error, "message", "")
    if isinstance(error, Refusal):
        message = f"{message} ANAF: {error.text}"
        if error.kind not in TO_MEND:
            move(
                submission,
                Status.SENDING,
                Status.REFUSED,
                act=Act.ANSWER,
                outcome=message,
                verb="spv_refused",
                due_at=None,
                settled_at=now,
                findings=[error.text],
            )
            return
    until, obstacle = wait_for(error, submission.uploads)
    move(submission, Status.SENDING, Status.PENDING, act=Act.ANSWER, outcome=message, verb="", due_at=until, obstacle=obstacle)


def wait_for(error: Exception, tries: int) -> tuple[datetime, str]:
    """When to go on, and what stands in the way."""
    now = timezone.now()
    if isinstance(error, Limited):
        return max(error.until, now + timedelta(seconds=1)), Obstacle.LIMIT
    if isinstance(error, Unauthorised | MixedUp | Refusal):
        return now + (NO_RIGHT if isinstance(error, Refusal) else NO_WAY_IN), Obstacle.AUTHORISATION
    return now + timedelta(minutes=NOT_THERE[min(tries, len(NOT_THERE)) - 1]), Obstacle.CONNECTION


def wait(submission: Submission, error: Exception, act: str) -> None:
    """A question that got no answer: the state is unchanged, it is asked again later."""
    until, obstacle = wait_for(error, max(submission.looks, 1))
    put_off(submission, until, obstacle=obstacle, message=getattr(error, "message", ""), act=act)
