"""One document, one set of amounts: in the row, on the screen, in the PDF's text and in the exported files."""

import csv
import io
import re
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from companies.scope import company_scope
from invoicing.actions import issue
from invoicing.models import Document
from invoicing.pdf import pdf_bytes
from invoicing.print import saved
from lib.errors import Refused
from lib.formats import ron
from lib.text import normalise
from tests import factories


class Undo(Exception):
    """Each example leaves nothing behind."""


def decimals(least: str, most: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(least, most, places=places, allow_nan=False, allow_infinity=False)


@st.composite
def typed_lines(draw: st.DrawFn) -> dict[str, object]:
    percent = draw(st.booleans())
    return {
        "name": draw(st.sampled_from(["Scaun", "Masă din stejar", "Șurub M8 & șaibă <zincată>"])),
        "quantity": str(draw(decimals("-99", "999", 3))),
        "price": str(draw(decimals("0.01", "9999", 6))),
        "rate": draw(st.sampled_from(["s21", "s11"])),
        "discount_percent": draw(decimals("0", "100", 2)) if percent else Decimal(0),
        "discount_amount": Decimal(0) if percent else draw(decimals("0", "5", 2)),
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(typed_lines(), min_size=1, max_size=6),
    with_vat=st.booleans(),
    discount=decimals("0", "60", 2),
    rate=decimals("0.5", "6.5", 4),
    currency=st.sampled_from(["RON", "EUR"]),
)
def test_every_place_shows_the_same_amounts(scope, ana, rows, with_vat, discount, rate, currency):
    assume(all(Decimal(row["quantity"]) for row in rows))
    try:
        with transaction.atomic():
            check(scope, ana, rows, with_vat, discount, rate if currency != "RON" else Decimal(1), currency)
            raise Undo
    except Undo:
        pass


def check(company, ana, rows, with_vat, discount, rate, currency):
    lines = [factories.make_line(**row) for row in rows]
    head = {"prices_include_vat": with_vat, "discount_percent": discount, "currency": currency, "exchange_rate": rate}
    draft = factories.make_draft(lines=lines, rate_source="" if currency == "RON" else "manual", language="ro", **head)
    try:
        issued = Document.objects.get(pk=issue(draft, by=ana).pk)
    except Refused as refusal:
        assert refusal.code == "discount_over_total"
        return
    groups, written = list(issued.vat_groups.all()), list(issued.lines.all())
    assert sum(line.net for line in written) == issued.lines_net
    assert (sum(g.taxable for g in groups), sum(g.vat for g in groups)) == (issued.net, issued.vat)
    assert (sum(g.taxable_ron for g in groups), sum(g.vat_ron for g in groups)) == (issued.net_ron, issued.vat_ron)

    expected = {ron(issued.total), *(ron(group.vat) for group in groups), *(ron(group.taxable) for group in groups)}
    if currency != "RON":
        expected.add(ron(issued.vat_ron))
    assert expected <= amounts_in(pdf_text(issued))
    browser = Client()
    browser.force_login(ana)
    page = browser.get(f"/{company.pk}/facturi/{issued.pk}/").content.decode()
    listed = browser.get(f"/{company.pk}/facturi/").content.decode()
    assert expected <= amounts_in(re.sub(r"<[^>]+>", " ", page)) and ron(issued.total) in amounts_in(listed)
    assert exported(browser, company, issued) == {"csv": issued.total, "xlsx": issued.total}


def pdf_text(document: Document) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf_bytes(saved(document)))).pages)


def amounts_in(text: str) -> set[str]:
    return set(re.findall(r"-?\d{1,3}(?:\.\d{3})*,\d\d(?!\d)", normalise(text).replace("\N{MINUS SIGN}", "-")))


def exported(browser: Client, company, document: Document) -> dict[str, Decimal]:
    """The total of the document's row in both files."""
    with company_scope(company.pk):
        whole = {fmt: b"".join(browser.get(f"/{company.pk}/facturi/export/{fmt}/").streaming_content) for fmt in ("csv", "xlsx")}
    table = list(csv.reader(io.StringIO(whole["csv"].decode("utf-8-sig")), delimiter=";"))
    sheet = list(load_workbook(io.BytesIO(whole["xlsx"])).active.values)
    of_csv = dict(zip(table[0], next(row for row in table if document.label in row), strict=True))
    of_xlsx = dict(zip(sheet[0], next(row for row in sheet if document.label in row), strict=True))
    return {"csv": Decimal(of_csv["Total"].replace(",", ".")), "xlsx": Decimal(repr(of_xlsx["Total"])) + Decimal("0.00")}


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_an_unknown_reader_of_a_file_is_not_served(fmt, company):
    assert Client().get(f"/{company.pk}/facturi/export/{fmt}/").status_code == 302
