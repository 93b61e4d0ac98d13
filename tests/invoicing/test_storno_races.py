"""Ten people at once on one invoice: what they take together is never more than it holds, and nobody waits for ever."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from companies.scope import company_scope
from invoicing.actions import issue, make_storno, record_payment, revise, storno
from invoicing.models import Document, DocumentLine
from lib.errors import Refused
from tests import factories
from tests.invoicing.test_numbers import in_threads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invoice():
    company, user = factories.make_company(), factories.make_user()
    factories.make_member(user, company)
    with company_scope(company.pk):
        factories.make_partner()
        yield company, user, issue(factories.make_draft(lines=[factories.make_line(quantity="5")]), by=user)


def at_once(company, work, keys):
    """What each thread got: the result, or the code of the refusal."""

    def run(key):
        with company_scope(company.pk):
            try:
                return work(key)
            except Refused as refusal:
                return refusal.code
            except IntegrityError as error:
                return "more than it holds" if "take more than it holds" in str(error) else str(error)

    return in_threads(run, keys, threads=10)


def taken(original):
    return sum(DocumentLine.objects.filter(document__storno_of=original, document__status="issued").values_list("quantity", flat=True))


def test_ten_stornos_of_the_whole_make_one(invoice):
    company, user, original = invoice
    answers = at_once(company, lambda _: storno(original, by=user, reason="Retur").number, range(10))
    assert sorted(map(str, answers)) == ["2", *["already_storned"] * 9]
    assert taken(original) == -5


def test_ten_stornos_of_two_pieces_take_at_most_five(invoice):
    company, user, original = invoice
    part = {original.lines.get().pk: Decimal(2)}
    answers = at_once(company, lambda _: storno(original, lines=part, by=user, reason="Retur").total, range(10))
    assert sorted(map(str, answers)) == ["-242.00"] * 2 + ["storno_over_original"] * 8
    assert taken(original) == -4


def test_ten_drafts_issued_at_once_make_one_storno(invoice):
    company, user, original = invoice
    drafts = [make_storno(original, by=user) for _ in range(10)]
    at_once(company, lambda draft: issue(draft, by=user).number, drafts)
    assert (taken(original), Document.objects.filter(storno_of=original, status="issued").count()) == (-5, 1)


def test_ten_drafts_pushed_through_by_raw_sql_make_one_storno(invoice):
    company, user, original = invoice
    drafts = [make_storno(original, by=user).pk for _ in range(10)]

    def push(pk):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE invoicing_document SET status='issued', number=id, issued_at=now() WHERE id = %s", [pk])
        return "issued"

    assert sorted(at_once(company, push, drafts)) == ["issued", *["more than it holds"] * 9]
    assert taken(original) == -5


def test_a_storno_a_payment_and_a_revision_at_once_leave_the_books_in_order(invoice):
    company, user, original = invoice

    def work(number):
        if number % 3 == 0:
            return storno(original, by=user, reason="Retur").label
        if number % 3 == 1:
            amount = original.total
            return record_payment([original], amount=amount, method="cash", on=factories.TODAY, by=user, token=uuid4()).amount
        return revise(Document.objects.get(pk=original.pk), [factories.make_line(quantity="5")], by=user, reason="x", revision=1).revision

    at_once(company, work, range(9))
    fresh = Document.objects.get(pk=original.pk)
    mirror = Document.objects.get(storno_of=original)
    assert (fresh.balance, mirror.total, mirror.balance in (0, -fresh.total)) == (0, -fresh.total, True)
