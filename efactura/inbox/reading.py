"""Reading SPV's list: from the last good point, with overlap, so that what is listed late is found; each entry is written once."""

from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from companies.models import Company
from efactura.inbox.waiting import LEASE, wait_for
from efactura.models import Access, InboxReading, ReceivedMessage, Settings, Submission
from efactura.spv.client import MARGIN, OLDEST, Client
from efactura.spv.errors import MixedUp, Refusal, SpvError
from efactura.spv.values import Message
from lib.cif import identity

EVERY = timedelta(hours=1)
OVERLAP = timedelta(days=1)  # the list lags, in bad periods by hours
YOUNGEST = OLDEST - timedelta(hours=1)  # how far back the client asks
BATCH = 500
RESTED = timedelta(minutes=5)  # between a list that failed and the next
# How long ago the asked interval ends. ANAF says no when its clock is behind ours by more: the next margin is tried.
MARGINS = [MARGIN, timedelta(minutes=20), timedelta(hours=2)]
CLOCK = "poate in viitor"
KINDS = {
    "FACTURA PRIMITA": ReceivedMessage.Kind.INVOICE,
    "FACTURA TRIMISA": ReceivedMessage.Kind.SELF_BILLED,  # only those that somebody else made in our name
    "MESAJ CUMPARATOR PRIMIT": ReceivedMessage.Kind.MESSAGE_IN,
    "MESAJ CUMPARATOR TRANSMIS": ReceivedMessage.Kind.MESSAGE_OUT,
    "ERORI FACTURA": ReceivedMessage.Kind.ERROR,
}


def enrol() -> None:
    """A reading for each environment that the active company has a way into."""
    for environment in Access.objects.filter(authorisation__isnull=False).values_list("environment", flat=True):
        InboxReading.objects.get_or_create(environment=environment, defaults={"next_at": timezone.now()})


def ask_now() -> bool:
    """*Citește acum*: the next reading is due at once. False where the company has no way in."""
    enrol()
    rows = InboxReading.objects.filter(environment=Settings.of_company().environment)
    now = timezone.now()
    rows.filter(next_at__gt=now).exclude(next_at__lte=now + LEASE, read_at=None).update(next_at=now)
    return rows.exists()


def read(reading: InboxReading) -> None:
    """Read the list if it is due. Two workers at it: one reads. What stands in the way is written down, and the reading waits."""
    now = timezone.now()
    until = now + LEASE
    if not InboxReading.objects.filter(pk=reading.pk, next_at=reading.next_at, next_at__lte=now).update(next_at=until):
        return
    mine = InboxReading.objects.filter(pk=reading.pk, next_at=until)
    try:
        end = _read_to_end(Client.of_company(reading.environment), reading, now)
    except SpvError as error:
        again = now + EVERY if isinstance(error, MixedUp) else max(wait_for(error, 1), now + RESTED)
        mine.update(next_at=again, failure=error.message[:1000])
        return
    fields = {"read_until": end, "read_at": timezone.now(), "failure": ""}
    if reading.read_until and reading.read_until < end - YOUNGEST:
        fields |= {"missed_from": reading.read_until, "missed_until": end - YOUNGEST}
    InboxReading.objects.filter(pk=reading.pk).filter(Q(read_until=None) | Q(read_until__lt=end)).update(**fields)
    mine.update(next_at=timezone.now() + EVERY, failure="")


def _read_to_end(client: Client, reading: InboxReading, now: datetime) -> datetime:
    """Read every page; until when the list was asked for."""
    cif = Company.objects.get(pk=reading.company_id).identity
    start = reading.read_until - OVERLAP if reading.read_until else now - OLDEST
    for margin in MARGINS[:-1]:
        try:
            _write_all(client, cif, start, now - margin)
        except Refusal as refusal:
            if CLOCK not in refusal.text:
                raise
        else:
            return now - margin
    _write_all(client, cif, start, now - MARGINS[-1])
    return now - MARGINS[-1]


def _write_all(client: Client, cif: str, start: datetime, end: datetime) -> None:
    entries = client.messages(cif, start, end)
    while batch := list(islice(entries, BATCH)):
        write(client.environment, cif, batch)


@transaction.atomic
def write(environment: str, cif: str, entries: list[Message]) -> None:
    """Keep the entries that are of others; those that are here already stay as they are."""
    ours = _ours(environment, [entry.index for entry in entries if entry.kind == "ERORI FACTURA"])
    rows = [_row(environment, entry) for entry in entries if _is_received(entry, cif) and entry.index not in ours]
    ReceivedMessage.objects.bulk_create(rows, ignore_conflicts=True)


def _is_received(entry: Message, cif: str) -> bool:
    """Of our own uploads the queue of sending knows; only self-billed invoices are listed as sent by us and made by another."""
    if entry.kind == "FACTURA TRIMISA":
        return entry.self_billed and entry.issuer_cif == cif and entry.buyer_cif != cif
    return entry.kind in KINDS


def _ours(environment: str, indexes: list[str]) -> set[str]:
    """Errors about invoices that were sent from here are told by their submissions."""
    return set(Submission.objects.filter(environment=environment, index__in=indexes).values_list("index", flat=True)) if indexes else set()


def _row(environment: str, entry: Message) -> ReceivedMessage:
    seller = identity(entry.issuer_cif)
    return ReceivedMessage(
        environment=environment,
        message_id=entry.id[:20],
        index=entry.index[:20],
        kind=KINDS[entry.kind],
        listed_at=entry.created_at,
        raw={**asdict(entry), "created_at": entry.created_at.isoformat()},
        self_billed=entry.self_billed,
        seller_cif=seller,
        day=timezone.localtime(entry.created_at).date(),
        search=f"{seller} {entry.index}",
        due_at=timezone.now(),
    )
