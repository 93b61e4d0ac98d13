from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Count, F, Q, Sum

from bank.matching import suggest
from bank.models import StatementLine
from companies.models import Company
from companies.scope import company_scope
from invoicing.models import Document, Payment, Series, Status, VatBreakdown
from purchases.models import Expense, PaymentFile, SupplierAdvance, SupplierPayment
from purchases.mutual import both_ways
from reports import books


@pytest.fixture
def demo(db):
    call_command("demo", documents=400, seed=7, verbosity=0)
    company = Company.objects.get(demo=True)
    with company_scope(company.pk):
        yield company


def test_the_demo_numbers_run_without_gap(demo):
    numbers = sorted(Document.objects.invoices().filter(number__isnull=False).values_list("number", flat=True))
    assert numbers == list(range(1, 398)) and Series.objects.get(kind="invoice").last_number == 397


def test_the_demo_has_every_category_and_several_currencies(demo):
    assert set(VatBreakdown.objects.values_list("category", flat=True)) == {"S", "AE", "E", "G", "K", "O"}
    assert len(set(Document.objects.values_list("currency", flat=True))) >= 4


def test_the_demo_is_paid_whole_in_part_and_not(demo):
    issued = Document.objects.invoices().issued()
    assert issued.filter(paid=F("total")).exists() and issued.filter(paid__gt=0).exclude(paid=F("total")).exists()
    assert Payment.objects.annotate(n=Count("allocations")).filter(n__gt=1).exists()
    assert Document.objects.filter(status=Status.CANCELLED, paid=0).exists()


def test_the_demo_has_proformas_and_delivery_notes_in_every_state(demo):
    sources = Document.objects.exclude(kind="invoice")
    assert {(row.kind, row.state) for row in sources} >= {
        ("proforma", "invoiced"),
        ("proforma", "part_invoiced"),
        ("proforma", "expired"),
        ("delivery_note", "invoiced"),
        ("delivery_note", "to_invoice"),
        ("delivery_note", "no_invoice"),
    }
    for series in Series.objects.filter(kind__in=["proforma", "delivery_note"]):
        numbers = sources.filter(series=series).order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, series.last_number + 1))


def test_the_demo_groups_add_up_to_the_documents(demo):
    wrong = Document.objects.annotate(s=Sum("vat_groups__taxable"), v=Sum("vat_groups__vat")).exclude(s=F("net"), v=F("vat"))
    assert not wrong.exists() and Document.objects.aggregate(t=Sum("total"))["t"] > Decimal(100_000)


def test_the_demo_buys_and_pays(demo):
    states = {expense.state for expense in Expense.objects.all()}
    assert states >= {"draft", "settled", "part_settled", "to_pay", "due_passed", "to_recover"}
    methods = set(SupplierPayment.objects.values_list("method", flat=True))
    assert methods >= {"transfer", "card", "set_off"} and PaymentFile.objects.count() == 1
    assert both_ways() and SupplierAdvance.objects.filter(amount__gt=0).exists()


def test_the_demo_has_a_statement_to_work_on(demo):
    states = set(StatementLine.objects.values_list("state", flat=True))
    assert states == {"open", "booked", "ignored"}
    open_ones = StatementLine.objects.open()
    assert any(found for found in suggest(open_ones).values())


def test_the_books_of_the_demo_add_up(demo):
    assert list(books.differences()) == []


def test_the_same_seed_again_changes_nothing(demo):
    call_command("demo", documents=400, seed=7, verbosity=0)
    assert Company.objects.filter(demo=True).count() == 1 and Document.objects.invoices().filter(~Q(label="")).count() == 397
