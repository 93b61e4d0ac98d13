"""Rows in plain SQL: what is written is what Django would have written."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, transaction

from accounts.models import User
from companies.events import new_event
from companies.models import Event
from invoicing.models import Document, DocumentLine, RenderedPdf
from lib.rows import find, insert, update
from tests import factories

HOSTILE = '„Ștefan” & fiii\n\t{"a": [1]} \'; DROP TABLE x; -- %s %(a)s \\u0041 😀'
LEAST = Decimal("-999999999.99")


@pytest.fixture
def draft(company, scope, ana) -> Document:
    return factories.make_draft(by=ana)


def kept(row):
    """The row as the database has it, without its key."""
    fresh = type(row).objects.get(pk=row.pk)
    return {field.attname: getattr(fresh, field.attname) for field in fresh._meta.concrete_fields if not field.primary_key}


def a_document(draft, **more):
    return Document(
        kind="invoice", series=draft.series, partner=draft.partner, notes=HOSTILE, token=uuid4(), issue_date=date(2026, 2, 28),
        exchange_rate=Decimal("4.987650"), currency="EUR", lines_net=LEAST, net=LEAST, total=LEAST, seller={"name": HOSTILE, "accounts": [], "logo": None},
        **more,
    )  # fmt: skip


def test_every_field_is_written_as_django_writes_it(draft):
    plain = a_document(draft)
    insert(plain)
    theirs = a_document(draft, created_at=plain.created_at)
    theirs.token = plain.token
    expected = {field.attname: getattr(theirs, field.attname) for field in theirs._meta.concrete_fields if not field.primary_key}
    assert kept(plain) == expected | {"created_at": plain.created_at}


def test_keys_come_back_in_the_order_of_the_rows(draft):
    lines = [draft.lines.get() for _ in range(50)]
    for number, line in enumerate(lines):
        line.pk, line.position, line.name = None, 10 + number, f"Linia {number}"
    events = [new_event(draft, "issued", n=n) for n in range(3)]
    insert(*lines, events[0], RenderedPdf(document=draft, revision=7), *events[1:])
    assert [DocumentLine.objects.get(pk=line.pk).name for line in lines] == [line.name for line in lines]
    assert [Event.objects.get(pk=event.pk).data for event in events] == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert not lines[0]._state.adding


def test_a_text_that_is_too_long_is_refused(draft):
    with pytest.raises(DataError), transaction.atomic():
        insert(DocumentLine(document=draft, position=99, name="x", unit="u" * 500))


def test_constraints_and_triggers_hold(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(DocumentLine(document=draft, position=draft.lines.first().position, name="x"))


def test_all_or_nothing(draft):
    before = Event.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(new_event(draft, "issued"), DocumentLine(document=draft, position=1, name="x"))
    assert Event.objects.count() == before


def test_no_rows_are_no_statement(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        insert()


def test_a_value_that_json_does_not_know_is_refused(draft):
    with pytest.raises(TypeError):
        insert(new_event(draft, "issued", thing=object()))


def test_update_writes_what_it_is_told_and_no_more(draft):
    draft.notes, draft.seller, draft.total = HOSTILE, {"name": "Ș"}, Decimal("7.25")
    update(draft, "notes", "seller")
    fresh = Document.objects.get(pk=draft.pk)
    assert (fresh.notes, fresh.seller) == (HOSTILE, {"name": "Ș"})
    assert fresh.total != Decimal("7.25")


def test_update_of_a_row_that_is_not_there_is_an_error(draft):
    draft.company_id += 1
    with pytest.raises(LookupError):
        update(draft, "notes")


def test_find_gives_the_row_or_none(ana, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert find(User, "r.id = %s", ana.pk) == ana
        assert find(User, "r.id = %s", 0) is None
