"""Tills, and the ledger of what went in and out of them.

The database keeps the book: a trigger gives each operation its place in its day and the day its sums, so that the balance at
any row is the opening, the sums of the days before it, and what its own day held up to it. Nothing later is ever rewritten.
"""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from companies.models import Workplace
from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet
from invoicing.models import Payment
from lib.dates import bucharest_today
from lib.db import MoneyField
from lib.money import ZERO
from partners.models import Partner

EPOCH, DAY_ROWS = date(2000, 1, 1), 10_000_000  # ordinal = days since EPOCH × DAY_ROWS + place in the day


def first_ordinal(day: date) -> int:
    """What the ordinals of a day's operations begin at."""
    return (day - EPOCH).days * DAY_ROWS


class Till(CompanyModel):
    """A cash register in the accountant's sense: money of one currency, kept in one place."""

    name = models.CharField("denumire", max_length=60)
    workplace = models.ForeignKey(
        Workplace, models.PROTECT, verbose_name="sediu", related_name="+", db_constraint=False, db_index=False, null=True, blank=True
    )
    currency = models.CharField("moneda", max_length=3, default="RON")
    account = models.CharField("cont contabil", max_length=20, default="5311")
    cashier = models.CharField("casier", max_length=100, blank=True)
    opening_day = models.DateField("data soldului inițial", null=True, blank=True)
    opening_balance = MoneyField("sold inițial", default=ZERO)  # what was in it when opening_day began
    may_go_negative = models.BooleanField("permite sold negativ, cu confirmare", default=False)
    active = models.BooleanField("activă", default=True)
    is_default = models.BooleanField("implicită", default=False)
    closed_until = models.DateField(null=True, editable=False)  # days up to this one take no operation (trigger)
    last_in = models.PositiveIntegerField(default=0, editable=False)  # the last number of a dispoziție de încasare
    last_out = models.PositiveIntegerField(default=0, editable=False)

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "casă", "case"
        ordering = ["-is_default", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "currency"], condition=Q(is_default=True), name="till_one_default"),
            models.CheckConstraint(condition=Q(is_default=False) | Q(active=True), name="till_default_is_active"),
            models.CheckConstraint(condition=Q(opening_balance__gte=0), name="till_opening_not_negative"),
            models.CheckConstraint(condition=Q(opening_day__isnull=False) | Q(opening_balance=0), name="till_opening_has_day"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_closed(self, day: date) -> bool:
        """Whether a day takes no operations any more."""
        return self.closed_until is not None and day <= self.closed_until


class CashDay(CompanyModel):
    """The sums of one day of a till. Written by the trigger of the operations, by nobody else."""

    till = models.ForeignKey(Till, models.PROTECT, related_name="days", db_constraint=False, db_index=False)
    day = models.DateField()
    received = MoneyField(default=ZERO)
    paid = MoneyField(default=ZERO)
    count = models.PositiveIntegerField(default=0)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["till", "day"], name="cash_day_once")]


class TillCount(CompanyModel):
    """What somebody counted in a till at the end of a day, and what the book said then. Only grows."""

    till = models.ForeignKey(Till, models.PROTECT, related_name="counts", db_constraint=False, db_index=False)
    day = models.DateField("data")
    counted = MoneyField("suma numărată")
    book = MoneyField(editable=False)  # the balance in the book when it was counted
    notes = models.JSONField(default=dict)  # denomination in bani: pieces
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "numărare a casei", "numărări ale casei"
        constraints = [models.CheckConstraint(condition=Q(counted__gte=0), name="count_not_negative")]
        indexes = [models.Index(fields=["till", "-day", "-id"], name="count_by_day")]

    @property
    def difference(self) -> Decimal:
        """What was too much (plus) or missing (minus) when it was counted."""
        return self.counted - self.book


class Kind(models.TextChoices):
    PAYMENT = "payment", "Încasare de la client"
    REFUND = "refund", "Restituire către client"
    SUPPLIER = "supplier", "Plată furnizor"
    OTHER_IN = "other_in", "Altă încasare"
    OTHER_OUT = "other_out", "Altă plată"
    TO_BANK = "to_bank", "Depunere la bancă"
    FROM_BANK = "from_bank", "Ridicare de la bancă"
    ADVANCE = "advance", "Avans spre decontare"
    ADVANCE_RETURN = "advance_return", "Restituire avans"
    TRANSFER_OUT = "transfer_out", "Transfer către altă casă"
    TRANSFER_IN = "transfer_in", "Transfer din altă casă"


INCOMING = (Kind.PAYMENT, Kind.OTHER_IN, Kind.FROM_BANK, Kind.ADVANCE_RETURN, Kind.TRANSFER_IN)
OUTGOING = (Kind.REFUND, Kind.SUPPLIER, Kind.OTHER_OUT, Kind.TO_BANK, Kind.ADVANCE, Kind.TRANSFER_OUT)
OF_CLIENTS = (Kind.PAYMENT, Kind.REFUND)


class CashOperationQuerySet(CompanyQuerySet):
    def between(self, since: date | None, until: date | None) -> "CashOperationQuerySet":
        """Of some days, both included; by ordinal, as the index stands."""
        rows = self.filter(ordinal__gte=first_ordinal(since)) if since else self
        return rows.filter(ordinal__lt=first_ordinal(until) + DAY_ROWS) if until else rows


class CashOperation(CompanyModel):
    """One line of the book. Only grows: what is wrong is reversed by another line."""

    till = models.ForeignKey(Till, models.PROTECT, related_name="operations", db_constraint=False, db_index=False)
    day = models.DateField("data")
    position = models.PositiveIntegerField(default=0, editable=False)  # in the day, from 1 (trigger)
    ordinal = models.BigIntegerField(default=0, editable=False)  # the order of the book (trigger)
    day_balance = MoneyField(default=ZERO, editable=False)  # what the day brought up to this line (trigger)
    kind = models.CharField("fel", max_length=14, choices=Kind.choices)
    amount = MoneyField("suma")  # plus for what came in, minus for what went out; the other way round for a reversal
    document = models.CharField("nr. act", max_length=60, blank=True)
    order_number = models.PositiveIntegerField(null=True, editable=False)  # of the dispoziție 14-4-4, when it has one
    annexes = models.PositiveSmallIntegerField("nr. anexe", default=0)
    explanation = models.CharField("explicații", max_length=200, blank=True)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_constraint=False, db_index=False, null=True, blank=True)
    party = models.CharField("persoana", max_length=200, blank=True)  # who brought or took the money
    party_role = models.CharField("funcția", max_length=60, blank=True)
    party_id = models.CharField("act de identitate", max_length=60, blank=True)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="cash_rows", db_constraint=False, db_index=False, null=True)
    reverses = models.ForeignKey("self", models.PROTECT, related_name="reversed_by", db_constraint=False, db_index=False, null=True)
    pair = models.UUIDField(null=True, editable=False)  # the two halves of a transfer
    count = models.ForeignKey(TillCount, models.PROTECT, related_name="booked", db_constraint=False, db_index=False, null=True)
    reason = models.CharField("motiv", max_length=200, blank=True)
    token = models.UUIDField(null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = CompanyManager.from_queryset(CashOperationQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "operațiune de casă", "operațiuni de casă"
        constraints = [
            models.UniqueConstraint(fields=["till", "ordinal"], name="operation_in_its_place"),
            models.UniqueConstraint(fields=["company", "token"], condition=Q(token__isnull=False), name="operation_once"),
            models.UniqueConstraint(fields=["payment"], condition=Q(payment__isnull=False, reverses=None), name="operation_of_payment"),
            models.UniqueConstraint(fields=["reverses"], condition=Q(reverses__isnull=False), name="operation_reversed_once"),
            models.UniqueConstraint(fields=["count"], condition=Q(count__isnull=False), name="operation_of_count"),
            models.CheckConstraint(condition=~Q(amount=0), name="operation_not_zero"),
            models.CheckConstraint(
                name="operation_sign",
                condition=~Q(reverses=None, kind__in=INCOMING, amount__lt=0) & ~Q(reverses=None, kind__in=OUTGOING, amount__gt=0),
            ),
            models.CheckConstraint(
                name="operation_of_client_has_payment",
                condition=Q(payment__isnull=False, kind__in=OF_CLIENTS) | Q(payment=None) & ~Q(kind__in=OF_CLIENTS),
            ),
        ]
        indexes = [
            models.Index(fields=["till", "-ordinal", "-id"], name="operation_by_order"),
            models.Index(fields=["till", "-amount", "-id"], name="operation_by_amount"),
            models.Index(fields=["till", "kind", "-ordinal", "-id"], name="operation_by_kind"),
            models.Index(fields=["till", "-ordinal", "-id"], condition=Q(payment=None), name="operation_by_hand"),
            models.Index(fields=["till", "-ordinal", "-id"], condition=Q(reverses__isnull=False), name="operation_reversals"),
            models.Index(fields=["company", "partner", "-day"], name="operation_by_partner"),
            models.Index(F("company"), Upper("document"), name="operation_by_document"),
            models.Index(fields=["pair"], condition=Q(pair__isnull=False), name="operation_pair"),
        ]

    def __str__(self) -> str:
        return self.label or self.get_kind_display()

    @property
    def is_incoming(self) -> bool:
        """Whether it stands in the column of receipts; a reversal stands in the column of what it takes back, with minus."""
        return self.kind in INCOMING

    @property
    def received(self) -> Decimal | None:
        return self.amount if self.is_incoming else None

    @property
    def paid(self) -> Decimal | None:
        return None if self.is_incoming else -self.amount

    @property
    def label(self) -> str:
        """The number of its document: of the dispoziție if it has one, otherwise as it was typed."""
        if self.order_number:
            return f"{'DI' if self.is_incoming else 'DP'} {self.order_number}"
        return self.document

    @property
    def is_late(self) -> bool:
        """Whether it was written after its day."""
        return self.recorded_at is not None and bucharest_today() != self.day and self.recorded_at.date() > self.day


class CashCeiling(models.Model):
    """A limit of Legea 70/2015 and the days for which it holds; the same for every company."""

    class Rule(models.TextChoices):
        FROM_BUSINESS = "from_business", "încasări de la o firmă, pe zi"
        TO_BUSINESS = "to_business", "plăți către o firmă, pe zi"
        TO_BUSINESSES = "to_businesses", "plăți către firme, în total pe zi"
        PERSON = "person", "încasări de la sau plăți către o persoană fizică, pe zi"
        ADVANCE = "advance", "avans spre decontare, pe persoană și zi"
        TILL = "till", "sold la sfârșitul zilei"

    rule = models.CharField(max_length=13, choices=Rule.choices)
    since = models.DateField()
    until = models.DateField(null=True)
    amount = MoneyField()  # lei
    source = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "since"], name="ceiling_once")]

    def __str__(self) -> str:
        return f"{self.get_rule_display()}: {self.amount}"


class CashPrint(CompanyModel):
    """A register or a dispoziție as a PDF: the page waits in `html` until a worker makes the file. The same page is made once."""

    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    html = models.TextField()
    asked_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True)
    file = models.ForeignKey("companies.StoredFile", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "digest"], name="cash_print_once")]
        indexes = [models.Index(fields=["asked_at"], condition=Q(file=None), name="cash_print_waiting")]
