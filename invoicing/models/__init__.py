"""Nouns of invoicing: series, documents and what hangs on them, payments."""

from invoicing.models.document import Attachment, Document, DocumentLine, DocumentRevision, InvoiceType, Kind, Status, VatBreakdown
from invoicing.models.layout import Layout, LayoutOfLanguage, LayoutOfSeries
from invoicing.models.numbering import SeriesDecision, SeriesFinding, SeriesUser
from invoicing.models.opening import OpeningItem
from invoicing.models.output import Mail, MailBatch, MailFile, RenderedPdf
from invoicing.models.payment import ClientCredit, Payment, PaymentAllocation, Receipt
from invoicing.models.recurring import RecurringLine, RecurringPlan, RecurringRun
from invoicing.models.sending import CustomerLink, MailTemplate, Objection, Reminder, ReminderStop, SendingSettings
from invoicing.models.series import Series
from invoicing.models.sheet import Sheet
from invoicing.models.status import StatusChange, StatusPermission

__all__ = [
    "Attachment",
    "ClientCredit",
    "CustomerLink",
    "Document",
    "DocumentLine",
    "DocumentRevision",
    "InvoiceType",
    "Kind",
    "Layout",
    "LayoutOfLanguage",
    "LayoutOfSeries",
    "Mail",
    "MailBatch",
    "MailFile",
    "MailTemplate",
    "Objection",
    "OpeningItem",
    "Payment",
    "PaymentAllocation",
    "Receipt",
    "RecurringLine",
    "RecurringPlan",
    "RecurringRun",
    "Reminder",
    "ReminderStop",
    "RenderedPdf",
    "SendingSettings",
    "Series",
    "SeriesDecision",
    "SeriesFinding",
    "SeriesUser",
    "Sheet",
    "Status",
    "StatusChange",
    "StatusPermission",
    "VatBreakdown",
]
