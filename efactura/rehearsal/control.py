"""How the rehearsal SPV is told what to do: a page for people, JSON for tests."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from django.template.loader import render_to_string

from efactura.rehearsal.certificates import OWN_PAGE
from efactura.rehearsal.exchange import HTML, Ask, Reply, json_reply, local
from efactura.rehearsal.faults import ENDPOINTS, FAULTS, OF_ONE
from efactura.rehearsal.samples import invoice
from efactura.rehearsal.store import DEFAULTS
from lib.cif import identity, is_valid_cif

if TYPE_CHECKING:
    from efactura.rehearsal.spv import Spv

SHOWN = 50
STRANGER = "14399840"  # the buyer of what somebody else sent, unless another is named


class NotUnderstood(ValueError):
    """Nothing of the command was done."""


def answer(spv: "Spv", ask: Ask) -> Reply:
    """GET and POST of /control, and the page at /."""
    if ask.path == "/":
        return _page(spv)
    if ask.method == "GET":
        return json_reply(report(spv))
    form = not ask.headers.get("content-type", "").startswith("application/json")
    try:
        done = command(spv, _of_form(ask.body) if form else json.loads(ask.body))
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        return json_reply({"error": str(error) or type(error).__name__, "settings": sorted(DEFAULTS), "faults": FAULTS}, 400)
    return Reply(b"", HTML, 303, {"Location": ask.headers.get("x-prefix", "") + "/"}) if form else json_reply(done)


def command(spv: "Spv", changes: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked, all or nothing: `reset`, `clear`, any setting of `store.DEFAULTS`, `send`, `foreign`."""
    unknown = changes.keys() - DEFAULTS.keys() - {"reset", "clear", "send", "foreign"}
    if unknown:
        raise NotUnderstood(f"unknown: {', '.join(sorted(unknown))}")
    _require_known_faults(changes)
    if changes.get("reset"):
        spv.store.forget()
    if changes.get("clear"):
        for name in ("always", "next", "random"):
            spv.store.set(name, DEFAULTS[name])
    for name in DEFAULTS.keys() & changes.keys():
        spv.store.set(name, DEFAULTS[name] if changes[name] is None else changes[name])
    indexes = [*_made(spv, changes.get("send"), "supplier"), *_made(spv, changes.get("foreign"), "cif")]
    return report(spv) | {"indexes": indexes}


def report(spv: "Spv") -> dict[str, Any]:
    """What it stands at: its settings, and how many documents are in which state."""
    states = {row["stare"]: row["n"] for row in spv.store.rows("SELECT stare, count(*) n FROM documents WHERE stare <> '' GROUP BY stare")}
    return {"settings": spv.store.settings, "documents": states, "now": local(spv.store.now()).isoformat()}


def _require_known_faults(changes: dict[str, Any]) -> None:
    named = [*(changes.get("always") or {}).items(), *((each["on"], each["do"]) for each in changes.get("next") or [])]
    named += [(endpoint, "500") for endpoint in (changes.get("random") or {}).get("on", [])]
    named += [(OF_ONE.get(fault, "upload"), fault) for fault in (changes.get("random") or {}).get("rates") or {}]
    for endpoint, fault in named:
        if endpoint not in ENDPOINTS or fault not in FAULTS or OF_ONE.get(fault, endpoint) != endpoint:
            raise NotUnderstood(f"unknown fault: {endpoint} {fault}")


def _made(spv: "Spv", wanted: dict[str, Any] | None, seller: str) -> list[str]:
    """Invoices of a supplier to a company, or of a company sent by somebody else."""
    if not wanted:
        return []
    supplier, buyer = identity(str(wanted[seller])), identity(str(wanted.get("buyer") or STRANGER))
    if not is_valid_cif(supplier) or not is_valid_cif(buyer):
        raise NotUnderstood("CIF")
    given = {name: str(wanted[name]) for name in ("net", "item", "supplier_name", "buyer_name") if wanted.get(name)}
    indexes = []
    for _ in range(int(wanted.get("count") or 1)):
        number = str(wanted.get("number") or f"EXT {spv.store.count('samples')}")
        xml = invoice(supplier=supplier, buyer=buyer, number=number, now=spv.store.now(), **given)
        indexes.append(str(spv.documents.take(xml, {"standard": "UBL", "cif": supplier})))
    return indexes


def _of_form(body: bytes) -> dict[str, Any]:
    """What the page's forms mean."""
    fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    match fields.pop("do", ""):
        case "next":
            return {"next": [{"on": fields["on"], "do": fields["fault"], "times": int(fields.get("times") or 1)}]}
        case "send":
            return {"send": fields}
        case "foreign":
            return {"foreign": fields}
        case "pace":
            return {"processing": int(fields["processing"]), "lag": int(fields["lag"])}
        case "clock":
            return {"clock": {"offset": int(fields.get("days") or 0) * 86_400}}
        case "random":
            return {"random": {"seed": fields["seed"]} if fields.get("seed") else None}
        case "clear" | "reset" as name:
            return {name: True}
    raise NotUnderstood("do")


def _page(spv: "Spv") -> Reply:
    spv.documents.settle(spv.store.now())
    rows = spv.store.rows("SELECT * FROM documents WHERE stare <> '' ORDER BY id DESC LIMIT ?", SHOWN)
    documents = [
        dict(row)
        | {
            "at": local(row["received"]),
            "index": str(row["id"]),
            "download_id": str(row["download"] or ""),
            "said": json.loads(row["errors"]),
        }
        for row in rows
    ]
    settings = spv.store.settings
    context = {
        "documents": documents,
        "settings": settings,
        "endpoints": ENDPOINTS.items(),
        "faults": FAULTS.items(),
        "waiting": [(ENDPOINTS[each["on"]], FAULTS[each["do"]], each.get("times", 1)) for each in settings["next"]],
        "always": [(ENDPOINTS[on], FAULTS[fault]) for on, fault in settings["always"].items()],
        "now": local(spv.store.now()),
    }
    return Reply(render_to_string("rehearsal/spv.html", context).encode(), HTML, headers=OWN_PAGE)
