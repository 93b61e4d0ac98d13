"""The history of a partner, in words for its card."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from companies.models import Event
from lib.counties import city_name, country_name, county_name
from lib.formats import amount, date_ro, ron
from partners.actions import FIELDS
from partners.models import Language, Partner

SENTENCES = {
    "created": "Adăugat.",
    "added_from_register": "Adăugat din registrul ANAF.",
    "imported": "Adăugat prin import.",
    "deactivated": "Făcut inactiv.",
    "activated": "Făcut din nou activ.",
}
WORDS = {
    "kind": lambda text: dict(Partner.Kind.choices).get(text, text),
    "language": lambda text: dict(Language.choices).get(text, text),
    "country": country_name,
    "county": lambda text: county_name(text) or text,
    "city": city_name,
    "credit_limit": lambda text: ron(Decimal(text)) if text else "",
}
CREDIT = {
    "credit_paid": "A plătit în avans {} la {}.",
    "credit_used": "S-au folosit {} din credit la {}.",
    "credit_refunded": "I s-au restituit {} la {}.",
    "credit_cancelled": "Anulată operația de credit de {} din {}.",
}
YES_NO = {"True": "da", "False": "nu"}
LABELS = {"inactive_at_anaf": "Inactiv la ANAF"}


@dataclass
class Entry:
    """One thing that happened: what changed, line by line."""

    at: datetime
    by: str
    lines: list[str]


def about(partner: Partner, limit: int) -> list[Entry]:
    """What happened to a partner, newest first."""
    events = Event.objects.about(partner).select_related("by")[:limit]
    return [Entry(event.at, str(event.by or "Facturier"), list(_lines(event))) for event in events]


def _lines(event: Event) -> Iterator[str]:
    if event.verb == "changed":
        changes = event.data["changes"]  # kept without order
        for name, (before, after) in sorted(changes.items(), key=lambda change: FIELDS.index(change[0])):
            yield f"{_label(name)}: {_value(name, before)} → {_value(name, after)}"
    elif event.verb in CREDIT:
        data = event.data
        yield CREDIT[event.verb].format(amount(abs(Decimal(data["amount"])), data["currency"]), date_ro(date.fromisoformat(data["on"])))
        if data.get("label") or data.get("reason"):
            yield data.get("label") or data["reason"]
    elif event.verb in SENTENCES:
        yield SENTENCES[event.verb]


def _label(name: str) -> str:
    label = LABELS.get(name) or str(Partner._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def _value(name: str, text: str) -> str:
    return YES_NO.get(text) or (WORDS[name](text) if name in WORDS else text) or "(gol)"
