"""A recurring invoice from an invoice, and a change of the VAT status with what it stops, as an administrator meets them."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from catalog.models import PriceList
from companies.models import Company, is_vat_payer
from invoicing.actions import issue
from invoicing.actions.recurring_runs import run_due
from invoicing.models import Document, RecurringPlan
from lib.dates import bucharest_today
from tests import factories
from tests.catalog.prices import make_list
from tests.invoicing.plans import TODAY, make_plan

WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def issued(scope, ana):
    return issue(factories.make_draft(issue_date=TODAY, due_date=None, by=ana), by=ana)


def test_an_invoice_is_repeated_each_month(open_browser: Callable[..., Page], company: Company, issued: Document):
    page = open_browser()
    page.goto(f"/{company.pk}/facturi/{issued.pk}/")
    page.get_by_label("Alte acțiuni").click()
    page.get_by_text("Repetă această factură").click()
    page.get_by_label("Denumire", exact=True).first.fill("Mentenanță")
    page.locator('[name="l-name"]').first.fill("Mentenanță {perioada}")
    page.get_by_role("button", name="Salvează recurența").last.click()
    expect(page.locator("h1")).to_have_text("Mentenanță")
    expect(page.locator("[aria-labelledby=next] tbody tr")).to_have_count(12)
    plan = RecurringPlan.objects.get()
    assert (plan.lines.get().name, plan.next_on) == ("Mentenanță {perioada}", bucharest_today())


@pytest.mark.parametrize("width", [1440, 390])
def test_r34_r35_the_status_is_changed_and_an_older_invoice_is_let_through(
    open_browser: Callable[..., Page], company: Company, issued: Document, ana, width: int
):
    make_plan(by=ana)
    make_list("En gros", discount_percent=5)
    page = open_browser(width, touch=width < 500)
    page.goto(f"/{company.pk}/firma/")
    page.get_by_role("link", name=re.compile("neplătitoare de TVA")).click()
    page.get_by_role("button", name="Ce se oprește").click()
    expect(page.get_by_text("1 recurență se oprește")).to_be_visible()
    expect(page.locator("tbody").get_by_text("Abonament")).to_be_visible()
    expect(page.get_by_text("1 listă de prețuri speciale devine inactivă")).to_be_visible()
    page.get_by_role("button", name=re.compile("oprește recurențele")).click()
    expect(page.get_by_text("1 recurență s-a oprit")).to_be_visible()
    assert not is_vat_payer(TODAY)

    page.goto(f"/{company.pk}/facturi-recurente/?stare=oprite")
    page.get_by_role("link", name="Abonament").click()
    page.get_by_role("button", name="Adaugă din nou").click()
    expect(page.get_by_text("Adăugată din nou după")).to_be_visible()
    (run,) = run_due(RecurringPlan.objects.get(state="active").pk, on=TODAY)
    assert run.document.vat_payer is False

    page.goto(f"/{company.pk}/liste-preturi/")
    expect(page.get_by_text("s-a schimbat statutul de TVA", exact=False).first).to_be_visible()
    page.get_by_label("Acțiuni pentru En gros").click()
    page.get_by_role("button", name="Fă activă").click()
    expect(page.get_by_text("Lista En gros este activă")).to_be_visible()
    assert PriceList.objects.get().active

    page.goto(f"/{company.pk}/facturi/{issued.pk}/storneaza/")
    expect(page.get_by_text("un administrator permite acest document")).to_be_visible()
    assert not page.evaluate(WIDER)
    page.goto(f"/{company.pk}/facturi/{issued.pk}/")
    page.get_by_role("link", name="Permite acest document").click()
    page.get_by_label("Motiv").fill("Adresă greșită")
    page.get_by_role("button", name="Permite o dată").click()
    expect(page.get_by_text("a permis o modificare")).to_be_visible()
    page.goto(f"/{company.pk}/facturi/{issued.pk}/storneaza/")
    page.get_by_label("Motiv").fill("Retur")
    page.get_by_role("button", name="Emite stornarea").click()
    page.get_by_role("heading", name="FCT 0003").wait_for()
    assert (Document.objects.get(storno_of=issued).total, Document.objects.get(storno_of=issued).vat_payer) == (-issued.total, True)
