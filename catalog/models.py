"""What a line is made of: products, units, VAT rates as dated data, special price lists, exchange rates."""

from datetime import date

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Left

from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet
from lib.db import PercentField, PriceField, QuantityField
from lib.text import searchable
from partners.models import SORTED_BY, Partner, prefix_query


class Unit(models.Model):
    """A unit of measure as people write it, with its UN/ECE Rec. 20 code (BT-130). The same for all companies."""

    name = models.CharField("unitate", max_length=20, unique=True)
    code = models.CharField("cod UN/ECE", max_length=3)
    name_en = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class VatRateQuerySet(models.QuerySet):
    def in_force(self, on: date) -> "VatRateQuerySet":
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))

    def offered(self, on: date, *, payer: bool) -> "VatRateQuerySet":
        """What a line may choose on a day: one who is not registered for VAT has category O only (art. 310 (10) b)."""
        return self.in_force(on).filter(for_payer=True) if payer else self.in_force(on).filter(for_non_payer=True)


class VatRate(models.Model):
    """A VAT treatment of a line: EN 16931 category, percent, legal mention, and the days on which it holds.

    Source: Cod fiscal art. 291 (rates), 292, 294 (exemptions), 310, 311, 312, 319 (20), 331; Legea 141/2025.
    """

    class Category(models.TextChoices):
        STANDARD = "S", "taxabil"
        ZERO = "Z", "cotă zero"
        EXEMPT = "E", "scutit"
        REVERSE = "AE", "taxare inversă"
        INTRA_EU = "K", "livrare intracomunitară"
        EXPORT = "G", "export"
        OUTSIDE = "O", "în afara TVA"

    slug = models.SlugField(unique=True)
    name = models.CharField("denumire", max_length=60)
    category = models.CharField(max_length=2, choices=Category.choices)  # BT-151
    percent = PercentField("cotă (%)")  # BT-152
    exemption_code = models.CharField(max_length=20, blank=True)  # BT-121, VATEX
    mention = models.CharField(max_length=100, blank=True)  # BT-120, on the document
    mention_en = models.CharField(max_length=100, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    for_payer = models.BooleanField(default=True)
    for_non_payer = models.BooleanField(default=False)
    on_collection = models.BooleanField(default=False)  # TVA la încasare may apply (art. 282 (6) excludes the rest)
    position = models.PositiveSmallIntegerField(default=100)

    objects = VatRateQuerySet.as_manager()

    class Meta:
        ordering = ["position", "-percent"]

    def __str__(self) -> str:
        return self.name


class ProductQuerySet(CompanyQuerySet):
    def matching(self, text: str) -> "ProductQuerySet":
        """Every word of `text` starts a word of the name, code or barcode; accents and case do not count."""
        return self.filter(search_vector=prefix_query(text)) if searchable(text) else self


class Product(CompanyModel):
    """A product or a service that lines are filled from; lines keep their own copy."""

    class Kind(models.TextChoices):
        GOODS = "goods", "produs"
        SERVICE = "service", "serviciu"

    kind = models.CharField("tip", max_length=7, choices=Kind.choices, default=Kind.SERVICE)
    name = models.CharField("denumire", max_length=100)  # BT-153
    description = models.CharField("descriere", max_length=200, blank=True)  # BT-154
    code = models.CharField("cod", max_length=50, blank=True)  # BT-155
    barcode = models.CharField("cod de bare", max_length=50, blank=True)  # BT-157
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="unitate")
    price = PriceField("preț")
    price_includes_vat = models.BooleanField("prețul include TVA", default=False)
    currency = models.CharField("monedă", max_length=3, default="RON")
    vat_rate = models.ForeignKey(VatRate, models.PROTECT, verbose_name="TVA")
    cpv = models.CharField("cod CPV", max_length=20, blank=True)  # BT-158
    nc = models.CharField("cod NC", max_length=20, blank=True)
    active = models.BooleanField("activ", default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    search = models.TextField(editable=False)
    sort_name = models.GeneratedField(  # the alphabet without marks: Ș stands by S, whatever the database's own order is
        expression=Left("search", SORTED_BY), output_field=models.CharField(max_length=SORTED_BY), db_persist=True
    )
    search_vector = models.GeneratedField(
        expression=SearchVector("search", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    objects = CompanyManager.from_queryset(ProductQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "produs", "produse"
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], condition=~Q(code=""), name="product_code_once"),
            models.CheckConstraint(condition=Q(price__gte=0), name="product_price_not_negative"),
        ]
        indexes = [
            models.Index(fields=["company", "sort_name", "id"], name="product_by_name"),
            models.Index(F("company"), F("barcode"), condition=~Q(barcode=""), name="product_by_barcode"),
            GinIndex(fields=["search_vector"], name="product_search"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Set the columns that follow from others: asked before every write."""
        self.search = searchable(f"{self.name} {self.code} {self.barcode} {self.description}")


class ExchangeRate(models.Model):
    """Lei for one unit of a currency, as published by BNR on a banking day."""

    date = models.DateField()
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=14, decimal_places=6)
    source = models.CharField(max_length=10, default="BNR")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["currency", "date"], name="rate_once_a_day")]


class PriceListQuerySet(CompanyQuerySet):
    def on_offer(self, *, partner: int | None, on: date, currency: str) -> "PriceListQuerySet":
        """The active lists that speak for this client (None: one that is not chosen yet) on a day, in a currency."""
        rows = self.filter(Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on), active=True, currency=currency)
        for_all = Q(audience=PriceList.Audience.ALL)
        if partner is None:
            return rows.filter(for_all)
        named = Exists(PriceListClient.objects.filter(price_list=OuterRef("pk"), partner=partner))
        of_group = Q(group__in=Partner.objects.filter(pk=partner).exclude(group="").values("group"))
        return rows.filter(for_all | Q(named, audience=PriceList.Audience.CLIENTS) | of_group & Q(audience=PriceList.Audience.GROUP))


class PriceList(CompanyModel):
    """Special prices or discounts for some clients, for a while, in documents of one currency (catalog/prices.py has the rule)."""

    class Audience(models.TextChoices):
        ALL = "all", "toți clienții"
        CLIENTS = "clients", "clienți aleși"
        GROUP = "group", "un grup de clienți"

    class Reason(models.TextChoices):
        PERSON = "person", "oprită de un om"
        VAT_STATUS = "vat_status", "s-a schimbat statutul de TVA al firmei"

    name = models.CharField("denumire", max_length=100)
    currency = models.CharField("monedă", max_length=3, default="RON")
    price_includes_vat = models.BooleanField("prețurile includ TVA", default=False)
    discount_percent = PercentField("discount la toate produsele (%)", default=0)  # for products without a row of their own
    audience = models.CharField("pentru", max_length=7, choices=Audience.choices, default=Audience.ALL)
    group = models.CharField("grup", max_length=50, blank=True, default="")  # Partner.group
    starts_on = models.DateField("din", null=True, blank=True)
    ends_on = models.DateField("până la", null=True, blank=True)
    active = models.BooleanField("activă", default=True)
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True, default="", editable=False)  # why it is inactive
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CompanyManager.from_queryset(PriceListQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "listă de prețuri", "liste de prețuri"
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="price_list_name_once"),
            models.CheckConstraint(condition=Q(discount_percent__range=(0, 100)), name="price_list_discount_in_range"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="price_list_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(active=True, reason="") | Q(active=False) & ~Q(reason=""), name="price_list_says_why_inactive"
            ),
            models.CheckConstraint(
                condition=Q(audience="group") & ~Q(group="") | ~Q(audience="group") & Q(group=""), name="price_list_group"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def validate_constraints(self, exclude: object = None) -> None:
        """Nothing for forms: `save_price_list` says the same in Romanian, each at its field; the database has the last word."""


class PriceListClient(CompanyModel):
    """One of the clients that a list was made for."""

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="clients", db_constraint=False, db_index=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="price_lists", db_constraint=False)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["price_list", "partner"], name="price_list_client_once")]


class PriceListItem(CompanyModel):
    """The price of one product, or its discount, from a quantity on."""

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="items", db_constraint=False, db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="special_prices", db_constraint=False)
    from_quantity = QuantityField("de la cantitatea", default=0)
    price = PriceField("preț", null=True, blank=True)  # in the list's currency, with VAT if the list says so
    discount_percent = PercentField("discount (%)", default=0)  # of the product's own price; 0 without a price: no discount for it

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["price_list", "product", "from_quantity"], name="price_list_item_once"),
            models.CheckConstraint(condition=Q(price=None) | Q(discount_percent=0), name="price_list_item_price_or_discount"),
            models.CheckConstraint(
                condition=Q(from_quantity__gte=0) & (Q(price=None) | Q(price__gte=0)) & Q(discount_percent__range=(0, 100)),
                name="price_list_item_in_range",
            ),
        ]
