from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from companies.models import Company
from companies.scope import company_scope
from efactura.actions import xml_of
from invoicing.models import Document
from invoicing.print import file_name
from invoicing.types import E_INVOICES
from lib.cif import identity


class Command(BaseCommand):
    help = "Scrie XML-ul păstrat al facturilor emise, câte un fișier; ce lipsește se face acum."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("numbers", nargs="*", metavar="NUMĂR", help="numărul facturii, ca pe document: „FCT 0012”")
        parser.add_argument("--all", action="store_true", help="toate facturile emise; cele anulate nu")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folderul; se face dacă nu există")
        parser.add_argument("--company", default="", metavar="CIF", help="o singură firmă, dacă sunt mai multe")

    def handle(self, *args: object, numbers: list[str], all: bool, out: Path, company: str, **options: object) -> None:
        """Exit status 1 when a number is not found; the other files are written all the same."""
        if bool(numbers) == all:
            raise CommandError("Scrieți numerele facturilor sau --all.")
        companies = Company.objects.filter(identity=identity(company)) if company else Company.objects.all()
        if company and not companies:
            raise CommandError(f"Nicio firmă cu CIF {company}.")
        many = len(companies) > 1
        missing, written = set(numbers), 0
        for each in companies.order_by("pk"):
            folder = out / each.identity if many else out
            with company_scope(each.pk):
                found = _written(folder, numbers)
            missing -= found.keys()
            written += sum(found.values())
        self.stdout.write(f"{written} fișiere XML în {out}")
        if missing:
            raise CommandError(f"Nu există: {', '.join(sorted(missing))}.")


def _written(folder: Path, numbers: list[str]) -> dict[str, int]:
    """Write the active company's invoices; returns how many files each number has."""
    invoices = Document.objects.filter(kind__in=E_INVOICES)
    invoices = invoices.filter(label__in=numbers).exclude(number=None) if numbers else invoices.issued()
    files: dict[str, str] = {}  # name of the file: number of the invoice
    for document in invoices.order_by("pk").iterator():
        folder.mkdir(parents=True, exist_ok=True)
        name = file_name(document).removesuffix(".pdf")
        if name in files:  # "F 1" and "F-1" are two numbers and would be one file
            name = f"{name}-{document.pk}"
        (folder / f"{name}.xml").write_bytes(bytes(xml_of(document).file.content))
        files[name] = document.label
    return Counter(files.values())
