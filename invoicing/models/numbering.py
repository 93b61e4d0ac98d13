"""What surrounds a series: who uses it, the yearly decision about the numbers, and what the watch found."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from companies.models import StoredFile
from companies.scope import CompanyModel
from invoicing.models.series import Kind, Series


class SeriesUser(CompanyModel):
    """What a series is to one person. Once somebody is `allowed`, only those who are may use it; without, everyone may."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="users", db_constraint=False, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=13, choices=Kind.choices)  # of the series
    allowed = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["series", "user"], name="series_user_once"),
            models.UniqueConstraint(fields=["company", "user", "kind"], condition=Q(is_default=True), name="series_user_one_default"),
            models.CheckConstraint(condition=Q(allowed=True) | Q(is_default=True), name="series_user_says_something"),
        ]


class SeriesDecision(CompanyModel):
    """The written decision about the numbers of a year (OMFP 2634/2015 annex 1 pct. 24), as it was signed: kept whole, and as PDF.

    Made again it becomes another version; the PDF waits while `file` is empty, and nothing else changes (trigger).
    """

    year = models.PositiveSmallIntegerField("anul")
    version = models.PositiveSmallIntegerField(editable=False)
    number = models.CharField("nr.", max_length=20)
    decided_on = models.DateField("din data")
    content = models.JSONField()  # invoicing/actions/decisions.py says what is in it
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "decizie", "decizii"
        ordering = ["-year", "-version"]
        constraints = [models.UniqueConstraint(fields=["company", "year", "version"], name="series_decision_once")]
        indexes = [models.Index(fields=["id"], condition=Q(file=None), name="series_decision_waiting")]


class SeriesFinding(CompanyModel):
    """What the nightly watch found and the administrators are written about, once; it goes when it is no longer so."""

    key = models.CharField(max_length=80)  # of the finding: what, series, number
    year = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    found_at = models.DateTimeField(auto_now_add=True)
    mail_due = models.DateTimeField(null=True)  # when to try (again); None when nothing is left to send
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_error = models.CharField(max_length=300, blank=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "key"], name="series_finding_once")]
        indexes = [models.Index(fields=["company"], condition=Q(mail_due__isnull=False), name="series_finding_to_mail")]
