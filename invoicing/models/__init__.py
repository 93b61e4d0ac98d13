"""Nouns of invoicing: series, documents and what hangs on them, payments."""

from invoicing.models.document import Document, DocumentLine, DocumentRevision, Kind, Status, VatBreakdown
from invoicing.models.output import Mail, RenderedPdf
from invoicing.models.payment import Payment, PaymentAllocation
from invoicing.models.series import Series

__all__ = [
    "Document",
    "DocumentLine",
    "DocumentRevision",
    "Kind",
    "Mail",
    "Payment",
    "PaymentAllocation",
    "RenderedPdf",
    "Series",
    "Status",
    "VatBreakdown",
]
