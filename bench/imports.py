"""`python -m bench.imports [rows]`: spreadsheets of so many rows (10,000) of every kind but tills: trial, writing, undo."""

import io
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import psutil

from bench.stand import django, owner, stand


def main(count: int) -> None:
    with stand(web=False):
        django()
        from companies.scope import company_scope
        from tests.factories import make_company, make_member

        company = make_company()
        make_member(owner(), company)  # type: ignore[arg-type]
        with company_scope(company.pk):
            codes = [cif(number) for number in range(count)]
            clients = [
                (f"Client {n} SRL", codes[n], "Cluj", "Cluj-Napoca", f"Str. Lungă {n}", f"c{n}@exemplu.ro", "0264 123 456")
                for n in range(count)
            ]
            measure("clienti", ("Denumire", "CUI", "Județ", "Localitate", "Adresa", "Email", "Telefon"), clients, undo=False)
            changed = [(*row[:6], "0265 000 000") for row in clients]
            measure("clienti", ("Denumire", "CUI", "Județ", "Localitate", "Adresa", "Email", "Telefon"), changed)
            products = [(f"Produs {n}", f"P{n}", "buc", Decimal(n) / 100, "21%") for n in range(count)]
            measure("produse", ("Denumire", "Cod", "UM", "Pret", "TVA"), products)
            day = date(2025, 11, 3)
            balances = [(codes[n], f"ABC {n}", day, Decimal(n + 1) / 100) for n in range(count)]
            for kind in ("solduri-clienti", "solduri-furnizori"):
                measure(kind, ("CIF", "Numar", "Data", "Rest"), balances, on=date(2025, 12, 31))
            titles = ("Numar", "CIF", "Data", "Denumire", "Cantitate", "UM", "Pret", "TVA")
            for lines in (1, 5):
                rows = [
                    (f"{lines}-{n // lines}", codes[n // lines], day, f"Produs {n}", n % 9 + 1, "buc", Decimal(n + 1) / 100, "21%")
                    for n in range(count)
                ]
                print(f"{lines} lines a document:")
                measure("facturi", titles, rows)
            measure("facturi-vechi", titles, rows, on=date(2025, 12, 31))


def cif(number: int) -> str:
    """A right CIF for each number."""
    from stdnum.ro import cui

    digits = str(1_000_000 + number)
    return digits + cui.calc_check_digit(digits)


def measure(kind: str, titles: tuple[str, ...], rows: list[tuple[Any, ...]], *, undo: bool = True, on: date | None = None) -> None:
    from imports import actions
    from imports.kinds.registry import KINDS
    from imports.models import Import
    from invoicing.models import Series
    from lib.xlsx import write_xlsx

    file = io.BytesIO()
    write_xlsx(file, titles, rows, widths=[20] * len(titles))
    print(f"{kind}: {len(rows)} rows, {len(file.getvalue()) / 1e6:.1f} MB")
    series = Series.objects.get(is_default=True, kind=KINDS[kind].series_of) if KINDS[kind].series_of else None
    options = {"name": f"{kind}.xlsx", "content": file.getvalue(), "by": owner(), "on": on, "series": series}
    run = timed("upload", lambda: actions.start_import(KINDS[kind], **options))
    actions.ask_trial(run, run.columns, by=owner())
    timed("trial", lambda: actions.work(run.pk))
    run = Import.objects.get(pk=run.pk)
    actions.confirm(run, by=owner())
    timed("writing", lambda: actions.work(run.pk))
    if undo:
        actions.ask_undo(run, by=owner())
        timed("undo", lambda: actions.work(run.pk))
    run = Import.objects.get(pk=run.pk)
    print(f"  {run.state} {run.counts} {run.problem}, {psutil.Process().memory_full_info().uss / 1e6:.0f} MB")


def timed(what: str, work: Callable[[], Any]) -> Any:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    start, spent = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as queries:
        found = work()
    processor = time.process_time() - spent
    print(f"  {what:8} {time.perf_counter() - start:6.1f} s, of it {processor:.1f} s of processor; {len(queries)} queries", flush=True)
    return found


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["10000"])[0]))
