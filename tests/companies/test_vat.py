from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from companies.actions import close_cash_vat, open_cash_vat, set_vat_status, withdraw_cash_vat, withdraw_vat_status
from companies.models import CashVatPeriod, Event, VatStatus, is_cash_vat, is_vat_payer
from lib.dates import bucharest_today
from lib.errors import Refused
from tests.factories import make_company

pytestmark = pytest.mark.usefixtures("scope")
DAY = timedelta(days=1)


def test_a_status_holds_from_its_day_on(company, ana):
    set_vat_status(company, payer=False, since=date(2026, 11, 1), by=ana)
    assert (is_vat_payer(date(2026, 10, 31)), is_vat_payer(date(2026, 11, 1))) == (True, False)
    assert Event.objects.about(company).first().data == {"payer": False, "since": "2026-11-01"}


@pytest.mark.parametrize(
    ("payer", "since", "code"),
    [
        (True, date(2026, 1, 1), "vat_status_same"),
        (False, date(2014, 12, 31), "vat_status_before_last"),
        (False, date(1993, 6, 30), "vat_status_too_early"),
        (False, date(2099, 1, 1), "vat_status_too_far"),
    ],
)
def test_a_status_that_cannot_be_is_refused(company, ana, payer, since, code):
    with pytest.raises(Refused, match=code):
        set_vat_status(company, payer=payer, since=since, by=ana)
    assert VatStatus.objects.count() == 1


def test_of_two_statuses_of_one_day_the_later_written_holds(company, ana):
    for payer in (False, True, False):
        set_vat_status(company, payer=payer, since=bucharest_today(), by=ana)
    assert (is_vat_payer(bucharest_today()), is_vat_payer(bucharest_today() - DAY)) == (False, True)


def test_only_a_status_that_is_ahead_can_be_taken_back(company, ana):
    ahead = set_vat_status(company, payer=False, since=bucharest_today() + DAY, by=ana)
    withdraw_vat_status(ahead, by=ana)
    with pytest.raises(Refused, match="vat_status_in_force"):
        withdraw_vat_status(VatStatus.objects.get(), by=ana)


def test_r36_one_who_leaves_vat_stops_tva_la_incasare_the_day_before(company, ana):
    open_cash_vat(company, since=date(2020, 1, 1), by=ana)
    set_vat_status(company, payer=False, since=date(2026, 11, 1), by=ana)
    assert CashVatPeriod.objects.get().until == date(2026, 10, 31)


def test_a_period_that_begins_after_leaving_vat_is_withdrawn_first(company, ana):
    open_cash_vat(company, since=bucharest_today() + 9 * DAY, by=ana)
    with pytest.raises(Refused, match="cash_vat_after_change"):
        set_vat_status(company, payer=False, since=bucharest_today(), by=ana)


def test_r36_tva_la_incasare_holds_between_its_days(company, ana):
    open_cash_vat(company, since=date(2020, 1, 1), until=date(2020, 12, 31), by=ana)
    assert [is_cash_vat(on) for on in (date(2019, 12, 31), date(2020, 12, 31), date(2021, 1, 1))] == [False, True, False]


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        (date(2020, 12, 31), None, "cash_vat_overlaps"),
        (date(2019, 1, 1), date(2020, 1, 1), "cash_vat_overlaps"),
        (date(2019, 1, 1), None, "cash_vat_overlaps"),
        (date(2012, 1, 1), None, "cash_vat_too_early"),
        (date(2099, 1, 1), None, "cash_vat_too_far"),
        (date(2019, 1, 2), date(2019, 1, 1), "cash_vat_ends_before_start"),
        (date(2014, 1, 1), date(2014, 12, 31), "cash_vat_not_payer"),
    ],
)
def test_a_period_that_cannot_be_is_refused(company, ana, since, until, code):
    open_cash_vat(company, since=date(2020, 1, 1), until=date(2020, 12, 31), by=ana)
    with pytest.raises(Refused, match=code):
        open_cash_vat(company, since=since, until=until, by=ana)


def test_a_period_does_not_outlast_the_registration(company, ana):
    set_vat_status(company, payer=False, since=bucharest_today() + 9 * DAY, by=ana)
    with pytest.raises(Refused, match="cash_vat_not_payer"):
        open_cash_vat(company, since=bucharest_today(), by=ana)


def test_a_period_is_closed_once_and_not_before_it_began(company, ana):
    period = open_cash_vat(company, since=date(2020, 1, 1), by=ana)
    with pytest.raises(Refused, match="cash_vat_ends_before_start"):
        close_cash_vat(period, until=date(2019, 12, 31), by=ana)
    assert close_cash_vat(period, until=date(2020, 1, 1), by=ana).until == date(2020, 1, 1)
    with pytest.raises(Refused, match="cash_vat_closed"):
        close_cash_vat(period, until=date(2021, 1, 1), by=ana)


def test_only_a_period_that_is_ahead_can_be_taken_back(company, ana):
    withdraw_cash_vat(open_cash_vat(company, since=bucharest_today() + DAY, by=ana), by=ana)
    with pytest.raises(Refused, match="cash_vat_begun"):
        withdraw_cash_vat(open_cash_vat(company, since=bucharest_today(), by=ana), by=ana)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE companies_vatstatus SET payer = NOT payer",
        "UPDATE companies_vatstatus SET since = since + 1",
        "DELETE FROM companies_vatstatus",
        "TRUNCATE companies_vatstatus CASCADE",
        "UPDATE companies_cashvatperiod SET since = since - 1",
        "UPDATE companies_cashvatperiod SET until = since - 1",
        "DELETE FROM companies_cashvatperiod",
        "TRUNCATE companies_cashvatperiod",
        "INSERT INTO companies_cashvatperiod (company_id, since) SELECT company_id, since + 40 FROM companies_cashvatperiod",
    ],
)
def test_the_database_keeps_the_history(company, ana, sql):
    open_cash_vat(company, since=date(2020, 1, 1), by=ana)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # so that nothing pending stands in the way of a TRUNCATE
        cursor.execute(sql)


def test_the_database_lets_two_companies_have_the_same_days(company, ana):
    open_cash_vat(company, since=date(2020, 1, 1), by=ana)
    other = make_company("Alta SRL", "14399840")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO companies_cashvatperiod (company_id, since) VALUES (%s, '2020-01-01')", [other.pk])


@pytest.mark.parametrize("until", [None, bucharest_today() + timedelta(days=90)])
def test_tva_la_incasare_goes_on_when_the_change_that_ended_it_is_taken_back(company, ana, until):
    open_cash_vat(company, since=bucharest_today() - timedelta(days=30), until=until, by=ana)
    leaving = set_vat_status(company, payer=False, since=bucharest_today() + timedelta(days=10), by=ana)
    withdraw_vat_status(leaving, by=ana)
    assert CashVatPeriod.objects.get().until == until


def test_a_period_that_a_person_closed_stays_closed(company, ana):
    period = open_cash_vat(company, since=bucharest_today() - timedelta(days=30), by=ana)
    close_cash_vat(period, until=bucharest_today() + timedelta(days=9), by=ana)
    leaving = set_vat_status(company, payer=False, since=bucharest_today() + timedelta(days=10), by=ana)
    withdraw_vat_status(leaving, by=ana)
    assert CashVatPeriod.objects.get().until == bucharest_today() + timedelta(days=9)
