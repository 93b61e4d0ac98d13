"""The days of a recurring invoice, each issued once.

One day is one transaction: the run's row, unique for plan and day, the document and the plan's step to its next day are written
together or not at all. So a killed worker leaves nothing half done, and whoever comes second finds the day done.
"""

from datetime import date, timedelta
from decimal import Decimal
from itertools import takewhile
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from catalog.actions import rate_in_force
from catalog.kept import vat_rates
from catalog.models import ExchangeRate
from companies.actions.locks import share_vat_status
from companies.events import record_event
from companies.models import VatStatus
from companies.scope import active_company_id
from invoicing import tasks
from invoicing.actions.drafts import save_draft
from invoicing.actions.issue import hold_original, issue, issue_new, lock
from invoicing.actions.mail import send_document
from invoicing.actions.vat_status import status_to_issue
from invoicing.letters import letter
from invoicing.models import Document, DocumentLine, RecurringLine, RecurringPlan, RecurringRun
from invoicing.models.document import Channel
from invoicing.variables import fill, values
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.formats import date_ro
from lib.money import money, price
from lib.nudge import nudge
from lib.text import limit

AT_ONCE = 3  # days of one plan that may be issued at once without a person's word
FILLED = {"notes": 1000, "order_reference": 100, "contract_reference": 100, "buyer_reference": 100, "internal_note": 1000}
State = RecurringRun.State


def run_due(plan_id: int, *, on: date) -> list[RecurringRun]:
    """Issue the days of a plan that are due on a day, in their order and with their own dates; what a run refuses is kept on its row.

    Called twice, by any number of workers, each day is done once. More than AT_ONCE days at once wait for `approve_days`.
    A failed day holds back the later ones of its plan, and nobody else's; it is tried again on the next day, or by a person.
    """
    runs = []
    while run := _run_next(plan_id, on):
        runs.append(run)
        if run.state == State.FAILED or not run.plan.look_on or run.plan.look_on > on:
            break
    return runs


@transaction.atomic
def approve_days(plan: RecurringPlan, *, by: Any, on: date | None = None) -> RecurringPlan:
    """Let all the days that are due be issued, however many; a worker does it. Refuses: plan_not_waiting, plan_stopped."""
    on = on or bucharest_today()
    plan = _waiting(plan)
    plan.approved_until, plan.look_on, plan.awaits_approval = on, plan.next_on, False
    plan.save()
    record_event(plan, "days_approved", by=by, until=on)
    nudge(tasks.issue_plan, plan.company_id, plan.pk)
    return plan


@transaction.atomic
def skip_days(plan: RecurringPlan, *, by: Any, on: date | None = None) -> RecurringPlan:
    """Leave out the days that are due and go on from the next one. Refuses: plan_not_waiting, plan_stopped."""
    on, plan = on or bucharest_today(), _waiting(plan)
    left_out = [day for _, day in takewhile(lambda place: place[1] <= on, plan.schedule.days(plan.position))]
    done = set(plan.runs.filter(day__in=left_out).values_list("day", flat=True))
    now = timezone.now()
    RecurringRun.objects.bulk_create(RecurringRun(plan=plan, day=day, state=State.SKIPPED, at=now) for day in left_out if day not in done)
    plan.runs.filter(state=State.FAILED).update(state=State.SKIPPED, at=now)
    plan.position += len(left_out)
    _look_ahead(plan)
    record_event(plan, "days_skipped", by=by, count=len(left_out))
    return plan


def retry(run: RecurringRun, *, by: Any, on: date | None = None) -> RecurringRun:
    """Try a failed day again, now, and the days after it. Refuses: run_not_failed, plan_stopped."""
    with transaction.atomic():
        plan = _of_failed(run)
        RecurringPlan.objects.filter(pk=plan.pk).update(look_on=plan.next_on)
        record_event(plan, "day_retried", by=by, day=run.day)
    run_due(plan.pk, on=on or bucharest_today())
    return RecurringRun.objects.get(pk=run.pk)


@transaction.atomic
def skip(run: RecurringRun, *, by: Any) -> RecurringPlan:
    """Give a failed day up, and let the later ones go on. Refuses: run_not_failed, plan_stopped."""
    plan = _of_failed(run)
    RecurringRun.objects.filter(pk=run.pk, state=State.FAILED).update(state=State.SKIPPED, at=timezone.now())
    plan.position += 1
    _look_ahead(plan)
    record_event(plan, "day_skipped", by=by, day=run.day)
    return plan


@transaction.atomic
def approve_draft(run: RecurringRun, *, by: Any) -> Document:
    """Issue the draft that a run made, as it stands now, and send it if the plan says so.

    Refuses: draft_gone, plan_of_former_status, and what `issue` refuses.
    """
    document = RecurringRun.objects.select_related("document").get(pk=run.pk).document
    if document is None:
        raise Refused("draft_gone", "Ciorna a fost ștearsă. Perioada rămâne fără factură.")
    hold_original(document)
    was_draft = lock(document).is_draft  # before the VAT status, as everywhere; a second click waits here, and sends nothing
    share_vat_status(active_company_id())
    run = RecurringRun.objects.select_related("plan__partner").get(pk=run.pk)
    require(
        run.plan.reason != RecurringPlan.Reason.VAT_STATUS,
        "plan_of_former_status",
        "Statutul de TVA al firmei s-a schimbat după ce s-a făcut ciorna. Deschideți-o, verificați TVA și emiteți-o din editor.",
    )
    document = issue(document, by=by, channel=Channel.RECURRING, allow_earlier_date=True)
    if was_draft and run.plan.send_mail:
        number = run.plan.runs.filter(day__lte=run.day, state__in=[State.ISSUED, State.DRAFT]).count()
        send(run.plan, document, _words(run.plan, run.day, None, number), by)
    return document


def _run_next(plan_id: int, on: date) -> RecurringRun | None:
    """Do the next day of a plan that is due; None when there is none, another worker has the plan, or a person must act first."""
    with transaction.atomic():
        share_vat_status(active_company_id())
        status, _ = status_to_issue(on, today=on)
        plans = RecurringPlan.objects.due(on).select_for_update(of=["self"], skip_locked=True).select_related("partner", "series")
        plan = plans.filter(pk=plan_id).first()
        if plan is None or plan.next_on is None or plan.next_on > on or not _may_go_on(plan, status, on):
            return None
        return _do(plan, plan.next_on, status, on)


def _may_go_on(plan: RecurringPlan, status: VatStatus | None, on: date) -> bool:
    """Whether the plan is of the status in force, and not too far behind; one that is waits for a person from here on."""
    if plan.vat_status_id != (status.pk if status else None):
        return False  # whoever wrote that status wrote no StatusChange; the nightly check says so
    approved = plan.approved_until
    behind = [day for day in plan.due_days_until(on, AT_ONCE + 1) if approved is None or day > approved]
    if len(behind) > AT_ONCE:
        plan.awaits_approval, plan.look_on = True, None
        plan.save(update_fields=["awaits_approval", "look_on"])
        record_event(plan, "days_wait", since=plan.next_on)
    return len(behind) <= AT_ONCE


def _do(plan: RecurringPlan, day: date, status: VatStatus | None, on: date) -> RecurringRun:
    """Make the document of a day, or keep why it could not be made."""
    run = RecurringRun.objects.filter(plan=plan, day=day).first() or RecurringRun(plan=plan, day=day, tries=0)
    if run.pk and run.state != State.FAILED:
        plan.position += 1
        _look_ahead(plan)
        return run
    run.tries, run.at = run.tries + 1, timezone.now()
    try:
        with transaction.atomic():
            run.document, run.error = _make(plan, day, status)
    except Refused as refusal:
        run.state, run.document, run.error_code, run.error = State.FAILED, None, refusal.code, limit(refusal.message, 500)
        run.save()
        plan.look_on = on + timedelta(days=1)
        plan.save(update_fields=["look_on"])
        return run
    run.state, run.error_code = State.ISSUED if run.document.is_issued else State.DRAFT, ""
    run.save()
    plan.made, plan.position = plan.made + 1, plan.position + 1
    _look_ahead(plan)
    return run


def _make(plan: RecurringPlan, day: date, status: VatStatus | None) -> tuple[Document, str]:
    """The document of a day, issued or as a draft, and what its e-mail lacked ("" if nothing)."""
    document, lines, words = filled(plan, day, payer=bool(status and status.payer))
    if plan.mode == RecurringPlan.Mode.DRAFT:
        return save_draft(document, lines, by=None), ""
    issue_new(document, lines, by=None, channel=Channel.RECURRING, allow_earlier_date=True)
    return document, send(plan, document, words, None) if plan.send_mail else ""


def filled(plan: RecurringPlan, day: date, *, payer: bool) -> tuple[Document, list[DocumentLine], dict[str, str]]:
    """The unsaved document of a day with its lines, and what its variables stood for. Refuses: rate_missing."""
    rate = _rate(plan.currency, day)
    words = _words(plan, day, rate, plan.made + 1)
    factor = rate.rate if rate and plan.in_lei else Decimal(1)
    document = Document(
        partner=plan.partner,
        series=plan.series,
        issue_date=day,
        due_date=day + timedelta(days=plan.due_days) if plan.due_days is not None else None,
        language=plan.language,
        currency=plan.document_currency,
        prices_include_vat=plan.prices_include_vat,
        discount_percent=plan.discount_percent,
        discount_amount=money(plan.discount_amount * factor),
        issuer_name=plan.issuer_name,
        vat_payer=payer,
        **{name: limit(fill(getattr(plan, name), words), length) for name, length in FILLED.items()},
    )
    if rate and not plan.in_lei:
        document.exchange_rate, document.rate_date, document.rate_source = rate.rate, rate.date, rate.source
    return document, [_line(line, words, factor) for line in plan.lines.all()], words


def _rate(currency: str, day: date) -> ExchangeRate | None:
    """BNR's rate for a day, None for lei. Refuses: rate_missing."""
    if currency == "RON":
        return None
    try:
        return rate_in_force(currency, day)
    except Refused as refusal:
        sentence = (
            f"Nu avem încă cursul BNR pentru {currency} din ziua bancară de dinaintea datei {date_ro(day)}. Se încearcă din nou mâine."
        )
        raise Refused("rate_missing", sentence) from refusal


def _line(line: RecurringLine, words: dict[str, str], factor: Decimal) -> DocumentLine:
    made = DocumentLine(
        product_id=line.product_id,
        name=limit(fill(line.name, words), 100),
        description=limit(fill(line.description, words), 200),
        code=line.code,
        quantity=line.quantity,
        unit=line.unit,
        unit_code=line.unit_code,
        unit_price=price(line.unit_price * factor),
        discount_percent=line.discount_percent,
        discount_amount=money(line.discount_amount * factor),
    )
    made.take_vat(vat_rates()[str(line.vat_rate_id)])
    return made


def _words(plan: RecurringPlan, day: date, rate: ExchangeRate | None, number: int) -> dict[str, str]:
    lei = rate.rate if rate else None
    return values(plan.schedule, day, language=plan.language, number=number, client=plan.partner.name, rate=lei)


def send(plan: RecurringPlan, document: Document, words: dict[str, str], by: Any) -> str:
    """Ask for the e-mail; why it can't be sent, if it can't: the invoice is issued all the same."""
    subject, body = letter(document)
    try:
        send_document(
            document,
            to=plan.mail_to or plan.partner.email,
            cc="",
            subject=limit(fill(plan.mail_subject, words), 200) or subject,
            body=fill(plan.mail_body, words) or body,
            by=by,
            token=uuid4(),
        )
    except Refused as refusal:
        return f"E-mailul nu a plecat: {refusal.message}"
    return ""


def _look_ahead(plan: RecurringPlan) -> None:
    """Step to the next day, from `position` on; the end of the schedule or of the number of times leaves none."""
    left = plan.times is None or plan.made < plan.times
    plan.next_on = plan.schedule.nth(plan.position) if left else None
    plan.look_on, plan.awaits_approval = plan.next_on, False
    plan.save(update_fields=["made", "position", "next_on", "look_on", "awaits_approval"])


def _waiting(plan: RecurringPlan) -> RecurringPlan:
    plan = _held(plan.pk)
    require(plan.awaits_approval, "plan_not_waiting", "Recurența nu așteaptă aprobare.")
    return plan


def _of_failed(run: RecurringRun) -> RecurringPlan:
    plan = _held(run.plan_id)
    current = plan.runs.filter(pk=run.pk, state=State.FAILED, day=plan.next_on).exists()
    require(current, "run_not_failed", "Perioada a fost deja emisă sau sărită.")
    return plan


def _held(plan_id: int) -> RecurringPlan:
    """Hold the VAT status, then the plan. Refuses: plan_stopped."""
    share_vat_status(active_company_id())
    plan = RecurringPlan.objects.select_for_update(of=["self"]).get(pk=plan_id)
    require(not plan.is_stopped, "plan_stopped", "Recurența este oprită definitiv. O puteți adăuga din nou.")
    return plan
