"""Plans as data, the subscription of a company, and the ledger of what counts against its quota (R01-R07)."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet
from lib.db import MoneyField
from subscriptions.window import instants


class Plan(models.Model):
    """What an operator sells: documents a month and features. The same for all companies."""

    slug = models.SlugField(unique=True)
    name = models.CharField("denumire", max_length=60)
    documents = models.PositiveIntegerField("documente pe lună", null=True, blank=True, help_text="gol: fără limită")
    features = models.JSONField("funcții", default=list, blank=True, help_text='listă de coduri, de exemplu ["emag"]')
    price = MoneyField("preț pe lună (lei)", null=True, blank=True)
    offered = models.BooleanField("se oferă", default=True)
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        verbose_name, verbose_name_plural = "plan", "planuri"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def unlimited(self) -> bool:
        return self.documents is None


class Subscription(CompanyModel):
    """The plan of a company. No row means the installation's default, without a limit when self-hosted."""

    plan = models.ForeignKey(Plan, models.PROTECT, verbose_name="plan")
    activated_on = models.DateField("activat la")  # its day of the month starts each window
    paid_until = models.DateField("plătit până la", null=True, blank=True, help_text="gol: fără sfârșit")

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "abonament", "abonamente"
        constraints = [
            models.UniqueConstraint(fields=["company"], name="subscription_once"),
            models.CheckConstraint(condition=Q(paid_until=None) | Q(paid_until__gte=F("activated_on")), name="subscription_in_order"),
        ]

    def is_paid(self, on: date) -> bool:
        return self.paid_until is None or on <= self.paid_until


class QuotaUseQuerySet(CompanyQuerySet):
    def in_window(self, first: date, last: date) -> "QuotaUseQuerySet":
        """Counted on days from `first` to `last`, both included, as days are in Bucharest."""
        start, end = instants(first, last)
        return self.filter(at__gte=start, at__lt=end)


CHANNELS = {"web": "în aplicație", "api": "prin API", "recurring": "recurente", "shop": "din magazine online", "import": "prin import"}


class QuotaUse(CompanyModel):
    """One document that was issued: it counts by this instant, whatever date it bears, and for ever. Only grows."""

    subject = models.CharField(max_length=30)  # "document", or "payment" for one recorded through the API (R03)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=13)
    label = models.CharField(max_length=40)
    dated = models.DateField()  # the date on the document
    channel = models.CharField(max_length=9)
    at = models.DateTimeField()

    objects = CompanyManager.from_queryset(QuotaUseQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "subject", "subject_id"], name="quota_counts_once")]
        indexes = [models.Index(fields=["company", "-at", "-id"], name="quota_by_instant")]

    @property
    def channel_name(self) -> str:
        return CHANNELS.get(self.channel, self.channel)


class QuotaNotice(CompanyModel):
    """A warning: so many percent of a limit were met in a window (R07). The row is the queue of its e-mail, written once."""

    first = models.DateField()  # day of the window
    last = models.DateField()
    documents = models.PositiveIntegerField()  # the limit: another plan in the same window has its own warnings
    percent = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    mail_due = models.DateTimeField(null=True)  # when to try (again); None when nothing is left to send
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_error = models.CharField(max_length=300, blank=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "first", "documents", "percent"], name="quota_notice_once")]
        indexes = [models.Index(fields=["mail_due"], condition=Q(mail_due__isnull=False), name="quota_notice_to_mail")]
