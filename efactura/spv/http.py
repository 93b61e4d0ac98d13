"""One HTTP call on a connection of its own, so that it is always known whether anything was sent.

ANAF drops kept-alive connections, and a call on one that died is neither sent nor unsent; hence no pool, no redirects and no retries.
"""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from django.conf import settings

from efactura.spv.errors import NoAnswer, NoConnection

CONNECT_TIMEOUT = 20  # seconds until the connection stands; nothing is sent before
MOST_BYTES = 64 * 1024 * 1024
CHUNK = 64 * 1024
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
NOT_REACHED = "SPV nu poate fi contactat; nu s-a trimis nimic. Verificați conexiunea la internet sau încercați mai târziu."
CUT = "SPV nu a răspuns până la capăt, așa că nu se știe ce a primit. Facturier verifică singur; nu trimiteți din nou factura."


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def call(method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Answer:
    """What the server answered, whatever it was. Raises NoConnection when nothing was sent, NoAnswer when something may have been."""
    timeout = settings.EFACTURA_TIMEOUT
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        try:
            connection.connect()
        except (OSError, HTTPException) as error:
            raise NoConnection(NOT_REACHED) from error
        connection.sock.settimeout(timeout)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        try:
            connection.request(method, target, body=body, headers={"User-Agent": "Facturier", "Connection": "close", **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, _body(response, time.monotonic() + timeout))
        except (OSError, HTTPException) as error:
            raise NoAnswer(CUT) from error
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    """A connection not yet made; https goes through the proxy of the environment where there is one."""
    if scheme == "http" and host in LOOPBACK:
        return HTTPConnection(host, port, timeout=CONNECT_TIMEOUT)
    if scheme != "https":
        raise ValueError(f"{scheme}://{host}: a token never leaves this machine without https")
    context = _context()
    proxy = urlsplit(getproxies().get("https", ""))
    if not proxy.hostname or proxy_bypass(host):
        return HTTPSConnection(host, port, timeout=CONNECT_TIMEOUT, context=context)
    connection = HTTPSConnection(proxy.hostname, proxy.port, timeout=CONNECT_TIMEOUT, context=context)
    connection.set_tunnel(host, port or 443)
    return connection


@cache
def _context() -> ssl.SSLContext:
    """Made once: reading the machine's certificates takes longer than a call."""
    return ssl.create_default_context()


def _body(response: HTTPResponse, deadline: float) -> bytes:
    """The whole body. Fewer bytes than promised is a cut, of which http.client says nothing; a server may keep the line open after them."""
    promised = None if response.chunked else response.length
    chunks: list[bytes] = []
    size = 0
    while size != promised and (chunk := response.read1(CHUNK)):
        chunks.append(chunk)
        size += len(chunk)
        if size > MOST_BYTES or time.monotonic() > deadline:
            raise NoAnswer(CUT)
    if promised is not None and size < promised:
        raise NoAnswer(CUT)
    return b"".join(chunks)
