"""What clients owed when this book began, document by document (R30): outside quota, series and e-Factura."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from companies.access import MONEY
from imports.kinds.base import Judged, Kind, Progress, Reader
from imports.kinds.parties import CLIENT, CLIENT_FIELDS, KnownParties
from imports.kinds.values import amount_of, closed, currency_of
from imports.models import Import, ImportRow, Outcome
from invoicing.actions import add_opening_items, cancel_opening_items
from invoicing.actions.openings import OpeningRow, check_opening_row, rates_of
from invoicing.exchange import LEI
from invoicing.models import Document, Status
from invoicing.models import Kind as DocumentKind
from invoicing.models.document import Channel
from lib.columns import Field
from lib.errors import Refused, require
from lib.text import normalise
from partners.models import Partner

NAMES = {"rest": "rest", "number": "number", "document_date": "date", "due_date": "due", "on": "date", "rate": "rate"}
SHOWN = 3
DAY_HELP = "Ziua la sfârșitul căreia erau datorate sumele din fișier, de obicei 31 decembrie."


class Items(Kind):
    """Kinds of files whose documents become items of clients' opening balances; `row` of what is judged is an OpeningRow."""

    icon, section = "book", "Solduri inițiale"
    asks_day, day_help = "Data soldului", DAY_HELP
    roles = MONEY
    done_url, row_url = "invoicing:opening_list", "invoicing:opening"
    numbers: Sequence[str] = ("rest", "whole", "rate")

    def check(self, readers: list[Reader], run: Import, progress: Progress) -> None:
        """Judge the readers whose `row` is set, by the rules of the action; the others are wrong already."""
        on = date.fromisoformat(run.options["on"])
        held = Document.objects.filter(kind=DocumentKind.OPENING, status=Status.ISSUED)
        known = set(held.values_list("partner_id", "label"))
        shut = closed(on)
        rates = rates_of([reader.judged.row for reader in readers if reader.judged.row], on=on)
        for place, reader in enumerate(readers):
            judged, row = reader.judged, reader.judged.row
            if shut:
                reader.wrong("date", shut)
            elif row and not judged.problems:
                try:
                    check_opening_row(row, on=on, rates=rates)
                except Refused as refusal:
                    reader.refused(refusal, NAMES)
            if row:
                pair = (row.partner.pk, row.number)
                if not judged.problems and pair in known:
                    reader.wrong("number", f"{row.number} este deja în soldul inițial al clientului {row.partner.name}.")
                known.add(pair)
                judged.after = _values(row)
            judged.outcome = Outcome.WRONG if judged.problems else Outcome.ADDED
            progress(place, len(readers))

    def write(self, judged: list[Judged], run: Import, by: Any) -> None:
        on = date.fromisoformat(run.options["on"])
        heads = [each for each in judged if each.row]
        made = add_opening_items([each.row for each in heads], on=on, by=by, channel=Channel.IMPORT)
        for each, document in zip(heads, made, strict=True):
            each.target = document.pk

    def undo(self, rows: list[ImportRow], run: Import, by: Any) -> None:
        documents = list(Document.objects.filter(pk__in={row.target for row in rows if row.target}).order_by("pk"))
        paid = [document for document in documents if document.paid]
        some = ", ".join(document.label for document in paid[:SHOWN])
        more = f" și altele, {len(paid)} în total" if len(paid) > SHOWN else ""
        require(not paid, "import_used", f"Importul nu se mai poate anula: au încasări {some}{more}. Anulați întâi încasările.")
        cancel_opening_items(documents, by=by, reason=f"Anularea importului {run.name}")


class Balances(Items):
    key, label = "solduri-clienti", "Solduri ale clienților"
    about = "Facturile neîncasate din programul dinainte, câte un rând de factură, cu numărul și restul ei."
    fields = (
        *CLIENT_FIELDS,
        Field(
            "number",
            "Document",
            "Numar, Numar document, Nr document, Numar factura, Nr factura, Nr, Factura, Serie si numar, "
            "FacturaNumar, Serie/numar, Nr. doc, Document number",
            needed=True,
            example="ABC 123",
        ),
        Field(
            "date",
            "Data documentului",
            "Data, Data emiterii, Data factura, Data facturii, Data document, Data emitere, FacturaData, Date, Issue date",
            needed=True,
            example=date(2025, 11, 3),
        ),
        Field(
            "due",
            "Scadența",
            "Scadenta, Data scadentei, Termen, Termen de plata, Data scadenta, FacturaScadenta, Due date",
            example=date(2025, 12, 3),
        ),
        Field(
            "rest",
            "Rest de încasat",
            "Rest, Rest de plata, Sold, Neincasat, Rest plata, De incasat, Valoare restanta, Suma ramasa, Balance, Ramas",
            needed=True,
            example=Decimal("1190.00"),
        ),
        Field(
            "whole",
            "Valoarea documentului",
            "Valoare, Total, Total factura, Valoare totala, Valoare document, Total cu TVA, Total de plata",
            example=Decimal("1190.00"),
        ),
        Field("currency", "Moneda", "Valuta, Currency", example="RON"),
        Field("rate", "Curs", "Curs valutar, Exchange rate"),
        Field("note", "Observații", "Observatii, Note, Explicatie, Explicatii, Mentiuni"),
    )

    def judge(self, readers: list[Reader], run: Import, progress: Progress) -> None:
        clients = KnownParties(readers, CLIENT)
        for reader in readers:
            row = self._row(reader, clients.of(reader))
            reader.judged.label = f"{row.number}, {row.partner.name}"[:250] if row.partner.name else row.number
            reader.judged.row = row
        self.check(readers, run, progress)

    def _row(self, reader: Reader, partner: Partner | None) -> OpeningRow:
        """The row as the action wants it; what is missing is a problem of the reader."""
        currency = currency_of(reader)
        on = reader.day("date")
        if on is None and not reader.has("date"):
            reader.wrong("date", "Lipsește data documentului.")
        return OpeningRow(
            partner=partner or Partner(),
            number=normalise(reader.text("number", 40)),
            document_date=on or date.min,
            rest=amount_of(reader, "rest") or Decimal(0),
            whole=amount_of(reader, "whole"),
            due_date=reader.day("due"),
            currency=currency,
            rate=reader.number("rate") if currency != LEI else None,
            note=reader.text("note", 200),
        )


def _values(row: OpeningRow) -> dict[str, Any]:
    return {
        "partner": row.partner.pk,
        "number": row.number,
        "date": str(row.document_date),
        "rest": str(row.rest),
        "whole": str(row.whole),
        "due": str(row.due_date),
        "currency": row.currency,
        "rate": str(row.rate),
    }
