"""The inbox is read whole and once: pages, lag, clocks, limits, what expired, two workers at it."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from companies.models import StoredFile
from companies.scope import company_scope
from efactura.inbox.reading import enrol, write
from efactura.inbox.work import work
from efactura.models import InboxReading, ReceivedMessage
from efactura.spv.archive import read_zip
from efactura.spv.values import Message
from efactura.tasks import sweep_inbox
from tests.efactura.inbox import BUYER, SUPPLIER, hour_passes, only, sample, supplied, taken
from tests.efactura.sending import Clock, begin, issued, once, uploaded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock(authorised, spv, monkeypatch, celery_eager):
    return Clock(spv, monkeypatch)


def downloads(spv):
    return sum(int(row["n"]) for row in spv.store.rows("SELECT n FROM counts WHERE name LIKE 'download:%'"))


def test_an_invoice_of_a_supplier_is_archived_and_read(clock, spv):
    (index,) = supplied(spv, net="1234.50", item="Hârtie", number="ABC 1", supplier_name="Furnizor Bun SRL")
    hour_passes(clock)
    row = only()
    assert (row.index, row.kind, row.number, row.seller_name, row.seller_cif, str(row.total), row.currency) == (
        *(index, "invoice", "ABC 1", "Furnizor Bun SRL", SUPPLIER, "1493.75", "RON"),
    )
    assert (row.state, row.signature, row.content["lines"][0]["name"], row.content["findings"]) == ("new", "valid", "Hârtie", [])
    assert hashlib.sha256(read_zip(bytes(row.archive.content)).content).hexdigest() == row.sha256


def test_a_sweep_enrols_reads_and_downloads(clock, spv):
    supplied(spv)
    clock.forward(minutes=7)
    for _ in range(2):
        sweep_inbox()
    assert only().archived_at is not None


def test_the_next_reading_is_in_an_hour(clock, spv):
    hour_passes(clock)
    reading = InboxReading.objects.get()
    assert reading.next_at - timezone.now() > timedelta(minutes=59)
    assert timezone.now() - reading.read_until >= timedelta(minutes=5)


def test_over_five_hundred_entries_come_by_pages(clock, spv):
    supplied(spv, 503)
    clock.forward(minutes=7)
    enrol()
    spv.control(always={"descarcare": "500"})
    from efactura.inbox.reading import read

    read(InboxReading.objects.get())
    assert ReceivedMessage.objects.count() == 503
    assert spv.store.row("SELECT n FROM counts WHERE name LIKE 'pages:%'")["n"] == 2


def test_what_is_listed_late_is_found_by_the_next_reading(clock, spv):
    spv.control(lag=3 * 3600)
    supplied(spv)
    hour_passes(clock)
    assert not ReceivedMessage.objects.exists()
    clock.forward(hours=4)
    hour_passes(clock)
    assert ReceivedMessage.objects.count() == 1


def test_reading_again_adds_and_downloads_nothing(clock, spv):
    supplied(spv, 3)
    for _ in range(3):
        hour_passes(clock)
    assert (ReceivedMessage.objects.count(), downloads(spv)) == (3, 3)


def test_a_clock_behind_ours_is_asked_with_a_wider_margin(clock, spv):
    supplied(spv)
    clock.forward(minutes=30)
    once(spv, "lista", "future")
    hour_passes(clock)
    assert (ReceivedMessage.objects.count(), InboxReading.objects.get().failure) == (1, "")


def test_a_clock_far_behind_is_told_to_the_person_and_tried_again(clock, spv):
    once(spv, "lista", "future", times=3)
    hour_passes(clock)
    reading = InboxReading.objects.get()
    assert ("Ceasul" in reading.failure, reading.read_until) == (True, None)


def test_a_list_cut_in_the_middle_is_read_again_from_the_same_point(clock, spv):
    hour_passes(clock)
    before = InboxReading.objects.get().read_until
    supplied(spv)
    once(spv, "lista", "500")
    hour_passes(clock)
    assert InboxReading.objects.get().read_until == before
    hour_passes(clock)
    assert (ReceivedMessage.objects.count(), InboxReading.objects.get().failure) == (1, "")


def test_what_anaf_no_longer_gives_is_marked_lost_and_not_asked_again(clock, spv):
    supplied(spv)
    once(spv, "descarcare", "expired")
    hour_passes(clock)
    hour_passes(clock)
    row = only()
    assert (row.gone_at is not None, row.due_at, row.tag[1], "60 de zile" in row.problem) == (True, None, "Pierdut", True)


def test_a_limit_of_the_day_waits_for_tomorrow(clock, spv):
    supplied(spv)
    once(spv, "descarcare", "limit")
    hour_passes(clock)
    assert timezone.localtime(only().due_at).date() == timezone.localdate() + timedelta(days=1)


def test_a_broken_answer_is_downloaded_again_later(clock, spv):
    supplied(spv)
    once(spv, "descarcare", "html")
    hour_passes(clock)
    assert (only().archived_at, only().tries) == (None, 1)
    clock.forward(hours=1)
    hour_passes(clock)
    assert only().archived_at is not None


def test_one_message_costs_less_than_ten_downloads_a_day(clock, spv):
    supplied(spv)
    spv.control(always={"descarcare": "500"})
    hour_passes(clock)
    tries = only().tries
    for _ in range(48):
        clock.forward(minutes=23)
        hour_passes(clock)
    assert only().tries - tries < 10


def test_without_an_authorisation_everything_waits(clock, spv, authorised):
    supplied(spv)
    hour_passes(clock)
    supplied(spv)
    once(spv, "lista", "401")
    hour_passes(clock)
    reading = InboxReading.objects.get()
    assert ("Autorizați" in reading.failure, ReceivedMessage.objects.count()) == (True, 1)


def test_what_nobody_read_for_longer_than_anaf_lists_is_named(clock, spv):
    hour_passes(clock)
    InboxReading.objects.update(read_until=timezone.now() - timedelta(days=70))
    hour_passes(clock)
    reading = InboxReading.objects.get()
    assert reading.missed_until - reading.missed_from > timedelta(days=9)


def test_four_workers_keep_each_archive_once(clock, spv, company):
    """Fails without the compare-and-set of the claims."""
    supplied(spv, 5)
    clock.forward(minutes=7)
    enrol()

    def run(_):
        try:
            with company_scope(company.pk):
                work()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    work()
    assert (ReceivedMessage.objects.count(), ReceivedMessage.objects.filter(archive=None).count(), downloads(spv)) == (5, 0, 5)


def test_the_database_refuses_a_second_entry_of_the_same_upload(clock, spv):
    supplied(spv)
    hour_passes(clock)
    row = only()
    with pytest.raises(IntegrityError, match="received_index_once"), transaction.atomic():
        fields = {"environment": row.environment, "index": row.index, "kind": row.kind, "listed_at": row.listed_at}
        ReceivedMessage.objects.create(message_id="9", raw={}, day=row.day, **fields)
    write(row.environment, BUYER, [Message(row.message_id, "77", "FACTURA PRIMITA", row.listed_at, "")])
    assert ReceivedMessage.objects.count() == 1


@pytest.mark.parametrize("fields", [{"content": {}}, {"archive": None}, {"number": "X"}, {"raw": {}}, {"index": "1"}, {"sha256": "0"}])
def test_the_database_keeps_what_came(clock, spv, fields):
    supplied(spv)
    hour_passes(clock)
    with pytest.raises(IntegrityError, match="stays as it"), transaction.atomic():
        ReceivedMessage.objects.update(**fields)


def test_what_came_is_never_deleted(clock, spv):
    supplied(spv)
    hour_passes(clock)
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM efactura_receivedmessage")


def test_our_own_uploads_are_not_in_the_inbox(clock, spv, ana):
    begin()
    issued(ana)
    clock.sweep(minutes=3)
    assert uploaded(spv) == 1
    hour_passes(clock)
    assert not ReceivedMessage.objects.exists()


def test_an_invoice_made_in_our_name_stands_apart(clock, spv):
    taken(spv, sample(spv, supplier=BUYER, buyer=SUPPLIER), autofactura="DA")
    hour_passes(clock)
    assert (only().kind, only().seller_cif, only().self_billed) == ("self_billed", BUYER, True)


def test_bytes_that_are_no_archive_are_kept_after_some_tries(clock, spv, monkeypatch):
    supplied(spv)
    signer = "efactura.rehearsal.documents.signer"
    monkeypatch.setattr(signer, lambda: type("Broken", (), {"archive": lambda self, *_: b"PK broken"})())
    for _ in range(4):
        hour_passes(clock)
        clock.forward(hours=1)
    row = only()
    assert (bytes(row.archive.content), row.content, bool(row.unreadable)) == (b"PK broken", None, True)


def test_the_same_archive_takes_the_place_of_one_file(clock, spv):
    supplied(spv)
    hour_passes(clock)
    assert StoredFile.objects.filter(sha256=hashlib.sha256(bytes(only().archive.content)).hexdigest()).count() == 1
