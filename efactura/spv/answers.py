"""From what ANAF answers to values and errors. The tests of success stand in the order in which they must be made.

Source: ANAF, OpenAPI pages of upload, stareMesaj, listamesaje, descarcare, validare (2021 to 2025); texts are quoted with their mistakes.
"""

import json
import re
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from lxml import etree

from efactura.spv.errors import Gone, Limited, NoAnswer, Refusal, SpvError, Unauthorised
from efactura.spv.http import Answer
from efactura.spv.values import Message, Stare, State, Uploaded, Validation

AGAIN = "Facturier încearcă din nou mai târziu; nu este nimic de făcut."
TOKEN_ENDED = "ANAF nu mai primește autorizarea. Autorizați din nou, din Configurare › e-Factura."  # noqa: S105 (a sentence)
NOT_UNDERSTOOD = "SPV a răspuns ceva ce nu se înțelege. Facturier verifică singur; nu trimiteți din nou factura."
EMPTY_LIST = ("Nu exista mesaje in ultimele", "Nu exista mesaje in intervalul selectat")
TOO_LONG_LIST = "Lista de mesaje este mai mare decat"
PAST_THE_END = "este mai mare decat numarul toatal de pagini"
# What a text of ANAF begins with or holds, what kind of refusal it is, and what to do. The first that is found counts.
REFUSALS = [
    ("Marime fisier transmis mai mare", "size", "Fișierul este prea mare pentru ANAF. Micșorați sau scoateți documentele atașate."),
    (
        "drept in SPV",
        "rights",
        "Certificatul nu are drept în SPV pentru această firmă. Înrolați-l în SPV sau autorizați cu alt certificat.",
    ),
    ("petru care sa aveti drept", "rights", "Certificatul nu are drept în SPV pentru nicio firmă. Autorizați cu alt certificat."),
    ("Nu aveti dreptul", "rights", "Certificatul nu are drept la acest mesaj. Autorizați cu certificatul cu care s-a trimis."),
    (
        "Fisierul transmis nu este valid",
        "schema",
        "ANAF nu recunoaște fișierul ca factură electronică. Deschideți factura și verificați-o.",
    ),
    ("executari silite", "rights", "Firma nu este în registrul executărilor silite. Trimiteți factura fără această mențiune."),
    ("poate in viitor", "caller", "Ceasul acestui calculator este înaintea celui de la ANAF. Potriviți-l."),
]
OTHERWISE = "ANAF a refuzat cererea. Citiți motivul și, dacă nu este clar, întrebați operatorul instalării."
DAILY = re.compile(r"S-au (facut|incarcat) deja \d+")
TECHNICAL = "A aparut o eroare tehnica"
STATES: dict[str, Stare] = {"in prelucrare": "processing", "ok": "ok", "nok": "nok", "xml cu erori nepreluat de sistem": "not_taken"}
WORDS: dict[Stare, str] = {
    "processing": "ANAF prelucrează factura.",
    "ok": "ANAF a acceptat factura.",
    "nok": "ANAF a respins factura. Citiți motivele, corectați și trimiteți din nou.",
    "not_taken": "ANAF nu a preluat fișierul. Motivul stă în răspunsul de la trimitere.",
}
CLOCK = re.compile(r"poate in viitor .*= (\d\d-\d\d-\d{4} \d\d:\d\d:\d\d)")
DETAILS = re.compile(r"emisa de cif_emitent=\s*(\w+)\s+pentru cif_beneficiar=\s*(\w+)")
SELF_BILLED = re.compile(r"transmisa de cif=\s*(\w+)\s+ca autofactura in numele cif=\s*(\w+)")
_PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def uploaded(answer: Answer, now: datetime) -> Uploaded:
    """The index of an upload."""
    header = _header(answer, now, upload=True)
    if header.get("ExecutionStatus") != "0" or _error_of(header):
        raise refusal(_error_of(header), now, answer)
    index = header.get("index_incarcare", "").strip()
    if not index.isdigit():
        raise NoAnswer(NOT_UNDERSTOOD, _said(answer))
    return Uploaded(index, _moment(header.get("dateResponse", ""), now))


def state(answer: Answer, now: datetime) -> State:
    """What became of an upload; an error about the question is an error, not a state."""
    header = _header(answer, now)
    said = header.get("stare", "").strip().lower()
    if said not in STATES:
        raise refusal(_error_of(header), now, answer)
    download_id = header.get("id_descarcare", "").strip()
    if STATES[said] in ("ok", "nok") and not download_id:
        raise NoAnswer(NOT_UNDERSTOOD, _said(answer))
    return State(STATES[said], download_id, WORDS[STATES[said]])


def listed(answer: Answer, now: datetime) -> tuple[list[Message], int]:
    """The entries of a page, and how many pages there are. An empty list is no error."""
    data = _json(answer, now)
    if "mesaje" not in data:
        text = str(data.get("eroare") or "")
        if text.startswith(EMPTY_LIST) or PAST_THE_END in text:
            return [], 0
        raise refusal(text, now, answer)
    try:
        return [_message(entry, now) for entry in data["mesaje"]], int(data.get("numar_total_pagini") or 1)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise NoAnswer(NOT_UNDERSTOOD, _said(answer)) from error


def zipped(answer: Answer, now: datetime) -> bytes:
    """The bytes of a ZIP."""
    _require_success(answer, now)
    if answer.body.startswith(b"PK"):
        return answer.body
    raise refusal(str(_json(answer, now).get("eroare") or ""), now, answer)


def validated(answer: Answer, now: datetime) -> Validation:
    """What `validare` says; *nok* is an answer, not an error."""
    data = _json(answer, now)
    if data.get("stare") not in ("ok", "nok"):
        raise refusal(str(data.get("eroare") or ""), now, answer)
    messages = [str(each.get("message") or "") for each in data.get("Messages") or [] if isinstance(each, dict)]
    if any(TECHNICAL in message for message in messages):
        raise NoAnswer(f"ANAF are o eroare tehnică. {AGAIN}", _said(answer))
    return Validation(data["stare"] == "ok", messages)


def pdf(answer: Answer, now: datetime) -> bytes | Validation:
    """The official PDF, or why there is none."""
    _require_success(answer, now)
    return answer.body if answer.body.startswith(b"%PDF") else validated(answer, now)


def signature_good(answer: Answer, now: datetime) -> bool:
    """What ANAF says of a signature. Both answers have status 200 and differ by their words."""
    words = str(_json(answer, now).get("msg") or "")
    if "NU au putut fi validate" in words:
        return False
    if "au fost validate cu succes" in words:
        return True
    raise NoAnswer(f"ANAF nu a spus nimic despre semnătură. {AGAIN}", _said(answer))


def greeted(answer: Answer, now: datetime) -> None:
    """Nothing, when the token is taken."""
    _require_success(answer, now)


def refusal(text: str, now: datetime, answer: Answer) -> SpvError:
    """The error that ANAF's words mean, which says what may be done; without words the outcome is unknown."""
    if not text or text.startswith(TECHNICAL):
        return NoAnswer("ANAF are o eroare tehnică, așa că nu se știe ce a primit. Facturier verifică singur.", text or _said(answer))
    if DAILY.match(text):
        return Limited(f"S-a atins limita pe zi a ANAF. {AGAIN}", next_day(now))
    if "a trecut perioada de 60 de zile" in text:
        return Gone("Au trecut cele 60 de zile în care ANAF păstrează fișierul. Se mai poate cere numai în portalul SPV.")
    kind, advice = next(((kind, advice) for part, kind, advice in REFUSALS if part in text), ("caller", OTHERWISE))
    return Refusal(advice, text, "limit" if text.startswith(TOO_LONG_LIST) else kind)


def clock_of(text: str) -> datetime | None:
    """ANAF's own time, which it says when it takes the end of an interval for the future."""
    found = CLOCK.search(text)
    try:
        return timezone.make_aware(datetime.strptime(found[1], "%d-%m-%Y %H:%M:%S")) if found else None
    except ValueError:
        return None


def next_day(now: datetime) -> datetime:
    """The first moment of tomorrow in Romania, when the limits of a day begin anew."""
    local = timezone.localtime(now)
    return timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), time.min))


def _require_success(answer: Answer, now: datetime, *, upload: bool = False) -> None:
    """Status, body, not HTML: in this order."""
    status, body = answer.status, answer.body
    if status == 429 or (status == 204 and not upload):
        raise Limited(f"ANAF primește prea multe cereri acum. {AGAIN}", now + timedelta(minutes=1 if status == 429 else 15))
    if status == 401:
        raise Unauthorised(TOKEN_ENDED)
    if status == 403:
        rights = (
            "ANAF nu lasă autorizarea la acest serviciu: certificatul nu are drept în SPV pentru firmă, sau aplicația nu are e-Factura."
        )
        raise Refusal(rights, _said(answer) or "403", "rights")
    if 400 <= status < 500:
        raise Refusal(OTHERWISE, _reason(answer), "caller")
    if status != 200:
        raise NoAnswer(
            "Serverul ANAF are o problemă, așa că nu se știe ce a primit. Facturier verifică singur.", f"{status} {_said(answer)}"
        )
    if not body.strip():
        raise NoAnswer("ANAF a răspuns cu nimic, așa că nu se știe ce a primit. Facturier verifică singur.")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower().startswith((b"<!doctype html", b"<html")):
        raise NoAnswer(
            "În locul ANAF a răspuns o pagină de blocare, așa că nu se știe ce a primit. Facturier verifică singur.", _said(answer)
        )


def _header(answer: Answer, now: datetime, *, upload: bool = False) -> Any:
    _require_success(answer, now, upload=upload)
    try:
        root = etree.fromstring(answer.body, etree.XMLParser(**_PARSER))
    except etree.XMLSyntaxError as error:
        raise NoAnswer(NOT_UNDERSTOOD, _said(answer)) from error
    if root is None or etree.QName(root).localname != "header":
        raise NoAnswer(NOT_UNDERSTOOD, _said(answer))
    return root


def _error_of(header: Any) -> str:
    """ANAF's words, wherever namespace they stand in; "" when there are none."""
    found = header.xpath("//*[local-name()='Errors' or local-name()='Error']/@errorMessage")
    return "\n".join(text.strip() for text in found)


def _json(answer: Answer, now: datetime) -> dict[str, Any]:
    if answer.status == 400:  # a re-edited page of ANAF shows the errors of the list under 400
        body = _loaded(answer)
        if isinstance(body, dict) and body.get("eroare"):
            return body
    _require_success(answer, now)
    data = _loaded(answer)
    if not isinstance(data, dict):
        raise NoAnswer(NOT_UNDERSTOOD, _said(answer))
    return data


def _loaded(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


def _reason(answer: Answer) -> str:
    """The words of a 4xx: JSON with `message`, or whatever came."""
    data = _loaded(answer)
    return str(data.get("message") or data.get("eroare") or _said(answer)) if isinstance(data, dict) else _said(answer)


def _message(entry: dict[str, Any], now: datetime) -> Message:
    details = str(entry.get("detalii") or "")
    by_buyer = SELF_BILLED.search(details)
    pair = DETAILS.search(details)
    issuer, buyer = (by_buyer[2], by_buyer[1]) if by_buyer else (pair[1], pair[2]) if pair else ("", "")
    return Message(
        id=str(entry["id"]),
        index=str(entry["id_solicitare"]),
        kind=str(entry["tip"]),
        created_at=_moment(str(entry["data_creare"]), now),
        details=details,
        issuer_cif=str(entry.get("cif_emitent") or issuer),
        buyer_cif=str(entry.get("cif_beneficiar") or buyer),
        self_billed=bool(by_buyer),
    )


def _moment(text: str, now: datetime) -> datetime:
    """YYYYMMDDHHMM of Romanian clocks; our own clock where ANAF wrote something else."""
    try:
        return timezone.make_aware(datetime.strptime(text.strip(), "%Y%m%d%H%M"))
    except ValueError:
        return now


def _said(answer: Answer) -> str:
    return answer.body[:500].decode("utf-8", "replace").strip()
