"""How the rehearsal SPV misbehaves: the next times, always, or by a seed. Each fault may come before or after the work is done."""

from collections.abc import Callable
from random import Random

from efactura.rehearsal.exchange import HTML, STATE, UPLOAD, Ask, Reply, header, json_reply, stamp
from efactura.rehearsal.store import Store

ENDPOINTS = {
    "token": "Token OAuth",
    "upload": "Încărcare",
    "stareMesaj": "Starea mesajului",
    "lista": "Lista mesajelor",
    "descarcare": "Descărcare",
    "validare": "Validare",
    "transformare": "PDF oficial",
}
FAULTS = {
    "lose_request": "cererea se pierde, nu se face nimic",
    "lose_answer": "se face, dar răspunsul se pierde",
    "slow": "se face, dar răspunsul vine foarte încet",
    "500": "eroare 500",
    "500_taken": "se face, apoi eroare 500",
    "403": "acces interzis (403)",
    "401": "token refuzat (401)",
    "429": "prea multe cereri (429)",
    "204": "răspuns 204",
    "empty": "răspuns gol",
    "empty_taken": "se face, apoi răspuns gol",
    "html": "pagină HTML de blocare",
    "html_taken": "se face, apoi pagină HTML de blocare",
    "technical": "„A aparut o eroare tehnica”",
    "technical_taken": "se face, apoi „A aparut o eroare tehnica”",
    "schema": "refuz: fișierul nu respectă schema",
    "rights": "refuz: fără drept în SPV",
    "size": "refuz: fișier prea mare",
    "no_index": "se face, dar răspunsul nu conține indexul",
    "nok": "factura este respinsă după prelucrare",
    "limit": "limita pe zi",
    "expired": "au trecut cele 60 de zile",
    "future": "ceasul: endTime în viitor",
}
# Those that are drawn by a seed when no rates are given.
RATES = {"lose_request": 0.02, "lose_answer": 0.03, "500": 0.02, "500_taken": 0.01, "empty_taken": 0.01, "html": 0.01, "429": 0.02}
RATES |= {"technical": 0.01, "technical_taken": 0.01, "slow": 0.005}
OF_ONE = {"schema": "upload", "size": "upload", "no_index": "upload", "nok": "upload", "expired": "descarcare", "future": "lista"}
BLOCKED = (
    b"<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
    b"Please consult with your administrator.<br><br>Your support ID is: 1234567890</body></html>"
)
TECHNICAL = "A aparut o eroare tehnica. Cod: 1234"


class Faults:
    """Chooses a fault for each call; with a seed, the same calls in the same order meet the same faults."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._seed: object = None
        self._random = Random()  # noqa: S311 (a seed must repeat it)

    def choose(self, endpoint: str) -> str:
        """The fault of this call, or ""."""
        with self.store.lock:
            settings = self.store.settings
            for place, each in enumerate(settings["next"]):
                if each["on"] == endpoint:
                    left = each.get("times", 1) - 1
                    rest = settings["next"][:place] + ([{**each, "times": left}] if left else []) + settings["next"][place + 1 :]
                    self.store.set("next", rest)
                    return str(each["do"])
            if endpoint in settings["always"]:
                return str(settings["always"][endpoint])
            return self._drawn(endpoint)

    def _drawn(self, endpoint: str) -> str:
        plan = self.store.settings["random"]
        if not plan or endpoint not in plan.get("on", ENDPOINTS):
            return ""
        if self._seed != plan["seed"]:
            self._seed = plan["seed"]
            self._random.seed(self._seed)
        point = self._random.random()
        for fault, rate in (plan.get("rates") or RATES).items():
            point -= rate
            if point < 0:
                return fault if OF_ONE.get(fault, endpoint) == endpoint else ""
        return ""


def played(fault: str, ask: Ask, now: float, work: Callable[[], Reply | None], wait: Callable[[], None]) -> Reply | None:
    """The answer under a fault. None is a connection cut. What has `taken`, or loses only the answer, does the work first."""
    name = fault.removesuffix("_taken")
    if name != fault or fault in ("lose_answer", "slow", "no_index"):
        done = work()
        if fault == "slow":
            wait()
            return done
    match name:
        case "lose_request" | "lose_answer":
            return None
        case "500":
            return json_reply({"timestamp": "", "status": 500, "error": "Internal Server Error", "path": ask.path}, 500)
        case "403" | "401" | "429":
            return json_reply({"status": int(name), "message": "Forbidden" if name == "403" else "Unauthorized"}, int(name))
        case "204":
            return Reply(b"", status=204)
        case "empty":
            return Reply(b"")
        case "html":
            return Reply(BLOCKED, HTML)
        case "no_index":
            return header(UPLOAD, {"dateResponse": stamp(now), "ExecutionStatus": "0"})
    return _said(name, ask, now)


def _said(name: str, ask: Ask, now: float) -> Reply:
    """A refusal in the shape of the endpoint."""
    cif = ask.query.get("cif", "1234")
    texts = {
        "technical": TECHNICAL,
        "schema": "Fisierul transmis nu este valid. org.xml.sax.SAXParseException; lineNumber: 15; columnNumber: 155; "
        "cvc-elt.1.a: Cannot find the declaration of element 'Invoice1'. ",
        "rights": f"Nu aveti drept in SPV pentru CIF={cif}",
        "size": "Marime fisier transmis mai mare de 10 MB.",
        "expired": "Fisierul nu mai poate fi descarcat pentru ca a trecut perioada de 60 de zile in care este disponibil",
        "future": "endTime = 30-07-2026 15:15:28 nu poate in viitor fata de momentul requestului = 30-07-2026 15:15:27",
        "limit": "S-au facut deja 10 descarcari de mesaj in cursul zilei",
    }
    text = texts[name]
    if ask.path.endswith(("/upload", "/uploadb2c")):
        return header(UPLOAD, {"dateResponse": stamp(now), "ExecutionStatus": "1"}, [text])
    if ask.path.endswith("/stareMesaj"):
        return header(STATE, {"dateResponse": stamp(now)}, [text])
    if "/validare/" in ask.path or "/transformare/" in ask.path:
        return json_reply({"stare": "nok", "Messages": [{"message": text}], "trace_id": "1"})
    return json_reply({"eroare": text, "titlu": "Descarcare mesaj" if ask.path.endswith("/descarcare") else "Lista Mesaje"})
