"""Ten people at once on one advance: together they never take more than it holds."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction

from companies.scope import company_scope
from invoicing.actions import issue, save_and_issue, storno
from invoicing.advances import left_of, settlement_lines
from invoicing.models import Document, DocumentLine
from tests import factories
from tests.invoicing.test_storno_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def advance():
    company, user = factories.make_company(), factories.make_user()
    factories.make_member(user, company)
    with company_scope(company.pk):
        factories.make_partner()
        draft = factories.make_draft(lines=[factories.make_line("Avans", price="500")], invoice_type="advance")
        yield company, user, issue(draft, by=user)


def drafts(advance, wanted, count=10):
    """Final invoices that take `wanted` each."""
    return [
        factories.make_draft(lines=[factories.make_line(price="1000"), *settlement_lines(left_of([advance])[0], wanted, Document())])
        for _ in range(count)
    ]


def taken(advance):
    lines = DocumentLine.objects.filter(advance=advance, document__status="issued")
    return -sum((line.net + line.vat for line in lines), Decimal(0))


def test_ten_finals_of_the_whole_make_one(advance):
    company, user, first = advance
    answers = at_once(company, lambda draft: issue(draft, by=user).number, drafts(first, None))
    assert sorted(map(str, answers)) == ["2", *["advance_over_left"] * 9]
    assert taken(first) == 605


def test_ten_finals_of_a_part_take_at_most_the_whole(advance):
    company, user, first = advance
    at_once(company, lambda draft: issue(draft, by=user).number, drafts(first, Decimal(200)))
    assert taken(first) == 600


def test_ten_drafts_pushed_through_by_raw_sql_make_one(advance):
    company, _, first = advance

    def push(draft):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE invoicing_document SET status='issued', number=id, issued_at=now() WHERE id = %s", [draft.pk])
        return "issued"

    answers = at_once(company, push, drafts(first, None))
    assert sum(answer == "issued" for answer in answers) == 1
    assert taken(first) == 605


def test_finals_and_stornos_of_the_advance_at_once_never_pass_it(advance):
    company, user, first = advance
    finals = drafts(first, Decimal(300), 5)
    key = first.lines.get().pk

    def work(number):
        if number % 2:
            return issue(finals[number // 2], by=user).number
        return storno(first, prices={key: Decimal(100)}, by=user, reason="Renunțare").number

    at_once(company, work, range(10))
    assert left_of([Document.objects.get(pk=first.pk)])[0].left >= 0


@pytest.mark.parametrize("saved", [True, False])
def test_ten_finals_saved_and_issued_in_one_step_make_one(advance, saved):
    """Fails when the advance is held only by the trigger: then who comes second breaks in place of being told."""
    company, user, first = advance
    waiting = drafts(first, None)

    def work(draft):
        lines = list(draft.lines.select_related("vat_rate", "advance"))
        if saved:
            refusal = save_and_issue(draft, lines, by=user)
        else:
            new = Document(kind=draft.kind, series=draft.series, partner=draft.partner, issue_date=draft.issue_date, token=uuid4())
            refusal = save_and_issue(new, lines, by=user)
        return refusal.code if refusal else "issued"

    answers = at_once(company, work, waiting)
    assert sorted(answers) == [*["advance_over_left"] * 9, "issued"]
    assert taken(first) == 605
