"""The closed period as documents and payments meet it (companies/actions/period.py)."""

from datetime import date

from companies.actions.locks import hold_vat_status
from companies.actions.period import require_open
from companies.scope import active_company_id
from invoicing.models import Document, Kind


def require_day_open(on: date, field: str = "") -> None:
    """Keep the period as it is until commit, and refuse a day in it. To be called after the documents are held. Refuses: period_closed."""
    require_open(hold_vat_status(active_company_id()).closed_until, on, field)


def require_document_open(document: Document) -> None:
    """Refuse to cancel or revise a document of the closed period; a proforma is no accounting record. Refuses: period_closed."""
    if document.kind != Kind.PROFORMA:
        require_day_open(document.issue_date)
