"""A supplier's document as it was written by the supplier: the amounts are its own, ours are only the category and what is deducted."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper

from catalog.models import VatRate
from companies.models import StoredFile
from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet
from lib.dates import bucharest_today
from lib.db import MoneyField, PercentField, PriceField, QuantityField
from lib.money import ZERO, money
from partners.models import Partner

LEI = "RON"
DEDUCTIBLE = [(100, "100 %"), (50, "50 %"), (0, "nedeductibil")]  # Cod fiscal art. 298: half for cars not used only for business


class Kind(models.TextChoices):
    EXPENSE = "expense", "cheltuială"
    OPENING = "opening", "sold inițial"  # R31: what was left of a document on the day on which this book began


class Status(models.TextChoices):
    DRAFT = "draft", "ciornă"
    BOOKED = "booked", "înregistrată"
    CANCELLED = "cancelled", "anulată"


class ExpenseCategory(CompanyModel):
    """What money was spent on, in the company's own words."""

    name = models.CharField("denumire", max_length=60)
    account = models.CharField("cont contabil", max_length=20, blank=True)
    deductible = models.PositiveSmallIntegerField("TVA deductibil", choices=DEDUCTIBLE, default=100)
    active = models.BooleanField("activă", default=True)

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "categorie de cheltuieli", "categorii de cheltuieli"
        ordering = ["-active", "name", "id"]
        constraints = [
            models.UniqueConstraint("company", Lower("name"), name="expense_category_once"),
            models.CheckConstraint(condition=Q(deductible__in=(0, 50, 100)), name="expense_category_deductible"),
        ]

    def __str__(self) -> str:
        return self.name


class ExpenseQuerySet(CompanyQuerySet):
    def booked(self) -> "ExpenseQuerySet":
        return self.filter(status=Status.BOOKED)

    def unpaid(self) -> "ExpenseQuerySet":
        """Booked, and not settled whole; what a supplier owes us back (a total below zero) is open too."""
        return self.booked().exclude(paid=F("total"))

    def due_by(self, day: date) -> "ExpenseQuerySet":
        """What has to be paid up to a day."""
        return self.unpaid().filter(total__gt=0, due_date__lte=day)


class Expense(CompanyModel):
    """A supplier's invoice, receipt or credit note, or what was left of one when the book began. Frozen once booked (trigger)."""

    partner = models.ForeignKey(
        Partner, models.PROTECT, verbose_name="furnizor", related_name="expenses", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.EXPENSE, editable=False)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT, editable=False)
    number = models.CharField("nr. document", max_length=60)
    issue_date = models.DateField("data documentului")
    booked_on = models.DateField("data înregistrării")  # of the journal; of an opening item, the day of the balance
    due_date = models.DateField("scadența", null=True, blank=True)
    currency = models.CharField("moneda", max_length=3, default=LEI)
    exchange_rate = models.DecimalField("curs", max_digits=14, decimal_places=6, default=Decimal(1))
    net = MoneyField("fără TVA", default=ZERO)
    vat = MoneyField("TVA", default=ZERO)
    rounding = MoneyField("rotunjire", default=ZERO)  # what the supplier's total has over its parts (BT-114)
    total = MoneyField("total", default=ZERO)
    paid = MoneyField("plătit", default=ZERO, editable=False)  # of live payments, in this currency (trigger)
    whole = MoneyField("valoarea documentului", null=True, blank=True)  # of an opening item: before it was paid in part
    on_payment = models.BooleanField("TVA la încasare la furnizor", default=False)  # its VAT is deducted on payment: CF art. 297 (2)
    iban = models.CharField("IBAN de pe document", max_length=34, blank=True)
    note = models.CharField("observații", max_length=300, blank=True)
    source = models.JSONField(null=True, editable=False)  # a received e-Factura as it was read; never written again (trigger)
    source_key = models.CharField(max_length=60, blank=True, editable=False)  # its index in SPV: one expense for each
    revision = models.PositiveSmallIntegerField(default=0, editable=False)
    token = models.UUIDField(null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, editable=False)
    recorded_at = models.DateTimeField(auto_now_add=True)
    booked_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, editable=False)
    cancel_reason = models.CharField(max_length=200, blank=True, editable=False)

    objects = CompanyManager.from_queryset(ExpenseQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "cheltuială", "cheltuieli"
        constraints = [
            models.UniqueConstraint(fields=["company", "token"], condition=Q(token__isnull=False), name="expense_once"),
            models.UniqueConstraint(fields=["company", "source_key"], condition=~Q(source_key=""), name="expense_of_received_once"),
            models.CheckConstraint(condition=Q(total=F("net") + F("vat") + F("rounding")), name="expense_total_adds_up"),
            models.CheckConstraint(condition=Q(rounding__gt=-1, rounding__lt=1), name="expense_rounding_below_one"),
            models.CheckConstraint(condition=Q(exchange_rate__gt=0), name="expense_rate_positive"),
            models.CheckConstraint(condition=~Q(currency=LEI) | Q(exchange_rate=1), name="expense_lei_rate"),
            models.CheckConstraint(
                name="expense_paid_within",
                condition=Q(total__gte=0, paid__gte=0, paid__lte=F("total")) | Q(total__lt=0, paid__lte=0, paid__gte=F("total")),
            ),
            models.CheckConstraint(condition=Q(paid=0) | ~Q(status="cancelled"), name="expense_cancelled_unpaid"),
            models.CheckConstraint(
                name="expense_state",
                condition=Q(status="draft", booked_at=None, cancelled_at=None)
                | Q(status="booked", booked_at__isnull=False, cancelled_at=None)
                | Q(status="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-issue_date", "-id"], name="expense_by_date"),
            models.Index(fields=["company", "-total", "-id"], name="expense_by_total"),
            models.Index(fields=["company", "due_date", "id"], name="expense_by_due"),
            models.Index(fields=["company", "partner", "-issue_date", "-id"], name="expense_by_partner"),
            models.Index(fields=["company", "booked_on", "id"], condition=Q(status="booked"), name="expense_by_booking"),
            models.Index(
                fields=["company", "due_date"],
                condition=Q(status="booked") & ~Q(paid=F("total")),
                include=["total", "paid"],
                name="expense_open",
            ),
            models.Index(F("company"), Upper("number"), name="expense_by_number"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def balance(self) -> Decimal:
        """What is left to pay, in the document's currency; below zero, what the supplier owes back."""
        return self.total - self.paid

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def is_booked(self) -> bool:
        return self.status == Status.BOOKED

    @property
    def state(self) -> str:
        """How it stands, as in STATES of the templates."""
        if self.status != Status.BOOKED:
            return self.status
        if not self.balance:
            return "settled"
        if self.balance < 0:
            return "to_recover"
        if self.due_date and self.due_date < bucharest_today():
            return "due_passed"
        return "part_settled" if self.paid else "to_pay"

    @property
    def total_ron(self) -> Decimal:
        """In lei, at the document's rate."""
        return money(self.total * self.exchange_rate)

    @property
    def balance_ron(self) -> Decimal:
        return money(self.balance * self.exchange_rate)


class _Taxed(CompanyModel):
    """What a line and a VAT group say of VAT: EN 16931 category and percent, copied, as rates end."""

    vat_category = models.CharField(max_length=2, choices=VatRate.Category.choices, default=VatRate.Category.STANDARD)
    vat_percent = PercentField("cotă (%)", default=Decimal(0))

    class Meta(CompanyModel.Meta):
        abstract = True

    @property
    def vat_label(self) -> str:
        """`21%`, or the kind of exemption in words."""
        if self.vat_category == VatRate.Category.STANDARD:
            return f"{self.vat_percent.normalize():f}%"
        return VatRate.Category(self.vat_category).label


class ExpenseLine(_Taxed):
    """A position of the document, and what we make of it: the category, and how much of its VAT is deducted."""

    expense = models.ForeignKey(Expense, models.CASCADE, related_name="lines", db_constraint=False, db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField("denumire", max_length=300)
    quantity = QuantityField("cantitate", default=Decimal(1))
    unit_price = PriceField("preț unitar", default=ZERO)
    net = MoneyField("valoare fără TVA")
    vat = MoneyField("TVA", default=ZERO)
    category = models.ForeignKey(
        ExpenseCategory,
        models.PROTECT,
        verbose_name="categoria",
        related_name="lines",
        db_constraint=False,
        db_index=False,
        null=True,
        blank=True,
    )
    deductible = models.PositiveSmallIntegerField("TVA deductibil", choices=DEDUCTIBLE, default=100)

    class Meta(CompanyModel.Meta):
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["expense", "position"], name="expense_line_place"),
            models.CheckConstraint(condition=Q(deductible__in=(0, 50, 100)), name="expense_line_deductible"),
        ]
        indexes = [
            models.Index(F("company"), Upper("name"), name="expense_line_by_name"),
            models.Index(fields=["company", "category"], name="expense_line_category"),
        ]


class ExpenseVat(_Taxed):
    """The base and VAT of one rate, as the document's own table says: a cent aside of the lines is the supplier's to explain."""

    expense = models.ForeignKey(Expense, models.CASCADE, related_name="groups", db_constraint=False, db_index=False)
    net = MoneyField("bază")
    vat = MoneyField("TVA")

    class Meta(CompanyModel.Meta):
        ordering = ["-vat_percent", "vat_category"]
        constraints = [models.UniqueConstraint(fields=["expense", "vat_category", "vat_percent"], name="expense_vat_once")]

    @property
    def reckoned(self) -> Decimal:
        """The VAT that the rate gives on the base."""
        return money(self.net * self.vat_percent / 100)

    @property
    def difference(self) -> Decimal:
        return self.vat - self.reckoned


class Attachment(CompanyModel):
    """A scan or the PDF of a document; the bytes are kept once, and only grow."""

    expense = models.ForeignKey(Expense, models.PROTECT, related_name="attachments", db_constraint=False, db_index=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    name = models.CharField(max_length=150)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["expense", "file"], name="attachment_once")]


class ExpenseRevision(CompanyModel):
    """What a booked expense said before it was corrected, and why it was. Only grows."""

    expense = models.ForeignKey(Expense, models.PROTECT, related_name="revisions", db_constraint=False, db_index=False)
    revision = models.PositiveSmallIntegerField()
    content = models.JSONField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["expense", "revision"], name="expense_revision_once")]
