"""Rapoarte › Solduri casă și bancă: every day's balance, from the days of the till and from the statements of the bank."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bank.models import Statement, StatementLine
from cashbook.actions import Entry, record, save_till, set_opening, till_for, transfer
from cashbook.balances import balance_at
from cashbook.models import Till
from companies.events import store_file
from companies.models import Role
from invoicing.actions import record_advance
from invoicing.models import Sheet
from lib.errors import Refused
from partners.models import Partner
from reports.balances import balances, totals
from tests.factories import make_member, make_partner, make_user

D = Decimal
IBAN = "RO49AAAA1B31007593840000"
NOVEMBER = {"perioada": "interval", "de-la": "01.11.2026", "pana-la": "20.11.2026"}


def url(company, name="balances", *args):
    return reverse(f"reports:{name}", args=(company.pk, *args))


def nov(day):
    return date(2026, 11, day)


@pytest.fixture
def till(ana):
    """Opened with 1,000 lei on 1 November."""
    return set_opening(till_for("RON"), day=nov(1), amount=D(1000), by=ana)


def operate(till, by, day, amount):
    kind = "other_in" if amount > 0 else "other_out"
    return record(till, Entry(kind, day, abs(D(amount))), by=by, token=uuid4())


def receive(amount, on, by):
    """Cash of a client, which the database writes in the till also before its opening."""
    record_advance(Partner.objects.first() or make_partner(), amount=D(amount), method="cash", on=on, by=by, token=uuid4())


def state(since, until, opening=None, closing=None, lines=(), account=IBAN, currency="RON"):
    """A statement with movements: (day, amount)."""
    common = {"account": account, "currency": currency}
    made = Statement.objects.create(
        file=store_file(b"x", "text/plain"), name="e.xml", form="camt053", since=since, until=until, added=len(lines),
        opening=opening, closing=closing, **common,
    )  # fmt: skip
    for place, (day, amount) in enumerate(lines, start=1):
        StatementLine.objects.create(statement=made, place=place, fingerprint=uuid4().hex, raw="x", on=day, amount=D(amount), **common)


def shown(place):
    return [(day.day.day, day.received, day.paid, day.balance) for day in place.days]


def test_a_till_has_every_day_with_what_moved(till, ana):
    operate(till, ana, nov(2), 50)
    operate(till, ana, nov(2), -20)
    (place,) = balances(nov(1), nov(3))
    assert shown(place) == [(1, 0, 0, 1000), (2, 50, 20, 1030), (3, 0, 0, 1030)]
    assert (place.opening, place.closing, place.is_cash) == (1000, 1030, True)


def test_what_came_before_the_period_is_in_its_opening(company, ana):
    receive(7, date(2026, 10, 30), ana)
    till = set_opening(till_for("RON"), day=nov(1), amount=D(1000), by=ana)
    operate(till, ana, nov(2), 50)
    (place,) = balances(nov(5), nov(6))
    assert place.opening == balance_at(till, nov(4)) == 1050


DAYS = st.integers(-5, 15).map(lambda number: nov(1) + timedelta(days=number))
STEPS = st.lists(st.tuples(st.sampled_from(["receive", "first", "second"]), DAYS, st.integers(-300, 500).filter(bool)), max_size=12)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, since=DAYS, opened=st.sampled_from([None, nov(1), nov(9)]))
def test_every_day_is_what_the_cash_book_says(company, ana, steps, since, opened):
    point = transaction.savepoint()
    try:
        first, second = till_for("RON"), save_till(Till(name="Depozit"), by=ana)
        if opened:
            first = set_opening(first, day=opened, amount=D(1000), by=ana)
        for what, day, amount in steps:
            with suppress(Refused):
                receive(abs(amount), day, ana) if what == "receive" else operate(first if what == "first" else second, ana, day, amount)
        places = {place.name: place for place in balances(since, nov(20))}
        for till in (first, second):
            days = places[till.name].days
            assert [day.balance for day in days] == [balance_at(till, day.day) for day in days]
    finally:
        transaction.savepoint_rollback(point)


def test_tills_stand_apart_and_currencies_too(till, ana):
    euro = set_opening(till_for("EUR"), day=nov(1), amount=D(40), by=ana)
    depot = save_till(Till(name="Depozit"), by=ana)
    transfer(till, depot, amount=D(100), on=nov(2), by=ana, token=uuid4())
    state(nov(1), nov(3), closing=D(500))
    places = balances(nov(1), nov(3))
    assert [(place.currency, place.closing) for place in places] == [("RON", 900), ("RON", 100), (euro.currency, 40), ("RON", 500)]
    assert [(each.currency, each.cash, each.bank) for each in totals(places)] == [("RON", 1000, 500), ("EUR", 40, 0)]


def test_an_account_is_carried_from_the_banks_balance(company):
    state(nov(1), nov(3), D(100), D(130), [(nov(2), 50), (nov(2), -20)])
    (place,) = balances(nov(1), nov(20))
    assert shown(place) == [(1, 0, 0, 100), (2, 50, 20, 130), (3, 0, 0, 130)]
    assert (place.known_until, place.gaps, place.is_guess) == (nov(3), [], False)


@pytest.mark.parametrize(("opening", "closing"), [(D(100), None), (None, D(130)), (D(100), D(130))])
def test_one_balance_of_the_bank_is_enough_before_or_after(company, opening, closing):
    state(nov(4), nov(6), opening, closing, [(nov(5), 30)])
    for since, first in ((nov(1), 100), (nov(5), 100), (nov(6), 130)):
        (place,) = balances(since, nov(20))
        assert (place.opening, place.closing) == (first, 130)


def test_a_missing_statement_is_told_and_the_banks_word_holds(company):
    state(nov(1), nov(2), D(100), D(130), [(nov(2), 30)])
    state(nov(5), nov(6), D(90), D(95), [(nov(6), 5)])
    (place,) = balances(nov(1), nov(20))
    assert [(gap.day, gap.difference) for gap in place.gaps] == [(nov(4), D(-40))]
    assert [day[3] for day in shown(place)] == [100, 130, 130, 90, 90, 95]


def test_without_a_balance_it_says_that_it_counts_from_nothing(company):
    state(nov(1), nov(3), lines=[(nov(2), 30)])
    (place,) = balances(nov(3), nov(20))
    assert (place.is_guess, place.opening) == (True, 30)


def test_past_the_last_statement_there_is_a_balance_and_no_chart(company):
    state(nov(1), nov(3), closing=D(30))
    (place,) = balances(nov(10), nov(20))
    assert (place.days, place.closing, place.last_day) == ([], 30, nov(3))


def test_the_chart_says_each_day_and_its_table_holds_the_figures(till, ana):
    operate(till, ana, nov(2), 50)
    chart = balances(nov(1), nov(2))[0].chart
    assert "02.11.2026: 1.050,00 lei" in chart.svg
    assert (chart.headings, chart.rows[1]) == (["Ziua", "Intrări", "Ieșiri", "Sold (lei)"], ("02.11.2026", [D(50), D(0), D(1050)]))


def test_the_page_shows_charts_with_their_figures(web, company, till):
    state(nov(1), nov(3), closing=D(500))
    text = web.get(url(company), NOVEMBER).content.decode()
    assert (text.count('role="img"'), text.count("Arată cifrele"), "RO49 AAAA 1B31 0075 9384 0000" in text) == (2, 2, True)
    assert "Extrasele importate ajung până la 03.11.2026." in text


def test_more_than_a_year_is_cut_and_said(web, company, till):
    context = web.get(url(company), {"perioada": "tot"}).context
    assert (context["is_cut"], len(context["places"][0].days)) == (True, 366)


def test_an_interval_the_wrong_way_round_is_one_day(web, company, till):
    context = web.get(url(company), {"perioada": "interval", "de-la": "20.11.2026", "pana-la": "10.11.2026"}).context
    assert [day.day for day in context["places"][0].days] == [nov(10)]


def test_an_empty_book_says_where_balances_come_from(web, company):
    assert "Nicio casă și niciun cont" in web.get(url(company)).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_as_many_queries_for_many_tills(web, company, ana, django_assert_num_queries, rows):
    for number in range(rows):
        till = set_opening(save_till(Till(name=f"Casa {number}"), by=ana), day=nov(1), amount=D(10), by=ana)
        operate(till, ana, nov(2), 5)
        state(nov(1), nov(3), closing=D(1), lines=[(nov(2), 1)], account=f"RO49AAAA1B3100759384000{number}")
    with django_assert_num_queries(9):
        web.get(url(company), NOVEMBER)


def test_the_spreadsheet_has_the_figures_of_the_charts(web, company, till, ana):
    operate(till, ana, nov(2), 50)
    book = load_workbook(BytesIO(b"".join(web.get(url(company, "balances_export", "xlsx"), NOVEMBER))))
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert (len(rows), rows[2][:3], rows[2][4:]) == (21, ["Casa", "casă", "RON"], [50, 0, 1050])


def test_it_is_printed_with_the_charts(web, company, till, monkeypatch):
    monkeypatch.setattr("invoicing.views.sheets.WAIT", 0)
    web.get(url(company, "balances_pdf"), NOVEMBER)
    sheet = Sheet.objects.get()
    assert (sheet.name, sheet.html.count("<svg")) == ("solduri-2026-11-01-2026-11-20", 1)


def test_a_viewer_sees_and_takes_no_file(company, till):
    client = Client()
    client.force_login(make_member(make_user("vera@exemplu.ro"), company, Role.VIEWER).user)
    assert [client.get(url(company, *name), NOVEMBER).status_code for name in ([], ["balances_export", "xlsx"])] == [200, 403]
