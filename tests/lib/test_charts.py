from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.charts import Scale, Series, aged_bars, bar_chart, line_chart, round_step, short

SVG = "{http://www.w3.org/2000/svg}"
amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


def titles(chart):
    return [element.text for element in ElementTree.fromstring(chart.svg).iter(f"{SVG}title")]


def test_each_mark_says_its_amounts_of_both_years():
    now, before = Series("2026", [Decimal("1234.5")]), Series("2025", [Decimal(10)])
    chart = bar_chart("Vânzări", "Pe luni", ["ian"], now, before)
    assert titles(chart) == ["Vânzări", "ian: 2026: 1.234,50 lei; 2025: 10,00 lei"]
    assert (chart.headings, chart.rows) == (["", "2026", "2025"], [("ian", [Decimal("1234.5"), Decimal(10)])])


def test_receivables_are_drawn_by_age_and_the_longest_bar_is_the_largest_amount():
    chart = aged_bars("Creanțe", "Pe vechime", [("În termen", Decimal(100)), ("1–30 de zile", Decimal(50))])
    widths = [
        Decimal(rect.get("width")) for rect in ElementTree.fromstring(chart.svg).iter(f"{SVG}rect") if "chart-mark" in rect.get("class")
    ]
    assert widths[0] == widths[1] * 2


def test_a_balance_is_drawn_day_by_day():
    days = [(date(2026, 11, 1) + timedelta(days=day), Decimal(day - 1)) for day in range(3)]
    chart = line_chart("Casa", "Sold pe zile", days)
    assert titles(chart)[1:] == ["01.11.2026: -1,00 lei", "02.11.2026: 0,00 lei", "03.11.2026: 1,00 lei"]


@pytest.mark.parametrize("text", ['"><script>alert(1)</script>', "Ana & Fiii <SRL>"])
def test_what_people_wrote_is_escaped(text):
    chart = bar_chart(text, text, [text], Series(text, [Decimal(1)]))
    assert titles(chart) == [text, f"{text}: {text}: 1,00 lei"]
    assert "<script>" not in chart.svg


def test_charts_of_nothing_are_still_drawings():
    for chart in (bar_chart("a", "b", [], Series("2026", [])), aged_bars("a", "b", []), line_chart("a", "b", [])):
        assert titles(chart) == ["a"]


@given(st.lists(amounts, min_size=1, max_size=12))
def test_every_amount_stands_between_the_ends_of_the_axis(values):
    scale = Scale.over(values, 220)
    assert scale.low <= min([*values, 0]) <= max([*values, 0]) <= scale.high
    assert all(0 <= scale.y(value) <= 220 for value in values)
    assert (scale.high - scale.low) / scale.step <= 7


@pytest.mark.parametrize(
    ("rough", "step"), [("1", "1"), ("1.1", "2"), ("2.2", "2.5"), ("30", "50"), ("0.07", "0.1"), ("612345", "1000000")]
)
def test_steps_of_an_axis_are_round(rough, step):
    assert round_step(Decimal(rough)) == Decimal(step)


@pytest.mark.parametrize(("value", "shown"), [("500", "500"), ("12000", "12 mii"), ("-2500", "-2,5 mii"), ("1500000", "1,5 mil.")])
def test_axis_amounts_are_short(value, shown):
    assert short(Decimal(value)) == shown
