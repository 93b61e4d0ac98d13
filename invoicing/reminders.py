"""Who is reminded of what on a day, in words of the business; nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from invoicing.actions.mail import addresses
from invoicing.models import Document, InvoiceType, Kind, Objection, Reminder, ReminderStop, SendingSettings
from lib.dates import is_working_day
from lib.errors import Refused

LATE = 7  # days: a step whose day fell on a holiday, or on a day when nothing ran, is sent up to so much later
ALSO = timedelta(days=14)  # how far the next day of sending is looked for


@dataclass(frozen=True, slots=True)
class Due:
    """A step of an invoice whose day has come; `obstacle` says why it does not go."""

    document: Document
    days: int
    obstacle: str = ""


def is_sending_day(settings: SendingSettings, day: date) -> bool:
    return not settings.working_days or is_working_day(day)


def next_sending_day(settings: SendingSettings, after: date) -> date:
    """The first day after this one on which reminders go."""
    day = after + timedelta(days=1)
    while not is_sending_day(settings, day) and day < after + ALSO:
        day += timedelta(days=1)
    return day


def due_on(settings: SendingSettings, day: date) -> list[Due]:
    """What a day asks for, by client: of each invoice only its latest step, and none that an equal or later one went before."""
    if not settings.steps or not is_sending_day(settings, day):
        return []
    first, last = day - timedelta(days=max(settings.steps) + LATE), day - timedelta(days=min(settings.steps))
    owed = _owed().filter(due_date__range=(first, last)).select_related("partner").order_by("partner__sort_name", "due_date", "id")
    found = [(document, days) for document in owed if (days := _step(settings, document, day)) is not None]
    sent = _last_sent([document for document, _ in found])
    found = [(document, days) for document, days in found if days > sent.get(document.pk, min(settings.steps) - 1)]
    why = obstacles([document for document, _ in found])
    return [Due(document, days, why.get(document.pk, "")) for document, days in found]


def obstacles(documents: Sequence[Document]) -> dict[int, str]:
    """Why some of these invoices are not reminded of, by document."""
    keys, partners = [document.pk for document in documents], {document.partner_id for document in documents}
    stops = ReminderStop.objects.filter(partner__in=partners)
    of_partners = set(stops.filter(document=None).values_list("partner_id", flat=True))
    of_documents = set(stops.filter(document__in=keys).values_list("document_id", flat=True))
    disputed = set(Objection.objects.filter(document__in=keys, answered_at=None).values_list("document_id", flat=True))
    found = {}
    for document in documents:
        if document.partner_id in of_partners:
            found[document.pk] = "Clientul este pe lista de opriri."
        elif document.pk in of_documents:
            found[document.pk] = "Factura este pe lista de opriri."
        elif document.pk in disputed:
            found[document.pk] = "Clientul are o obiecție fără răspuns."
        elif reason := _unreachable(document.partner.email):
            found[document.pk] = reason
    return found


def still_owed(keys: Sequence[int]) -> list[Document]:
    """Those of these invoices that are, at this moment, owed and not stopped."""
    documents = list(_owed().filter(pk__in=keys).select_related("partner").order_by("due_date", "id"))
    documents = [document for document in documents if document.storned != "whole"]
    stopped = obstacles(documents)
    return [document for document in documents if document.pk not in stopped]


def _owed() -> QuerySet[Document]:
    """Invoices with something left; one for a fiscal receipt was paid at the till, whether or not the money is recorded here."""
    owed = Document.objects.with_storned().unpaid().exclude(invoice_type=InvoiceType.RECEIPTED)
    return owed.filter(kind=Kind.INVOICE, total__gt=0, storno_of=None, due_date__isnull=False)


def _step(settings: SendingSettings, document: Document, day: date) -> int | None:
    """The latest step whose day has come, not too long ago, after the issue and since reminders are on."""
    if document.storned == "whole" or document.due_date is None:
        return None
    since = max(day - timedelta(days=LATE - 1), settings.on_since or day, document.issue_date + timedelta(days=1))
    come = [days for days in settings.steps if since <= document.due_date + timedelta(days=days) <= day]
    return max((days for days in come if days >= 0 or day < document.due_date), default=None)  # "soon due" is said before, or not at all


def _last_sent(documents: Sequence[Document]) -> dict[int, int]:
    rows = Reminder.objects.filter(document__in=documents).values_list("document_id", "days")
    last: dict[int, int] = {}
    for document_id, days in rows:
        last[document_id] = max(days, last.get(document_id, days))
    return last


def _unreachable(email: str) -> str:
    try:
        return "" if addresses(email, "") else "Clientul nu are e-mail în fișa lui."
    except Refused as refusal:
        return refusal.message
