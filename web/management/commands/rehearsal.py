"""`manage.py rehearsal`: ANAF with its SPV, BNR and a mail server, played on this machine until Ctrl-C or SIGTERM."""

import signal
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from efactura.rehearsal.spv import Spv
from web.rehearsal.server import Rehearsal
from web.rehearsal.services import SERVICES, spv_service


class Command(BaseCommand):
    help = "Plays ANAF's register, its SPV, BNR's rates and a mail server on loopback; switches for their faults at /."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
        parser.add_argument("--port", type=int, default=8090, help="HTTP; 0 takes a free one")
        parser.add_argument("--smtp-port", type=int, default=1025, help="SMTP; 0 takes a free one")
        parser.add_argument("--mail-folder", type=Path, default=settings.BASE_DIR / "var" / "rehearsal-mail")
        parser.add_argument("--spv", type=Path, default=settings.BASE_DIR / "var" / "rehearsal-spv.sqlite", help="what SPV remembers")

    def handle(self, *args: Any, **options: Any) -> None:
        services = [*SERVICES, spv_service(Spv(options["spv"]))]
        ports = {"port": options["port"], "smtp_port": options["smtp_port"]}
        try:
            rehearsal = Rehearsal(host=options["host"], **ports, mail_folder=options["mail_folder"], services=services)
        except (OSError, ValueError) as error:
            raise CommandError(f"Serviciile de probă nu pornesc: {error}") from error
        stopping = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stopping.set())
        with rehearsal:
            print(f"Servicii de probă: {rehearsal.url}/ și smtp://{rehearsal.mail.host}:{rehearsal.mail.port}", flush=True)
            stopping.wait()
