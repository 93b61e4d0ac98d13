"""The history of a received message, in sentences."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from companies.models import Event
from efactura.models import ReceivedMessage

MOST = 100


@dataclass(frozen=True)
class Entry:
    at: datetime
    by: Any
    text: str
    detail: str = ""
    tone: str = ""


def _marked(data: dict[str, Any]) -> tuple[str, str]:
    if data["former"] == ReceivedMessage.State.NEW and data["state"] == ReceivedMessage.State.SEEN:
        return "a văzut", ""
    return f"a marcat: {ReceivedMessage.State(data['state']).label}, înainte {ReceivedMessage.State(data['former']).label}", ""


SENTENCES: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "marked": _marked,
    "booked": lambda data: ("a înregistrat cheltuiala", "Cheltuiala este o ciornă până o confirmați la Cheltuieli."),
    "message_written": lambda data: ("a scris furnizorului prin SPV", data["text"]),
    "message_sent": lambda data: (f"Mesajul a ajuns în SPV, index {data['index']}", ""),
    "message_refused": lambda data: ("SPV a refuzat mesajul", data["reason"]),
    "message_resent": lambda data: ("a retrimis mesajul care nu s-a găsit în SPV", ""),
    "message_dropped": lambda data: ("a renunțat la mesajul care nu s-a găsit în SPV", ""),
}


def history_of(row: ReceivedMessage) -> list[Entry]:
    """Newest first; at the end, how it came."""
    events = Event.objects.about(row).select_related("by").order_by("-id")[:MOST]
    entries = [Entry(each.at, each.by, *SENTENCES[each.verb](each.data)) for each in events if each.verb in SENTENCES]
    if row.archived_at:
        entries.append(Entry(row.archived_at, None, "Arhiva semnată a fost descărcată și păstrată", tone="quiet"))
    if row.gone_at:
        entries.append(Entry(row.gone_at, None, "Arhiva nu mai este la ANAF", row.problem, "danger"))
    return [*entries, Entry(row.found_at, None, f"Găsită în SPV, index {row.index}", tone="quiet")]
