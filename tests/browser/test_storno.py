"""Storno and correction as people do them, on a desk and on a phone (R24)."""

from decimal import Decimal

import pytest

from invoicing.actions import issue
from invoicing.models import Document
from tests.factories import make_draft, make_line

WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def original(scope, ana):
    lines = [make_line("Scaun din stejar masiv, cu tapițerie din lână", "10", "33.335"), make_line("Masă", "1", "200")]
    return issue(make_draft(lines=lines, by=ana), by=ana)


def test_a_part_is_stornoed_in_the_dialog(open_browser, company, original):
    page = open_browser()
    page.goto(f"/{company.pk}/facturi/{original.pk}/")
    page.get_by_role("button", name="Alte acțiuni").click()
    page.get_by_role("link", name="Stornează").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Motiv").fill("Retur marfă")
    dialog.get_by_text("Doar unele linii").click()
    dialog.get_by_label("Cantitate, din 1 buc").fill("")
    dialog.get_by_label("Cantitate, din 10 buc").fill("4")
    dialog.get_by_role("button", name="Emite stornarea").click()
    page.get_by_role("heading", name="FCT 0002").wait_for()
    assert page.get_by_role("link", name="FCT 0001").count() == 1
    assert Document.objects.get(storno_of=original).total == Decimal("-161.34")
    assert not page.evaluate(WIDER)


def test_r24_an_invoice_is_corrected_on_a_phone(open_browser, company, original):
    page = open_browser(390, 844, touch=True)
    page.goto(f"/{company.pk}/facturi/{original.pk}/")
    page.get_by_role("button", name="Alte acțiuni").click()
    page.get_by_role("link", name="Corectează").click()
    page.locator("#dialog").get_by_label("Motiv").fill("Preț greșit")
    assert not page.evaluate(WIDER)
    page.get_by_role("button", name="Stornează și corectează").click()
    page.get_by_role("heading", name="Factură, ciornă").wait_for()
    assert Document.objects.get(corrects=original).total == original.total
    page.goto(f"/{company.pk}/facturi/{original.pk}/")
    page.get_by_text("Stornată", exact=True).first.wait_for()
    assert not page.evaluate(WIDER)
