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
    """A payment in the currency of the documents it covers. Rows stay; cancelling marks them (trigger)."""

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
        ]
        indexes = [
            models.Index(fields=["company", "-received_on", "-id"], name="payment_by_date"),
            models.Index(fields=["company", "-received_on", "-id"], condition=Q(cancelled_at__isnull=False), name="payment_cancelled"),
            models.Index(fields=["company", "-amount", "-id"], name="payment_by_amount"),
            models.Index(F("company"), Upper("reference"), name="payment_by_reference"),
            models.Index(fields=["company", "partner", "-received_on"], name="payment_by_partner"),
            models.Index(fields=["pair"], condition=Q(pair__isnull=False), name="payment_pair"),
        ]


class PaymentAllocation(CompanyModel):
    """The part of a payment that covers one document. A cancelled payment's parts count nothing."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="allocations", db_constraint=False, db_index=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="allocations", db_constraint=False, db_index=False)
    amount = MoneyField()

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["payment", "document"], name="allocation_once"),
            models.CheckConstraint(condition=~Q(amount=Decimal(0)), name="allocation_not_zero"),
        ]
        indexes = [models.Index(fields=["document"], name="allocation_by_document")]
