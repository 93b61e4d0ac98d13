"""What people ask and decide: sending by hand, a second index, manual uploads, what need not be sent, uploads made elsewhere."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from efactura.actions import enrol_new, give_up, record_manual_upload, send_now
from efactura.actions.submit import plan
from efactura.models import ForeignUpload, Settings, Submission
from efactura.rehearsal.samples import invoice
from efactura.sending.routes import route
from efactura.sending.work import look_for_foreign
from efactura.terms_of_law import deadline, exempt_reason
from invoicing.actions import cancel, revise, storno
from invoicing.models import Document
from lib.errors import Refused
from tests import factories
from tests.efactura.sending import Clock, begin, issued, once, only, uploaded


@pytest.fixture
def clock(authorised, spv, monkeypatch, celery_eager):
    begin(Settings.Sending.BY_HAND)
    return Clock(spv, monkeypatch)


@pytest.fixture
def accepted(clock, ana):
    document = issued(ana)
    send_now(document, by=ana)
    clock.sweep(minutes=2)
    assert only(document).status == "accepted"
    return document


def changed(document: Document, by) -> Document:
    document = Document.objects.get(pk=document.pk)
    return revise(document, [factories.make_line(price="200")], by=by, reason="Preț greșit", revision=document.revision)


def test_by_hand_an_invoice_is_listed_and_does_not_leave(clock, ana, spv):
    document = issued(ana)
    clock.sweep(minutes=3)
    assert (only(document).status, only(document).due_at, uploaded(spv)) == ("pending", None, 0)


@pytest.mark.parametrize(
    ("sending", "at"),
    [("by_hand", None), ("at_once", (10, 30)), ("delay", (11, 30)), ("at_hour", (20, 0))],
)
def test_when_an_invoice_leaves(scope, sending, at):
    day = timezone.make_aware(datetime(2026, 11, 23, 10, 30))
    planned = plan(Settings(sending=sending), day)
    assert (planned and (timezone.localtime(planned).hour, timezone.localtime(planned).minute)) == at


def test_after_the_hour_it_leaves_the_next_day(scope):
    planned = plan(Settings(sending="at_hour", send_hour=9), timezone.make_aware(datetime(2026, 11, 23, 10, 30)))
    assert planned == timezone.make_aware(datetime(2026, 11, 24, 9, 0))


def test_what_was_accepted_is_not_sent_again(accepted, ana):
    with pytest.raises(Refused, match="already_accepted"):
        send_now(accepted, by=ana)


def test_r23_a_changed_invoice_is_not_sent_again_by_itself(accepted, ana, clock, spv):
    begin(Settings.Sending.AT_ONCE)
    changed(accepted, ana)
    clock.sweep(minutes=10)
    assert (Submission.objects.filter(document=accepted).count(), uploaded(spv)) == (1, 1)


def test_r23_a_second_index_needs_an_explicit_act_and_both_stay(accepted, ana, clock, spv):
    again = changed(accepted, ana)
    with pytest.raises(Refused, match="second_index_not_confirmed"):
        send_now(again, by=ana)
    send_now(again, by=ana, again=True)
    clock.sweep(minutes=2)
    first, second = Submission.objects.filter(document=accepted).order_by("id")
    assert [(each.status, each.revision, each.deliberate, each.latest) for each in (first, second)] == [
        ("accepted", 1, False, False),
        ("accepted", 2, True, True),
    ]
    assert first.index != second.index


def test_a_rejected_invoice_goes_again_as_a_new_revision_by_itself(clock, ana, spv):
    begin(Settings.Sending.AT_ONCE)
    document = issued(ana)
    once(spv, "upload", "nok")
    clock.sweep(minutes=2)
    assert only(document).status == "rejected"
    changed(document, ana)
    clock.sweep(minutes=3)
    first, second = Submission.objects.filter(document=document).order_by("id")
    assert [(each.status, each.revision, each.deliberate) for each in (first, second)] == [("rejected", 1, False), ("accepted", 2, False)]


def test_a_rejected_invoice_is_sent_again_as_it_is_when_the_fault_was_elsewhere(clock, ana, spv):
    document = issued(ana)
    once(spv, "upload", "nok")
    send_now(document, by=ana)
    clock.sweep(minutes=2)
    send_now(document, by=ana)
    clock.sweep(minutes=2)
    states = Submission.objects.filter(document=document).order_by("id").values_list("status", "revision")
    assert list(states) == [("rejected", 1), ("accepted", 1)]


def test_what_changed_before_it_left_leaves_as_it_is_now(clock, ana, spv):
    document = issued(ana)
    enrol_new()
    changed(document, ana)
    enrol_new()
    states = Submission.objects.filter(document=document).order_by("id").values_list("status", "revision", "latest")
    assert list(states) == [("dropped", 1, False), ("pending", 2, True)]


def test_a_change_while_the_outcome_is_unknown_waits(clock, ana, spv):
    document = issued(ana)
    once(spv, "upload", "lose_answer")
    send_now(document, by=ana)
    clock.sweep()
    with pytest.raises(Refused, match="submission_under_way"):
        send_now(changed(document, ana), by=ana, again=True)


def test_what_a_person_took_out_after_a_lost_answer_leaves_only_with_a_confirmation(clock, ana, spv):
    document = issued(ana)
    once(spv, "upload", "lose_request")
    send_now(document, by=ana)
    clock.sweep(minutes=170)
    give_up(only(document), by=ana)
    with pytest.raises(Refused, match="second_index_not_confirmed"):
        send_now(document, by=ana)


def test_a_manual_upload_is_taken_over_by_its_index_and_archived(clock, ana, spv):
    from efactura.actions import xml_of

    document = issued(ana)
    xml = bytes(xml_of(document).file.content)
    index = spv.documents.take(xml, {"standard": "UBL", "cif": "18547290"})
    record_manual_upload(document, index=str(index), by=ana)
    clock.sweep(minutes=1)
    sent = only(document)
    assert (sent.status, sent.origin, sent.index, sent.archive is not None, uploaded(spv)) == ("accepted", "manual", str(index), True, 1)


def test_an_index_that_spv_does_not_know_is_said_and_the_invoice_may_leave(clock, ana, spv):
    document = issued(ana)
    record_manual_upload(document, index="123", by=ana)
    clock.sweep()
    assert only(document).status == "refused"
    send_now(document, by=ana)
    clock.sweep(minutes=2)
    assert Submission.objects.get(document=document, latest=True).status == "accepted"


@pytest.mark.parametrize("index", ["", "12a", "9" * 21])
def test_an_index_is_digits(clock, ana, index):
    with pytest.raises(Refused, match="index_invalid"):
        record_manual_upload(issued(ana), index=index, by=ana)


def test_one_index_is_of_one_invoice(accepted, ana):
    with pytest.raises(Refused, match="index_known"):
        record_manual_upload(issued(ana), index=only(accepted).index, by=ana)


def test_a_self_billed_upload_made_elsewhere_is_named(clock, spv, accepted):
    xml = invoice(supplier="14399840", buyer="18547290", number="AF 1", now=timezone.now().timestamp())
    own = spv.documents.take(xml, {"standard": "UBL", "cif": "18547290", "autofactura": "DA"})
    spv.documents.take(xml.replace(b"AF 1", b"B 7"), {"standard": "UBL", "cif": "14399840"})  # an ordinary one, received
    clock.forward(hours=1)
    look_for_foreign()
    assert [row.index for row in ForeignUpload.objects.all()] == [str(own)]


def test_an_upload_made_elsewhere_is_named_once(clock, ana, spv, accepted):
    xml = invoice(supplier="18547290", buyer="14399840", number="ALT 1", now=timezone.now().timestamp())
    index = spv.documents.take(xml, {"standard": "UBL", "cif": "18547290"})
    clock.forward(hours=1)
    look_for_foreign()
    clock.forward(days=1)
    look_for_foreign()
    assert [row.index for row in ForeignUpload.objects.all()] == [str(index)]


@pytest.mark.parametrize(
    ("issue_date", "delivered", "last"),
    [
        (date(2024, 6, 27), None, date(2024, 7, 4)),  # five working days
        (date(2025, 12, 19), None, date(2025, 12, 24)),  # five days of the calendar
        (date(2026, 11, 20), None, date(2026, 11, 27)),
        (date(2026, 11, 26), None, date(2026, 12, 7)),  # 30 November is a holiday, 1 December too
        (date(2026, 11, 25), date(2026, 9, 3), date(2026, 10, 22)),  # issued later than the law wanted
    ],
)
def test_the_last_day_for_sending(scope, issue_date, delivered, last):
    assert deadline(Document(issue_date=issue_date, delivery_date=delivered)) == last


def test_an_export_need_not_be_sent_but_may(clock, ana, spv):
    partner = factories.make_partner("Kunde GmbH", "DE123456789", country="CH", county="", city="Zürich", vat_payer=False)
    document = issued(ana, partner=partner, lines=[factories.make_line(rate="g-export")])
    enrol_new()
    assert (only(document).status, exempt_reason(document)) == ("exempt", only(document).message)
    send_now(document, by=ana)
    assert only(document).status == "pending"


@pytest.mark.parametrize(
    ("buyer", "expected"),
    [
        ({"kind": "legal", "country": "RO"}, ("UBL", False, False)),
        ({"kind": "natural", "country": "RO"}, ("UBL", True, False)),
        ({"kind": "legal", "country": "DE"}, ("UBL", False, True)),
    ],
)
def test_the_way_by_which_an_invoice_leaves(scope, buyer, expected):
    assert route(Document(buyer=buyer), b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>')[:3] == expected


def test_a_credit_note_leaves_as_cn_and_a_self_billed_one_says_so(scope):
    ubl = "urn:oasis:names:specification:ubl:schema:xsd:"
    assert route(Document(), f'<CreditNote xmlns="{ubl}CreditNote-2"/>'.encode()).standard == "CN"
    own = f'<Invoice xmlns="{ubl}Invoice-2"><InvoiceTypeCode xmlns="{ubl}CommonBasicComponents-2">389</InvoiceTypeCode></Invoice>'
    assert route(Document(), own.encode()).autofactura


def test_the_clock_says_how_much_time_is_left(clock, ana):
    document = issued(ana)
    enrol_new()
    sent = only(document)
    assert sent.clock.startswith("Termen de transmitere:")
    clock.forward(days=12)
    assert (sent.is_late, sent.clock.startswith("Termenul de transmitere a trecut")) == (True, True)
    assert timezone.localdate() - timedelta(days=12) <= sent.deadline


def test_what_spv_has_is_not_cancelled(accepted, ana):
    with pytest.raises(Refused, match="document_in_spv"):
        cancel(accepted, by=ana, reason="Dublură")
    assert storno(accepted, by=ana, reason="Dublură").total == -accepted.total


def test_what_waits_for_spv_is_cancelled(clock, ana):
    assert cancel(issued(ana), by=ana, reason="Dublură").status == "cancelled"
