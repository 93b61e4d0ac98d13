"""Proformas and delivery notes become invoices, as people do it."""

import pytest

from invoicing.models import Document
from tests.factories import make_line
from tests.invoicing.test_convert import make_note, make_proforma

WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_proforma_is_invoiced_in_part_then_the_rest(open_browser, company, scope, ana, width):
    proforma = make_proforma(ana, make_line("Scaun din stejar masiv, cu tapițerie din lână", "10", "50"))
    page = open_browser(width, 900)
    page.goto(f"/{company.pk}/proforme/{proforma.pk}/")
    page.get_by_role("link", name="Facturează").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Cantitate, din 10 buc").fill("4")
    assert not page.evaluate(WIDER)
    dialog.get_by_role("button", name="Continuă cu factura").click()
    page.get_by_role("heading", name="Factură, ciornă").wait_for()
    assert page.get_by_text("din PF 0001").count() == 1
    page.get_by_role("button", name="Emite factura", exact=True).click()
    page.get_by_role("heading", name="FCT 0001").wait_for()
    page.get_by_role("link", name="PF 0001").click()
    page.get_by_role("link", name="Facturează restul").click()
    dialog.get_by_label("Cantitate, din 6 buc").wait_for()
    dialog.get_by_role("button", name="Continuă cu factura").click()
    page.get_by_role("button", name="Emite factura", exact=True).click()
    page.get_by_role("heading", name="FCT 0002").wait_for()
    assert [invoice.lines.get().quantity for invoice in Document.objects.invoices().order_by("number")] == [4, 6]
    page.goto(f"/{company.pk}/proforme/?stare=facturate")
    assert page.locator("tbody tr").count() == 1 and not page.evaluate(WIDER)


def test_two_delivery_notes_become_one_invoice_from_their_list(open_browser, company, scope, ana):
    make_note(ana, make_line("Scaun", "2", "50"))
    make_note(ana, make_line("Masă", "1", "200"))
    page = open_browser()
    page.goto(f"/{company.pk}/avize/")
    page.get_by_label("Alege toate documentele din pagină").check()
    page.locator(".bulk").get_by_role("button", name="Facturează").click()
    page.locator("#dialog").get_by_role("button", name="Continuă cu factura").click()
    page.get_by_role("heading", name="Factură, ciornă").wait_for()
    page.get_by_role("button", name="Emite factura", exact=True).click()
    page.get_by_role("heading", name="FCT 0001").wait_for()
    assert {page.get_by_role("link", name=label).count() for label in ("AV 0001", "AV 0002")} == {1}
    assert Document.objects.invoices().get().net == 300
