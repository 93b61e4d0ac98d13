"""Nouns of invoicing: series, documents and what hangs on them, payments."""

from invoicing.models.document import Attachment, Document, DocumentLine, DocumentRevision, InvoiceType, Kind, Status, VatBreakdown
from invoicing.models.numbering import SeriesDecision, SeriesFinding, SeriesUser
from invoicing.models.output import Mail, RenderedPdf
from invoicing.models.payment import ClientCredit, Payment, PaymentAllocation, Receipt
from invoicing.models.recurring import RecurringLine, RecurringPlan, RecurringRun
from invoicing.models.series import Series
from invoicing.models.status import StatusChange, StatusPermission

__all__ = [
    "Attachment",
    "ClientCredit",
    "Document",
    "DocumentLine",
    "DocumentRevision",
    "InvoiceType",
    "Kind",
    "Mail",
    "Payment",
    "PaymentAllocation",
    "Receipt",
    "RecurringLine",
    "RecurringPlan",
    "RecurringRun",
    "RenderedPdf",
    "Series",
    "SeriesDecision",
    "SeriesFinding",
    "SeriesUser",
    "Status",
    "StatusChange",
    "StatusPermission",
    "VatBreakdown",
]
