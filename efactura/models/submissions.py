"""What was sent to SPV of each revision, and every call about it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from companies.models import StoredFile
from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet
from efactura.models.settings import Settings
from efactura.models.xml import EInvoiceXml
from efactura.spv.environment import Environment
from invoicing.models import Document
from lib.dates import bucharest_today, is_working_day
from lib.formats import date_ro
from lib.words import plural


class Status(models.TextChoices):
    """pending → sending → sent → accepted or rejected. What SPV may or may not have is unknown, then by_hand."""

    PENDING = "pending", "de trimis"
    HELD = "held", "de corectat"
    EXEMPT = "exempt", "nu se trimite"
    SENDING = "sending", "se trimite"
    UNKNOWN = "unknown", "necunoscută"
    BY_HAND = "by_hand", "de hotărât"
    SENT = "sent", "în prelucrare la ANAF"
    ACCEPTED = "accepted", "acceptată"
    REJECTED = "rejected", "respinsă"
    REFUSED = "refused", "refuzată la încărcare"
    DROPPED = "dropped", "scoasă de la trimitere"


# The tag of lib's STATES, and its label here.
TAGS = {
    Status.PENDING: ("pending", "De trimis"),
    Status.HELD: ("overdue", "De corectat"),
    Status.EXEMPT: ("inactive", "Nu se trimite"),
    Status.SENDING: ("sending", "Se trimite"),
    Status.UNKNOWN: ("unknown", "Necunoscută"),
    Status.BY_HAND: ("unknown", "De hotărât"),
    Status.SENT: ("sending", "În prelucrare"),
    Status.ACCEPTED: ("accepted", "Acceptată"),
    Status.REJECTED: ("refused", "Respinsă"),
    Status.REFUSED: ("refused", "Refuzată"),
    Status.DROPPED: ("cancelled", "Scoasă"),
}
NEXT = {
    Status.PENDING: "Pleacă atunci când apăsați Trimite acum.",
    Status.HELD: "ANAF ar respinge-o: corectați ce este mai jos, apoi pleacă.",
    Status.SENDING: "Se încarcă în SPV.",
    Status.UNKNOWN: "Răspunsul SPV s-a pierdut. O căutăm în SPV; nu o trimiteți din nou.",
    Status.BY_HAND: "Nu am găsit-o în SPV. Hotărâți dumneavoastră: o retrimiteți sau scrieți indexul găsit în SPV.",
    Status.SENT: "SPV a primit-o și o prelucrează.",
    Status.REJECTED: "Clientul nu a primit-o. Corectați factura sau trimiteți din nou, dacă greșeala a fost în altă parte.",
    Status.REFUSED: "SPV nu a primit-o. Corectați factura sau trimiteți din nou, dacă greșeala a fost în altă parte.",
}
LIVE = [Status.PENDING, Status.HELD, Status.SENDING, Status.UNKNOWN, Status.BY_HAND, Status.SENT]
AWAY = [Status.SENDING, Status.UNKNOWN, Status.BY_HAND, Status.SENT, Status.ACCEPTED]  # SPV has it, or may have it
NOT_AWAY = [Status.PENDING, Status.HELD, Status.EXEMPT, Status.REJECTED, Status.REFUSED, Status.DROPPED]
UNSENT = [Status.PENDING, Status.HELD, Status.SENDING, Status.UNKNOWN, Status.BY_HAND, Status.REJECTED, Status.REFUSED]


class SubmissionQuerySet(CompanyQuerySet):
    def due(self, now: datetime) -> "SubmissionQuerySet":
        """Those for which there is something to do now."""
        return self.filter(due_at__lte=now)

    def current(self) -> "Submission | None":
        """Of one document's submissions, the latest in the company's environment."""
        return self.filter(latest=True, environment=Settings.of_company().environment).first()

    def indexed(self) -> "SubmissionQuerySet":
        """Those with an index, newest first."""
        return self.exclude(index="").order_by("-id")

    def away(self) -> "SubmissionQuerySet":
        """Those which SPV has, or may have."""
        return self.filter(status__in=AWAY)

    def move(self, pk: int, source: str, target: str, **fields: object) -> bool:
        """Compare and set the status in one UPDATE; False if it was no longer `source`."""
        return self.filter(pk=pk, status=source).update(status=target, **fields) == 1


class Submission(CompanyModel):
    """One upload of one revision, to one environment: at most one index. `due_at` says when a worker must look at it again.

    A trigger keeps what SPV said: the index, the bytes, the final states and the archive are written once.
    """

    class Origin(models.TextChoices):
        """Where the index comes from."""

        HERE = "here", "trimisă de aici"
        MANUAL = "manual", "încărcată manual în SPV"
        DUPLICATE = "duplicate", "găsită după răspunsul „a mai fost transmisă”"

    class Obstacle(models.TextChoices):
        """Why the next step waits."""

        NONE = "", ""
        AUTHORISATION = "authorisation", "Autorizarea SPV lipsește sau nu are drept pentru acest CIF."
        LIMIT = "limit", "Limita de apeluri ANAF este atinsă."
        CONNECTION = "connection", "Serverul ANAF nu răspunde."

    class Signature(models.TextChoices):
        """Of the archive."""

        NONE = "", "neverificată"
        VALID = "valid", "verificată"
        INVALID = "invalid", "nu se potrivește"

    document = models.ForeignKey(Document, models.PROTECT, related_name="submissions", db_constraint=False)
    revision = models.PositiveSmallIntegerField()
    environment = models.CharField(max_length=12, choices=Environment.choices)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    latest = models.BooleanField(default=True)  # of its document in its environment
    origin = models.CharField(max_length=9, choices=Origin.choices, default=Origin.HERE)
    deliberate = models.BooleanField(default=False)  # a second index, by a person's explicit act (R23)
    deadline = models.DateField()  # the last day for sending
    due_at = models.DateTimeField(null=True)
    obstacle = models.CharField(max_length=13, choices=Obstacle.choices, blank=True, default="")
    message = models.CharField(max_length=1000, blank=True)  # the reason, in Romanian, or ANAF's words
    findings = models.JSONField(default=list)  # of our check, or ANAF's errors: texts

    xml = models.ForeignKey(EInvoiceXml, models.PROTECT, null=True, related_name="submissions", db_constraint=False, db_index=False)
    sha256 = models.CharField(max_length=64, blank=True)  # of the bytes that are uploaded
    uploads = models.PositiveSmallIntegerField(default=0)
    looks = models.PositiveSmallIntegerField(default=0)  # look-ups, or questions about the state, since the last upload
    first_upload_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    index = models.CharField(max_length=20, blank=True)  # id_incarcare
    sent_at = models.DateTimeField(null=True)
    download_id = models.CharField(max_length=20, blank=True)
    settled_at = models.DateTimeField(null=True)  # accepted, rejected or refused
    archive = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    archived_at = models.DateTimeField(null=True)
    signature = models.CharField(max_length=7, choices=Signature.choices, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = CompanyManager.from_queryset(SubmissionQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["document", "environment"], condition=Q(status__in=LIVE), name="submission_live_once"),
            models.UniqueConstraint(fields=["document", "environment"], condition=Q(latest=True), name="submission_latest_once"),
            models.UniqueConstraint(
                fields=["document", "revision", "environment"], condition=Q(status="accepted"), name="submission_accepted_once"
            ),
            models.UniqueConstraint(
                fields=["document", "environment"], condition=Q(status="accepted", deliberate=False), name="submission_second_is_deliberate"
            ),
            models.UniqueConstraint(fields=["company", "environment", "index"], condition=~Q(index=""), name="submission_index_once"),
            models.CheckConstraint(condition=~Q(status__in=["sent", "accepted", "rejected"]) | ~Q(index=""), name="submission_has_index"),
            models.CheckConstraint(
                condition=~Q(status__in=["sending", "unknown"]) | Q(xml__isnull=False, started_at__isnull=False),
                name="submission_sent_bytes_are_kept",
            ),
            models.CheckConstraint(condition=Q(archive=None) | Q(archived_at__isnull=False), name="submission_archive_has_time"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="submission_due"),
            models.Index(fields=["company", "environment", "-made_at", "-id"], condition=Q(latest=True), name="submission_by_date"),
            models.Index(fields=["company", "environment", "status", "deadline"], condition=Q(latest=True), name="submission_states"),
            models.Index(
                fields=["company", "environment", "deadline"], condition=Q(latest=True, status__in=UNSENT), name="submission_unsent"
            ),
            models.Index(fields=["document", "revision"], condition=Q(latest=True, status__in=NOT_AWAY), name="submission_not_away"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.revision} {self.status}"

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_away(self) -> bool:
        """Whether SPV has it, or may have it."""
        return self.status in AWAY

    @property
    def is_late(self) -> bool:
        return self.status in UNSENT and self.deadline < bucharest_today()

    @property
    def is_working(self) -> bool:
        """Whether something is about to happen by itself."""
        return self.status in (Status.SENDING, Status.UNKNOWN, Status.SENT) or self.is_due_soon

    @property
    def is_due_soon(self) -> bool:
        return bool(self.status == Status.PENDING and self.due_at and self.due_at <= timezone.now() and not self.obstacle)

    @property
    def tag(self) -> str:
        """The state of `state_tag`."""
        return TAGS[Status(self.status)][0]

    @property
    def tag_label(self) -> str:
        return TAGS[Status(self.status)][1]

    @property
    def days_left(self) -> int:
        """Working days until the deadline, today's own included when it is one; negative once it has passed."""
        today = bucharest_today()
        if today > self.deadline:
            return -1
        return sum(is_working_day(today + timedelta(days=step)) for step in range((self.deadline - today).days + 1))

    @property
    def clock(self) -> str:
        """How much time is left for sending, for the page; "" once SPV has it."""
        if self.status not in UNSENT:
            return ""
        if self.is_late:
            return f"Termenul de transmitere a trecut la {date_ro(self.deadline)}."
        if self.deadline == bucharest_today():
            return "Astăzi este ultima zi pentru transmitere."
        return f"Termen de transmitere: {date_ro(self.deadline)}, {plural(self.days_left, 'zi lucrătoare', 'zile lucrătoare')}."

    @property
    def next_step(self) -> str:
        """What happens next and who does it, for the page."""
        if self.obstacle:
            return f"{self.get_obstacle_display()} Reluăm la {date_ro(self.due_at)}; nu se pierde nimic."
        if self.status == Status.PENDING and self.due_at is not None:
            return "Pleacă acum, în cel mult un minut." if self.is_due_soon else f"Pleacă singură la {date_ro(self.due_at)}."
        if self.status in (Status.SENT, Status.UNKNOWN) and self.due_at is not None:
            return f"{NEXT[Status(self.status)]} Următoarea întrebare: {date_ro(self.due_at)}."
        return NEXT.get(Status(self.status), "")


class SpvCall(CompanyModel):
    """One try or answer of a submission, with its time. Only grows: it is the proof of what was done and when."""

    class Act(models.TextChoices):
        PLANNED = "planned", "pusă la trimitere"
        HELD = "held", "verificată aici"
        UPLOAD = "upload", "încărcare începută"
        ANSWER = "answer", "răspuns la încărcare"
        LOST = "lost", "fără răspuns"
        LOOK_UP = "look_up", "căutată în SPV"
        STATE = "state", "stare întrebată"
        LISTED = "listed", "găsită în lista SPV"
        DOWNLOAD = "download", "arhivă descărcată"
        DECISION = "decision", "hotărâre"

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="calls", db_constraint=False)
    at = models.DateTimeField(auto_now_add=True)
    act = models.CharField(max_length=8, choices=Act.choices)
    outcome = models.CharField(max_length=1000)
    index = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta(CompanyModel.Meta):
        ordering = ["id"]


class ForeignUpload(CompanyModel):
    """An upload in SPV that this installation did not make (R23): somebody else has access to the account."""

    environment = models.CharField(max_length=12, choices=Environment.choices)
    index = models.CharField(max_length=20)
    message_id = models.CharField(max_length=20)
    listed_at = models.DateTimeField()
    details = models.CharField(max_length=500)
    found_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "environment", "index"], name="foreign_upload_once")]
        indexes = [models.Index(fields=["company", "-id"], condition=Q(seen_at=None), name="foreign_upload_new")]
        ordering = ["-id"]
