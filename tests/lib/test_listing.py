"""Lists: the state in the address, and pages by key that neither repeat nor miss a row."""

import pytest
from django.db.models import Q
from django.http import QueryDict

from companies.scope import company_scope
from lib import listing
from lib.listing import Chip, Filter, Listing, Sort
from partners.models import Partner
from tests.factories import make_company, make_partner


class People(Listing):
    sorts = [Sort("nume", "Nume", "name"), Sort("termen", "Termen", "due_days", nullable=True), Sort("id", "Nr.", "id")]
    period_column = "created_at__date"

    def chips(self):
        return [Chip("", "Toți"), Chip("inactivi", "Inactivi", Q(active=False), order="-nume")]

    def filters(self):
        return [Filter("tip", "Tip", Partner.Kind.choices, "kind")]

    def search(self, rows, text):
        return rows.matching(text)


@pytest.fixture(autouse=True)
def scope(db, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 3)
    with company_scope(make_company().pk):
        yield


def people(query=""):
    return People(QueryDict(query.removeprefix("?")), Partner.objects.all())


def names(of):
    return [row.name for row in of.rows]


def walk(query):
    """The names of every page, forward from the first one and then back again."""
    page = people(query)
    forward, pages = names(page), [names(page)]
    while page.next_url:
        page = people(page.next_url)
        forward += names(page)
        pages.append(names(page))
    back = [names(page)]
    while page.previous_url:
        page = people(page.previous_url)
        back.insert(0, names(page))
    assert back == pages
    return forward


def make_people(*terms):
    for index, term in enumerate(terms):
        make_partner(f"P{index}", f"{index}", due_days=term)


def test_pages_follow_one_another_without_repeat_or_gap():
    make_people(*range(8))
    assert walk("ordine=nume") == [f"P{i}" for i in range(8)]
    assert walk("ordine=-nume") == [f"P{i}" for i in reversed(range(8))]


def test_rows_of_one_value_are_told_apart_by_id():
    make_people(5, 5, 5, 5, 5, 5, 5)
    assert walk("ordine=termen") == [f"P{i}" for i in range(7)]
    assert walk("ordine=-termen") == [f"P{i}" for i in reversed(range(7))]


def test_rows_without_a_value_stand_last_either_way():
    make_people(1, None, 3, None, 2, None, None)
    assert walk("ordine=termen") == ["P0", "P4", "P2", "P1", "P3", "P5", "P6"]
    assert walk("ordine=-termen") == ["P2", "P4", "P0", "P6", "P5", "P3", "P1"]


def test_the_first_page_offers_nothing_before_and_the_last_nothing_after():
    make_people(*range(4))
    first = people()
    last = people(first.next_url)
    assert (first.previous_url, last.next_url) == ("", "")
    assert people(last.previous_url).previous_url == ""


def test_a_page_of_a_valued_order_takes_one_query(django_assert_num_queries):
    make_people(*range(5))
    with django_assert_num_queries(1):
        page = people("ordine=nume")
        assert (names(page), bool(page.next_url)) == (["P0", "P1", "P2"], True)


def test_a_chip_narrows_and_brings_its_own_order():
    make_people(1, 2, 3)
    Partner.objects.exclude(name="P1").update(active=False)
    assert names(people("stare=inactivi")) == ["P2", "P0"]
    assert names(people("stare=inactivi&ordine=nume")) == ["P0", "P2"]


def test_chips_are_counted_in_one_statement(django_assert_num_queries):
    make_people(1, 2, 3)
    Partner.objects.filter(name="P1").update(active=False)
    with django_assert_num_queries(1):
        assert [(chip.label, chip.count, chip.current) for chip in people().counted_chips] == [("Toți", 3, True), ("Inactivi", 1, False)]


def test_a_filter_takes_only_what_it_offers():
    make_people(1)
    make_partner("Ion", "", kind=Partner.Kind.NATURAL)
    assert names(people("tip=natural")) == ["Ion"]
    assert len(people("tip=altceva").rows) == 2


def test_search_and_filters_stay_in_the_address_and_the_page_does_not():
    page = people("q=bun&tip=legal&ordine=-nume&dupa=5~x&altceva=1&stare=inactivi")
    assert page.address == "?q=bun&tip=legal&ordine=-nume&stare=inactivi"
    assert page.heads["nume"].url == "?q=bun&tip=legal&ordine=nume&stare=inactivi"
    assert [chip.url for chip in page.counted_chips] == ["?q=bun&tip=legal", "?q=bun&tip=legal&stare=inactivi"]


NONSENSE = [
    "dupa=abc",
    "dupa=99999999999999999999~x",
    "dupa=",
    "ordine=parola",
    "perioada=mereu",
    "alese=x",
    "ordine=termen&dupa=1~x",
    "dupa=1~%00",
]


@pytest.mark.parametrize("query", NONSENSE)
def test_an_address_that_makes_no_sense_shows_the_list(query):
    make_people(1)
    assert names(people(query)) == ["P0"]


def test_an_interval_is_typed_as_dates(settings):
    make_people(1)
    assert names(people("perioada=interval&de-la=01.01.2020")) == ["P0"]
    assert names(people("perioada=interval&pana-la=01.01.2020")) == []
    assert people("perioada=interval&de-la=1.2.2020").since == "01.02.2020"


def test_ticked_rows_win_over_what_is_asked_for():
    make_people(1, 2, 3)
    one = Partner.objects.get(name="P2")
    assert [row.name for row in people(f"alese={one.pk}&q=nimeni").selected] == ["P2"]
    assert [row.name for row in people("ordine=-nume").selected] == ["P2", "P1", "P0"]
