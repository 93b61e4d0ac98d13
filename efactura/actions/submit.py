"""Putting invoices in line for SPV, and what a person decides about them."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone

from efactura import tasks
from efactura.actions.xml import xml_of
from efactura.models import ForeignUpload, ProofSheet, Settings, Status, Submission
from efactura.models.submissions import SpvCall
from efactura.sending.records import move, note, tell
from efactura.terms_of_law import deadline, exempt_reason
from invoicing.actions.issue import lock
from invoicing.models import Document
from invoicing.types import E_INVOICES
from lib.errors import Refused, require
from lib.nudge import nudge

AT_ONCE = 500  # of a company in one sweep; those after them come with the next
JUST_ISSUED = timedelta(minutes=5)  # while somebody may be looking at the page, waiting for what happens
LOOK_BACK = timedelta(days=60)  # an invoice may bear an earlier date than the day of its issue
INDEX = re.compile(r"\d{1,20}")
Act, Origin = SpvCall.Act, Submission.Origin


def enrol_new() -> list[Submission]:
    """Put in line what the company issued or revised since it began to send, and what nobody has put there yet.

    A revision of an invoice that SPV has or may have is not put in line: only a person sends a second time (R23).
    """
    settings = Settings.of_company()
    if settings.sending_since is None:
        return []
    documents = list(_fresh(settings.sending_since).order_by("issue_date", "id")[:AT_ONCE])
    documents += [former.document for former in _revised(settings)[:AT_ONCE]]
    return [made for document in documents if (made := _put(document, settings))]


def enrol_one(document: Document) -> Submission | None:
    """Put one invoice in line as `enrol_new` would; None when it has its place already, or none is due to it."""
    settings = Settings.of_company()
    if settings.sending_since is None or not _fresh(settings.sending_since).filter(pk=document.pk).exists():
        return None
    return _put(document, settings)


def awaits_its_turn(document: Document) -> bool:
    """Whether an invoice just issued is about to be put in line, and nobody needs to wait for the next sweep: a worker is woken."""
    settings = Settings.of_company()
    if settings.sending_since is None or document.issued_at is None or document.submissions.exists():
        return False
    if not document.is_issued or document.issued_at < max(settings.sending_since, timezone.now() - JUST_ISSUED):
        return False
    nudge(tasks.enrol_one, document.company_id, document.pk)
    return True


@transaction.atomic
def send_now(document: Document, *, by: Any, again: bool = False) -> Submission:
    """Put an invoice in line to leave at once, whatever the company's settings. Two clicks are one.

    `again` is a person's explicit wish for a second index, after a warning (R23). Refuses: document_not_issued, not_an_invoice,
    submission_under_way, already_accepted, second_index_not_confirmed.
    """
    document = _held(document)
    settings = Settings.of_company()
    latest = _latest(document, settings.environment)
    now = timezone.now()
    if latest and latest.revision == document.revision:
        if latest.status in (Status.PENDING, Status.HELD, Status.EXEMPT):
            return _hurry(latest, by=by)
        require(latest.status != Status.ACCEPTED, "already_accepted", "Factura este deja acceptată de ANAF și nu se trimite a doua oară.")
    require(
        latest is None or latest.status not in (Status.SENDING, Status.UNKNOWN, Status.BY_HAND, Status.SENT),
        "submission_under_way",
        "O trimitere a acestei facturi este încă în lucru. Așteptați să se încheie.",
    )
    second = latest is not None and (latest.status == Status.ACCEPTED or _may_be_there(latest))
    require(
        again or not second,
        "second_index_not_confirmed",
        "O formă anterioară a facturii este deja în SPV. Confirmați că trimiteți din nou: va avea un al doilea index.",
        "again",
    )
    submission = _new(document, settings.environment, latest, by=by, due_at=now, deliberate=second)
    _nudge(submission)
    return submission


def send_many(documents: list[Document], *, by: Any) -> tuple[int, int]:
    """`send_now` for each that may leave; those that are refused stay as they are. How many left, how many stayed."""
    left = stayed = 0
    for document in documents:
        try:
            send_now(document, by=by)
            left += 1
        except Refused:
            stayed += 1
    return left, stayed


@transaction.atomic
def resend(submission: Submission, *, by: Any) -> Submission:
    """A person decided: the very bytes whose fate is unknown are uploaded once more. Refuses: submission_not_undecided."""
    submission = _undecided(submission)
    outcome = "Retrimitere hotărâtă de o persoană, după ce factura nu a fost găsită în SPV."
    now = timezone.now()
    move(
        submission,
        submission.status,
        Status.PENDING,
        act=Act.DECISION,
        outcome=outcome,
        verb="spv_resent",
        by=by,
        due_at=now,
        looks=0,
    )
    _nudge(submission)
    return submission


@transaction.atomic
def give_up(submission: Submission, *, by: Any) -> Submission:
    """A person takes a submission out of the line; what was uploaded of it stays in the history.

    Refuses: submission_not_droppable.
    """
    submission = _locked(submission)
    require(
        submission.status in (Status.PENDING, Status.HELD, Status.BY_HAND),
        "submission_not_droppable",
        "Trimiterea este în lucru sau încheiată; nu mai poate fi scoasă.",
    )
    move(
        submission,
        submission.status,
        Status.DROPPED,
        act=Act.DECISION,
        outcome="Scoasă de la trimitere.",
        verb="spv_dropped",
        by=by,
        due_at=None,
    )
    return submission


@transaction.atomic
def record_manual_upload(document: Document, *, index: str, by: Any) -> Submission:
    """Take over the index of an upload made by hand in the portal; SPV is asked what became of it.

    Refuses: document_not_issued, not_an_invoice, index_invalid, index_known, already_accepted, submission_under_way.
    """
    document = _held(document)
    index = index.strip()
    require(INDEX.fullmatch(index), "index_invalid", "Indexul de încărcare are doar cifre; îl găsiți în SPV.", "index")
    environment = Settings.of_company().environment
    other = Submission.objects.filter(environment=environment, index=index).select_related("document").first()
    require(other is None, "index_known", f"Indexul {index} este deja al facturii {other.document.label if other else ''}.", "index")
    latest = _latest(document, environment)
    if latest and latest.status in (Status.UNKNOWN, Status.BY_HAND) and latest.revision == document.revision:
        return _take_index(latest, index, by)
    same = latest if latest and latest.revision == document.revision else None
    require(not same or same.status != Status.ACCEPTED, "already_accepted", "Factura este deja acceptată de ANAF.")
    require(
        latest is None or latest.status not in (Status.SENDING, Status.SENT, Status.UNKNOWN, Status.BY_HAND),
        "submission_under_way",
        "O trimitere a acestei facturi este încă în lucru. Așteptați să se încheie.",
    )
    made = xml_of(document)
    second = latest is not None and (latest.status == Status.ACCEPTED or _may_be_there(latest))
    now = timezone.now()
    fields = {"status": Status.SENT, "index": index, "sent_at": now, "xml": made, "sha256": made.sha256, "origin": Origin.MANUAL}
    submission = _new(document, environment, latest, by=by, due_at=now, deliberate=second, **fields)
    tell(submission, "spv_manual", by=by)
    _nudge(submission)
    return submission


@transaction.atomic
def ask_now(submission: Submission) -> None:
    """Let a worker look at once at what it would look at later."""
    now = timezone.now()
    waiting = Submission.objects.filter(pk=submission.pk, status__in=[Status.SENT, Status.UNKNOWN], due_at__gt=now)
    waiting = waiting.exclude(obstacle=Submission.Obstacle.LIMIT)
    if waiting.update(due_at=now):
        _nudge(submission)


@transaction.atomic
def ask_for_proof(document: Document) -> ProofSheet:
    """The proof sheet of what was tried until now; a worker makes it, once. Refuses: nothing_sent."""
    last = SpvCall.objects.filter(submission__document=document).aggregate(last=Max("pk"))["last"]
    require(last, "nothing_sent", "Factura nu a fost încă pusă la trimitere, așa că nu are dovadă.")
    row, made = ProofSheet.objects.get_or_create(document=document, last_call=last)
    if made:
        nudge(tasks.render_proof, row.company_id, row.pk)
    return row


@transaction.atomic
def mark_seen(upload: ForeignUpload, *, by: Any) -> None:
    """Somebody has read that an upload was made elsewhere; it stays written down."""
    ForeignUpload.objects.filter(pk=upload.pk, seen_at=None).update(seen_at=timezone.now(), seen_by=by)


def plan(settings: Settings, issued_at: datetime) -> datetime | None:
    """When an invoice issued at this moment leaves; None when a person sends it."""
    match settings.sending:
        case Settings.Sending.AT_ONCE:
            return issued_at
        case Settings.Sending.DELAY:
            return issued_at + timedelta(minutes=settings.delay_minutes)
        case Settings.Sending.AT_HOUR:
            local = timezone.localtime(issued_at)
            at = local.replace(hour=settings.send_hour, minute=0, second=0, microsecond=0)
            return at if at > local else at + timedelta(days=1)
    return None


def _fresh(since: datetime) -> Any:
    """What was issued since the company began to send, and stands in no line."""
    fresh = Document.objects.issued().filter(kind__in=E_INVOICES, issued_at__gte=since)
    unknown = ~Exists(Submission.objects.filter(document=OuterRef("pk")))
    return fresh.filter(unknown, issue_date__gte=timezone.localdate(since) - LOOK_BACK)


def _revised(settings: Settings) -> Any:
    """What did not reach SPV, or was sent back, and has been changed since."""
    quiet = Q(status__in=[Status.PENDING, Status.HELD, Status.EXEMPT, Status.DROPPED], first_upload_at=None)
    sent_back = Q(status__in=[Status.REJECTED, Status.REFUSED])
    rows = Submission.objects.filter(quiet | sent_back, latest=True, environment=settings.environment)
    return rows.filter(document__revision__gt=F("revision"), document__status="issued").select_related("document")


@transaction.atomic
def _put(document: Document, settings: Settings) -> Submission | None:
    """Under the document's lock, so that neither a revision nor another sweep comes between. None when there is nothing to do."""
    document = lock(document)
    latest = _latest(document, settings.environment)
    if not document.is_issued or (latest and (latest.revision == document.revision or latest.status == Status.ACCEPTED)):
        return None
    if latest is None and Submission.objects.filter(document=document).exists():
        return None
    reason = exempt_reason(document)
    if reason:
        return _new(document, settings.environment, latest, status=Status.EXEMPT, message=reason)
    issued_at = document.issued_at or timezone.now()
    start = issued_at if latest is None else timezone.now()
    return _new(document, settings.environment, latest, due_at=plan(settings, start))


def _new(
    document: Document, environment: str, former: Submission | None, *, by: Any = None, deliberate: bool = False, **fields: Any
) -> Submission:
    """A submission of the document as it stands, in place of the former one, which keeps its index and its state."""
    if former:
        if former.status in (Status.PENDING, Status.HELD):
            outcome = "Înlocuită de o trimitere mai nouă a facturii."
            require(
                move(former, former.status, Status.DROPPED, act=Act.DECISION, outcome=outcome, due_at=None),
                "submission_under_way",
                "O trimitere a acestei facturi tocmai a început. Așteptați să se încheie.",
            )
        Submission.objects.filter(pk=former.pk).update(latest=False)
    submission = Submission.objects.create(
        document=document,
        revision=document.revision,
        environment=environment,
        deadline=deadline(document),
        deliberate=deliberate,
        by=by,
        **fields,
    )
    outcome = submission.message or ("A doua transmitere, confirmată de o persoană." if deliberate else submission.get_status_display())
    note(submission, Act.PLANNED, outcome, by=by)
    if by and submission.origin == Origin.HERE:
        tell(submission, "spv_asked", by=by, second=deliberate)
    return submission


def _hurry(submission: Submission, *, by: Any) -> Submission:
    if submission.status == Status.PENDING and submission.is_due_soon:
        return submission  # a second click
    move(
        submission,
        submission.status,
        Status.PENDING,
        act=Act.PLANNED,
        outcome="Trimitere cerută acum.",
        verb="spv_asked",
        by=by,
        due_at=timezone.now(),
        findings=[],
    )
    _nudge(submission)
    return submission


def _take_index(submission: Submission, index: str, by: Any) -> Submission:
    now = timezone.now()
    outcome = f"Index {index} găsit în SPV de o persoană."
    fields = {"index": index, "sent_at": now, "due_at": now, "looks": 0}
    move(submission, submission.status, Status.SENT, act=Act.DECISION, outcome=outcome, verb="spv_manual", by=by, **fields)
    _nudge(submission)
    return submission


def _held(document: Document) -> Document:
    document = lock(document)
    require(document.kind in E_INVOICES, "not_an_invoice", "În e-Factura pleacă doar facturile.")
    require(document.is_issued, "document_not_issued", "În e-Factura pleacă doar facturi emise.")
    return document


def _latest(document: Document, environment: str) -> Submission | None:
    return Submission.objects.filter(document=document, environment=environment, latest=True).first()


def _may_be_there(submission: Submission) -> bool:
    """Whether SPV may have a submission that was taken out of the line."""
    return submission.status == Status.DROPPED and submission.first_upload_at is not None


def _locked(submission: Submission) -> Submission:
    return Submission.objects.select_for_update(of=["self"]).get(pk=submission.pk)


def _undecided(submission: Submission) -> Submission:
    submission = _locked(submission)
    require(
        submission.status == Status.BY_HAND,
        "submission_not_undecided",
        "Despre această trimitere nu este nimic de hotărât.",
    )
    document = Document.objects.get(pk=submission.document_id)
    require(
        document.is_issued and document.revision == submission.revision,
        "document_changed_meanwhile",
        "Factura s-a schimbat între timp, așa că forma veche nu se mai retrimite. Scoateți-o de la trimitere.",
    )
    return submission


def _nudge(submission: Submission) -> None:
    nudge(tasks.work_on, submission.company_id, submission.pk)
