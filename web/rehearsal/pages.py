"""The pages of the rehearsal server: the control page, `/control` for tests, and the mails."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from web.rehearsal.anaf import FIXED
from web.rehearsal.exchange import Request, Response, json_response, not_found
from web.rehearsal.mail import Mail

if TYPE_CHECKING:
    from web.rehearsal.server import Rehearsal

STYLE = Path(__file__).with_name("rehearsal.css")
OWN_PAGES = {"Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'"}
MAIL_BODY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"}


def answer(rehearsal: "Rehearsal", request: Request) -> Response:
    """Every address that belongs to no service."""
    match request.method, request.path:
        case "GET", "/":
            return _control_page(rehearsal)
        case "GET", "/rehearsal.css":
            return Response(STYLE.read_bytes(), "text/css; charset=utf-8")
        case "GET", "/control":
            return json_response({"faults": rehearsal.faults.as_dict()})
        case "POST", "/control":
            return _control(rehearsal, request)
        case "GET", "/mail/":
            return _page("mails", {"mails": reversed(rehearsal.mail.mails)})
        case "POST", "/mail/":
            rehearsal.mail.clear()
            return _redirect("/mail/")
    if request.method == "GET" and (found := re.fullmatch(r"/mail/(\d+)/(html|text|\d+)?", request.path)):
        mail = rehearsal.mail.find(int(found[1]))
        return _mail(mail, found[2]) if mail else not_found()
    return not_found()


def _control_page(rehearsal: "Rehearsal") -> Response:
    services = [
        {
            "title": service.title,
            "note": service.note,
            "url": f"{rehearsal.url}/{service.prefix}" if service.answer else "",
            "faults": [(name, label, name in rehearsal.faults) for name, label in service.faults.items()],
        }
        for service in rehearsal.services
    ]
    mail = {"url": f"smtp://{rehearsal.mail.host}:{rehearsal.mail.port}", "count": len(rehearsal.mail.mails)}
    return _page("control", {"services": services, "mail": mail, "companies": FIXED.items()})


def _control(rehearsal: "Rehearsal", request: Request) -> Response:
    """JSON: `{"faults": {"anaf_html": true}}`, or `{"clear": true}` before it. A form: `fault` and `on`."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        fields = parse_qs(request.body.decode())
        changes = {"faults": {fields.get("fault", [""])[0]: "on" in fields}}
        return _redirect("/") if _changed(rehearsal, changes) else not_found()
    try:
        understood = _changed(rehearsal, json.loads(request.body))
    except ValueError:
        understood = False
    if not understood:
        return json_response({"error": "unknown fault", "known": sorted(rehearsal.faults.known)}, 400)
    return json_response({"faults": rehearsal.faults.as_dict()})


def _changed(rehearsal: "Rehearsal", changes: Any) -> bool:
    """Whether all of it was understood; nothing is changed otherwise."""
    faults = changes.get("faults", {}) if isinstance(changes, dict) else None
    if not isinstance(faults, dict) or not faults.keys() <= rehearsal.faults.known:
        return False
    if changes.get("clear"):
        rehearsal.faults.clear()
    for name, on in faults.items():
        rehearsal.faults.switch(name, bool(on))
    return True


def _mail(mail: Mail, part: str | None) -> Response:
    if part is None:
        return _page("mail", {"mail": mail})
    if part == "html":
        return Response(mail.html.encode(), headers=MAIL_BODY)
    if part == "text":
        return Response(mail.text.encode(), "text/plain; charset=utf-8")
    attachments = mail.attachments
    if not 1 <= int(part) <= len(attachments):
        return not_found()
    attachment = attachments[int(part) - 1]
    disposition = content_disposition_header(as_attachment=True, filename=attachment.name)
    return Response(attachment.content, attachment.media_type, headers={"Content-Disposition": disposition or "attachment"})


def _page(name: str, context: dict[str, Any]) -> Response:
    return Response(render_to_string(f"rehearsal/{name}.html", context).encode(), headers=OWN_PAGES)


def _redirect(address: str) -> Response:
    return Response(b"", status=303, headers={"Location": address})
