"""A company (the seller, BG-4), what it is at each date for VAT, who works in it, its files and its history."""

from datetime import date, datetime

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet, active_company_id
from lib.counties import city_name
from lib.db import MoneyField


class Company(models.Model):
    """A firm that issues documents. The root of tenancy: every other row of company data points here."""

    name = models.CharField("denumire", max_length=200)  # BT-27
    cif = models.CharField("CIF", max_length=20)  # as the user wrote it: API users sign in with it (R08)
    identity = models.CharField(max_length=20, unique=True, editable=False)  # lib.cif.identity(cif)
    reg_no = models.CharField("nr. registrul comerțului", max_length=30, blank=True)  # BT-30
    street = models.CharField("adresă (stradă, număr)", max_length=150)  # BT-35
    city = models.CharField("localitate", max_length=50)  # BT-37
    county = models.CharField("județ", max_length=6, blank=True)  # BT-39, "RO-CJ"
    postal_code = models.CharField("cod poștal", max_length=20, blank=True)  # BT-38
    country = models.CharField("țară", max_length=2, default="RO")  # BT-40
    share_capital = MoneyField("capital social (lei)", null=True, blank=True)
    phone = models.CharField("telefon", max_length=50, blank=True)
    email = models.EmailField("e-mail", blank=True)
    website = models.CharField("site", max_length=100, blank=True)
    logo = models.ForeignKey("companies.StoredFile", models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    demo = models.BooleanField(default=False, editable=False)
    # Nothing dated on it or before it is issued, changed, cancelled or received (OMFP 2634/2015 annex 1 pct. 58); None: all is open.
    closed_until = models.DateField("perioadă închisă până la", null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = "firmă", "firme"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The company's dashboard."""
        return f"/{self.pk}/"


class Role(models.TextChoices):
    OWNER = "owner", "Administrator"
    ISSUER = "issuer", "Emitent"
    ACCOUNTANT = "accountant", "Contabil"
    VIEWER = "viewer", "Vizualizare"


class Membership(models.Model):
    """A user's place in a company. Not company data by manager: it decides who gets into the scope."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField("rol", max_length=12, choices=Role.choices)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "company"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class InvitationQuerySet(CompanyQuerySet):
    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; the time of some may have passed."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def to_mail(self, now: datetime) -> "InvitationQuerySet":
        """Those whose e-mail waits to be sent, and whose turn has come."""
        return self.open().filter(mail_due__lte=now, expires_at__gt=now)


class Invitation(CompanyModel):
    """An invitation to work in the company, by e-mail; only the hash of its token is kept.

    The row is the queue of its e-mail: `mail_due` says when to try (again), None when nothing is left to send.
    """

    email = models.EmailField("e-mail")
    role = models.CharField("rol", max_length=12, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    mail_due = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_error = models.CharField(max_length=300, blank=True)
    mailed_at = models.DateTimeField(null=True)

    objects = CompanyManager.from_queryset(InvitationQuerySet)()

    class Meta(CompanyModel.Meta):
        indexes = [
            models.Index(fields=["company", "-made_at"]),
            models.Index(fields=["mail_due"], condition=Q(mail_due__isnull=False), name="invitation_mail_waiting"),
        ]

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class VatStatus(CompanyModel):
    """From `since` on the company is, or is not, registered for VAT (Cod fiscal art. 316). Rows are history: R34.

    Two may have the same day, when the status is switched for the moment (R35): the one written later holds.
    """

    since = models.DateField("de la data")
    payer = models.BooleanField("plătitor de TVA")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        indexes = [models.Index(fields=["company", "-since", "-id"], name="vat_status_in_force")]


class CashVatPeriod(CompanyModel):
    """The company applies *TVA la încasare* from `since` to `until` (Cod fiscal art. 282; R36)."""

    since = models.DateField("de la data")
    until = models.DateField("până la data", null=True, blank=True)

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "since"], name="cash_vat_once_a_day"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=models.F("since")), name="cash_vat_in_order"),
        ]


class BankAccount(CompanyModel):
    """One of the company's accounts (BT-84), printed on documents when `on_documents`."""

    iban = models.CharField("IBAN", max_length=34)
    bank = models.CharField("banca", max_length=100, blank=True)
    currency = models.CharField("monedă", max_length=3, default="RON")
    on_documents = models.BooleanField("apare pe documente", default=True)
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "iban"], name="iban_once")]
        ordering = ["position", "id"]


class Workplace(CompanyModel):
    """A place of business besides the seat; it may have a fiscal code of its own (CF art. 32). Printed with its series' documents."""

    name = models.CharField("denumire", max_length=100)
    cif = models.CharField("CIF propriu", max_length=20, blank=True)
    street = models.CharField("stradă și număr", max_length=150)
    city = models.CharField("localitate", max_length=50)
    county = models.CharField("județ", max_length=6)
    postal_code = models.CharField("cod poștal", max_length=20, blank=True)
    phone = models.CharField("telefon", max_length=50, blank=True)
    email = models.EmailField("e-mail", blank=True)
    on_documents = models.BooleanField("apare pe documente", default=True)
    active = models.BooleanField("activ", default=True, editable=False)

    class Meta(CompanyModel.Meta):
        verbose_name, verbose_name_plural = "sediu", "sedii"
        ordering = ["-active", "name", "id"]
        constraints = [models.UniqueConstraint("company", Lower("name"), name="workplace_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def city_name(self) -> str:
        """The city as people read it: "Sector 3", not SECTOR3."""
        return city_name(self.city)


class WorkplaceUser(CompanyModel):
    """Where a person works: the series of that place come first for them. Nobody works in two places of one company."""

    workplace = models.ForeignKey(Workplace, models.CASCADE, related_name="users", db_constraint=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "user"], name="workplace_user_once")]


class StoredFile(CompanyModel):
    """Bytes that are kept as they are (PDF, XML, logo), addressed by their SHA-256. Never changed or deleted."""

    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "sha256"], name="file_once")]


class EventQuerySet(CompanyQuerySet):
    def about(self, row: models.Model) -> "EventQuerySet":
        """What happened to one row, newest first."""
        return self.filter(subject=row._meta.model_name, subject_id=row.pk).order_by("-id")


class Event(CompanyModel):
    """Who did what to which row, and when. Only grows."""

    subject = models.CharField(max_length=30)  # the model's name: "document"
    subject_id = models.BigIntegerField()
    verb = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    objects = CompanyManager.from_queryset(EventQuerySet)()

    class Meta(CompanyModel.Meta):
        indexes = [models.Index(fields=["company", "subject", "subject_id", "id"], name="event_of_row")]


IS_VAT_PAYER = "SELECT payer FROM companies_vatstatus WHERE company_id = %s AND since <= %s ORDER BY since DESC, id DESC LIMIT 1"


def is_vat_payer(on: date) -> bool:
    """Whether the active company is registered for VAT on a day; False before its first status.

    Plain SQL: every editor asks it, and Django would take four times as long to write the question.
    """
    with connection.cursor() as cursor:
        cursor.execute(IS_VAT_PAYER, [active_company_id(), on])
        found = cursor.fetchone()
    return bool(found and found[0])


def vat_status(on: date) -> VatStatus | None:
    """The status of the active company that holds on a day; None before its first one."""
    return VatStatus.objects.filter(since__lte=on).order_by("-since", "-id").first()


def is_cash_vat(on: date) -> bool:
    """Whether the active company applies TVA la încasare on a day."""
    return CashVatPeriod.objects.filter(Q(until=None) | Q(until__gte=on), since__lte=on).exists()
