"""Nouns of invoicing: series, documents and what hangs on them, payments."""

from invoicing.models.document import Document, DocumentLine, DocumentRevision, Kind, Status, VatBreakdown
from invoicing.models.output import Mail, RenderedPdf
from invoicing.models.payment import Payment, PaymentAllocation
from invoicing.models.recurring import RecurringLine, RecurringPlan, RecurringRun
from invoicing.models.series import Series
from invoicing.models.status import StatusChange, StatusPermission

__all__ = [
    "Document",
    "DocumentLine",
    "DocumentRevision",
    "Kind",
    "Mail",
    "Payment",
    "PaymentAllocation",
    "RecurringLine",
    "RecurringPlan",
    "RecurringRun",
    "RenderedPdf",
    "Series",
    "Status",
    "StatusChange",
    "StatusPermission",
    "VatBreakdown",
]
