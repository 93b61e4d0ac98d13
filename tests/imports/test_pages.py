"""The pages of an import, and who may do what to it at once."""

import io
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from companies.models import Role
from companies.scope import company_scope
from imports import actions, tasks
from imports.kinds.registry import KINDS
from imports.models import Import, ImportRow
from lib.dates import bucharest_today
from lib.errors import Refused
from partners.models import Partner
from tests.factories import make_company, make_member, make_partner, make_user
from tests.imports.files import confirmed, csv_of, series_of, tried, xlsx_of

TEXT = "Denumire;CUI;Telefon\nAlfa SRL;RO18547290;1\nClient Bun SRL;14399840;2\n"


@pytest.fixture
def browser(client, ana):
    client.force_login(ana)
    return client


def address(company, name, *args):
    return reverse(f"imports:{name}", args=(company.pk, *args))


def test_a_file_goes_from_upload_to_the_list_and_back(company, browser):
    make_partner()
    file = SimpleUploadedFile("clienți.csv", TEXT.encode())
    answer = browser.post(address(company, "import_new", "clienti"), {"file": file}, follow=True)
    assert "Titlurile sunt pe rândul 1" in answer.content.decode()
    run = Import.objects.get()
    answer = browser.post(address(company, "columns", run.pk), {"name": "0", "cif": "1", "phone": "2"}, follow=True)
    assert "Așteaptă la rând" in answer.content.decode()
    actions.work(run.pk)
    page = browser.get(address(company, "import_page", run.pk)).content.decode()
    assert ("Telefon: (gol) → 2" in page, "Confirmă importul" in page) == (True, True)
    browser.post(address(company, "confirm", run.pk))
    actions.work(run.pk)
    assert Partner.objects.count() == 2
    browser.post(address(company, "undo", run.pk))
    actions.work(run.pk)
    assert (Partner.objects.count(), Import.objects.get().state) == (1, "undone")


def test_a_file_that_is_none_is_refused_at_its_field(company, browser):
    answer = browser.post(address(company, "import_new", "produse"), {"file": SimpleUploadedFile("a.csv", b"<html>")})
    assert (answer.status_code, "Fișierul nu este un tabel" in answer.content.decode(), Import.objects.exists()) == (422, True, False)


def test_a_needed_column_is_asked_for_and_none_serves_twice(company, browser, ana):
    run = actions.start_import(KINDS["clienti"], name="a.csv", content=csv_of(TEXT), by=ana)
    for columns in ({"cif": "1"}, {"name": "0", "phone": "0"}):
        assert browser.post(address(company, "columns", run.pk), columns).status_code == 422
    assert Import.objects.get().state == "columns"


@pytest.mark.parametrize("kind", KINDS)
def test_the_model_of_each_kind_is_understood_by_itself(company, browser, ana, kind):
    answer = browser.get(address(company, "model_file", kind))
    content = b"".join(answer.streaming_content)
    titles = [cell.value for cell in next(load_workbook(io.BytesIO(content)).active.iter_rows())]
    on = bucharest_today() if KINDS[kind].asks_day else None
    run = actions.start_import(KINDS[kind], name="m.xlsx", content=content, by=ana, on=on, series=series_of(kind))
    assert (len(titles), set(run.columns)) == (len(KINDS[kind].fields), {field.key for field in KINDS[kind].fields})


def test_the_report_is_a_file_row_by_row(company, browser, ana):
    run = tried("clienti", csv_of("Denumire;CUI\nAlfa SRL;123\n"), ana)
    text = b"".join(browser.get(address(company, "report", run.pk, "csv")).streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1].startswith("2;eroare;Alfa SRL;CIF / CNP;CIF-ul nu este corect")


def test_two_columns_with_one_title_are_pointed_out(company, browser, ana):
    run = actions.start_import(KINDS["clienti"], name="a.csv", content=csv_of("Denumire;CUI;Telefon;telefon\nA;1;2;3\n"), by=ana)
    page = browser.get(address(company, "import_page", run.pk)).content.decode()
    assert "Titlul „Telefon” stă deasupra mai multor coloane." in page


def test_a_row_that_came_in_leads_to_its_page(company, browser, ana):
    run = confirmed(tried("clienti", csv_of(TEXT), ana), ana)
    page = browser.get(address(company, "import_page", run.pk)).content.decode()
    assert reverse("partners:partner", args=[company.pk, Partner.objects.get(name="Alfa SRL").pk]) in page


def test_a_sheet_is_chosen(company, browser, ana):
    run = actions.start_import(KINDS["clienti"], name="a.xlsx", content=xlsx_of(["x"], Date=[["Denumire", "CIF"], ["A", 1]]), by=ana)
    browser.post(address(company, "sheet", run.pk), {"sheet": "Date"})
    assert Import.objects.values_list("sheet", "columns").get() == ("Date", {"name": 0, "cif": 1})


def test_giving_up_leaves_nothing(company, browser, ana):
    run = tried("clienti", csv_of(TEXT), ana)
    browser.post(address(company, "drop", run.pk))
    browser.get(address(company, "import_list"))  # says what was given up
    assert (Import.objects.get().state, ImportRow.objects.exists(), Partner.objects.exists()) == ("dropped", False, False)
    assert "fișier.csv" not in browser.get(address(company, "import_list")).content.decode()


def test_the_list_asks_as_much_for_one_import_as_for_three(company, browser, ana, django_assert_num_queries):
    for count in (1, 3):
        while Import.objects.count() < count:
            tried("clienti", csv_of(TEXT), ana)
        browser.get(address(company, "import_list"))
        with django_assert_num_queries(4):
            browser.get(address(company, "import_list"))


def test_a_viewer_may_not(company, client):
    client.force_login(make_member(make_user("v@exemplu.ro"), company, Role.VIEWER).user)
    assert client.get(address(company, "import_list")).status_code == 403


def test_a_second_confirmation_does_nothing(company, ana):
    run = tried("clienti", csv_of(TEXT), ana)
    assert [actions.confirm(run, by=ana), actions.confirm(run, by=ana)] == [True, False]
    actions.work(run.pk)
    actions.work(run.pk)
    assert Partner.objects.count() == 2


def test_as_many_queries_for_many_rows_as_for_few(company, ana, django_assert_max_num_queries):
    for count in (5, 400):
        text = "Denumire;Tip;Telefon\n" + "".join(f"Om {count} {n};PF;1\n" for n in range(count))
        run = actions.start_import(KINDS["clienti"], name="a.csv", content=csv_of(text), by=ana)
        actions.ask_trial(run, run.columns, by=ana)
        with django_assert_max_num_queries(20):
            actions.work(run.pk)
        run = Import.objects.get(pk=run.pk)
        actions.confirm(run, by=ana)
        with django_assert_max_num_queries(25):
            actions.work(run.pk)


def test_what_breaks_three_times_is_given_back_with_nothing_written(company, ana):
    run = tried("clienti", csv_of(TEXT), ana)
    actions.confirm(run, by=ana)
    Import.objects.update(tries=3)
    actions.work(run.pk)
    run = Import.objects.get()
    assert (run.state, run.problem, Partner.objects.exists()) == ("checked", actions.BROKE, False)


def test_a_killed_worker_leaves_nothing_and_the_sweep_finds_its_work(company, ana, celery_eager):
    run = tried("clienti", csv_of(TEXT), ana)
    actions.confirm(run, by=ana)
    with pytest.raises(KeyboardInterrupt), mock.patch.object(actions, "record_event", side_effect=KeyboardInterrupt):
        actions.work(run.pk)
    assert (Partner.objects.exists(), Import.objects.get().state) == (False, "confirmed")
    Import.objects.update(asked_at=run.created_at - 2 * tasks.PATIENCE)
    tasks.sweep()
    assert (Partner.objects.count(), Import.objects.get().state) == (2, "done")


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_and_two_workers_at_once_write_once():
    company = make_company()
    people = [make_member(make_user(f"{name}@exemplu.ro"), company).user for name in "ab"]
    with company_scope(company.pk):
        run = tried("clienti", csv_of(TEXT), people[0])

    def press(person):
        try:
            with company_scope(company.pk):
                won = actions.confirm(run, by=person)
                actions.work(run.pk)
                return won
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(press, people)) == [False, True]
    with company_scope(company.pk):
        actions.work(run.pk)
        assert (Partner.objects.count(), Import.objects.get().state) == (2, "done")


@pytest.mark.django_db(transaction=True)
def test_a_worker_passes_by_what_another_one_holds():
    company = make_company()
    ana = make_member(make_user(), company).user
    with company_scope(company.pk):
        run = tried("clienti", csv_of(TEXT), ana)
        actions.confirm(run, by=ana)

    def elsewhere():
        try:
            with company_scope(company.pk):
                actions.work(run.pk)
        finally:
            connections.close_all()

    with company_scope(company.pk):
        with transaction.atomic(), ThreadPoolExecutor(1) as thread:
            Import.objects.select_for_update().get(pk=run.pk)
            thread.submit(elsewhere).result(timeout=20)
        assert (Partner.objects.exists(), Import.objects.get().tries) == (False, 0)


def test_an_import_moved_on_is_not_changed_under_the_worker(company, ana):
    run = tried("clienti", csv_of(TEXT), ana)
    confirmed(run, ana)
    with pytest.raises(Refused, match="import_moved_on"):
        actions.ask_trial(run, {"name": 0}, by=ana)


def test_an_import_in_the_middle_says_who_wanted_it(company, ana):
    """The database's own word: what is confirmed has somebody who confirmed it."""
    run = tried("clienti", csv_of(TEXT), ana)
    with pytest.raises(IntegrityError, match="import_done_was_confirmed"), transaction.atomic():
        Import.objects.filter(pk=run.pk).update(state="done")


def test_a_stranger_does_not_see_the_file(company, ana):
    run = tried("clienti", csv_of(TEXT), ana)
    other = make_company("Alta SRL", "14399840")
    stranger = Client()
    stranger.force_login(make_member(make_user("c@exemplu.ro"), other).user)
    assert stranger.get(reverse("imports:import_page", args=(other.pk, run.pk))).status_code == 404
