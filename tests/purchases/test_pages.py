"""The pages of purchases: what they show, what they cost, and the way through them."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from companies.models import BankAccount
from purchases.actions import make_file, pay_ahead
from purchases.models import Attachment, Expense, ExpenseCategory, PaymentFile, SupplierPayment
from tests.purchases.conftest import D5, D10, make_expense, make_supplier, pay_for
from tests.purchases.test_expenses import PDF

LIST_QUERIES, PAYMENT_QUERIES = 7, 8
SOON = date(2099, 1, 1)


def row(number, **values):
    names = {"name": "", "quantity": "1", "net": "", "rate": "S:21", "vat": "", "category": "", "deductible": "100"} | values
    return {f"rand-{number}-{name}": value for name, value in names.items()}


def typed(supplier, **values):
    head = {"partner": supplier.pk, "number": "F 1", "issue_date": "05.11.2026", "booked_on": "05.11.2026", "currency": "RON"}
    head |= {"exchange_rate": "1", "token": str(uuid4()), "rand-TOTAL_FORMS": "2", "rand-INITIAL_FORMS": "0"}
    return head | row(0, name="Hârtie", net="100") | row(1) | values


def test_a_document_is_typed_and_booked_in_one_step(web, scope, supplier):
    answer = web.post(f"/{scope.pk}/cheltuieli/noua/", typed(supplier, book="1"))
    made = Expense.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/{scope.pk}/cheltuieli/{made.pk}/")
    assert (made.status, made.total, made.lines.get().name) == ("booked", Decimal("121.00"), "Hârtie")


def test_the_typed_total_keeps_its_cent_and_finds_a_slip(web, scope, supplier):
    assert web.post(f"/{scope.pk}/cheltuieli/noua/", typed(supplier, total="130")).status_code == 422
    web.post(f"/{scope.pk}/cheltuieli/noua/", typed(supplier, total="121,01"))
    assert (Expense.objects.get().rounding, Expense.objects.get().status) == (Decimal("0.01"), "draft")


def test_rows_are_added_and_taken_away(web, scope, supplier, ana):
    more = web.post(f"/{scope.pk}/cheltuieli/noua/", typed(supplier, more="1"))
    assert (more.status_code, len(more.context["rows"].forms), Expense.objects.count()) == (200, 7, 0)
    draft = make_expense(supplier, ana, booked=False)
    values = typed(supplier, **{"rand-INITIAL_FORMS": "1", "rand-0-DELETE": "on"}) | row(1, name="Toner", net="50", vat="10,49")
    web.post(f"/{scope.pk}/cheltuieli/{draft.pk}/modifica/", values)
    assert [(line.name, line.vat) for line in draft.lines.all()] == [("Toner", Decimal("10.49"))]


def test_a_booked_document_is_corrected_with_a_reason(web, scope, supplier, ana):
    made = make_expense(supplier, ana)
    address = f"/{scope.pk}/cheltuieli/{made.pk}/modifica/"
    values = typed(supplier, **{"rand-INITIAL_FORMS": "1"}) | row(0, name="Hârtie", net="90")
    assert web.post(address, values).status_code == 422
    assert web.post(address, values | {"reason": "Discount"}).status_code == 302
    assert Expense.objects.get().total == Decimal("108.90")


def test_a_double_is_confirmed_on_its_page(web, scope, supplier, ana):
    make_expense(supplier, ana, number="F 1")
    again = make_expense(supplier, ana, "70", number="F 1", booked=False)
    address = f"/{scope.pk}/cheltuieli/{again.pk}/"
    assert web.get(address).context["warnings"][0].code == "double"
    web.post(f"{address}inregistreaza/")
    assert Expense.objects.get(pk=again.pk).is_draft
    web.post(f"{address}inregistreaza/", {"doubles_confirmed": "on"})
    assert Expense.objects.get(pk=again.pk).is_booked


def test_a_file_is_attached_and_shown(web, scope, supplier, ana):
    made = make_expense(supplier, ana)
    web.post(f"/{scope.pk}/cheltuieli/{made.pk}/ataseaza/", {"file": SimpleUploadedFile("factura.pdf", PDF)})
    answer = web.get(f"/{scope.pk}/cheltuieli/fisiere/{Attachment.objects.get().pk}/")
    assert (answer.content, answer["Content-Type"], answer["X-Content-Type-Options"]) == (PDF, "application/pdf", "nosniff")


def test_two_documents_are_paid_together_and_the_payment_is_cancelled(web, scope, supplier, ana):
    keys = [make_expense(supplier, ana).pk for _ in range(2)]
    address = f"/{scope.pk}/cheltuieli/plateste/?alese={keys[0]}&alese={keys[1]}"
    assert web.get(address).context["due"] == 242
    values = {"amount": "242", "method": "transfer", "on": "10.11.2026", "token": str(uuid4())}
    web.post(address, values)
    made = SupplierPayment.objects.get()
    assert [part.amount for part in made.allocations.all()] == [121, 121]
    web.post(f"/{scope.pk}/plati/{made.pk}/anuleaza/", {"reason": "Greșită"})
    assert SupplierPayment.objects.get().cancel_reason == "Greșită"


def test_a_file_is_made_downloaded_and_confirmed(web, scope, supplier, ana):
    made = make_expense(supplier, ana)
    account = BankAccount.objects.get()
    values = {"account": account.pk, "pay_on": "01.01.2099", "format": "pain001", "token": str(uuid4())}
    web.post(f"/{scope.pk}/cheltuieli/fisier/?alese={made.pk}", values)
    file = PaymentFile.objects.get()
    assert web.get(f"/{scope.pk}/plati/banca/{file.pk}/descarca/").content.startswith(b"<?xml")
    web.post(f"/{scope.pk}/plati/banca/{file.pk}/confirma/", {"rand": [file.rows.get().pk], "on": "10.11.2026"})
    assert (Expense.objects.get().balance, file.rows.get().state) == (0, "paid")


def test_an_opening_and_an_advance_are_typed(web, scope, supplier):
    values = {
        "partner": supplier.pk,
        "number": "F 9",
        "on": "01.11.2026",
        "amount": "400",
        "currency": "RON",
        "rate": "1",
        "token": str(uuid4()),
    }
    assert web.post(f"/{scope.pk}/cheltuieli/sold-initial/", values).status_code == 302
    values |= {"method": "transfer", "amount": "50", "on": "10.11.2026", "token": str(uuid4())}
    assert web.post(f"/{scope.pk}/plati/avans/", values).status_code == 302
    made = Expense.objects.get()
    web.post(f"/{scope.pk}/cheltuieli/{made.pk}/avans/", {"amount": "50", "on": "10.11.2026", "token": str(uuid4())})
    assert Expense.objects.get().balance == 350


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same_for_every_length(web, scope, supplier, ana, count, django_assert_num_queries):
    for number in range(count):
        expense = make_expense(supplier if number else make_supplier("Altul SRL", "RO4267117"), ana)
        pay_for(expense, ana, "21")
    with django_assert_num_queries(LIST_QUERIES):
        web.get(f"/{scope.pk}/cheltuieli/")
    with django_assert_num_queries(PAYMENT_QUERIES):
        web.get(f"/{scope.pk}/plati/")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?stare=de-platit", {"A 1", "C 3"}),
        ("?stare=ciorne", {"D 4"}),
        ("?stare=restante", {"A 1"}),
        ("?q=a+1", {"A 1"}),
        ("?q=Altul", {"C 3"}),
        ("?q=242,00", {"B 2"}),
        ("?q=nimic", set()),
    ],
)
def test_the_list_finds_documents(web, scope, supplier, ana, query, found):
    make_expense(supplier, ana, number="A 1", due_date=D10)
    pay_for(make_expense(supplier, ana, "200", number="B 2"), ana, "242")
    make_expense(make_supplier("Altul SRL", "RO4267117"), ana, number="C 3", due_date=SOON)
    make_expense(supplier, ana, number="D 4", booked=False)
    assert {expense.number for expense in web.get(f"/{scope.pk}/cheltuieli/{query}").context["list"].rows} == found


@pytest.mark.parametrize(
    "path", ["cheltuieli/export/xlsx/", "cheltuieli/export/csv/", "plati/export/xlsx/", "furnizori/scadentar/?export=csv"]
)
def test_the_exports_answer(web, scope, supplier, ana, path):
    pay_for(make_expense(supplier, ana), ana, "21")
    assert len(b"".join(web.get(f"/{scope.pk}/{path}").streaming_content)) > 100


def test_every_page_draws(web, scope, supplier, ana):
    expense = make_expense(supplier, ana)
    payment = pay_for(expense, ana, "21")
    pay_ahead(supplier, amount=Decimal(10), method="transfer", on=D10, by=ana, token=uuid4())
    file = make_file([expense], account=BankAccount.objects.get(), pay_on=SOON, by=ana, token=uuid4())
    paths = [f"cheltuieli/{expense.pk}/", f"plati/{payment.pk}/", f"plati/banca/{file.pk}/", "plati/banca/", "cheltuieli/noua/"]
    paths += [
        "cheltuieli/sold-initial/",
        "plati/avans/",
        "furnizori/scadentar/",
        f"furnizori/{supplier.pk}/fisa/",
        f"cheltuieli/{expense.pk}/modifica/",
    ]
    paths += [f"cheltuieli/plateste/?alese={expense.pk}", f"cheltuieli/fisier/?alese={expense.pk}", f"plati/compensari/{supplier.pk}/"]
    assert {path: web.get(f"/{scope.pk}/{path}").status_code for path in paths} == dict.fromkeys(paths, 200)


def test_categories_are_the_company_s_own(scope, ana, client):
    client.force_login(ana)
    assert client.get(f"/{scope.pk}/cheltuieli/categorii/").context["categories"].count() == 14
    client.post(
        f"/{scope.pk}/cheltuieli/categorii/",
        {"noua-name": "Reclamă", "noua-account": "6231", "noua-deductible": "100", "noua-active": "on"},
    )
    made = ExpenseCategory.objects.get(name="Reclamă")
    client.post(f"/{scope.pk}/cheltuieli/categorii/{made.pk}/", {"name": "Publicitate", "deductible": "50"})
    assert ExpenseCategory.objects.get(pk=made.pk).deductible == 50


def test_the_dates_of_a_document_are_its_own(web, scope, supplier, ana):
    assert web.get(f"/{scope.pk}/cheltuieli/{make_expense(supplier, ana).pk}/").context["expense"].issue_date == D5


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"method": "cash", "amount": "5000,01"}, ["peste plafonul de 5.000,00", "În „Casa” rămân"]),
        ({"method": "cash", "amount": "5000"}, ["În „Casa” rămân"]),
        ({"method": "cash", "amount": "10000,01"}, ["ar fi", "-0,01"]),
        ({"method": "transfer", "amount": "5000,01"}, []),
        ({"method": "cash", "amount": "x"}, []),
    ],
)
def test_paying_in_cash_is_asked_about_before_it_is_saved(web, scope, supplier, till, fields, said):
    query = {"on": "10.11.2026", "partner": supplier.pk, "own": "RON"} | fields
    text = web.get(f"/{scope.pk}/cheltuieli/plateste/plafoane/", query).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert [words for words in said if words not in text] == []
    assert ("callout" in text) is bool(said)


def test_the_card_is_reached_from_the_supplier(web, scope, supplier):
    assert f"furnizori/{supplier.pk}/fisa/" in web.get(f"/{scope.pk}/parteneri/{supplier.pk}/").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "cheltuieli/plateste/plafoane/?method=cash&amount=5&on=31.12.9999&own=RON&partner={pk}",
        "casa/operatiuni/efect/?kind=other_out&amount=5&day=31.12.9999",
        "casa/registru/?luna=9999-12",
        "casa/registru/?zi=9999-12-31",
        "casa/registru/?zi=0001-01-01",
        "furnizori/scadentar/?la=31.12.9999",
        "furnizori/{pk}/fisa/?de-la=01.01.0001&pana-la=31.12.9999",
    ],
)
def test_days_at_the_ends_of_the_calendar_break_nothing(web, scope, supplier, till, path):
    assert web.get(f"/{scope.pk}/{path.format(pk=supplier.pk)}").status_code == 200
