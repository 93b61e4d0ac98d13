"""Documents: one table for every kind, because they turn into one another and share their life (docs/decisions).

Frozen once issued by triggers with a white list (invoicing/migrations/0002); the way round is `revise`.
"""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum

from catalog.models import VatRate
from companies.models import StoredFile
from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet
from invoicing.models.series import Kind, Series
from lib.dates import bucharest_today
from lib.db import MoneyField, PercentField, PriceField, QuantityField
from partners.models import Language, Partner


class Status(models.TextChoices):
    DRAFT = "draft", "ciornă"
    ISSUED = "issued", "emisă"
    CANCELLED = "cancelled", "anulată"


class InvoiceType(models.TextChoices):
    """What an invoice is for. Source: CF art. 319 (12), 330 (1) b; ANAF's guide on type codes (BT-3)."""

    STANDARD = "standard", "factură"
    ADVANCE = "advance", "factură de avans"
    SIMPLIFIED = "simplified", "factură simplificată"
    CORRECTIVE = "corrective", "factură corectată (tip 384)"
    RECEIPTED = "receipted", "factură la bon fiscal (tip 751)"


class Converted(models.TextChoices):
    """What issued documents took out of a proforma or of a delivery note (docs/decisions/062)."""

    NOTHING = "", "nefacturat"
    PART = "part", "facturat parțial"
    WHOLE = "whole", "facturat"


class DeliveryMention(models.TextChoices):
    """Why goods travel with a delivery note instead of an invoice. Source: form 14-3-6A, OMFP 2634/2015."""

    INVOICE_FOLLOWS = "", "Urmează factură"
    NO_INVOICE = "none", "Fără factură"
    PROCESSING = "processing", "Pentru prelucrare la terți"


class DocumentQuerySet(CompanyQuerySet):
    def invoices(self) -> "DocumentQuerySet":
        return self.filter(kind=Kind.INVOICE)

    def payable(self) -> "DocumentQuerySet":
        """What clients owe by: invoices and the items of opening balances."""
        return self.filter(kind__in=PAYABLE)

    def with_form(self) -> "DocumentQuerySet":
        """What has a printed form of ours."""
        return self.exclude(kind=Kind.OPENING)

    def drafts(self) -> "DocumentQuerySet":
        return self.filter(status=Status.DRAFT)

    def issued(self) -> "DocumentQuerySet":
        return self.filter(status=Status.ISSUED)

    def unpaid(self) -> "DocumentQuerySet":
        """Issued, with something left to receive."""
        return self.issued().exclude(paid=F("total"))

    def overdue(self, on: date) -> "DocumentQuerySet":
        """Unpaid and past the due date on a day."""
        return self.unpaid().filter(due_date__lt=on)

    def with_storned(self) -> "DocumentQuerySet":
        """Each with `storned_total`: the sum of its issued stornos, None without any."""
        stornos = Document.objects.issued().filter(storno_of=OuterRef("pk")).order_by().values("storno_of")
        return self.annotate(storned_total=Subquery(stornos.annotate(sum=Sum("total")).values("sum")))


PAYABLE = (Kind.INVOICE, Kind.OPENING)  # what is paid, set off, late
UNPAID = Q(status="issued") & ~Q(paid=F("total"))
TO_CONVERT = Q(status="issued") & ~Q(converted="whole")  # proformas and delivery notes with something left to invoice
CONVERTIBLE = (Kind.PROFORMA, Kind.DELIVERY_NOTE)
LIST_SUMS = ["status", "currency", "due_date", "total", "paid", "total_ron", "exchange_rate"]
UNPAID_SUMS = ["currency", "total", "paid", "exchange_rate"]


class Document(CompanyModel):
    """A document of any kind, from draft to issued. Amounts are in `currency`; those named `_ron` in lei."""

    kind = models.CharField(max_length=13, choices=Kind.choices, default=Kind.INVOICE)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT, editable=False)
    invoice_type = models.CharField("felul facturii", max_length=10, choices=InvoiceType.choices, default=InvoiceType.STANDARD)
    revision = models.PositiveSmallIntegerField(default=1, editable=False)
    draft_version = models.PositiveIntegerField(default=0, editable=False)  # grows at each save: two people on one draft are told
    series = models.ForeignKey(  # None: an item of an opening balance, whose `label` is the number that it had elsewhere
        Series, models.PROTECT, verbose_name="serie", db_constraint=False, related_name="documents", null=True
    )
    number = models.PositiveIntegerField(null=True, editable=False)
    label = models.CharField(max_length=40, blank=True, editable=False)  # BT-1, as printed; empty on drafts
    partner = models.ForeignKey(
        Partner, models.PROTECT, verbose_name="client", db_constraint=False, related_name="documents", db_index=False, null=True, blank=True
    )
    partner_name = models.CharField(max_length=200, blank=True, editable=False)
    seller = models.JSONField(null=True, editable=False)  # BG-4 as it was at issue (invoicing/snapshots.py)
    buyer = models.JSONField(null=True, editable=False)  # BG-7 as it was at issue
    layout = models.JSONField(null=True, editable=False)  # how it looked at issue (invoicing/looks.py); None: as the product comes

    issue_date = models.DateField("data emiterii", default=bucharest_today)  # BT-2
    due_date = models.DateField("scadența", null=True, blank=True)  # BT-9
    delivery_date = models.DateField("data livrării / prestării", null=True, blank=True)  # BT-72
    collection_date = models.DateField("data încasării", null=True, blank=True)  # BT-7 under TVA la încasare, in place of BT-8 (R21)
    language = models.CharField("limba", max_length=5, choices=Language.choices, default=Language.RO)
    currency = models.CharField("moneda", max_length=3, default="RON")  # BT-5
    exchange_rate = models.DecimalField("curs", max_digits=14, decimal_places=6, default=Decimal(1))
    rate_date = models.DateField(null=True, blank=True, editable=False)
    rate_source = models.CharField(max_length=10, blank=True, editable=False)  # "BNR", or "manual"
    vat_payer = models.BooleanField(default=True, editable=False)  # the company's VAT status under which it was issued (R35)
    vat_on_collection = models.BooleanField("TVA la încasare", default=False, editable=False)
    prices_include_vat = models.BooleanField("prețurile includ TVA", default=False)
    discount_percent = PercentField("discount (%)", default=Decimal(0))
    discount_amount = MoneyField("discount (sumă)", default=Decimal(0))

    order_reference = models.CharField("nr. comandă", max_length=100, blank=True)  # BT-13
    contract_reference = models.CharField("nr. contract", max_length=100, blank=True)  # BT-12
    buyer_reference = models.CharField("referința clientului", max_length=100, blank=True)  # BT-10
    receiving_reference = models.CharField("nr. recepție", max_length=100, blank=True)  # BT-15
    despatch_reference = models.CharField("nr. aviz", max_length=200, blank=True)  # BT-16
    fiscal_receipt = models.CharField("bonul fiscal", max_length=60, blank=True)  # its number and date, of a RECEIPTED invoice
    delivery_name = models.CharField("locul livrării", max_length=100, blank=True)  # BT-70
    delivery_street = models.CharField("stradă, număr", max_length=150, blank=True)  # BT-75
    delivery_city = models.CharField("localitate", max_length=50, blank=True)  # BT-77
    delivery_county = models.CharField("județ", max_length=50, blank=True)  # BT-79
    delivery_postal_code = models.CharField("cod poștal", max_length=20, blank=True)  # BT-78
    delivery_country = models.CharField("țară", max_length=2, blank=True)  # BT-80; empty without a place
    payee_name = models.CharField("beneficiarul plății", max_length=100, blank=True)  # BT-59, when it is not the seller (factoring)
    payee_cif = models.CharField("CIF-ul beneficiarului", max_length=30, blank=True)  # BT-61
    payee_iban = models.CharField("IBAN-ul beneficiarului", max_length=34, blank=True)  # BT-84
    notes = models.TextField("mențiuni pe document", max_length=1000, blank=True)  # BT-22
    internal_note = models.TextField("notă internă", max_length=1000, blank=True)
    issuer_name = models.CharField("întocmit de", max_length=100, blank=True)
    delegate_name = models.CharField("delegat", max_length=100, blank=True)
    delegate_id = models.CharField("act de identitate", max_length=50, blank=True)
    transport = models.CharField("mijloc de transport", max_length=50, blank=True)
    # Of a delivery note (form 14-3-6A); the day of the dispatch is `delivery_date`.
    dispatch_time = models.TimeField("ora expedierii", null=True, blank=True)
    ship_from = models.CharField("locul încărcării", max_length=200, blank=True)
    ship_to = models.CharField("locul descărcării", max_length=200, blank=True)
    delivery_mention = models.CharField("mențiune", max_length=10, choices=DeliveryMention.choices, default="", blank=True)
    hides_prices = models.BooleanField("fără prețuri pe formular", default=False)

    lines_net = MoneyField(default=Decimal(0), editable=False)  # BT-106
    allowance = MoneyField(default=Decimal(0), editable=False)  # BT-107
    net = MoneyField(default=Decimal(0), editable=False)  # BT-109
    vat = MoneyField(default=Decimal(0), editable=False)  # BT-110
    total = MoneyField(default=Decimal(0), editable=False)  # BT-112
    net_ron = MoneyField(default=Decimal(0), editable=False)
    vat_ron = MoneyField(default=Decimal(0), editable=False)  # BT-111
    total_ron = MoneyField(default=Decimal(0), editable=False)
    settled = MoneyField(default=Decimal(0), editable=False)  # with VAT: what its lines take out of advance invoices
    paid = MoneyField(default=Decimal(0), editable=False)  # the sum of its allocations; a deferred trigger proves it

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, db_index=False, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, db_index=False, null=True)
    issued_at = models.DateTimeField(null=True, editable=False)
    channel = models.CharField(max_length=9, blank=True, editable=False)  # how it was issued: invoicing.models.document.Channel
    cancelled_at = models.DateTimeField(null=True, editable=False)
    token = models.UUIDField(null=True, editable=False)  # one form, one document: the same token again returns the first
    # The invoice that this one takes back, whole or in part (CF art. 330); the one that it says correctly (R24).
    storno_of = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, db_constraint=False, related_name="stornos", db_index=False
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, db_constraint=False, related_name="corrections", db_index=False
    )

    # Kept by triggers: what issued invoices took of a proforma or of a delivery note.
    converted = models.CharField(max_length=5, choices=Converted.choices, default=Converted.NOTHING, blank=True, editable=False)

    objects = CompanyManager.from_queryset(DocumentQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints = [
            # With the day, so that the series watch walks the index alone.
            models.UniqueConstraint(fields=["company", "series", "number"], include=["id", "issue_date"], name="document_number_once"),
            models.UniqueConstraint(fields=["company", "token"], name="document_token_once"),
            models.CheckConstraint(
                name="document_issued_has_number",
                condition=Q(status="draft", number=None, issued_at=None)
                | Q(status__in=["issued", "cancelled"], issued_at__isnull=False, partner__isnull=False)
                & (Q(number__isnull=False, series__isnull=False) | Q(kind="opening")),
            ),
            models.CheckConstraint(
                name="document_opening_is_bare",
                condition=~Q(kind="opening")
                | Q(status__in=["issued", "cancelled"], number=None, series=None, revision=1, vat=0, vat_ron=0, storno_of=None)
                & ~Q(label=""),
            ),
            models.CheckConstraint(
                name="document_opening_cancelled_unpaid", condition=~Q(kind="opening", status="cancelled") | Q(paid=Decimal(0))
            ),
            models.UniqueConstraint(
                fields=["company", "partner", "label"], condition=Q(kind="opening", status="issued"), name="document_opening_once"
            ),
            models.CheckConstraint(
                name="document_adds_up",
                condition=Q(total=F("net") + F("vat"), net=F("lines_net") - F("allowance"), total_ron=F("net_ron") + F("vat_ron")),
            ),
            models.CheckConstraint(
                name="document_lei_need_no_rate", condition=~Q(currency="RON") | Q(exchange_rate=1, total_ron=F("total"))
            ),
            models.CheckConstraint(name="document_rate_positive", condition=Q(exchange_rate__gt=0)),
            models.CheckConstraint(
                name="document_converted_kinds", condition=Q(converted="") | Q(kind__in=["proforma", "delivery_note"], status="issued")
            ),
            models.CheckConstraint(
                name="document_paid_within_total",
                condition=Q(total__gte=0, paid__gte=0, paid__lte=F("total")) | Q(total__lt=0, paid__lte=0, paid__gte=F("total")),
            ),
        ]
        indexes = [
            # Covers the sums of the lists and the dashboard, so that they need no row of a million.
            models.Index(fields=["company", "kind", "-issue_date", "-id"], include=LIST_SUMS, name="document_by_date"),
            models.Index(fields=["company", "kind", "due_date", "id"], name="document_by_due"),
            models.Index(fields=["company", "kind", "-total_ron", "-id"], name="document_by_total"),
            models.Index(fields=["company", "partner", "-issue_date", "-id"], name="document_by_partner"),
            models.Index(fields=["company", "kind", "number"], name="document_by_number"),
            models.Index(fields=["company", "kind", "due_date", "id"], include=UNPAID_SUMS, condition=UNPAID, name="document_unpaid"),
            models.Index(fields=["company", "kind", "-issue_date", "-id"], condition=UNPAID, name="document_unpaid_by_date"),
            models.Index(fields=["company", "partner"], include=UNPAID_SUMS, condition=UNPAID & Q(kind__in=PAYABLE), name="document_owed"),
            models.Index(fields=["company", "kind", "-issue_date", "-id"], condition=Q(status="draft"), name="document_drafts"),
            models.Index(fields=["company", "kind", "-issue_date", "-id"], condition=Q(status="cancelled"), name="document_cancelled"),
            models.Index(
                fields=["storno_of"], include=["status", "total"], condition=Q(storno_of__isnull=False), name="document_storno_of"
            ),
            models.Index(fields=["corrects"], condition=Q(corrects__isnull=False), name="document_corrects"),
            models.Index(
                fields=["company", "kind", "-issue_date", "-id"], condition=TO_CONVERT & ~Q(kind="invoice"), name="document_to_convert"
            ),
        ]

    def __str__(self) -> str:
        return self.label or f"ciornă {self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def is_issued(self) -> bool:
        return self.status == Status.ISSUED

    @property
    def balance(self) -> Decimal:
        """What is left to receive, in `currency`; only invoices and opening balances are owed."""
        return self.total - self.paid if self.status == Status.ISSUED and self.kind in PAYABLE else Decimal("0.00")

    def is_overdue(self, on: date) -> bool:
        return bool(self.balance and self.due_date and self.due_date < on)

    @property
    def is_storno(self) -> bool:
        return self.storno_of_id is not None

    @property
    def storned(self) -> str:
        """ "whole", "part" or "": what stornos took back, of a row of `with_storned`."""
        taken: Decimal | None = getattr(self, "storned_total", None)
        if taken is None:
            return ""
        return "whole" if self.total + taken == 0 else "part"

    @property
    def state(self) -> str:
        """The state as people read it, of `state_tag`: draft, cancelled, storned, storno, issued, credit, paid, overdue, partial or unpaid.

        Of a proforma or a delivery note: draft, cancelled, invoiced, part_invoiced, expired, no_invoice or to_invoice.
        """
        if self.status != Status.ISSUED:
            return self.status
        if self.kind in CONVERTIBLE:
            return self._state_of_conversion
        if self.storned == "whole":
            return "storned"
        if self.kind == Kind.SELF_BILLED:
            return "storno" if self.is_storno else "issued"
        if self.is_storno:
            return "credit" if self.balance else "storno"
        if self.balance < 0:
            return "credit"
        if not self.balance:
            return "paid"
        if self.is_overdue(bucharest_today()):
            return "overdue"
        return "partial" if self.paid else "unpaid"

    @property
    def _state_of_conversion(self) -> str:
        if self.converted:
            return "invoiced" if self.converted == Converted.WHOLE else "part_invoiced"
        if self.kind == Kind.PROFORMA and self.due_date and self.due_date < bucharest_today():
            return "expired"
        return "no_invoice" if self.delivery_mention == DeliveryMention.NO_INVOICE else "to_invoice"


class Channel(models.TextChoices):
    """Where a document was issued from (R02, R03)."""

    WEB = "web", "aplicație"
    API = "api", "API"
    RECURRING = "recurring", "recurentă"
    SHOP = "shop", "magazin online"
    IMPORT = "import", "import"


class DocumentLine(CompanyModel):
    """A line (BG-25): its own copy of the product's words, what was typed, and the amounts that follow (lib/totals.py)."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="lines", db_constraint=False, db_index=False)
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(
        "catalog.Product", models.SET_NULL, null=True, blank=True, db_constraint=False, related_name="+", db_index=False
    )
    name = models.CharField("denumire", max_length=100)  # BT-153
    description = models.CharField("descriere", max_length=200, blank=True)  # BT-154
    code = models.CharField(max_length=50, blank=True)  # BT-155
    barcode = models.CharField(max_length=50, blank=True)  # BT-157
    cpv = models.CharField(max_length=20, blank=True)  # BT-158, scheme STI
    nc = models.CharField(max_length=20, blank=True)  # BT-158, scheme HS
    quantity = QuantityField("cantitate")  # BT-129
    unit = models.CharField("U.M.", max_length=20)
    unit_code = models.CharField(max_length=3)  # BT-130
    unit_price = PriceField("preț")  # as typed: with VAT when the document's prices include it
    vat_rate = models.ForeignKey(VatRate, models.PROTECT, verbose_name="TVA", related_name="+", db_index=False)
    vat_name = models.CharField(max_length=60)
    category = models.CharField(max_length=2)  # BT-151
    percent = PercentField()  # BT-152
    exemption_code = models.CharField(max_length=20, blank=True)  # BT-121
    mention = models.CharField(max_length=100, blank=True)  # BT-120
    mention_en = models.CharField(max_length=100, blank=True)
    discount_percent = PercentField("discount (%)", default=Decimal(0))
    discount_amount = MoneyField("discount (sumă)", default=Decimal(0))
    value = MoneyField(editable=False)  # quantity × price as typed
    discount = MoneyField(editable=False)  # as typed
    line_allowance = MoneyField(editable=False)  # BT-136, without VAT
    net_price = PriceField(editable=False)  # BT-146
    net = MoneyField(editable=False)  # BT-131
    vat = MoneyField(editable=False)  # its share of the group's VAT, before a discount on the whole
    # The line that this one takes back; `storno_by_price` lowers its price and leaves the goods with the client.
    # DO_NOTHING: a draft's lines go in one statement; the database refuses to lose a line that was storned.
    storno_line = models.ForeignKey(
        "self", models.DO_NOTHING, null=True, editable=False, db_constraint=False, related_name="storno_lines", db_index=False
    )
    storno_by_price = models.BooleanField(default=False, editable=False)
    # The line of a proforma or of a delivery note that this one invoices, whole or in part; DO_NOTHING as above.
    source_line = models.ForeignKey(
        "self", models.DO_NOTHING, null=True, editable=False, db_constraint=False, related_name="converted_lines", db_index=False
    )

    # The advance invoice out of which this line takes (docs/decisions/061); in lei at the advance's own rate, None on other lines.
    advance = models.ForeignKey(
        Document, models.PROTECT, null=True, editable=False, db_constraint=False, related_name="settlements", db_index=False
    )
    net_ron = MoneyField(null=True, editable=False)
    vat_ron = MoneyField(null=True, editable=False)

    class Meta(CompanyModel.Meta):
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="line_position_once"),
            models.CheckConstraint(
                name="line_settles_in_lei",
                condition=Q(advance=None, net_ron=None, vat_ron=None)
                | Q(advance__isnull=False, net_ron__isnull=False, vat_ron__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["storno_line"], condition=Q(storno_line__isnull=False), name="line_storno_line"),
            models.Index(fields=["source_line"], include=["quantity"], condition=Q(source_line__isnull=False), name="line_source_line"),
            models.Index(fields=["advance"], condition=Q(advance__isnull=False), name="line_advance"),
        ]

    def take_vat(self, rate: VatRate) -> None:
        """Copy the treatment: later changes of the table change nothing here."""
        self.vat_rate, self.vat_name = rate, rate.name
        self.category, self.percent = rate.category, rate.percent
        self.exemption_code, self.mention, self.mention_en = rate.exemption_code, rate.mention, rate.mention_en


class VatBreakdown(CompanyModel):
    """One (category, rate) of a document (BG-23)."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="vat_groups", db_constraint=False, db_index=False)
    category = models.CharField(max_length=2)  # BT-118
    percent = PercentField()  # BT-119
    lines_net = MoneyField()
    allowance = MoneyField()  # BT-92
    taxable = MoneyField()  # BT-116
    vat = MoneyField()  # BT-117
    taxable_ron = MoneyField()
    vat_ron = MoneyField()
    exemption_code = models.CharField(max_length=20, blank=True)  # BT-121
    mention = models.CharField(max_length=100, blank=True)  # BT-120
    mention_en = models.CharField(max_length=100, blank=True)

    class Meta(CompanyModel.Meta):
        ordering = ["-percent", "category"]
        constraints = [
            models.UniqueConstraint(fields=["document", "category", "percent"], name="vat_group_once"),
            models.CheckConstraint(condition=Q(taxable=F("lines_net") - F("allowance")), name="vat_group_adds_up"),
        ]


class Attachment(CompanyModel):
    """A file that goes with the document (BG-24), also inside its XML; frozen with the revision."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="attachments", db_constraint=False, db_index=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    name = models.CharField(max_length=200)  # BT-125
    description = models.CharField(max_length=100, blank=True)  # BT-123
    size = models.PositiveIntegerField()  # bytes

    class Meta(CompanyModel.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["document", "name"], name="attachment_name_once")]


class DocumentRevision(CompanyModel):
    """A former content of an issued document, whole: who replaced it, when and why (R24). Only grows."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="revisions", db_constraint=False, db_index=False)
    revision = models.PositiveSmallIntegerField()
    content = models.JSONField()  # {"document": {...}, "lines": [...], "vat_groups": [...]}
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)
    transaction = models.BigIntegerField(editable=False, default=0)  # filled by a trigger: content may change in that transaction only

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "revision"], name="revision_once")]
        ordering = ["-revision"]
