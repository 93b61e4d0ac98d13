"""`python -m bench.lists [1000 100000 1000000]`: list, search and dashboard of one firm with that many invoices.

Data: the demonstration firm with 1,000 documents, its invoices then multiplied by SQL (documents and their indexes; lines and
payments stay those of the first thousand). Times are of whole requests through gunicorn, one client, with the number of queries.
"""

import re
import sys
from functools import partial

from bench.stand import EMAIL, PASSWORD, Client, Stand, django, ms, owner, stand, timed

SEED_DOCUMENTS = 1_000
MULTIPLY = """
SET session_replication_role = replica;
INSERT INTO invoicing_document ({columns})
SELECT {values} FROM invoicing_document d, generate_series(1, {times}) AS k WHERE d.company_id = {company} AND d.number IS NOT NULL;
UPDATE invoicing_series SET last_number = (SELECT max(number) FROM invoicing_document d WHERE d.series_id = invoicing_series.id)
    WHERE company_id = {company} AND kind = 'invoice';
SET session_replication_role = DEFAULT;
"""


def main(sizes: list[int]) -> None:
    with stand() as bench:
        django()
        owner()
        for seed, size in enumerate(sizes, start=1):
            company = make(bench, seed, size)
            client = bench.client()
            print(f"\n{size:,} documents")
            for name, path in pages(company, client).items():
                print(f"  {name:34} {ms(timed(partial(fetch, client, path), 60))}   {queries(path)} queries")


def make(bench: Stand, seed: int, size: int) -> int:
    """A firm with `size` invoices; returns its key."""
    from django.db import connection

    from companies.models import Company

    bench.manage("demo", "--documents", str(SEED_DOCUMENTS), "--seed", str(seed), "--email", EMAIL, "--password", PASSWORD)
    company = Company.objects.order_by("-id").values_list("pk", flat=True)[0]
    if (times := size // SEED_DOCUMENTS - 1) > 0:
        from invoicing.models import Document

        changed = {
            "number": "d.number + k * 1000",
            "label": "split_part(d.label, ' ', 1) || ' ' || lpad((d.number + k * 1000)::text, 7, '0')",
            "token": "NULL",
        }
        columns = [f.column for f in Document._meta.concrete_fields if f.name != "id"]
        with connection.cursor() as cursor:
            values = ", ".join(changed.get(column, f"d.{column}") for column in columns)
            cursor.execute(MULTIPLY.format(columns=", ".join(columns), values=values, times=times, company=company))
            cursor.execute("VACUUM ANALYZE invoicing_document")
    return company


def pages(company: int, client: Client) -> dict[str, str]:
    """What is asked for, by its name in the report."""
    first = f"/{company}/facturi/"
    _, body = client.get(f"{first}?perioada=tot")
    found = {
        "invoice list, first page": f"{first}?perioada=tot",
        "invoice list, unpaid": f"{first}?stare=neincasate&perioada=tot",
        "invoice list, by total": f"{first}?ordine=-total&perioada=tot",
        "invoice list, totals and counts": f"{first}sume/?perioada=tot",
        "search by number": f"{first}?q=ATX+500&perioada=tot",
        "search by client, rare": f"{first}?q=muller&perioada=tot",
        "search by client, common": f"{first}?q=srl&perioada=tot",
        "search over everything": f"/{company}/cautare/?q=alfa",
        "dashboard": f"/{company}/",
    }
    if following := re.search(r'href="(\?[^"]*dupa=[^"]*)"', body):
        found["invoice list, second page"] = first + following[1].replace("&amp;", "&")
    return found


def fetch(client: Client, path: str) -> None:
    status, body = client.get(path)
    if status != 200:
        raise RuntimeError(f"{path} answered {status}: {body[:300]}")


def queries(path: str) -> int:
    """How many statements the page costs, in a process of our own."""
    from django.db import connection
    from django.test import Client as InProcess
    from django.test.utils import CaptureQueriesContext

    client = InProcess()
    client.force_login(owner())  # type: ignore[arg-type]
    with CaptureQueriesContext(connection) as captured:
        client.get(path, HTTP_HOST="127.0.0.1")
    return len(captured)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000, 100_000, 1_000_000])
