"""Statements of banks: the file, its movements as the bank wrote them, and what each one was booked as (docs/decisions/072).

A movement never changes but for its state and what is booked of it, which follow from its live bookings (trigger).
"""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from cashbook.models import CashOperation
from companies.models import StoredFile
from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet
from invoicing.models import Payment
from lib.db import MoneyField
from lib.money import ZERO
from partners.models import Partner
from purchases.models import Expense, SupplierPayment


class BankSettings(CompanyModel):
    """How the company wants its statements worked; without a row nothing is booked by itself."""

    books_exact = models.BooleanField("înregistrează singur ce se potrivește exact", default=False)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company"], name="bank_settings_once")]


class KnownColumns(CompanyModel):
    """What the columns of a bank's file are, as somebody said: bare title to field (`bank.readers.table.NAMES`)."""

    titles = models.CharField(max_length=500)  # of the whole head, bare
    columns = models.JSONField(default=dict)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "titles"], name="bank_columns_once")]


class KnownAccount(CompanyModel):
    """Whose an account is, learnt when a movement from it was confirmed; the last word holds."""

    iban = models.CharField(max_length=34)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="bank_accounts", db_constraint=False, db_index=False)
    learnt_at = models.DateTimeField(auto_now=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "iban"], name="bank_known_account_once")]


class Statement(CompanyModel):
    """What a file brought of one account."""

    account = models.CharField("contul", max_length=34)  # IBAN
    currency = models.CharField(max_length=3)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    name = models.CharField("fișier", max_length=150)
    form = models.CharField(max_length=7)  # mt940, camt053, table
    since = models.DateField()
    until = models.DateField()
    opening = MoneyField(null=True)
    closing = MoneyField(null=True)
    added = models.PositiveIntegerField()
    repeated = models.PositiveIntegerField(default=0)  # movements that another file had brought already
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        indexes = [models.Index(fields=["company", "-id"], name="statement_newest")]

    def __str__(self) -> str:
        return self.name


class LineState(models.TextChoices):
    OPEN = "open", "de potrivit"
    BOOKED = "booked", "potrivită"
    IGNORED = "ignored", "ignorată"


class StatementLineQuerySet(CompanyQuerySet):
    def open(self) -> "StatementLineQuerySet":
        return self.filter(state=LineState.OPEN)


class StatementLine(CompanyModel):
    """One movement: plus came in, minus went out. `raw` is the bank's own text."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines", db_constraint=False, db_index=False)
    place = models.PositiveIntegerField()  # line or row in the file, from 1
    fingerprint = models.CharField(max_length=64)
    raw = models.TextField()
    account = models.CharField(max_length=34)
    currency = models.CharField(max_length=3)
    on = models.DateField("data")
    amount = MoneyField("suma")
    counterparty = models.CharField(max_length=200, blank=True)
    iban = models.CharField(max_length=34, blank=True)
    code = models.CharField(max_length=12, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    details = models.TextField(blank=True)
    search = models.TextField(blank=True)
    booked = MoneyField(default=ZERO, editable=False)  # of the amount, with its sign
    state = models.CharField(max_length=7, choices=LineState.choices, default=LineState.OPEN, editable=False)

    objects = CompanyManager.from_queryset(StatementLineQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "fingerprint"], name="statement_line_once"),
            models.CheckConstraint(condition=~Q(amount=Decimal(0)), name="statement_line_not_zero"),
            models.CheckConstraint(condition=Q(state__in=["open", "booked", "ignored"]), name="statement_line_state"),
        ]
        indexes = [
            models.Index(fields=["company", "-on", "-id"], name="statement_line_by_day"),
            models.Index(fields=["company", "state", "-on", "-id"], name="statement_line_by_state"),
            models.Index(fields=["company", "-amount", "-id"], name="statement_line_by_amount"),
            models.Index(fields=["statement"], name="statement_line_of"),
        ]

    @property
    def title(self) -> str:
        """Who, or what, in the fewest words."""
        return self.counterparty or self.details[:80] or self.reference or self.raw[:80]

    @property
    def is_open(self) -> bool:
        return self.state == LineState.OPEN

    @property
    def rest(self) -> Decimal:
        """What is not booked yet, with the sign of the amount."""
        return self.amount - self.booked

    @property
    def incoming(self) -> bool:
        return self.amount > 0


class Booking(CompanyModel):
    """What a movement, or a part of it, was booked as: a payment of a client or to a supplier, a line of a till, or nothing with a reason.

    Undone, never deleted. Who cancels the payment, or takes back the line of the till, undoes the booking (trigger).
    """

    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="bookings", db_constraint=False, db_index=False)
    amount = MoneyField()  # of the movement, with its sign
    payment = models.OneToOneField(Payment, models.PROTECT, related_name="bank_booking", db_constraint=False, null=True)
    supplier_payment = models.OneToOneField(SupplierPayment, models.PROTECT, related_name="bank_booking", db_constraint=False, null=True)
    cash_operation = models.ForeignKey(
        CashOperation, models.PROTECT, related_name="bank_bookings", db_constraint=False, db_index=False, null=True
    )
    expense = models.OneToOneField(Expense, models.PROTECT, related_name="bank_booking", db_constraint=False, null=True)  # of a fee
    made_here = models.BooleanField(default=False)  # the line of the till was written for this, and goes with it
    reason = models.CharField(max_length=300)  # why this one, in words; of an ignored line, why it is none
    confidence = models.PositiveSmallIntegerField(default=0)  # percent; 0: a person chose
    automatic = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True)
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True)

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["cash_operation"], condition=Q(undone_at=None, cash_operation__isnull=False), name="bank_cash_booked_once"
            ),
            models.CheckConstraint(
                name="bank_booking_of_one_kind",
                condition=Q(payment=None, supplier_payment=None)
                | Q(payment=None, cash_operation=None)
                | Q(supplier_payment=None, cash_operation=None),
            ),
            models.CheckConstraint(condition=Q(expense=None) | Q(supplier_payment__isnull=False), name="bank_booking_of_fee"),
            models.CheckConstraint(condition=~Q(amount=Decimal(0)), name="bank_booking_not_zero"),
            models.CheckConstraint(condition=~Q(reason=""), name="bank_booking_has_reason"),
        ]
        indexes = [models.Index(fields=["line"], name="bank_booking_of_line")]

    @property
    def is_live(self) -> bool:
        return self.undone_at is None

    @property
    def moves(self) -> bool:
        """Whether it is money somewhere in the books; otherwise the movement was only put aside."""
        return bool(self.payment_id or self.supplier_payment_id or self.cash_operation_id)
