"""From nothing to a paid invoice, with the keyboard alone: sign up, set up the firm by its CIF, add a client, issue, read the PDF,
record the payment, find everything in the list. The same at a desk and on a phone's width.
"""

import io
import re
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from accounts.models import User
from companies.models import Company
from companies.scope import company_scope
from invoicing.models import Document, Payment

FIRM, CLIENT = "12345674", "10000008"  # the register's rehearsal knows both; the first pays VAT


@pytest.fixture
def page(open_browser, rehearsal, celery_eager, request):
    page = open_browser(request.param)
    page.context.clear_cookies()
    return page


def go_to(page: Page, target: Locator, limit: int = 120) -> None:
    """Tab until the element has the focus, as a person without a mouse does."""
    for _ in range(limit):
        if target.first.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


def press(page: Page, target: Locator) -> None:
    expect(target.first).to_be_visible()
    go_to(page, target)
    page.keyboard.press("Enter")


def fill(page: Page, target: Locator, text: str) -> None:
    go_to(page, target)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


@pytest.mark.parametrize("page", [1440, 390], indirect=True, ids=["desk", "phone"])
def test_the_five_steps_with_the_keyboard_alone(page: Page):
    page.goto("/cont/inregistrare/")
    fill(page, page.locator("[name=email]"), "noua@exemplu.ro")
    fill(page, page.locator("[name=password1]"), "o parolă bună 7")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/firme/noua/"))
    fill(page, page.locator("[name=cif]"), FIRM)
    page.keyboard.press("Enter")
    expect(page.locator("[name=name]")).not_to_have_value("")
    press(page, page.get_by_role("button", name="Creează firma"))
    page.wait_for_url(re.compile(r"/\d+/$"))
    company = Company.objects.exclude(identity="18547290").get()
    assert (company.identity, User.objects.get(email="noua@exemplu.ro").memberships.get().company) == (FIRM, company)

    page.goto(f"/{company.pk}/facturi/noua/")
    expect(page.locator("[name=client]")).to_be_focused()
    page.keyboard.type(CLIENT)
    expect(page.get_by_role("option", name=f"Adaugă firma cu CIF {CLIENT}")).to_be_visible()
    page.keyboard.press("Enter")
    first = page.locator('[data-line] [name="l-name"]').first
    expect(first).to_be_focused()
    page.keyboard.type("Proiectare")
    page.keyboard.press("Escape")
    fill(page, page.locator('[data-line] [name="l-quantity"]').first, "2")
    fill(page, page.locator('[data-line] [name="l-price"]').first, "1.000,50")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/facturi/\d+/$"))
    with company_scope(company.pk):
        invoice = Document.objects.get()
        assert (invoice.label, invoice.total, invoice.partner.identity) == ("FCT 0001", Decimal("2421.21"), CLIENT)

    pdf = page.request.get(f"/{company.pk}/facturi/{invoice.pk}/pdf/").body()
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "FCT 0001" in text and "2.421,21" in text

    press(page, page.get_by_role("link", name="Încasează"))
    amount = page.locator("[name=amount]")
    expect(amount).to_have_value("2421,21")
    go_to(page, amount)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Încasată", exact=True).first).to_be_visible()
    with company_scope(company.pk):
        assert Payment.objects.get().amount == Decimal("2421.21")

    page.goto(f"/{company.pk}/facturi/")
    line = page.locator("tbody tr").first
    expect(line).to_contain_text("FCT 0001")
    expect(line).to_contain_text("2.421,21")
    expect(line).to_contain_text("Încasată")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
