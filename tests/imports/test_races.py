"""Two at once: the same file twice, the same balance twice, undo beside issuing and paying. The second waits, and sees what the first did."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections, transaction

from companies.scope import active_company_id, company_scope
from imports import actions
from imports.models import Import
from invoicing.actions import OpeningRow, add_opening_items, cancel_opening_items, issue, record_payment
from invoicing.models import Document
from lib.errors import Refused
from partners.models import Partner
from purchases.actions import add_openings, cancel_openings, pay
from purchases.actions.openings import OpeningRow as SupplierRow
from purchases.models import Expense
from tests.factories import make_company, make_member, make_partner, make_user
from tests.imports.files import confirmed, csv_of, tried

pytestmark = pytest.mark.django_db(transaction=True)
LAST_DAY, DAY = date(2025, 12, 31), date(2026, 1, 5)
TEXT = "Numar;Client;Data;Produs;Pret\n" + "".join(f"{n};Client Bun SRL;3.11.2026;A;10\n" for n in range(20))
HELD = 0.4  # seconds for which the first one keeps the second waiting


@pytest.fixture
def ana():
    company = make_company()
    user = make_member(make_user(), company).user
    with company_scope(company.pk):
        make_partner()
        yield user


def elsewhere(work: Callable[[], Any]) -> Future:
    """Begun in another connection of the same company; its answer is the refusal's code, or what it returned."""
    company = active_company_id()

    def run() -> Any:
        try:
            with company_scope(company):
                return work()
        except Refused as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with_thread = ThreadPoolExecutor(1)
    future = with_thread.submit(run)
    with_thread.shutdown(wait=False)
    return future


def beside(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """What the second says, begun while the first has done its work and not yet committed."""
    with transaction.atomic():
        first()
        future = elsewhere(second)
        time.sleep(HELD)
        assert not future.done()
    return future.result(timeout=20)


def partner() -> Partner:
    return Partner.objects.get()


def test_one_file_twice_at_once_brings_its_documents_once(ana):
    runs = [tried("facturi", csv_of(TEXT), ana) for _ in range(2)]
    for run in runs:
        actions.confirm(run, by=ana)
    futures = [elsewhere(lambda run=run: actions.work(run.pk)) for run in runs]
    for future in futures:
        future.result(timeout=60)
    assert (Document.objects.count(), sorted(Import.objects.values_list("state", flat=True))) == (20, ["checked", "done"])
    assert Import.objects.get(state="checked").counts == {"same": 20}


def test_undo_waits_for_a_draft_that_is_being_issued(ana):
    run = confirmed(tried("facturi", csv_of(TEXT), ana), ana)
    actions.ask_undo(run, by=ana)
    draft = Document.objects.latest("pk")
    beside(lambda: issue(draft, by=ana, render=False), lambda: actions.work(run.pk))
    run.refresh_from_db()
    assert (run.state, run.problem, Document.objects.count()) == (
        "done", "Importul nu se mai poate anula: FCT 0001 este emis deja.", 20,
    )  # fmt: skip


def test_a_balance_is_not_cancelled_beside_its_payment(ana):
    item = add_opening_items([OpeningRow(partner(), "V 1", date(2025, 11, 3), Decimal(10))], on=LAST_DAY, by=ana)[0]
    answer = beside(
        lambda: record_payment([item], amount=Decimal(4), method="transfer", on=DAY, by=ana, token=uuid4()),
        lambda: cancel_opening_items([item], by=ana, reason="x"),
    )
    assert (answer, Document.objects.get().status) == ("document_paid", "issued")


def test_a_balance_of_a_supplier_is_not_cancelled_beside_its_payment(ana):
    item = add_openings([SupplierRow(partner(), "F 1", Decimal(10))], on=LAST_DAY, by=ana)[0]
    answer = beside(
        lambda: pay([item], amount=Decimal(4), method="transfer", on=DAY, by=ana, token=uuid4()),
        lambda: cancel_openings([item], by=ana, reason="x"),
    )
    assert (answer, Expense.objects.get().status) == ("expense_paid", "booked")


def test_two_who_enter_one_balance_of_a_supplier_enter_it_once(ana):
    rows = [SupplierRow(partner(), "F 1", Decimal(10))]
    answer = beside(lambda: add_openings(rows, on=LAST_DAY, by=ana), lambda: add_openings(rows, on=LAST_DAY, by=ana))
    assert (answer, Expense.objects.count()) == ("opening_exists", 1)
