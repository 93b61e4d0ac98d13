"""What e-Factura keeps: each company's choices, and the XML of each revision, byte for byte."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models

from companies.models import StoredFile
from companies.scope import CompanyModel
from efactura.spv.environment import Environment, Issuer, default_environment
from invoicing.models import Document


class Settings(CompanyModel):
    """A company's choices for e-Factura; without a row, the defaults."""

    class Storno(models.TextChoices):
        """Two legal ways to say the same: Cod fiscal art. 330, ANAF's guide on type codes."""

        NEGATIVE_INVOICE = "380", "factură cu minus (tip 380)"
        CREDIT_NOTE = "381", "notă de creditare (tip 381)"

    storno_type = models.CharField("stornarea pleacă drept", max_length=3, choices=Storno.choices, default=Storno.NEGATIVE_INVOICE)
    environment = models.CharField("mediul", max_length=12, choices=Environment.choices, default=default_environment)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company"], name="efactura_settings_once")]

    @classmethod
    def of_company(cls) -> Self:
        """The active company's choices; unsaved if nobody chose."""
        return cls.objects.first() or cls()


class EInvoiceXml(CompanyModel):
    """The XML of one revision of an issued invoice: made once, what is uploaded. A trigger refuses changes."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="xmls", db_constraint=False, db_index=False)
    revision = models.PositiveSmallIntegerField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "revision"], name="xml_once")]


class Authorisation(models.Model):
    """What a person's certificate allows: a pair of tokens, sealed with a key that the database does not know (R25).

    It belongs to the person, not to a company: a certificate covers every firm that it has rights for. Companies use it through `Access`.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="spv_authorisations")
    issuer = models.CharField(max_length=12, choices=Issuer.choices)
    access_token = models.BinaryField()
    refresh_token = models.BinaryField()
    access_until = models.DateTimeField()
    refresh_until = models.DateTimeField()
    given_at = models.DateTimeField()  # when the certificate was last in the browser
    refreshed_at = models.DateTimeField(null=True)
    refreshing_since = models.DateTimeField(null=True)  # claimed by whoever talks to ANAF about new tokens
    refused_at = models.DateTimeField(null=True)  # ANAF gave no new tokens: only the person can go on
    announced = models.PositiveSmallIntegerField(null=True)  # the last announcement made: 30, 14, 7, 1 or 0 days before the end
    announce_after = models.DateTimeField(null=True)  # while one is being sent

    @property
    def ends_at(self) -> datetime:
        """Until when it goes on without the person: as long as new tokens can be asked for, or else the tokens in hand last."""
        return self.access_until if self.refused_at else max(self.access_until, self.refresh_until)

    def has_ended(self, now: datetime) -> bool:
        return self.ends_at <= now


class Access(CompanyModel):
    """A company's way into one environment: whose authorisation it uses, and how the last calls went.

    A trigger wants the person to be a member of the company, and the tokens to be of the environment's own issuer.
    """

    environment = models.CharField(max_length=12, choices=Environment.choices)
    authorisation = models.ForeignKey(Authorisation, models.PROTECT, null=True, related_name="+")
    linked_at = models.DateTimeField(null=True)
    last_success = models.DateTimeField(null=True)
    last_failure = models.DateTimeField(null=True)
    failure = models.CharField(max_length=500, blank=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "environment"], name="access_once")]
