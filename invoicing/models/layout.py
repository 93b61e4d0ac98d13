"""How printed documents look. A layout is a choice for documents to come: an issued one keeps its own copy (`Document.layout`)."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from companies.models import StoredFile
from companies.scope import CompanyModel
from invoicing.models.series import Series
from partners.models import Language


class Column(models.TextChoices):
    """A column of the lines, in the order of the form that comes with the product. "Nr." always stands first."""

    CODE = "code", "Cod produs"
    BARCODE = "barcode", "Cod de bare"
    ITEM = "item", "Denumire"
    UNIT = "unit", "U.M."
    QUANTITY = "quantity", "Cantitate"
    PRICE = "price", "Preț fără TVA"
    GROSS_PRICE = "gross_price", "Preț cu TVA"
    DISCOUNT = "discount", "Discount"
    VALUE = "value", "Valoare fără TVA"
    RATE = "rate", "Cotă TVA"
    VAT = "vat", "TVA"
    GROSS = "gross", "Valoare cu TVA"


# What an invoice must show of each line. Source: CF art. 319 (20) h-j.
MANDATORY = [Column.ITEM, Column.QUANTITY, Column.PRICE, Column.VALUE, Column.RATE, Column.VAT]
USUAL = [
    *(Column.ITEM, Column.UNIT, Column.QUANTITY, Column.PRICE, Column.DISCOUNT),
    *(Column.VALUE, Column.RATE, Column.VAT),
]
ACCENT = "#0e5f76"


def usual_columns() -> list[str]:
    """The columns of a new layout."""
    return [column.value for column in USUAL]


class Layout(CompanyModel):
    """A named look: design, colour, columns, what stands at the end. At most one of a company is for everything (`is_default`)."""

    class Design(models.TextChoices):
        CLASSIC = "classic", "Clasic"
        MODERN = "modern", "Modern"
        COMPACT = "compact", "Compact"

    class Accounts(models.TextChoices):
        ALL = "all", "toate conturile"
        CURRENCY = "currency", "cele în moneda documentului"
        NONE = "none", "niciunul"

    class LogoSize(models.TextChoices):
        SMALL = "s", "mic"
        MEDIUM = "m", "potrivit"
        LARGE = "l", "mare"

    class LogoPlace(models.TextChoices):
        LEFT = "left", "la stânga"
        CENTRE = "centre", "la mijloc, sus"
        RIGHT = "right", "la dreapta"

    name = models.CharField("nume", max_length=60)
    is_default = models.BooleanField("pentru toate documentele", default=False)
    design = models.CharField("design", max_length=7, choices=Design.choices, default=Design.CLASSIC)
    accent = models.CharField("culoare", max_length=7, default=ACCENT, validators=[RegexValidator(r"^#[0-9a-f]{6}\Z")])
    columns = ArrayField(models.CharField(max_length=11, choices=Column.choices), default=usual_columns)
    accounts = models.CharField("conturi bancare", max_length=8, choices=Accounts.choices, default=Accounts.ALL)
    logo_size = models.CharField("mărimea logo-ului", max_length=1, choices=LogoSize.choices, default=LogoSize.MEDIUM)
    logo_place = models.CharField("locul logo-ului", max_length=6, choices=LogoPlace.choices, default=LogoPlace.LEFT)
    footer = models.TextField("text la sfârșit", max_length=500, blank=True)
    footer_en = models.TextField("textul în engleză", max_length=500, blank=True)
    payment_code = models.BooleanField("cod QR cu datele de plată", default=True)
    stamp = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "aspect", "aspecte"
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="layout_once"),
            models.UniqueConstraint(fields=["company"], condition=Q(is_default=True), name="layout_one_default"),
            models.CheckConstraint(condition=Q(columns__contains=[column.value for column in MANDATORY]), name="layout_mandatory_columns"),
            models.CheckConstraint(condition=Q(accent__regex=r"^#[0-9a-f]{6}$"), name="layout_accent_is_colour"),
        ]

    def __str__(self) -> str:
        return self.name


class LayoutOfSeries(CompanyModel):
    """The layout of the documents of a series; it goes before that of a language."""

    layout = models.ForeignKey(Layout, models.CASCADE, related_name="of_series", db_constraint=False)
    series = models.OneToOneField(Series, models.CASCADE, related_name="layout", db_constraint=False)


class LayoutOfLanguage(CompanyModel):
    """The layout of the documents in a language, which is the client's unless somebody chose another; it goes before the default one."""

    layout = models.ForeignKey(Layout, models.CASCADE, related_name="of_languages", db_constraint=False)
    language = models.CharField("limba", max_length=5, choices=Language.choices)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "language"], name="layout_of_language_once")]
