"""Invoices that were issued in another program, one row a line: items of opening balances, with their own numbers (R30)."""

from datetime import date
from decimal import Decimal

from companies.models import is_vat_payer
from imports.kinds.balances import Items
from imports.kinds.base import Progress, Reader
from imports.kinds.documents import ONCE, settle_all
from imports.kinds.grouped import HEAD_FIELDS, LINE_FIELDS, Group, grouped
from imports.kinds.parties import CLIENT, KnownParties
from imports.kinds.values import LEI, amount_of, currency_of, fine_number, percent_of
from imports.models import Import, Outcome
from invoicing.actions.openings import OpeningRow
from lib.columns import Field, text_of
from lib.formats import amount as with_currency
from lib.totals import Line, document_totals
from partners.models import Partner


class FormerInvoices(Items):
    """Invoices that keep the number of the former program: items of opening balances, worked out of their lines."""

    key, label, section = "facturi-vechi", "Facturi din programul dinainte", "Documente"
    about = "Facturi emise deja în alt program, câte un rând de linie. Își păstrează numărul și intră în soldul clientului cu restul lor."
    numbers = ("quantity", "price", "price_with_vat", "vat", "discount", "rate", "rest", "whole")
    once = ONCE
    fields = (
        *HEAD_FIELDS,
        *LINE_FIELDS,
        Field("rest", "Rest de încasat", "Rest, Rest de plata, Sold, Neincasat, De incasat, Suma ramasa, Balance", example=Decimal(100)),
        Field("whole", "Valoarea documentului", "Total, Total factura, Valoare totala, Valoare document, Total cu TVA, Total de plata"),
        Field("notes", "Observații", "Observatii, Note, Mentiuni"),
    )  # fmt: skip

    def __init__(self) -> None:
        self.payer: dict[date, bool] = {}

    def judge(self, readers: list[Reader], run: Import, progress: Progress) -> None:
        groups = grouped(readers)
        clients = KnownParties([group.head for group in groups], CLIENT)
        heads = []
        for group in groups:
            row = self._row(group, clients.of(group.head))
            judged = group.head.judged
            judged.label = ", ".join(part for part in (row.number, row.partner.name, with_currency(row.rest, row.currency)) if part)[:250]
            judged.row = row if row.rest else None
            settle_all(group)
            if judged.row:
                heads.append(group.head)
            elif not group.is_wrong:
                for each in group.rows:
                    each.judged.outcome = Outcome.SAME
                judged.problems.append(["Rest de încasat", "Este încasată: nu intră în sold."])
        self.check(heads, run, progress)
        for group in groups:
            for each in group.rows[1:]:
                each.judged.label = f"↳ {each.text('name', 100)}" if each.has("name") else ""

    def _row(self, group: Group, partner: Partner | None) -> OpeningRow:
        head = group.head
        on = head.day("date")
        if not head.has("date"):
            head.wrong("date", "Lipsește data documentului.")
        if not group.number:
            head.wrong("number", "Lipsește numărul documentului, cel din programul dinainte.")
        currency = currency_of(head)
        whole = amount_of(head, "whole") if head.has("whole") else self._whole(group, on)
        rest = amount_of(head, "rest") if head.has("rest") else whole
        return OpeningRow(
            partner=partner or Partner(), number=group.number, document_date=on or date.min, rest=rest or Decimal(0), whole=whole,
            due_date=head.day("due"), currency=currency, rate=head.number("rate") if currency != LEI else None,
            note=head.text("notes", 200),
        )  # fmt: skip

    def _whole(self, group: Group, on: date | None) -> Decimal | None:
        """The total of the lines, at whatever rates they had; who was registered for VAT must say them."""
        rows = group.lines
        with_vat = [row for row in rows if row.has("price_with_vat") and not row.has("price")]
        typed = [_typed(row, "price_with_vat" if row in with_vat else "price") for row in rows]
        for row in rows:
            if not row.has("vat") and row not in with_vat and on and self._is_payer(on):
                row.wrong("vat", "Lipsește cota de TVA: scrieți-o, ori scrieți valoarea documentului.")
        if not typed:
            group.head.wrong("price", "Scrieți prețul liniilor sau valoarea documentului.")
        if with_vat and len(with_vat) < len(rows):
            with_vat[0].wrong("price_with_vat", "Pe un document toate prețurile sunt fără TVA, sau toate cu TVA.")
        return None if group.is_wrong else document_totals(typed, with_vat=bool(with_vat)).total

    def _is_payer(self, on: date) -> bool:
        if on not in self.payer:
            self.payer[on] = is_vat_payer(on)
        return self.payer[on]


def _typed(row: Reader, key: str) -> Line:
    """A line as totals want it."""
    if not row.has(key):
        row.wrong(key, "Lipsește prețul.")
    quantity, price = fine_number(row, "quantity", "Cantitatea"), fine_number(row, key, "Prețul")
    return Line(
        Decimal(1) if quantity is None else quantity, price or Decimal(0), "S", _percent(row), percent_of(row, "discount") or Decimal(0)
    )


def _percent(row: Reader) -> Decimal:
    """`21`, `21%` and `0,21` are 21; words without a number, such as `scutit` or `taxare inversă`, are none."""
    if not any(letter.isdigit() for letter in text_of(row.cell("vat"))):
        return Decimal(0)
    found = percent_of(row, "vat") or Decimal(0)
    return found * 100 if 0 < found < 1 else found
