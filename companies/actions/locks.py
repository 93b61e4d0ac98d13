"""The lock under which a company changes."""

from companies.models import Company


def lock(company: Company) -> Company:
    """Re-read the company and hold its row until commit; writing of documents goes on meanwhile (NO KEY)."""
    return Company.objects.select_for_update(no_key=True).get(pk=company.pk)
