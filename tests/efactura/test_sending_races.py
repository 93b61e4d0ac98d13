"""Two workers, two clicks, a killed worker: one upload."""

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from companies.scope import company_scope
from efactura.actions import enrol_new, send_now
from efactura.models import SpvCall, Submission
from efactura.sending.records import move
from efactura.sending.work import give_back_lost, work
from tests.efactura.sending import begin, issued, once, only, uploaded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(authorised, ana):
    """An invoice in line, its time come."""
    begin()
    document = issued(ana)
    enrol_new()
    return only(document)


def in_threads(company, act, count=4):
    def run(_):
        try:
            with company_scope(company.pk):
                return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_four_workers_over_one_submission_upload_it_once(waiting, spv, company):
    """Fails without the compare-and-set of the claim."""
    in_threads(company, lambda: work([waiting.pk]))
    assert (uploaded(spv), only(waiting.document).uploads) == (1, 1)


def test_four_clicks_are_one_submission_and_one_upload(authorised, ana, spv, company):
    document = issued(ana)
    in_threads(company, lambda: send_now(document, by=ana))
    in_threads(company, lambda: work([only(document).pk]))
    assert (Submission.objects.filter(document=document).count(), uploaded(spv)) == (1, 1)


def test_four_sweeps_put_an_invoice_in_line_once(authorised, ana, company):
    begin()
    document = issued(ana)
    in_threads(company, enrol_new)
    assert Submission.objects.filter(document=document).count() == 1


def test_a_worker_killed_between_the_call_and_its_record_uploads_nothing_twice(waiting, spv, spv_server, company):
    spv.control(slow=60)
    once(spv, "upload", "slow")
    place = [sys.executable, "-m", "tests.efactura.sending_worker", str(company.pk), str(waiting.pk), spv_server.url]
    worker = subprocess.Popen(place)
    deadline = time.monotonic() + 60
    while not uploaded(spv) and time.monotonic() < deadline:
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    spv.stopping.set()
    assert (only(waiting.document).status, uploaded(spv)) == ("sending", 1)
    Submission.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    give_back_lost()
    assert only(waiting.document).status == "unknown"
    work([waiting.pk])
    assert uploaded(spv) == 1
    assert [call.act for call in only(waiting.document).calls.all()] == ["planned", "upload", "lost"]


@pytest.mark.parametrize(
    "change",
    [{"index": "99"}, {"sha256": "0" * 64}, {"status": "pending"}, {"uploads": 0}, {"deliberate": True}, {"environment": "test"}],
)
def test_the_database_keeps_what_spv_said(waiting, change):
    work([waiting.pk])
    sent = Submission.objects.get(pk=waiting.pk)
    move(sent, "sent", "accepted", act="state", outcome="", settled_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=waiting.pk).update(**change)


@pytest.mark.parametrize("table", ["efactura_submission", "efactura_spvcall"])
def test_nothing_of_the_proof_can_be_deleted(waiting, table):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_a_call_that_is_written_stays(waiting):
    with pytest.raises(IntegrityError), transaction.atomic():
        SpvCall.objects.update(outcome="altceva")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("submission_live_once", {"status": "pending", "latest": False}),
        ("submission_latest_once", {"status": "dropped", "latest": True}),
        ("submission_accepted_once", {"status": "accepted", "latest": False, "index": "2", "deliberate": True}),
        ("submission_second_is_deliberate", {"status": "accepted", "latest": False, "index": "2", "revision": 2}),
        ("submission_has_index", {"status": "sent", "latest": False}),
        ("submission_sent_bytes_are_kept", {"status": "sending", "latest": False}),
    ],
)
def test_constraints_around_the_actions(waiting, name, values):
    if "accepted" in name or "second" in name:
        Submission.objects.filter(pk=waiting.pk).update(status="accepted", index="1")
    elif "live" not in name and "latest" not in name:
        Submission.objects.filter(pk=waiting.pk).update(status="dropped")
    given = {"revision": 1, **values}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Submission.objects.create(document=waiting.document, environment="repetitie", deadline=waiting.deadline, **given)
