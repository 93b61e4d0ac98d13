"""The XML of each revision, byte for byte."""

from django.db import models

from companies.models import StoredFile
from companies.scope import CompanyModel
from invoicing.models import Document


class EInvoiceXml(CompanyModel):
    """The XML of one revision of an issued invoice: made once, what is uploaded. A trigger refuses changes."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="xmls", db_constraint=False, db_index=False)
    revision = models.PositiveSmallIntegerField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "revision"], name="xml_once")]
