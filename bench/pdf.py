"""`python -m bench.pdf [--many 2000]`: the PDF of an invoice of 1, 10 and 100 lines, warm, in one process as a worker has it; then
many through two processes.

Data: invoices of the demonstration firm's first client, made here. Times are of rendering and storing, without the queue.
"""

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal

from bench.stand import EMAIL, PASSWORD, django, ms, owner, stand, timed


def main(many: int) -> None:
    with stand(web=False) as bench:
        django()
        owner()
        bench.manage("demo", "--documents", "100", "--email", EMAIL, "--password", PASSWORD)
        for lines in (1, 10, 100):
            keys = iter(waiting(lines, 23))
            print(f"PDF of {lines:3} lines   {ms(timed(lambda keys=keys: render([next(keys)]), 20))}")
        keys = waiting(10, many)
        start = time.perf_counter()
        with ProcessPoolExecutor(2, initializer=django) as pool:
            list(pool.map(render, [keys[n : n + 20] for n in range(0, many, 20)]))
        print(f"{many} PDFs of 10 lines, two processes: {time.perf_counter() - start:.1f} s")


def waiting(lines: int, count: int) -> list[tuple[int, int]]:
    """Issue invoices and return (company, row of the queue) for each."""
    from django.db import connection

    from catalog.models import VatRate
    from companies.models import Company
    from companies.scope import company_scope
    from invoicing.actions import issue, save_draft
    from invoicing.models import Document, DocumentLine, RenderedPdf, Series
    from partners.models import Partner

    company, rate = Company.objects.latest("id"), VatRate.objects.get(slug="s21")
    with company_scope(company.pk):
        series, partner = Series.objects.get(kind="invoice"), Partner.objects.filter(vat_payer=True, country="RO").first()
        for _ in range(count):
            rows = [
                DocumentLine(
                    name=f"Scaun tapițat, model {n}", quantity=Decimal(n + 1), unit="buc", unit_code="H87", unit_price=Decimal("389.90")
                )
                for n in range(lines)
            ]
            for row in rows:
                row.take_vat(rate)
            issue(save_draft(Document(series=series, partner=partner), rows, by=None), by=None)
        found = list(RenderedPdf.objects.filter(file=None).order_by("-id").values_list("pk", flat=True)[:count])
    connection.close()
    return [(company.pk, pk) for pk in found]


def render(keys: list[tuple[int, int]]) -> None:
    from companies.scope import company_scope
    from invoicing.models import RenderedPdf
    from invoicing.pdf import render as make

    for company, pk in keys:
        with company_scope(company):
            make(RenderedPdf.objects.get(pk=pk))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--many", type=int, default=2000)
    main(parser.parse_args().many)
