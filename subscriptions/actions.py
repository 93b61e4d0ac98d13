"""What issuing asks: is there room in this subscription month? And what an operator does: change the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from companies.events import record_event
from companies.models import Company
from companies.scope import active_company_id
from lib.errors import require
from lib.formats import date_ro
from lib.rows import insert
from lib.words import plural
from subscriptions import banner
from subscriptions.models import Plan, QuotaUse, Subscription
from subscriptions.notices import warn
from subscriptions.window import window

HOLD_SUBSCRIPTION = """
SELECT s.id, s.activated_on, s.paid_until, p.id, p.name, p.documents
FROM subscriptions_subscription s JOIN subscriptions_plan p ON p.id = s.plan_id WHERE s.company_id = %s FOR UPDATE OF s
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """One document that is being issued, or a payment recorded through the API (R03)."""

    subject: str
    subject_id: int
    kind: str
    label: str
    dated: date


def use_quota(*, subject: str, subject_id: int, kind: str, label: str, dated: date, channel: str, at: datetime) -> None:
    """Count one issued document, inside the transaction that issues it; a rolled-back issue counts nothing.

    Refuses: plan_expired, quota_used_up.
    """
    use_places([Counted(subject, subject_id, kind, label, dated)], channel=channel, at=at)


def use_places(counted: Sequence[Counted], *, channel: str, at: datetime) -> None:
    """`use_quota` for several documents at once: there is room for all of them, or all are refused.

    The subscription's row is held until commit, so that two documents can't both take the last place.
    """
    insert(*take_places(counted, channel=channel, at=at))


def take_places(counted: Sequence[Counted], *, channel: str, at: datetime) -> list[QuotaUse]:
    """`use_places`, the rows of the ledger not written yet: for one who writes them with others, in the same transaction."""
    subscription = _hold_subscription()
    used = _require_room(subscription, len(counted), at) if subscription is not None else None
    if subscription is not None and used is not None:
        warn(subscription, used=used + len(counted), on=timezone.localdate(at))
    return [
        QuotaUse(subject=x.subject, subject_id=x.subject_id, kind=x.kind, label=x.label, dated=x.dated, channel=channel, at=at)
        for x in counted
    ]


def _hold_subscription() -> Subscription | None:
    """The subscription and its plan, the row held until commit. Plain SQL: each issue waits for this one."""
    company_id = active_company_id()
    with connection.cursor() as cursor:
        cursor.execute(HOLD_SUBSCRIPTION, [company_id])
        found = cursor.fetchone()
    if found is None:
        return None
    key, activated_on, paid_until, plan_key, name, documents = found
    plan = Plan(pk=plan_key, name=name, documents=documents)
    return Subscription(pk=key, company_id=company_id, plan=plan, activated_on=activated_on, paid_until=paid_until)


@transaction.atomic
def subscribe(company: Company, *, plan: Plan, on: date, by: Any, paid_until: date | None = None) -> Subscription:
    """Give a company a plan from a day on; works on the next request. The first activation's day keeps starting the windows."""
    subscription = Subscription.objects.select_for_update().first()
    if subscription is None:
        subscription = Subscription.objects.create(plan=plan, activated_on=on, paid_until=paid_until)
    else:
        subscription.plan, subscription.paid_until = plan, paid_until
        subscription.save(update_fields=["plan", "paid_until"])
    transaction.on_commit(lambda: banner.clear(company.pk))
    record_event(company, "subscribed", by=by, plan=plan.name, paid_until=paid_until or "")
    return subscription


def _require_room(subscription: Subscription, count: int, at: datetime) -> int | None:
    """How many documents the window has had so far, None when the plan does not count them. Refuses: plan_expired, quota_used_up."""
    today, plan = timezone.localdate(at), subscription.plan
    require(
        subscription.is_paid(today),
        "plan_expired",
        f"Abonamentul {plan.name} a expirat la {date_ro(subscription.paid_until) if subscription.paid_until else ''}."
        " Puteți citi, exporta și încasa în continuare; pentru emitere, prelungiți-l din Configurare › Abonament. Ciorna s-a păstrat.",
    )
    if plan.documents is None:
        return None
    first, last = window(subscription.activated_on, today)
    used = QuotaUse.objects.in_window(first, last).count()
    require(
        used + count <= plan.documents,
        "quota_used_up",
        f"Ați emis cele {plural(plan.documents, 'document', 'documente')} din abonamentul {plan.name} pentru {date_ro(first)} –"
        f" {date_ro(last)}. Numărul se reia la {date_ro(last + timedelta(days=1))}. Documentele se numără după momentul emiterii,"
        " nu după data de pe ele. Ciorna s-a păstrat.",
    )
    return used
