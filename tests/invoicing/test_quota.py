"""Issuing and the quota: the last place is taken once, a refused issue leaves the draft as it was (R02, R04)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from companies.scope import company_scope
from invoicing.actions import cancel, issue
from invoicing.models import Document, Series
from lib.dates import bucharest_today
from lib.errors import Refused
from subscriptions.actions import subscribe
from subscriptions.models import Plan, QuotaUse
from tests import factories

LIMIT = 5


@pytest.fixture
def limited(transactional_db):
    company, user = factories.make_company(), factories.make_user()
    factories.make_member(user, company)
    with company_scope(company.pk):
        plan = Plan.objects.create(slug="cinci", name="Cinci", documents=LIMIT)
        subscribe(company, plan=plan, on=bucharest_today() - timedelta(days=100), by=user)
        factories.make_partner()
        yield company, user


def test_r04_of_many_that_race_for_the_last_places_exactly_those_are_issued(limited):
    company, user = limited
    keys = [factories.make_draft().pk for _ in range(40)]
    before = {d.pk: (d.draft_version, d.total) for d in Document.objects.all()}

    def work(pk):
        try:
            with company_scope(company.pk):
                issue(Document.objects.get(pk=pk), by=user)
                return "issued"
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(work, keys))
    assert (results.count("issued"), results.count("quota_used_up")) == (LIMIT, 35)
    assert {d.pk: (d.draft_version, d.total) for d in Document.objects.all()} == before
    assert Series.objects.get(kind="invoice").last_number == QuotaUse.objects.count() == LIMIT


def test_r02_cancelling_gives_nothing_back(limited):
    _, user = limited
    for _ in range(LIMIT):
        cancel(issue(factories.make_draft(), by=user), by=user, reason="probă")
    with pytest.raises(Refused, match="quota_used_up"):
        issue(factories.make_draft(), by=user)


def test_r02_drafts_count_nothing(limited):
    factories.make_draft()
    assert QuotaUse.objects.count() == 0
