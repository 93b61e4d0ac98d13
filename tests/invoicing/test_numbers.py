"""Numbers without gap or repeat: threads on one series, processes that are killed, issues that are rolled back."""

import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from companies.scope import company_scope
from invoicing.actions import issue
from invoicing.models import Document, Series
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


class ClientGone(Exception):
    """Something after the issue fails: the whole is rolled back."""


@pytest.fixture
def drafts():
    company, user = factories.make_company(), factories.make_user()
    factories.make_member(user, company)
    with company_scope(company.pk):
        factories.make_partner()
        yield company, user, [factories.make_draft().pk for _ in range(64)]


def numbers() -> list[int]:
    return sorted(Document.objects.filter(number__isnull=False).values_list("number", flat=True))


def in_threads(work, keys, threads=8):
    def run(key):
        try:
            return work(key)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, keys))


def test_eight_clients_in_one_series_leave_no_gap_and_no_repeat(drafts):
    company, user, keys = drafts

    def work(pk):
        with company_scope(company.pk):
            try:
                with transaction.atomic():
                    issue(Document.objects.get(pk=pk), by=user)
                    if pk % 20 == 0:
                        raise ClientGone
            except ClientGone:
                pass

    in_threads(work, keys)
    issued = sum(pk % 20 != 0 for pk in keys)
    assert numbers() == list(range(1, issued + 1)) and Series.objects.get().last_number == issued


def test_the_same_draft_issued_by_eight_clients_takes_one_number(drafts):
    company, user, keys = drafts

    def work(_):
        with company_scope(company.pk):
            return issue(Document.objects.get(pk=keys[0]), by=user).number

    assert in_threads(work, range(8)) == [1] * 8 and numbers() == [1]


def test_killed_processes_leave_no_gap_and_no_repeat(drafts):
    company, user, keys = drafts
    chance = random.Random(5)
    left = keys
    for round_ in range(12):
        parts = [left[n::3] for n in range(3) if left[n::3]]
        command = [sys.executable, "-m", "tests.invoicing.issue_worker", str(company.pk), str(user.pk)]
        workers = [subprocess.Popen([*command, *map(str, part)]) for part in parts]
        if round_ < 4:
            time.sleep(1.2 + chance.random() / 2)
            for worker in workers:
                worker.send_signal(signal.SIGKILL)
        for worker in workers:
            worker.wait(timeout=60)
        left = list(Document.objects.drafts().values_list("pk", flat=True))
        if not left:
            break
    assert numbers() == list(range(1, len(keys) + 1))
