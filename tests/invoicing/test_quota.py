"""Issuing and the quota: the last place is taken once, a refused issue leaves the draft as it was (R02, R04)."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from companies.scope import company_scope
from invoicing.actions import cancel, issue
from invoicing.models import Document, DocumentLine, Series, VatBreakdown
from lib.dates import bucharest_today
from lib.errors import Refused
from subscriptions.actions import subscribe
from subscriptions.models import Plan, QuotaUse
from tests import factories

LIMIT, RACERS = 5, 200


@pytest.fixture
def limited(transactional_db):
    company, user = factories.make_company(), factories.make_user()
    factories.make_member(user, company)
    with company_scope(company.pk):
        plan = Plan.objects.create(slug="cinci", name="Cinci", documents=LIMIT)
        subscribe(company, plan=plan, on=bucharest_today() - timedelta(days=100), by=user)
        factories.make_partner()
        yield company, user


def test_r04_of_two_hundred_that_race_for_the_last_five_places_exactly_five_are_issued(limited):
    """Each thread has a connection of its own, all begin at one moment, in forty series: nothing but the subscription's lock stops them."""
    company, user = limited
    series = [Series.objects.create(kind="invoice", name=f"S{number}-") for number in range(40)]
    keys = [factories.make_draft(series=series[number % 40]).pk for number in range(RACERS)]
    before = whole(keys)
    start = threading.Barrier(RACERS, timeout=60)

    def work(pk):
        try:
            with company_scope(company.pk):
                draft = Document.objects.get(pk=pk)
                start.wait()
                return issue(draft, by=user).status
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(RACERS) as pool:
        results = list(pool.map(work, keys))
    assert Counter(results) == {"issued": LIMIT, "quota_used_up": RACERS - LIMIT}
    refused = [pk for pk, result in zip(keys, results, strict=True) if result != "issued"]
    assert whole(refused) == {pk: before[pk] for pk in refused}
    assert sum(Series.objects.values_list("last_number", flat=True)) == QuotaUse.objects.count() == LIMIT


def test_r02_with_killed_workers_the_ledger_is_what_was_issued(limited):
    """Every quarter of a second a worker is killed in the middle; the last ones go on up to the last place."""
    company, user = limited
    Plan.objects.update(documents=60)
    keys = [str(factories.make_draft().pk) for _ in range(90)]
    command = [sys.executable, "-m", "tests.invoicing.issue_worker", str(company.pk), str(user.pk)]
    chance = random.Random(2)
    for turn in range(4):
        workers = [subprocess.Popen([*command, *chance.sample(keys, 90)], stderr=subprocess.DEVNULL) for _ in range(3)]
        end = time.monotonic() + 30
        while turn < 3 and QuotaUse.objects.count() < 15 * (turn + 1) and time.monotonic() < end:
            time.sleep(0.02)
        for worker in workers:
            time.sleep(chance.random() / 20)
            if turn < 3:
                worker.send_signal(signal.SIGKILL)
            worker.wait(30)
        ledger = set(QuotaUse.objects.values_list("subject_id", "label"))
        assert ledger == set(Document.objects.issued().values_list("pk", "label"))
    assert len(ledger) == Series.objects.get(kind="invoice").last_number == 60


def whole(keys):
    """All columns of documents, of their lines and of their VAT breakdown, by document."""
    documents = {row["id"]: [row] for row in Document.objects.filter(pk__in=keys).values()}
    for model in (DocumentLine, VatBreakdown):
        for row in model.objects.filter(document__in=keys).order_by("pk").values():
            documents[row["document_id"]].append(row)
    return documents


def test_r02_cancelling_gives_nothing_back(limited):
    _, user = limited
    for _ in range(LIMIT):
        cancel(issue(factories.make_draft(), by=user), by=user, reason="probă")
    with pytest.raises(Refused, match="quota_used_up"):
        issue(factories.make_draft(), by=user)


def test_r02_drafts_count_nothing(limited):
    factories.make_draft()
    assert QuotaUse.objects.count() == 0
