"""Ten people at once on one proforma: what they take together is never more than it holds."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from companies.scope import company_scope
from invoicing.actions import convert, issue
from invoicing.models import Document, DocumentLine, Kind
from lib.errors import Refused
from tests import factories
from tests.invoicing.test_convert import make_note, make_proforma, part
from tests.invoicing.test_numbers import in_threads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def firm():
    company, user = factories.make_company(), factories.make_user()
    factories.make_member(user, company)
    with company_scope(company.pk):
        factories.make_partner()
        yield company, user


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


def test_ten_requests_to_invoice_one_proforma_give_one_invoice(firm):
    company, user = firm
    proforma = make_proforma(user)
    answers = at_once(company, lambda _: issue(convert([proforma], by=user), by=user).label, range(10))
    assert sorted(answers) == ["FCT 0001", *["already_converted"] * 9]
    assert Document.objects.invoices().count() == 1


def test_ten_requests_for_three_of_ten_pieces_give_three_invoices(firm):
    company, user = firm
    proforma = make_proforma(user)
    answers = at_once(company, lambda _: convert([proforma], lines=part(proforma, "3"), by=user).total, range(10))
    assert sorted(map(str, answers)) == ["181.50"] * 3 + ["conversion_over_source"] * 7


def test_notes_named_in_any_order_do_not_wait_for_each_other_for_ever(firm):
    company, user = firm
    notes = [make_note(user), make_note(user)]
    answers = at_once(company, lambda turn: convert(notes[:: 1 if turn % 2 else -1], by=user).kind, range(10))
    assert sorted(answers) == ["already_converted"] * 9 + [Kind.INVOICE]


def test_ten_lines_pushed_in_by_raw_sql_take_at_most_what_there_is(firm):
    company, user = firm
    proforma = make_proforma(user)
    drafts = [factories.make_draft(by=user).pk for _ in range(10)]
    line = proforma.lines.get().pk

    def push(pk):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE invoicing_documentline SET source_line_id = %s, quantity = 5 WHERE document_id = %s", [line, pk])
        return "taken"

    assert sorted(at_once(company, push, drafts)) == ["more than it holds"] * 8 + ["taken"] * 2
    assert sum(DocumentLine.objects.filter(source_line=line).values_list("quantity", flat=True)) == Decimal(10)
