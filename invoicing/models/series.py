"""A series of numbers: numbers are taken at issue, under its lock, and run without gap or repeat."""

from django.db import models
from django.db.models import F, Q

from companies.models import Workplace
from companies.scope import CompanyModel


class Kind(models.TextChoices):
    """What a document is. The values stand in URLs of the API and never change."""

    INVOICE = "invoice", "factură"
    PROFORMA = "proforma", "proformă"
    DELIVERY_NOTE = "delivery_note", "aviz"
    RECEIPT = "receipt", "chitanță"
    SELF_BILLED = "self_billed", "autofactură"  # issued by the buyer in the supplier's name: a purchase, not a sale
    OPENING = "opening", "sold inițial"  # what a client owed before this book began: of no series (invoicing/models/opening.py)


NUMBERED = [kind for kind in Kind if kind != Kind.OPENING]  # the kinds that series are for


class Series(CompanyModel):
    """Numbers for one kind of document: `name` 0012. The first number is fixed by the firm's decision (OMFP 2634/2015)."""

    kind = models.CharField("document", max_length=13, choices=Kind.choices, default=Kind.INVOICE)
    name = models.CharField("serie", max_length=20)
    workplace = models.ForeignKey(
        Workplace, models.PROTECT, verbose_name="sediu", null=True, blank=True, db_constraint=False, related_name="series", db_index=False
    )  # None: the seat
    first_number = models.PositiveIntegerField("primul număr", default=1)
    last_number = models.PositiveIntegerField(editable=False)  # the last one taken; first_number - 1 before the first
    last_date = models.DateField(null=True, editable=False)  # the latest date among its documents
    digits = models.PositiveSmallIntegerField("cifre (completate cu zero)", default=4)
    active = models.BooleanField("activă", default=True)
    is_default = models.BooleanField("implicită", default=False)  # of its place: one for each kind of document

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "serie", "serii"
        ordering = ["kind", "-is_default", "name"]
        indexes = [models.Index(fields=["workplace"], condition=Q(workplace__isnull=False), name="series_of_workplace")]
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "name"], name="series_once"),
            models.UniqueConstraint(
                fields=["company", "kind", "workplace"], condition=Q(is_default=True), nulls_distinct=False, name="series_one_default"
            ),
            models.CheckConstraint(condition=Q(last_number__gte=F("first_number") - 1), name="series_from_first"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        if self.last_number is None:
            self.last_number = self.first_number - 1
        super().save(*args, **kwargs)

    def label(self, number: int) -> str:
        """The number as it stands on the document (BT-1): "FCT 0012"."""
        return f"{self.name} {number:0{self.digits}d}"

    @property
    def is_used(self) -> bool:
        """Whether it has given a number: then its name and first number stay."""
        return self.last_number >= self.first_number

    @property
    def allowed_names(self) -> str:
        """Who alone may use it, by name; "" when everyone may."""
        return ", ".join(sorted(str(one.user) for one in self.users.all() if one.allowed))

    @property
    def last_label(self) -> str:
        """What the last document was called."""
        return self.label(self.last_number)

    @property
    def next_label(self) -> str:
        """What the next document *would* be called."""
        return self.label(self.last_number + 1)
