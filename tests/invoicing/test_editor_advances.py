"""The editor offers the open advances of the chosen client, and asks for the day of collection only where it counts."""

from datetime import date

import pytest
from django.test import Client

from companies.models import CashVatPeriod
from invoicing.actions import issue
from invoicing.models import Document
from tests.factories import make_draft, make_line
from tests.invoicing.test_editor import posted


@pytest.fixture
def browser(ana):
    browser = Client()
    browser.force_login(ana)
    return browser


@pytest.fixture
def advance(scope, ana):
    return issue(make_draft(lines=[make_line("Avans", price="100")], invoice_type="advance"), by=ana)


def test_an_advance_that_is_ticked_is_settled(browser, scope, advance):
    address = f"/{scope.pk}/facturi/noua/"
    answer = browser.post(address, posted(advance.partner, action="save") | {"advance": str(advance.pk), f"advance-{advance.pk}": "60,50"})
    assert answer.status_code == 302
    draft = Document.objects.get(status="draft")
    assert [line.net for line in draft.lines.filter(advance=advance)] == [-50]
    page = browser.get(answer.url).content.decode()
    assert 'value="60,50"' in page and f'name="advance" value="{advance.pk}" checked' in page


def test_more_than_is_left_is_said_at_the_advances(browser, scope, advance):
    data = posted(advance.partner, action="save") | {"advance": str(advance.pk), f"advance-{advance.pk}": "500"}
    answer = browser.post(f"/{scope.pk}/facturi/noua/", data)
    assert answer.status_code == 422
    assert "Din avansul FCT 0001" in answer.content.decode()


def test_another_client_brings_its_own_advances(browser, scope, advance):
    data = posted(advance.partner, action="autosave") | {"advances_for": " RON standard"}
    answer = browser.post(f"/{scope.pk}/facturi/noua/", data).json()
    assert "FCT 0001" in answer["advances"]


def test_r21_the_day_of_collection_is_asked_only_on_cash_vat(browser, scope):
    address = f"/{scope.pk}/facturi/noua/"
    assert 'name="collection_date"' not in browser.get(address).content.decode()
    CashVatPeriod.objects.create(since=date(2020, 1, 1))
    assert 'name="collection_date"' in browser.get(address).content.decode()


def test_the_type_and_the_place_are_kept(browser, scope, advance):
    more = {
        "invoice_type": "receipted",
        "fiscal_receipt": "12 din 20.11.2026",
        "delivery_city": "Dej",
        "payee_iban": "RO65BTRLRONCRT0123456789",
    }
    browser.post(f"/{scope.pk}/facturi/noua/", posted(advance.partner, action="save") | more)
    draft = Document.objects.get(status="draft")
    assert (draft.invoice_type, draft.fiscal_receipt, draft.delivery_city, draft.delivery_country) == (*list(more.values())[:3], "RO")


def test_the_pages_of_self_billed_invoices_open(browser, scope):
    for path in ("autofacturi/", "autofacturi/noua/"):
        assert browser.get(f"/{scope.pk}/{path}").status_code == 200
