"""Many recurring invoices of one company in one transaction: on a busy morning that costs a quarter of one after another.

All of it or nothing, so a killed worker leaves nothing half done here either. Whatever is not plain is left to `run_due`, which
does one day at a time and keeps what was refused: a plan that is behind, has failed before, makes drafts, or is refused now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, prefetch_related_objects
from django.utils import timezone

from companies.actions.locks import hold_vat_status
from companies.models import VatStatus
from companies.scope import active_company_id
from invoicing.actions.issue import freeze
from invoicing.actions.issue_many import number_many, write_many
from invoicing.actions.recurring_runs import filled, send
from invoicing.actions.vat_status import status_to_issue
from invoicing.looks import frozen
from invoicing.models import Document, DocumentLine, RecurringPlan, RecurringRun
from invoicing.models.document import Channel
from invoicing.snapshots import seller_snapshot, take_workplace
from lib.errors import Refused
from lib.totals import Totals


@dataclass(slots=True)
class Ready:
    """A day whose invoice is worked out and not yet written."""

    plan: RecurringPlan
    day: date
    after: date | None  # the next day of the plan
    document: Document
    lines: list[DocumentLine]
    totals: Totals
    words: dict[str, str]


def run_together(plan_ids: Sequence[int], *, on: date) -> None:
    """Issue one day of each of these plans that plainly can be. What it leaves, `run_due` does; called twice, nothing is done twice.

    When not all of them find room (the quota, a series closed meanwhile), none is issued here, and each takes its turn.
    """
    try:
        with transaction.atomic():
            _issue(plan_ids, on)
    except Refused:
        return


def _issue(plan_ids: Sequence[int], on: date) -> None:
    company = hold_vat_status(active_company_id())
    status, cash_vat = status_to_issue(on, today=on)
    plans = _plain(plan_ids, on, status)
    prefetch_related_objects(plans, "lines")
    ready: list[Ready] = []
    for day, those in groupby(plans, key=lambda plan: plan.next_on or on):
        if company.closed_until is not None and day <= company.closed_until:
            continue  # `run_due` refuses it, and keeps why
        in_force, collects = (status, cash_vat) if day == on else status_to_issue(day, today=on)
        seller = seller_snapshot(company, vat_payer=bool(in_force and in_force.payer), on=day)
        ready += [found for plan in those if (found := _work_out(plan, day, on, seller, collects))]
    if ready:
        _write(ready)


def _plain(plan_ids: Sequence[int], on: date, status: VatStatus | None) -> list[RecurringPlan]:
    """The plans among these that are due, made to issue, of the status in force, with no trace of their day, and nobody else's now."""
    tried = RecurringRun.objects.filter(plan=OuterRef("pk"), day=OuterRef("next_on"))
    plans = RecurringPlan.objects.due(on).filter(~Exists(tried), pk__in=plan_ids, mode=RecurringPlan.Mode.ISSUE, next_on__lte=on)
    plans = plans.filter(vat_status=status, series__active=True).select_related("partner", "series").order_by("next_on", "pk")
    return list(plans.select_for_update(of=["self"], skip_locked=True))


def _work_out(plan: RecurringPlan, day: date, on: date, seller: dict[str, object], cash_vat: bool) -> Ready | None:
    """The invoice of a plan's next day; None when a later day is due as well, or when it is refused."""
    more = plan.times is None or plan.made + 1 < plan.times
    after = plan.schedule.nth(plan.position + 1) if more else None
    if after and after <= on:
        return None
    try:
        document, lines, words = filled(plan, day, payer=bool(seller["vat_payer"]))
        totals = freeze(document, lines, seller=seller, cash_vat=cash_vat)
        take_workplace(document, plan.series.workplace_id)
    except Refused:
        return None
    return Ready(plan, day, after, document, lines, totals, words)


def _write(ready: Sequence[Ready]) -> None:
    """The invoices, their runs, the plans' steps, the e-mails; the series and the subscription are held last, and for a moment only."""
    looks: dict[tuple[int, str], dict[str, Any] | None] = {}
    for document in (found.document for found in ready):
        key = document.series_id, document.language
        if key not in looks:
            looks[key] = frozen(document)
        document.layout = looks[key]
    write_many([(found.document, found.lines, found.totals) for found in ready])
    for after in {found.after for found in ready}:
        stepping = RecurringPlan.objects.filter(pk__in=[found.plan.pk for found in ready if found.after == after])
        stepping.update(position=F("position") + 1, made=F("made") + 1, next_on=after, look_on=after, awaits_approval=False)
    number_many([found.document for found in ready], channel=Channel.RECURRING)
    now = timezone.now()
    RecurringRun.objects.bulk_create(
        RecurringRun(
            plan=found.plan,
            day=found.day,
            state=RecurringRun.State.ISSUED,
            document=found.document,
            error=send(found.plan, found.document, found.words, None) if found.plan.send_mail else "",
            at=now,
        )
        for found in ready
    )
