import threading

import pytest
from django.db import connection

from companies.scope import company_scope
from invoicing.actions import issue
from invoicing.actions.series import change_series, create_series, delete_series, make_default, set_active
from invoicing.models import Kind, Series
from lib.errors import Refused
from tests.factories import make_draft


@pytest.fixture
def fct(scope):
    return Series.objects.get()


@pytest.fixture
def as_ana(ana, client):
    client.force_login(ana)
    return client


@pytest.fixture
def address(scope):
    return f"/{scope.pk}/serii/"


def test_the_first_series_of_a_kind_is_its_default(fct, ana):
    assert create_series(Kind.PROFORMA, name="PF", by=ana).is_default is True
    assert create_series(Kind.PROFORMA, name="PF2", by=ana).is_default is False


def test_numbering_goes_on_from_another_program(fct, ana):
    series = create_series(Kind.INVOICE, name="ABC", first_number=1235, by=ana)
    assert series.next_label == "ABC 1235"
    assert issue(make_draft(series=series), by=ana).label == "ABC 1235"


@pytest.mark.parametrize(
    ("name", "first_number", "code"),
    [
        ("fct", 1, "series_exists"),
        ("", 1, "series_name_invalid"),
        ("A B", 1, "series_name_invalid"),
        ("-A", 1, "series_name_invalid"),
        ("A" * 21, 1, "series_name_invalid"),
        ("A", 0, "series_number_invalid"),
        ("A", 10**9, "series_number_invalid"),
    ],
)
def test_a_series_that_cannot_be_is_refused(fct, ana, name, first_number, code):
    with pytest.raises(Refused, match=code):
        create_series(Kind.INVOICE, name=name, first_number=first_number, by=ana)


def test_there_are_not_too_many_series(fct, ana):
    Series.objects.bulk_create(Series(kind=Kind.INVOICE, name=f"S{number}", last_number=0) for number in range(199))
    with pytest.raises(Refused, match="too_many_series"):
        create_series(Kind.INVOICE, name="NOU", by=ana)


def test_another_series_becomes_the_default(fct, ana):
    other = create_series(Kind.INVOICE, name="ABC", is_default=True, by=ana)
    assert list(Series.objects.filter(is_default=True)) == [other]


def test_an_inactive_series_cannot_be_the_default(fct, ana):
    other = set_active(create_series(Kind.INVOICE, name="ABC", by=ana), active=False, by=ana)
    with pytest.raises(Refused, match="series_inactive"):
        make_default(other, by=ana)
    assert make_default(set_active(other, active=True, by=ana), by=ana).is_default


def test_the_default_series_stays_active(fct, ana):
    with pytest.raises(Refused, match="series_default_stays"):
        set_active(fct, active=False, by=ana)


def test_an_unused_series_changes_its_name_and_number(fct, ana):
    changed = change_series(fct, name="ABC", first_number=77, digits=6, by=ana)
    assert changed.next_label == "ABC 000077"


def test_a_used_series_changes_only_its_digits(fct, ana):
    issue(make_draft(), by=ana)
    with pytest.raises(Refused, match="series_used"):
        change_series(fct, name="ABC", first_number=1, digits=4, by=ana)
    with pytest.raises(Refused, match="series_used"):
        change_series(fct, name="FCT", first_number=9, digits=4, by=ana)
    assert change_series(fct, name="FCT", first_number=1, digits=6, by=ana).next_label == "FCT 000002"


def test_only_a_series_without_documents_is_deleted(fct, ana):
    other = create_series(Kind.INVOICE, name="ABC", by=ana)
    draft = make_draft(series=other)
    with pytest.raises(Refused, match="series_used"):
        delete_series(other, by=ana)
    draft.delete()
    delete_series(other, by=ana)
    with pytest.raises(Refused, match="series_default_stays"):
        delete_series(fct, by=ana)
    with pytest.raises(Refused, match="series_deleted"):
        make_default(other, by=ana)


@pytest.mark.django_db(transaction=True)
def test_two_first_series_at_once_leave_one_default(company, ana):
    ready, outcomes = threading.Barrier(2), []

    def create(name):
        with company_scope(company.pk):
            ready.wait()
            outcomes.append(create_series(Kind.RECEIPT, name=name, by=ana).is_default)
        connection.close()

    threads = [threading.Thread(target=create, args=[name]) for name in ("CH", "CH2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, True]


def test_the_page_shows_the_number_that_comes_next(fct, as_ana, address):
    assert "FCT 0001" in as_ana.get(address).content.decode()


def test_a_series_is_added_from_the_page(fct, as_ana, address):
    answer = as_ana.post(f"{address}noua/", {"kind": "invoice", "name": "ABC", "first_number": "1235", "digits": "4", "is_default": "on"})
    series = Series.objects.get(name="ABC")
    assert (answer.status_code, series.next_label, series.is_default) == (302, "ABC 1235", True)


def test_a_refusal_stands_at_its_field_with_what_was_typed(fct, as_ana, address):
    answer = as_ana.post(f"{address}noua/", {"kind": "invoice", "name": "FCT", "first_number": "7", "digits": "4"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert 'value="7"' in answer.content.decode()


def test_a_series_is_changed_made_default_switched_off_and_deleted_from_the_page(fct, ana, as_ana, address):
    other = create_series(Kind.INVOICE, name="ABC", by=ana)
    as_ana.post(f"{address}{other.pk}/", {"name": "ABD", "first_number": "3", "digits": "4"})
    as_ana.post(f"{address}{other.pk}/implicita/")
    as_ana.post(f"{address}{fct.pk}/activa/", {"activa": "nu"})
    other.refresh_from_db()
    fct.refresh_from_db()
    assert (other.next_label, other.is_default, fct.active) == ("ABD 0003", True, False)
    as_ana.post(f"{address}{fct.pk}/sterge/")
    assert list(Series.objects.all()) == [other]


def test_the_name_of_a_used_series_cannot_be_typed_over(fct, ana, as_ana, address):
    issue(make_draft(), by=ana)
    as_ana.post(f"{address}{fct.pk}/", {"name": "ABC", "first_number": "9", "digits": "6"})
    fct.refresh_from_db()
    assert fct.next_label == "FCT 000002"
