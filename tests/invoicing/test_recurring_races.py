"""Recurring invoices under workers that race, are killed, and meet a change of the VAT status; a year in a minute."""

import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from companies.actions.locks import share_vat_status
from companies.models import VatStatus
from companies.scope import company_scope
from invoicing.actions.recurring_runs import approve_draft, run_due
from invoicing.actions.recurring_together import run_together
from invoicing.actions.vat_status import change_vat_status
from invoicing.models import Document, Mail, RecurringPlan, RecurringRun, Series
from lib.dates import add_months
from tests import factories
from tests.invoicing.plans import DAY, TODAY, make_many, make_plan
from tests.invoicing.storm import storm

pytestmark = pytest.mark.django_db(transaction=True)
PLANS = 240
WORKERS = 8


@pytest.fixture
def firm():
    company, user = factories.make_company(), factories.make_user()
    factories.make_member(user, company)
    with company_scope(company.pk):
        factories.make_partner()
        yield company, user


def in_thread(company, work):
    def run(*args):
        try:
            with company_scope(company.pk):
                return work(*args)
        finally:
            connection.close()

    return run


def proved(numbered: int) -> None:
    """Every day has one document or none, and the series has neither gap nor repeat."""
    assert Counter(RecurringRun.objects.values_list("plan", "day")).most_common(1)[0][1] == 1
    assert sorted(Document.objects.issued().values_list("number", flat=True)) == list(range(1, numbered + 1))
    assert Series.objects.get().last_number == numbered


def test_eight_workers_over_the_same_plans_issue_each_once(firm):
    company, _ = firm
    keys = make_many(60)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(in_thread(company, lambda pk: run_due(pk, on=TODAY)), keys * 4))
    proved(60)


def test_eight_workers_that_take_the_same_plans_together_issue_each_once(firm):
    """Fails without the locks of the plans."""
    company, _ = firm
    keys = make_many(60)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(in_thread(company, lambda _: run_together(keys, on=TODAY)), range(WORKERS)))
    proved(60)


def test_r34_a_change_in_the_middle_stops_what_was_not_issued_and_nothing_else(firm):
    """Each invoice bears the status of its instant; none is issued after the commit of the change; every plan is issued or stopped."""
    company, user = firm
    keys = make_many(PLANS)
    random.Random(4).shuffle(keys)
    begun = threading.Event()

    def work(pk):
        run_due(pk, on=TODAY)
        if RecurringRun.objects.count() >= PLANS // 4:
            begun.set()

    def change():
        begun.wait(60)
        change_vat_status(company, payer=False, since=TODAY, by=user)

    with ThreadPoolExecutor(WORKERS + 1) as pool:
        changing = pool.submit(in_thread(company, change))
        list(pool.map(in_thread(company, work), keys))
        changing.result()
    issued, stopped = RecurringRun.objects.filter(state="issued").count(), RecurringPlan.objects.filter(state="stopped", made=0).count()
    assert (issued + stopped, issued >= PLANS // 4, stopped > 0) == (PLANS, True, True)
    assert set(Document.objects.values_list("vat_payer", flat=True)) == {True}
    assert RecurringPlan.objects.filter(state="stopped").count() == PLANS
    assert Document.objects.latest("issued_at").issued_at < VatStatus.objects.latest("id").recorded_at
    proved(issued)


def test_r34_a_change_waits_for_those_who_issue_and_they_wait_for_it(firm):
    """Fails without the lock: the issue would read the former status and commit after the change."""
    company, user = firm
    plan = make_plan()
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            share_vat_status(company.pk)
            changing = pool.submit(in_thread(company, lambda: change_vat_status(company, payer=False, since=TODAY, by=user)))
            wait_for_lock()
            running = pool.submit(in_thread(company, lambda: run_due(plan.pk, on=TODAY)))
            time.sleep(0.2)
            assert (changing.done(), running.done()) == (False, False)
        assert (changing.result(30).stopped, running.result(30)) == (1, [])


def test_r34_a_change_while_eight_workers_issue_and_are_killed(firm):
    """Three hundred plans; ten thousand by `python -m bench.recurring --storm`."""
    company, user = firm
    make_many(300)
    found = storm(company, by=user, workers=WORKERS, kills=8, change_at=120)
    assert (found["issued"] + found["stopped"], found["issued"] >= 120, found["killed"]) == (300, True, 8)


def test_a_year_with_killed_workers_two_beats_and_redis_flushed(firm):
    """The clock moves through a year; each morning two beats hand out the same plans to two processes, which are killed at random.

    One invoice for each plan and period, dated on its day: none doubled, none missing.
    """
    company, _ = firm
    start, chance = add_months(TODAY, -12), random.Random(365)
    plans = [make_plan(on=start, **fields) for fields in YEAR]
    wanted = {plan.pk: list(takewhile(lambda day: day <= TODAY, (day for _, day in plan.schedule.days()))) for plan in plans}
    day, killed = start, 0
    while day <= TODAY:
        keys = list(RecurringPlan.objects.due(day).values_list("pk", flat=True))
        for worker in [forked(company, keys, day) for _ in range(2)] if keys else []:
            if chance.random() < 0.3:
                time.sleep(chance.random() / 20)
                os.kill(worker, signal.SIGKILL)
            killed += os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) == -signal.SIGKILL
        if chance.random() < 0.1:
            cache.clear()
        day += DAY * chance.choice([1, 1, 1, 2, 3])  # days on which no worker ran
    for plan in plans:
        run_due(plan.pk, on=TODAY)
    for plan in plans:
        dated = list(Document.objects.filter(recurring_run__plan=plan).order_by("number").values_list("issue_date", flat=True))
        assert dated == wanted[plan.pk]
    assert killed > 10
    proved(sum(map(len, wanted.values())))


def forked(company, keys, day):
    """The id of a process that issues these plans, together and then each by itself, and ends without a word."""
    connection.close()
    if worker := os.fork():
        return worker
    failed = 1
    try:
        run_together(keys, on=day)
        for pk in keys:
            run_due(pk, on=day)
        failed = 0
    finally:
        os._exit(failed)


YEAR = [
    {"unit": "month"},
    {"unit": "month", "day": 31},
    {"unit": "month", "rule": "last"},
    {"unit": "month", "rule": "last_working"},
    {"unit": "week"},
    {"unit": "week", "every": 2},
    {"unit": "quarter", "rule": "last"},
    {"unit": "year"},
    {"unit": "day", "every": 4},
]


def wait_for_lock():
    """Until somebody waits for an advisory lock."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_two_clicks_on_one_draft_send_one_e_mail(firm):
    """Fails without the lock of the draft: both see it as a draft, and both send."""
    company, user = firm
    plan = make_plan(mode="draft", send_mail=True)
    (run,) = run_due(plan.pk, on=TODAY)
    with ThreadPoolExecutor(2) as pool, transaction.atomic():
        Document.objects.select_for_update().get(pk=run.document_id)
        both = [pool.submit(in_thread(company, lambda: approve_draft(run, by=user).number)) for _ in range(2)]
        time.sleep(0.3)
    assert ([one.result() for one in both], Mail.objects.count()) == ([1, 1], 1)
