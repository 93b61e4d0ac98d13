"""The opening balance of a client: what it owed on the day on which this book began, document by document (R30)."""

from django.db import models

from companies.scope import CompanyModel
from invoicing.models.document import Document
from lib.db import MoneyField


class OpeningItem(CompanyModel):
    """What a `Document` of kind OPENING was before: its own day and whole amount. Only grows (docs/decisions/065).

    The document's `issue_date` is the day of the balance, its `label` the number from before, its `total` what was left then.
    """

    document = models.OneToOneField(Document, models.PROTECT, related_name="opening", db_constraint=False)
    document_date = models.DateField("data documentului")
    whole = MoneyField("valoarea documentului")
