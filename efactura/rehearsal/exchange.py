"""What the rehearsal SPV is asked and what it answers."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from django.utils import timezone

HTML, JSON, XML = "text/html; charset=utf-8", "application/json; charset=utf-8", "application/xml; charset=utf-8"
UPLOAD = "mfp:anaf:dgti:spv:respUploadFisier:v1"
STATE = "mfp:anaf:dgti:efactura:stareMesajFactura:v1"


@dataclass(frozen=True)
class Ask:
    """`path` is without the prefix of the service."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    body: bytes
    media_type: str = JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def json_reply(data: Any, status: int = 200) -> Reply:
    return Reply(json.dumps(data, ensure_ascii=False).encode(), JSON, status)


def bad_request(message: str, now: float) -> Reply:
    """What stands before ANAF's application says."""
    at = local(now).strftime("%d-%m-%Y %H:%M:%S")
    return json_reply({"timestamp": at, "status": 400, "error": "Bad Request", "message": message}, 400)


def header(namespace: str, attributes: dict[str, str], errors: list[str] | None = None) -> Reply:
    """ANAF's `header`, with its errors."""
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    inner = "".join(f"<Errors errorMessage={quoteattr(error)}/>" for error in errors or [])
    start = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<header xmlns="{namespace}"{written}'
    return Reply((f"{start}>{inner}</header>" if inner else f"{start}/>").encode(), XML)


def refused_upload(text: str, now: float) -> Reply:
    return header(UPLOAD, {"dateResponse": stamp(now), "ExecutionStatus": "1"}, [text])


def local(now: float) -> datetime:
    """A moment on Romanian clocks."""
    return datetime.fromtimestamp(now, timezone.get_default_timezone())


def stamp(now: float) -> str:
    return local(now).strftime("%Y%m%d%H%M")
