"""The ledger and the check (R02-R06); what issuing does with them is in tests/invoicing/test_quota.py."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from companies.scope import company_scope
from lib.errors import Refused
from subscriptions.actions import subscribe, use_quota
from subscriptions.models import Plan, QuotaUse
from subscriptions.usage import usage
from tests import factories

BUCHAREST = ZoneInfo("Europe/Bucharest")


@pytest.fixture
def company(db):
    company = factories.make_company()
    with company_scope(company.pk):
        yield company


def give(company, documents, on=date(2026, 1, 20), paid_until=None):
    plan = Plan.objects.create(slug=f"plan-{documents}", name="Silver", documents=documents)
    return subscribe(company, plan=plan, on=on, by=None, paid_until=paid_until)


def use(number, at, dated=None, channel="web"):
    at = at.replace(tzinfo=BUCHAREST)
    use_quota(
        subject="document", subject_id=number, kind="invoice", label=f"FCT {number}", dated=dated or at.date(), channel=channel, at=at
    )


def test_r02_the_count_goes_by_the_instant_of_issue_not_by_the_date(company):
    give(company, 1)
    use(1, datetime(2026, 2, 19, 23, 59, 59, 999_000), dated=date(2026, 2, 25))
    use(2, datetime(2026, 2, 20), dated=date(2026, 1, 25))
    with pytest.raises(Refused, match="quota_used_up"):
        use(3, datetime(2026, 2, 20, 0, 0, 1), dated=date(2026, 3, 25))


def test_r04_the_refusal_says_limit_window_reset_and_how_it_counts(company):
    give(company, 0)
    with pytest.raises(Refused) as refusal:
        use(1, datetime(2026, 2, 1))
    assert refusal.value.message == (
        "Ați emis cele 0 documente din abonamentul Silver pentru 20.01.2026 – 19.02.2026. Numărul se reia la 20.02.2026."
        " Documentele se numără după momentul emiterii, nu după data de pe ele. Ciorna s-a păstrat."
    )


def test_r05_a_self_hosted_installation_has_no_limit(company):
    for number in range(40):
        use(number, datetime(2026, 2, 1))
    assert usage(date(2026, 2, 1)).used == 40


def test_r06_an_expired_plan_stops_only_issuing_and_paying_opens_at_once(company):
    give(company, 5, paid_until=date(2026, 1, 31))
    with pytest.raises(Refused, match="plan_expired"):
        use(1, datetime(2026, 2, 1))
    subscribe(company, plan=Plan.objects.get(slug="plan-5"), on=date(2026, 2, 1), by=None, paid_until=date(2026, 2, 28))
    use(1, datetime(2026, 2, 1))


def test_r07_usage_shows_forecast_channels_and_documents_dated_elsewhere(company):
    give(company, 10)
    for number in range(8):
        use(number, datetime(2026, 1, 23), dated=date(2026, 1, 3 + number), channel="api" if number < 3 else "web")
    used = usage(date(2026, 1, 23))
    assert (used.used, used.dated_inside, used.percent, used.level, used.left) == (8, 0, 80, "near", 2)
    assert (used.by_channel, used.full_on(date(2026, 1, 23))) == ({"web": 5, "api": 3}, date(2026, 1, 24))


@pytest.mark.parametrize("sql", ["UPDATE subscriptions_quotause SET dated = now()", "DELETE FROM subscriptions_quotause"])
def test_the_ledger_only_grows(company, sql):
    use(1, datetime(2026, 2, 1))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert QuotaUse.objects.count() == 1


def test_a_document_counts_once(company):
    use(1, datetime(2026, 2, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        use(1, datetime(2026, 2, 2))


def test_the_plan_without_a_limit_has_a_romanian_name(db):
    assert Plan.objects.get(slug="unlimited").name == "Nelimitat"
