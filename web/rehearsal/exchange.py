"""What a rehearsal service gets and gives: a request, a response, and the faults that people and tests switch on."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
XML = "text/xml; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """`path` is without the prefix of the service and begins with a slash."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Response:
    body: bytes
    media_type: str = HTML
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Service:
    """`faults` maps the name of each fault of this service to its Romanian label; those that end in the words of
    `server.FAULTS` are played by the server itself, the others by `answer`."""

    prefix: str
    title: str
    note: str
    faults: dict[str, str]
    answer: Callable[[Request], Response | None] | None = None  # None for an answer: the connection is cut


class Faults:
    """The faults that are on now; safe to change while requests run."""

    def __init__(self, known: set[str]) -> None:
        self.known = known
        self._on: set[str] = set()
        self._lock = threading.Lock()

    def __contains__(self, name: str) -> bool:
        with self._lock:
            return name in self._on

    def switch(self, name: str, on: bool = True) -> None:
        """Turn one fault on or off. An unknown name is a KeyError."""
        if name not in self.known:
            raise KeyError(name)
        with self._lock:
            (self._on.add if on else self._on.discard)(name)

    def clear(self) -> None:
        with self._lock:
            self._on.clear()

    def as_dict(self) -> dict[str, bool]:
        return {name: name in self for name in sorted(self.known)}


def json_response(data: Any, status: int = 200) -> Response:
    return Response(json.dumps(data, ensure_ascii=False).encode(), JSON, status)


def not_found() -> Response:
    return Response("Nu există această adresă.".encode(), "text/plain; charset=utf-8", 404)
