import json
import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from efactura.ubl import Finding, validate
from efactura.ubl.reader import LIMIT


class Command(BaseCommand):
    help = "Spune ce ar refuza ANAF la fișiere XML UBL: pentru fiecare „FIȘIER ok” sau „FIȘIER <id-urile regulilor>”."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FIȘIER")
        parser.add_argument("--json", action="store_true", help="un obiect JSON pe rând, cu codul afișat, mesajul și locul fiecărei reguli")

    def handle(self, *args: object, files: list[str], json: bool, **options: object) -> None:
        """Exit status 1 when any file would be refused or cannot be read."""
        good = True
        for name in files:
            try:
                with open(name, "rb") as file:
                    found = validate(file.read(LIMIT + 1))
            except OSError as error:
                self.stderr.write(f"{name}: fișierul nu poate fi citit ({error.strerror}).")
                good = False
                continue
            self.stdout.write(as_json(name, found) if json else as_text(name, found))
            good = good and not found
        if not good:
            sys.exit(1)


def as_text(name: str, found: list[Finding]) -> str:
    return f"{name} {','.join(sorted({finding.id for finding in found})) or 'ok'}"


def as_json(name: str, found: list[Finding]) -> str:
    return json.dumps({"file": name, "ok": not found, "findings": [finding._asdict() for finding in found]}, ensure_ascii=False)
