"""The rehearsal SPV as one object: `answer` takes a request and gives a reply, or None for a connection cut."""

import threading
import time
from collections import deque
from email import message_from_bytes
from pathlib import Path
from typing import Any

from efactura.rehearsal import control
from efactura.rehearsal.certificates import Certificates
from efactura.rehearsal.documents import Documents
from efactura.rehearsal.exchange import Ask, Reply, json_reply
from efactura.rehearsal.faults import Faults, played
from efactura.rehearsal.judge import findings
from efactura.rehearsal.store import Store
from efactura.spv.archive import Archive, check_signature

PUBLIC_LIMIT = 5 * 1024 * 1024
FIREWALL = b";rm ", b";CP "  # what the real one was seen to refuse inside an XML


class Spv:
    """`path`: the file in which the state is kept; without one, in memory."""

    def __init__(self, path: Path | None = None) -> None:
        self.store = Store(path)
        self.documents, self.certificates, self.faults = Documents(self.store), Certificates(self.store), Faults(self.store)
        self.stopping = threading.Event()
        self._calls: deque[float] = deque()

    def control(self, **changes: Any) -> dict[str, Any]:
        """As POST /control: `spv.control(next=[{"on": "upload", "do": "lose_answer"}])`."""
        return control.command(self, changes)

    def close(self) -> None:
        self.stopping.set()
        self.store.close()

    def answer(self, ask: Ask) -> Reply | None:
        if ask.path in ("/", "/control"):
            return control.answer(self, ask)
        if ask.path == "/anaf-oauth2/v1/authorize":
            return self.certificates.authorise(ask)
        endpoint, name = _endpoint(ask)
        if not endpoint:
            return json_reply({"status": 403, "message": "Forbidden"}, 403)  # at ANAF a wrong path looks like a lack of rights
        if endpoint != "token" and self._too_many():
            return json_reply({"status": 429, "message": "API rate limit exceeded"}, 429)
        fault = self.faults.choose(endpoint)
        if fault == "nok":
            return self._work(ask, name, forced="E: validari globale  SCHEMATRON   eroare: [BR-RO-120]-Respins la cerere (repetitie).")
        if fault:
            return played(fault, ask, self.store.now(), lambda: self._work(ask, name), self._wait)
        return self._work(ask, name)

    def _work(self, ask: Ask, name: str, *, forced: str = "") -> Reply | None:
        if name == "token":
            return self.certificates.token(ask)
        if name in ("validare", "transformare", "signature"):
            return self._public(ask, name)
        rights = self.certificates.rights_of(ask)
        if rights is None:
            return json_reply({"status": 401, "message": "Unauthorized"}, 401)
        match name:
            case "upload" | "uploadb2c":
                return self.documents.upload(ask, rights, forced=forced)
            case "stareMesaj":
                return self.documents.state(ask, rights)
            case "listaMesajeFactura":
                return self.documents.simple_list(ask, rights)
            case "listaMesajePaginatieFactura":
                return self.documents.paged_list(ask, rights)
            case "descarcare":
                return self.documents.download(ask, rights)
        return Reply(f"Hello, {ask.query.get('name', '')}!".encode(), "text/plain; charset=utf-8")

    def _public(self, ask: Ask, name: str) -> Reply:
        """What needs no token."""
        if name == "signature":
            return _signature(ask)
        if any(each in ask.body for each in FIREWALL):
            return Reply(b"<html><body>The requested URL was rejected. Your support ID is: 1</body></html>", "text/html")
        parts = ask.path.rstrip("/").split("/")
        standard, skip = (parts[-2], True) if parts[-1] == "DA" else (parts[-1], False)
        errors: list[str] = []
        if standard not in ("FACT1", "FCN"):
            errors = ["Valorile acceptate pentru parametrul standard sunt FACT1 si FCN"]
        elif len(ask.body) > PUBLIC_LIMIT:
            errors = ["Marime fisier transmis mai mare de 5 MB."]
        elif not skip:
            errors = findings(ask.body)
        if errors:
            return json_reply({"stare": "nok", "Messages": [{"message": error} for error in errors], "trace_id": "1"})
        if name == "validare":
            return json_reply({"stare": "ok", "trace_id": "1"})
        from efactura.rehearsal.paper import pdf  # not at the top: it brings WeasyPrint

        return Reply(pdf(ask.body), "application/pdf")

    def _too_many(self) -> bool:
        """Whether the calls of the last minute, of real time, are too many."""
        now = time.monotonic()
        with self.store.lock:
            while self._calls and self._calls[0] <= now - 60:
                self._calls.popleft()
            if len(self._calls) >= self.store.settings["minute"]:
                return True
            self._calls.append(now)
            return False

    def _wait(self) -> None:
        self.stopping.wait(self.store.settings["slow"])


def _endpoint(ask: Ask) -> tuple[str, str]:
    """For which endpoint a fault counts, and the name of the service; "" for no address of SPV."""
    if ask.path == "/anaf-oauth2/v1/token" and ask.method == "POST":
        return "token", "token"
    if ask.path == "/TestOauth/jaxrs/hello":
        return "hello", "hello"
    if ask.path == "/api/validate/signature" and ask.method == "POST":
        return "signature", "signature"
    place, _, name = ask.path.removeprefix("/prod").removeprefix("/test").partition("/FCTEL/rest/")
    name = name.partition("/")[0]
    known = {
        "upload": ("POST", "upload"),
        "uploadb2c": ("POST", "upload"),
        "validare": ("POST", "validare"),
        "transformare": ("POST", "transformare"),
        "stareMesaj": ("GET", "stareMesaj"),
        "listaMesajeFactura": ("GET", "lista"),
        "listaMesajePaginatieFactura": ("GET", "lista"),
        "descarcare": ("GET", "descarcare"),
    }
    method, endpoint = known.get(name, ("", ""))
    return (endpoint, name) if not place and method == ask.method else ("", "")


def _signature(ask: Ask) -> Reply:
    """The check of a signature, told by its words."""
    kind = ask.headers.get("content-type", "").encode()
    parts = {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + ask.body).walk()
        if not part.is_multipart()
    }
    content, signature = parts.get("file"), parts.get("signature")
    if not isinstance(content, bytes) or not isinstance(signature, bytes):
        return json_reply({"msg": "Lipsesc fisierele"}, 400)
    good = check_signature(Archive(content, signature, "", [])).good
    said = "au fost validate cu succes" if good else "NU au putut fi validate cu succes"
    return json_reply({"msg": f"Fisierele incarcate {said}, din perspectiva autenticitatii semnaturii aplicate."})
