"""What SPV holds for a company: received invoices and messages, kept as they came; how far the list was read; answers to issuers."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q

from companies.models import StoredFile
from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet
from efactura.models.settings import Settings
from efactura.spv.environment import Environment
from lib.db import MoneyField
from partners.models import prefix_query

KEPT_BY_ANAF = timedelta(days=60)


class InboxReading(CompanyModel):
    """How far the list of one environment was read. The row is the queue: `next_at` is when a worker reads again."""

    environment = models.CharField(max_length=12, choices=Environment.choices)
    read_until = models.DateTimeField(null=True)  # everything listed before is here
    next_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)  # the last reading that went to its end
    failure = models.CharField(max_length=1000, blank=True)  # why the last one did not
    missed_from = models.DateTimeField(null=True)  # nobody read for longer than ANAF lists
    missed_until = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "environment"], name="inbox_reading_once")]
        indexes = [models.Index(fields=["next_at"], name="inbox_reading_due")]


class ReceivedQuerySet(CompanyQuerySet):
    def here(self) -> "ReceivedQuerySet":
        """Of the environment where the company works now."""
        return self.filter(environment=Settings.of_company().environment)

    def to_fetch(self, now: datetime) -> "ReceivedQuerySet":
        """Those whose archive is to be downloaded now."""
        return self.filter(due_at__lte=now)

    def matching(self, text: str) -> "ReceivedQuerySet":
        """Every word starts a word of the supplier, the number, the CIF or the index."""
        return self.filter(search_vector=prefix_query(text))


class ReceivedMessage(CompanyModel):
    """One entry of SPV's list that somebody else made: the row as listed, the signed ZIP, and what is read in it.

    A trigger keeps all of it once it is there; only `state` and the queue's own columns change.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", "factură primită"
        SELF_BILLED = "self_billed", "autofactură în numele nostru"
        MESSAGE_IN = "message_in", "mesaj de la client"
        MESSAGE_OUT = "message_out", "mesaj trimis"
        ERROR = "error", "erori"

    class State(models.TextChoices):
        NEW = "new", "nou"
        SEEN = "seen", "văzut"
        BOOKED = "booked", "înregistrat"
        QUESTIONED = "questioned", "contestat"

    class Signature(models.TextChoices):
        NONE = "", "neverificată"
        VALID = "valid", "verificată"
        INVALID = "invalid", "nu se potrivește"

    environment = models.CharField(max_length=12, choices=Environment.choices)
    message_id = models.CharField(max_length=20)  # what is downloaded
    index = models.CharField(max_length=20)  # of the upload
    kind = models.CharField(max_length=11, choices=Kind.choices)
    listed_at = models.DateTimeField()
    raw = models.JSONField()  # the entry of the list
    found_at = models.DateTimeField(auto_now_add=True)
    self_billed = models.BooleanField(default=False)

    # Of the archive; filled once.
    archive = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    archived_at = models.DateTimeField(null=True)
    signature = models.CharField(max_length=7, choices=Signature.choices, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True)  # of the XML inside
    content = models.JSONField(null=True)  # efactura/inbox/content.py
    unreadable = models.CharField(max_length=500, blank=True)  # why there is no content
    seller_name = models.CharField(max_length=200, blank=True)
    seller_cif = models.CharField(max_length=30, blank=True)  # digits only
    number = models.CharField(max_length=100, blank=True)  # BT-1
    day = models.DateField()  # BT-2; until it is read, the day of listing
    currency = models.CharField(max_length=3, blank=True)
    total = MoneyField(null=True)  # BT-112, negative in a credit note
    search = models.TextField(blank=True)
    search_vector = models.GeneratedField(
        expression=SearchVector("search", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    # The queue of downloads, and what people did.
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=1000, blank=True)
    gone_at = models.DateTimeField(null=True)  # the sixty days passed before it was downloaded
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)

    objects = CompanyManager.from_queryset(ReceivedQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "environment", "message_id"], name="received_message_once"),
            models.UniqueConstraint(fields=["company", "environment", "kind", "index"], name="received_index_once"),
            models.CheckConstraint(condition=Q(archive=None) | Q(archived_at__isnull=False, due_at=None), name="received_archive_has_time"),
            models.CheckConstraint(condition=Q(gone_at=None) | Q(archive=None, due_at=None), name="received_gone_has_nothing"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="received_due"),
            models.Index(fields=["company", "environment", "-listed_at", "-id"], name="received_by_listing"),
            models.Index(fields=["company", "environment", "-day", "-id"], name="received_by_day"),
            models.Index(fields=["company", "environment", "seller_cif"], name="received_by_seller"),
            GinIndex(fields=["search_vector"], name="received_search"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.get_kind_display()} {self.index}"

    @property
    def is_invoice(self) -> bool:
        return self.kind in (self.Kind.INVOICE, self.Kind.SELF_BILLED)

    @property
    def tag(self) -> tuple[str, str]:
        """The state of `state_tag`, and its words."""
        if self.gone_at:
            return "failed", "Pierdut"
        if self.archived_at is None:
            return "sending", "Se descarcă"
        return {
            self.State.NEW: ("issued", "Nou"),
            self.State.SEEN: ("seen", "Văzut"),
            self.State.BOOKED: ("accepted", "Înregistrat"),
            self.State.QUESTIONED: ("unknown", "Contestat"),
        }[self.State(self.state)]

    @property
    def lost_on(self) -> datetime:
        """When ANAF stops giving the archive."""
        return self.listed_at + KEPT_BY_ANAF


class BuyerMessage(CompanyModel):
    """A message to the issuer of a received invoice (RASP): one index at most; what may have arrived is never repeated blindly."""

    class Status(models.TextChoices):
        PENDING = "pending", "de trimis"
        SENDING = "sending", "se trimite"
        UNKNOWN = "unknown", "necunoscut"
        BY_HAND = "by_hand", "de hotărât"
        SENT = "sent", "trimis"
        REFUSED = "refused", "refuzat de ANAF"
        DROPPED = "dropped", "renunțat"

    received = models.ForeignKey(ReceivedMessage, models.PROTECT, related_name="answers", db_constraint=False)
    environment = models.CharField(max_length=12, choices=Environment.choices)
    text = models.CharField(max_length=1000)
    token = models.UUIDField()  # one form, one message
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    index = models.CharField(max_length=20, blank=True)
    due_at = models.DateTimeField(null=True)
    looks = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)  # the first upload
    sent_at = models.DateTimeField(null=True)
    message = models.CharField(max_length=1000, blank=True)  # what stands in the way, or ANAF's words
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "token"], name="buyer_message_once"),
            models.UniqueConstraint(fields=["company", "environment", "index"], condition=~Q(index=""), name="buyer_message_index_once"),
            models.CheckConstraint(condition=~Q(status="sent") | ~Q(index=""), name="buyer_message_sent_has_index"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="buyer_message_due")]

    @classmethod
    def move(cls, pk: int, source: str, target: str, **fields: Any) -> bool:
        """Compare and set the status in one UPDATE; False if it was no longer `source`."""
        return cls.objects.filter(pk=pk, status=source).update(status=target, **fields) == 1

    @property
    def tag(self) -> str:
        return {
            "pending": "pending",
            "sending": "sending",
            "unknown": "unknown",
            "by_hand": "unknown",
            "sent": "sent",
            "refused": "refused",
        }.get(self.status, "cancelled")


class ReceivedPdf(CompanyModel):
    """A PDF of a received invoice, ours or ANAF's, made by a worker when somebody asks for it. The row is the queue."""

    class Kind(models.TextChoices):
        OWN = "own", "PDF"
        ANAF = "anaf", "PDF ANAF"

    received = models.ForeignKey(ReceivedMessage, models.PROTECT, related_name="pdfs", db_constraint=False)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # None once made, or given up until somebody asks again
    problem = models.CharField(max_length=1000, blank=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["received", "kind"], name="received_pdf_once")]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="received_pdf_due")]
