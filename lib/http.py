"""A small HTTP client for the services of the state: one connection a call, a limit on time and size, two kinds of failure.

ANAF's servers drop kept-alive connections and answer HTML pages with status 200, so neither is taken for an answer.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

USER_AGENT = "Facturier"
MAX_BYTES = 8 * 1024 * 1024
CHUNK = 64 * 1024
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class NoAnswer(Exception):
    """Nobody answered in time: network down, name unknown, connection cut. Worth another try later."""


class BadAnswer(Exception):
    """Something answered that is no answer: an error status, an HTML page, broken JSON, too many bytes."""

    def __init__(self, message: str, status: int = 200, body: bytes = b"") -> None:
        super().__init__(message)
        self.status, self.body = status, body


def get(url: str, *, timeout: float = 10, headers: Mapping[str, str] | None = None, max_bytes: int = MAX_BYTES) -> bytes:
    """The body of `url`. Raises NoAnswer, BadAnswer; `timeout` in seconds holds for the whole call."""
    return _read(_request(url, headers or {}), timeout, max_bytes)


def get_json(url: str, *, timeout: float = 10, headers: Mapping[str, str] | None = None) -> Any:
    """The JSON that `url` answers. Raises NoAnswer, BadAnswer."""
    return _parsed(get(url, timeout=timeout, headers={"Accept": "application/json", **(headers or {})}))


def post_json(url: str, data: Any, *, timeout: float = 10, headers: Mapping[str, str] | None = None) -> Any:
    """Send `data` as JSON and return the JSON answered. Never follows a redirect. Raises NoAnswer, BadAnswer."""
    head = {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})}
    return _parsed(_read(_request(url, head, json.dumps(data).encode()), timeout, MAX_BYTES))


class _Redirects(HTTPRedirectHandler):
    """Follows a GET to https or to the scheme it came from; anything else ends as a bad answer."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        if req.get_method() != "GET" or urlsplit(newurl).scheme not in {"https", req.type}:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _request(url: str, headers: Mapping[str, str], data: bytes | None = None) -> Request:
    """A GET, or a POST of `data`. Never another scheme: file: and ftp: addresses are a bug of the caller."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError(f"{url}: only http and https addresses are called")
    return Request(url, data=data, headers={"User-Agent": USER_AGENT, **headers})  # noqa: S310 (the scheme is checked above)


def _read(request: Request, timeout: float, max_bytes: int) -> bytes:
    host = urlsplit(request.full_url).hostname or ""
    opener = build_opener(_Redirects, *([ProxyHandler({})] if host in LOOPBACK else []))
    deadline = time.monotonic() + timeout
    with _failures(host), opener.open(request, timeout=timeout) as response:
        body = _body(response, deadline, max_bytes)
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise BadAnswer("an HTML page instead of data", body=body)
    return body


def _body(response: HTTPResponse, deadline: float, max_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := response.read1(CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            raise BadAnswer(f"more than {max_bytes} bytes")
        if time.monotonic() > deadline:
            raise NoAnswer("the answer came too slowly")
    return b"".join(chunks)


@contextmanager
def _failures(host: str) -> Iterator[None]:
    """Turn what urllib raises into the two kinds above. HTTPError is an OSError too, so it stands first."""
    try:
        yield
    except HTTPError as error:
        with error:
            raise BadAnswer(f"{host} answered with status {error.code}", status=error.code, body=error.read(CHUNK)) from None
    except (URLError, HTTPException, OSError) as error:
        raise NoAnswer(f"{host}: {error}") from error


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise BadAnswer("not JSON", body=body) from None
