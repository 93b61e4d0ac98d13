"""The figures of the dashboard: sales by month, what is left to receive by age, all in lei."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from invoicing.actions import cancel, issue
from reports import dashboard
from tests.factories import make_draft, make_line
from tests.invoicing.test_payments import pay

TODAY = date(2026, 11, 20)


def invoice(ana, *, on=TODAY, due=None, price="100", **fields):
    rate = "s21" if on >= date(2025, 8, 1) else "s19"
    draft = make_draft(issue_date=on, due_date=due, lines=[make_line(price=price, rate=rate)], **fields)
    return issue(draft, by=ana, allow_earlier_date=True)


def test_sales_are_by_month_with_the_year_before(company, ana):
    for on in (TODAY, date(2026, 10, 31), date(2026, 10, 1), date(2025, 12, 1), date(2025, 11, 30), date(2024, 12, 1), date(2024, 11, 30)):
        invoice(ana, on=on)
    figures = dashboard.figures(TODAY)
    months = {f"{month:%Y-%m}": str(amount) for month, amount in figures.sales if amount}
    assert months == {"2024-12": "119.00", "2025-11": "121.00", "2025-12": "121.00", "2026-10": "242.00", "2026-11": "121.00"}
    assert (figures.this_month, figures.last_month, len(figures.sales)) == (Decimal("121.00"), Decimal("242.00"), 24)


def test_sales_leave_out_drafts_and_cancelled_invoices(company, ana):
    make_draft()
    cancel(invoice(ana), by=ana, reason="greșită")
    assert dashboard.figures(TODAY).this_month == Decimal("0.00")


@pytest.mark.parametrize(("days", "age"), [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (900, 4)])
def test_what_is_owed_stands_under_its_age(company, ana, days, age):
    due = TODAY - timedelta(days=days)
    invoice(ana, on=min(due, TODAY), due=due)
    figures = dashboard.figures(TODAY)
    assert [index for index, amount in enumerate(figures.ages) if amount] == [age]
    assert (figures.overdue_count, figures.overdue) == ((1, figures.to_receive) if age else (0, Decimal("0.00")))


def test_an_invoice_without_a_due_date_is_never_late(company, ana):
    invoice(ana, on=date(2025, 1, 1))
    assert dashboard.figures(TODAY).ages[0] == Decimal("119.00")


def test_only_what_is_left_is_owed(company, ana):
    pay(invoice(ana), "21", by=ana)
    pay(invoice(ana), "121", by=ana)
    assert dashboard.figures(TODAY).to_receive == Decimal("100.00")


def test_euro_counts_in_lei_each_invoice_rounded_half_up(company, ana):
    euro = {"currency": "EUR", "exchange_rate": Decimal("5.05"), "rate_source": "manual"}
    for _ in range(2):
        pay(invoice(ana, **euro), "120.90", by=ana)  # 0,10 EUR left: 0,505 lei, so 0,51
    assert dashboard.figures(TODAY).to_receive == Decimal("1.02")


def test_the_charts_hold_the_same_figures(company, ana):
    invoice(ana, on=date(2026, 10, 11), due=date(2026, 10, 11))
    figures = dashboard.figures(TODAY)
    assert figures.sales_chart.rows[-2] == ("oct", [Decimal("121.00"), Decimal("0.00")])
    assert figures.ages_chart.rows[2] == ("31–60 de zile", [Decimal("121.00")])


def test_the_oldest_overdue_come_first(company, ana):
    dues = [TODAY - timedelta(days=days) for days in (3, 40, 1)]
    labels = [invoice(ana, on=due, due=due).label for due in dues]
    assert [document.label for document in dashboard.overdue(TODAY)] == [labels[1], labels[0], labels[2]]


def test_a_new_company_is_told_how_to_start_until_its_first_invoice(company, ana):
    assert dashboard.start() == dashboard.Start(has_client=False, has_draft=False)
    draft = make_draft()
    assert dashboard.start() == dashboard.Start(has_client=True, has_draft=True)
    issue(draft, by=ana)
    assert dashboard.start() is None
