"""Rapoarte › Încasări: totals by method, client and currency; what moved no money is apart."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from invoicing.actions import cancel_payment, issue, record_advance, record_payment, refund, use_credit
from tests.factories import TODAY, make_draft, make_partner

D = Decimal
YEAR = {"perioada": "anul"}


def url(company, name="payments", *args):
    return reverse(f"reports:{name}", args=(company.pk, *args))


@pytest.fixture
def money(ana):
    """121 lei in cash, 300 lei in advance of which 100 used and 50 given back, 10 EUR at 5 lei for lei, one cancelled."""
    partner, other = make_partner(), make_partner("Alt Client SRL", "RO1590082")
    values = {"on": TODAY, "by": ana}
    first, second, third = (issue(make_draft(who), by=ana) for who in (partner, partner, other))
    record_payment([first], amount=D(121), method="cash", token=uuid4(), **values)
    record_advance(partner, amount=D(300), method="transfer", token=uuid4(), **values)
    use_credit(second, amount=D(100), by=ana, token=uuid4(), on=TODAY)
    refund(partner, amount=D(50), method="transfer", token=uuid4(), **values)
    record_payment([third], amount=D(10), method="transfer", currency="EUR", rate=D(5), token=uuid4(), **values)
    cancel_payment(record_payment([third], amount=D(1), method="card", token=uuid4(), **values), by=ana, reason="dublă")
    return partner, other


def test_methods_have_what_came_in_and_what_went_out(web, company, money):
    groups = web.get(url(company), YEAR).context["list"].by_method
    assert [(g.key, g.currency, g.count, g.received, g.given) for g in groups] == [
        ("cash", "RON", 1, D("121.00"), D("0.00")),
        ("set_off", "RON", 2, D("100.00"), D("-100.00")),
        ("transfer", "EUR", 1, D("10.00"), D("0.00")),
        ("transfer", "RON", 2, D("300.00"), D("-50.00")),
    ]


def test_totals_leave_out_what_moved_no_money_and_add_up_in_lei(web, company, money):
    report = web.get(url(company), YEAR).context["list"]
    assert [(g.currency, g.count, g.total) for g in report.totals] == [("RON", 3, D("371.00")), ("EUR", 1, D("10.00"))]
    assert report.in_lei == D("421.00")


def test_clients_are_those_who_paid_most_first(web, company, money):
    partner, other = money
    groups = web.get(url(company), YEAR).context["list"].by_client
    assert [(g.key, g.currency, g.total) for g in groups] == [(partner.pk, "RON", D("371.00")), (other.pk, "EUR", D("10.00"))]


@pytest.mark.parametrize(("query", "count"), [({"metoda": "cash"}, 1), ({"metoda": "card"}, 0), ({"perioada": "anul-trecut"}, 0)])
def test_it_is_narrowed_by_method_and_period(web, company, money, query, count):
    assert len(web.get(url(company), YEAR | query).context["list"].by_method) == count


def test_one_client_is_chosen_by_its_key(web, company, money):
    groups = web.get(url(company), YEAR | {"client": money[1].pk}).context["list"].by_method
    assert [(g.key, g.total) for g in groups] == [("transfer", D("10.00"))]


def test_it_takes_few_queries(web, company, money, django_assert_num_queries):
    web.get(url(company), YEAR)
    with django_assert_num_queries(6):
        web.get(url(company), YEAR)


def test_the_file_has_each_payment_with_its_lei(web, company, money):
    text = b"".join(web.get(url(company, "payments_export", "csv"), YEAR)).decode("utf-8-sig")
    assert (len(text.splitlines()), "10,00;EUR;5,000000;50,00" in text) == (7, True)
    assert b"".join(web.get(url(company, "payments_export", "xlsx"), YEAR)).startswith(b"PK")


def test_an_empty_period_says_so(web, company):
    assert "Nicio încasare" in web.get(url(company)).content.decode()
