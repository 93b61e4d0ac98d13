"""The proof sheet of an invoice: all tries and answers as a PDF, made by a worker when somebody asks for it."""

from django.db import models
from django.db.models import Q

from companies.models import StoredFile
from companies.scope import CompanyModel
from invoicing.models import Document


class ProofSheet(CompanyModel):
    """What had been tried and answered up to one call; a later call wants another sheet. The row is the queue."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="proofs", db_constraint=False, db_index=False)
    last_call = models.BigIntegerField()  # the id of the newest SpvCall on it
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "last_call"], name="proof_once")]
        indexes = [models.Index(fields=["id"], condition=Q(file=None), name="proof_waiting")]
