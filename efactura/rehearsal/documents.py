"""Uploads, their states, the lists and the downloads of the rehearsal SPV.

Source: ANAF, OpenAPI pages of upload, stareMesaj, listamesaje, descarcare; the texts are ANAF's, with their mistakes.
"""

import json
import math
import re
from xml.sax.saxutils import quoteattr

from efactura.rehearsal import judge
from efactura.rehearsal.exchange import STATE, UPLOAD, Ask, Reply, bad_request, header, json_reply, local, refused_upload, stamp
from efactura.rehearsal.signing import error_document, signer
from efactura.rehearsal.store import Store

DAY = 86_400
KEPT = 60 * DAY
PAGE = 500
LIMIT = 10 * 1024 * 1024
KINDS = {
    "T": ["FACTURA TRIMISA"],
    "P": ["FACTURA PRIMITA"],
    "E": ["ERORI FACTURA"],
    "R": ["MESAJ CUMPARATOR PRIMIT", "MESAJ CUMPARATOR TRANSMIS"],
}
NO_RIGHTS = "Nu exista niciun CIF pentru care sa aveti drept in SPV"


class Documents:
    """What was handed over, and what became of it. `rights`: the CIFs of the caller's certificate, "*" for all."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def upload(self, ask: Ask, rights: str, *, forced: str = "") -> Reply:
        now, query = self.store.now(), ask.query
        if not query.get("standard") or not query.get("cif"):
            return bad_request("Parametrii standard si cif sunt obligatorii", now)
        if not ask.body:
            return bad_request("Trebuie sa aveti atasat in request un fisier de tip xml", now)
        if error := self._wrong_upload(query, ask.body, rights):
            return refused_upload(error, now)
        index = self.take(ask.body, query, b2c=ask.path.endswith("b2c"), forced=forced)
        return header(UPLOAD, {"dateResponse": stamp(now), "ExecutionStatus": "0", "index_incarcare": str(index)})

    def take(self, xml: bytes, query: dict[str, str], *, b2c: bool = False, forced: str = "") -> int:
        """Keep a document; the clock will judge it. Its index."""
        now = self.store.now()
        flags = [name for name in ("extern", "autofactura", "executare") if query.get(name)] + (["b2c"] if b2c else [])
        who = judge.parties(xml)
        about = re.search(rb'index_incarcare\s*=\s*"(\d+)"', xml) if query["standard"] == "RASP" else None
        return self.store.insert(
            "documents",
            cif=query["cif"],
            standard=query["standard"],
            flags=",".join(flags),
            xml=xml,
            received=now,
            ready=now + self.store.settings["processing"],
            issuer=who.issuer if who else query["cif"],
            buyer=who.buyer if who else "",
            key=who.key if who else "",
            forced=forced,
            about=int(about[1]) if about else None,
        )

    def state(self, ask: Ask, rights: str) -> Reply:
        now, index = self.store.now(), ask.query.get("id_incarcare", "")
        if not index:
            return bad_request("Parametrul id_incarcare este obligatoriu", now)
        if not index.isdigit():
            return header(STATE, {}, [f"Id_incarcare introdus= {index} nu este un numar intreg"])
        if not rights:
            return header(STATE, {}, ["Nu exista niciun CIF petru care sa aveti drept"])
        self.settle(now, only=int(index))
        row = self.store.row("SELECT * FROM documents WHERE id = ? AND stare <> ''", int(index))
        if row is None:
            return header(STATE, {}, [f"Nu exista factura cu id_incarcare= {index}"])
        if not has_right(rights, row["cif"], row["issuer"], row["buyer"]):
            return header(STATE, {}, [f"Nu aveti dreptul de inteorgare pentru id_incarcare= {index}"])
        if self._over("state", index, now):
            return header(STATE, {}, [f"S-au facut deja {self.store.settings['state_day']} descarcari de mesaj in cursul zilei"])
        attributes = {"stare": row["stare"]}
        if row["download"]:
            attributes["id_descarcare"] = str(row["download"])
        return header(STATE, attributes)

    def simple_list(self, ask: Ask, rights: str) -> Reply:
        now, query = self.store.now(), ask.query
        days, cif = query.get("zile", ""), query.get("cif", "")
        if not days or not cif:
            return bad_request("Parametrii zile si cif sunt obligatorii", now)
        if error := self._wrong_list(query, rights, "list", now):
            return _list_error(error)
        if not days.isdigit():
            return _list_error(f"Numarul de zile introdus= {days} nu este un numar intreg")
        if not 1 <= int(days) <= 60:
            return _list_error("Numarul de zile trebuie sa fie intre 1 si 60")
        found = self._entries(cif, query.get("filtru", ""), now - int(days) * DAY, now)
        if not found:
            return _list_error(f"Nu exista mesaje in ultimele {days} zile")
        if len(found) > PAGE:
            return _list_error(
                "Lista de mesaje este mai mare decat numarul de 500 elemente permise in pagina. Folositi endpoint-ul cu paginatie."
            )
        return json_reply(
            {"mesaje": found, "serial": "1234AA456", "cui": cif, "titlu": f"Lista Mesaje disponibile din ultimele {days} zile"}
        )

    def paged_list(self, ask: Ask, rights: str) -> Reply:
        now, query = self.store.now(), ask.query
        if not all(query.get(name) for name in ("startTime", "endTime", "cif", "pagina")):
            return bad_request("Parametrii startTime, endTime, cif si pagina sunt obligatorii", now)
        if error := self._wrong_list(query, rights, "pages", now) or _wrong_times(query, now):
            return _list_error(error)
        start, end, page = int(query["startTime"]) / 1000, int(query["endTime"]) / 1000, int(query["pagina"])
        found = self._entries(query["cif"], query.get("filtru", ""), start, end)
        pages = math.ceil(len(found) / PAGE)
        if not found:
            return _list_error("Nu exista mesaje in intervalul selectat")
        if page > pages:
            return _list_error(f"Pagina solicitata {page} este mai mare decat numarul toatal de pagini {pages}")
        here = found[(page - 1) * PAGE : page * PAGE]
        counts = {
            "numar_inregistrari_in_pagina": len(here),
            "numar_total_inregistrari_per_pagina": PAGE,
            "numar_total_inregistrari": len(found),
            "numar_total_pagini": pages,
            "index_pagina_curenta": page,
        }
        title = f"Lista Mesaje disponibile din intervalul {_clock(start)} - {_clock(end)}"
        return json_reply({"mesaje": here, **counts, "serial": "1234AA456", "cui": query["cif"], "titlu": title})

    def download(self, ask: Ask, rights: str) -> Reply:
        now, wanted = self.store.now(), ask.query.get("id", "")
        if not wanted:
            return bad_request("Parametrul id este obligatoriu", now)
        if not wanted.isdigit():
            return _download_error(f"Id descarcare introdus= {wanted} nu este un numar intreg")
        entry = self.store.row("SELECT * FROM entries WHERE id = ? AND cif <> ''", int(wanted))
        if entry is None:
            return _download_error(f"Pentru id={wanted} nu exista inregistrata nici o factura")
        if not has_right(rights, entry["cif"]):
            return _download_error("Nu aveti dreptul sa descarcati acesta factura")
        if now - entry["listed"] > KEPT:
            return _download_error("Fisierul nu mai poate fi descarcat pentru ca a trecut perioada de 60 de zile in care este disponibil")
        if self._over("download", wanted, now):
            limit = self.store.settings["download_day"]
            return _download_error(f"S-au facut deja {limit} descarcari la mesajul cu id_descarcare={wanted} in cursul zilei")
        row = self.store.row("SELECT * FROM documents WHERE id = ?", entry["document"])
        if row is None:
            return _download_error(f"Pentru id={wanted} nu exista inregistrata nici o factura")
        rejected = row["stare"] == "nok"
        content = error_document(row["id"], row["issuer"], json.loads(row["errors"])) if rejected else row["xml"]
        return Reply(signer().archive(content, row["id"]), "application/zip")

    def settle(self, now: float, *, only: int | None = None) -> None:
        """Judge what has been processed by now."""
        sql = "SELECT * FROM documents WHERE stare = 'in prelucrare' AND ready <= ?"
        rows = self.store.rows(f"{sql} AND id = ?", now, only) if only else self.store.rows(f"{sql} ORDER BY id", now)
        for row in rows:
            errors = self._errors(row)
            with self.store.lock:
                if not self.store.row("SELECT 1 FROM documents WHERE id = ? AND stare = 'in prelucrare'", row["id"]):
                    continue  # another thread was quicker
                errors = errors or self._duplicate(row)
                download = self._enter(row, rejected=bool(errors))
                stare = "nok" if errors else "ok"
                changes = (stare, download, json.dumps(errors), row["id"])
                self.store.run("UPDATE documents SET stare = ?, download = ?, errors = ? WHERE id = ?", *changes)

    def _errors(self, row: "dict[str, object] | object") -> list[str]:
        document = dict(row)  # type: ignore[call-overload]
        if document["forced"]:
            return [document["forced"]]
        if document["standard"] == "RASP":
            return []
        return judge.findings(document["xml"]) if self.store.settings["judge"] else []

    def _duplicate(self, row: "dict[str, object] | object") -> list[str]:
        document = dict(row)  # type: ignore[call-overload]
        if self.store.settings["duplicates"] != "nok" or document["standard"] == "RASP" or not document["key"]:
            return []
        first = self.store.row("SELECT id, received FROM documents WHERE key = ? AND stare = 'ok' ORDER BY id", document["key"])
        return [judge.duplicate(first["id"], local(first["received"]).strftime("%Y-%m-%d"))] if first else []

    def _enter(self, row: "dict[str, object] | object", *, rejected: bool) -> int:
        """Write the entries of the lists; the one of the sender is what stareMesaj names."""
        document = dict(row)  # type: ignore[call-overload]
        listed = document["ready"] + self.store.settings["lag"]
        index, issuer, buyer = document["id"], document["issuer"], document["buyer"]

        def enter(cif: str, kind: str, details: str) -> int:
            return self.store.insert("entries", document=index, cif=cif, kind=kind, listed=listed, details=details)

        if rejected:
            owner = document["cif"]
            return enter(owner, "ERORI FACTURA", f"Erori de validare identificate la factura primita cu id_incarcare={index}")
        if document["standard"] == "RASP":
            about = self.store.row("SELECT issuer FROM documents WHERE id = ?", document["about"])
            if about:
                enter(about["issuer"], "MESAJ CUMPARATOR PRIMIT", f"Mesaj pentru factura cu id_incarcare={document['about']}")
            return enter(document["cif"], "MESAJ CUMPARATOR TRANSMIS", f"Mesaj pentru factura cu id_incarcare={document['about']}")
        details = f"Factura cu id_incarcare={index} emisa de cif_emitent={issuer} pentru cif_beneficiar={buyer}"
        if "autofactura" in document["flags"]:
            details = f"Factura cu id_incarcare={index} transmisa de cif={buyer} ca autofactura in numele cif={issuer}"
        sent = enter(issuer, "FACTURA TRIMISA", details)
        if buyer and buyer != judge.CONSUMER:
            enter(buyer, "FACTURA PRIMITA", details)
        return sent

    def _entries(self, cif: str, filter: str, start: float, end: float) -> list[dict[str, str]]:
        now = self.store.now()
        self.settle(now)
        rows = self.store.rows(
            "SELECT * FROM entries WHERE cif = ? AND listed BETWEEN ? AND ? AND listed <= ? ORDER BY listed, id", cif, start, end, now
        )
        kinds = KINDS.get(filter)
        return [
            {
                "data_creare": stamp(row["listed"]),
                "cif": cif,
                "id_solicitare": str(row["document"]),
                "detalii": row["details"],
                "tip": row["kind"],
                "id": str(row["id"]),
            }
            for row in rows
            if kinds is None or row["kind"] in kinds
        ]

    def _wrong_upload(self, query: dict[str, str], xml: bytes, rights: str) -> str:
        cif, standard = query["cif"], query["standard"]
        if standard not in ("UBL", "CN", "CII", "RASP"):
            return "Valorile acceptate pentru parametrul standard sunt UBL, CN, CII sau RASP"
        if len(xml) > LIMIT:
            return "Marime fisier transmis mai mare de 10 MB."
        if not cif.isdigit():
            return f"CIF introdus= {cif} nu este un numar"
        for name, shown in (("extern", "extern"), ("autofactura", "autofacturare"), ("executare", "executare")):
            if query.get(name, "DA") != "DA":
                return f"Daca parametrul {shown} trebuie completat, valoarea acceptata este DA"
        if error := _no_right(rights, cif):
            return error
        if standard == "RASP":
            if self._over("rasp", cif, self.store.now()):
                return f"S-au incarcat deja {self.store.settings['rasp_day']} de mesaje de tip RASP pentru cui={cif} in cursul zile"
            return ""
        return judge.root_error(xml) if self.store.settings["judge"] else ""

    def _wrong_list(self, query: dict[str, str], rights: str, kind: str, now: float) -> str:
        cif = query["cif"]
        if not cif.isdigit():
            return f"CIF introdus= {cif} nu este un numar{' sau nu are o valoare acceptata de sistem' if kind == 'pages' else ''}"
        if error := _no_right(rights, cif):
            return error
        if query.get("filtru", "E") not in KINDS:
            return "Valorile acceptate pentru parametrul filtru sunt E, T, P sau R"
        if self._over(kind, cif, now):
            limit = self.store.settings[f"{kind}_day"]
            return f"S-au facut deja {limit} interogari de lista mesaje de catre utilizator in cursul zilei"
        return ""

    def _over(self, kind: str, subject: str, now: float) -> bool:
        """Count one call of the day; whether it is one too many."""
        return self.store.count(f"{kind}:{subject}:{local(now).date()}") > self.store.settings[f"{kind}_day"]


def has_right(rights: str, *cifs: str) -> bool:
    return rights == "*" or bool(set(rights.split(",")) & set(cifs))


def message(index: str, text: str) -> bytes:
    """A buyer's message, as RASP wants it."""
    start = '<?xml version="1.0" encoding="UTF-8"?>\n<header xmlns="mfp:anaf:dgti:spv:reqMesaj:v1"'
    return f"{start} index_incarcare={quoteattr(index)} message={quoteattr(text)}/>".encode()


def _no_right(rights: str, cif: str) -> str:
    if not rights:
        return NO_RIGHTS
    return "" if has_right(rights, cif) else f"Nu aveti drept in SPV pentru CIF={cif}"


def _wrong_times(query: dict[str, str], now: float) -> str:
    for name in ("startTime", "endTime", "pagina"):
        if not query[name].isdigit():
            return f"{name} = {query[name]} nu este un numar sau nu are o valoare acceptata de sistem"
    start, end = int(query["startTime"]) / 1000, int(query["endTime"]) / 1000
    if start < now - KEPT:
        return f"startTime = {_clock(start)} nu poate fi mai vechi de 60 de zile fata de momentul requestului"
    if end <= start:
        return f"endTime = {_clock(end)} nu poate fi <= startTime = {_clock(start)}"
    if end > now:
        return f"endTime = {_clock(end)} nu poate in viitor fata de momentul requestului = {_clock(now)}"
    return ""


def _clock(moment: float) -> str:
    return local(moment).strftime("%d-%m-%Y %H:%M:%S")


def _list_error(text: str) -> Reply:
    return json_reply({"eroare": text, "titlu": "Lista Mesaje"})


def _download_error(text: str) -> Reply:
    return json_reply({"eroare": text, "titlu": "Descarcare mesaj"})
