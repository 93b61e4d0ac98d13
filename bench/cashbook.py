"""`python -m bench.cashbook [1000000]`: the pages of a till with that many operations over four years.

Data: written by COPY with the triggers asleep, as they would have placed them; the sums of the days follow in one statement, and
`cashbook.checks` proves the whole. Times are of whole requests through gunicorn, one client.
"""

import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from uuid import uuid4

from bench.lists import fetch, queries
from bench.stand import EMAIL, PASSWORD, Stand, django, ms, owner, stand, timed

DAYS = 1460
LAST = date(2026, 11, 20)
COLUMNS = (
    "company_id, till_id, day, position, ordinal, day_balance, kind, amount, document, annexes, explanation, party, party_role,"
    " party_id, reason, recorded_at"
)
SUMS = """
INSERT INTO cashbook_cashday (company_id, till_id, day, received, paid, count)
SELECT company_id, till_id, day, coalesce(sum(amount) FILTER (WHERE amount > 0), 0),
       coalesce(-sum(amount) FILTER (WHERE amount < 0), 0), count(*)
FROM cashbook_cashoperation WHERE till_id = %s GROUP BY company_id, till_id, day
"""


def main(size: int) -> None:
    with stand() as bench:
        django()
        owner()
        company, till = make(bench, size)
        client = bench.client()
        first = f"/{company}/casa/"
        old = f"{LAST - timedelta(days=900):%Y-%m}"
        days = f"de-la=01.{old[5:]}.{old[:4]}&pana-la=28.{old[5:]}.{old[:4]}"
        paths = {
            "operations, first page": f"{first}operatiuni/?casa={till}",
            "operations, a month of years ago": f"{first}operatiuni/?casa={till}&perioada=interval&{days}",
            "operations, one kind": f"{first}operatiuni/?casa={till}&fel=to_bank",
            "operations, by amount": f"{first}operatiuni/?casa={till}&ordine=-suma",
            "operations, a sum searched": f"{first}operatiuni/?casa={till}&q=123,45",
            "register, this month": f"{first}registru/?casa={till}",
            "register, a month of years ago": f"{first}registru/?casa={till}&luna={old}",
            "balances by day, charts of a quarter": f"/{company}/rapoarte/solduri/",
            "balances by day, charts of a year": f"/{company}/rapoarte/solduri/?perioada=tot",
            "sums and counts (second request)": f"{first}operatiuni/sume/?casa={till}",
        }
        print(f"{size:,} operations")
        for name, path in paths.items():
            print(f"  {name:36} {ms(timed(partial(fetch, client, path), 60))}   {queries(path)} queries")
        print(f"  {'a back-dated operation, by its form':36} {ms(timed(partial(back_date, client, first, till), 60))}")
        start = time.perf_counter()
        found = proof()
        print(f"  the proof of the whole: {time.perf_counter() - start:.1f} s, {len(found)} differences")


def make(bench: Stand, size: int) -> tuple[int, int]:
    """A firm whose till holds `size` operations; returns both keys."""
    from django.db import connection, transaction

    from cashbook.actions import save_till, set_opening
    from cashbook.models import Till
    from companies.models import Company
    from companies.scope import company_scope

    bench.manage("demo", "--documents", "20", "--seed", "1", "--email", EMAIL, "--password", PASSWORD)
    company = Company.objects.order_by("-id").values_list("pk", flat=True)[0]
    with company_scope(company), transaction.atomic(), connection.cursor() as cursor:
        till = save_till(Till(name="Casa mare"), by=None)
        cursor.execute("SET LOCAL session_replication_role = replica")
        with cursor.copy(f"COPY cashbook_cashoperation ({COLUMNS}) FROM STDIN") as copy:
            for row in rows(company, till.pk, size):
                copy.write_row(row)
        cursor.execute(SUMS, [till.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        set_opening(till, day=LAST - timedelta(days=DAYS), amount=Decimal(5_000_000), by=None)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cashbook_cashoperation")
    return company, till.pk


def rows(company: int, till: int, size: int) -> Iterator[tuple[object, ...]]:
    """Operations in the order of the book: small receipts, some payments, now and then a deposit."""
    from cashbook.models import first_ordinal

    random, each, running = Random(1), -(-size // DAYS), Decimal(0)
    for index in range(size):
        day, place = LAST - timedelta(days=DAYS - 1 - index // each), index % each + 1
        running = Decimal(0) if place == 1 else running
        kind = random.choices(["other_in", "other_out", "to_bank"], [80, 15, 5])[0]
        amount = Decimal(random.randint(100, 60000)) / 100 * (1 if kind == "other_in" else -1)
        running += amount
        at = f"{day} 12:00Z"
        yield (
            company,
            till,
            day,
            place,
            first_ordinal(day) + place,
            running,
            kind,
            amount,
            f"A {index}",
            0,
            "Operațiune",
            "",
            "",
            "",
            "",
            at,
        )


def back_date(client: object, first: str, till: int) -> None:
    """An operation of three years ago: every balance after it changes."""
    day = LAST - timedelta(days=1000)
    form = {"kind": "other_in", "day": f"{day:%d.%m.%Y}", "amount": "1", "token": str(uuid4())}
    status, answer = client.post(f"{first}operatiuni/noua/?casa={till}", form)  # type: ignore[attr-defined]
    if status != 302:
        raise RuntimeError(f"the form answered {status}: {answer[:300]}")


def proof() -> list[tuple[int, str]]:
    from cashbook.checks import differences

    return list(differences())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
