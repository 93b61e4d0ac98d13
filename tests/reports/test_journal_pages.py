"""Rapoarte › Jurnale: the page, what prints it and the files."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from companies.models import CashVatPeriod, Role
from invoicing.actions import issue, record_payment
from invoicing.models import Sheet
from invoicing.sheet_pdf import render
from reports.asked import month_of, quarter_of
from reports.journal_views import printed
from reports.sales_journal import sales_journal
from tests.factories import TODAY, make_draft, make_line, make_member, make_partner, make_user
from tests.purchases.conftest import make_expense, make_supplier

NOVEMBER = {"luna": "2026-11"}


def url(company, name="journals", *args):
    return reverse(f"reports:{name}", args=(company.pk, *args))


@pytest.fixture
def collected(company, ana):
    """Of October, half received in November."""
    CashVatPeriod.objects.create(since=date(2026, 1, 1))
    made = issue(make_draft(make_partner("Ion & Fiii <SRL>"), issue_date=date(2026, 10, 5), due_date=date(2026, 10, 5)), by=ana)
    record_payment([made], amount=Decimal("60.50"), method="transfer", on=date(2026, 11, 5), by=ana, token=uuid4())
    return made


def test_the_page_has_the_lines_the_recap_and_what_waits(web, company, collected):
    text = web.get(url(company), NOVEMBER).content.decode()
    assert "Ion &amp; Fiii &lt;SRL&gt;" in text
    for part in (
        f"Încasare {collected.label}",
        "Recapitulație",
        "Total exigibil în noiembrie 2026",
        "documente cu TVA neexigibilă",
        "10,50",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("query", "name"),
    [({}, "noiembrie 2026"), (NOVEMBER, "noiembrie 2026"), ({"luna": "2026-T3"}, "trimestrul 3 2026"), ({"luna": "2026-08"}, "august 2026"),
     ({"luna": "2019-05"}, "mai 2019"), ({"luna": "2026-13"}, "noiembrie 2026"), ({"luna": "2030-01"}, "noiembrie 2026")],
)  # fmt: skip
def test_a_month_or_a_quarter_is_chosen(web, company, query, name):
    assert web.get(url(company), query).context["span"].name == name


def test_a_quarter_is_its_three_months(company, ana, collected):
    quarter = quarter_of(TODAY)
    found = sales_journal(quarter.since, quarter.until)
    assert ((quarter.since, quarter.until), found.due) == ((date(2026, 10, 1), date(2026, 12, 31)), (50, Decimal("10.50")))


def test_an_empty_journal_says_so(web, company):
    for name in ("vanzari", "cumparari"):
        assert "Jurnal fără poziții" in web.get(url(company), NOVEMBER | {"jurnal": name}).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "count"), [("vanzari", 12), ("cumparari", 12)])
def test_it_takes_as_many_queries_for_many_rows(web, company, ana, collected, django_assert_num_queries, name, count, rows):
    supplier = make_supplier()
    for _ in range(rows):
        made = issue(make_draft(lines=[make_line(), make_line(rate="s11")]), by=ana)
        record_payment([made], amount=Decimal(50), method="transfer", on=TODAY, by=ana, token=uuid4())
        make_expense(supplier, ana, on_payment=True)
    with django_assert_num_queries(count):
        web.get(url(company), NOVEMBER | {"jurnal": name})


def cells(answer):
    book = load_workbook(BytesIO(b"".join(answer)))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_the_spreadsheet_has_numbers_and_ends_with_the_totals(web, company, collected):
    rows = cells(web.get(url(company, "journals_export", "xlsx"), NOVEMBER))
    assert rows[0][-8:] == [
        "Total document",
        "21%, bază",
        "21%, TVA",
        "11%, bază",
        "11%, TVA",
        "Încasat",
        "Neexigibil, bază",
        "Neexigibil, TVA",
    ]
    assert [row[-8:] for row in rows[1:]] == [[0, 50, 10.5, 0, 0, 60.5, -50, -10.5]] * 2
    assert (rows[1][0], rows[2][2]) == (1, "TOTAL")


def test_what_waits_is_a_file_of_its_own(web, company, collected):
    rows = cells(web.get(url(company, "journals_export", "xlsx"), NOVEMBER | {"lista": "neexigibile"}))
    assert rows[1][1:] == [collected.label, "Ion & Fiii <SRL>", "RO14399840", 121, 100, 21, 0, 60.5, 50, 10.5, 50, 10.5]


def test_the_csv_opens_in_excel(web, company, collected):
    text = b"".join(web.get(url(company, "journals_export", "csv"), NOVEMBER)).decode("utf-8-sig")
    assert text.splitlines()[1].startswith("1;05.11.2026;Încasare FCT")


def test_purchases_have_what_is_deducted(web, company, ana):
    make_expense(make_supplier(), ana)
    rows = cells(web.get(url(company, "journals_export", "xlsx"), NOVEMBER | {"jurnal": "cumparari"}))
    assert (rows[0][-2:], rows[-1][-2:]) == (["TVA dedusă", "TVA nedeductibilă"], [21, 0])


def test_the_printed_page_waits_for_a_worker(web, company, collected, monkeypatch):
    monkeypatch.setattr("invoicing.views.sheets.WAIT", 0)
    answer = web.get(url(company, "journals_pdf"), NOVEMBER)
    sheet = Sheet.objects.get()
    assert (answer["Location"], sheet.name) == (reverse("invoicing:sheet", args=(company.pk, sheet.pk)), "jurnal-vanzari-2026-11")


def test_a_long_journal_is_printed_in_parts(company, ana, rf, monkeypatch):
    for _ in range(3):
        issue(make_draft(), by=ana)
    monkeypatch.setattr("reports.journal_views.PRINTED", 2)
    request, span = rf.get("/"), month_of(TODAY)
    request.company = company
    journal = sales_journal(span.since, span.until)
    first, last = (printed(journal, span, request, number, 2) for number in (1, 2))
    assert ("partea 1 din 2" in first, "Total noiembrie" in first, "Total noiembrie" in last) == (True, False, True)
    assert [text.count("FCT ") for text in (first, last)] == [2, 1]


def test_the_columns_that_paper_can_not_hold_are_folded(company, ana):
    rates = ["s21", "s11", "ae-deseuri"]
    issue(make_draft(lines=[make_line(rate=rate, price=price) for rate, price in zip(rates, ("300", "10", "200"), strict=True)]), by=ana)
    span = month_of(TODAY)
    found = sales_journal(span.since, span.until)
    folded = found.folded(2)
    assert (folded.columns, folded.totals.due["altele"]) == (["cota-21", "altele"], (Decimal(210), Decimal("1.10")))
    assert [label for label, _ in found.recap] == ["21%", "11%", "Taxare inversă"]


def test_a_viewer_reads_and_prints_but_takes_no_file(company, collected):
    client = Client()
    client.force_login(make_member(make_user("vera@exemplu.ro"), company, Role.VIEWER).user)
    answers = [client.get(address, NOVEMBER).status_code for address in (url(company), url(company, "journals_export", "xlsx"))]
    assert (answers, "XLSX" in client.get(url(company), NOVEMBER).content.decode()) == ([200, 403], False)


def test_the_pdf_lies_across_and_has_every_page_named(company, ana, rf, collected):
    request, span = rf.get("/"), month_of(TODAY)
    request.company = company
    sheet = Sheet.objects.create(digest="x", name="x", html=printed(sales_journal(span.since, span.until), span, request, 1, 1))
    render(sheet)
    sheet.refresh_from_db()
    page = PdfReader(BytesIO(bytes(sheet.file.content))).pages[0]
    assert page.mediabox.width > page.mediabox.height
    text = page.extract_text()
    for part in ("Jurnal de vânzări", "Exemplu SRL", "RO18547290", "Pagina 1 din 1"):
        assert part in text
