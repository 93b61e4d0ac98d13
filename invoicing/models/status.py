"""The change of the VAT status as invoicing sees it: what has to stop and be written about, and documents that were let through."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from companies.models import VatStatus
from companies.scope import CompanyModel
from invoicing.models.document import Document


class StatusChange(CompanyModel):
    """A change that stops recurrences on its day. The row is the queue, of the stopping and then of the e-mail about it."""

    status = models.OneToOneField(VatStatus, models.CASCADE, related_name="+", db_constraint=False)  # goes when it is withdrawn in time
    since = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    applied_at = models.DateTimeField(null=True)
    stopped = models.PositiveIntegerField(default=0)  # recurrences
    price_lists = models.JSONField(default=list)  # names of those that became inactive
    mail_due = models.DateTimeField(null=True)  # when to try (again); None when nothing is left to send
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_error = models.CharField(max_length=300, blank=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        indexes = [
            models.Index(fields=["company", "since"], condition=Q(applied_at=None), name="status_change_ahead"),
            models.Index(fields=["mail_due"], condition=Q(mail_due__isnull=False), name="status_change_to_mail"),
        ]


class StatusPermission(CompanyModel):
    """An administrator lets one document of a former VAT status be changed or storned, once (R35)."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="status_permissions", db_constraint=False, db_index=False)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)
    used_for = models.CharField(max_length=10, blank=True, default="")  # "revise" or "storno"
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    used_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["document"], condition=Q(used_at=None), name="status_permission_once"),
            models.CheckConstraint(
                condition=Q(used_at=None, used_for="") | Q(used_at__isnull=False, used_for__in=["revise", "storno"]),
                name="status_permission_used_for",
            ),
        ]
        indexes = [models.Index(fields=["document"], name="status_permission_by_document")]
