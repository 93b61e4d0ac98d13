"""What a few clients of the demonstration firm owed before it worked here."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from invoicing.actions import OpeningRow, add_opening_items, record_payment
from invoicing.models import Payment
from partners.models import Partner

CLIENTS, EACH = 4, 2


def make_openings(random: Random, *, start: date, owner: Any) -> None:
    """A few open documents of the day before `start`, one of them paid since in part."""
    on = start - timedelta(days=1)
    rows = []
    for place, partner in enumerate(Partner.objects.clients().filter(country="RO", kind=Partner.Kind.LEGAL).order_by("pk")[:CLIENTS]):
        for number in range(EACH):
            day = on - timedelta(days=random.randrange(20, 80))
            whole = Decimal(random.randrange(50_000, 900_000)) / 100
            rest = whole if number else whole - Decimal(random.randrange(10_000, 40_000)) / 100
            values = {"document_date": day, "due_date": day + timedelta(days=30), "whole": whole, "rest": rest}
            rows.append(OpeningRow(partner=partner, number=f"SV {4100 + 10 * place + number}", **values))
    if rows:
        first = add_opening_items(rows, on=on, by=owner)[0]
        token = UUID(int=random.getrandbits(128), version=4)
        paid_on, method = start + timedelta(days=9), Payment.Method.TRANSFER
        record_payment([first], amount=Decimal(100), method=method, on=paid_on, by=owner, token=token, reference="OP 118")
