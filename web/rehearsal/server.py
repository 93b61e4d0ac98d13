"""The rehearsal server: HTTP for the services and the control page, SMTP for the mail sink, both on loopback."""

import ipaddress
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from web.rehearsal import pages
from web.rehearsal.exchange import Faults, Request, Response, Service, not_found
from web.rehearsal.mail import MailSink
from web.rehearsal.services import SERVICES

LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}
MAX_BODY = 16 * 1024 * 1024
# Faults that are the same for every service, named `<prefix>_<kind>`.
FAULTS = {"no_answer", "slow", "html", "500"}
FIREWALL = Response(
    b"<!DOCTYPE html><html><head><title>Request Rejected</title></head><body>"
    b"The requested URL was rejected. Your support ID is: 1234567890</body></html>"
)
BROKEN = Response(b"<html><body>Internal Server Error</body></html>", status=500)


class Rehearsal:
    """Both servers, with their faults and mails. Port 0 takes a free one. Use as a context, or `start` and `stop`."""

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, smtp_port: int = 0, mail_folder: Path, services: Iterable[Service] = SERVICES
    ) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"{host} is not a loopback address")
        self.services = list(services)
        self.faults = Faults({name for service in self.services for name in service.faults})
        self.slow_seconds = 30.0
        self.stopping = threading.Event()
        self.mail = MailSink(host, smtp_port, mail_folder, self.faults)
        self._http = _Server((host, port), _Handler, self)
        self.url = f"http://{host}:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)

    def start(self) -> "Rehearsal":
        self.mail.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self.mail.stop()

    def __enter__(self) -> "Rehearsal":
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def answer(self, request: Request) -> Response | None:
        """The response to a request; None stands for a connection cut without an answer."""
        prefix = request.path.split("/")[1]
        for service in self.services:
            if service.answer and service.prefix == prefix:
                return self._answer_of(service, request)
        return pages.answer(self, request)

    def _answer_of(self, service: Service, request: Request) -> Response | None:
        kinds = {kind for kind in FAULTS if f"{service.prefix}_{kind}" in self.faults}
        if "slow" in kinds:
            self.stopping.wait(self.slow_seconds)
        if "no_answer" in kinds:
            return None
        if "html" in kinds:
            return FIREWALL
        if "500" in kinds:
            return BROKEN
        path = request.path.removeprefix(f"/{service.prefix}") or "/"
        inner = Request(request.method, path, request.query, request.headers, request.body)
        return service.answer(inner) if service.answer else not_found()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        super().__init__(address, handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if size > MAX_BODY:
            self.send_error(413)
            return
        self._serve(self.rfile.read(size))

    def _serve(self, body: bytes) -> None:
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in LOOPBACK_NAMES:
            self.send_error(403, "Loopback only")  # a web page elsewhere must not reach us through a name of its own
            return
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        response = self.server.rehearsal.answer(Request(self.command, address.path, dict(parse_qsl(address.query)), headers, body))
        if response is None:
            self.close_connection = True
            return
        self._send(response)

    def _send(self, response: Response) -> None:
        try:
            self.send_response(response.status)
            self.send_header("Content-Type", response.media_type)
            self.send_header("Content-Length", str(len(response.body)))
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(response.body)
        except ConnectionError:
            self.close_connection = True  # the caller did not wait

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the mail list and the answers themselves say what happened."""
