"""What a person does with the inbox."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from companies.events import new_event, record_event
from companies.models import Event
from efactura import tasks
from efactura.inbox.handover import received_of
from efactura.inbox.reading import ask_now
from efactura.models import BuyerMessage, ReceivedMessage, ReceivedPdf, Settings
from lib.errors import require
from lib.nudge import nudge
from lib.text import normalise
from purchases.actions.received import expense_from_received
from purchases.models import Expense

State, Status = ReceivedMessage.State, BuyerMessage.Status
MOST_TEXT = 1000
NOT_AUTHORISED = "Firma nu are autorizare e-Factura. Autorizați cu certificatul, din Configurare › e-Factura."


def read_inbox_now(company_id: int) -> None:
    """*Citește acum*: a worker reads the list at once. Refuses: inbox_without_authorisation."""
    require(ask_now(), "inbox_without_authorisation", NOT_AUTHORISED)
    nudge(tasks.work_inbox, company_id)


@transaction.atomic
def mark_received(keys: Iterable[int], state: str, *, by: User) -> int:
    """Set the state of messages; how many changed. The history says who. Refuses: received_state_unknown."""
    require(state in State.values, "received_state_unknown", "Starea aleasă nu există. Alegeți din nou.")
    rows = ReceivedMessage.objects.filter(pk__in=list(keys)).exclude(state=state).order_by("pk").defer("content").select_for_update()
    found = [(row, row.state) for row in rows]
    ReceivedMessage.objects.filter(pk__in=[row.pk for row, _ in found]).update(state=state)
    Event.objects.bulk_create([new_event(row, "marked", by=by, state=state, former=former) for row, former in found])
    return len(found)


@transaction.atomic
def see(row: ReceivedMessage, *, by: User) -> None:
    """A new message that somebody opens is seen. Twice, the second time does nothing."""
    if row.state == State.NEW and row.archived_at and ReceivedMessage.objects.filter(pk=row.pk, state=State.NEW).update(state=State.SEEN):
        record_event(row, "marked", by=by, state=State.SEEN, former=State.NEW)
        row.state = State.SEEN


@transaction.atomic
def book_expense(row: ReceivedMessage, *, by: User) -> Expense:
    """A draft expense from a received invoice, which is booked by it. Twice, or two people at once: one expense.

    Refuses: received_not_an_invoice, received_not_readable, and whatever purchases refuse.
    """
    row = ReceivedMessage.objects.select_for_update().get(pk=row.pk)
    expense = expense_from_received(received_of(row), by=by)
    if row.state != State.BOOKED:
        ReceivedMessage.objects.filter(pk=row.pk).update(state=State.BOOKED)
        record_event(row, "booked", by=by, expense=expense.pk)
    return expense


@transaction.atomic
def write_to_issuer(row: ReceivedMessage, *, text: str, token: UUID, by: User) -> BuyerMessage:
    """A message to whoever issued a received invoice; it leaves at once. The same `token` again returns the first.

    Refuses: message_empty, message_too_long, message_not_for_this, message_other_environment.
    """
    if earlier := BuyerMessage.objects.filter(token=token).first():
        return earlier
    text = normalise(text)
    require(text, "message_empty", "Scrieți mesajul pentru furnizor.", "text")
    require(len(text) <= MOST_TEXT, "message_too_long", f"Mesajul are peste {MOST_TEXT} de caractere. Scurtați-l.", "text")
    require(row.kind == ReceivedMessage.Kind.INVOICE, "message_not_for_this", "Se scrie numai emitentului unei facturi primite.")
    same = row.environment == Settings.of_company().environment
    require(same, "message_other_environment", "Factura este din alt mediu decât cel în care lucrează firma acum.")
    fields: dict[str, Any] = {"environment": row.environment, "text": text, "due_at": timezone.now(), "by": by}
    answer, made = BuyerMessage.objects.get_or_create(token=token, defaults={"received": row, **fields})
    if made:
        record_event(row, "message_written", by=by, text=text)
        nudge(tasks.work_inbox, row.company_id)
    return answer


@transaction.atomic
def decide_message(answer: BuyerMessage, *, again: bool, by: User) -> BuyerMessage:
    """Of a message that was not found in SPV: send it again, or leave it. Refuses: message_not_waiting."""
    target, due = (Status.PENDING, timezone.now()) if again else (Status.DROPPED, None)
    moved = BuyerMessage.move(answer.pk, Status.BY_HAND, target, due_at=due, looks=0, message="")
    require(moved, "message_not_waiting", "Mesajul nu mai așteaptă o hotărâre. Reîncărcați pagina.")
    record_event(answer.received, "message_resent" if again else "message_dropped", by=by, text=answer.text)
    if again:
        nudge(tasks.work_inbox, answer.company_id)
    answer.refresh_from_db()
    return answer


@transaction.atomic
def ask_for_pdf(row: ReceivedMessage, kind: str) -> ReceivedPdf:
    """The PDF of a received invoice, made by a worker if it is not there. Refuses: received_has_no_pdf."""
    require(row.is_invoice and row.content, "received_has_no_pdf", "Din acest mesaj nu se poate face un PDF. Descărcați XML-ul sau arhiva.")
    now = timezone.now()
    pdf, made = ReceivedPdf.objects.get_or_create(received=row, kind=kind, defaults={"asked_at": now, "due_at": now})
    again = not made and ReceivedPdf.objects.filter(pk=pdf.pk, file=None, due_at=None).update(asked_at=now, due_at=now, problem="")
    if made or again:
        nudge(tasks.render_received, row.company_id, pdf.pk)
    pdf.refresh_from_db()
    return pdf
