"""A message to the issuer leaves once; a lost answer is looked for, never repeated blindly."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from companies.models import Event
from companies.scope import company_scope
from efactura.actions import decide_message, write_to_issuer
from efactura.inbox.work import work
from efactura.models import BuyerMessage, ReceivedMessage
from efactura.rehearsal.documents import message
from lib.errors import Refused
from tests.efactura.inbox import BUYER, SUPPLIER, hour_passes, only, supplied, taken
from tests.efactura.sending import Clock, begin, issued, once
from tests.efactura.sending import only as only_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock(authorised, spv, monkeypatch):
    return Clock(spv, monkeypatch)


@pytest.fixture
def received(clock, spv):
    supplied(spv)
    hour_passes(clock)
    return only()


def write(row, by, text="Cantitatea de la poziția 1 este greșită."):
    return write_to_issuer(row, text=text, token=uuid4(), by=by)


def rasps(spv):
    return int(spv.store.row("SELECT count(*) AS n FROM documents WHERE standard = 'RASP'")["n"])


def test_a_message_leaves_and_comes_back_in_the_list(received, clock, spv, ana):
    answer = write(received, ana)
    work()
    answer.refresh_from_db()
    assert (answer.status, answer.index.isdigit(), rasps(spv)) == ("sent", True, 1)
    hour_passes(clock)
    back = ReceivedMessage.objects.get(kind="message_out")
    assert (back.index, back.content) == (answer.index, {"about": received.index, "message": answer.text})


def test_the_same_form_twice_is_one_message(received, spv, ana):
    token = uuid4()
    first = write_to_issuer(received, text="Unu", token=token, by=ana)
    assert write_to_issuer(received, text="Unu", token=token, by=ana).pk == first.pk
    work()
    work()
    assert rasps(spv) == 1


def test_four_workers_send_a_message_once(received, spv, ana, company):
    """Fails without the compare-and-set of the claim."""
    write(received, ana)

    def run(_):
        try:
            with company_scope(company.pk):
                work()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert rasps(spv) == 1


def test_a_lost_answer_is_found_again_and_nothing_is_sent_twice(received, clock, spv, ana):
    answer = write(received, ana)
    once(spv, "upload", "lose_answer")
    work()
    answer.refresh_from_db()
    assert answer.status == "unknown"
    for _ in range(4):
        clock.forward(minutes=5)
        hour_passes(clock)
    answer.refresh_from_db()
    assert (answer.status, answer.index, rasps(spv)) == ("sent", ReceivedMessage.objects.get(kind="message_out").index, 1)


def test_a_lost_request_is_handed_to_a_person_who_sends_it_again(received, clock, spv, ana):
    answer = write(received, ana)
    once(spv, "upload", "lose_request")
    work()
    for _ in range(6):
        clock.forward(hours=4)
        hour_passes(clock)
    answer.refresh_from_db()
    assert (answer.status, rasps(spv)) == ("by_hand", 0)
    decide_message(answer, again=True, by=ana)
    work()
    answer.refresh_from_db()
    assert (answer.status, rasps(spv)) == ("sent", 1)


def test_a_worker_that_died_on_the_way_leaves_an_unknown_message(received, clock, ana, spv):
    answer = write(received, ana)
    BuyerMessage.objects.update(status="sending", due_at=timezone.now(), started_at=timezone.now())
    work()
    answer.refresh_from_db()
    assert (answer.status, rasps(spv)) == ("unknown", 0)


def test_two_messages_with_the_same_words_take_an_index_each(received, clock, spv, ana):
    answers = [write(received, ana, "La fel"), write(received, ana, "La fel")]
    once(spv, "upload", "lose_answer", times=2)
    work()
    for _ in range(4):
        clock.forward(minutes=5)
        hour_passes(clock)
    assert len({BuyerMessage.objects.get(pk=each.pk).index for each in answers} - {""}) == 2


def test_the_limit_of_a_day_waits_for_tomorrow(received, spv, ana, clock):
    spv.control(rasp_day=0)
    answer = write(received, ana)
    work()
    answer.refresh_from_db()
    assert (answer.status, timezone.localtime(answer.due_at).date()) == ("pending", timezone.localdate() + timedelta(days=1))


def test_an_empty_message_is_refused(received, ana):
    with pytest.raises(Refused, match="Scrieți"):
        write(received, ana, "  ")


def test_nobody_writes_to_the_issuer_of_a_message(clock, spv, ana):
    taken(spv, message("1", "Bună ziua"), standard="RASP", cif=BUYER)
    hour_passes(clock)
    with pytest.raises(Refused) as refused:
        write(only(), ana)
    assert refused.value.code == "message_not_for_this"


def test_a_message_that_was_not_lost_awaits_no_decision(received, ana):
    with pytest.raises(Refused) as refused:
        decide_message(write(received, ana), again=True, by=ana)
    assert refused.value.code == "message_not_waiting"


def test_the_words_of_a_message_stay(received, ana):
    answer = write(received, ana)
    with pytest.raises(IntegrityError, match="cannot be altered"), transaction.atomic():
        BuyerMessage.objects.filter(pk=answer.pk).update(text="Altceva")


def test_what_a_client_writes_stands_in_the_history_of_the_invoice(clock, spv, ana, celery_eager):
    begin()
    document = issued(ana)
    clock.sweep(minutes=3)
    taken(spv, message(only_of(document).index, "Nu recunoaștem factura"), standard="RASP", cif=SUPPLIER)
    hour_passes(clock)
    assert only().kind == "message_in"
    event = Event.objects.about(document).get(verb="spv_message")
    assert event.data["reason"] == "Nu recunoaștem factura"
