"""What leaves a document: its PDF, made once for each revision, and the e-mails that carry it. The row is the queue."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from companies.models import StoredFile
from companies.scope import CompanyModel
from invoicing.models.document import Document
from partners.models import Partner


class RenderedPdf(CompanyModel):
    """The PDF of one revision; waiting while `file` is empty, never changed afterwards (trigger).

    A cancelled document has a second one, which says so across every page; the first stays as it was sent.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="pdfs", db_constraint=False, db_index=False)
    revision = models.PositiveSmallIntegerField()
    cancelled = models.BooleanField(default=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "revision", "cancelled"], name="pdf_once")]
        indexes = [models.Index(fields=["id"], condition=Q(file=None), name="pdf_waiting")]


class MailBatch(CompanyModel):
    """Several documents sent at once, an e-mail for each. What could not be sent is kept with why, [document, reason] each."""

    class Reason(models.TextChoices):
        NO_ADDRESS = "no_address", "clientul nu are e-mail în fișa lui"
        NOT_ISSUED = "not_issued", "nu este emis"

    token = models.UUIDField(editable=False)
    left_out = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["company", "token"], name="mail_batch_once")]


class Mail(CompanyModel):
    """An e-mail: `waiting` → `sending` → `sent` (the server took it), `failed` with its reason, or `dropped` (no longer called for).

    One about a document carries its PDF, made if need be, unless it is a notice; any may carry files (`files`).
    """

    class State(models.TextChoices):
        WAITING = "waiting", "în așteptare"
        SENDING = "sending", "se trimite"
        SENT = "sent", "trimis"
        FAILED = "failed", "eșuat"
        DROPPED = "dropped", "nu mai este cazul"

    class Purpose(models.TextChoices):
        DOCUMENT = "document", "document"
        REMINDER = "reminder", "memento"
        LETTER = "letter", "scrisoare"  # to a client: files, words
        NOTICE = "notice", "înștiințare"  # to the company itself

    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.DOCUMENT, editable=False)
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, related_name="mails", db_constraint=False, db_index=False, editable=False
    )
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="mails", db_constraint=False, db_index=False)
    revision = models.PositiveSmallIntegerField(default=0)
    batch = models.ForeignKey(
        MailBatch, models.PROTECT, null=True, related_name="mails", db_constraint=False, db_index=False, editable=False
    )
    to = models.CharField("către", max_length=500)
    cc = models.CharField("CC", max_length=500, blank=True)
    subject = models.CharField("subiect", max_length=200)
    body = models.TextField("mesaj", max_length=5000)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    not_before = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    error = models.CharField(max_length=300, blank=True, editable=False)
    token = models.UUIDField(editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, editable=False)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "token"], name="mail_once"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=["waiting", "sending"]), name="mail_waiting"),
            models.Index(fields=["document"], name="mail_by_document"),
            models.Index(fields=["partner"], condition=Q(partner__isnull=False), name="mail_by_partner"),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="mail_by_batch"),
        ]


class MailFile(CompanyModel):
    """A file that goes with an e-mail."""

    mail = models.ForeignKey(Mail, models.PROTECT, related_name="files", db_constraint=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    name = models.CharField(max_length=200)

    class Meta(CompanyModel.Meta):
        ordering = ["id"]
