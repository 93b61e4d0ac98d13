"""Opening balances of suppliers and of tills from a file, and those of clients by the thousand."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from cashbook.actions import Entry, close_days, record, save_till, set_opening, till_for
from cashbook.models import Till
from catalog.actions import store_rates
from catalog.bnr import RateRow
from companies.actions.period import close_period
from companies.models import Event, Role
from imports import actions
from imports.models import ImportRow
from imports.words import changes_of
from invoicing.models import Document
from lib.errors import Refused
from partners.models import Partner
from purchases.actions import add_openings, cancel_openings, pay
from purchases.actions.openings import OpeningRow
from purchases.models import Expense
from tests.factories import make_member, make_partner, make_user
from tests.imports.files import confirmed, csv_of, tried, undone

LAST_DAY = date(2025, 12, 31)
SUPPLIERS = "Furnizor;CIF;Numar;Data;Scadenta;Rest;Valoare;Moneda;Curs\n"
TILLS = "Casa;Moneda;Data;Sold\n"


@pytest.fixture
def supplier(company):
    return make_partner()


@pytest.fixture
def till(company, ana):
    return till_for("RON")


def problems(run) -> list:
    return [(row.number, row.problems) for row in ImportRow.objects.filter(run=run, outcome="wrong").order_by("number")]


def test_what_suppliers_were_owed_comes_in_and_goes_out_again(company, ana, supplier):
    text = SUPPLIERS + "Client Bun SRL;14399840;F 1;3.11.2025;3.12.2025;100,50;200;;\n;14399840;F 2;4.11.2025;;-5;;EUR;5,0713\n"
    run = confirmed(tried("solduri-furnizori", csv_of(text), ana, on=LAST_DAY), ana)
    assert run.state == "done", problems(run)
    assert list(Expense.objects.order_by("pk").values_list("number", "total", "whole", "booked_on", "status", "exchange_rate", "kind")) == [
        ("F 1", Decimal("100.50"), Decimal(200), LAST_DAY, "booked", Decimal(1), "opening"),
        ("F 2", Decimal(-5), Decimal(-5), LAST_DAY, "booked", Decimal("5.0713"), "opening"),
    ]
    assert Partner.objects.get().is_supplier
    assert undone(run, ana).state == "undone"
    assert set(Expense.objects.values_list("status", "cancel_reason")) == {("cancelled", "Anularea importului fișier.csv")}
    assert not Partner.objects.get().is_supplier


def test_a_foreign_document_takes_the_rate_of_the_day_of_the_balance(company, ana, supplier):
    store_rates([RateRow(date(2025, 12, 30), "EUR", Decimal("5.09"), 1)])
    text = SUPPLIERS + ";14399840;F 1;4.11.2025;;5;;EUR;\n;14399840;F 2;4.11.2025;;5;;USD;\n"
    run = tried("solduri-furnizori", csv_of(text), ana, on=LAST_DAY)
    assert problems(run) == [
        (3, [["Curs", "Nu avem cursul BNR pentru USD din ziua bancară de dinaintea datei 31.12.2025. Scrieți cursul de mână."]])
    ]
    assert run.rows.get(number=2).after["rate"] == "5.090000"


def test_rows_of_suppliers_that_cannot_be(company, ana, supplier):
    add_openings([OpeningRow(supplier, "F 9", Decimal(1))], on=LAST_DAY, by=ana)
    text = SUPPLIERS + (
        ";14399840;f 9;1.1.2025;;1;;;\n;14399840;B;1.1.2025;;0;;;\n;14399840;C;1.1.2025;;5;3;;\n"
        ";14399840;D;1.1.2026;;5;;;\n;14399840;E;1.1.2025;1.12.2024;5;;;\n;1;F;1.1.2025;;5;;;\n"
    )
    assert [wrong for _, wrong in problems(tried("solduri-furnizori", csv_of(text), ana, on=LAST_DAY))] == [
        [["Document", "f 9 este deja în soldul inițial al furnizorului Client Bun SRL."]],
        [["Rest de plată", "Soldul nu poate fi zero."]],
        [["Valoarea documentului", "Restul nu poate fi mai mare decât documentul, 3,00\xa0lei."]],
        [["Data documentului", "Documentul este de după data soldului."]],
        [["Scadența", "Scadența este înainte de data documentului."]],
        [["CIF / CNP furnizor", "Niciun partener nu are codul 1. Importați întâi furnizorii."]],
    ]


def test_undo_is_refused_once_a_supplier_was_paid(company, ana, supplier):
    run = confirmed(tried("solduri-furnizori", csv_of(SUPPLIERS + ";14399840;F 1;3.11.2025;;100;;;\n"), ana, on=LAST_DAY), ana)
    pay([Expense.objects.get()], amount=Decimal(10), method="transfer", on=date(2026, 1, 5), by=ana, token=uuid4())
    run = undone(run, ana)
    assert (run.state, run.problem) == ("done", "Importul nu se mai poate anula: au plăți F 1. Anulați întâi plățile.")
    with pytest.raises(Refused, match="expense_paid"):
        cancel_openings(Expense.objects.all(), by=ana, reason="x")


def test_cancelling_balances_of_suppliers_respects_the_closed_period(company, ana, supplier):
    made = add_openings([OpeningRow(supplier, "F 1", Decimal(1))], on=LAST_DAY, by=ana)
    close_period(company, until=LAST_DAY, by=ana)
    with pytest.raises(Refused, match="period_closed"):
        cancel_openings(made, by=ana, reason="x")
    with pytest.raises(Refused, match="period_closed"):
        add_openings([OpeningRow(supplier, "F 2", Decimal(1))], on=LAST_DAY, by=ana)


def test_balances_of_suppliers_are_cancelled_with_a_reason_and_twice_is_once(company, ana, supplier):
    made = add_openings([OpeningRow(supplier, "F 1", Decimal(1)), OpeningRow(supplier, "F 2", Decimal(2))], on=LAST_DAY, by=ana)
    with pytest.raises(Refused, match="reason_missing"):
        cancel_openings(made, by=ana, reason=" ")
    for _ in range(2):
        cancel_openings(made, by=ana, reason="x")
    assert Event.objects.filter(verb="cancelled").count() == 2


@pytest.mark.parametrize("kind", ["solduri-clienti", "solduri-furnizori"])
def test_undo_asks_as_much_for_many_balances_as_for_few(company, ana, supplier, kind, django_assert_max_num_queries):
    for count in (3, 300):
        text = SUPPLIERS + "".join(f";14399840;{count}/{n};4.11.2025;;5;;;\n" for n in range(count))
        run = confirmed(tried(kind, csv_of(text), ana, on=LAST_DAY), ana)
        assert run.state == "done", problems(run)
        actions.ask_undo(run, by=ana)
        with django_assert_max_num_queries(25):
            actions.work(run.pk)
    assert Event.objects.filter(verb="cancelled").count() == 303
    assert set(Document.objects.values_list("status", flat=True)) | set(Expense.objects.values_list("status", flat=True)) == {"cancelled"}


def test_foreign_balances_of_clients_read_their_rate_once(company, ana, supplier, django_assert_max_num_queries):
    store_rates([RateRow(date(2025, 12, 30), "EUR", Decimal("5.09"), 1)])
    text = SUPPLIERS + "".join(f";14399840;{n};4.11.2025;;5;;EUR;\n" for n in range(200))
    run = tried("solduri-clienti", csv_of(text), ana, on=LAST_DAY)
    actions.confirm(run, by=ana)
    with django_assert_max_num_queries(30):
        actions.work(run.pk)
    assert set(Document.objects.values_list("exchange_rate", "rate_source", "total_ron")) == {(Decimal("5.09"), "BNR", Decimal("25.45"))}


def test_tills_begin_with_what_the_file_says_and_undo_gives_the_former_state(company, ana, till):
    other = save_till(Till(name="Casa euro", currency="EUR"), by=ana)
    set_opening(other, day=date(2025, 6, 1), amount=Decimal(7), by=ana)
    before = list(Till.objects.order_by("pk").values())
    text = TILLS + ";RON;;1.500,50\nCASA  EURO;;1.2.2026;20\n"
    run = tried("solduri-case", csv_of(text), ana, on=date(2026, 1, 1))
    assert (run.counts, problems(run)) == ({"updated": 2}, [])
    assert list(Till.objects.order_by("pk").values()) == before
    assert changes_of(run.rows.earliest("number")) == ["Data soldului inițial: (gol) → 01.01.2026", "Sold inițial: 0,00 → 1.500,50"]
    run = confirmed(run, ana)
    assert list(Till.objects.order_by("pk").values_list("opening_day", "opening_balance")) == [
        (date(2026, 1, 1), Decimal("1500.50")), (date(2026, 2, 1), Decimal(20)),
    ]  # fmt: skip
    assert (undone(run, ana).state, list(Till.objects.order_by("pk").values())) == ("undone", before)


def test_a_till_that_cannot_begin_so_says_why(company, ana, till):
    record(till, Entry("other_in", date(2026, 1, 5), Decimal(10)), by=ana, token=uuid4())
    text = TILLS + "Casa de sus;;;1\n;EUR;;1\nCasa lei;EUR;;1\nCasa lei;;6.1.2026;1\nCasa lei;;;-1\n"
    Till.objects.update(name="Casa lei")
    assert [wrong for _, wrong in problems(tried("solduri-case", csv_of(text), ana, on=date(2026, 1, 1)))] == [
        [["Casa", "Nu aveți casa „Casa de sus”. Faceți-o întâi la Casa › Case, cu același nume."]],
        [["Casa", "Nu aveți o casă în EUR. Faceți-o întâi la Casa › Case."]],
        [["Moneda", "Casa lei este în RON, nu în EUR."]],
        [["La începutul zilei", "Casa are operațiuni scrise de mână din 05.01.2026. Soldul inițial se dă la o zi de cel târziu atunci."]],
        [["Sold inițial", "Soldul inițial nu poate fi negativ."], ["Casa", "Casa lei apare și pe rândul 5. Păstrați unul singur."]],
    ]


def test_undo_is_refused_where_a_till_was_changed_or_its_days_closed(company, ana, till):
    run = confirmed(tried("solduri-case", csv_of(TILLS + ";;;5\n"), ana, on=date(2026, 1, 1)), ana)
    close_days(till, until=date(2026, 1, 2), by=ana)
    assert undone(run, ana).problem.startswith("Zilele până la 02.01.2026 sunt închise.")
    Till.objects.update(closed_until=None)
    set_opening(till, day=date(2026, 1, 1), amount=Decimal(6), by=ana)
    run = undone(run, ana)
    assert (run.state, run.problem) == ("done", "Importul nu se mai poate anula: soldul inițial al casei Casa a fost schimbat după import.")


def test_an_accountant_brings_balances_in_but_no_clients(company, client):
    client.force_login(make_member(make_user("bogdan@exemplu.ro"), company, Role.ACCOUNTANT).user)
    codes = [client.get(f"/{company.pk}/import/nou/{kind}/").status_code for kind in ("solduri-furnizori", "clienti", "facturi")]
    assert codes == [200, 403, 403]
    page = client.get(f"/{company.pk}/import/").content.decode()
    assert ("Solduri ale caselor" in page, "Produse și servicii" in page) == (True, False)
