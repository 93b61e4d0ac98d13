"""`python -m bench.recurring [plans] [firms]`: so many plans (10,000) of so many firms (20) due on one morning; a stop of 100,000.

Two worker processes take them in the tasks of the sweep (invoicing/tasks.py), as two Celery workers would, against PostgreSQL and
Redis as durable as those of ./run. Memory is the unique part (USS) of each worker, at the start, in the middle and at the end.

`python -m bench.recurring --storm [plans]`: the VAT status changes while 8 workers issue so many plans (10,000) of one firm and are
killed now and then; what must hold afterwards is proved by tests/invoicing/storm.py.
"""

import sys
import time
from datetime import timedelta

import psutil

from bench.stand import ROOT, Stand, django, owner, stand

WORKERS = 2


def main(count: int, firms: int) -> None:
    with stand(web=False) as bench:
        django()
        companies = [firm(count // firms, number) for number in range(firms)]
        print(f"{count} plans of {firms} firms due, {WORKERS} workers")
        morning(bench, count)
        prove(companies, count // firms)
        change(companies[0])


def firm(count: int, number: int) -> int:
    """A company with as many monthly plans of two lines, all due today, for 50 clients."""
    from companies.scope import company_scope
    from invoicing.models import RecurringLine, RecurringPlan
    from partners.models import Partner
    from tests.factories import make_company, make_member, make_partner
    from tests.invoicing.plans import make_plan, plan_line

    company = make_company(f"Abonamente {number} SRL", f"B{number}")
    make_member(owner(), company)  # type: ignore[arg-type]
    with company_scope(company.pk):
        clients = [make_partner(f"Client {n} SRL", cif="", kind=Partner.Kind.NATURAL, identity=f"c{n}") for n in range(50)]
        first = make_plan(lines=[plan_line(), plan_line("Mentenanță {perioada}", "2", "49.50")])
        values = {field.attname: getattr(first, field.attname) for field in RecurringPlan._meta.concrete_fields if field.name != "id"}
        more = [RecurringPlan(**values | {"partner_id": clients[n % 50].pk}) for n in range(count - 1)]
        plans = RecurringPlan.objects.bulk_create(more, batch_size=2000)
        for line in first.lines.all():
            copied = {field.attname: getattr(line, field.attname) for field in RecurringLine._meta.concrete_fields}
            copied = {name: value for name, value in copied.items() if name not in ("id", "plan_id")}
            RecurringLine.objects.bulk_create((RecurringLine(plan=plan, **copied) for plan in plans), batch_size=2000)
    return company.pk


def morning(bench: Stand, count: int) -> None:
    """Let the workers go and say how fast they were, from the first invoice to the last, and what they took."""
    from invoicing.models import RecurringRun

    command = [sys.executable, "-m", "bench.recurring", "--work"]
    workers = [psutil.Popen([*command, str(n)], cwd=ROOT, env=bench.env) for n in range(WORKERS)]
    marks = [count // 10, count // 2, count * 9 // 10]
    while any(worker.poll() is None for worker in workers):
        time.sleep(0.5)
        done = RecurringRun.objects.every_company().count()
        if marks and done >= marks[0]:
            sizes = "  ".join(f"{worker.memory_full_info().uss / 1e6:5.1f} MB" for worker in workers if worker.poll() is None)
            spent = sum(sum(worker.cpu_times()[:2]) for worker in workers if worker.poll() is None)
            print(f"{done:6} issued   USS {sizes}   {spent / done * 1000:.1f} ms of processor an invoice, with the start of the workers")
            marks.pop(0)
    times = RecurringRun.objects.every_company().order_by("at").values_list("at", flat=True)
    print(f"{(count - 1) / ((times.last() or 0) - (times.first() or 0)).total_seconds():.0f} invoices a second")


def work(place: int) -> None:
    """What a worker does with its share of the tasks of one sweep."""
    django()
    from invoicing.models import RecurringPlan
    from invoicing.tasks import PLANS, issue_plans
    from lib.dates import bucharest_today

    due = RecurringPlan.objects.every_company().due(bucharest_today()).order_by("look_on", "company_id", "id")
    pairs = list(due.values_list("company_id", "id"))
    for start in range(place * PLANS, len(pairs), PLANS * WORKERS):
        issue_plans(pairs[start : start + PLANS])


def prove(companies: list[int], count: int) -> None:
    from companies.scope import company_scope
    from invoicing.models import Document

    whole = True
    for company in companies:
        with company_scope(company):
            numbers = list(Document.objects.issued().order_by("number").values_list("number", flat=True))
        whole &= numbers == list(range(1, count + 1))
    print("each firm's numbers without gap or repeat:", whole)


def weather(count: int) -> None:
    """The storm, against durable servers."""
    from companies.models import Company
    from companies.scope import company_scope
    from tests.invoicing.storm import storm

    company = firm(count, 0)
    start = time.perf_counter()
    with company_scope(company):
        found = storm(Company.objects.get(pk=company), by=owner(), workers=8, kills=40, change_at=count * 4 // 10)
    print(f"{count} plans, 8 workers, {time.perf_counter() - start:.0f} s: {found}")
    print("each plan issued once or stopped, each invoice under the status of its instant")


def change(company: int) -> None:
    """A change of the VAT status that stops 100,000 plans."""
    from companies.models import Company
    from companies.scope import company_scope
    from invoicing.actions.vat_status import change_vat_status
    from invoicing.models import RecurringPlan
    from lib.dates import bucharest_today

    with company_scope(company):
        first = RecurringPlan.objects.first()
        assert first is not None
        values = {field.attname: getattr(first, field.attname) for field in RecurringPlan._meta.concrete_fields if field.name != "id"}
        missing = 100_000 - RecurringPlan.objects.count()
        day = bucharest_today() + timedelta(days=20)
        more = (RecurringPlan(**values | {"next_on": day, "look_on": day}) for _ in range(missing))
        RecurringPlan.objects.bulk_create(more, batch_size=5000)
        start = time.perf_counter()
        made = change_vat_status(Company.objects.get(pk=company), payer=False, since=bucharest_today(), by=owner())
        print(f"a change of status stopped {made.stopped} plans in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(int(sys.argv[2]))
    elif sys.argv[1:2] == ["--storm"]:
        with stand(web=False):
            django()
            weather(int((sys.argv[2:] or ["10000"])[0]))
    else:
        asked = [int(text) for text in sys.argv[1:]]
        main(*(asked + [10_000, 20][len(asked) :]))
