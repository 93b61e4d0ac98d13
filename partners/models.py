"""Clients and suppliers (BG-7 of the documents we issue)."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left

from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet
from lib.cif import identity
from lib.counties import VAT_PREFIXES, city_name, country_name, county_name
from lib.db import MoneyField
from lib.text import searchable

SORTED_BY = 60  # characters
LONGEST_WORD, MOST_WORDS = 200, 50  # of a search


class Language(models.TextChoices):
    RO = "ro", "română"
    EN = "en", "engleză"
    BOTH = "ro-en", "română și engleză"


class PartnerQuerySet(CompanyQuerySet):
    def clients(self) -> "PartnerQuerySet":
        return self.filter(is_client=True)

    def suppliers(self) -> "PartnerQuerySet":
        return self.filter(is_supplier=True)

    def matching(self, text: str) -> "PartnerQuerySet":
        """Every word of `text` starts a word of the name, CIF, e-mail, phone or city; accents and case do not count."""
        return self.filter(search_vector=prefix_query(text)) if searchable(text) else self


def prefix_query(text: str) -> SearchQuery:
    """A full-text query that wants each word of `text` as the start of some word; of more than PostgreSQL takes, the beginning."""
    words = [word[:LONGEST_WORD] for word in searchable(text).split()[:MOST_WORDS]]
    return SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")


class Partner(CompanyModel):
    """A client, a supplier, or both. One identity per CIF: `RO123`, `ro 123` and `123` are one partner (R32)."""

    class Kind(models.TextChoices):
        LEGAL = "legal", "persoană juridică"
        NATURAL = "natural", "persoană fizică"

    is_client = models.BooleanField("client", default=True)
    is_supplier = models.BooleanField("furnizor", default=False)
    kind = models.CharField("tip", max_length=7, choices=Kind.choices, default=Kind.LEGAL)
    name = models.CharField("denumire", max_length=200)  # BT-44
    cif = models.CharField("CIF / CNP", max_length=30, blank=True)  # as written
    identity = models.CharField(max_length=30, blank=True, editable=False)
    vat_payer = models.BooleanField("plătitor de TVA", default=False)
    reg_no = models.CharField("nr. registrul comerțului", max_length=30, blank=True)
    country = models.CharField("țară", max_length=2, default="RO")  # BT-55
    county = models.CharField("județ", max_length=50, blank=True)  # BT-54, "RO-CJ"; free text abroad
    city = models.CharField("localitate", max_length=50, blank=True)  # BT-52
    street = models.CharField("adresă (stradă, număr)", max_length=150, blank=True)  # BT-50
    postal_code = models.CharField("cod poștal", max_length=20, blank=True)  # BT-53
    contact = models.CharField("persoană de contact", max_length=100, blank=True)
    email = models.CharField("e-mail", max_length=300, blank=True, help_text="mai multe, separate prin virgulă")
    phone = models.CharField("telefon", max_length=50, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    bank = models.CharField("banca", max_length=100, blank=True)
    due_days = models.PositiveSmallIntegerField("termen de plată (zile)", null=True, blank=True)
    currency = models.CharField("monedă", max_length=3, blank=True)
    language = models.CharField("limba documentelor", max_length=5, choices=Language.choices, default=Language.RO)
    credit_limit = MoneyField("limită de credit (lei)", null=True, blank=True)
    group = models.CharField("grup", max_length=50, blank=True)  # price lists may be for a group
    notes = models.TextField("note interne", max_length=2000, blank=True)
    inactive_at_anaf = models.BooleanField(default=False, editable=False)
    active = models.BooleanField("activ", default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    search = models.TextField(editable=False)
    sort_name = models.GeneratedField(  # the alphabet without marks: Ș stands by S, whatever the database's own order is
        expression=Left("search", SORTED_BY), output_field=models.CharField(max_length=SORTED_BY), db_persist=True
    )
    search_vector = models.GeneratedField(
        expression=SearchVector("search", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    objects = CompanyManager.from_queryset(PartnerQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "partener", "parteneri"
        constraints = [
            models.UniqueConstraint(fields=["company", "identity"], condition=~Q(identity=""), name="partner_identity_once"),
        ]
        indexes = [
            models.Index(fields=["company", "sort_name", "id"], name="partner_by_name"),
            GinIndex(fields=["search_vector"], name="partner_search"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Set the columns that follow from others: asked before every write."""
        self.identity = self.identity_of_code()
        words = (self.name, self.cif, self.identity, self.reg_no, self.city, self.email, self.phone, self.contact)
        self.search = searchable(" ".join(words))

    @property
    def place(self) -> str:
        """Where it is, as people say it: `Cluj-Napoca, Cluj`, `Sector 3, București`, `Leipzig, Germania`."""
        region = county_name(self.county) or self.county if self.country == "RO" else country_name(self.country)
        city = city_name(self.city)
        return ", ".join(filter(None, [city, region if region != city else ""]))

    def identity_of_code(self) -> str:
        """One identity per code; the bare digits of a foreign firm get their country, for they are no Romanian CIF."""
        code = identity(self.cif)
        foreign = self.kind == self.Kind.LEGAL and self.country != "RO" and code.isdigit()
        return VAT_PREFIXES.get(self.country, self.country) + code if foreign else code
