"""An invoice and its money in one step: it is issued, with a chitanță if wanted, and the payment recorded, or only the draft is saved."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import transaction

from companies.actions.locks import share_vat_status
from companies.scope import active_company_id
from invoicing.actions.issue import save_and_issue
from invoicing.actions.payments import record_payment
from invoicing.actions.receipts import NO_SERIES, Chit, receipt_series
from invoicing.advances import hold_advances
from invoicing.models import Document, DocumentLine, Payment, Series
from lib.errors import Refused, require


@transaction.atomic
def save_issue_and_receive(
    document: Document,
    lines: Sequence[DocumentLine],
    *,
    by: Any,
    version: int | None = None,
    allow_earlier_date: bool = False,
    method: str = Payment.Method.CASH,
    with_receipt: bool = True,
) -> Refused | None:
    """Save a draft, issue it and record its total as received on its date; in cash, with a chitanță of the default series.

    Returns why not, as `save_and_issue` does; the receipt's date may come before the last one's if the invoice's may.
    Refuses what `save_draft` refuses; returns also series_missing, receipt_of_refund, nothing_to_receive, payment_in_future.
    """
    hold_advances(line.advance_id for line in lines if line.advance_id)
    if document.pk is not None:
        Document.objects.select_for_update().only("id", "company_id").get(pk=document.pk)
    share_vat_status(active_company_id())
    offered = receipt_series() if with_receipt else []
    if offered:  # before the invoice's series: whoever issues a receipt alone takes series and subscription in this order
        Series.objects.select_for_update().get(pk=offered[0].pk)

    def receive(issued: Document) -> Payment:
        chit = None
        if with_receipt:
            require(offered, "series_missing", NO_SERIES)
            require(issued.total > 0, "receipt_of_refund", "O factură fără sumă de încasat nu are chitanță. Emiteți doar factura.")
            chit = Chit(offered[0], allow_earlier_date=allow_earlier_date)
        require(issued.total > 0, "nothing_to_receive", "Factura nu are nimic de încasat. Emiteți doar factura.")
        values = {"amount": issued.total, "method": method, "on": issued.issue_date}
        return record_payment([issued], by=by, token=uuid4(), receipt=chit, **values)

    return save_and_issue(document, lines, by=by, version=version, allow_earlier_date=allow_earlier_date, then=receive)
