"""The warnings at 80 % and 100 % (R07): one e-mail for each window and threshold, and a line over the pages."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from companies.scope import company_scope
from lib.dates import bucharest_today
from lib.errors import Refused
from subscriptions import banner
from subscriptions.actions import subscribe, use_quota
from subscriptions.models import Plan, QuotaNotice, QuotaUse
from subscriptions.tasks import mail_notice, sweep_notices
from tests import factories

TODAY = bucharest_today()
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ana():
    return factories.make_user()


@pytest.fixture
def company(ana):
    company = factories.make_company()
    factories.make_member(ana, company)
    with company_scope(company.pk):
        subscribe(company, plan=Plan.objects.create(slug="zece", name="Zece", documents=10), on=TODAY, by=ana)
        yield company


def use(count):
    for _ in range(count):
        with transaction.atomic():
            key = QuotaUse.objects.count()
            use_quota(subject="document", subject_id=key, kind="invoice", label="FCT 1", dated=TODAY, channel="web", at=timezone.now())


def met():
    return list(QuotaNotice.objects.order_by("id").values_list("percent", flat=True))


@pytest.mark.parametrize(("count", "wanted"), [(7, []), (8, [80]), (9, [80]), (10, [80, 100])])
def test_r07_each_threshold_is_noted_once(company, count, wanted):
    use(count)
    assert met() == wanted


def test_r07_the_owners_get_one_email_for_a_threshold(company, mailoutbox):
    use(9)
    (notice,) = QuotaNotice.objects.all()
    for _ in range(2):
        mail_notice(company.pk, notice.pk)
    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == (["ana@exemplu.ro"], "Exemplu SRL: 80% din documentele lunii s-au folosit")
    assert f"/{company.pk}/abonament/" in letter.body


def test_r07_the_sweep_finds_an_email_that_no_nudge_led_to(company, celery_eager, mailoutbox):
    use(10)
    QuotaNotice.objects.update(mail_due=timezone.now() - timedelta(hours=1), mailed_at=None)
    mailoutbox.clear()
    sweep_notices()
    sweep_notices()
    assert [letter.subject for letter in mailoutbox] == [
        "Exemplu SRL: 80% din documentele lunii s-au folosit",
        "Exemplu SRL: documentele lunii s-au folosit",
    ]


def test_r07_another_plan_in_the_window_has_its_own_warnings(company, ana):
    use(10)
    subscribe(company, plan=Plan.objects.create(slug="12", name="Doisprezece", documents=12), on=TODAY, by=ana)
    use(1)
    assert list(QuotaNotice.objects.order_by("id").values_list("documents", "percent")) == [(10, 80), (10, 100), (12, 80)]


def test_r07_the_line_over_the_pages_asks_the_database_nothing(company, ana, client, django_assert_num_queries):
    use(8)
    client.force_login(ana)
    assert "Ați emis 8 din cele 10 documente" in client.get(f"/{company.pk}/clienti/").content.decode()
    with django_assert_num_queries(0):
        assert banner.shown(company.pk).used == 8


def test_r06_the_line_goes_with_the_plan_that_it_was_about(company, ana):
    use(10)
    assert banner.shown(company.pk).full
    subscribe(company, plan=Plan.objects.get(slug="unlimited"), on=TODAY, by=ana)
    assert banner.shown(company.pk) is None


def test_r07_the_line_comes_back_after_redis_was_flushed(company, celery_eager):
    use(10)
    cache.clear()
    sweep_notices()
    assert banner.shown(company.pk).full


def test_r04_the_limit_met_refuses_and_notes_nothing_more(company):
    use(10)
    with pytest.raises(Refused, match="quota_used_up"):
        use(1)
    assert met() == [80, 100]


def test_an_unlimited_plan_warns_of_nothing(company, ana):
    subscribe(company, plan=Plan.objects.get(slug="unlimited"), on=TODAY, by=ana)
    use(20)
    assert (met(), banner.shown(company.pk)) == ([], None)
