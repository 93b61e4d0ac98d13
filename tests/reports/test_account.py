"""A client's account: ledger card, open items on any day, ageing, what is printed."""

import random
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from invoicing.actions import (
    OpeningRow,
    add_opening_items,
    cancel_payment,
    issue,
    record_advance,
    record_payment,
    refund,
    settle,
    storno,
    use_credit,
)  # fmt: skip
from invoicing.models import ClientCredit, Document, Payment
from lib.errors import Refused
from lib.money import ZERO
from reports.ageing import ageing
from reports.ledger import card
from reports.open_items import credits_on, open_items
from reports.statements import confirmation_page, standing, statement_page
from tests.factories import TODAY, make_draft, make_line, make_partner

pytestmark = pytest.mark.usefixtures("company")
START = date(2026, 1, 1)


@pytest.fixture
def partner(company):
    return make_partner()


def opening(partner, number="VECHE 1", rest="50.00", due=date(2025, 11, 1), **fields):
    row = OpeningRow(partner=partner, number=number, document_date=date(2025, 10, 1), due_date=due, rest=Decimal(rest), **fields)
    return add_opening_items([row], on=date(2025, 12, 31), by=None)[0]


def pay(document, amount, on, by):
    return record_payment([document], amount=Decimal(amount), method="transfer", on=on, by=by, token=uuid4())


def test_the_balance_runs_through_the_card(partner, ana):
    old = opening(partner)
    invoice = issue(make_draft(partner, issue_date=date(2026, 10, 5), due_date=date(2026, 11, 4)), by=ana)
    pay(invoice, "21.00", date(2026, 10, 9), ana)
    pay(old, "50.00", date(2026, 11, 2), ana)
    account = card(partner, since=date(2026, 10, 1), until=TODAY).accounts[0]
    assert (account.opening, [entry.balance for entry in account.entries]) == (
        Decimal("50.00"), [Decimal("171.00"), Decimal("150.00"), Decimal("100.00")],
    )  # fmt: skip


def test_a_set_off_is_one_line_that_moves_nothing(partner, ana):
    owing, credit = opening(partner), opening(partner, "VECHE 2", "-20.00")
    settle(credit, owing, amount=Decimal("20.00"), by=ana, token=uuid4(), on=date(2026, 2, 1))
    entries = card(partner, since=START, until=TODAY).entries
    assert [(entry.text, entry.debit, entry.credit, entry.balance) for entry in entries] == [
        ("Compensare VECHE 2 cu VECHE 1", ZERO, ZERO, Decimal("30.00"))
    ]


@pytest.mark.parametrize("seed", range(3))
def test_the_card_ends_at_what_is_owed_whatever_happened(partner, ana, seed):
    chance = random.Random(seed)
    opening(partner)
    opening(partner, "EUR 1", "80.00", currency="EUR", rate=Decimal("5.05"))
    for number in range(25):
        on = START + timedelta(days=10 * number)
        step(chance, partner, on, ana)
    expected = {}
    for document in Document.objects.payable().issued().filter(partner=partner):
        expected[document.currency] = expected.get(document.currency, ZERO) + document.balance
    for credit in ClientCredit.objects.filter(partner=partner):
        expected[credit.currency] = expected.get(credit.currency, ZERO) - credit.amount
    expected = {currency: amount for currency, amount in expected.items() if amount}
    for since in (None, START, date(2026, 5, 20), TODAY):
        closing = {account.currency: account.closing for account in card(partner, since=since, until=TODAY).accounts}
        assert {currency: amount for currency, amount in closing.items() if amount} == expected
    for day in (date(2026, 3, 15), date(2026, 6, 30), TODAY):
        closing = {account.currency: account.closing for account in card(partner, since=None, until=day).accounts}
        standing_on = {position.currency: position.balance for position in standing(partner, day).positions}
        assert {c: a for c, a in standing_on.items() if a} == {c: a for c, a in closing.items() if a}


def step(chance, partner, on, ana):
    """One thing that happens to a client's account on a day; what the rules refuse just does not happen."""
    owing = [d for d in Document.objects.payable().issued().filter(partner=partner, issue_date__lte=on).order_by("pk") if d.balance > 0]
    amount = Decimal(chance.randrange(100, 6000)) / 100
    values = {"on": on, "by": ana, "token": uuid4()}
    document = chance.choice(owing) if owing else None
    try:
        match chance.choice(["issue", "issue", "pay", "pay", "over", "advance", "use", "refund", "cancel", "storno"]):
            case "issue":
                lines = [make_line(price=str(amount))]
                issue(make_draft(partner, lines, issue_date=on, due_date=on + timedelta(days=15)), by=ana)
            case "pay" if document:
                record_payment([document], amount=min(amount, document.balance), method="transfer", **rate(document), **values)
            case "over" if document:
                record_payment([document], amount=document.balance + amount, method="card", keep_rest=True, **rate(document), **values)
            case "advance":
                record_advance(partner, amount=amount, method="transfer", **values)
            case "use" if document:
                use_credit(document, amount=min(amount, document.balance), **values)
            case "refund":
                refund(partner, amount=amount, method="transfer", **values)
            case "cancel" if Payment.objects.live().exists():
                cancel_payment(chance.choice(list(Payment.objects.live().order_by("pk"))), by=ana, reason="greșit")
            case "storno" if document:
                storno(document, by=ana, reason="retur", on=TODAY)
    except Refused:
        pass


def rate(document):
    return {"rate": Decimal("5.10")} if document.currency != "RON" else {}


def test_what_was_paid_after_a_day_was_open_on_it(partner, ana):
    invoice = issue(make_draft(partner, issue_date=date(2026, 10, 5), due_date=date(2026, 10, 5)), by=ana)
    pay(invoice, "100.00", date(2026, 10, 20), ana)
    pay(invoice, "21.00", date(2026, 11, 10), ana)
    rests = {day: [item.rest for item in open_items(day)] for day in (date(2026, 10, 4), date(2026, 10, 19), date(2026, 11, 9), TODAY)}
    assert list(rests.values()) == [[], [Decimal("121.00")], [Decimal("21.00")], []]


def test_credit_of_a_day_is_what_was_paid_in_advance_until_then(partner, ana):
    record_advance(partner, amount=Decimal("40.00"), method="transfer", on=date(2026, 10, 1), by=ana, token=uuid4())
    refund(partner, amount=Decimal("15.00"), method="transfer", on=date(2026, 11, 1), by=ana, token=uuid4())
    amounts = [[credit.amount for credit in credits_on(day)] for day in (date(2026, 9, 30), date(2026, 10, 1), TODAY)]
    assert amounts == [[], [Decimal("40.00")], [Decimal("25.00")]]


def test_ages_are_counted_from_the_due_date(partner):
    on = TODAY
    for number, late in enumerate((0, 1, 30, 31, 60, 61, 90, 91)):
        row = OpeningRow(
            partner=partner, number=f"N {number}", document_date=date(2026, 1, 5), due_date=on - timedelta(days=late), rest=Decimal(10)
        )
        add_opening_items([row], on=date(2026, 1, 31), by=None)
    assert ageing(on).ages == [Decimal(10), Decimal(20), Decimal(20), Decimal(20), Decimal(10)]


def test_ageing_is_in_lei_or_in_one_currency(partner):
    opening(partner)
    opening(partner, "EUR 1", "10.00", currency="EUR", rate=Decimal("5.00"))
    assert (ageing(TODAY).total, ageing(TODAY, currency="EUR").total, ageing(TODAY, currency="USD").count) == (
        Decimal("100.00"), Decimal("10.00"), 0,
    )  # fmt: skip


def test_ageing_knows_only_its_own_company(partner):
    from companies.scope import company_scope
    from tests.factories import make_company

    opening(partner)
    with company_scope(make_company("Alta SRL", "14399840").pk):
        assert (ageing(TODAY).count, open_items(TODAY)) == (0, [])


def test_the_statement_and_the_confirmation_say_the_same_sum(partner, company):
    opening(partner)
    found = standing(partner, TODAY)
    assert "50,00" in statement_page(found, company)
    page = confirmation_page([found, found], company)
    assert (page.count("<article"), page.count("VECHE 1 din 01.10.2025"), "14-6-3" in page) == (2, 2, True)


PAGES = [
    "rapoarte/scadentar/", "rapoarte/scadentar/?la=2026-10-01&moneda=EUR&ordine=client&q=bun", "rapoarte/scadentar/export/xlsx/",
    "rapoarte/confirmari-sold/?la=2026-10-01", "rapoarte/facturi/", "rapoarte/facturi/?pe=client", "rapoarte/facturi/?pe=produs&perioada=tot",
    "rapoarte/facturi/export/csv/?pe=produs", "parteneri/{pk}/fisa/", "parteneri/{pk}/fisa/?perioada=tot", "parteneri/{pk}/fisa/export/xlsx/",
    "parteneri/{pk}/situatie/trimite/", "parteneri/{pk}/", "solduri-initiale/", "solduri-initiale/?q=veche", "solduri-initiale/sume/",
    "solduri-initiale/export/xlsx/", "solduri-initiale/nou/?client={pk}", "solduri-initiale/{item}/", "solduri-initiale/{item}/corecteaza/",
    "solduri-initiale/{item}/anuleaza/",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_pages_open(web, company, partner, ana, page):
    item = opening(partner)
    issue(make_draft(partner), by=ana)
    answer = web.get(f"/{company.pk}/{page.format(pk=partner.pk, item=item.pk)}")
    answer.close()  # a file that is sent stays open until then
    assert answer.status_code == 200


@pytest.mark.parametrize("address", ["rapoarte/scadentar/", "parteneri/{pk}/fisa/?perioada=tot", "solduri-initiale/"])
def test_more_rows_cost_no_more_queries(web, company, partner, ana, django_assert_num_queries, address):
    counts = {"rapoarte/scadentar/": 4, "parteneri/{pk}/fisa/?perioada=tot": 9, "solduri-initiale/": 4}
    opening(partner)
    for number in (2, 3):
        pay(opening(partner, f"VECHE {number}"), "10.00", date(2026, 2, 2), ana)
        opening(make_partner(f"Client {number}", f"{number}0000000"), "ALTUL")
    with django_assert_num_queries(counts[address]):
        web.get(f"/{company.pk}/{address.format(pk=partner.pk)}")


def test_a_document_is_added_by_its_form(web, company, partner):
    typed = {"client": partner.pk, "on": "31.12.2025", "number": "ABC 7", "document_date": "01.10.2025", "due_date": "", "rest": "1.250,50"}
    typed |= {"whole": "", "currency": "RON", "rate": "", "note": "", "token": str(uuid4())}
    web.post(f"/{company.pk}/solduri-initiale/nou/", typed)
    assert [(item.label, item.total) for item in Document.objects.all()] == [("ABC 7", Decimal("1250.50"))]
