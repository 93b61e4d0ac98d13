"""Special price lists in the editor: what is offered, and where it comes from. R34: what the VAT status does to them."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from catalog.actions import set_price_list_active
from catalog.models import PriceList
from companies.history import about_details
from companies.models import VatStatus
from invoicing.actions import issue
from invoicing.actions.vat_status import change_vat_status, effects
from lib.errors import Refused
from tests.catalog.prices import make_list, make_product
from tests.factories import make_draft, make_line, make_partner
from tests.invoicing.test_editor import TODAY, address, sign_in

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def ask(ana, company):
    """The offer for a product, as the options of the editor carry it."""

    def get(text="scand", **terms):
        page = sign_in(ana).get(address("suggest_products", company), {"q": text, "currency": "RON", **terms}).content.decode()
        found = dict(re.findall(r'data-(\w+)="([^"]*)"', page))
        return unescape(found["price"]), unescape(found.get("discount", "")), unescape(found.get("steps", "[]")), page

    return get


def test_a_special_price_is_offered_with_its_source(ask):
    client = make_partner()
    make_list(rows=[(make_product(), "0", "80")], clients=[client])
    price, discount, _, page = ask(client=client.pk)
    assert (price, discount, "preț din lista En gros" in page) == ("80,00", "", True)


def test_a_discount_is_offered_for_its_cell(ask):
    make_list(rows=[(make_product(), "0", "12.5%")])
    price, discount, _, page = ask()
    assert (price, discount, "preț din lista En gros, discount 12,5" in page) == ("100,00", "12,5%", True)


def test_prices_by_quantity_come_along(ask):
    make_list(rows=[(make_product(), "10", "80"), (make_product("Alta"), "0", "1")])
    price, _, steps, page = ask()
    assert (price, "altă ofertă la cantitate mai mare" in page) == ("100,00", True)
    assert json.loads(steps) == [
        {"from": "0", "price": "100,00", "discount": "", "source": "prețul produsului"},
        {"from": "10", "price": "80,00", "discount": "", "source": "lista En gros, de la 10"},
    ]


def test_a_special_price_comes_before_the_last_price(ask, ana):
    client, product = make_partner(), make_product()
    line = make_line("Scândură", price="90")
    line.product = product
    issue(make_draft(client, [line], by=ana), by=ana)
    assert ask(client=client.pk)[0] == "90,00"
    make_list(rows=[(product, "0", "95")])
    assert (ask(client=client.pk)[0], ask("", client=client.pk)[0]) == ("95,00", "95,00")


def test_the_day_of_the_document_decides(ask):
    make_list(rows=[(make_product(), "0", "80")], starts_on=TODAY + timedelta(days=1))
    day = f"{TODAY + timedelta(days=1):%d.%m.%Y}"
    assert (ask()[0], ask(issue_date=day)[0]) == ("100,00", "80,00")


def test_what_was_typed_is_kept_whatever_the_lists_say(ana):
    product = make_product()
    make_list(rows=[(product, "0", "80")])
    line = make_line("Scândură", price="93")
    line.product = product
    assert issue(make_draft(lines=[line], by=ana), by=ana).lines.get().unit_price == Decimal(93)


def test_r34_price_lists_become_inactive_with_the_status_and_are_made_active_again_by_a_person(company, ana):
    price_list = make_list(discount_percent=5)
    assert effects(payer=False, since=TODAY).price_lists == ["En gros"]
    change_vat_status(company, payer=False, since=TODAY, by=ana)
    price_list.refresh_from_db()
    assert (price_list.active, price_list.reason) == (False, "vat_status")
    assert set_price_list_active(price_list, active=True, by=ana).active
    said = [line for entry in about_details(company, 10) for line in entry.lines]
    assert f"Liste de prețuri făcute inactive de schimbarea statutului din {TODAY:%d.%m.%Y}: En gros." in said


def test_r34_price_lists_stay_active_when_the_change_fails(company, ana):
    make_list(discount_percent=5)
    with pytest.raises(Refused, match="vat_status_same"):
        change_vat_status(company, payer=True, since=TODAY, by=ana)
    assert (PriceList.objects.get().active, VatStatus.objects.count()) == (True, 1)


def test_r34_price_lists_stay_active_until_the_day_of_a_change_ahead(company, ana):
    make_list(discount_percent=5)
    change_vat_status(company, payer=False, since=TODAY + timedelta(days=2), by=ana)
    assert PriceList.objects.get().active


def test_r34_price_lists_are_named_before_the_change_is_confirmed(company, ana):
    make_list(discount_percent=5)
    browser = sign_in(ana)
    page = browser.post(address("vat_status", company), {"payer": "nu", "since": f"{TODAY:%d.%m.%Y}"}).content.decode()
    assert ("1 listă de prețuri speciale devine inactivă" in page, "En gros" in page) == (True, True)
    assert PriceList.objects.get().active
