"""The browser's arithmetic is the server's: the same vectors, and thousands more, through static/js/totals.js in Chromium."""

from pathlib import Path

import pytest

from lib.formats import parse_decimal, ron
from tests.vectors import totals as vectors

SCRIPT = Path(__file__).parents[2] / "static" / "js" / "totals.js"
COMPUTE = """
vectors => {
  const millionths = text => totals.parse(text.replace(".", ","));
  const bani = text => millionths(text) / totals.BAN;
  const amount = value => { const s = String(value < 0n ? -value : value).padStart(3, "0"); return `${value < 0n ? "-" : ""}${s.slice(0, -2)}.${s.slice(-2)}`; };
  const price = value => totals.plain(value, 6).replace(",", ".");
  return vectors.map(v => {
    const lines = v.lines.map(([q, p, category, r, dp, da]) => ({
      quantity: millionths(q), price: millionths(p), category, rate: millionths(r), discountPercent: millionths(dp), discountAmount: bani(da) }));
    const t = totals.documentTotals({ lines, withVat: v.with_vat, discountPercent: millionths(v.percent), discountAmount: bani(v.amount) });
    return {
      lines: t.lines.map(l => [amount(l.value), amount(l.discount), amount(l.allowance), amount(l.net), amount(l.vat), price(l.netPrice)]),
      groups: t.groups.map(g => [g.category, amount(g.linesNet), amount(g.allowance), amount(g.taxable), amount(g.vat)]),
      sums: [t.linesNet, t.allowance, t.net, t.vat, t.total].map(amount),
      lei: totals.inLei(t.groups, millionths(v.rate)).map(g => [amount(g.taxable), amount(g.vat)]),
    };
  });
}
"""


@pytest.fixture(scope="module")
def page(chromium):
    page = chromium.new_page()
    page.add_script_tag(path=str(SCRIPT))
    yield page
    page.close()


def expected(vector):
    totals = vector["totals"]
    return {
        "lines": [
            [*(two(line[name]) for name in ("value", "discount", "allowance", "net", "vat")), f"{six(line['net_price'])}"]
            for line in totals["lines"]
        ],
        "groups": [
            [group["category"], *(two(group[name]) for name in ("lines_net", "allowance", "taxable", "vat"))] for group in totals["groups"]
        ],
        "sums": [two(totals[name]) for name in ("lines_net", "allowance", "net", "vat", "total")],
        "lei": [[two(base), two(vat)] for base, vat in vector["lei"]],
    }


def two(text):
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals[:2].ljust(2, '0')}"


def six(text):
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals[:6].ljust(6, '0')}"


def test_the_browser_agrees_with_the_stored_vectors(page):
    stored = vectors.stored()
    assert page.evaluate(COMPUTE, stored) == [expected(vector) for vector in stored]


def test_the_browser_agrees_with_the_server_on_2500_random_documents(page):
    made = vectors.random_cases(2500, seed=20261122)
    assert page.evaluate(COMPUTE, made) == [expected(vector) for vector in made]


@pytest.mark.parametrize(
    "text",
    [
        "1.234,56",
        "1.234",
        "1234.56",
        "0.125",
        "12,5",
        "-3",
        "−3",
        "1 234,5",
        "1.23,5",
        "1,2,3",
        "1.2.3",
        "",
        "-",
        "abc",
        "0.123",
        ",5",
        "5,",
        "0012",
    ],
)
def test_a_typed_number_is_read_alike(page, text):
    server, browser = (
        parse_decimal(text),
        page.evaluate("text => { const v = totals.parse(text); return v === null ? null : String(v); }", text),
    )
    assert browser == (None if server is None else str(int(server * 10**6)))


@pytest.mark.parametrize("bani", [0, 5, -5, 99, 100, 123456789, -100000000])
def test_an_amount_is_shown_alike(page, bani):
    from decimal import Decimal

    assert page.evaluate(f"totals.money({bani}n)") == ron(Decimal(bani) / 100)
