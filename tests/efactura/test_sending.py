"""From issued to accepted, and what each fault of SPV does to a submission."""

import hashlib
from datetime import timedelta

import pytest
from celery.signals import before_task_publish
from django.utils import timezone

from companies.scope import company_scope
from efactura import tasks
from efactura.actions import enrol_new
from efactura.authorise import use_authorisation
from efactura.models import EInvoiceXml, Submission
from efactura.sending.follow import LIST_FROM
from efactura.sending.routes import route
from efactura.sending.work import give_back_lost, work
from efactura.spv import limits
from efactura.spv.archive import read_zip
from efactura.spv.environment import Environment
from invoicing.models import Kind, Series
from tests import factories
from tests.efactura.sending import Clock, begin, issued, once, only, uploaded


@pytest.fixture
def clock(authorised, spv, monkeypatch, celery_eager):
    begin()
    return Clock(spv, monkeypatch)


def test_an_issued_invoice_leaves_with_the_next_sweep_and_is_accepted(clock, ana, spv):
    document = issued(ana)
    clock.sweep()
    sent = only(document)
    assert (sent.status, sent.index.isdigit(), sent.uploads) == ("sent", True, 1)
    clock.sweep(minutes=2)
    sent.refresh_from_db()
    assert (sent.status, sent.signature, sent.due_at, uploaded(spv)) == ("accepted", "valid", None, 1)


def test_a_self_billed_invoice_leaves_in_the_suppliers_name(clock, ana):
    series = Series.objects.create(kind=Kind.SELF_BILLED, name="AF", is_default=True)
    document = issued(ana, kind=Kind.SELF_BILLED, series=series, contract_reference="Acord 7")
    clock.sweep(minutes=2)
    sent = only(document)
    assert (sent.status, route(document, bytes(sent.xml.file.content)).autofactura) == ("accepted", True)


def test_a_self_billed_upload_whose_answer_was_lost_is_found_where_spv_lists_it(clock, ana, spv):
    series = Series.objects.create(kind=Kind.SELF_BILLED, name="AF", is_default=True)
    document = issued(ana, kind=Kind.SELF_BILLED, series=series, contract_reference="Acord 7")
    once(spv, "upload", "lose_answer")
    clock.sweep(minutes=10)
    assert (only(document).status, only(document).uploads, uploaded(spv)) == ("accepted", 1, 1)


def test_the_archive_is_kept_as_it_came_and_holds_the_bytes_that_left(clock, ana):
    document = issued(ana)
    clock.sweep(minutes=2)
    sent = only(document)
    archive = read_zip(bytes(sent.archive.content))
    made = EInvoiceXml.objects.get(document=document)
    assert (archive.index, hashlib.sha256(archive.content).hexdigest()) == (sent.index, made.sha256)


def test_every_try_and_answer_is_written_down(clock, ana):
    document = issued(ana)
    clock.sweep(minutes=2)
    assert [call.act for call in only(document).calls.all()] == ["planned", "upload", "answer", "state", "download"]


def test_the_history_of_the_document_bears_the_index(clock, ana):
    from invoicing.history import history

    document = issued(ana)
    clock.sweep(minutes=2)
    texts = [entry.text for entry in history(document, whole=True)[0]]
    assert f"ANAF a acceptat factura (index {only(document).index}, Repetiție)" in texts


@pytest.mark.parametrize("fault", ["lose_answer", "500_taken", "empty_taken", "html_taken", "technical_taken", "no_index", "slow"])
def test_an_upload_that_spv_took_without_answering_is_found_and_not_repeated(clock, ana, spv, fault):
    document = issued(ana)
    once(spv, "upload", fault)
    if fault == "slow":
        spv.control(slow=7)
    clock.sweep()
    assert only(document).status == "unknown"
    clock.sweep(minutes=20)
    sent = only(document)
    assert (sent.status, sent.origin, sent.uploads, uploaded(spv)) == ("accepted", "here", 1, 1)
    assert sent.archive is not None


@pytest.mark.parametrize("fault", ["lose_request", "500", "empty", "html", "technical", "204"])
def test_an_upload_that_spv_never_took_is_looked_for_before_a_person_decides(clock, ana, spv, fault):
    document = issued(ana)
    once(spv, "upload", fault)
    clock.sweep()
    assert only(document).status == "unknown"
    clock.sweep(minutes=30)
    assert only(document).status == "unknown"
    clock.sweep(minutes=140)
    sent = only(document)
    assert (sent.status, sent.uploads, uploaded(spv), sent.due_at) == ("by_hand", 1, 0, None)


def test_a_company_may_let_it_be_resent_once_with_the_same_bytes(clock, ana, spv):
    begin(resend_unknown=True)
    document = issued(ana)
    once(spv, "upload", "lose_request")
    clock.sweep(minutes=170)
    sent = only(document)
    assert (sent.status, sent.uploads, uploaded(spv)) == ("accepted", 2, 1)


def test_what_was_lost_twice_goes_to_a_person(clock, ana, spv):
    begin(resend_unknown=True)
    document = issued(ana)
    once(spv, "upload", "lose_request", times=2)
    clock.sweep(minutes=340)
    assert (only(document).status, only(document).uploads, uploaded(spv)) == ("by_hand", 2, 0)


@pytest.mark.parametrize("fault", ["schema", "size"])
def test_what_spv_refuses_at_upload_is_refused_with_its_words(clock, ana, spv, fault):
    document = issued(ana)
    once(spv, "upload", fault)
    clock.sweep(minutes=5)
    sent = only(document)
    assert (sent.status, sent.index, sent.due_at, len(sent.findings)) == ("refused", "", None, 1)


@pytest.mark.parametrize(
    ("fault", "obstacle"), [("rights", "authorisation"), ("403", "authorisation"), ("401", "authorisation"), ("429", "limit")]
)
def test_what_says_nothing_of_the_document_waits_in_line_and_goes_on(clock, ana, spv, fault, obstacle):
    document = issued(ana)
    once(spv, "upload", fault)
    clock.sweep()
    assert (only(document).status, only(document).obstacle, uploaded(spv)) == ("pending", obstacle, 0)
    clock.sweep(minutes=40)
    assert (only(document).status, only(document).obstacle, uploaded(spv)) == ("accepted", "", 1)


def test_a_rejection_keeps_its_archive_and_its_reasons(clock, ana, spv):
    document = issued(ana)
    once(spv, "upload", "nok")
    clock.sweep(minutes=2)
    sent = only(document)
    assert (sent.status, sent.findings, sent.archive is not None) == (
        "rejected",
        ["E: validari globale SCHEMATRON eroare: [BR-RO-120]-Respins la cerere (repetitie)."],
        True,
    )


def test_without_an_authorisation_the_queue_waits_and_loses_nothing(scope, ana, spv, monkeypatch, celery_eager):
    from tests.efactura.conftest import authorise

    begin()
    clock = Clock(spv, monkeypatch)
    documents = [issued(ana) for _ in range(3)]
    clock.sweep(minutes=3)
    assert [only(each).status for each in documents] == ["pending"] * 3
    assert {only(each).obstacle for each in documents} == {"authorisation"}
    authorise(spv, by=ana)
    clock.sweep(minutes=2)
    assert [only(each).status for each in documents] == ["accepted"] * 3


def test_renewing_lets_every_company_that_shares_the_authorisation_go_on(clock, ana, authorised):
    document = issued(ana)
    enrol_new()
    later = timezone.now() + timedelta(minutes=30)
    Submission.objects.update(due_at=later, obstacle="authorisation")
    other = factories.make_company("Alta SRL", "27193515")
    factories.make_member(ana, other)
    with company_scope(other.pk):
        use_authorisation(Environment.REHEARSAL, authorised, by=ana)
    assert only(document).due_at <= timezone.now()


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "500", "html", "limit", "429"])
def test_a_question_that_fails_changes_no_state_and_is_asked_again(clock, ana, spv, fault):
    document = issued(ana)
    clock.sweep()
    once(spv, "stareMesaj", fault)
    clock.sweep(minutes=1)
    assert only(document).status == "sent"
    clock.sweep(minutes=5)
    if fault == "limit":
        clock.forward(days=1)
        clock.sweep(minutes=1)
    assert only(document).status == "accepted"


@pytest.mark.parametrize("fault", ["lose_answer", "500", "html", "empty"])
def test_an_archive_that_does_not_come_is_fetched_later_and_once(clock, ana, spv, fault):
    document = issued(ana)
    clock.sweep()
    once(spv, "descarcare", fault)
    clock.sweep(minutes=1)
    assert (only(document).status, only(document).archive) == ("accepted", None)
    clock.sweep(minutes=5)
    assert only(document).archive is not None
    assert only(document).calls.filter(outcome__startswith="Arhiva semnată").count() == 1


def test_an_archive_that_expired_is_given_up_and_said(clock, ana, spv):
    document = issued(ana)
    clock.sweep()
    once(spv, "descarcare", "expired")
    clock.sweep(minutes=5)
    assert (only(document).status, only(document).archive, only(document).due_at) == ("accepted", None, None)


def test_a_duplicate_answer_adopts_the_index_that_it_names(clock, ana, spv):
    document = issued(ana)
    once(spv, "upload", "lose_answer")
    clock.sweep()
    Submission.objects.filter(document=document).update(due_at=timezone.now())
    lost = only(document)
    first = str(spv.store.row("SELECT max(id) AS id FROM documents")["id"])
    # The list does not show it; a person decides for another try.
    spv.control(lag=10**6)
    clock.sweep(minutes=200)
    from efactura.actions import resend

    lost.refresh_from_db()
    resend(lost, by=ana)
    clock.sweep(minutes=5)
    rejected, adopted = Submission.objects.filter(document=document).order_by("id")
    assert (rejected.status, rejected.latest) == ("rejected", False)
    assert (adopted.status, adopted.index, adopted.origin, adopted.latest) == ("accepted", first, "duplicate", True)


def test_a_dead_worker_leaves_an_unknown_upload_after_a_while(clock, ana, spv):
    document = issued(ana)
    from efactura.sending.upload import _claim

    enrol_new()
    assert _claim(Submission.objects.select_related("xml__file").get(document=document))
    give_back_lost()
    assert only(document).status == "sending"
    clock.forward(minutes=11)
    give_back_lost()
    assert only(document).status == "unknown"


@pytest.mark.parametrize("behind", [0, 3, 30])
def test_many_uploads_are_accepted_in_minutes_by_lists_whatever_anafs_clock_says(clock, ana, behind):
    clock.behind = timedelta(minutes=behind)
    clock.forward()
    documents = [issued(ana) for _ in range(12)]
    clock.sweep(minutes=4)
    assert {only(each).status for each in documents} == {"accepted"}
    acts = [call.act for each in documents for call in only(each).calls.all()]
    assert acts.count("listed") + acts.count("state") == 12
    assert acts.count("state") < LIST_FROM


def test_a_document_that_anaf_would_refuse_does_not_leave(clock, ana, spv):
    partner = factories.make_partner(cif="RO27193515", city="București", county="RO-B")
    document = issued(ana, partner=partner)
    clock.sweep(minutes=2)
    sent = only(document)
    assert (sent.status, uploaded(spv), sent.due_at) == ("held", 0, None)
    assert "BR-RO-100" in sent.findings[0]


def test_no_mix_up_a_submission_of_the_rehearsal_does_not_go_to_anaf(clock, ana, spv):
    document = issued(ana)
    from efactura.models import Settings

    enrol_new()
    Settings.objects.update(environment="productie")
    clock.sweep(minutes=2)
    assert (only(document).status, only(document).environment, uploaded(spv)) == ("pending", "repetitie", 0)


def test_polls_grow_apart_and_stay_well_under_the_limit(clock, ana, spv):
    spv.control(processing=10**6)
    document = issued(ana)
    clock.sweep()
    for _ in range(48):
        clock.forward(minutes=30)
        clock.sweep()
    assert 5 <= only(document).calls.filter(act="state").count() <= 12
    assert only(document).sent_at < timezone.now() - timedelta(hours=23)


def test_no_upload_is_begun_for_which_the_minute_has_no_room(clock, ana, spv, monkeypatch):
    monkeypatch.setattr(limits, "A_MINUTE", 2)
    documents = [issued(ana) for _ in range(3)]
    enrol_new()
    keys = [only(each).pk for each in documents]
    assert work(keys) == keys[2:]
    waiting = only(documents[2])
    assert (waiting.status, waiting.uploads, [call.act for call in waiting.calls.all()], uploaded(spv)) == ("pending", 0, ["planned"], 2)
    clock.forward(minutes=3)
    assert (work(keys[2:]), only(documents[2]).status) == ([], "sent")


def test_what_found_no_room_is_tried_again_in_seconds(authorised, ana, company, monkeypatch):
    begin()
    document = issued(ana)
    enrol_new()
    monkeypatch.setattr(limits, "A_MINUTE", 0)
    published = []

    def note(sender, headers, body, **_):
        published.append((sender, list(body[0]), headers["eta"] < headers["expires"]))

    before_task_publish.connect(note)
    tasks.work(company.pk, [only(document).pk])
    before_task_publish.disconnect(note)
    assert published == [("efactura.tasks.work", [company.pk, [only(document).pk]], True)]


def test_what_found_no_room_is_left_to_the_next_sweep_when_it_is_near(authorised, ana, company, monkeypatch):
    begin()
    document = issued(ana)
    enrol_new()
    monkeypatch.setattr(limits, "A_MINUTE", 0)
    published = []
    monkeypatch.setattr(tasks.work, "apply_async", lambda *given, **options: published.append(given))
    for seconds, count in ((30, 1), (3, 1)):
        tasks.work.push_request(expires=(timezone.now() + timedelta(seconds=seconds)).isoformat())
        tasks.work.run(company.pk, [only(document).pk])
        tasks.work.pop_request()
        assert len(published) == count
