"""Movements that are no payment of a document: fees of the bank, money carried to the bank or from it."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from bank.actions.booking import TAKEN, hold, write
from bank.models import Booking, StatementLine
from cashbook.actions import Entry, record
from cashbook.actions.tills import lock as lock_till
from cashbook.models import CashOperation, Kind, Till
from catalog.actions import rate_in_force
from catalog.models import VatRate
from companies.actions.locks import share_vat_status
from companies.models import BankAccount
from lib.banks import bank_of
from lib.errors import require
from lib.text import limit
from partners.models import Partner
from purchases import actions as purchases
from purchases.categories import categories
from purchases.models import Expense, ExpenseLine, SupplierPayment

FEES = "Comisioane bancare"


@transaction.atomic
def book_fee(line: StatementLine, *, by: Any) -> Booking:
    """A fee of the bank: an expense without VAT of the bank as supplier, paid by the movement; undoing takes back both.

    Source: Cod fiscal art. 292 (2) a): services of banks are exempt. Refuses: line_not_outgoing, line_not_open, rate_missing,
    period_closed.
    """
    require(not line.incoming, "line_not_outgoing", "Un comision este o ieșire din cont.")
    bank = _bank(line)
    expense = _fee(line, bank, by)
    line = hold(line)
    require(line.is_open and abs(line.rest) == expense.total, "line_not_open", TAKEN)
    values = {"on": line.on, "by": by, "token": uuid4(), "reference": line.reference[:60], "currency": line.currency}
    paid = purchases.pay([expense], amount=expense.total, method=SupplierPayment.Method.TRANSFER, **values)
    return write(line, Booking(supplier_payment=paid, expense=expense, reason="Comision al băncii."), expense.total, by)


@transaction.atomic
def book_cash(line: StatementLine, till: Till, *, by: Any, operation: CashOperation | None = None) -> Booking:
    """Money carried to the bank or from it: the line of the till that says so is tied, or written now.

    Refuses: line_not_open, till_of_other_currency, cash_not_the_same, cash_taken, and what `cashbook.actions.record` does.
    """
    share_vat_status(line.company_id)
    till = lock_till(till)
    line = hold(line)
    require(line.is_open, "line_not_open", TAKEN)
    same = f"„{till.name}” ține {till.currency}, iar contul {line.currency}."
    require(till.currency == line.currency, "till_of_other_currency", same, "till")
    kind, part = (Kind.TO_BANK if line.incoming else Kind.FROM_BANK), abs(line.rest)
    if operation:
        fits = operation.till_id == till.pk and operation.kind == kind and abs(operation.amount) == part
        require(fits, "cash_not_the_same", "Operațiunea din casă nu este aceeași sumă.")
        require(operation in matching_cash(line), "cash_taken", "Operațiunea din casă este deja legată sau stornată.")
    made = Booking(cash_operation=operation, made_here=operation is None)
    if operation is None:
        entry = Entry(kind, line.on, part, explanation="Din extrasul de cont", document=line.reference[:60])
        made.cash_operation = record(till, entry, by=by, token=uuid4())
    made.reason = "Depunere la bancă." if line.incoming else "Ridicare de la bancă."
    return write(line, made, part, by)


def matching_cash(line: StatementLine) -> list[CashOperation]:
    """Lines of tills that may be this movement seen from the till: the same sum, the other way, not tied yet; the nearest day first."""
    kind = Kind.TO_BANK if line.incoming else Kind.FROM_BANK
    rows = CashOperation.objects.filter(kind=kind, amount=-line.rest, till__currency=line.currency, reverses=None)
    tied = Booking.objects.filter(undone_at=None, cash_operation__isnull=False).values("cash_operation")
    taken_back = CashOperation.objects.filter(reverses__isnull=False).values("reverses")
    found = rows.exclude(pk__in=tied).exclude(pk__in=taken_back).select_related("till").order_by("-day", "-pk")[:50]
    return sorted(found, key=lambda operation: abs((operation.day - line.on).days))[:5]


def _fee(line: StatementLine, bank: Partner, by: Any) -> Expense:
    fee = abs(line.rest)
    expense = Expense(
        partner=bank, number=line.reference[:60] or f"Comision {line.on:%d.%m.%Y}", issue_date=line.on, booked_on=line.on, due_date=line.on
    )
    if line.currency != "RON":
        expense.currency, expense.exchange_rate = line.currency, rate_in_force(line.currency, line.on).rate
    category = next((one for one in categories() if one.name == FEES), None)
    row = ExpenseLine(name=limit(line.details or "Comision bancar", 300), net=fee, unit_price=fee, vat_category=VatRate.Category.EXEMPT)
    row.category, row.vat_percent = category, Decimal(0)
    purchases.save_expense(expense, [row], by=by)
    return purchases.book(expense, by=by, doubles_confirmed=True)


def _bank(line: StatementLine) -> Partner:
    """The bank of the account as a supplier, found by its name, or made; the account is held, so that two at once make one."""
    account = BankAccount.objects.select_for_update().filter(iban=line.account).first()
    name = (account.bank if account else "") or bank_of(line.account) or "Banca"
    found = Partner.objects.filter(name__iexact=name).order_by("-is_supplier", "pk").first()
    return found or Partner.objects.create(name=name, is_client=False, is_supplier=True)
