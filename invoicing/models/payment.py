"""Money received: a payment of one client, over one or several of its documents (R32, R33)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet
from invoicing.models.document import Document
from lib.db import MoneyField
from partners.models import Partner


class PaymentQuerySet(CompanyQuerySet):
    def live(self) -> "PaymentQuerySet":
        """Not cancelled."""
        return self.filter(cancelled_at=None)


class Payment(CompanyModel):
    """Money that moved, in the currency in which it moved; minus is given back. Rows stay; cancelling marks them (trigger).

    What covers no document is the client's credit (`credit`): amount = credit + what its allocations received (trigger).
    """

    class Method(models.TextChoices):
        CASH = "cash", "numerar"
        CARD = "card", "card"
        TRANSFER = "transfer", "transfer bancar"
        CHEQUE = "cheque", "cec"
        PROMISSORY_NOTE = "promissory_note", "bilet la ordin"
        CASH_ON_DELIVERY = "cash_on_delivery", "ramburs"
        VOUCHER = "voucher", "voucher"
        SET_OFF = "set_off", "compensare"

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="payments", db_constraint=False, db_index=False)
    method = models.CharField("metoda", max_length=16, choices=Method.choices)
    amount = MoneyField("suma")
    currency = models.CharField("moneda", max_length=3, default="RON")
    credit = MoneyField("credit", default=Decimal(0), editable=False)  # + paid in advance, − used on an invoice or given back
    # Lei for one unit of the one foreign currency at work: that of the money, or of the documents when the money is lei.
    exchange_rate = models.DecimalField("curs", max_digits=14, decimal_places=6, default=Decimal(1))
    rate_source = models.CharField(max_length=10, blank=True, editable=False)  # "BNR", "manual", or "document": that of the invoice
    received_on = models.DateField("data încasării")
    reference = models.CharField("nr. document", max_length=60, blank=True)
    note = models.CharField("observații", max_length=200, blank=True)
    token = models.UUIDField(editable=False)
    pair = models.UUIDField(null=True, editable=False)  # the two halves of a set-off: +x on an invoice, −x on a storno (trigger)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, editable=False)
    cancel_reason = models.CharField(max_length=200, blank=True, editable=False)

    objects = CompanyManager.from_queryset(PaymentQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "încasare", "încasări"
        constraints = [
            models.UniqueConstraint(fields=["company", "token"], name="payment_once"),
            models.CheckConstraint(condition=~Q(amount=Decimal(0)), name="payment_not_zero"),
            models.CheckConstraint(condition=Q(exchange_rate__gt=0), name="payment_rate_positive"),
            models.CheckConstraint(
                name="payment_credit_within",
                condition=Q(amount__gt=0, credit__gte=0, credit__lte=F("amount")) | Q(amount__lt=0, credit__lte=0, credit__gte=F("amount")),
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-received_on", "-id"], name="payment_by_date"),
            models.Index(fields=["company", "-received_on", "-id"], condition=Q(cancelled_at__isnull=False), name="payment_cancelled"),
            models.Index(fields=["company", "-amount", "-id"], name="payment_by_amount"),
            models.Index(F("company"), Upper("reference"), name="payment_by_reference"),
            models.Index(fields=["company", "partner", "-received_on"], name="payment_by_partner"),
            models.Index(
                fields=["company", "partner", "currency"],
                include=["credit", "exchange_rate"],
                condition=~Q(credit=Decimal(0)) & Q(cancelled_at=None),
                name="payment_credit",
            ),
            models.Index(fields=["pair"], condition=Q(pair__isnull=False), name="payment_pair"),
        ]


class PaymentAllocation(CompanyModel):
    """The part of a payment that covers one document. A cancelled payment's parts count nothing.

    `amount` is in the document's currency, `received` in the payment's; `difference_ron` is what the money was worth in lei on
    its day less what the document's part was worth at the document's rate: plus is gained (a trigger proves it).
    """

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="allocations", db_constraint=False, db_index=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="allocations", db_constraint=False, db_index=False)
    amount = MoneyField()
    received = MoneyField()
    difference_ron = MoneyField(default=Decimal(0))

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["payment", "document"], name="allocation_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, received__gt=0) | Q(amount__lt=0, received__lt=0), name="allocation_not_zero"),
        ]
        indexes = [models.Index(fields=["document"], name="allocation_by_document")]


class ClientCredit(CompanyModel):
    """What a client has with us in one currency: paid in advance or too much, less what was used or given back; never below zero.

    Written by a trigger of the payments alone; its row is the lock of all who use the credit.
    """

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="credits", db_constraint=False, db_index=False)
    currency = models.CharField(max_length=3)
    amount = MoneyField(default=Decimal(0))

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "partner", "currency"], name="client_credit_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="client_credit_not_below_zero"),
        ]


class Receipt(CompanyModel):
    """Ties a chitanță (a `Document` of its own kind and series) to the cash payment that it is for; only grows (docs/decisions/063)."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="receipt", db_constraint=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="receipts", db_constraint=False, db_index=False)

    class Meta(CompanyModel.Meta):
        indexes = [models.Index(fields=["payment"], name="receipt_by_payment")]
