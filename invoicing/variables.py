"""Variables in the texts of a recurring invoice: {luna}, {anul}, {perioada}, {curs}… Reads nothing, writes nothing."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from invoicing.schedule import DAY, MONTH, QUARTER, WEEK, Schedule
from lib.dates import add_months
from lib.errors import Refused
from lib.formats import date_ro, qty
from partners.models import Language

NAMES = {
    "luna": "luna facturii: noiembrie",
    "luna_trecuta": "luna dinainte: octombrie",
    "luna_viitoare": "luna următoare: decembrie",
    "luna_nr": "luna în cifre: 11",
    "anul": "anul facturii: 2026",
    "trimestrul": "trimestrul: IV",
    "perioada": "perioada facturată: noiembrie 2026",
    "perioada_trecuta": "perioada dinainte: octombrie 2026",
    "perioada_viitoare": "perioada următoare: decembrie 2026",
    "de_la": "prima zi a perioadei: 01.11.2026",
    "pana_la": "ultima zi a perioadei: 30.11.2026",
    "data": "data facturii: 22.11.2026",
    "curs": "cursul BNR folosit: 5,0812",
    "nr": "a câta factură este: 3",
    "client": "numele clientului",
}
MONTHS = "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie".split()
MONTHS_EN = "January February March April May June July August September October November December".split()
QUARTERS = "I II III IV".split()
VARIABLE = re.compile(r"\{\s*([^\W\d]\w*)\s*\}")


def require_known(texts: Iterable[tuple[str, str]]) -> None:
    """Refuse a variable that does not exist; `texts` are (field, text). Refuses: variable_unknown."""
    for field, text in texts:
        for name in VARIABLE.findall(text):
            if name not in NAMES:
                known = ", ".join(f"{{{other}}}" for other in NAMES)
                raise Refused("variable_unknown", f"Nu există variabila {{{name}}}. Puteți folosi: {known}.", field)


def fill(text: str, values: dict[str, str]) -> str:
    """The text with its variables filled in; what is no variable stays as it is."""
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), text) if "{" in text else text


def values(schedule: Schedule, on: date, *, language: str, number: int, client: str, rate: Decimal | None) -> dict[str, str]:
    """What each variable stands for on a day of the schedule. `rate` is lei for one unit, None where prices are in lei."""
    english = language == Language.EN
    first, last = schedule.period(on)
    return {
        "luna": _month(on, english),
        "luna_trecuta": _month(add_months(on, -1), english),
        "luna_viitoare": _month(add_months(on, 1), english),
        "luna_nr": f"{on.month:02}",
        "anul": str(on.year),
        "trimestrul": _quarter(on),
        "perioada": _period(schedule, on, english),
        "perioada_trecuta": _period(schedule, first - timedelta(days=1), english),
        "perioada_viitoare": _period(schedule, last + timedelta(days=1), english),
        "de_la": date_ro(first),
        "pana_la": date_ro(last),
        "data": date_ro(on),
        "curs": qty(rate, least=4) if rate is not None else "",
        "nr": str(number),
        "client": client,
    }


def _month(day: date, english: bool) -> str:
    return (MONTHS_EN if english else MONTHS)[day.month - 1]


def _quarter(day: date) -> str:
    return QUARTERS[(day.month - 1) // 3]


def _period(schedule: Schedule, on: date, english: bool) -> str:
    first, last = schedule.period(on)
    if schedule.unit == DAY:
        return date_ro(on)
    if schedule.unit == WEEK:
        return f"{date_ro(first)} – {date_ro(last)}"
    if schedule.unit == MONTH:
        return f"{_month(on, english)} {on.year}"
    if schedule.unit == QUARTER:
        return f"{'quarter' if english else 'trimestrul'} {_quarter(on)} {on.year}"
    return str(on.year)
