"""Compensare: the partners that owe and are owed, the page where both sides are ticked, its paper, and the way back."""

from decimal import Decimal

import pytest

from invoicing.actions import issue
from invoicing.models import Document, Payment
from purchases.models import Expense, SupplierPayment
from purchases.mutual import both_ways, open_of
from purchases.prints import ask_for_set_off
from reports import books
from tests import factories
from tests.purchases.conftest import D5, make_expense, make_line, make_supplier, pay_for

DAY = "10.11.2026"


@pytest.fixture
def partner(scope):
    return make_supplier(is_client=True)


@pytest.fixture
def both(partner, ana):
    """Two invoices of 121 lei each, a document of 242 and one of 60.50."""
    invoices = [issue(factories.make_draft(partner, issue_date=D5, due_date=D5, by=ana), by=ana) for _ in range(2)]
    return invoices, [make_expense(partner, ana, "200"), make_expense(partner, ana, "50")]


def page(scope, partner):
    return f"/{scope.pk}/plati/compensari/{partner.pk}/"


def fields(web, scope, both, **more):
    invoices, expenses = both
    token = web.get(page(scope, invoices[0].partner)).context["form"]["token"].value()
    ticked = {"documents": [row.pk for row in invoices], "expenses": [row.pk for row in expenses]}
    return ticked | {"on": DAY, "token": token} | more


def left(both):
    return [row._meta.model.objects.get(pk=row.pk).balance for side in both for row in side]


def test_only_what_is_open_both_ways_is_listed(web, scope, both, partner, ana):
    make_expense(make_supplier("Altul SRL", "RO4267117", is_client=True), ana)
    issue(factories.make_draft(factories.make_partner("Doar Client SRL", "RO1590082"), by=ana), by=ana)
    make_expense(partner, ana, currency="EUR", exchange_rate=Decimal(5))
    assert [(row.partner, row.currency, row.owed, row.owing, row.most) for row in both_ways()] == [
        (partner, "RON", Decimal(242), Decimal("302.50"), Decimal(242))
    ]
    assert web.get(f"/{scope.pk}/plati/compensari/").context["rows"] == both_ways()


def test_the_list_asks_as_much_for_few_as_for_many(scope, ana, django_assert_num_queries):
    for number, cif in enumerate(("RO14399840", "RO4267117", "RO1590082")):
        partner = make_supplier(f"Partener {number} SRL", cif, is_client=True)
        issue(factories.make_draft(partner, by=ana), by=ana)
        make_expense(partner, ana)
        if number != 1:
            with django_assert_num_queries(3):
                assert len(both_ways()) == number + 1


def test_credit_notes_and_stornos_are_not_offered(partner, both, ana):
    make_expense(partner, ana, lines=[make_line("-20")])
    owed, owing = open_of(partner)["RON"]
    assert (len(owed), len(owing)) == (2, 2)


def test_what_is_ticked_is_settled_as_far_as_it_goes(web, scope, both, partner):
    answer = web.post(page(scope, partner), fields(web, scope, both))
    made = SupplierPayment.objects.get()
    assert (answer["Location"], made.amount) == (f"/{scope.pk}/plati/{made.pk}/", Decimal(242))
    assert left(both) == [0, 0, 0, Decimal("60.50")]
    assert list(books.differences()) == []


def test_a_smaller_sum_covers_the_oldest_first(web, scope, both, partner):
    web.post(page(scope, partner), fields(web, scope, both, amount="130,50"))
    assert left(both) == [0, Decimal("111.50"), Decimal("111.50"), Decimal("60.50")]


def test_a_form_sent_twice_is_one_set_off(web, scope, both, partner):
    data = fields(web, scope, both, amount="10")
    for _ in range(2):
        web.post(page(scope, partner), data)
    assert (SupplierPayment.objects.count(), Payment.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"documents": []}, "Bifați cel puțin o factură"),
        ({"expenses": []}, "Bifați cel puțin un document"),
        ({"amount": "242,01"}, "Se pot compensa cel mult"),
        ({"documents": ["999999"]}, "999999"),
        ({"on": "31.12.2099"}, "în viitor"),
    ],
)
def test_what_cannot_be_settled_is_told(web, scope, both, partner, more, words):
    answer = web.post(page(scope, partner), fields(web, scope, both) | more)
    assert (answer.status_code, Payment.objects.count()) == (422, 0)
    assert words in answer.content.decode()


def test_one_document_is_ticked_beforehand(web, scope, both, partner):
    _, (_, second) = both
    form = web.get(f"{page(scope, partner)}?moneda=RON&alese={second.pk}").context["form"]
    assert [(row.pk, ticked) for row, ticked in form.sides[1]] == [(both[1][0].pk, False), (second.pk, True)]


def test_nothing_to_settle_is_said(web, scope, partner, ana):
    make_expense(partner, ana)
    assert "Nimic de compensat" in web.get(page(scope, partner)).content.decode()


def test_taken_back_both_sides_are_open_again(web, scope, both, partner):
    web.post(page(scope, partner), fields(web, scope, both))
    made = SupplierPayment.objects.get()
    web.post(f"/{scope.pk}/plati/{made.pk}/anuleaza/", {"reason": "Greșită"})
    assert left(both) == [Decimal(121), Decimal(121), Decimal(242), Decimal("60.50")]
    assert list(books.differences()) == []


def test_the_paper_names_both_sides_and_says_when_it_was_taken_back(web, scope, both, partner):
    web.post(page(scope, partner), fields(web, scope, both, note="Cont 4092"))
    made = SupplierPayment.objects.select_related("partner", "client_payment").get()
    text = ask_for_set_off(made, scope).html
    for words in ("PROCES-VERBAL DE COMPENSARE", "Exemplu SRL", partner.name, "FCT 0001", "FCT 0002", "două sute patruzeci și doi de lei"):
        assert words in text
    assert "ANULAT" not in text
    web.post(f"/{scope.pk}/plati/{made.pk}/anuleaza/", {"reason": "Greșită"})
    made.refresh_from_db()
    assert "ANULAT la" in ask_for_set_off(made, scope).html


@pytest.mark.django_db(transaction=True)
def test_the_paper_is_a_pdf(web, scope, both, partner, celery_eager):
    web.post(page(scope, partner), fields(web, scope, both))
    made = SupplierPayment.objects.get()
    answer = web.get(f"/{scope.pk}/plati/{made.pk}/compensare.pdf")
    assert (answer["Content-Type"], answer.content[:4]) == ("application/pdf", b"%PDF")


def test_only_a_set_off_has_the_paper(web, scope, partner, ana):
    payment = pay_for(make_expense(partner, ana), ana, "5")
    assert web.get(f"/{scope.pk}/plati/{payment.pk}/compensare.pdf").status_code == 404


def test_the_partner_leads_there(web, scope, both, partner):
    assert f"plati/compensari/{partner.pk}/" in web.get(f"/{scope.pk}/parteneri/{partner.pk}/").content.decode()
    assert Document.objects.count() + Expense.objects.count() == 4
