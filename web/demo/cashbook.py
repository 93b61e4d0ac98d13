"""The till of the demonstration firm: its opening, and the usual operations of the last weeks."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from cashbook.actions import Entry, close_days, count_till, record, set_opening, till_for
from cashbook.balances import balance_at
from cashbook.models import Kind
from lib.dates import bucharest_today

OPENING = Decimal("4850.00")
# Days ago, kind, lei, explanation, person, function
OPERATIONS = [
    (28, Kind.FROM_BANK, "3000", "CEC numerar pentru cheltuieli", "Ioana Munteanu", "casier"),
    (27, Kind.ADVANCE, "600", "Deplasare la Timișoara", "Andrei Stoica", "montator"),
    (24, Kind.OTHER_OUT, "186.50", "Combustibil, bon fiscal", "Andrei Stoica", "montator"),
    (21, Kind.ADVANCE_RETURN, "74.20", "Rest din avansul de deplasare", "Andrei Stoica", "montator"),
    (18, Kind.OTHER_OUT, "92.00", "Timbre și plicuri", "Ioana Munteanu", "casier"),
    (14, Kind.TO_BANK, "2500", "Foaie de vărsământ", "Ioana Munteanu", "casier"),
    (12, Kind.OTHER_IN, "150", "Vânzare paleți folosiți", "Sorin Rusu", ""),
    (9, Kind.OTHER_OUT, "240.35", "Materiale de curățenie", "Elena Pârvu", "administrator"),
    (6, Kind.ADVANCE, "400", "Cumpărare feronerie", "Vlad Neagu", "tâmplar"),
    (4, Kind.OTHER_OUT, "65.90", "Apă pentru birou", "Ioana Munteanu", "casier"),
    (2, Kind.TO_BANK, "1000", "Foaie de vărsământ", "Ioana Munteanu", "casier"),
]


def keep_till(random: Random, owner: Any) -> None:
    """Open the till six weeks ago and write its operations; the first weeks are counted and closed."""
    today = bucharest_today()
    till = set_opening(till_for("RON"), day=today - timedelta(days=42), amount=OPENING, by=owner)
    for ago, kind, lei, explanation, party, role in OPERATIONS:
        entry = Entry(kind, today - timedelta(days=ago), Decimal(lei), explanation=explanation, party=party, party_role=role)
        record(till, entry, by=owner, token=UUID(int=random.getrandbits(128), version=4))
    counted_on = today - timedelta(days=15)
    count_till(till, day=counted_on, counted=balance_at(till, counted_on), by=owner)
    close_days(till, until=counted_on, by=owner)
