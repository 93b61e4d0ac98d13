"""The page with BNR's rates: the legal day, the state, fetching on demand."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse

from catalog.actions import store_rates
from catalog.bnr import RateRow
from catalog.models import ExchangeRate
from catalog.tasks import ASKED
from companies.models import Role
from tests.factories import make_member, make_user

RATES = [("2026-11-18", "EUR", "5.09"), ("2026-11-19", "EUR", "5.0912"), ("2026-11-19", "HUF", "0.012936"), ("2026-11-20", "EUR", "5.0934")]


@pytest.fixture
def page(web, company):
    def get(query=""):
        return web.get(reverse("catalog:rates", args=[company.pk]) + query)

    return get


@pytest.fixture
def stored(db):
    store_rates(RateRow(date.fromisoformat(day), currency, Decimal(rate), 1) for day, currency, rate in RATES)


def rows(answer):
    return [(row.currency, row.rates) for row in answer.context["table"].rows]


def test_the_last_days_stand_side_by_side(page, stored):
    answer = page()
    assert answer.context["table"].days == [date(2026, 11, 20), date(2026, 11, 19), date(2026, 11, 18)]
    assert rows(answer) == [("EUR", ["5,0934", "5,0912", "5,0900"]), ("HUF", ["", "0,012936", ""])]


def test_for_a_day_the_rate_is_the_one_published_before_it(page, stored):
    answer = page("?data=20.11.2026")
    assert answer.context["table"].days[0] == date(2026, 11, 19)
    assert "se folosește cursul publicat la <strong>19.11.2026</strong>" in answer.content.decode()


def test_a_day_long_after_the_last_rate_has_none(page, stored):
    assert page("?data=05.12.2026").context["table"].too_old


def test_a_day_that_is_none_is_a_sentence(page, stored):
    answer = page("?data=40.11.2026")
    assert (answer.status_code, answer.context["form"].errors["data"]) == (422, ["Scrieți o dată din calendar, de exemplu 22.11.2026."])


def test_the_button_fetches_what_is_missing(page, web, company, rehearsal, celery_eager):
    assert not page().context["state"].up_to_date
    web.post(reverse("catalog:rates_refresh", args=[company.pk]))
    assert page().context["state"].up_to_date
    assert page().context["state"].problem is None


def test_that_bnr_does_not_answer_is_told_and_the_rates_stay(page, web, company, stored, rehearsal, celery_eager):
    rehearsal.faults.switch("bnr_html")
    ExchangeRate.objects.filter(date=date(2026, 11, 20)).delete()
    answer = web.post(reverse("catalog:rates_refresh", args=[company.pk]), follow=True)
    assert answer.context["state"].problem is not None
    assert "BNR nu a răspuns la" in answer.content.decode()
    assert ExchangeRate.objects.count() == 3


def test_while_it_reads_the_page_asks_again_and_then_draws_itself_anew(web, company, stored):
    url = reverse("catalog:rates_state", args=[company.pk])
    cache.set(ASKED, True)
    waiting = web.get(url, HTTP_HX_REQUEST="true")
    assert ("HX-Refresh" in waiting.headers, "Se citesc cursurile" in waiting.content.decode()) == (False, True)
    cache.delete(ASKED)
    assert web.get(url, HTTP_HX_REQUEST="true").headers["HX-Refresh"] == "true"


def test_a_viewer_reads_and_does_not_fetch(client, company, scope, stored):
    user = make_user("bogdan@exemplu.ro")
    make_member(user, company, Role.VIEWER)
    client.force_login(user)
    answer = client.get(reverse("catalog:rates", args=[company.pk]))
    assert "Actualizează acum" not in answer.content.decode()
    assert client.post(reverse("catalog:rates_refresh", args=[company.pk])).status_code == 403
