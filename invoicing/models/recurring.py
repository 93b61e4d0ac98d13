"""Recurring invoices: what to issue and when (the plan), and what came of each of its days (the runs). The plan's row is the queue.

Guards in migrations/0006: a stopped plan stays as it is for ever, a run that made its document too.
"""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models import VatRate
from companies.models import VatStatus
from companies.scope import CompanyManager, CompanyModel, CompanyQuerySet
from invoicing import schedule
from invoicing.models.document import Document
from invoicing.models.series import Series
from lib.dates import bucharest_today
from lib.db import MoneyField, PercentField, PriceField, QuantityField
from lib.words import plural
from partners.models import Language, Partner

IN_WORDS = {
    schedule.DAY: ("zilnic", "zile"),
    schedule.WEEK: ("săptămânal", "săptămâni"),
    schedule.MONTH: ("lunar", "luni"),
    schedule.QUARTER: ("trimestrial", "trimestre"),
    schedule.YEAR: ("anual", "ani"),
}
WEEKDAYS = "lunea marțea miercurea joia vinerea sâmbăta duminica".split()


class PlanQuerySet(CompanyQuerySet):
    def alive(self) -> "PlanQuerySet":
        """Neither stopped nor over: those that a change of the VAT status stops."""
        return self.exclude(state=RecurringPlan.State.STOPPED)

    def due(self, on: date) -> "PlanQuerySet":
        """What a sweep has to look at on a day."""
        return self.filter(state=RecurringPlan.State.ACTIVE, look_on__lte=on)


class RecurringPlan(CompanyModel):
    """An invoice that is issued again and again. Texts may hold variables (invoicing/variables.py); prices are in `currency`."""

    class Unit(models.TextChoices):
        DAY = schedule.DAY, "zi"
        WEEK = schedule.WEEK, "săptămână"
        MONTH = schedule.MONTH, "lună"
        QUARTER = schedule.QUARTER, "trimestru"
        YEAR = schedule.YEAR, "an"

    class Rule(models.TextChoices):
        ON_DAY = schedule.ON_DAY, "într-o zi anume"
        LAST_DAY = schedule.LAST_DAY, "în ultima zi"
        LAST_WORKING_DAY = schedule.LAST_WORKING_DAY, "în ultima zi lucrătoare"

    class Mode(models.TextChoices):
        ISSUE = "issue", "se emite singură"
        DRAFT = "draft", "ciornă, de aprobat"

    class State(models.TextChoices):
        ACTIVE = "active", "activă"
        PAUSED = "paused", "în pauză"
        STOPPED = "stopped", "oprită"

    class Reason(models.TextChoices):
        PERSON = "person", "oprită de un om"
        VAT_STATUS = "vat_status", "s-a schimbat statutul de TVA al firmei"

    name = models.CharField("denumire", max_length=100)
    state = models.CharField(max_length=7, choices=State.choices, default=State.ACTIVE, editable=False)
    mode = models.CharField("la scadență", max_length=5, choices=Mode.choices, default=Mode.ISSUE)

    unit = models.CharField("la fiecare", max_length=7, choices=Unit.choices, default=Unit.MONTH)
    every = models.PositiveSmallIntegerField("o dată la", default=1)
    rule = models.CharField("ziua", max_length=12, choices=Rule.choices, default=Rule.ON_DAY)
    day = models.PositiveSmallIntegerField("ziua din lună", default=1)
    starts_on = models.DateField("începe la")
    ends_on = models.DateField("ultima dată", null=True, blank=True)
    times = models.PositiveSmallIntegerField("de câte ori", null=True, blank=True)

    position = models.PositiveIntegerField(default=0, editable=False)  # of the next day in the schedule
    next_on = models.DateField(null=True, editable=False)  # the next day; None when nothing is left
    made = models.PositiveIntegerField(default=0, editable=False)  # documents so far, which `times` bounds
    # When a sweep looks here: next_on, later after a failure, None if a person must act.
    look_on = models.DateField(null=True, editable=False)
    awaits_approval = models.BooleanField(default=False, editable=False)  # too many days are due at once
    approved_until = models.DateField(null=True, editable=False)

    partner = models.ForeignKey(Partner, models.PROTECT, verbose_name="client", db_constraint=False, related_name="+", db_index=False)
    series = models.ForeignKey(Series, models.PROTECT, verbose_name="serie", db_constraint=False, related_name="+", db_index=False)
    language = models.CharField("limba", max_length=5, choices=Language.choices, default=Language.RO)
    currency = models.CharField("moneda prețurilor", max_length=3, default="RON")
    in_lei = models.BooleanField("facturează în lei, la cursul BNR al zilei", default=False)
    prices_include_vat = models.BooleanField(default=False)
    discount_percent = PercentField(default=Decimal(0))
    discount_amount = MoneyField(default=Decimal(0))
    due_days = models.PositiveSmallIntegerField("termen de plată (zile)", null=True, blank=True)
    order_reference = models.CharField(max_length=100, blank=True)
    contract_reference = models.CharField(max_length=100, blank=True)
    buyer_reference = models.CharField(max_length=100, blank=True)
    notes = models.TextField(max_length=1000, blank=True)
    internal_note = models.TextField(max_length=1000, blank=True)
    issuer_name = models.CharField(max_length=100, blank=True)

    send_mail = models.BooleanField("trimite pe e-mail după emitere", default=False)
    mail_to = models.CharField("către", max_length=500, blank=True)
    mail_subject = models.CharField("subiect", max_length=200, blank=True)
    mail_body = models.TextField("mesaj", max_length=5000, blank=True)

    # The status in force when it was made: another one in force means that it must stop (R34).
    vat_status = models.ForeignKey(
        VatStatus, models.PROTECT, null=True, editable=False, db_constraint=False, related_name="+", db_index=False
    )
    again_of = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, db_constraint=False, related_name="again", db_index=False
    )
    token = models.UUIDField(null=True, editable=False)  # one form, one plan: the same token again returns the first
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True, default="", editable=False)
    stopped_at = models.DateTimeField(null=True, editable=False)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", db_index=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CompanyManager.from_queryset(PlanQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["again_of"], name="recurring_again_once"),
            models.UniqueConstraint(fields=["company", "token"], name="recurring_token_once"),
            models.CheckConstraint(condition=Q(every__gte=1, day__gte=1, day__lte=31), name="recurring_schedule_possible"),
            models.CheckConstraint(condition=~Q(currency="RON") | Q(in_lei=False), name="recurring_lei_are_lei"),
            models.CheckConstraint(
                condition=Q(state="stopped", stopped_at__isnull=False, look_on=None) & ~Q(reason="")
                | ~Q(state="stopped") & Q(stopped_at=None, reason=""),
                name="recurring_stopped_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["look_on", "id"], condition=Q(state="active", look_on__isnull=False), name="recurring_due"),
            models.Index(fields=["company", "next_on", "id"], name="recurring_by_day"),
            models.Index(fields=["company", "id"], condition=~Q(state="stopped"), name="recurring_alive"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def schedule(self) -> schedule.Schedule:
        return schedule.Schedule(self.unit, self.every, self.rule, self.day, self.starts_on, self.ends_on)

    @property
    def in_words(self) -> str:
        """When it issues: `lunar, pe 22`; `la 2 săptămâni, lunea`; `trimestrial, în ultima zi lucrătoare`."""
        once, many = IN_WORDS[self.unit]
        often = once if self.every == 1 else f"la {plural(self.every, many, many)}"
        if self.unit == schedule.DAY:
            return often
        if self.unit == schedule.WEEK:
            return f"{often}, {WEEKDAYS[self.starts_on.weekday()]}"
        return f"{often}, " + (f"pe {self.day}" if self.rule == schedule.ON_DAY else str(self.get_rule_display()))

    @property
    def is_stopped(self) -> bool:
        return self.state == self.State.STOPPED

    @property
    def is_over(self) -> bool:
        """Whether every day of the schedule has had its document."""
        return not self.is_stopped and self.next_on is None

    @property
    def document_currency(self) -> str:
        return "RON" if self.in_lei else self.currency

    @property
    def tag(self) -> str:
        """The state as people read it: stopped, paused, over, approval, failed, due or active."""
        if self.state != self.State.ACTIVE:
            return self.state
        if self.next_on is None:
            return "over"
        if self.awaits_approval:
            return "approval"
        return "failed" if self.look_on and self.look_on > self.next_on and self.next_on <= bucharest_today() else "active"

    def upcoming(self, limit: int = 12) -> list[date]:
        """The next days on which it issues, as things stand."""
        if self.next_on is None:
            return []
        left = limit if self.times is None else min(limit, self.times - self.made)
        return [day for _, day in zip(range(left), (day for _, day in self.schedule.days(self.position)), strict=False)]

    def due_days_until(self, on: date, limit: int) -> list[date]:
        """The days that are due on a day and have no document yet, at most `limit` of them."""
        return [day for day in self.upcoming(limit) if day <= on]


class RecurringLine(CompanyModel):
    """A line of a plan: what was typed, before variables and rates."""

    plan = models.ForeignKey(RecurringPlan, models.CASCADE, related_name="lines", db_constraint=False, db_index=False)
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(
        "catalog.Product", models.SET_NULL, null=True, blank=True, db_constraint=False, related_name="+", db_index=False
    )
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=50, blank=True)
    quantity = QuantityField()
    unit = models.CharField(max_length=20)
    unit_code = models.CharField(max_length=3)
    unit_price = PriceField()
    vat_rate = models.ForeignKey(VatRate, models.PROTECT, related_name="+", db_index=False)
    discount_percent = PercentField(default=Decimal(0))
    discount_amount = MoneyField(default=Decimal(0))

    class Meta(CompanyModel.Meta):
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="recurring_line_once")]


class RecurringRun(CompanyModel):
    """What came of one day of a plan. (plan, day) is unique: that is what makes an invoice be issued once."""

    class State(models.TextChoices):
        ISSUED = "issued", "emisă"
        DRAFT = "draft", "ciornă"
        FAILED = "failed", "eșuată"
        SKIPPED = "skipped", "sărită"

    plan = models.ForeignKey(RecurringPlan, models.PROTECT, related_name="runs", db_constraint=False, db_index=False)
    day = models.DateField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.FAILED)
    document = models.OneToOneField(Document, models.SET_NULL, null=True, related_name="recurring_run", db_constraint=False)
    error_code = models.CharField(max_length=60, blank=True)
    error = models.CharField(max_length=500, blank=True)  # why it failed; or why its e-mail was not asked for
    tries = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "day"], name="recurring_run_once"),
            models.CheckConstraint(
                condition=Q(state="issued", document__isnull=False) | Q(state="draft") | Q(state__in=["failed", "skipped"], document=None),
                name="recurring_run_has_document",
            ),
        ]
        indexes = [models.Index(fields=["company", "id"], condition=Q(state="failed"), name="recurring_failed")]
