"""The benchmark's storm at a smaller size: clients that hang up, web workers killed, and numbers that run on regardless."""

import os
import random
import socket
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.test import Client
from django.utils.crypto import get_random_string

from bench import issue as bench_issue
from bench import stand
from catalog.models import VatRate
from companies.scope import company_scope
from invoicing.models import Series
from tests import factories


def signed_in(user) -> dict[str, str]:
    """The cookies of a browser of theirs."""
    browser = Client()
    browser.force_login(user)
    return {"sessionid": browser.cookies["sessionid"].value, "csrftoken": get_random_string(32)}


@pytest.mark.django_db(transaction=True)
def test_numbers_survive_cut_requests_and_killed_workers(monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setattr(stand, "PORT", free.getsockname()[1])
    company, user = factories.make_company(), factories.make_user()
    factories.make_member(user, company)
    with company_scope(company.pk):
        partner = factories.make_partner()
        series = Series.objects.get(kind="invoice").pk
    shop = bench_issue.Shop(company.pk, [(partner.pk, partner.name)], [series], VatRate.objects.get(slug="s21").pk)
    env = os.environ | {"SECRET_KEY": settings.SECRET_KEY, "BASE_URL": f"http://127.0.0.1:{stand.PORT}", "LOG_LEVEL": "CRITICAL"}
    with ExitStack() as stack:
        bench = stand.Stand(env, stand.gunicorn(stack, env), signed_in(user))
        bench_issue.storm(bench, shop, 150, random.Random(3), cut=0.1, kill_each=1.5)
    assert bench_issue.judge(shop, 150) == "numbers 1..150, no gap, no repeat"
