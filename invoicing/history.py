"""The history of a document, in words for its page: who, when, what (R22)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from companies.models import Event
from invoicing.models import Document, Kind, Payment
from invoicing.models.document import Channel
from invoicing.occasions import step_words
from lib.formats import NBSP, amount, date_ro

SHORT = 5  # entries before "Afișează tot"


@dataclass
class Entry:
    at: datetime
    by: str
    text: str
    detail: str = ""
    tone: str = ""  # "quiet", "danger" or ""


Sentence = Callable[[Document, dict[str, Any]], tuple[str, str, str]]  # text, detail, tone


def _issued(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    channel = "" if data["channel"] == Channel.WEB else f" ({Channel(data['channel']).label})"
    later = data.get("earlier_than")
    detail = f"Cu dată anterioară ultimului document din serie ({_day(later)})." if later else ""
    label = data["label"].replace(" ", NBSP)
    return f"a emis {label}, {_money(document, data['total'])}{channel}", detail, ""


def _revised(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"a modificat documentul: revizia {data['revision']}, total {_money(document, data['total'])}", data["reason"], ""


def _opening_added(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    channel = "" if data["channel"] == Channel.WEB else f" ({Channel(data['channel']).label})"
    return f"a adăugat în soldul inițial din {_day(data['on'])} {_money(document, data['amount'])}{channel}", "", ""


def _draft_imported(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"a adus ciorna din fișierul {data['file']}", "", "quiet"


def _attached(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"a atașat {data['names']}", f"Revizia {data['revision']}." if data["revision"] else "", ""


def _detached(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"a scos fișierul {data['names']}", f"Revizia {data['revision']}." if data["revision"] else "", ""


def _former_status_allowed(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return "a permis o dată lucrul la un document cu alt statut de TVA", data["reason"], ""


def _former_status_used(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"a folosit permisiunea pentru {'modificare' if data['act'] == 'revise' else 'stornare'}", "", "quiet"


def _cancelled(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return "a anulat documentul", data["reason"], "danger"


def _paid(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    other = f"S-au primit {amount(Decimal(data['received']), data['currency'])}." if "received" in data else ""
    return f"a încasat {_money(document, data['amount'])} prin {Payment.Method(data['method']).label} la {_day(data['on'])}", other, ""


def _receipt_issued(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"a emis chitanța {data['label'].replace(' ', NBSP)}, {_money(document, data['amount'])}", "", ""


def _credit_used(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"a încasat {_money(document, data['amount'])} din creditul clientului la {_day(data['on'])}", "", ""


def _payment_cancelled(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"a anulat încasarea de {_money(document, data['amount'])}", data["reason"], "danger"


def _storned(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"a stornat factura prin {data['label'].replace(' ', NBSP)}, {_money(document, data['total'])}", data["reason"], ""


def _storno_made(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"a pregătit stornarea facturii {data['label'].replace(' ', NBSP)} din {_day(data['date'])}", data["reason"], "quiet"


def _correction_made(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    label, storno = (data[name].replace(" ", NBSP) for name in ("label", "storno"))
    return f"a pregătit factura corectă în locul {label}, stornată prin {storno}", data["reason"], "quiet"


def _made_from(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"a pregătit factura din {data['labels'].replace(' ', NBSP).replace(f',{NBSP}', ', ')}", "", "quiet"


def _converted(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return "a pregătit o factură din acest document", "", "quiet"


def _set_off(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    label = data["label"].replace(" ", NBSP)
    return f"a compensat {_money(document, data['amount'])} cu {label} la {_day(data['on'])}", "", ""


def _mail_asked(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"a cerut trimiterea pe e-mail către {data['to']}", "", "quiet"


def _mail_sent(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    """What is known is that the server took it; whether somebody read it, nobody can tell."""
    if "step" in data:
        return f"Memento trimis către {data['to']} ({step_words(data['step'])})", data["note"], ""
    return f"E-mail trimis către {data['to']}", data["note"], ""


def _mail_failed(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    what = "Mementoul" if "step" in data else "E-mailul"
    return f"{what} către {data['to']} nu a fost trimis", data["reason"], "danger"


def _reminder_dropped(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"Mementoul către {data['to']} nu a mai plecat", "Nu mai era nimic de amintit.", "quiet"


def _reminders_stopped(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return "a oprit mementourile pentru acest document", "", "quiet"


def _reminders_resumed(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return "a reluat mementourile pentru acest document", "", "quiet"


def _link_made(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return "a făcut adresa paginii pentru client", "", "quiet"


def _link_revoked(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return "a retras adresa paginii pentru client", "", "quiet"


def _page_opened(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return "Pagina clientului a fost deschisă prima dată", "", ""


def _objected(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return f"Obiecție de la {data['name']}, pe pagina clientului", data["text"], "danger"


def _objection_answered(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return "a răspuns obiecției", data["text"], ""


def _other(document: Document, data: dict[str, Any]) -> tuple[str, str, str]:
    return "a lucrat la document", "", "quiet"


# A later app adds the sentences of its own verbs here when it starts.
SENTENCES: dict[str, Sentence] = {
    "issued": _issued,
    "opening_added": _opening_added,
    "draft_imported": _draft_imported,
    "revised": _revised,
    "attached": _attached,
    "detached": _detached,
    "former_status_allowed": _former_status_allowed,
    "former_status_used": _former_status_used,
    "cancelled": _cancelled,
    "paid": _paid,
    "receipt_issued": _receipt_issued,
    "credit_used": _credit_used,
    "payment_cancelled": _payment_cancelled,
    "storned": _storned,
    "storno_made": _storno_made,
    "correction_made": _correction_made,
    "made_from": _made_from,
    "converted": _converted,
    "set_off": _set_off,
    "mail_asked": _mail_asked,
    "mail_sent": _mail_sent,
    "mail_failed": _mail_failed,
    "reminder_dropped": _reminder_dropped,
    "reminders_stopped": _reminders_stopped,
    "reminders_resumed": _reminders_resumed,
    "link_made": _link_made,
    "link_revoked": _link_revoked,
    "page_opened": _page_opened,
    "objected": _objected,
    "objection_answered": _objection_answered,
}


def history(document: Document, *, whole: bool = False) -> tuple[list[Entry], bool]:
    """What happened, newest first, and whether there is more than what is returned."""
    events = Event.objects.about(document).select_related("by")
    entries = list(_entries(document, events if whole else events[: SHORT + 1]))
    if (whole or len(entries) <= SHORT) and document.kind != Kind.RECEIPT:  # a receipt is never a draft
        entries.append(_beginning(document))
    return (entries, False) if whole else (entries[:SHORT], len(entries) > SHORT)


def _entries(document: Document, events: Iterable[Event]) -> Iterable[Entry]:
    for event in events:
        sentence = SENTENCES.get(event.verb, _other)
        text, detail, tone = sentence(document, event.data)
        yield Entry(event.at, _who(event.by, text), text, detail, tone)


def _beginning(document: Document) -> Entry:
    return Entry(document.created_at, _who(document.created_by, "a creat ciorna"), "a creat ciorna", tone="quiet")


def _who(person: Any, text: str) -> str:
    """The subject of a sentence that needs one; what no person did, the program did."""
    return "" if text[0].isupper() else str(person or "Facturier")


def _money(document: Document, value: str) -> str:
    return amount(Decimal(value), document.currency)


def _day(value: str) -> str:
    return date_ro(date.fromisoformat(value))
