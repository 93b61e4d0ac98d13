"""The list of invoices: what it shows, finds, counts, sums and exports."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.urls import reverse
from openpyxl import load_workbook

from companies.models import Role
from invoicing.actions import cancel, issue
from invoicing.lists import InvoiceList
from invoicing.models import Document
from lib.dates import bucharest_today
from tests.factories import make_company, make_draft, make_line, make_member, make_partner, make_user
from tests.invoicing.test_payments import pay

YESTERDAY = bucharest_today() - timedelta(days=1)


@pytest.fixture
def web(client, ana, scope):
    client.force_login(ana)
    return client


@pytest.fixture
def issued(ana, scope):
    """An invoice of 121 lei, not due yet."""
    return issue(make_draft(due_date=bucharest_today() + timedelta(days=10)), by=ana)


def listing(query=""):
    return InvoiceList(QueryDict(query), Document.objects.invoices())


def listed(query=""):
    return [str(row) for row in listing(query).rows]


def url(company, name="invoice_list", *args):
    return reverse(f"invoicing:{name}", args=(company.pk, *args))


def member(company, role):
    user = make_user("cristi@exemplu.ro")
    make_member(user, company, role)
    return user


def make_many(ana, count):
    for _ in range(count):
        issue(make_draft(), by=ana)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_row_and_for_three(web, company, ana, count, django_assert_num_queries):
    make_many(ana, count)
    web.get(url(company))
    with django_assert_num_queries(5):  # user, membership, series, rows, companies of the user
        page = web.get(url(company)).content.decode()
    assert page.count("<tr data-open") == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_sums_take_one_statement(web, company, ana, count, django_assert_num_queries):
    make_many(ana, count)
    web.get(url(company))
    with django_assert_num_queries(4):  # user, membership, series, sums
        page = web.get(url(company, "invoice_totals")).content.decode()
    assert f"<strong>{121 * count},00" in page


@pytest.mark.parametrize(
    ("chip", "labels"),
    [
        ("", ["FCT 0004", "FCT 0003", "FCT 0002", "FCT 0001", "ciornă"]),
        ("ciorne", ["ciornă"]),
        ("neincasate", ["FCT 0002", "FCT 0001"]),
        ("restante", ["FCT 0002"]),
        ("incasate", ["FCT 0003"]),
        ("anulate", ["FCT 0004"]),
    ],
)
def test_each_chip_shows_and_counts_its_invoices(scope, ana, issued, chip, labels):
    _overdue, paid, cancelled = (issue(make_draft(issue_date=YESTERDAY, due_date=YESTERDAY), by=ana) for _ in range(3))
    pay(paid, "121", by=ana)
    cancel(cancelled, by=ana, reason="greșită")
    make_draft()
    found = listed(f"stare={chip}&ordine=-numar")
    assert [label.split(" ")[0] if label.startswith("ciornă") else label for label in found] == labels
    assert listing().counts()[chip] == len(labels)


@pytest.mark.parametrize("text", ["FCT 1", "fct-0001", "FCT1", "1", "0001", "bun", "BUN srl", "RO14399840", "14399840", "121,00"])
def test_an_invoice_is_found_by_what_people_type(issued, text):
    make_draft(make_partner("Altă Firmă SRL", "RO1590082"), lines=[make_line(price="7")])
    assert listed(f"q={text}") == ["FCT 0001"]


@pytest.mark.parametrize("text", ["2", "ABC 1", "FCT 2", "nimeni", "99999999999", "121,01", "%", "' OR 1=1"])
def test_what_is_not_there_is_not_found(issued, text):
    assert listed(f"q={text}") == []


ORDERS = ["numar", "data", "scadenta", "total"]
POSITIONS = [
    "1~",
    "1~x",
    "1~\x00",
    "1~99999999999999999999",
    "1~-1e400",
    "1~NaN",
    "1~Infinity",
    "1~0000-00-00",
    "1~2026-02-31",
    "1~1e30",
    "~",
    "x~1",
]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("position", POSITIONS)
def test_a_page_that_makes_no_sense_is_still_a_page(web, company, issued, order, position):
    for way in ("dupa", "inainte"):
        assert web.get(url(company), {"ordine": order, way: position}).status_code == 200


def test_a_client_is_found_without_accents(ana, scope):
    issue(make_draft(make_partner("Țesătura Română SRL", "RO1590082")), by=ana)
    assert listed("q=tesatura+romana") == ["FCT 0001"]


def test_filters_of_client_series_and_currency_add_up(ana, scope, issued):
    other = make_partner("Altă Firmă SRL", "RO1590082")
    issue(make_draft(other), by=ana)
    assert listed(f"client={other.pk}") == ["FCT 0002"]
    assert listed(f"client={other.pk}&moneda=EUR") == []
    assert listed(f"serie={issued.series_id}&client={issued.partner_id}") == ["FCT 0001"]


def test_sums_leave_out_drafts_and_cancelled_invoices(ana, issued):
    pay(issued, "21", by=ana)
    cancel(issue(make_draft(), by=ana), by=ana, reason="greșită")
    make_draft()
    (amounts,) = listing().amounts
    assert (amounts.currency, amounts.total, amounts.left) == ("RON", Decimal("121.00"), Decimal("100.00"))


def test_what_is_left_in_euro_is_summed_in_lei_at_the_rate_of_the_document(ana, scope):
    euro = {"currency": "EUR", "exchange_rate": Decimal("5.0912"), "rate_source": "manual"}
    issue(make_draft(**euro), by=ana)
    second = issue(make_draft(**euro), by=ana)
    pay(second, "120.99", by=ana)  # 0,01 EUR left: 0,05 lei
    found = listing()
    assert [(a.currency, a.total, a.left) for a in found.amounts] == [("EUR", Decimal("242.00"), Decimal("121.01"))]
    assert (found.in_lei.total, found.in_lei.left) == (Decimal("1232.08"), Decimal("616.09"))


def test_exported_amounts_are_the_stored_ones(web, company, issued):
    answer = web.get(url(company, "invoice_export", "xlsx"))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    row = dict(zip(*sheet.values, strict=True))
    stored = (issued.net, issued.vat, issued.total, issued.balance, issued.total_ron, issued.balance)
    names = ("Valoare fără TVA", "TVA", "Total", "Rest de încasat", "Total (lei)", "Rest de încasat (lei)")
    assert tuple(round(Decimal(row[name]), 2) for name in names) == stored
    assert (row["Document"], row["Stare"], row["Data emiterii"].date()) == ("FCT 0001", "neîncasată", issued.issue_date)
    answer.close()


def test_a_clients_name_is_no_formula_in_the_export(web, company, ana):
    issue(make_draft(make_partner("=cmd|' /C calc'!A1", "RO1590082")), by=ana)
    answer = web.get(url(company, "invoice_export", "csv"))
    assert ";'=cmd|' /C calc'!A1;" in b"".join(answer.streaming_content).decode()
    answer.close()


@pytest.mark.parametrize("count", [1, 3])
def test_the_export_takes_the_same_queries_for_one_row_and_for_three(web, company, ana, count, django_assert_num_queries):
    make_many(ana, count)
    web.get(url(company))
    with django_assert_num_queries(4):  # user, membership, series, rows
        answer = web.get(url(company, "invoice_export", "csv"))
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == count + 1
    answer.close()


def test_ticked_rows_alone_are_exported(web, company, ana, issued):
    make_many(ana, 2)
    answer = web.get(url(company, "invoice_export", "csv"), {"alese": issued.pk})
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 2
    answer.close()


def test_a_viewer_sees_the_list_and_exports_nothing(client, company, issued):
    client.force_login(member(company, Role.VIEWER))
    page = client.get(url(company))
    assert (page.status_code, b"export" in page.content, b"formaction" in page.content) == (200, False, False)
    assert client.get(url(company, "invoice_export", "csv")).status_code == 403


def test_a_stranger_finds_nothing(client, company, issued):
    client.force_login(member(make_company("Alta SRL", "RO1590082"), Role.OWNER))
    for name, *args in [("invoice_list",), ("invoice_totals",), ("invoice_export", "csv")]:
        assert client.get(url(company, name, *args)).status_code == 404


def test_an_empty_list_offers_the_first_invoice(web, company):
    page = web.get(url(company)).content.decode()
    assert ("Nicio factură încă" in page, "list-sums" in page) == (True, False)
