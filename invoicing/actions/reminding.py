"""Reminding of what is owed: asked for once a day for each company, checked again when each e-mail leaves."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from companies.events import record_event
from invoicing import tasks
from invoicing.actions.mail import addresses
from invoicing.customer import address_of, link_to
from invoicing.letters import reminder_letter, together_letter
from invoicing.models import Document, Mail, Reminder, ReminderStop, SendingSettings
from invoicing.reminders import Due, due_on, still_owed
from lib.dates import bucharest_today
from lib.errors import require
from lib.nudge import nudge
from partners.models import Language, Partner

EVENING = 20  # an hour after which nobody is reminded any more, unless the company chose a later one
NAMESPACE = UUID("6f1f5f5e-93f4-4f0a-9a57-0b8f3c1d7a52")
NOTHING_LEFT = "Nu a mai plecat: nu mai era nimic de amintit (plătit, oprit sau cu obiecție)."


@transaction.atomic
def remind(at: datetime) -> int:
    """Ask for the e-mails of the day of the active company, if its hour has come; returns how many. Again the same day, none.

    The settings' row is held, so two workers do not count the same day; the constraint on (document, step) has the last word.
    """
    local = timezone.localtime(at)
    settings = SendingSettings.objects.select_for_update().filter(reminders_on=True).first()
    if settings is None or (settings.reminded_on and settings.reminded_on >= local.date()):
        return 0
    if not settings.hour <= local.hour < max(EVENING, settings.hour + 1):
        return 0
    groups = list(_groups(settings, [due for due in due_on(settings, local.date()) if not due.obstacle]))
    for group in groups:
        _ask(group, local.date())
    settings.reminded_on = local.date()
    settings.save(update_fields=["reminded_on"])
    return len(groups)


def refresh(mail: Mail) -> list[Document]:
    """Write a waiting reminder anew from what is owed at this moment; with nothing left it is dropped, and [] returned."""
    steps = dict(mail.reminders.values_list("document_id", "days"))
    left = still_owed(list(steps))
    waiting = Mail.objects.filter(pk=mail.pk, state=Mail.State.WAITING)
    if not left:
        with transaction.atomic():
            if waiting.update(state=Mail.State.DROPPED, error=NOTHING_LEFT):
                for document in Document.objects.filter(pk__in=steps):
                    record_event(document, "reminder_dropped", to=mail.to, step=steps[document.pk])
        return []
    mail.subject, mail.body = _words(left, steps, bucharest_today())
    waiting.update(subject=mail.subject, body=mail.body)
    return left


@transaction.atomic
def stop_reminding(partner: Partner, document: Document | None = None, *, by: Any) -> ReminderStop:
    """Remind no more of one document, or of anything that the client owes. Again, it stays as it is."""
    stop, made = ReminderStop.objects.get_or_create(partner=partner, document=document, defaults={"by": by})
    if made:
        record_event(document or partner, "reminders_stopped", by=by)
    return stop


@transaction.atomic
def resume_reminding(stop: ReminderStop, *, by: Any) -> None:
    """Take an entry off the list; steps that passed meanwhile are not sent."""
    record_event(stop.document or stop.partner, "reminders_resumed", by=by)
    stop.delete()


@transaction.atomic
def change_reminders(
    *, on: bool, steps: Iterable[int], working_days: bool, hour: int, gather: bool, by: Any, today: date | None = None
) -> SendingSettings:
    """Set the reminders of the company. Switched on, they begin with the steps of today: earlier ones are not sent afterwards.

    Refuses: no_steps, too_many_steps, step_too_far.
    """
    chosen = sorted(set(steps))
    require(chosen, "no_steps", "Scrieți cel puțin un pas, de exemplu 7.", "steps")
    require(len(chosen) <= 10, "too_many_steps", "Cel mult 10 pași: mai multe mementouri nu se mai citesc.", "steps")
    require(chosen[0] >= -60 and chosen[-1] <= 365, "step_too_far", "Un pas este între 60 de zile înainte și 365 după scadență.", "steps")
    SendingSettings.objects.get_or_create()
    held = SendingSettings.objects.select_for_update().get()
    if on and not held.reminders_on:
        held.on_since = today or bucharest_today()
    held.reminders_on, held.steps, held.working_days, held.hour, held.gather = on, chosen, working_days, hour, gather
    held.save()
    record_event(held, "reminders_changed", by=by, on=on, steps=chosen)
    return held


def _groups(settings: SendingSettings, due: Sequence[Due]) -> Iterator[list[Due]]:
    """What goes in one e-mail: all of a client, or each by itself."""
    if not settings.gather:
        yield from ([each] for each in due)
        return
    for _, those in groupby(sorted(due, key=lambda each: each.document.partner_id or 0), key=lambda each: each.document.partner_id):
        yield list(those)


def _ask(group: Sequence[Due], day: date) -> None:
    documents, steps = [due.document for due in group], {due.document.pk: due.days for due in group}
    partner, single = documents[0].partner, documents[0] if len(documents) == 1 else None
    subject, body = _words(documents, steps, day)
    key = ",".join(f"{pk}:{days}" for pk, days in sorted(steps.items()))
    mail = Mail.objects.create(
        purpose=Mail.Purpose.REMINDER,
        partner=partner,
        document=single,
        revision=single.revision if single else 0,
        to=", ".join(addresses(partner.email, "")),
        subject=subject,
        body=body,
        token=uuid5(NAMESPACE, key),
    )
    Reminder.objects.bulk_create(Reminder(document_id=pk, days=days, mail=mail) for pk, days in steps.items())
    nudge(tasks.send_mail, mail.company_id, mail.pk)


def _words(documents: Sequence[Document], steps: dict[int, int], day: date) -> tuple[str, str]:
    pairs = [(document, address_of(link_to(document))) for document in documents]
    if len(pairs) == 1:
        document, link = pairs[0]
        return reminder_letter(document, steps[document.pk], on=day, link=link)
    languages = {document.language for document in documents}
    return together_letter(pairs, languages.pop() if len(languages) == 1 else Language.BOTH, on=day)
