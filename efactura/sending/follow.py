"""What became of an upload: asked with growing pauses, or read from one list for many; and its archive, kept as it came."""

import time
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from companies.events import store_file
from efactura.models import Status, Submission
from efactura.sending.records import LEASE, Act, hold, is_known, move, note, tell
from efactura.sending.same import same_invoice
from efactura.sending.upload import wait
from efactura.spv.answers import clock_of
from efactura.spv.archive import Archive, NotAnArchive, check_signature, read_zip
from efactura.spv.client import Client
from efactura.spv.errors import Gone, Refusal, SpvError
from efactura.spv.values import Filter, Message, State

# Minutes between two questions about one upload: ten in the first half a day, six a day after. ANAF allows 100, said 20 and 10 before.
PAUSES = [1, 2, 5, 10, 20, 40, 80, 160, 240]
LIST_FROM = 10  # uploads of which one list says as much as so many questions
MARGIN = timedelta(minutes=10)  # two clocks, and the minute to which the list rounds
LATEST = timedelta(minutes=1)  # how long ago a list ends: what is not in it yet, the next one names
LIST_AFTER = LATEST + timedelta(seconds=15)  # how old an upload is when a list may name it
ASK_AFTER = 4  # lists without an entry, after which the upload itself is asked about
ACCEPTED_KIND, REJECTED_KIND = "FACTURA TRIMISA", "ERORI FACTURA"
ENOUGH = 240.0  # seconds of questions one by one in one task
ZIP_TYPE = "application/zip"


def follow_company(client: Client, rows: list[Submission]) -> None:
    """Go on with uploads of one company that are due, of one environment: by a list when there are many, otherwise one by one."""
    if len(rows) >= LIST_FROM:
        rows = _by_list(client, _listable(rows))
    began = time.monotonic()
    for row in rows:
        if time.monotonic() - began > ENOUGH:
            return
        ask(client, row)


def ask(client: Client, submission: Submission) -> None:
    """Ask what became of one upload. The question failing says nothing of the invoice."""
    if not hold(submission):
        return
    try:
        state = client.state(submission.index)
    except SpvError as error:
        if isinstance(error, Refusal) and error.kind == "caller" and submission.origin == Submission.Origin.MANUAL:
            _not_there(submission, error)
        else:
            wait(submission, error, Act.STATE)
        return
    settle(client, submission, state)


def settle(client: Client, submission: Submission, state: State) -> None:
    """Write ANAF's word down, then fetch the archive."""
    now = timezone.now()
    if state.stare == "processing":
        _later(submission, state.message)
        return
    if state.stare == "not_taken":
        fields = {"due_at": None, "settled_at": now}
        move(submission, Status.SENT, Status.REFUSED, act=Act.STATE, outcome=state.message, verb="spv_refused", **fields)
        return
    if accepted_or_rejected(submission, state.stare == "ok", state.download_id, act=Act.STATE):
        fetch(client, submission)


def accepted_or_rejected(submission: Submission, ok: bool, download_id: str, *, act: str) -> bool:
    now = timezone.now()
    target = Status.ACCEPTED if ok else Status.REJECTED
    outcome = "ANAF a acceptat factura." if ok else "ANAF a respins factura."
    return move(
        submission,
        Status.SENT,
        target,
        act=act,
        outcome=outcome,
        verb="spv_accepted" if ok else "",  # a rejection is told with its reasons, when the archive has come
        download_id=download_id,
        settled_at=now,
        due_at=now,
        looks=0,
        message="" if ok else outcome,
    )


def fetch(client: Client, submission: Submission) -> None:
    """Download the signed ZIP and keep it as it came, once; of a rejection, read the reasons."""
    if submission.archive_id is not None or not hold(submission):
        return
    try:
        data = client.download(submission.download_id)
        archive = read_zip(data)
    except Gone as error:
        _no_archive(submission, error.message)
    except (SpvError, NotAnArchive) as error:
        Submission.objects.filter(pk=submission.pk).update(looks=submission.looks + 1)
        submission.looks += 1
        wait(submission, error if isinstance(error, SpvError) else SpvError(str(error)), Act.DOWNLOAD)
    else:
        keep(submission, data, archive)


@transaction.atomic
def keep(submission: Submission, data: bytes, archive: Archive) -> None:
    """The archive and what it says, in one commit. A second one for the same upload is not kept."""
    check = check_signature(archive)
    signature = Submission.Signature.VALID if check.good else Submission.Signature.INVALID if check.good is False else ""
    file = store_file(data, ZIP_TYPE)
    fields = {"archive": file, "archived_at": timezone.now(), "signature": signature, "due_at": None, "obstacle": ""}
    if submission.status == Status.REJECTED:
        texts = [error.text for error in archive.errors]
        fields |= {"findings": texts[:50], "message": "; ".join(texts)[:1000] or submission.message}
    elif not _is_ours(submission, archive):
        fields["message"] = "Factura din SPV nu este cea trimisă de aici: comparați arhiva cu factura."
    if not Submission.objects.filter(pk=submission.pk, archive=None).update(**fields):
        return
    for name, value in fields.items():
        setattr(submission, name, value)
    said = {"valid": "semnătura este verificată", "invalid": check.reason}.get(signature, "semnătura o poate verifica numai ANAF")
    note(submission, Act.DOWNLOAD, f"Arhiva semnată, {len(data)} octeți, SHA-256 {file.sha256}; {said}.")
    if submission.status == Status.REJECTED:
        tell(submission, "spv_rejected", reason=submission.message)
        _adopt_duplicate(submission, archive.duplicate_of)


def _listable(rows: list[Submission]) -> list[Submission]:
    """Those that a list may name by now. The others wait until one may, all for the same minute: one list is for many of them."""
    now = timezone.now()
    young = {row.pk: row.sent_at for row in rows if row.sent_at and row.sent_at > now - LIST_AFTER}
    if young:
        until = (max(young.values()) + LIST_AFTER + timedelta(minutes=1)).replace(second=0, microsecond=0)
        Submission.objects.filter(pk__in=list(young), status=Status.SENT, due_at__lte=now).update(due_at=until)
    return [row for row in rows if row.pk not in young]


def _by_list(client: Client, rows: list[Submission]) -> list[Submission]:
    """Settle what the lists name; those asked about so often that they may be missing from it are given back."""
    now = timezone.now()
    until = now + LEASE
    keys = [row.pk for row in rows]
    if not keys or not Submission.objects.filter(pk__in=keys, status=Status.SENT, due_at__lte=now).update(due_at=until):
        return []  # another worker is at it
    mine = set(Submission.objects.filter(pk__in=keys, due_at=until).values_list("pk", flat=True))
    rows = [row for row in rows if row.pk in mine]
    for row in rows:
        row.due_at = until
    start = min(row.sent_at or now for row in rows) - MARGIN
    try:
        listed = _listed(client, start, now)
    except SpvError as error:
        for row in rows:
            wait(row, error, Act.STATE)
        return []
    left = []
    for row in rows:
        message = listed.get(row.index)
        if message:
            accepted_or_rejected(row, message.kind == ACCEPTED_KIND, message.id, act=Act.LISTED)
        elif row.looks >= ASK_AFTER:
            left.append(row)
        else:
            _later(row, "")
    return left


def _listed(client: Client, start: datetime, end: datetime) -> dict[str, Message]:
    """What the lists name, up to a minute ago; when ANAF's clock is further behind, by its clock, of which it tells."""
    try:
        return _read(client, start, end)
    except Refusal as refusal:
        theirs = clock_of(refusal.text)
        if theirs is None:
            raise
        return _read(client, start - (end - theirs), theirs)


def _read(client: Client, start: datetime, end: datetime) -> dict[str, Message]:
    names: tuple[Filter, Filter] = ("E", "T")
    found = [message for name in names for message in client.messages(client.identity, start, end - LATEST, name, margin=LATEST)]
    return {message.index: message for message in found if message.kind in (ACCEPTED_KIND, REJECTED_KIND)}


def _later(submission: Submission, message: str) -> None:
    pause = timedelta(minutes=PAUSES[min(submission.looks, len(PAUSES) - 1)])
    fields = {"due_at": timezone.now() + pause, "looks": submission.looks + 1, "obstacle": ""}
    if Submission.objects.filter(pk=submission.pk, status=Status.SENT).update(**fields) and message:
        note(submission, Act.STATE, message)


def _not_there(submission: Submission, error: Refusal) -> None:
    """The index that a person wrote down is of no upload."""
    outcome = f"SPV nu cunoaște indexul {submission.index}: {error.text}"
    fields = {"due_at": None, "settled_at": timezone.now()}
    move(submission, Status.SENT, Status.REFUSED, act=Act.STATE, outcome=outcome, verb="spv_refused", **fields)


def _no_archive(submission: Submission, message: str) -> None:
    Submission.objects.filter(pk=submission.pk, archive=None).update(due_at=None, message=message)
    note(submission, Act.DOWNLOAD, message)
    if submission.status == Status.REJECTED:
        tell(submission, "spv_rejected", reason=message)


def _is_ours(submission: Submission, archive: Archive) -> bool:
    if submission.xml_id is None or sha256(archive.content).hexdigest() == submission.sha256:
        return True
    return same_invoice(archive.content, bytes(submission.xml.file.content))


def _adopt_duplicate(submission: Submission, index: str) -> None:
    """ANAF has the invoice under another index, of an upload whose answer was lost: that one is followed from now on."""
    if not index or is_known(submission.environment, index):
        return
    now = timezone.now()
    Submission.objects.filter(pk=submission.pk).update(latest=False)
    adopted = Submission.objects.create(
        document_id=submission.document_id,
        revision=submission.revision,
        environment=submission.environment,
        deadline=submission.deadline,
        status=Status.SENT,
        origin=Submission.Origin.DUPLICATE,
        deliberate=submission.deliberate,
        xml=submission.xml,
        sha256=submission.sha256,
        index=index,
        sent_at=now,
        due_at=now,
    )
    note(adopted, Act.LISTED, f"ANAF spune că factura a mai fost transmisă cu index {index}.")
    tell(adopted, "spv_found")
