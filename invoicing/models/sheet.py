"""Printed pages that are no documents: statements, balance confirmations, ledger cards."""

from django.db import models
from django.db.models import Q

from companies.models import StoredFile
from companies.scope import CompanyModel


class Sheet(CompanyModel):
    """A page and the PDF that a worker makes of it. The same page is made once (`digest`); a made file is never changed (trigger)."""

    digest = models.CharField(max_length=64)  # SHA-256 of the page
    name = models.CharField(max_length=100)  # of the file, without ".pdf"
    html = models.TextField(blank=True)  # emptied once the file is made
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "digest"], name="sheet_once")]
        indexes = [models.Index(fields=["id"], condition=Q(file=None), name="sheet_waiting")]
