"""What SPV has and we do not know of: lost uploads are found again, those made elsewhere are named."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from efactura.models import ForeignUpload, Settings, Status, Submission
from efactura.sending.follow import ACCEPTED_KIND, MARGIN, accepted_or_rejected, keep
from efactura.sending.records import Act, hold, maybe_there, move, note
from efactura.sending.same import same_invoice
from efactura.sending.upload import wait
from efactura.spv.archive import NotAnArchive, read_zip
from efactura.spv.client import Client
from efactura.spv.errors import Gone, SpvError
from efactura.spv.values import Message
from invoicing.models import Document

# Minutes between look-ups, the first two minutes after the upload: two hours and a half in all, because the list lags and SPV may be slow.
LOOK_UPS = [5, 10, 20, 40, 80]
OVERLAP = timedelta(days=1)
NOT_FOUND = "Căutată în SPV: nu este în lista facturilor trimise."


def look_up(client: Client, submission: Submission) -> None:
    """Look for an upload whose answer was lost; after the last look it is resent once or handed to a person, as the company chose."""
    if submission.status != Status.UNKNOWN or not hold(submission):
        return
    first = submission.first_upload_at or timezone.now()
    try:
        reconcile(client, first - MARGIN)
    except SpvError as error:
        wait(submission, error, Act.LOOK_UP)
        return
    submission.refresh_from_db()
    if submission.status == Status.UNKNOWN:
        _not_found(submission)


def reconcile(client: Client, start: datetime) -> list[ForeignUpload]:
    """Go through what SPV lists as sent since `start`. Returns the uploads that were not made here and not named before.

    A self-billed invoice, which we issue as the buyer, is listed as sent by its supplier: to us it may be among what is received.
    """
    now, cif = timezone.now(), client.identity
    messages = [each for each in client.messages(cif, start, now, "T") if each.kind == ACCEPTED_KIND]
    messages += [each for each in client.messages(cif, start, now, "P") if each.self_billed and each.buyer_cif == cif]
    unknown = _unknown(client, messages)
    if not unknown:
        return []
    ours = list(maybe_there(client.environment).exclude(xml=None).select_related("xml__file"))
    found = [_match(client, message, ours) for message in unknown]
    return [foreign for foreign in found if foreign]


def check_foreign(client: Client) -> list[ForeignUpload]:
    """The daily look for uploads that this installation did not make (R23)."""
    settings = Settings.of_company()
    now = timezone.now()
    since = max(filter(None, (settings.sending_since, settings.checked_at and settings.checked_at - OVERLAP)), default=now)
    found = reconcile(client, since)
    Settings.objects.filter(pk=settings.pk).update(checked_at=now)
    return found


def _match(client: Client, message: Message, ours: list[Submission]) -> ForeignUpload | None:
    """Adopt the message for the submission whose invoice it holds; an upload of nobody here is written down."""
    try:
        data = client.download(message.id)
        archive = read_zip(data)
    except (Gone, NotAnArchive):
        return _foreign(client, message)
    row = _owner(ours, archive.content)
    if row is None:
        return _foreign(client, message)
    if row.status == Status.SENDING:
        return None  # its own worker is about to write the answer; if not, the next look finds it
    fields = {"index": message.index, "sent_at": message.created_at, "due_at": timezone.now(), "looks": 0}
    outcome = f"Găsită în SPV cu index {message.index}."
    row.index = message.index
    if move(row, row.status, Status.SENT, act=Act.LOOK_UP, outcome=outcome, verb="spv_found", **fields):
        accepted_or_rejected(row, True, message.id, act=Act.LISTED)
        keep(row, data, archive)
    return None


def _not_found(submission: Submission) -> None:
    now = timezone.now()
    if submission.looks < len(LOOK_UPS):
        due = now + timedelta(minutes=LOOK_UPS[submission.looks])
        Submission.objects.filter(pk=submission.pk, status=Status.UNKNOWN).update(due_at=due, looks=submission.looks + 1, obstacle="")
        note(submission, Act.LOOK_UP, NOT_FOUND)
        return
    document = Document.objects.get(pk=submission.document_id)
    decided = submission.calls.filter(act=Act.DECISION).exists()
    may_resend = document.is_issued and document.revision == submission.revision and not decided
    if may_resend and Settings.of_company().resend_unknown:
        outcome = f"{NOT_FOUND} Retrimisă o singură dată, cum a ales firma."
        move(submission, Status.UNKNOWN, Status.PENDING, act=Act.DECISION, outcome=outcome, verb="spv_resent", due_at=now, looks=0)
        return
    outcome = f"{NOT_FOUND} Hotărâți: o retrimiteți sau o lăsați așa."
    move(submission, Status.UNKNOWN, Status.BY_HAND, act=Act.LOOK_UP, outcome=outcome, verb="spv_by_hand", due_at=None)


def _unknown(client: Client, messages: Iterable[Message]) -> list[Message]:
    """Those whose index nobody here has."""
    by_index = {message.index: message for message in messages}
    known: set[str] = set()
    for model in (Submission, ForeignUpload):
        known |= set(model.objects.filter(environment=client.environment, index__in=list(by_index)).values_list("index", flat=True))
    return [message for index, message in by_index.items() if index not in known]


def _owner(ours: list[Submission], content: bytes) -> Submission | None:
    """Whose bytes these are; failing that, the only one that is the same invoice."""
    exact = hashlib.sha256(content).hexdigest()
    same = [row for row in ours if row.sha256 == exact] or [row for row in ours if same_invoice(content, bytes(row.xml.file.content))]
    return same[0] if len(same) == 1 else None


def _foreign(client: Client, message: Message) -> ForeignUpload | None:
    row, made = ForeignUpload.objects.get_or_create(
        environment=client.environment,
        index=message.index,
        defaults={"message_id": message.id, "listed_at": message.created_at, "details": message.details[:500]},
    )
    return row if made else None
