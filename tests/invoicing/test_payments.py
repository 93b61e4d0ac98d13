"""Payments: recorded once, within the balance, for one client, and cancelled with a reason (R32, R33)."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from django.db import connection

from companies.models import Event
from companies.scope import company_scope
from invoicing.actions import cancel, cancel_payment, issue, record_payment
from invoicing.models import Document, Payment, PaymentAllocation
from lib.dates import bucharest_today
from lib.errors import Refused
from tests import factories
from tests.factories import TODAY, make_draft, make_line, make_partner


def pay(document, amount, *others, by, on=TODAY, method="transfer", token=None):
    return record_payment([document, *others], amount=Decimal(amount), method=method, on=on, by=by, token=token or uuid4())


@pytest.fixture
def issued(ana, scope):
    """An invoice of 121 lei."""
    return issue(make_draft(), by=ana)


def refused(code):
    return pytest.raises(Refused, match=f"^{code}: ")


def test_a_payment_lowers_the_balance(issued, ana):
    payment = pay(issued, "21", by=ana, method="cash")
    issued.refresh_from_db()
    assert (issued.paid, issued.balance, payment.allocations.get().amount) == (Decimal("21.00"), Decimal("100.00"), Decimal("21.00"))
    assert Event.objects.about(issued).first().verb == "paid"


def test_payments_in_part_fill_the_total(issued, ana):
    for amount in ("21", "99.99", "0.01"):
        pay(issued, amount, by=ana)
    issued.refresh_from_db()
    assert (issued.balance, issued.state, Payment.objects.count()) == (Decimal("0.00"), "paid", 3)


def test_the_same_token_is_one_payment(issued, ana):
    token = UUID(int=7)
    assert pay(issued, "21", by=ana, token=token) == pay(issued, "50", by=ana, token=token)
    assert Payment.objects.get().amount == Decimal("21.00")


def test_one_payment_covers_the_oldest_due_first(ana, scope):
    late = issue(make_draft(due_date=TODAY + timedelta(days=9)), by=ana)
    early = issue(make_draft(due_date=TODAY + timedelta(days=3)), by=ana)
    payment = pay(late, "150", early, by=ana)
    assert {part.document_id: part.amount for part in payment.allocations.all()} == {early.pk: Decimal("121.00"), late.pk: Decimal("29.00")}


def test_several_clients_are_refused_in_the_words_of_the_law_of_the_house(ana, issued):
    other = issue(make_draft(make_partner("Altă Firmă SRL", "RO1590082")), by=ana)
    with pytest.raises(Refused) as refusal:
        pay(issued, "10", other, by=ana)
    assert (refusal.value.code, refusal.value.message) == (
        "several_clients",
        "Nu puteți emite o încasare pentru facturi de la mai mulți clienți.",
    )


def test_two_partners_of_one_name_are_told_apart_by_cif(ana, issued):
    other = issue(make_draft(make_partner("Client Bun SRL", "RO1590082")), by=ana)
    with pytest.raises(Refused, match=r"several_clients: Nu puteți emite .* cu CIF diferit \(RO14399840 și RO1590082\)"):
        pay(issued, "10", other, by=ana)


@pytest.mark.parametrize(
    ("amount", "code"), [("0", "amount_not_positive"), ("-5", "amount_not_positive"), ("121.01", "amount_over_balance")]
)
def test_an_amount_out_of_bounds_is_refused(issued, ana, amount, code):
    with refused(code):
        pay(issued, amount, by=ana)


def test_a_paid_invoice_takes_no_more(issued, ana):
    pay(issued, "121", by=ana)
    with refused("already_paid"):
        pay(issued, "1", by=ana)


def test_a_payment_of_tomorrow_is_refused(issued, ana):
    with refused("payment_in_future"):
        pay(issued, "1", by=ana, on=bucharest_today() + timedelta(days=1))


def test_nothing_chosen_is_refused(ana, scope):
    with refused("no_documents"):
        record_payment([], amount=Decimal(1), method="cash", on=TODAY, by=ana, token=uuid4())


def test_drafts_and_cancelled_invoices_are_not_paid(issued, ana):
    cancelled = cancel(issue(make_draft(), by=ana), by=ana, reason="greșită")
    for document in (make_draft(), Document.objects.create(series=issued.series), cancelled):
        with refused("document_not_issued"):
            pay(issued, "1", document, by=ana)


def test_two_currencies_are_refused(issued, ana):
    euro = issue(make_draft(currency="EUR", exchange_rate=Decimal(5), rate_source="manual"), by=ana)
    with refused("several_currencies"):
        pay(issued, "1", euro, by=ana)


def test_an_invoice_and_its_reverse_are_refused_together(issued, ana):
    reverse = issue(make_draft(lines=[make_line(quantity="-1")]), by=ana)
    with refused("mixed_signs"):
        pay(issued, "1", reverse, by=ana)
    assert pay(reverse, "-121", by=ana).amount == Decimal("-121.00")


def test_only_invoices_are_paid(issued, ana):
    proforma = Document.objects.create(series=None, kind="proforma")
    with refused("document_not_payable"):
        pay(proforma, "1", by=ana)


def test_a_cancelled_payment_stays_and_its_invoice_owes_again(issued, ana):
    payment = cancel_payment(pay(issued, "121", by=ana), by=ana, reason="dublă")
    issued.refresh_from_db()
    assert (issued.balance, payment.cancel_reason, Payment.objects.live().count()) == (Decimal("121.00"), "dublă", 0)
    assert cancel_payment(payment, by=ana, reason="iar") == payment


def test_cancelling_wants_a_reason(issued, ana):
    with refused("reason_missing"):
        cancel_payment(pay(issued, "1", by=ana), by=ana, reason="  ")


@pytest.fixture
def committed(transactional_db):
    """(company's id, invoice of 121 lei, Ana), seen by other connections."""
    company = factories.make_company()
    ana = factories.make_user()
    factories.make_member(ana, company)
    with company_scope(company.pk):
        return company.pk, issue(make_draft(), by=ana), ana


def at_once(count, work):
    """Run `work(number)` in threads that start together; what each gave, or refused."""
    gate, answers = Barrier(count), [None] * count

    def run(number):
        try:
            gate.wait()
            answers[number] = work(number)
        except Refused as refusal:
            answers[number] = refusal.code
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_people_paying_one_balance_record_it_once(committed):
    company, invoice, ana = committed

    def work(number):
        with company_scope(company):
            return pay(invoice, "121", by=ana).amount

    assert sorted(at_once(2, work), key=str) == [Decimal("121.00"), "already_paid"]
    with company_scope(company):
        assert (Document.objects.get().paid, PaymentAllocation.objects.get().amount) == (Decimal("121.00"), Decimal("121.00"))


def test_five_clicks_on_one_form_are_one_payment(committed):
    company, invoice, ana = committed
    token = uuid4()

    def work(number):
        with company_scope(company):
            return pay(invoice, "20", by=ana, token=token).pk

    assert len(set(at_once(5, work))) == 1
    with company_scope(company):
        assert (Document.objects.get().paid, Payment.objects.count()) == (Decimal("20.00"), 1)


def test_payments_over_crossed_invoices_do_not_wait_for_each_other(committed):
    company, first, ana = committed
    with company_scope(company):
        second = issue(make_draft(), by=ana)

    def work(number):
        documents = [first, second] if number % 2 else [second, first]
        with company_scope(company):
            return pay(documents[0], "10", documents[1], by=ana).amount

    assert at_once(6, work) == [Decimal("10.00")] * 6


def test_r33_money_comes_in_each_of_these_ways(ana, scope):
    ways = "numerar, card, transfer bancar, cec, bilet la ordin, ramburs, voucher, compensare"
    invoice = issue(make_draft(lines=[make_line(price="800")], by=ana), by=ana)
    for method in Payment.Method.values:
        pay(invoice, "121", by=ana, method=method)
    invoice.refresh_from_db()
    assert (", ".join(Payment.Method.labels), invoice.balance) == (ways, 0)
