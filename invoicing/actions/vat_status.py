"""The change of a company's VAT status: what stops with it (R34), and documents of the former status (R35).

Who issues holds the status, who changes it waits for them and then lets nobody begin (companies/actions/locks.py), so a document
bears the status of its instant, and a recurrence of the former status issues nothing after the change has committed.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from catalog.actions import deactivate_price_lists
from catalog.models import PriceList
from companies.actions import set_vat_status
from companies.actions.locks import share_vat_status
from companies.events import record_event
from companies.models import Company, VatStatus, is_vat_payer, vat_status
from companies.scope import active_company_id
from invoicing import tasks
from invoicing.models import Document, Kind, RecurringPlan, Status, StatusChange, StatusPermission
from lib.dates import bucharest_today
from lib.errors import require
from lib.formats import date_ro
from lib.nudge import nudge

# In SQL, because every issue asks it; the row is all that a document needs of its status.
STATUS = """
SELECT id, since, payer, EXISTS (
    SELECT FROM invoicing_statuschange c WHERE c.company_id = v.company_id AND c.applied_at IS NULL AND c.since <= %(today)s
), EXISTS (
    SELECT FROM companies_cashvatperiod p WHERE p.company_id = v.company_id AND p.since <= %(on)s AND (p.until IS NULL OR p.until >= %(on)s)
) FROM companies_vatstatus v WHERE company_id = %(company)s AND since <= %(on)s ORDER BY since DESC, id DESC LIMIT 1
"""
NAMED = 20  # recurrences that a preview names


@dataclass(frozen=True)
class Effects:
    """What a change would stop, as far as is known today."""

    count: int
    plans: list[RecurringPlan]  # the first NAMED ones
    ahead: bool  # whether it would stop on a later day
    documents: int  # issued ones that would be of a former status
    price_lists: list[str]  # names of the special price lists that would become inactive


@transaction.atomic
def change_vat_status(company: Company, *, payer: bool, since: date, by: Any) -> StatusChange:
    """Change the status from a day on and stop what depends on it: at once, or on that day if it is ahead.

    Refuses what `set_vat_status` refuses: vat_status_same, vat_status_before_last, vat_status_too_early, vat_status_too_far,
    cash_vat_after_change.
    """
    status = set_vat_status(company, payer=payer, since=since, by=by)
    change = StatusChange.objects.create(status=status, since=since, by=by)
    apply_changes(bucharest_today())
    change.refresh_from_db()
    return change


@transaction.atomic
def apply_changes(on: date) -> int:
    """Stop what the changes whose day has come must stop; how many recurrences stopped. Twice is as good as once."""
    due = StatusChange.objects.filter(applied_at=None, since__lte=on).order_by("since", "id")
    stopped = 0
    for change in due.select_for_update(of=["self"]):
        change.applied_at = timezone.now()
        change.stopped, change.price_lists = _stop_all(change, vat_status(on))
        change.mail_due = change.applied_at if change.stopped or change.price_lists else None
        change.save()
        company = Company.objects.get(pk=change.company_id)
        record_event(company, "recurrences_stopped", by=change.by, count=change.stopped, since=change.since)
        stopped += change.stopped
        if change.mail_due:
            nudge(tasks.mail_stopped, change.company_id, change.pk)
    return stopped


def effects(*, payer: bool, since: date) -> Effects:
    """What `change_vat_status` would do, for the person who is about to confirm."""
    alive = RecurringPlan.objects.alive()
    return Effects(
        count=alive.count(),
        plans=list(alive.select_related("partner").order_by("next_on", "id")[:NAMED]),
        ahead=since > bucharest_today(),
        documents=Document.objects.issued().filter(vat_payer=not payer).count(),
        price_lists=list(PriceList.objects.filter(active=True).order_by("name").values_list("name", flat=True)),
    )


def status_to_issue(on: date, *, today: date) -> tuple[VatStatus | None, bool]:
    """The status that holds on the day of a document that is being issued, and whether TVA la încasare does; under `share_vat_status`.

    A planned change whose day has come and which no task has applied yet is applied first; asking costs no query of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(STATUS, {"company": active_company_id(), "on": on, "today": today})
        found = cursor.fetchone()
    if found is None:
        return None, False
    key, since, payer, late, cash_vat = found
    if late:
        apply_changes(today)
    return VatStatus(pk=key, since=since, payer=payer), cash_vat


def is_of_former_status(document: Document) -> bool:
    """Whether an issued document bears another VAT status than the company has today."""
    if document.status != Status.ISSUED or document.kind == Kind.SELF_BILLED:  # there the status is the supplier's
        return False
    return document.vat_payer != is_vat_payer(bucharest_today())


@transaction.atomic
def allow_once(document: Document, *, reason: str, by: Any) -> StatusPermission:
    """Let a document of a former status be changed or storned once. Asked twice, the first permission stands.

    Refuses: document_of_this_vat_status, reason_missing.
    """
    document = Document.objects.select_for_update().get(pk=document.pk)
    require(
        is_of_former_status(document),
        "document_of_this_vat_status",
        "Documentul are statutul de TVA de acum al firmei: se poate modifica și storna fără permisiune.",
    )
    require(reason.strip(), "reason_missing", "Scrieți motivul; rămâne în istoricul documentului.", "reason")
    if open_one := document.status_permissions.filter(used_at=None).first():
        return open_one
    permission = StatusPermission.objects.create(document=document, reason=reason.strip(), by=by)
    record_event(document, "former_status_allowed", by=by, reason=permission.reason)
    return permission


def require_vat_status(document: Document, *, act: str, by: Any) -> None:
    """Let an issued document be worked on (`act` is "revise" or "storno") under the VAT status of today, or use up its permission.

    To be called in the transaction of the act, with the document locked. Refuses: document_of_former_vat_status.
    """
    share_vat_status(active_company_id())
    if not is_of_former_status(document):
        return
    permission = document.status_permissions.select_for_update(of=["self"]).filter(used_at=None).first()
    require(permission, "document_of_former_vat_status", former_status_sentence(document))
    permission.used_at, permission.used_by, permission.used_for = timezone.now(), by, act
    permission.save(update_fields=["used_at", "used_by", "used_for"])
    record_event(document, "former_status_used", by=by, act=act)


def require_workable(document: Document) -> None:
    """What `require_vat_status` would refuse, asked before anything is typed. Refuses: document_of_former_vat_status."""
    allowed = not is_of_former_status(document) or document.status_permissions.filter(used_at=None).exists()
    require(allowed, "document_of_former_vat_status", former_status_sentence(document))


def former_status_sentence(document: Document) -> str:
    """Why a document of the former status stays as it is, and the two ways out."""
    was, now = ("plătitoare", "neplătitoare") if document.vat_payer else ("neplătitoare", "plătitoare")
    return (
        f"{document.label} este emisă la {date_ro(document.issue_date)}, când firma era {was} de TVA; acum este {now}. Documentele"
        " emise cu alt statut nu se modifică și nu se stornează. Sunt două căi: un administrator permite acest document, cu un motiv,"
        " din pagina lui; sau schimbă pentru moment statutul firmei la cel de atunci, din Configurare › Datele firmei, apoi înapoi,"
        " ceea ce oprește definitiv recurențele active."
    )


def _stop_all(change: StatusChange, in_force: VatStatus | None) -> tuple[int, list[str]]:
    """What a change of the status stops, in one statement a kind of thing: how many recurrences, and the names of price lists."""
    if names := deactivate_price_lists(reason=PriceList.Reason.VAT_STATUS, by=change.by):
        company = Company.objects.get(pk=change.company_id)
        record_event(company, "price_lists_deactivated", by=change.by, count=len(names), names=", ".join(names), since=change.since)
    plans = RecurringPlan.objects.alive().exclude(vat_status=in_force)
    stopped = plans.update(
        state=RecurringPlan.State.STOPPED,
        reason=RecurringPlan.Reason.VAT_STATUS,
        stopped_at=change.applied_at,
        stopped_by=change.by,
        look_on=None,
        awaits_approval=False,
    )
    return stopped, names
