"""R29 as the accountant does it: a wrong balance is found, the till counted, the difference booked, the register printed."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from cashbook.actions import Entry, count_till, record, set_opening, till_for
from cashbook.balances import balance_now
from cashbook.models import CashOperation
from companies.models import Role
from lib.dates import bucharest_today
from tests.factories import make_member, make_user

WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def bogdan(company):
    user = make_user("bogdan@exemplu.ro", full_name="Bogdan Ionescu")
    make_member(user, company, Role.ACCOUNTANT)
    return user


@pytest.fixture
def till(scope, ana):
    """It came out right a week ago; since then a payment was written that nobody made."""
    today = bucharest_today()
    till = set_opening(till_for("RON"), day=today - timedelta(days=20), amount=Decimal(1000), by=ana)
    record(till, Entry("other_in", today - timedelta(days=9), Decimal(200)), by=ana, token=uuid4())
    count_till(till, day=today - timedelta(days=7), counted=Decimal(1200), by=ana)
    record(till, Entry("other_out", today - timedelta(days=3), Decimal(75), explanation="Combustibil"), by=ana, token=uuid4())
    return till


@pytest.mark.parametrize(("width", "height", "touch"), [(1440, 900, False), (390, 844, True)])
def test_r29_the_accountant_counts_the_till_and_books_the_difference(
    open_browser, company, till, bogdan, celery_eager, width, height, touch
):
    page = open_browser(width, height, touch=touch, user=bogdan)
    page.goto(f"/{company.pk}/casa/operatiuni/")
    page.get_by_text("1.125,00").first.wait_for()
    page.get_by_role("link", name="Numără casa").click()
    page.get_by_label("Suma numărată").fill("1.200,00")
    page.get_by_role("button", name="Compară cu registrul").click()
    page.get_by_text("În plus în casă").wait_for()
    assert page.get_by_role("link", name="Altă plată: Combustibil").count() == 1
    assert not page.evaluate(WIDER)
    page.get_by_label("Motivul diferenței").fill("Bonul de combustibil a fost plătit cu cardul")
    page.get_by_role("button", name="Înregistrează Altă încasare").click()
    page.get_by_role("heading", name="Altă încasare · DI 2").wait_for()
    row = CashOperation.objects.order_by("-id").first()
    assert (row.amount, row.by, balance_now(till)) == (75, bogdan, 1200)
    day = f"{bucharest_today():%Y-%m-%d}"
    answer = page.request.get(f"/{company.pk}/casa/registru/pdf/?zi={day}")
    assert (answer.status, answer.headers["content-type"], answer.body()[:5]) == (200, "application/pdf", b"%PDF-")
    page.goto(f"/{company.pk}/casa/registru/?zi={day}")
    page.get_by_text("De reportat").wait_for()
    assert not page.evaluate(WIDER)


def test_a_negative_day_is_shown_while_typing(open_browser, company, till, bogdan):
    page = open_browser(user=bogdan)
    page.goto(f"/{company.pk}/casa/operatiuni/noua/")
    page.get_by_label("Suma").fill("5000")
    page.get_by_label("Explicații").click()
    page.locator("#effect .callout--danger").first.wait_for()
    page.get_by_role("button", name="Înregistrează").click()
    page.locator(".errors").get_by_text("O casă nu poate avea sold negativ").wait_for()
