"""Special price lists in Chromium: a list is written with its grid, and the editor follows the quantity."""

from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from catalog.models import PriceList, PriceListItem
from tests.catalog.prices import make_list, make_product
from tests.factories import make_partner

pytestmark = pytest.mark.usefixtures("scope")


def test_a_list_is_written_and_its_grid_grows(open_browser, company):
    product, client = make_product(code="SC-1"), make_partner()
    page = open_browser()
    page.goto(reverse("catalog:price_list_new", args=[company.pk]))
    page.get_by_label("Denumire").fill("En gros")
    page.get_by_label("clienți aleși").check()
    page.get_by_label("Client", exact=True).first.fill("bun")
    page.locator("#found-clients option").wait_for(state="attached")
    page.get_by_label("Client", exact=True).first.fill(page.locator("#found-clients option").get_attribute("value"))
    page.get_by_label("Produs", exact=True).nth(2).fill("SC-1")
    page.locator("[name=r-2-price]").fill("80")
    page.get_by_role("button", name="Alte rânduri").click()
    expect(page.locator("[name=r-0-text]")).to_have_value("SC-1")
    expect(page.get_by_label("Produs", exact=True)).to_have_count(4)
    page.get_by_role("button", name="Salvează", exact=True).last.click()
    page.wait_for_url(f"**{reverse('catalog:price_list_list', args=[company.pk])}")
    assert (PriceList.objects.get().clients.get().partner, PriceListItem.objects.get().product) == (client, product)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_editor_follows_the_quantity_until_a_price_is_typed(open_browser, company, width):
    make_list(rows=[(make_product(), "0", "5%"), (make_product("Alta"), "0", "1")])
    make_list("Mult", [(PriceListItem.objects.first().product, "10", "80")])
    page = open_browser(width)
    page.goto(reverse("invoicing:invoice_new", args=[company.pk]))
    cell = lambda name: page.locator(f"[name=l-{name}]").first  # noqa: E731
    cell("name").fill("scand")
    page.locator("#options [role=option]").first.click()
    assert [cell(name).input_value() for name in ("price", "discount")] == ["100,00", "5%"]
    cell("quantity").fill("10")
    cell("price").focus()
    assert [cell(name).input_value() for name in ("price", "discount")] == ["80,00", ""]
    page.get_by_text("Scândură: 80,00, lista Mult, de la 10.").wait_for()
    cell("price").fill("79,00")
    cell("quantity").fill("1")
    cell("price").focus()
    assert Decimal(cell("price").input_value().replace(",", ".")) == 79
