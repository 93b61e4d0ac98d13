"""What clients owed when this book began, document by document (R30): outside quota, series and e-Factura."""

from datetime import date
from decimal import Decimal
from typing import Any

from companies.access import ISSUE
from companies.forms import CURRENCIES
from imports.kinds.base import Judged, Kind, Progress, Reader
from imports.kinds.clients import CLIENT_FIELDS, KnownClients
from imports.models import Import, ImportRow, Outcome
from invoicing.actions import add_opening_items, cancel_opening_items
from invoicing.actions.openings import OpeningRow, check_opening_row
from invoicing.exchange import LEI
from invoicing.models import Document, Status
from invoicing.models import Kind as DocumentKind
from invoicing.models.document import Channel
from invoicing.period import require_day_open
from lib.columns import Field
from lib.errors import Refused, require
from lib.money import money
from partners.models import Partner

NAMES = {"rest": "rest", "number": "number", "document_date": "date", "due_date": "due", "on": "date", "rate": "rate"}
MOST = Decimal("9999999999.99")
SHOWN = 3


class Balances(Kind):
    key, label, icon = "solduri-clienti", "Solduri ale clienților", "book"
    about = "Facturile neîncasate din programul dinainte, cu numărul și restul lor."
    asks_day = "Data soldului"
    roles = ISSUE
    done_url = "invoicing:opening_list"
    numbers = ("rest", "whole", "rate")
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
        on = date.fromisoformat(run.options["on"])
        clients = KnownClients(readers)
        held = Document.objects.filter(kind=DocumentKind.OPENING, status=Status.ISSUED)
        known = set(held.values_list("partner_id", "label"))
        closed = _closed(on)
        for place, reader in enumerate(readers):
            judged, partner = reader.judged, clients.of(reader)
            row = self._row(reader, partner)
            judged.label = f"{row.number}, {row.partner.name}"[:250] if row.partner.name else row.number
            if closed:
                reader.wrong("date", closed)
            elif not judged.problems:
                try:
                    check_opening_row(row, on=on)
                except Refused as refusal:
                    reader.refused(refusal, NAMES)
            pair = (row.partner.pk, row.number)
            if not judged.problems and pair in known:
                reader.wrong("number", f"{row.number} este deja în soldul inițial al clientului {row.partner.name}.")
            known.add(pair)
            judged.row, judged.after = row, _values(row)
            judged.outcome = Outcome.WRONG if judged.problems else Outcome.ADDED
            progress(place, len(readers))

    def write(self, judged: list[Judged], run: Import, by: Any) -> None:
        on = date.fromisoformat(run.options["on"])
        made = add_opening_items([each.row for each in judged], on=on, by=by, channel=Channel.IMPORT)
        for each, document in zip(judged, made, strict=True):
            each.target = document.pk

    def undo(self, rows: list[ImportRow], run: Import, by: Any) -> None:
        documents = list(Document.objects.filter(pk__in=[row.target for row in rows]).order_by("pk"))
        paid = [document for document in documents if document.paid]
        some = ", ".join(document.label for document in paid[:SHOWN])
        more = f" și altele, {len(paid)} în total" if len(paid) > SHOWN else ""
        require(not paid, "import_used", f"Importul nu se mai poate anula: au încasări {some}{more}. Anulați întâi încasările.")
        cancel_opening_items(documents, by=by, reason=f"Anularea importului {run.name}")

    def _row(self, reader: Reader, partner: Partner | None) -> OpeningRow:
        """The row as the action wants it; what is missing is a problem of the reader."""
        currency = reader.text("currency", 10).upper()
        currency = LEI if currency in {"", "LEI", "LEU"} else currency
        if currency not in dict(CURRENCIES):
            reader.wrong("currency", f"Nu cunoaștem moneda „{currency}”. Scrieți codul ei, de exemplu RON sau EUR.")
        on = reader.day("date")
        if on is None and not reader.has("date"):
            reader.wrong("date", "Lipsește data documentului.")
        rate = reader.number("rate") if currency != LEI else None
        return OpeningRow(
            partner=partner or Partner(),
            number=reader.text("number", 40),
            document_date=on or date.min,
            rest=_amount(reader, "rest") or Decimal(0),
            whole=_amount(reader, "whole"),
            due_date=reader.day("due"),
            currency=currency,
            rate=rate,
            note=reader.text("note", 200),
        )


def _amount(reader: Reader, key: str) -> Decimal | None:
    found: Decimal | None = reader.number(key)
    if found is not None and abs(found) > MOST:
        reader.wrong(key, "Suma este prea mare.")
        return None
    if found is not None and money(found) != found:
        reader.wrong(key, "Suma are mai mult de două zecimale.")
        return None
    return found


def _closed(on: date) -> str:
    try:
        require_day_open(on, "on")
    except Refused as refusal:
        return refusal.message
    return ""


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
