"""The history of a price list, in words for its page."""

from typing import Any

from catalog.models import PriceList
from companies.history import Entry
from companies.models import Event
from lib.words import plural

SENTENCES = {
    "price_list_created": "Adăugată: {content}.",
    "price_list_changed": "Modificată: {content}.",
    "price_list_activated": "Făcută activă.",
    "price_list_deactivated": "Făcută inactivă.",
}
BECAUSE = {PriceList.Reason.VAT_STATUS: " S-a schimbat statutul de TVA al firmei."}


def about(price_list: PriceList, limit: int) -> list[Entry]:
    """What happened to a list, newest first."""
    events = Event.objects.about(price_list).select_related("by")[:limit]
    return [Entry(event.at, str(event.by or "Facturier"), [_line(event.verb, event.data)]) for event in events]


def _line(verb: str, data: dict[str, Any]) -> str:
    content = plural(data["items"], "preț", "prețuri") if "items" in data else ""
    if data.get("clients"):
        content += f", {plural(data['clients'], 'client', 'clienți')}"
    return SENTENCES[verb].format(content=content) + BECAUSE.get(data.get("reason", ""), "")
