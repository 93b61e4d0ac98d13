"""The sentences of e-Factura in the history of a document (R22): every try, every index, every answer."""

from typing import Any

from efactura.spv.environment import Environment
from invoicing.history import SENTENCES
from invoicing.models import Document

Words = tuple[str, str, str]  # text, detail, tone


def _about(data: dict[str, Any]) -> str:
    """The index, and the environment when it is not the real one."""
    parts = [f"index {data['index']}"] if data.get("index") else []
    if data.get("environment") != Environment.PRODUCTION:
        parts.append(Environment(data["environment"]).label)
    if data.get("revision", 1) > 1:
        parts.append(f"revizia {data['revision']}")
    return f" ({', '.join(parts)})" if parts else ""


def _asked(document: Document, data: dict[str, Any]) -> Words:
    if data.get("second"):
        return f"a cerut a doua transmitere în SPV{_about(data)}, după avertizare", "", "danger"
    return f"a cerut transmiterea în SPV{_about(data)}", "", "quiet"


def _try(document: Document, data: dict[str, Any]) -> Words:
    return f"Încărcare în SPV începută{_about(data)}", data["reason"].partition(", SHA-256")[0], "quiet"  # the sum stands on the proof


def _sent(document: Document, data: dict[str, Any]) -> Words:
    return f"SPV a primit factura{_about(data)}", "", ""


def _unknown(document: Document, data: dict[str, Any]) -> Words:
    return f"Răspunsul SPV s-a pierdut{_about(data)}; factura este căutată acolo", data["reason"], "danger"


def _found(document: Document, data: dict[str, Any]) -> Words:
    return f"Factura a fost găsită în SPV{_about(data)}", data.get("reason", ""), ""


def _by_hand(document: Document, data: dict[str, Any]) -> Words:
    return f"Factura nu a fost găsită în SPV{_about(data)}", data["reason"], "danger"


def _resent(document: Document, data: dict[str, Any]) -> Words:
    return f"Retrimitere în SPV, aceiași octeți{_about(data)}", data["reason"], ""


def _accepted(document: Document, data: dict[str, Any]) -> Words:
    return f"ANAF a acceptat factura{_about(data)}", "", ""


def _rejected(document: Document, data: dict[str, Any]) -> Words:
    return f"ANAF a respins factura{_about(data)}", data["reason"], "danger"


def _refused(document: Document, data: dict[str, Any]) -> Words:
    return f"SPV a refuzat încărcarea{_about(data)}", data["reason"], "danger"


def _held(document: Document, data: dict[str, Any]) -> Words:
    return f"Factura nu a plecat în SPV{_about(data)}", data["reason"], "danger"


def _manual(document: Document, data: dict[str, Any]) -> Words:
    return f"a înscris o încărcare manuală în SPV{_about(data)}", "", ""


def _dropped(document: Document, data: dict[str, Any]) -> Words:
    return f"a scos factura de la transmitere{_about(data)}", "", "danger"


def _client_wrote(document: Document, data: dict[str, Any]) -> Words:
    return f"Clientul a scris prin SPV despre factură{_about(data)}", data["reason"], "danger"


def add_sentences() -> None:
    """Let the history of documents speak of SPV."""
    SENTENCES.update(
        spv_asked=_asked,
        spv_try=_try,
        spv_sent=_sent,
        spv_unknown=_unknown,
        spv_found=_found,
        spv_by_hand=_by_hand,
        spv_resent=_resent,
        spv_accepted=_accepted,
        spv_rejected=_rejected,
        spv_refused=_refused,
        spv_held=_held,
        spv_manual=_manual,
        spv_dropped=_dropped,
        spv_message=_client_wrote,
    )
