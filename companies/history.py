"""The history of a company, in words for its page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from companies.models import Company, Event, Role
from lib.counties import city_name, county_name
from lib.formats import date_ro

SENTENCES = {
    "created": "Firma a fost adăugată, cu CIF {cif}.",
    "logo_changed": "Logo nou.",
    "logo_removed": "Logo scos.",
    "account_added": "Cont adăugat: {iban}.",
    "account_removed": "Cont scos: {iban}.",
    "account_shown": "Contul {iban} apare pe documente.",
    "account_hidden": "Contul {iban} nu mai apare pe documente.",
    "vat_status_set": "{payer} din {since}.",
    "vat_status_withdrawn": "Schimbare retrasă: {payer} din {since}.",
    "recurrences_stopped": "Recurențe oprite de schimbarea statutului din {since}: {count}.",
    "price_lists_deactivated": "Liste de prețuri făcute inactive de schimbarea statutului din {since}: {names}.",
    "cash_vat_opened": "TVA la încasare din {since}{until}.",
    "cash_vat_closed": "TVA la încasare din {since}{until}.",
    "cash_vat_withdrawn": "Perioadă retrasă: TVA la încasare din {since}.",
    "workplace_added": "Sediu adăugat: {name}.",
    "workplace_changed": "Sediul {name}, modificat: {what}.",
    "workplace_closed": "Sediu închis: {name}.",
    "workplace_opened": "Sediu redeschis: {name}.",
    "workplace_deleted": "Sediu șters: {name}.",
    "period_closed": "Perioadă închisă până la {until}.",
    "period_opened": "Perioadă deschisă: era închisă până la {former}, acum {until}. Motivul: {reason}",
    "invited": "Invitație pentru {email}, rol {role}.",
    "invitation_withdrawn": "Invitație retrasă: {email}.",
    "invitation_accepted": "{email} a acceptat invitația; avea deja acces, cu rol {role}.",
    "joined": "{email} are acces, cu rol {role}.",
    "role_changed": "{email}: rol {role}, înainte {former}.",
    "member_removed": "{email} nu mai are acces; avea rol {role}.",
    "member_left": "{email} a părăsit firma; avea rol {role}.",
}
PERIOD = ["period_closed", "period_opened"]
PEOPLE = ["invited", "invitation_withdrawn", "invitation_accepted", "joined", "role_changed", "member_removed", "member_left"]
ROLES = {str(value): label.lower() for value, label in Role.choices}


@dataclass
class Entry:
    """One thing that happened: what changed, line by line."""

    at: datetime
    by: str
    lines: list[str]


def about_details(company: Company, limit: int) -> list[Entry]:
    """What happened to the company's details, newest first."""
    return _entries(Event.objects.about(company).exclude(verb__in=PEOPLE), limit)


def about_people(company: Company, limit: int) -> list[Entry]:
    """What happened to those who work in it, newest first."""
    return _entries(Event.objects.about(company).filter(verb__in=PEOPLE), limit)


def about_period(company: Company, limit: int) -> list[Entry]:
    """How the closed period moved, newest first."""
    return _entries(Event.objects.about(company).filter(verb__in=PERIOD), limit)


def _entries(events: Any, limit: int) -> list[Entry]:
    return [Entry(event.at, str(event.by or "Facturier"), list(_lines(event))) for event in events.select_related("by")[:limit]]


def _lines(event: Event) -> Iterator[str]:
    if event.verb == "changed":
        for name, (before, after) in event.data["changes"].items():
            label = str(Company._meta.get_field(name).verbose_name)
            yield f"{label[:1].upper()}{label[1:]}: {_value(name, before)} → {_value(name, after)}"
    elif event.verb in SENTENCES:
        yield SENTENCES[event.verb].format_map(_words(event.data))


def _value(name: str, text: str) -> str:
    shown = {"county": county_name, "city": city_name}.get(name, str)(text)
    return shown or "(gol)"


def _words(data: dict[str, Any]) -> dict[str, str]:
    """The data of an event as the sentences want it."""
    words = {name: str(value) for name, value in data.items()}
    words |= {name: ROLES.get(words[name], words[name]) for name in ("role", "former") if name in words}
    if "payer" in data:
        words["payer"] = "Plătitoare de TVA" if data["payer"] else "Neplătitoare de TVA"
    if "reason" in data and "until" in data:
        words["until"] = date_ro(date.fromisoformat(data["until"])) if data["until"] else "este deschisă toată"
        words["former"] = date_ro(date.fromisoformat(data["former"])) if data["former"] else ""
    if "since" in data:
        words["since"] = date_ro(date.fromisoformat(data["since"]))
        words["until"] = f" până la {date_ro(date.fromisoformat(data['until']))}" if data.get("until") else ""
    return words
