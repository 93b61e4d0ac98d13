"""The lists of clients and suppliers: search, chips, what is owed, exports, and how many queries they take."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from invoicing.actions import issue, record_payment
from lib.dates import bucharest_today
from partners.models import Partner
from tests.factories import make_draft, make_line, make_partner

QUERIES = 6  # the user, the membership; the counts of the chips, the rows, what they owe; the companies of the switcher


@pytest.fixture
def show(web, company):
    """The list under a query; the names of its rows are `names(answer)`."""

    def get(query="", which="client_list"):
        return web.get(reverse(f"partners:{which}", args=[company.pk]) + query)

    return get


def names(answer):
    return [row.name for row in answer.context["list"].rows]


def make_several():
    make_partner("Țesătoria Nouă SRL", "RO14399840", phone="0264 555 101")
    make_partner("Müller GmbH", "DE136695976", country="DE", county="", city="Leipzig", is_supplier=True)
    make_partner("Șerban Ștefan", "", kind=Partner.Kind.NATURAL, vat_payer=False, city="Iași", county="RO-IS", email="stefan@exemplu.ro")
    make_partner("Fost Client SRL", "18547290", active=False)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Müller GmbH", "Șerban Ștefan", "Țesătoria Nouă SRL"]),
        ("?q=tesat+noua", ["Țesătoria Nouă SRL"]),
        ("?q=ro+143", ["Țesătoria Nouă SRL"]),
        ("?q=iasi", ["Șerban Ștefan"]),
        ("?q=stefan@exemplu.ro", ["Șerban Ștefan"]),
        ("?q=0264", ["Țesătoria Nouă SRL"]),
        ("?q=mueller", []),
        ("?stare=platitori", ["Țesătoria Nouă SRL"]),
        ("?stare=persoane-fizice", ["Șerban Ștefan"]),
        ("?stare=straini", ["Müller GmbH"]),
        ("?stare=inactivi", ["Fost Client SRL"]),
        ("?judet=RO-IS", ["Șerban Ștefan"]),
        ("?ordine=localitate&judet=RO-B", ["Țesătoria Nouă SRL"]),
    ],
)
def test_clients_are_found(show, query, found):
    make_several()
    Partner.objects.filter(name="Müller GmbH").update(vat_payer=False)
    assert names(show(query)) == found


def test_letters_with_marks_stand_by_their_plain_ones(show):
    for name in ("Tudor SRL", "Rusu SRL", "Șerban SRL", "Bălan SRL", "Bucur SRL", "bazar SRL"):
        make_partner(name, "")
    assert names(show()) == ["Bălan SRL", "bazar SRL", "Bucur SRL", "Rusu SRL", "Șerban SRL", "Tudor SRL"]


def test_suppliers_are_those_marked_so(show):
    make_several()
    assert names(show(which="supplier_list")) == ["Müller GmbH"]


def test_the_list_tells_what_each_client_owes_in_lei(show, ana):
    partner = make_partner()
    first = issue(make_draft(partner), by=ana)
    issue(make_draft(partner, [make_line(price="10")], currency="EUR", exchange_rate=Decimal("5.0912"), rate_source="manual"), by=ana)
    make_draft(partner)
    record_payment([first], amount=Decimal("21.00"), method="cash", on=bucharest_today(), by=ana, token=uuid.uuid4())
    assert [row.owed for row in show().context["list"].rows] == [Decimal("161.60")]  # 100 lei and 12.10 EUR


def test_one_query_tells_what_they_owe_however_many(show, ana, django_assert_num_queries):
    issue(make_draft(make_partner()), by=ana)
    with django_assert_num_queries(QUERIES):
        show()
    for cif in ("18547290", "12345674"):
        issue(make_draft(make_partner(f"Client {cif}", cif), [make_line()]), by=ana)
    with django_assert_num_queries(QUERIES):
        show()


def test_an_empty_list_offers_to_fill_it(show):
    assert "Client nou" in show().content.decode()


def test_the_export_holds_what_is_filtered(web, company, ana):
    make_several()
    issue(make_draft(Partner.objects.get(name="Țesătoria Nouă SRL")), by=ana)
    answer = web.get(reverse("partners:partner_export", args=[company.pk, "csv"]) + "?q=tesatoria")
    head, row = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert head.split(";")[0] == "Denumire"
    assert row.split(";")[:4] == ["Țesătoria Nouă SRL", "persoană juridică", "RO14399840", "da"]
    assert row.split(";")[-1] == "121,00"


def test_suppliers_are_exported_without_what_clients_owe(web, company):
    make_several()
    answer = web.get(reverse("partners:supplier_export", args=[company.pk, "csv"]))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert (len(lines), lines[0].split(";")[-1], lines[1].split(";")[0]) == (2, "Activ", "Müller GmbH")


@pytest.mark.parametrize("text", ["a" * 3000, "a b " * 3000])
def test_a_search_longer_than_any_name_finds_nothing(scope, text):
    make_partner("A B")
    assert list(Partner.objects.matching(text + "x")) == []
