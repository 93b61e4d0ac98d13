"""How a company writes to its clients: its words, its reminders, and the page that a client opens without an account."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from companies.scope import CompanyModel
from invoicing.models.document import Document
from invoicing.models.output import Mail
from partners.models import Partner

STEPS = (-3, 0, 7, 15, 30)


def usual_steps() -> list[int]:
    return list(STEPS)


class SendingSettings(CompanyModel):
    """The sender of a company's e-mails and its reminders, one row for each company; without one, what stands here."""

    sender_name = models.CharField("numele expeditorului", max_length=100, blank=True)  # empty: the company's name
    reply_to = models.EmailField("răspunsurile vin la", blank=True)  # empty: the company's e-mail
    copy_to = models.EmailField("copie ascunsă la", blank=True)
    signature = models.TextField("semnătura", max_length=500, blank=True)  # empty: the company's name
    link_days = models.PositiveSmallIntegerField("pagina clientului expiră după (zile)", null=True, blank=True)  # None: it does not
    reminders_on = models.BooleanField("trimite mementouri", default=False)
    on_since = models.DateField(null=True, editable=False)  # steps of earlier days are never sent
    steps = models.JSONField("pașii", default=usual_steps)  # days after the due date, negative before it, growing
    working_days = models.BooleanField("numai în zile lucrătoare", default=True)
    hour = models.PositiveSmallIntegerField("ora trimiterii", default=9)  # in Bucharest
    gather = models.BooleanField("un singur e-mail pe zi pentru un client", default=True)
    reminded_on = models.DateField(null=True, editable=False)  # the last day whose reminders were all asked for

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company"], name="sending_settings_once"),
            models.CheckConstraint(condition=Q(hour__lte=23), name="sending_hour_of_a_day"),
            models.CheckConstraint(condition=Q(reminders_on=False) | Q(on_since__isnull=False), name="sending_on_since_a_day"),
        ]


class MailTemplate(CompanyModel):
    """The words that a company uses on an occasion (invoicing/occasions.py) in place of the usual ones."""

    occasion = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    subject = models.CharField("subiect", max_length=200)
    body = models.TextField("mesaj", max_length=5000)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "occasion", "language"], name="mail_template_once")]


class Reminder(CompanyModel):
    """One step of reminding about one invoice: asked for once, whatever the sweeps do. The e-mail may hold several."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="reminders", db_constraint=False, db_index=False)
    days = models.SmallIntegerField()  # after the due date
    mail = models.ForeignKey(Mail, models.PROTECT, related_name="reminders", db_constraint=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "days"], name="reminder_once")]


class ReminderStop(CompanyModel):
    """Nobody is reminded any more: of one document, or (without one) of all that a client owes."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="reminder_stops", db_constraint=False, db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["partner"], condition=Q(document=None), name="reminder_stop_of_partner_once"),
            models.UniqueConstraint(fields=["document"], condition=Q(document__isnull=False), name="reminder_stop_of_document_once"),
        ]


class CustomerLink(CompanyModel):
    """An address at which a client reads one document without an account; live until revoked or expired.

    The address is `key` (128 random bits) with a signature by the installation's secret: who reads this table has no address.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="customer_links", db_constraint=False, db_index=False)
    key = models.CharField(max_length=22, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)  # the first time

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["document"], condition=Q(revoked_at=None), name="customer_link_one_live")]


class Objection(CompanyModel):
    """What a client wrote on that page against a document, and what the company answered there."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="objections", db_constraint=False)
    name = models.CharField("numele dumneavoastră", max_length=100)
    text = models.TextField("obiecția", max_length=2000)
    at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField("răspunsul", max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta(CompanyModel.Meta):
        ordering = ["-id"]
