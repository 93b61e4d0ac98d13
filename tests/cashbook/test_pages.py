"""The pages of the cash book: what they show, what they cost, who may write."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from cashbook.actions import close_days, save_till, set_opening, till_for
from cashbook.balances import balance_now
from cashbook.forms import CountForm
from cashbook.models import CashOperation, Till, TillCount
from cashbook.prints import ask_for_register
from companies.models import Role
from invoicing.actions import issue, record_payment
from invoicing.actions.receipts import Chit, issue_receipt
from invoicing.models import Kind, Series
from tests import factories
from tests.cashbook.conftest import FIRST, operate

D5, D10 = date(2026, 11, 5), date(2026, 11, 10)
LIST_QUERIES = 15
REGISTER_QUERIES = 8


def answer(web, company, path):
    return web.get(f"/{company.pk}/casa/{path}")


def test_the_list_shows_the_balance_after_each_row(web, company, till, ana):
    operate(till, ana, "other_in", D5, "200")
    operate(till, ana, "other_out", D10, "50")
    rows = answer(web, company, "operatiuni/").context["list"].rows
    assert [(row.amount, row.balance) for row in rows] == [(-50, 1150), (200, 1200)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_every_length(web, company, till, ana, count, django_assert_num_queries):
    partner = factories.make_partner()
    for _ in range(count):
        invoice = issue(factories.make_draft(partner, issue_date=D5, due_date=D5, by=ana), by=ana)
        record_payment([invoice], amount=Decimal(10), method="cash", on=D10, by=ana, token=uuid4())
    with django_assert_num_queries(LIST_QUERIES):
        answer(web, company, "operatiuni/")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?stare=incasari", [200]),
        ("?stare=plati", [-50]),
        ("?fel=other_out", [-50]),
        ("?q=DP+1", [-50]),
        ("?q=200,00", [200]),
        ("?q=chirie", [-50]),
        ("?perioada=interval&de-la=06.11.2026&pana-la=30.11.2026", [-50]),
        ("?ordine=suma", [-50, 200]),
        ("?q=nimic", []),
    ],
)
def test_operations_are_found(web, company, till, ana, query, found):
    operate(till, ana, "other_in", D5, "200")
    operate(till, ana, "other_out", D10, "50", explanation="Chirie garaj")
    assert [row.amount for row in answer(web, company, f"operatiuni/{query}").context["list"].rows] == found


def test_pages_of_the_list_follow_the_book(web, company, till, ana):
    for number in range(60):
        operate(till, ana, "other_in", D5 if number % 2 else D10, str(number + 1))
    first = answer(web, company, "operatiuni/").context["list"]
    second = answer(web, company, f"operatiuni/{first.next_url}").context["list"]
    rows = [*first.rows, *second.rows]
    assert [row.pk for row in rows] == list(CashOperation.objects.order_by("-ordinal").values_list("pk", flat=True))
    assert rows[0].balance == balance_now(till) and rows[-1].balance == 1000 + rows[-1].amount


def test_sums_follow_the_filters(web, company, till, ana):
    operate(till, ana, "other_in", D5, "200")
    operate(till, ana, "other_out", D10, "50")
    assert answer(web, company, "operatiuni/sume/").context["list"].sums == {"count": 2, "received": 200, "paid": 50}


def test_the_file_holds_the_balances(web, company, till, ana):
    operate(till, ana, "other_in", D5, "200", explanation="=1+1")
    lines = b"".join(answer(web, company, "operatiuni/export/csv/").streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1].split(";")[:9] == ["05.11.2026", "1", "DI 1", "", "Altă încasare: =1+1", "Altă încasare", "200,00", "", "1200,00"]


def test_an_operation_is_written_and_the_later_days_are_named(web, company, till, ana):
    operate(till, ana, "other_in", D10, "200")
    form = {"kind": "other_out", "day": "05.11.2026", "amount": "30", "token": str(uuid4()), "explanation": "Timbre"}
    page = web.post(f"/{company.pk}/casa/operatiuni/noua/", form, follow=True)
    assert [str(message) for message in page.context["messages"]] == [
        "Am înregistrat DP 1, 30,00\N{NO-BREAK SPACE}lei.",
        "Operațiunea este din 05.11.2026: soldul s-a refăcut în 1 zi de după ea.",
    ]


def test_a_negative_day_is_shown_before_and_refused_after(web, company, till):
    form = {"kind": "other_out", "day": "05.11.2026", "amount": "1100", "token": str(uuid4())}
    shown = web.get(f"/{company.pk}/casa/operatiuni/efect/", form)
    assert shown.context["effect"].negative == [(D5, Decimal(-100))]
    assert web.post(f"/{company.pk}/casa/operatiuni/noua/", form).status_code == 422


def test_a_viewer_reads_and_does_not_write(company, till, ana):
    user = factories.make_user("cititor@exemplu.ro")
    factories.make_member(user, company, Role.VIEWER)
    client = Client()
    client.force_login(user)
    row = operate(till, ana, "other_in", D5, "1")
    reads = ["operatiuni/", "registru/", f"operatiuni/{row.pk}/", "case/"]
    writes = ["operatiuni/noua/", "numara/", "transfer/", "registru/inchide/", f"operatiuni/{row.pk}/storneaza/"]
    assert [answer(client, company, path).status_code for path in reads] == [200] * 4
    assert [answer(client, company, path).status_code for path in writes] == [403] * 5


def test_counting_proposes_and_books_the_difference(web, company, till, ana):
    operate(till, ana, "other_in", D5, "200")
    web.post(f"/{company.pk}/casa/numara/", {"day": "05.11.2026", "counted": "1190,50"})
    count = TillCount.objects.get()
    page = answer(web, company, f"numarari/{count.pk}/")
    assert page.context["search"].difference == Decimal("-9.50")
    web.post(f"/{company.pk}/casa/numarari/{count.pk}/", {"reason": "Rest dat greșit", "token": str(uuid4())})
    row = CashOperation.objects.get(count=count)
    assert (row.kind, row.amount, row.day, row.reason, row.by.email) == (
        "other_out",
        Decimal("-9.50"),
        D5,
        "Rest dat greșit",
        "bogdan@exemplu.ro",
    )
    assert balance_now(till) == Decimal("1190.50")


def test_notes_and_coins_make_the_sum(till):
    form = CountForm({"day": "05.11.2026", "note_20000": "2", "note_50": "3"}, till=till)
    assert form.is_valid() and (form.cleaned_data["counted"], form.cleaned_data["notes"]) == (Decimal("401.50"), {"200": 2, "0.50": 3})


def test_the_month_and_the_day_of_the_register(web, company, till, ana):
    operate(till, ana, "other_in", D5, "200")
    close_days(till, until=D5, by=ana)
    month = answer(web, company, "registru/?luna=2026-11").context
    assert [(line.day, line.balance, line.closed) for line, _ in month["lines"]] == [(D5, 1200, True)]
    sheet = answer(web, company, "registru/?zi=2026-11-05").context["sheet"]
    assert (sheet.opening, sheet.received, sheet.balance, sheet.lines[0].words) == (1000, 200, 1200, "Altă încasare")


@pytest.mark.parametrize("days", [1, 3])
def test_the_month_costs_the_same_for_any_number_of_days(web, company, till, ana, days, django_assert_num_queries):
    for day in range(days):
        operate(till, ana, "other_in", date(2026, 11, 5 + day), "60000")
    with django_assert_num_queries(REGISTER_QUERIES):
        month = answer(web, company, "registru/?luna=2026-11").context
    assert [over for _, over in month["lines"]] == [True] * days


def test_the_register_of_a_day_without_operations_carries_the_balance(web, company, till):
    sheet = answer(web, company, "registru/?zi=2026-11-07").context["sheet"]
    assert (sheet.opening, sheet.balance, sheet.lines) == (1000, 1000, [])


@pytest.mark.parametrize(
    "path", ["registru/pdf/?zi=2026-11-05", "registru/pdf/?luna=2026-11", "registru/pdf/?luna=2026-11&forma=zile", "operatiuni/{pk}/pdf/"]
)
@pytest.mark.django_db(transaction=True)
def test_pdfs_are_made_by_a_worker_once(web, company, till, ana, path, celery_eager):
    row = operate(till, ana, "other_out", D5, "20", party="Ion Pop")
    first = web.get(f"/{company.pk}/casa/{path.format(pk=row.pk)}")
    again = web.get(f"/{company.pk}/casa/{path.format(pk=row.pk)}")
    assert (first.status_code, first.content[:5], first.content == again.content) == (200, b"%PDF-", True)


def test_a_payment_is_asked_about_before_it_is_saved(web, company, scope):
    partner = factories.make_partner("Firma SRL")
    query = {"method": "cash", "amount": "5000,01", "on": "05.11.2026", "client": str(partner.pk)}
    texts = [warning.text for warning in web.get(f"/{company.pk}/casa/plafoane/", query).context["warnings"]]
    assert len(texts) == 1 and "5.000,01" in texts[0] and "5.000,00" in texts[0]
    assert web.get(f"/{company.pk}/casa/plafoane/", query | {"method": "card"}).context["warnings"] == []


def test_the_first_page_makes_the_till(web, company, scope):
    assert answer(web, company, "operatiuni/").status_code == 200
    assert till_for("RON").name == "Casa"


def test_the_chitanta_of_a_payment_is_its_document(web, company, till, ana):
    invoice = issue(factories.make_draft(issue_date=D5, due_date=D5, by=ana), by=ana)
    payment = record_payment([invoice], amount=Decimal(10), method="cash", on=D10, by=ana, token=uuid4())
    series = Series.objects.create(kind=Kind.RECEIPT, name="CH", is_default=True)
    receipt = issue_receipt(payment, Chit(series), by=ana)
    assert [row.label for row in answer(web, company, "operatiuni/").context["list"].rows] == [receipt.label]


def test_a_till_that_is_not_ours_is_not_there(web, company):
    assert answer(web, company, "operatiuni/?casa=999999").status_code == 404


@pytest.mark.parametrize(("currency", "code"), [("RON", "14-4-7bA"), ("EUR", "14-4-7/cA")])
def test_the_days_of_a_month_stand_one_under_the_other(scope, company, till, ana, currency, code):
    if currency == "EUR":
        till = set_opening(save_till(Till(name="Valută", currency="EUR"), by=ana), day=FIRST, amount=Decimal(1000), by=ana)
    operate(till, ana, "other_in", D5, "20.50")
    operate(till, ana, "other_out", FIRST, "0.50")
    text = ask_for_register(till, company, since=FIRST, until=date(2026, 11, 30), together=True).html
    for words in (
        f"Cod {code}",
        "Data",
        "Nr. act casă",
        "Report / Sold ziua precedentă",
        "De reportat / TOTAL",
        "1.020,00",
        "01.11.2026",
        "05.11.2026",
    ):
        assert words in text
    assert text.index("01.11.2026 – 30.11.2026") < text.index("05.11.2026")
    assert ("sume în EUR" in text) is (currency == "EUR")
