"""What a company is for VAT: registered or not, and with TVA la încasare or not, each from its day on."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from companies.actions.locks import lock, lock_vat_status
from companies.events import record_event
from companies.models import CashVatPeriod, Company, Event, VatStatus, is_vat_payer
from lib.dates import add_months, bucharest_today
from lib.errors import require
from lib.formats import date_ro

FIRST_VAT = date(1993, 7, 1)  # OG 3/1992: the first day of VAT in Romania
FIRST_CASH_VAT = date(2013, 1, 1)  # OG 15/2012
MONTHS_AHEAD = 12


@transaction.atomic
def set_vat_status(company: Company, *, payer: bool, since: date, by: Any) -> VatStatus:
    """From `since` on the company is, or is not, registered for VAT. The row is history: it is never changed.

    One that stops being registered stops TVA la încasare the day before (Cod fiscal art. 282 (3)). This is the bare status:
    what must stop with it is known to invoicing, which calls this inside its own transaction.
    Refuses: vat_status_same, vat_status_before_last, vat_status_too_early, vat_status_too_far, cash_vat_after_change.
    """
    lock_vat_status(company.pk)
    company = lock(company)
    last = VatStatus.objects.order_by("-since", "-id").first()
    word = "plătitoare" if payer else "neplătitoare"
    require(payer != bool(last and last.payer), "vat_status_same", f"Firma este deja {word} de TVA.", "payer")
    _require_day(since, FIRST_VAT, "vat_status")
    require(
        last is None or since >= last.since,
        "vat_status_before_last",
        f"Ultima schimbare este din {date_ro(last.since) if last else ''}. Alegeți data ei sau una de după.",
        "since",
    )
    if not payer:
        _end_cash_vat(company, since, by)
    status = VatStatus.objects.create(since=since, payer=payer, by=by)
    record_event(company, "vat_status_set", by=by, payer=payer, since=since)
    return status


@transaction.atomic
def withdraw_vat_status(status: VatStatus, *, by: Any) -> None:
    """Take back a change that is still ahead; TVA la încasare, which it would have ended, goes on. Refuses: vat_status_in_force."""
    lock_vat_status(status.company_id)
    company = lock(status.company)
    require(
        status.since > bucharest_today(),
        "vat_status_in_force",
        "Statutul a intrat în vigoare și rămâne în istoric. Pentru a-l schimba, adăugați un statut nou.",
    )
    VatStatus.objects.filter(pk=status.pk).delete()
    record_event(company, "vat_status_withdrawn", by=by, payer=status.payer, since=status.since)
    if not status.payer:
        _resume_cash_vat(company, status.since, by)


@transaction.atomic
def open_cash_vat(company: Company, *, since: date, by: Any, until: date | None = None) -> CashVatPeriod:
    """Apply TVA la încasare from `since` on, up to and with `until` if it is known. Source: Cod fiscal art. 282 (3)-(8).

    Refuses: cash_vat_not_payer, cash_vat_overlaps, cash_vat_too_early, cash_vat_too_far, cash_vat_ends_before_start.
    """
    company = lock(company)
    _require_day(since, FIRST_CASH_VAT, "cash_vat")
    _require_order(since, until)
    others = CashVatPeriod.objects.filter(Q(until=None) | Q(until__gte=since))
    clash = others.filter(since__lte=until).first() if until else others.first()
    require(
        clash is None,
        "cash_vat_overlaps",
        f"Există deja o perioadă care începe la {date_ro(clash.since) if clash else ''}. Închideți-o sau alegeți alte date.",
        "since",
    )
    leaving = VatStatus.objects.filter(payer=False, since__gt=since)
    if until:
        leaving = leaving.filter(since__lte=until)
    require(
        is_vat_payer(since) and not leaving.exists(),
        "cash_vat_not_payer",
        "TVA la încasare se aplică numai cât timp firma este plătitoare de TVA. Verificați statutul la această dată.",
        "since",
    )
    period = CashVatPeriod.objects.create(since=since, until=until)
    record_event(company, "cash_vat_opened", by=by, since=since, until=until)
    return period


@transaction.atomic
def close_cash_vat(period: CashVatPeriod, *, until: date, by: Any) -> CashVatPeriod:
    """Say on which day TVA la încasare is applied last. Refuses: cash_vat_closed, cash_vat_ends_before_start."""
    company = lock(period.company)
    period = CashVatPeriod.objects.get(pk=period.pk)
    require(
        period.until is None,
        "cash_vat_closed",
        f"Perioada este deja închisă, la {date_ro(period.until)}.",
        "until",
    )
    _require_order(period.since, until)
    period.until = until
    period.save(update_fields=["until"])
    record_event(company, "cash_vat_closed", by=by, since=period.since, until=until)
    return period


@transaction.atomic
def withdraw_cash_vat(period: CashVatPeriod, *, by: Any) -> None:
    """Take back a period that is still ahead. Refuses: cash_vat_begun."""
    company = lock(period.company)
    require(
        period.since > bucharest_today(),
        "cash_vat_begun",
        "Perioada a început și rămâne în istoric. O puteți închide.",
    )
    CashVatPeriod.objects.filter(pk=period.pk).delete()
    record_event(company, "cash_vat_withdrawn", by=by, since=period.since)


def _end_cash_vat(company: Company, since: date, by: Any) -> None:
    """End the period that would go on for one who is no longer registered."""
    running = CashVatPeriod.objects.filter(Q(until=None) | Q(until__gte=since))
    later = running.filter(since__gte=since).first()
    require(
        later is None,
        "cash_vat_after_change",
        f"O perioadă de TVA la încasare începe la {date_ro(later.since) if later else ''}. Retrageți-o întâi.",
        "since",
    )
    for period in running:
        former, period.until = period.until, since - timedelta(days=1)
        period.save(update_fields=["until"])
        record_event(company, "cash_vat_closed", by=by, since=period.since, until=period.until, former=former)


def _resume_cash_vat(company: Company, since: date, by: Any) -> None:
    """Let a period that ended with a change of the status go on as it was; one that a person closed stays closed."""
    last = since - timedelta(days=1)
    for period in CashVatPeriod.objects.filter(until=last):
        ended = Event.objects.about(company).filter(verb="cash_vat_closed", data__since=str(period.since), data__until=str(last))
        event = ended.filter(data__has_key="former").first()
        if event is not None:
            period.until = date.fromisoformat(event.data["former"]) if event.data["former"] else None
            period.save(update_fields=["until"])
            record_event(company, "cash_vat_opened", by=by, since=period.since, until=period.until)


def _require_day(day: date, first: date, code: str) -> None:
    last = add_months(bucharest_today(), MONTHS_AHEAD)
    require(day >= first, f"{code}_too_early", f"Alegeți o dată de la {date_ro(first)} încoace.", "since")
    require(day <= last, f"{code}_too_far", f"Alegeți o dată până la {date_ro(last)}.", "since")


def _require_order(since: date, until: date | None) -> None:
    require(
        until is None or until >= since,
        "cash_vat_ends_before_start",
        f"Perioada începe la {date_ro(since)}: ultima ei zi nu poate fi mai devreme.",
        "until",
    )
