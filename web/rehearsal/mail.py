"""The mail sink: an SMTP server that accepts everything, delivers nothing and keeps the last mails for reading."""

import email
import logging
import re
import socket
import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

from web.rehearsal.exchange import Faults

KEPT = 200

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells of every step of every connection


@dataclass(frozen=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A received message; `number` goes on counting, also after a restart."""

    number: int
    received_at: datetime
    message: EmailMessage

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def to(self) -> str:
        return ", ".join(str(self.message[name]) for name in ("To", "Cc") if self.message[name])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def attachments(self) -> list[Attachment]:
        found = []
        for position, part in enumerate(self.message.iter_attachments(), start=1):
            content = part.get_payload(decode=True)
            name = part.get_filename() or f"parte-{position}"
            found.append(Attachment(name, part.get_content_type(), content if isinstance(content, bytes) else b""))
        return found

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part else ""


class MailSink:
    """SMTP on `port` (0 takes a free one), and the mails of this run and of earlier ones, in memory and in `folder`."""

    def __init__(self, host: str, port: int, folder: Path, faults: Faults) -> None:
        self.host, self.port = host, port or _free_port(host)
        self._folder, self._faults = folder, faults
        self._lock = threading.Lock()
        self._mails: deque[Mail] = deque(maxlen=KEPT)
        self._controller = Controller(self, hostname=host, port=self.port, enable_SMTPUTF8=True)

    @property
    def mails(self) -> list[Mail]:
        """Oldest first."""
        with self._lock:
            return list(self._mails)

    def find(self, number: int) -> Mail | None:
        return next((mail for mail in self.mails if mail.number == number), None)

    def clear(self) -> None:
        with self._lock:
            for mail in self._mails:
                self._path(mail.number).unlink(missing_ok=True)
            self._mails.clear()

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._stored():
            received_at = datetime.fromtimestamp(path.stat().st_mtime, timezone.get_current_timezone())
            self._mails.append(Mail(int(path.stem), received_at, _parsed(path.read_bytes())))
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]) -> str:
        if "mail_refused" in self._faults:
            return "550 5.1.1 No such mailbox here"
        if "mail_busy" in self._faults:
            return "451 4.7.1 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        self._keep(content)
        return "250 Message kept for reading"

    def _keep(self, content: bytes) -> None:
        with self._lock:
            number = max((int(path.stem) for path in self._stored()), default=0) + 1
            self._path(number).write_bytes(content)
            self._mails.append(Mail(number, timezone.localtime(), _parsed(content)))
            for path in self._stored()[:-KEPT]:
                path.unlink(missing_ok=True)

    def _stored(self) -> list[Path]:
        return sorted(path for path in self._folder.glob("*.eml") if re.fullmatch(r"\d{6,}", path.stem))

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}.eml"


def _parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=modern)


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
