"""Filling an inbox in tests: what a supplier sends, read by a worker."""

from typing import Any

from django.utils import timezone

from efactura.inbox.reading import enrol
from efactura.inbox.work import work
from efactura.models import InboxReading, ReceivedMessage
from efactura.rehearsal.samples import invoice
from efactura.rehearsal.spv import Spv
from tests.efactura.sending import Clock

SUPPLIER, BUYER = "14399840", "18547290"  # the buyer is the company of tests/factories.py


def supplied(spv: Spv, count: int = 1, **fields: Any) -> list[str]:
    """Invoices that a supplier sent to the company; their indexes."""
    return list(spv.control(send={"supplier": SUPPLIER, "buyer": BUYER, "count": count, **fields})["indexes"])


def taken(spv: Spv, xml: bytes, *, cif: str = SUPPLIER, **query: str) -> str:
    """Any bytes as an upload of somebody else; SPV takes them as they are."""
    spv.control(judge=False)
    return str(spv.documents.take(xml, {"standard": "UBL", "cif": cif, **query}))


def sample(spv: Spv, **fields: str) -> bytes:
    """An invoice of the supplier, to be spoilt by a test."""
    return invoice(**{"supplier": SUPPLIER, "buyer": BUYER, "number": "EXT 7", **fields}, now=spv.store.now())  # type: ignore[arg-type]


def hour_passes(clock: Clock) -> None:
    """The clock goes on beyond the margin of the list, and the hour's reading is due; one worker does all there is to do."""
    clock.forward(minutes=7)
    enrol()
    InboxReading.objects.update(next_at=timezone.now())
    work()
    work()  # what a look-up asked for


def only() -> ReceivedMessage:
    return ReceivedMessage.objects.get()
