"""Money paid to suppliers, and the files that ask a bank to pay it."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from cashbook.models import CashOperation
from companies.models import StoredFile
from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet
from invoicing.models import Payment
from lib.db import MoneyField
from lib.money import ZERO
from partners.models import Partner
from purchases.models.expense import LEI, Expense


class PaymentFile(CompanyModel):
    """A file of payments for the bank. The money has left only when somebody says so, row by row or for the whole file."""

    class Format(models.TextChoices):
        PAIN = "pain001", "pain.001 (XML, ISO 20022)"
        CSV = "csv", "CSV"

    account = models.CharField("din contul", max_length=34)
    format = models.CharField("format", max_length=7, choices=Format.choices, default=Format.PAIN)
    currency = models.CharField(max_length=3, default=LEI)
    pay_on = models.DateField("data plății")
    count = models.PositiveIntegerField()
    total = MoneyField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    token = models.UUIDField(editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "token"], name="payment_file_once")]
        indexes = [models.Index(fields=["company", "-id"], name="payment_file_by_id")]

    @property
    def name(self) -> str:
        return f"plati-{self.pay_on:%Y-%m-%d}-{self.pk}.{'xml' if self.format == self.Format.PAIN else 'csv'}"


class FileRow(CompanyModel):
    """One transfer of a file: an expense, the sum and the account that were written in it. An expense waits in one file at most."""

    class State(models.TextChoices):
        WAITING = "waiting", "în fișier"
        PAID = "paid", "plătită"
        WITHDRAWN = "withdrawn", "retrasă"

    payment_file = models.ForeignKey(PaymentFile, models.PROTECT, related_name="rows", db_constraint=False, db_index=False)
    expense = models.ForeignKey(Expense, models.PROTECT, related_name="file_rows", db_constraint=False, db_index=False)
    amount = MoneyField()
    iban = models.CharField(max_length=34)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)

    class Meta(CompanyModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["expense"], condition=Q(state="waiting"), name="expense_in_one_file"),
            models.UniqueConstraint(fields=["payment_file", "expense"], name="expense_once_in_file"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="file_row_positive"),
        ]
        indexes = [models.Index(fields=["expense"], name="file_row_by_expense")]


class SupplierPaymentQuerySet(CompanyQuerySet):
    def live(self) -> "SupplierPaymentQuerySet":
        """Not cancelled."""
        return self.filter(cancelled_at=None)


class SupplierPayment(CompanyModel):
    """Money that went to a supplier (minus: came back), over its documents. Rows stay; cancelling marks them (trigger).

    What covers no document is our advance with the supplier: amount = advance + what its parts took (trigger). A part paid from
    an advance is a row of nothing: amount 0, advance −x, parts x.
    """

    class Method(models.TextChoices):
        CASH = "cash", "numerar"
        CARD = "card", "card"
        TRANSFER = "transfer", "transfer bancar"
        CHEQUE = "cheque", "cec"
        PROMISSORY_NOTE = "promissory_note", "bilet la ordin"
        SET_OFF = "set_off", "compensare"
        ADVANCE = "advance", "din avans"

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="supplier_payments", db_constraint=False, db_index=False)
    method = models.CharField("metoda", max_length=16, choices=Method.choices)
    amount = MoneyField("suma")
    currency = models.CharField("moneda", max_length=3, default=LEI)
    advance = MoneyField(default=ZERO, editable=False)
    exchange_rate = models.DecimalField("curs", max_digits=14, decimal_places=6, default=Decimal(1))
    rate_source = models.CharField(max_length=10, blank=True, editable=False)
    paid_on = models.DateField("data plății")
    reference = models.CharField("nr. document", max_length=60, blank=True)
    note = models.CharField("observații", max_length=200, blank=True)
    # One line of the till for each payment in cash, one receipt of the client's for each set-off, one row of a file (triggers).
    cash_operation = models.OneToOneField(CashOperation, models.PROTECT, related_name="supplier_payment", db_constraint=False, null=True)
    client_payment = models.OneToOneField(Payment, models.PROTECT, related_name="supplier_payment", db_constraint=False, null=True)
    file_row = models.OneToOneField(FileRow, models.PROTECT, related_name="payment", db_constraint=False, null=True)
    pair = models.UUIDField(null=True, editable=False)  # names both halves of a set-off with a client in the histories
    token = models.UUIDField(editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, editable=False)
    cancel_reason = models.CharField(max_length=200, blank=True, editable=False)

    objects = CompanyManager.from_queryset(SupplierPaymentQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "plată", "plăți"
        constraints = [
            models.UniqueConstraint(fields=["company", "token"], name="supplier_payment_once"),
            models.CheckConstraint(
                name="supplier_payment_not_zero", condition=~Q(amount=0) | Q(method__in=("set_off", "advance"), client_payment=None)
            ),
            models.CheckConstraint(condition=Q(exchange_rate__gt=0), name="supplier_payment_rate_positive"),
            models.CheckConstraint(
                name="supplier_payment_advance_within",
                condition=Q(method="advance", amount=0, advance__lt=0)
                | ~Q(method="advance") & (Q(amount__gte=0, advance__gte=0) | Q(amount__lt=0, advance__lte=0)),
            ),
            models.CheckConstraint(
                name="supplier_payment_ties",
                condition=(Q(method="cash", cash_operation__isnull=False) | ~Q(method="cash") & Q(cash_operation=None))
                & (Q(client_payment=None, pair=None) | Q(method="set_off", client_payment__isnull=False, pair__isnull=False))
                & (Q(file_row=None) | Q(method="transfer")),
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-paid_on", "-id"], name="supplier_payment_by_date"),
            models.Index(fields=["company", "-amount", "-id"], name="supplier_payment_by_amount"),
            models.Index(fields=["company", "partner", "-paid_on"], name="supplier_payment_by_partner"),
            models.Index(F("company"), Upper("reference"), name="supplier_payment_by_reference"),
        ]

    def __str__(self) -> str:
        return self.reference or self.get_method_display()


class SupplierAllocation(CompanyModel):
    """The part of a payment that covers one document; a cancelled payment's parts count nothing.

    `amount` is in the document's currency, `taken` in the payment's; `difference_ron` is what the part was worth in lei at the
    document's rate less what it cost on its day: plus is gained.
    """

    payment = models.ForeignKey(SupplierPayment, models.PROTECT, related_name="allocations", db_constraint=False, db_index=False)
    expense = models.ForeignKey(Expense, models.PROTECT, related_name="allocations", db_constraint=False, db_index=False)
    amount = MoneyField()
    taken = MoneyField()
    difference_ron = MoneyField(default=ZERO)

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["payment", "expense"], name="supplier_allocation_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, taken__gt=0) | Q(amount__lt=0, taken__lt=0), name="supplier_allocation_not_zero"
            ),
        ]
        indexes = [models.Index(fields=["expense"], name="supplier_allocation_expense")]


class SupplierAdvance(CompanyModel):
    """What we have paid a supplier ahead, in one currency, less what was used; never below zero. Written by a trigger alone."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="supplier_advances", db_constraint=False, db_index=False)
    currency = models.CharField(max_length=3)
    amount = MoneyField(default=ZERO)

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "partner", "currency"], name="supplier_advance_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="supplier_advance_not_below_zero"),
        ]
