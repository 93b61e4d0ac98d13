"""Messages to the issuer of a received invoice (RASP): claim, call, record; what may have arrived is looked for in the list of messages.

Source: ANAF, upload, standard RASP; at most a thousand a day for a CUI. A message cancels nothing.
"""

from datetime import datetime, timedelta
from xml.sax.saxutils import quoteattr

from django.db import transaction
from django.utils import timezone

from companies.events import record_event
from companies.models import Company
from efactura.inbox.waiting import LEASE, wait_for
from efactura.models import BuyerMessage, InboxReading, ReceivedMessage
from efactura.spv.client import Client
from efactura.spv.errors import NoAnswer, Refusal, SpvError
from efactura.spv.tokens import access_token

Status = BuyerMessage.Status
# Minutes between looks for a message whose answer was lost; the first leaves time for the list, which ends some minutes ago.
LOOKS = [10, 20, 60, 180]
UNSURE = "Răspunsul SPV s-a pierdut. Căutăm mesajul în SPV; nu îl scrieți din nou."
NOT_FOUND = "Mesajul nu este în lista SPV. Hotărâți: îl retrimiteți sau renunțați la el."
TO_MEND = "rights", "caller"


def rasp(index: str, text: str) -> bytes:
    """The body of the upload."""
    start = '<?xml version="1.0" encoding="UTF-8"?>\n<header xmlns="mfp:anaf:dgti:spv:reqMesaj:v1"'
    return f"{start} index_incarcare={quoteattr(index)} message={quoteattr(text)}/>".encode()


def step(answer: BuyerMessage) -> None:
    """The next step of a message that is due. Two workers at it: one takes it."""
    match answer.status:
        case Status.PENDING:
            send(answer)
        case Status.SENDING:
            _lost(answer)  # its worker died before it wrote the answer
        case Status.UNKNOWN:
            look_up(answer)


def send(answer: BuyerMessage) -> None:
    """Upload a pending message. Called twice, the second call does nothing."""
    try:
        client = Client.of_company(answer.environment)
        access_token(client.authorisation)  # before the claim: new tokens that did not come say nothing of an upload
    except SpvError as error:
        BuyerMessage.objects.filter(pk=answer.pk, status=Status.PENDING).update(due_at=wait_for(error, 1), message=error.message[:1000])
        return
    now = timezone.now()
    first = answer.started_at or now
    if not BuyerMessage.move(answer.pk, Status.PENDING, Status.SENDING, due_at=now + LEASE, started_at=first):
        return
    cif = Company.objects.get(pk=answer.company_id).identity
    try:
        uploaded = client.upload(rasp(answer.received.index, answer.text), cif=cif, standard="RASP")
    except NoAnswer:
        _lost(answer)
    except Refusal as error:
        _refused(answer, error)
    except SpvError as error:
        BuyerMessage.move(answer.pk, Status.SENDING, Status.PENDING, due_at=wait_for(error, 1), message=error.message[:1000])
    else:
        _sent(answer, Status.SENDING, uploaded.index)


def look_up(answer: BuyerMessage) -> None:
    """Adopt the message of ours that the list shows, if it says the same about the same invoice; else look again, or ask a person."""
    found = _found(answer)
    if found:
        _sent(answer, Status.UNKNOWN, found.index)
        return
    now = timezone.now()
    if answer.looks >= len(LOOKS):
        BuyerMessage.move(answer.pk, Status.UNKNOWN, Status.BY_HAND, due_at=None, message=NOT_FOUND)
        return
    due = now + timedelta(minutes=LOOKS[answer.looks])
    mine = BuyerMessage.objects.filter(pk=answer.pk, status=Status.UNKNOWN, due_at=answer.due_at)
    if mine.update(due_at=due, looks=answer.looks + 1):
        read_before(answer.environment, due - timedelta(minutes=2))


def read_before(environment: str, moment: datetime) -> None:
    """The list is read at the latest then."""
    InboxReading.objects.filter(environment=environment, next_at__gt=moment).update(next_at=moment)


def settle_answer(row: ReceivedMessage) -> None:
    """What SPV's own entry says of a message that was sent from here."""
    if row.kind == ReceivedMessage.Kind.ERROR and row.content:
        said = "; ".join(row.content["errors"])[:1000]
        BuyerMessage.objects.filter(environment=row.environment, index=row.index, status=Status.SENT).update(
            status=Status.REFUSED, message=said or "ANAF a respins mesajul."
        )


def _found(answer: BuyerMessage) -> ReceivedMessage | None:
    rows = ReceivedMessage.objects.filter(
        environment=answer.environment,
        kind=ReceivedMessage.Kind.MESSAGE_OUT,
        content__about=answer.received.index,
        content__message=answer.text,
        listed_at__gte=(answer.started_at or answer.made_at) - timedelta(minutes=10),
    )
    taken = BuyerMessage.objects.filter(environment=answer.environment).exclude(index="").values("index")
    return rows.exclude(index__in=taken).order_by("listed_at", "id").first()


@transaction.atomic
def _sent(answer: BuyerMessage, source: str, index: str) -> None:
    fields = {"index": index, "sent_at": timezone.now(), "due_at": None, "message": ""}
    if BuyerMessage.move(answer.pk, source, Status.SENT, **fields):
        record_event(answer.received, "message_sent", index=index, text=answer.text)


def _lost(answer: BuyerMessage) -> None:
    due = timezone.now() + timedelta(minutes=LOOKS[0])
    if BuyerMessage.move(answer.pk, Status.SENDING, Status.UNKNOWN, due_at=due, looks=0, message=UNSURE):
        read_before(answer.environment, due - timedelta(minutes=2))


@transaction.atomic
def _refused(answer: BuyerMessage, error: Refusal) -> None:
    message = f"{error.message} ANAF: {error.text}"[:1000]
    if error.kind in TO_MEND:
        BuyerMessage.move(answer.pk, Status.SENDING, Status.PENDING, due_at=wait_for(error, 1), message=message)
    elif BuyerMessage.move(answer.pk, Status.SENDING, Status.REFUSED, due_at=None, message=message):
        record_event(answer.received, "message_refused", reason=message)
