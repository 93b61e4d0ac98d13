"""What was in the tills when their books began."""

from datetime import date
from decimal import Decimal
from typing import Any

from cashbook.actions import check_opening, clear_opening, set_opening
from cashbook.models import Till
from companies.access import MONEY
from imports.kinds.base import Judged, Kind, Progress, Reader
from imports.kinds.values import amount_of, currency_of
from imports.models import Import, ImportRow, Outcome
from lib.columns import Field
from lib.errors import Refused, require
from lib.text import searchable

NAMES = {"day": "day", "amount": "amount"}


class TillBalances(Kind):
    key, label, icon, section = "solduri-case", "Solduri ale caselor", "coins", "Solduri inițiale"
    about = "Câți bani erau în fiecare casă la începutul zilei de la care o țineți aici."
    asks_day, day_help = "Începutul zilei", "Pentru casele care nu au o zi a lor în fișier. Operațiunile din ea și de după schimbă soldul."
    roles = MONEY
    done_url = "cashbook:till_list"
    numbers = ("amount",)
    fields = (
        Field("till", "Casa", "Denumire, Nume, Denumire casa, Casierie, Gestiune, Till, Cash register", example="Casa"),
        Field("currency", "Moneda", "Valuta, Currency", example="RON"),
        Field("day", "La începutul zilei", "Data, Data soldului, Ziua, Date", example=date(2026, 1, 1)),
        Field("amount", "Sold inițial", "Sold, Suma, Valoare, Sold initial, Balance", needed=True, example=Decimal("1500.00")),
    )

    def judge(self, readers: list[Reader], run: Import, progress: Progress) -> None:
        tills = list(Till.objects.filter(active=True).select_for_update(of=("self",), no_key=True).order_by("pk"))
        seen: dict[int, int] = {}
        for place, reader in enumerate(readers):
            judged, till = reader.judged, _till(reader, tills)
            if till is not None:
                self._judge_one(reader, till, date.fromisoformat(run.options["on"]))
                if (first := seen.setdefault(till.pk, judged.number)) != judged.number:
                    reader.wrong("till", f"{till.name} apare și pe rândul {first}. Păstrați unul singur.")
            if judged.problems:
                judged.outcome = Outcome.WRONG
            progress(place, len(readers))

    def _judge_one(self, reader: Reader, till: Till, on: date) -> None:
        judged, amount, day = reader.judged, amount_of(reader, "amount"), reader.day("day") or on
        judged.label = till.name
        if amount is None:
            if not judged.problems:
                reader.wrong("amount", "Lipsește soldul.")
            return
        judged.target, judged.row = till.pk, (till, day, amount)
        judged.before, judged.after = _values(till.opening_day, till.opening_balance), _values(day, amount)
        judged.outcome = Outcome.SAME if judged.before == judged.after else Outcome.UPDATED
        if judged.outcome == Outcome.UPDATED:
            try:
                check_opening(till, day=day, amount=amount)
            except Refused as refusal:
                reader.refused(refusal, NAMES)

    def write(self, judged: list[Judged], run: Import, by: Any) -> None:
        for each in judged:
            till, day, amount = each.row
            set_opening(till, day=day, amount=amount, by=by)

    def undo(self, rows: list[ImportRow], run: Import, by: Any) -> None:
        held = Till.objects.filter(pk__in=[row.target for row in rows]).select_for_update(of=("self",), no_key=True).order_by("pk")
        tills = {till.pk: till for till in held}
        for row in rows:
            till = tills.get(row.target or 0)
            same = till is not None and _values(till.opening_day, till.opening_balance) == row.after
            require(
                same, "import_used", f"Importul nu se mai poate anula: soldul inițial al casei {row.label} a fost schimbat după import."
            )
            if till is not None and row.before["opening_day"]:
                former = row.before
                set_opening(till, day=date.fromisoformat(former["opening_day"]), amount=Decimal(former["opening_balance"]), by=by)
            elif till is not None:
                clear_opening(till, by=by)


def _till(reader: Reader, tills: list[Till]) -> Till | None:
    """The till of that name, and of that currency when it is said; without a name, the usual one of the currency."""
    name, currency = reader.text("till", 60), currency_of(reader)
    if not name:
        usual = next((till for till in tills if till.is_default and till.currency == currency), None)
        if usual is None:
            reader.wrong("till", f"Nu aveți o casă în {currency}. Faceți-o întâi la Casa › Case.")
        return usual
    named = [till for till in tills if searchable(till.name) == searchable(name)]
    if not named:
        reader.wrong("till", f"Nu aveți casa „{name}”. Faceți-o întâi la Casa › Case, cu același nume.")
        return None
    fitting = [till for till in named if not reader.has("currency") or till.currency == currency]
    if not fitting:
        reader.wrong("currency", f"{named[0].name} este în {named[0].currency}, nu în {currency}.")
    elif len(fitting) > 1:
        reader.wrong("currency" if len({till.currency for till in fitting}) > 1 else "till", f"Sunt {len(fitting)} case cu acest nume.")
    return fitting[0] if len(fitting) == 1 else None


def _values(day: date | None, amount: Decimal) -> dict[str, Any]:
    return {"opening_day": day.isoformat() if day else "", "opening_balance": f"{amount:.2f}"}
