"""A change of the VAT status while workers issue due recurrences and are killed: the storm, and what must be true after it.

Used by tests/invoicing/test_recurring_races.py with hundreds of plans and by `python -m bench.recurring --storm` with ten thousand.
"""

import random
import signal
import subprocess
import sys
import time
from bisect import bisect_left
from typing import Any

from companies.models import Company, VatStatus
from invoicing.actions.recurring import add_again
from invoicing.actions.vat_status import change_vat_status
from invoicing.models import Document, RecurringPlan, RecurringRun, Series
from lib.dates import bucharest_today
from subscriptions.models import QuotaUse

AGAIN = 20  # plans that were stopped in time and are added again under the new status, and issued by the same workers
SILENCE = 120  # seconds without an invoice after which something is wrong


def storm(company: Company, *, by: Any, workers: int, kills: int, change_at: int) -> dict[str, int]:
    """Let workers issue what is due, kill one now and then, change the status when `change_at` are issued; until nothing is due."""
    chance, today, change = random.Random(34), bucharest_today(), None
    crew = [worker(company, seed) for seed in range(workers)]
    marks = sorted(chance.sample(range(1, change_at), kills - kills // 4))
    killed, moved = 0, time.monotonic()
    seen = 0
    while any(process.poll() is None for process in crew):
        done = RecurringRun.objects.count()
        if change is None and done >= change_at:
            change = change_vat_status(company, payer=False, since=today, by=by)
            for plan in RecurringPlan.objects.filter(state="stopped", made=0).order_by("pk")[:AGAIN]:
                add_again(plan, by=by)
            marks += [0] * (kills // 4)
        if marks and done >= marks[0]:
            marks.pop(0)
            victim = chance.randrange(workers)
            crew[victim].send_signal(signal.SIGKILL)
            crew[victim].wait(30)
            crew[victim] = worker(company, workers + killed)
            killed += 1
        seen, moved = (done, time.monotonic()) if done > seen else (seen, moved)
        if time.monotonic() > moved + SILENCE:
            raise RuntimeError("the workers issue nothing any more")
        time.sleep(0.02)
    assert change is not None
    return prove(company) | {"killed": killed}


def worker(company: Company, seed: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.invoicing.recurring_worker", str(company.pk), bucharest_today().isoformat(), str(seed)]
    return subprocess.Popen(command)


def prove(company: Company) -> dict[str, int]:
    """Each plan is issued or stopped, each invoice bears the status of its instant, the numbers have no gap, the ledger has each once."""
    old, new = VatStatus.objects.order_by("recorded_at", "id")
    documents = list(Document.objects.issued().values_list("issued_at", "vat_payer", "number", "label", "pk"))
    in_force = [old.payer, new.payer]
    assert all(payer == in_force[bisect_left([new.recorded_at], at)] for at, payer, *_ in documents)
    plans = RecurringPlan.objects.filter(vat_status=old)
    issued, stopped = plans.filter(made=1).count(), plans.filter(made=0).count()
    assert plans.exclude(state="stopped").count() == 0
    assert list(plans.values_list("made", flat=True).distinct().order_by("made")) == [0, 1]
    again = RecurringPlan.objects.filter(vat_status=new, made=1).count()
    assert again == RecurringPlan.objects.filter(vat_status=new).count()
    assert sum(payer for _, payer, *_ in documents) == issued
    assert RecurringRun.objects.count() == RecurringRun.objects.values("plan", "day").distinct().count() == len(documents) == issued + again
    assert sorted(number for _, _, number, *_ in documents) == list(range(1, len(documents) + 1))
    assert Series.objects.get(company=company, kind="invoice").last_number == len(documents)
    assert sorted(QuotaUse.objects.values_list("subject_id", "label")) == sorted((pk, label) for *_, label, pk in documents)
    return {"issued": issued, "stopped": stopped, "again": again}
