"""The locks under which a company changes.

The order, for whoever takes several: the document that is worked on, the VAT status, the company's row, plans of recurring
invoices, series, subscription. A change of the VAT status touches no document, so the two ends never wait for one another.
"""

from django.db import connection

from companies.models import Company
from lib.rows import find

VAT_STATUS = 316  # the first key of the advisory lock; the second one is the company. Cod fiscal art. 316


def lock(company: Company) -> Company:
    """Re-read the company and hold its row until commit; writing of documents goes on meanwhile (NO KEY)."""
    return Company.objects.select_for_update(no_key=True).get(pk=company.pk)


def lock_vat_status(company_id: int) -> None:
    """Be the only one: wait until those who issue have committed, and let no other begin until we commit.

    An advisory lock, because its queue is fair: shared locks of a row could keep a change waiting for as long as anyone issues.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [VAT_STATUS, company_id])


def share_vat_status(company_id: int) -> None:
    """Keep the VAT status of a company from changing until commit; any number may hold it at once.

    What the status is must be asked afterwards, in a query of its own: this one may have waited for a change.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [VAT_STATUS, company_id])


def hold_vat_status(company_id: int) -> Company:
    """`share_vat_status`, and the company as it is then."""
    share_vat_status(company_id)
    company = find(Company, "r.id = %s", company_id)
    if company is None:
        raise Company.DoesNotExist(company_id)
    return company
