"""Money under load and over random histories: no cent is lost, nobody waits for ever, every sum is that of its parts."""

from decimal import Decimal
from random import Random
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companies.scope import company_scope
from invoicing.actions import Chit, cancel_payment, issue, record_advance, record_payment, refund, storno, use_credit
from invoicing.actions.credits import credit_of
from invoicing.models import Document, Kind, Payment, PaymentAllocation, Receipt, Series
from lib.errors import Refused
from lib.money import ZERO
from tests import factories
from tests.factories import TODAY, make_draft, make_line, make_partner

D = Decimal
THREADS, ROUNDS = 50, 4
ACTS = ("issue", "pay", "part", "over", "several", "advance", "use", "refund", "cancel", "storno", "euro")


class Client:
    """One client and what may happen to its money; each act is random, and what is refused did nothing."""

    def __init__(self, seed: int, ana, partner, series) -> None:
        self.random, self.ana, self.partner, self.series = Random(seed), ana, partner, series

    def do(self, act: str) -> bool:
        try:
            with transaction.atomic():
                getattr(self, act)()
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except Refused:
            return False
        return True

    def amount(self) -> D:
        return D(self.random.randint(1, 30000)) / 100

    def one(self, rows):
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        if not keys:
            raise Refused("nothing", "Nimic.")
        return rows.get(pk=self.random.choice(keys))

    def money(self, amount, **more):
        cash = self.random.random() < 0.5
        receipt = Chit(self.series) if cash and amount > 0 and self.random.random() < 0.5 else None
        values = {"method": "cash" if cash else "transfer", "on": TODAY, "by": self.ana, "token": uuid4()}
        return values | {"amount": amount} | ({"receipt": receipt} if receipt else {}) | more

    def issue(self):
        issue(make_draft(self.partner, [make_line(price=str(self.amount()))]), by=self.ana)

    def euro(self):
        draft = make_draft(
            self.partner, [make_line(price=str(self.amount()))], currency="EUR", exchange_rate=D("4.97"), rate_source="manual"
        )
        document = issue(draft, by=self.ana)
        currency = self.random.choice(["EUR", "RON"])
        record_payment([document], **self.money(self.amount(), currency=currency, rate=D("5.0321"), keep_rest=True))

    def pay(self):
        document = self.one(Document.objects.invoices().unpaid())
        more = {} if document.currency == "RON" else {"rate": D("5.01")}
        record_payment([document], **self.money(document.balance, **more))

    def part(self):
        record_payment([self.one(Document.objects.invoices().unpaid())], **self.money(self.amount()))

    def over(self):
        document = self.one(Document.objects.invoices().unpaid())
        record_payment([document], **self.money(document.balance + self.amount(), keep_rest=True))

    def several(self):
        record_payment(list(Document.objects.invoices().unpaid().filter(currency="RON", total__gt=0)), **self.money(self.amount()))

    def advance(self):
        record_advance(self.partner, **self.money(self.amount()))

    def use(self):
        document = self.one(Document.objects.invoices().unpaid())
        use_credit(document, amount=min(document.balance, credit_of(self.partner.pk, document.currency)), by=self.ana, token=uuid4())

    def refund(self):
        values = self.money(self.amount())
        values.pop("receipt", None)
        refund(self.partner, **values)

    def cancel(self):
        cancel_payment(self.one(Payment.objects.live()), by=self.ana, reason="probă")

    def storno(self):
        storno(self.one(Document.objects.invoices().issued().filter(storno_of=None)), by=self.ana, reason="probă", on=TODAY)


def prove(partner) -> None:
    """Every sum again, from the ledgers alone."""
    live = PaymentAllocation.objects.filter(payment__cancelled_at=None)
    paid = dict(live.order_by().values_list("document").annotate(sum=Sum("amount")))
    assert {d.pk: d.paid for d in Document.objects.invoices() if d.paid} == {key: value for key, value in paid.items() if value}
    for payment in Payment.objects.prefetch_related("allocations"):
        assert payment.amount == payment.credit + sum((part.received for part in payment.allocations.all()), ZERO)
    for currency in ("RON", "EUR"):
        credits = Payment.objects.live().filter(currency=currency).aggregate(sum=Sum("credit"))["sum"] or ZERO
        assert credit_of(partner.pk, currency) == credits >= 0
        # What came in is what covers documents and what is left as credit.
        assert Payment.objects.live().filter(currency=currency).aggregate(sum=Sum("amount"))["sum"] in (
            None,
            credits + (live.filter(payment__currency=currency).aggregate(sum=Sum("received"))["sum"] or ZERO),
        )
    for receipt in Receipt.objects.select_related("document", "payment"):
        assert receipt.document.total == receipt.payment.amount
        assert not (receipt.document.is_issued and receipt.payment.cancelled_at)
    numbers = list(Document.objects.filter(kind=Kind.RECEIPT).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), acts=st.lists(st.sampled_from(ACTS), min_size=5, max_size=25))
def test_over_any_history_the_sums_are_those_of_the_parts(ana, scope, seed, acts):
    point = transaction.savepoint()
    try:
        partner = make_partner()
        client = Client(seed, ana, partner, Series.objects.create(kind=Kind.RECEIPT, name="CH", is_default=True))
        for act in acts:
            client.do(act)
        prove(partner)
    finally:
        transaction.savepoint_rollback(point)


@pytest.fixture
def committed(transactional_db):
    company, ana = factories.make_company(), factories.make_user()
    factories.make_member(ana, company)
    with company_scope(company.pk):
        partner = make_partner()
        series = Series.objects.create(kind=Kind.RECEIPT, name="CH", is_default=True)
        for _ in range(5):
            issue(make_draft(partner, [make_line(price="5000")]), by=ana)
        return company, ana, partner, series


def test_fifty_threads_pay_and_give_back_and_no_cent_is_lost(committed):
    company, ana, partner, series = committed
    gate, done, broken = Barrier(THREADS), [], []

    def work(number):
        client = Client(number, ana, partner, series)
        try:
            gate.wait(60)
            with company_scope(company.pk):
                for turn in range(ROUNDS):
                    act = ("part", "advance", "refund", "use", "cancel", "over")[(number + turn) % 6]
                    done.append(client.do(act))
        except Exception as error:  # noqa: BLE001 - a deadlock or a lost row must reach the test from its thread
            broken.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert (broken, len(done), done.count(True) > THREADS) == ([], THREADS * ROUNDS, True)
    with company_scope(company.pk):
        prove(partner)
