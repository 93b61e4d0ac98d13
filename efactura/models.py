"""What e-Factura keeps: each company's choices, and the XML of each revision, byte for byte."""

from typing import Self

from django.db import models

from companies.models import StoredFile
from companies.scope import CompanyModel
from invoicing.models import Document


class Settings(CompanyModel):
    """A company's choices for e-Factura; without a row, the defaults."""

    class Storno(models.TextChoices):
        """Two legal ways to say the same: Cod fiscal art. 330, ANAF's guide on type codes."""

        NEGATIVE_INVOICE = "380", "factură cu minus (tip 380)"
        CREDIT_NOTE = "381", "notă de creditare (tip 381)"

    storno_type = models.CharField("stornarea pleacă drept", max_length=3, choices=Storno.choices, default=Storno.NEGATIVE_INVOICE)

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
