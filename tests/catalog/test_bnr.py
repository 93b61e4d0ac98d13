"""BNR's rates: the file, what is stored of it, the rate of the legal day."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from catalog.actions import rate_in_force, store_rates
from catalog.bnr import RateRow, parse_rates, read_day, read_ten_days, read_year
from catalog.models import ExchangeRate
from catalog.tasks import last_published, read_rates
from lib.errors import Refused
from lib.http import BadAnswer, NoAnswer

FILE = """<?xml version="1.0" encoding="utf-8"?>
<DataSet xmlns="{namespace}"><Header><Publisher>BNR</Publisher></Header><Body><OrigCurrency>RON</OrigCurrency>
<Cube date="2026-11-19"><Rate currency="EUR">5.0912</Rate><Rate currency="HUF" multiplier="100">1.2936</Rate>
<Rate currency="MDL">-</Rate></Cube>
<Cube date="2026-11-20"><Rate currency="EUR">5.0934</Rate></Cube></Body></DataSet>"""


def row(currency, day, rate):
    return RateRow(date.fromisoformat(day), currency, Decimal(rate), 1)


@pytest.mark.parametrize("namespace", ["http://www.bnr.ro/xsd", "https://www.bnr.ro/xsd", ""])
def test_the_rates_are_read_whatever_the_namespace(namespace):
    assert parse_rates(FILE.format(namespace=namespace).encode()) == [
        RateRow(date(2026, 11, 19), "EUR", Decimal("5.091200"), 1),
        RateRow(date(2026, 11, 19), "HUF", Decimal("0.012936"), 100),
        RateRow(date(2026, 11, 20), "EUR", Decimal("5.093400"), 1),
    ]


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<html><body>mutat</body></html>",
        b"<DataSet><Cube date='x'><Rate currency='EUR'>5</Rate></Cube></DataSet>",
        b"<DataSet><Cube date='2026-11-19'><Rate currency='EUR'>-5</Rate></Cube></DataSet>",
        b"<DataSet><Cube date='2026-11-19'><Rate>5</Rate></Cube></DataSet>",
        b"<DataSet><Cube date='2026-11-19'><Rate currency='EUR'>cinci</Rate></Cube></DataSet>",
        b"<DataSet><Cube date='2026-11-19'><Rate currency='EUR'>NaN</Rate></Cube></DataSet>",
    ],
)
def test_what_are_no_rates_is_refused(xml):
    with pytest.raises(BadAnswer):
        parse_rates(xml)


def test_no_entity_of_the_file_is_read():
    entity = b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    assert parse_rates(entity + b"<DataSet><Cube date='2026-11-19'><Rate currency='EUR'>&e;</Rate></Cube></DataSet>") == []


def test_the_three_files_agree(rehearsal):
    day, ten, year = read_day(), read_ten_days(), read_year(2025)
    assert len({row.date for row in day}) == 1
    assert ten[-len(day) :] == day
    assert len({row.date for row in ten}) == 10
    assert {row.date.year for row in year} == {2025}
    assert {row.currency: row.multiplier for row in day}["HUF"] == 100


def test_a_year_without_a_file_is_a_bad_answer(rehearsal):
    with pytest.raises(BadAnswer):
        read_year(2004)


@pytest.mark.parametrize(("fault", "error"), [("bnr_no_answer", NoAnswer), ("bnr_html", BadAnswer)])
def test_a_failing_bnr_is_told_apart(rehearsal, fault, error):
    rehearsal.faults.switch(fault)
    with pytest.raises(error):
        read_day()


@pytest.mark.django_db
def test_the_same_rates_twice_are_stored_once():
    rows = [row("EUR", "2026-11-19", "5.0912"), row("USD", "2026-11-19", "4.4")]
    assert [store_rates(rows), store_rates(rows), store_rates([]), ExchangeRate.objects.count()] == [2, 0, 0, 2]


@pytest.mark.django_db
def test_a_rate_that_bnr_corrects_is_corrected():
    store_rates([row("EUR", "2026-11-19", "5.0912")])
    assert store_rates([row("EUR", "2026-11-19", "5.0911")]) == 1
    assert ExchangeRate.objects.get().rate == Decimal("5.0911")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "rate"), [("2026-11-20", "5.0912"), ("2026-11-21", "5.0934"), ("2026-11-22", "5.0934"), ("2026-11-23", "5.0934")]
)
def test_the_rate_in_force_is_the_last_one_before_the_day(on, rate):
    store_rates([row("EUR", "2026-11-19", "5.0912"), row("EUR", "2026-11-20", "5.0934"), row("USD", "2026-11-22", "4.4")])
    assert rate_in_force("EUR", date.fromisoformat(on)).rate == Decimal(rate)


@pytest.mark.django_db
@pytest.mark.parametrize("on", ["2026-11-09", "2026-11-20"])
def test_a_rate_that_is_missing_or_too_old_is_refused(on):
    store_rates([row("EUR", "2026-11-09", "5.09")])
    with pytest.raises(Refused, match="rate_missing") as refused:
        rate_in_force("EUR", date.fromisoformat(on))
    assert refused.value.field == "exchange_rate"


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-20 13:04", "2026-11-19"),
        ("2026-11-20 13:05", "2026-11-20"),
        ("2026-11-22 18:00", "2026-11-20"),
        ("2026-12-02 09:00", "2026-11-27"),
    ],
)
def test_rates_are_expected_after_one_o_clock_of_a_banking_day(now, day):
    assert last_published(datetime.fromisoformat(now)) == date.fromisoformat(day)


@pytest.mark.django_db
def test_the_sweep_fills_two_years_and_then_asks_no_more(rehearsal):
    read_rates()
    years = {day.year for day in ExchangeRate.objects.dates("date", "year")}
    stored = ExchangeRate.objects.count()
    rehearsal.faults.switch("bnr_no_answer")
    read_rates()
    assert (len(years), ExchangeRate.objects.count()) == (2, stored)


@pytest.mark.django_db
def test_a_sweep_that_fails_waits_for_the_next(rehearsal, caplog):
    rehearsal.faults.switch("bnr_html")
    read_rates()
    assert (ExchangeRate.objects.count(), caplog.messages) == (0, ["BNR: an HTML page instead of data"])
