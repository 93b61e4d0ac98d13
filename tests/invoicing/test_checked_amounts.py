"""What is checked at issue is checked against the amounts that are issued, also of an invoice that was never saved as a draft."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from catalog.models import ExchangeRate
from invoicing.actions import issue, revise, save_and_issue
from invoicing.actions.recurring_runs import run_due
from invoicing.advances import left_of, settlement_lines
from invoicing.models import Document, Kind, RecurringRun, Series, Status
from lib.dates import bucharest_today
from lib.errors import Refused
from tests.factories import make_draft, make_line, make_partner
from tests.invoicing.plans import make_plan

pytestmark = pytest.mark.usefixtures("scope")
TODAY = bucharest_today()


def at_once(ana, lines, **fields):
    """Written and issued in one step; why not, and the document."""
    series = Series.objects.get(kind=Kind.INVOICE)
    document = Document(kind=Kind.INVOICE, series=series, partner=make_partner(), issue_date=TODAY, token=uuid4(), **fields)
    refusal = save_and_issue(document, lines, by=ana)
    return refusal.code if refusal else "", document


def test_a_discount_in_money_is_issued_at_once(ana):
    code, document = at_once(ana, [make_line()], discount_amount=Decimal(10))
    assert (code, document.total) == ("", Decimal("108.90"))


def test_a_discount_over_the_lines_is_refused_at_once(ana):
    assert at_once(ana, [make_line()], discount_amount=Decimal(101))[0] == "discount_over_total"


def test_an_advance_is_issued_at_once(ana):
    code, document = at_once(ana, [make_line()], invoice_type="advance")
    assert (code, document.status) == ("", Status.ISSUED)


def test_a_simplified_invoice_is_measured_at_once(ana):
    ExchangeRate.objects.create(currency="EUR", date=TODAY - timedelta(days=1), rate=Decimal(5))
    assert at_once(ana, [make_line(price="1000")], invoice_type="simplified")[0] == "simplified_over_limit"


def test_reverse_charge_of_phones_is_measured_at_once(ana):
    assert at_once(ana, [make_line(price="100", rate="ae-telefoane")])[0] == "vat_reverse_too_small"


def test_an_advance_over_the_invoice_is_refused_at_once(ana):
    first = issue(make_draft(lines=[make_line(price="300")], issue_date=TODAY, due_date=TODAY, invoice_type="advance"), by=ana)
    document = Document(kind=Kind.INVOICE, series=first.series, partner=first.partner, issue_date=TODAY, token=uuid4())
    (left,) = left_of([first])
    refusal = save_and_issue(document, [make_line(price="10"), *settlement_lines(left, None, document)], by=ana)
    assert refusal and refusal.code == "advance_over_invoice"


def test_a_revision_is_checked_by_its_new_amounts(ana):
    ExchangeRate.objects.create(currency="EUR", date=TODAY - timedelta(days=1), rate=Decimal(5))
    invoice = issue(make_draft(lines=[make_line(price="100")], issue_date=TODAY, due_date=TODAY, invoice_type="simplified"), by=ana)
    with pytest.raises(Refused, match="simplified_over_limit"):
        revise(invoice, [make_line(price="1000")], by=ana, reason="preț greșit", revision=1)


def test_a_recurring_invoice_with_a_discount_in_money(ana):
    plan = make_plan(by=ana, discount_amount=Decimal(10))
    (run,) = run_due(plan.pk, on=TODAY)
    assert (run.state, run.document.total) == (RecurringRun.State.ISSUED, Decimal("108.90"))


def test_a_discount_that_adds_is_refused(ana):
    with pytest.raises(Refused, match="discount_over_total"):
        issue(make_draft(issue_date=TODAY, due_date=TODAY, discount_amount=Decimal(-50)), by=ana)


def test_what_is_returned_has_its_discount_with_minus(ana):
    draft = make_draft(lines=[make_line(quantity="-1")], issue_date=TODAY, due_date=TODAY, discount_amount=Decimal(-10))
    assert issue(draft, by=ana).net == Decimal(-90)


def test_a_line_that_was_never_saved_is_named_by_its_place(ana):
    series = Series.objects.get(kind=Kind.INVOICE)
    document = Document(kind=Kind.INVOICE, series=series, partner=make_partner(), issue_date=TODAY, token=uuid4())
    refusal = save_and_issue(document, [make_line(), make_line(rate="s19")], by=ana)
    assert refusal and refusal.message.startswith("Linia 2:")
