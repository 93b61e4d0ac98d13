"""Plans of recurring invoices: made, changed, paused, resumed, stopped for good, added again. Their runs: recurring_runs.py."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.kept import offered
from companies.actions.locks import share_vat_status
from companies.events import record_event
from companies.models import vat_status
from companies.scope import active_company_id
from invoicing.actions.mail import addresses
from invoicing.models import RecurringLine, RecurringPlan, RecurringRun
from invoicing.schedule import MAX_EVERY
from invoicing.variables import require_known
from lib.dates import bucharest_today
from lib.errors import require

State = RecurringPlan.State
# What a change of the plan keeps: what the database and the runs decide.
KEPT = "company_id token state position next_on made look_on awaits_approval approved_until vat_status_id again_of_id reason".split() + (
    "stopped_at stopped_by_id created_by_id created_at".split()
)
SCHEDULE = "unit every rule day starts_on ends_on times".split()
TEXTS = "notes order_reference contract_reference buyer_reference internal_note mail_subject mail_body".split()
TEMPLATE = (
    "name mode unit every rule day ends_on partner series language currency in_lei prices_include_vat discount_percent"
    " discount_amount due_days issuer_name send_mail mail_to"
).split() + TEXTS


@transaction.atomic
def create_plan(plan: RecurringPlan, lines: Sequence[RecurringLine], *, by: Any, on: date | None = None) -> RecurringPlan:
    """Write a new plan under the VAT status of the day (`on`, today if not said). `lines` are new instances without `plan`.

    A known `token` returns the first plan. Refuses: document_empty, line_incomplete, start_in_past, ends_before_start,
    schedule_empty, every_out_of_range, variable_unknown, address_invalid, times_used_up.
    """
    if earlier := _of_token(plan):
        return earlier
    on = on or bucharest_today()
    share_vat_status(active_company_id())
    _check(plan, lines)
    _require_start(plan, on)
    plan.vat_status, plan.created_by = vat_status(on), by
    _place(plan, since=plan.starts_on)
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError:  # its twin committed meanwhile
        if earlier := _of_token(plan):
            return earlier
        raise
    _write_lines(plan, lines)
    record_event(plan, "created", by=by)
    return plan


@transaction.atomic
def change_plan(plan: RecurringPlan, lines: Sequence[RecurringLine], *, by: Any) -> RecurringPlan:
    """Write a plan with other values set, and other lines. Days that have had their document stay as they are.

    Refuses: plan_stopped, start_in_past, and what `create_plan` refuses.
    """
    held = _lock(plan)
    for name in KEPT:
        setattr(plan, name, getattr(held, name))
    _check(plan, lines)
    if any(getattr(plan, name) != getattr(held, name) for name in SCHEDULE):
        today = bucharest_today()
        _require_start(plan, held.starts_on if plan.starts_on == held.starts_on else today)
        last = plan.runs.order_by("-day").values_list("day", flat=True).first()
        _place(plan, since=max(today, date.fromordinal(last.toordinal() + 1)) if last else max(today, plan.starts_on))
        _give_up_failed(plan)
    plan.save()
    plan.lines.all().delete()
    _write_lines(plan, lines)
    record_event(plan, "changed", by=by)
    return plan


@transaction.atomic
def pause_plan(plan: RecurringPlan, *, by: Any) -> RecurringPlan:
    """Issue nothing until it is resumed. Refuses: plan_stopped."""
    plan = _lock(plan)
    if plan.state == State.ACTIVE:
        plan.state, plan.look_on, plan.awaits_approval = State.PAUSED, None, False
        plan.save()
        record_event(plan, "paused", by=by)
    return plan


@transaction.atomic
def resume_plan(plan: RecurringPlan, *, by: Any) -> RecurringPlan:
    """Go on from today: the days of the pause are left out. Refuses: plan_stopped."""
    plan = _lock(plan)
    if plan.state == State.PAUSED:
        plan.state = State.ACTIVE
        _place(plan, since=max(bucharest_today(), plan.next_on or plan.starts_on), strict=False)
        _give_up_failed(plan)
        plan.save()
        record_event(plan, "resumed", by=by)
    return plan


@transaction.atomic
def stop_plan(plan: RecurringPlan, *, by: Any) -> RecurringPlan:
    """Stop for good; it can only be added again. Refuses: plan_stopped."""
    plan = _lock(plan)
    plan.state, plan.reason, plan.look_on, plan.awaits_approval = State.STOPPED, RecurringPlan.Reason.PERSON, None, False
    plan.stopped_at, plan.stopped_by = timezone.now(), by
    plan.save()
    record_event(plan, "stopped", by=by)
    return plan


@transaction.atomic
def add_again(plan: RecurringPlan, *, by: Any) -> RecurringPlan:
    """A new plan like a stopped one, under the VAT status of today, from its next day on. Asked twice, the first one is returned.

    Each line gets the usual treatment of the new status, unless its own still holds. Refuses: plan_not_stopped, schedule_empty.
    """
    plan = RecurringPlan.objects.select_for_update(of=["self"], no_key=True).select_related("partner", "series").get(pk=plan.pk)
    require(plan.is_stopped, "plan_not_stopped", "Recurența nu este oprită.")
    if made := plan.again.first():
        return made
    today = bucharest_today()
    share_vat_status(active_company_id())
    status = vat_status(today)
    schedule = plan.schedule
    since = max(today, plan.next_on or today)
    start = schedule.nth(schedule.position_from(since))
    require(start, "schedule_empty", "Programul recurenței s-a încheiat. Faceți una nouă.")
    new = RecurringPlan(again_of=plan, starts_on=start, times=plan.times - plan.made if plan.times else None)
    for name in TEMPLATE:
        setattr(new, name, getattr(plan, name))
    possible = offered(start or today, payer=bool(status and status.payer))
    lines = []
    for line in plan.lines.select_related("vat_rate"):
        line.pk = None
        if line.vat_rate not in possible:
            line.vat_rate = possible[0]
        lines.append(line)
    return create_plan(new, lines, by=by)


def _of_token(plan: RecurringPlan) -> RecurringPlan | None:
    return RecurringPlan.objects.filter(token=plan.token).first() if plan.token else None


def _lock(plan: RecurringPlan) -> RecurringPlan:
    """Hold the VAT status, then the plan. Refuses: plan_stopped."""
    share_vat_status(active_company_id())
    plan = RecurringPlan.objects.select_for_update(of=["self"]).select_related("partner", "series").get(pk=plan.pk)
    require(not plan.is_stopped, "plan_stopped", "Recurența este oprită definitiv. O puteți adăuga din nou.")
    return plan


def _check(plan: RecurringPlan, lines: Sequence[RecurringLine]) -> None:
    """What a plan must be, whatever its day."""
    plan.name = plan.name.strip() or plan.partner.name[:100]
    require(lines, "document_empty", "Adăugați cel puțin o linie.", "lines")
    for position, line in enumerate(lines, start=1):
        require(line.name and line.quantity, "line_incomplete", f"Linia {position} nu are denumire sau cantitate.", "lines")
    require(1 <= plan.every <= MAX_EVERY, "every_out_of_range", f"Scrieți un număr între 1 și {MAX_EVERY}.", "every")
    ends = plan.ends_on
    require(ends is None or ends >= plan.starts_on, "ends_before_start", "Sfârșitul este înaintea începutului.", "ends_on")
    texts = [(name, getattr(plan, name)) for name in TEXTS]
    require_known(texts + [("lines", text) for line in lines for text in (line.name, line.description)])
    addresses(plan.mail_to, "mail_to")
    if plan.currency == "RON":
        plan.in_lei = False


def _require_start(plan: RecurringPlan, earliest: date) -> None:
    sentence = "Prima factură nu poate fi în trecut. Alegeți o dată de azi încolo."
    require(plan.starts_on >= earliest, "start_in_past", sentence, "starts_on")


def _place(plan: RecurringPlan, *, since: date, strict: bool = True) -> None:
    """Set the next day, the first one of the schedule from `since` on. Refuses: schedule_empty, times_used_up."""
    plan.position = plan.schedule.position_from(since)
    require(plan.times is None or plan.times > 0, "times_used_up", "Scrieți de câte ori, cel puțin o dată.", "times")
    left = plan.times is None or plan.made < plan.times
    require(left or not strict, "times_used_up", f"S-au făcut deja {plan.made}. Scrieți un număr mai mare.", "times")
    plan.next_on = plan.schedule.nth(plan.position) if left else None
    require(plan.next_on or not strict, "schedule_empty", "Între început și sfârșit nu cade nicio factură. Mutați sfârșitul.", "ends_on")
    plan.awaits_approval = False
    plan.look_on = plan.next_on if plan.state == State.ACTIVE else None


def _give_up_failed(plan: RecurringPlan) -> None:
    """Failed days that the plan has left behind."""
    behind = plan.runs.filter(state=RecurringRun.State.FAILED, day__lt=plan.next_on or date.max)
    behind.update(state=RecurringRun.State.SKIPPED, at=timezone.now())


def _write_lines(plan: RecurringPlan, lines: Sequence[RecurringLine]) -> None:
    for position, line in enumerate(lines, start=1):
        line.plan, line.position, line.pk = plan, position, None
    RecurringLine.objects.bulk_create(lines)
