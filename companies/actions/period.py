"""The closed period: up to a day nothing is issued, changed, cancelled or received any more. Source: OMFP 2634/2015 annex 1 pct. 58."""

from datetime import date
from typing import Any

from django.db import transaction

from companies.actions.locks import lock, lock_vat_status
from companies.events import record_event
from companies.models import Company
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.formats import date_ro


@transaction.atomic
def close_period(company: Company, *, until: date | None, reason: str = "", by: Any) -> Company:
    """Close everything dated up to a day; an earlier day, or None, opens what follows it and needs a reason.

    Who issues or records money holds the VAT status, so this waits for them and they see it (companies/actions/locks.py).
    Refuses: period_in_future, reason_missing.
    """
    lock_vat_status(company.pk)
    company = lock(company)
    former = company.closed_until
    if until == former:
        return company
    require(until is None or until < bucharest_today(), "period_in_future", "Se închid doar zile care au trecut.", "until")
    opens = former is not None and (until is None or until < former)
    require(not opens or reason.strip(), "reason_missing", "Scrieți de ce deschideți perioada; rămâne în istoric.", "reason")
    company.closed_until = until
    company.save(update_fields=["closed_until"])
    record_event(company, "period_opened" if opens else "period_closed", by=by, until=until, former=former, reason=reason.strip())
    return company


def require_open(closed_until: date | None, on: date, field: str = "") -> None:
    """Refuses: period_closed, when a day lies in the closed period. `closed_until` was read under `share_vat_status`."""
    if closed_until is not None and on <= closed_until:
        raise Refused(
            "period_closed",
            f"Perioada până la {date_ro(closed_until)} este închisă, iar data {date_ro(on)} este în ea. Schimbați data sau"
            " cereți unui administrator ori contabilului firmei să deschidă perioada.",
            field,
        )
