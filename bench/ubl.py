"""`python -m bench.ubl [--documents 2000] [--seeds 1 2 3]`: the XML of an invoice of 10 and of 999 lines, read from the database,
written and judged by our rules; then every document of demonstration firms, which must all pass.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

from bench.stand import EMAIL, PASSWORD, django, ms, owner, stand, timed


def main(documents: int, seeds: list[int]) -> None:
    with stand(web=False) as bench:
        django()
        owner()
        for seed in seeds:
            bench.manage("demo", "--documents", str(documents), "--seed", str(seed), "--email", EMAIL, "--password", PASSWORD)
        for lines, times in ((10, 200), (999, 20)):
            print(f"XML and rules, {lines:3} lines   {ms(timed(issued(lines), times))}")
        judge_all()


def issued(count: int) -> Callable[[], None]:
    """Issue an invoice; what is returned reads it, writes its XML and judges it."""
    from catalog.models import VatRate
    from companies.models import Company
    from companies.scope import company_scope
    from efactura.actions import document_xml
    from efactura.ubl import validate
    from invoicing.actions import issue, save_draft
    from invoicing.models import Document, DocumentLine, Series
    from partners.models import Partner

    company, rate = Company.objects.latest("id"), VatRate.objects.get(slug="s21")
    with company_scope(company.pk):
        series, partner = Series.objects.get(kind="invoice"), Partner.objects.filter(vat_payer=True, country="RO").first()
        lines = [
            DocumentLine(
                name=f"Scaun tapițat, model {n}", quantity=Decimal(n + 1), unit="buc", unit_code="H87", unit_price=Decimal("389.90")
            )
            for n in range(count)
        ]
        for line in lines:
            line.discount_percent = Decimal(5)
            line.take_vat(rate)
        pk = issue(save_draft(Document(series=series, partner=partner), lines, by=None), by=None, render=False).pk

    def run() -> None:
        with company_scope(company.pk):
            found = validate(document_xml(Document.objects.get(pk=pk)))
        if found:
            raise RuntimeError(f"the rules refuse it: {found}")

    return run


def judge_all() -> None:
    """Every document of every company, drafts as they would be issued."""
    from companies.models import Company
    from companies.scope import company_scope
    from efactura.check import problems_of
    from invoicing.models import Document

    for company in Company.objects.order_by("pk"):
        start, found = time.perf_counter(), Counter()
        with company_scope(company.pk):
            documents = Document.objects.invoices().select_related("partner", "series")
            for document in documents.iterator():
                found.update(problem.code or problem.message for problem in problems_of(document))
            print(
                f"{company.name}: {documents.count()} documents in {time.perf_counter() - start:.1f} s, findings: {dict(found) or 'none'}"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    arguments = parser.parse_args()
    main(arguments.documents, arguments.seeds)
