"""How soon an issued invoice is accepted when SPV judges at once, with nobody clicking."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from efactura.models import Submission
from efactura.sending import follow
from efactura.spv.client import Client as SpvClient
from efactura.tasks import sweep_submissions
from tests.efactura.sending import Broker, Clock, begin, issued, only


@pytest.fixture
def clock(authorised, spv, monkeypatch):
    begin()
    return Clock(spv, monkeypatch)


@pytest.fixture
def broker(clock, monkeypatch):
    return Broker(clock, monkeypatch)


@pytest.fixture
def web(scope, ana):
    client = Client()
    client.force_login(ana)
    return client


def part(web, document):
    return web.get(reverse("efactura:document_part", args=(document.company_id, document.pk))).content.decode()


def test_one_sweep_is_enough_from_issued_to_archived_in_half_a_minute(broker, ana, spv):
    spv.control(processing=3, lag=5)
    document = issued(ana)
    sweep_submissions()
    broker.live(seconds=30)
    assert (only(document).status, only(document).archive is not None) == ("accepted", True)


@pytest.mark.parametrize("second", [0, 15, 30, 45])
def test_a_dozen_uploads_are_accepted_and_archived_with_the_fourth_sweep_at_the_latest(second, broker, clock, ana, spv):
    """A list ends at a whole minute, so the second at which they were sent decides whether the third or the fourth names them."""
    spv.control(processing=3, lag=5)
    clock.forward(seconds=(second - timezone.now().second) % 60)
    documents = [issued(ana) for _ in range(12)]
    for _ in range(4):
        sweep_submissions()
        broker.live(seconds=60)
    assert [(only(each).status, only(each).archive is not None) for each in documents] == [("accepted", True)] * 12


def test_the_page_of_an_invoice_just_issued_looks_again_and_needs_no_sweep(broker, ana, web, django_capture_on_commit_callbacks):
    document = issued(ana)
    page = web.get(reverse("invoicing:document", args=(document.company_id, document.pk))).content.decode()
    assert "load delay:3s" in page
    with django_capture_on_commit_callbacks(execute=True):
        assert "load delay:3s" in part(web, document)
    broker.live(seconds=30)
    assert only(document).status == "accepted"
    assert "load delay" not in part(web, document)


def test_the_page_does_not_wait_for_what_nobody_puts_in_line(broker, ana, web, clock):
    document = issued(ana)
    clock.forward(minutes=6)
    assert "load delay" not in part(web, document)
    begin(sending_since=None)
    assert "load delay" not in part(web, issued(ana))
    assert broker.waiting == []


def test_the_page_and_the_sweep_put_an_invoice_in_line_once(broker, ana, web, django_capture_on_commit_callbacks):
    document = issued(ana)
    sweep_submissions()
    with django_capture_on_commit_callbacks(execute=True):
        part(web, document)
    broker.live(seconds=30)
    assert only(document).uploads == 1


def test_a_list_leaves_alone_what_another_worker_is_asking_about(broker, clock, ana):
    documents = [issued(ana) for _ in range(2)]
    sweep_submissions()
    broker.live(seconds=10)
    clock.forward(minutes=2)
    rows = list(Submission.objects.filter(status="sent").order_by("id"))
    Submission.objects.filter(pk=rows[0].pk).update(due_at=timezone.now() + follow.LEASE)
    follow._by_list(SpvClient.of_company(), rows)
    assert [only(each).status for each in documents] == ["sent", "accepted"]
