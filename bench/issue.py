"""`python -m bench.issue`: issuing an invoice of ten lines through HTTP: as the editor posts it (save and issue in one request),
and from the page of a draft that is saved already.

Prints p50 and p95 with 1 and with 8 clients, in one series and in one series a client. `--storm N` instead issues N invoices in one
series by 8 clients while 5 % of the requests are cut off by the client and a web worker is killed every few seconds, then checks
the numbers. Data: one firm of the demonstration with 1,000 documents; every request bears a new client-side token.
"""

import argparse
import random
import re
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from uuid import uuid4

import psutil

from bench.stand import EMAIL, PASSWORD, Client, Stand, django, ms, owner, stand

CLIENTS = 8
GONE = (OSError, ConnectionError)


@dataclass
class Shop:
    """What an invoice is made of: keys that exist in the database."""

    company: int
    partners: list[tuple[int, str]]
    series: list[int]
    rate: int
    today: str = field(default_factory=lambda: f"{date.today():%d.%m.%Y}")

    def form(self, series: int, partner: tuple[int, str]) -> list[tuple[str, str]]:
        """The editor's form with ten lines."""
        head = {
            "token": str(uuid4()), "version": "", "client": partner[1], "client_key": str(partner[0]),
            "series": str(series), "issue_date": self.today,
            "due_date": "", "delivery_date": "", "currency": "RON", "exchange_rate": "", "rate_shown": "", "language": "ro", "discount": "",
            "action": "issue",
        }  # fmt: skip
        lines = [
            (f"l-{name}", value)
            for number in range(10)
            for name, value in {
                "product": "", "description": "", "code": "", "name": f"Poziția {number}", "quantity": f"{number + 1},5", "unit": "buc",
                "price": f"{100 + number},25", "discount": "10%" if number == 3 else "", "vat": str(self.rate),
            }.items()
        ]  # fmt: skip
        return [*head.items(), *lines]


def main(arguments: argparse.Namespace) -> None:
    with stand() as bench:
        shop = make_shop(bench)
        if arguments.storm:
            storm(bench, shop, arguments.storm, random.Random(arguments.seed))
            return
        for clients in (1, CLIENTS):
            for name, series in (("one series", shop.series[:1]), ("a series each", shop.series)):
                if clients > 1 or name == "one series":
                    for saved in (False, True):
                        taken, elapsed = measure(bench, shop, clients, series, arguments.count, saved=saved)
                        what = "a saved draft" if saved else "save and issue"
                        print(f"{clients} client(s), {name:14} {what:15} {ms(taken)}   {len(taken) / elapsed:6.1f} a second")


def make_shop(bench: Stand) -> Shop:
    """The demonstration firm with one more series for each client."""
    django()
    owner()
    bench.manage("demo", "--documents", "1000", "--email", EMAIL, "--password", PASSWORD)
    from catalog.models import VatRate
    from companies.models import Company
    from companies.scope import company_scope
    from invoicing.models import Series
    from partners.models import Partner

    company = Company.objects.latest("id")
    with company_scope(company.pk):
        series = [Series.objects.create(kind="invoice", name=f"B{number}").pk for number in range(CLIENTS)]
        partners = list(Partner.objects.filter(kind="legal", country="RO", is_client=True).values_list("pk", "name"))
    return Shop(company.pk, partners, series, VatRate.objects.get(slug="s21").pk)


def measure(bench: Stand, shop: Shop, clients: int, series: list[int], requests: int, *, saved: bool = False) -> tuple[list[float], float]:
    """Seconds of each request, and of all of them. `saved`: the drafts are written before the clock starts."""
    signed_in = [bench.client() for _ in range(clients)]

    def forms(number: int) -> list[list[tuple[str, str]]]:
        turns = range(requests // clients)
        return [shop.form(series[number % len(series)], shop.partners[turn % len(shop.partners)]) for turn in turns]

    def save(number: int) -> list[tuple[str, list[tuple[str, str]]]]:
        path = f"/{shop.company}/facturi/noua/"
        if not saved:
            return [(path, form) for form in forms(number)]
        drafts = [post(signed_in[number], path, [*form[:-1], ("action", "save")]) for form in map(_action_last, forms(number))]
        return [(draft.replace("modifica", "emite"), []) for draft in drafts]

    def work(number: int, todo: list[tuple[str, list[tuple[str, str]]]]) -> list[float]:
        taken = []
        for path, form in todo:
            start = time.perf_counter()
            post(signed_in[number], path, form)
            taken.append(time.perf_counter() - start)
        return taken

    work(0, save(0)[:20])
    with ThreadPoolExecutor(clients) as pool:
        todo = list(pool.map(save, range(clients)))
        start = time.perf_counter()
        taken = [seconds for part in pool.map(work, range(clients), todo) for seconds in part]
        return taken, time.perf_counter() - start


def post(client: Client, path: str, form: list[tuple[str, str]]) -> str:
    """Send a form that must succeed; returns where it leads."""
    status, body = client.post(path, form)
    if status != 302:
        raise RuntimeError(f"{status}: {_complaint(body)}")
    return body


def _action_last(form: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*(field for field in form if field[0] != "action"), ("action", "issue")]


def storm(bench: Stand, shop: Shop, invoices: int, chance: random.Random, cut: float = 0.05, kill_each: float = 4.0) -> None:
    """Issue by 8 clients with requests cut off and workers killed; a client repeats its form until it hears of a number."""
    left, tally = count(), {"cut": 0, "repeated": 0, "killed": 0}

    def work(seed: float) -> None:
        own, client = random.Random(seed), bench.client()
        while next(left) < invoices:
            form = shop.form(shop.series[0], own.choice(shop.partners))
            cut_now = own.random() < cut
            while not attempt(client, shop, form, cut_now, tally):
                tally["repeated"] += 1
                client.connection.close()
                cut_now, client = False, bench.client()
                time.sleep(0.05)
        client.connection.close()

    bench.client()
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        workers = [pool.submit(work, chance.random()) for _ in range(CLIENTS)]
        pool.submit(kill_workers, bench, lambda: all(w.done() for w in workers), kill_each, tally)
        for worker in workers:
            worker.result()
    print(f"{invoices} invoices in {time.perf_counter() - start:.1f} s, {tally}; {judge(shop, invoices)}")


def attempt(client: Client, shop: Shop, form: list[tuple[str, str]], cut_now: bool, tally: dict[str, int]) -> bool:
    """One POST; True when the client heard that the invoice is issued."""
    path = f"/{shop.company}/facturi/noua/"
    try:
        if not cut_now:
            status, body = client.post(path, form)
            if status not in {302, 502, 503}:
                raise RuntimeError(f"{status}: {_complaint(body)}")
            return status == 302
        tally["cut"] += 1
        client.connection.timeout = 0.01
        with suppress(socket.timeout):
            client.post(path, form)
        client.connection.close()
    except GONE:
        pass
    return False


def kill_workers(bench: Stand, done: Callable[[], bool], each: float, tally: dict[str, int]) -> None:
    assert bench.gunicorn is not None
    master, next_kill = psutil.Process(bench.gunicorn.pid), time.monotonic() + each
    while not done():
        time.sleep(0.1)
        if time.monotonic() >= next_kill and (children := master.children()):
            random.choice(children).kill()
            tally["killed"] += 1
            next_kill = time.monotonic() + each


def judge(shop: Shop, invoices: int) -> str:
    """What the database says: numbers 1 to N, each once; nothing issued twice for one form."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT number), min(number), max(number), count(DISTINCT token) FROM invoicing_document"
            " WHERE series_id = %s AND number IS NOT NULL",
            [shop.series[0]],
        )
        found = cursor.fetchone()
    if found != (invoices, invoices, 1, invoices, invoices):
        raise RuntimeError(f"numbers are wrong: count, distinct, first, last, forms = {found}")
    return f"numbers 1..{invoices}, no gap, no repeat"


def _complaint(body: str) -> str:
    """What the page says is wrong."""
    return " ".join(re.findall(r'<li><a href="#[^"]*">([^<]*</a>[^<]*)', body)) or body[:500]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=400, help="requests of each measurement")
    parser.add_argument("--storm", type=int, default=0, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args())
