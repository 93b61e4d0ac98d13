"""What was owed to suppliers when this book began, document by document (R31)."""

from datetime import date
from decimal import Decimal
from typing import Any

from catalog.actions import RatesInForce
from companies.access import MONEY
from imports.kinds.balances import DAY_HELP, SHOWN, Balances
from imports.kinds.base import Judged, Kind, Progress, Reader
from imports.kinds.parties import SUPPLIER, SUPPLIER_FIELDS, KnownParties
from imports.kinds.values import LEI, amount_of, closed, currency_of
from imports.models import Import, ImportRow, Outcome
from lib.columns import Field
from lib.errors import Refused, require
from lib.text import normalise
from partners.models import Partner
from purchases.actions import add_openings, cancel_openings
from purchases.actions.openings import OpeningRow, check_opening, opened_numbers
from purchases.models import Expense

NAMES = {"amount": "rest", "number": "number", "document_date": "date", "due_date": "due", "on": "date", "rate": "rate", "whole": "whole"}
KEPT = {"rest", "partner", "cif"}


class SupplierBalances(Kind):
    key, label, icon, section = "solduri-furnizori", "Solduri ale furnizorilor", "basket", "Solduri inițiale"
    about = "Facturile neplătite ale furnizorilor din evidența dinainte, câte un rând de factură, cu numărul și restul ei."
    asks_day, day_help = "Data soldului", DAY_HELP
    roles = MONEY
    done_url = "purchases:expense_list"
    row_url = "purchases:expense"
    numbers = ("rest", "whole", "rate")
    fields = (
        *SUPPLIER_FIELDS,
        *(field for field in Balances.fields if field.key not in KEPT),
        Field(
            "rest",
            "Rest de plată",
            "Rest, Sold, Neplatit, De plata, Rest plata, Valoare restanta, Suma ramasa, Balance, Ramas",
            needed=True,
            example=Decimal("1190.00"),
        ),
    )

    def judge(self, readers: list[Reader], run: Import, progress: Progress) -> None:
        on = date.fromisoformat(run.options["on"])
        suppliers = KnownParties(readers, SUPPLIER)
        found = [(reader, suppliers.of(reader), currency_of(reader)) for reader in readers]
        rates = RatesInForce((currency, on) for reader, _, currency in found if currency != LEI and not reader.has("rate"))
        known = opened_numbers({partner.pk for _, partner, _ in found if partner})
        shut = closed(on)
        for place, (reader, partner, currency) in enumerate(found):
            judged, row = reader.judged, _row(reader, partner, currency, on, rates)
            judged.label = f"{row.number}, {row.partner.name}"[:250] if row.partner.name else row.number
            if shut:
                reader.wrong("date", shut)
            elif not judged.problems:
                _check(reader, row, on, known)
            judged.row, judged.after = row, _values(row)
            judged.outcome = Outcome.WRONG if judged.problems else Outcome.ADDED
            progress(place, len(readers))

    def write(self, judged: list[Judged], run: Import, by: Any) -> None:
        new = set(Partner.objects.filter(pk__in={each.row.partner.pk for each in judged}, is_supplier=False).values_list("pk", flat=True))
        made = add_openings([each.row for each in judged], on=date.fromisoformat(run.options["on"]), by=by)
        for each, expense in zip(judged, made, strict=True):
            each.target = expense.pk
            each.after["became_supplier"] = each.row.partner.pk in new

    def undo(self, rows: list[ImportRow], run: Import, by: Any) -> None:
        expenses = list(Expense.objects.filter(pk__in=[row.target for row in rows]).order_by("pk"))
        paid = [expense for expense in expenses if expense.paid]
        some = ", ".join(expense.number for expense in paid[:SHOWN])
        more = f" și altele, {len(paid)} în total" if len(paid) > SHOWN else ""
        require(not paid, "import_used", f"Importul nu se mai poate anula: au plăți {some}{more}. Anulați întâi plățile.")
        cancel_openings(expenses, by=by, reason=f"Anularea importului {run.name}")
        became = {row.after["partner"] for row in rows if row.after.get("became_supplier")}
        used = Expense.objects.filter(partner__in=became).exclude(pk__in=[expense.pk for expense in expenses]).values("partner")
        Partner.objects.filter(pk__in=became, is_client=True).exclude(pk__in=used).update(is_supplier=False)


def _row(reader: Reader, partner: Partner | None, currency: str, on: date, rates: RatesInForce) -> OpeningRow:
    """The row as the action wants it; what is missing is a problem of the reader."""
    dated = reader.day("date")
    if dated is None and not reader.has("date"):
        reader.wrong("date", "Lipsește data documentului.")
    return OpeningRow(
        partner=partner or Partner(),
        number=normalise(reader.text("number", 40)),
        rest=amount_of(reader, "rest") or Decimal(0),
        whole=amount_of(reader, "whole"),
        document_date=dated,
        due_date=reader.day("due"),
        currency=currency,
        rate=_rate(reader, currency, on, rates),
        note=reader.text("note", 200),
    )


def _rate(reader: Reader, currency: str, on: date, rates: RatesInForce) -> Decimal:
    """As written, else BNR's of the day of the balance."""
    if currency == LEI:
        return Decimal(1)
    if reader.has("rate"):
        return reader.number("rate") or Decimal(0)
    try:
        return rates.of(currency, on).rate
    except Refused as refusal:
        reader.wrong("rate", refusal.message)
    return Decimal(1)


def _check(reader: Reader, row: OpeningRow, on: date, known: set[tuple[int, str]]) -> None:
    try:
        check_opening(row, on=on)
    except Refused as refusal:
        reader.refused(refusal, NAMES)
    key = (row.partner.pk, row.number.casefold())
    if key in known:
        reader.wrong("number", f"{row.number} este deja în soldul inițial al furnizorului {row.partner.name}.")
    known.add(key)


def _values(row: OpeningRow) -> dict[str, Any]:
    names = ("number", "rest", "whole", "document_date", "due_date", "currency", "rate")
    return {"partner": row.partner.pk} | {name: str(getattr(row, name)) for name in names}
