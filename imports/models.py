"""Imports: a file, what each of its rows would do or did, and the columns that the company's files have (docs/decisions/069)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from companies.models import StoredFile
from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet


class State(models.TextChoices):
    COLUMNS = "columns", "de potrivit coloanele"
    TRIAL = "trial", "se verifică"
    CHECKED = "checked", "de confirmat"
    CONFIRMED = "confirmed", "se scrie"
    DONE = "done", "importat"
    UNDOING = "undoing", "se anulează"
    UNDONE = "undone", "anulat"
    DROPPED = "dropped", "renunțat"


WRITTEN = ["confirmed", "done", "undoing", "undone"]
AT_WORK = (State.TRIAL, State.CONFIRMED, State.UNDOING)


class Outcome(models.TextChoices):
    ADDED = "added", "se adaugă"
    UPDATED = "updated", "se actualizează"
    SAME = "same", "neschimbat"
    WRONG = "wrong", "eroare"


class ImportQuerySet(CompanyQuerySet):
    def at_work(self) -> "ImportQuerySet":
        return self.filter(state__in=AT_WORK)


class Import(CompanyModel):
    """One file on its way in. The row is the queue of the worker; a lock on it is the claim, so a killed worker holds nothing."""

    kind = models.CharField("ce conține", max_length=20)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_constraint=False)
    name = models.CharField("fișier", max_length=100)
    sheet = models.CharField(max_length=100, blank=True, default="")
    head_row = models.PositiveIntegerField(default=0)  # the place of the titles, from 0
    columns = models.JSONField(default=dict)  # field to column, from 0
    options = models.JSONField(default=dict)
    state = models.CharField("stare", max_length=10, choices=State.choices, default=State.COLUMNS)
    counts = models.JSONField(default=dict)  # outcome to number of rows
    digest = models.CharField(max_length=64, blank=True, default="")  # of what the trial said; confirming is of exactly that
    problem = models.CharField(max_length=500, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)  # when the work that waits was asked for
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = CompanyManager.from_queryset(ImportQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "import", "importuri"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(state__in=WRITTEN),
                name="import_confirmed_goes_on",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WRITTEN) | Q(confirmed_at__isnull=False),
                name="import_done_was_confirmed",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-id"], name="import_newest"),
            models.Index(fields=["asked_at"], condition=Q(state__in=["trial", "confirmed", "undoing"]), name="import_at_work"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def wrong(self) -> int:
        return int(self.counts.get(Outcome.WRONG, 0))

    @property
    def changing(self) -> int:
        """How many rows would write something."""
        return int(self.counts.get(Outcome.ADDED, 0)) + int(self.counts.get(Outcome.UPDATED, 0))


class ImportRow(CompanyModel):
    """What one row of the file would do (trial) or did (done)."""

    run = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_constraint=False, db_index=False)
    number = models.PositiveIntegerField()  # in the file, from 1
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    label = models.CharField(max_length=250, blank=True)
    problems = models.JSONField(default=list)  # [title of the column, sentence]
    target = models.BigIntegerField(null=True)  # the row that was updated or added
    before = models.JSONField(default=dict)  # the whole row as it was; empty when it was not
    after = models.JSONField(default=dict)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_row_once")]


class ImportColumns(CompanyModel):
    """What the titles of this company's files mean, as somebody said; found again at the next file of the kind."""

    kind = models.CharField(max_length=20)
    titles = models.JSONField(default=dict)  # bare title to field; "" for a column that is left out

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "kind"], name="import_columns_once")]
