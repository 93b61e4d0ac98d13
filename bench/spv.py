"""`python -m bench.spv [--documents 5000] [--minute 1000]`: invoices of a demonstration firm sent through the rehearsal SPV by two
workers as `./run` has them, under a limit of so many calls a minute on both sides (ANAF's is a thousand). None may be lost, none
taken twice. `--minute 1000000` shows our own pace.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bench.stand import EMAIL, PASSWORD, ROOT, Stand, django, owner, stand

PORT = 8398
URL = f"http://127.0.0.1:{PORT}"
CALLBACK = "http://127.0.0.1:8399/"
# Celery, with the limit of this run: it is no setting, because ANAF's is none.
CELERY = (
    "import sys; from efactura.spv import limits; limits.A_MINUTE = {}; from celery.__main__ import main; sys.argv[0] = 'celery'; main()"
)
PATIENCE = 3600  # seconds


def main(documents: int, minute: int) -> None:
    os.environ["REHEARSAL_URL"] = URL
    with stand(web=False) as bench, ExitStack() as stack:
        django()
        user = owner()
        print(bench.manage("demo", "--documents", str(documents), "--email", EMAIL, "--password", PASSWORD), flush=True)
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        rehearsal = [
            "rehearsal",
            "--port",
            str(PORT),
            "--smtp-port",
            "0",
            "--spv",
            f"{folder}/spv.sqlite",
            "--mail-folder",
            f"{folder}/mail",
        ]
        _start(stack, bench, [sys.executable, "manage.py", *rehearsal])
        control(minute=minute, processing=20, lag=10)
        wanted = begin(user)
        celery = [sys.executable, "-c", CELERY.format(minute), "-A", "config"]
        began = time.monotonic()
        _start(stack, bench, [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"])
        _start(stack, bench, [*celery, "beat", "--loglevel", "WARNING", "--schedule", f"{folder}/beat"])
        watch(wanted, began)


def control(**changes: Any) -> dict[str, Any]:
    """Tell the rehearsal SPV, as soon as it answers."""
    for _ in range(200):
        with suppress(OSError):
            return dict(json.loads(_call("POST", "/spv/control", json.dumps(changes)).read()))
        time.sleep(0.1)
    raise RuntimeError("the rehearsal SPV does not answer")


def begin(user: Any) -> int:
    """Authorise, and put every invoice of the firm in line. How many are to be sent."""
    from django.utils import timezone

    from companies.models import Company
    from companies.scope import company_scope
    from efactura.actions import enrol_new
    from efactura.authorise import keep_authorisation
    from efactura.models import Settings, Submission
    from efactura.spv import oauth
    from efactura.spv.environment import Environment

    address = oauth.authorise_url(Environment.REHEARSAL, callback=CALLBACK, state="1") + "&certificat=0"
    pair = oauth.exchange(Environment.REHEARSAL, _code(address), callback=CALLBACK)
    with company_scope(Company.objects.get().pk):
        Settings.objects.update_or_create(defaults={"sending": "at_once", "sending_since": timezone.now() - timedelta(days=1500)})
        keep_authorisation(Environment.REHEARSAL, pair, by=user)
        while enrol_new():
            pass
        wanted = Submission.objects.filter(status="pending").count()
    print(f"{wanted} invoices in line", flush=True)
    return wanted


def watch(wanted: int, began: float) -> None:
    """Print each half minute where it stands, and at the end whether anything was lost or taken twice."""
    from django.db.models import Count, Q, Sum

    from efactura.models import Submission

    rows, done, shown = Submission.objects.every_company(), 0, 0.0
    while done < wanted and time.monotonic() - began < PATIENCE:
        time.sleep(2)
        taken = time.monotonic() - began
        counts = dict(rows.order_by().values_list("status").annotate(Count("pk")))
        done = rows.filter(status__in=["accepted", "rejected"], archive__isnull=False).count()
        if taken - shown >= 30 or done == wanted:
            shown = taken
            print(f"{taken:5.0f} s  archived {done:5}  {counts}", flush=True)
    taken = time.monotonic() - began
    sums = rows.filter(~Q(index="")).aggregate(uploads=Sum("uploads"), indexes=Count("index", distinct=True))
    print(f"{done} of {wanted} sent, accepted and archived in {taken:.0f} s: {done / taken * 60:.0f} a minute; {sums}")
    print(f"SPV has {control()['documents']}")


def _code(address: str) -> str:
    """What ANAF's page gives back after the click."""
    place = _call("GET", address.removeprefix(URL)).headers["Location"]
    return parse_qs(urlsplit(place).query)["code"][0]


def _call(method: str, path: str, body: str | None = None) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", PORT, timeout=30)
    connection.request(method, path, body, {"Content-Type": "application/json", "Connection": "close"})
    return connection.getresponse()


def _start(stack: ExitStack, bench: Stand, command: list[str]) -> None:
    process = subprocess.Popen(command, cwd=ROOT, env=bench.env)
    stack.callback(lambda: (process.terminate(), process.wait(60)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--minute", type=int, default=1000)
    given = parser.parse_args()
    main(given.documents, given.minute)
