"""e-Factura as a person meets it, with a real rehearsal SPV: authorise, send, break, mend, change, send a second time."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from efactura.models import Submission
from efactura.rehearsal.spv import Spv
from efactura.tasks import sweep_submissions
from invoicing.models import Document
from partners.models import Partner
from tests.efactura.conftest import spv, spv_server  # noqa: F401 (fixtures)
from tests.efactura.sending import begin, issued
from tests.factories import make_draft, make_partner

WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def page(open_browser: Callable[..., Page], company: Any, scope: Any, spv: Spv, celery_eager: None, request: Any) -> Page:  # noqa: F811
    """Ana's page, once she has clicked in place of the certificate; what is issued leaves at once."""
    width = request.param
    page = open_browser(width, 844 if width < 500 else 900, touch=width < 500)
    page.goto(f"/{company.pk}/e-factura/configurare/")
    page.get_by_role("link", name="Autorizează cu certificatul").click()
    page.get_by_role("button", name=re.compile("Folosește certificatul.*Ana Exemplu")).click()
    page.wait_for_url(f"**/{company.pk}/e-factura/configurare/**")
    expect(page.get_by_text("Firma este autorizată")).to_be_visible()
    assert not page.evaluate(WIDER)
    begin()
    return page


def draft_of_today(by: User, partner: Partner) -> Document:
    day = timezone.localdate()
    return make_draft(partner, by=by, issue_date=day, due_date=day)


def click_issue(page: Page, document: Document) -> None:
    page.goto(reverse("invoicing:invoice_edit", args=(document.company_id, document.pk)))
    page.locator("button[data-issue]").click()
    page.wait_for_url(f"**/facturi/{document.pk}/")


def card_after_sweeps(page: Page, document: Document) -> Locator:
    """The card of the invoice's page after what beat and a worker do: upload, ask, fetch the archive."""
    for _ in range(3):
        sweep_submissions()
        Submission.objects.filter(status="sent").update(due_at=timezone.now())
    page.goto(f"/{document.company_id}/facturi/{document.pk}/")
    assert not page.evaluate(WIDER)
    return page.locator("#document-spv")


def mend_client(page: Page, document: Document, fields: dict[str, str]) -> None:
    """From *Ce va spune ANAF?* by the button to the client, and back with what it has to be."""
    page.get_by_role("link", name="Corectează clientul").first.click()
    for name, value in fields.items():
        field = page.locator(name)  # says also its tag: a country changes the kind of its fields
        field.select_option(value) if name.startswith("select") else field.fill(value)
    page.get_by_role("button", name="Salvează").last.click()
    page.wait_for_url(f"**/parteneri/{document.partner_id}/")


@pytest.mark.parametrize("page", [1440, 390], indirect=True, ids=["desk", "phone"])
def test_an_invoice_is_issued_sent_changed_and_sent_a_second_time(page, ana):
    document = draft_of_today(ana, make_partner())
    click_issue(page, document)
    card = card_after_sweeps(page, document)
    expect(card.get_by_text("Acceptată", exact=True)).to_be_visible()
    first = Submission.objects.get()
    expect(card.get_by_text(f"Index {first.index}, trimisă la")).to_be_visible()
    page.goto(f"/{document.company_id}/e-factura/trimise/")
    expect(page.get_by_role("row").filter(has_text="FCT 0001")).to_contain_text("Acceptată")
    page.goto(f"/{document.company_id}/facturi/{document.pk}/istoric/")
    entry = page.locator("#document-history li").filter(has_text=first.index).first
    expect(entry.locator("time")).to_have_text(re.compile(r"\d\d:\d\d"))

    page.goto(reverse("invoicing:invoice_edit", args=(document.company_id, document.pk)))
    page.locator('[data-line] [name="l-price"]').first.fill("250")
    page.locator('[name="reason"]').fill("Preț greșit")
    page.get_by_role("button", name="Salvează modificarea").click()
    page.wait_for_url(f"**/facturi/{document.pk}/")
    expect(card.get_by_text("Factura s-a schimbat după trimitere")).to_be_visible()
    card.get_by_role("button", name="Trimite forma nouă").click()
    expect(page.get_by_text("clientul primește a doua factură")).to_be_visible()
    page.get_by_role("button", name="Trimite a doua oară").click()
    expect(card.get_by_text("Toate transmiterile")).to_be_visible()
    card = card_after_sweeps(page, document)
    sent = list(Submission.objects.order_by("revision").values_list("index", "revision", "status"))
    assert [(revision, status) for _, revision, status in sent] == [(1, "accepted"), (2, "accepted")]
    for index, revision, _ in sent:
        expect(card.get_by_text(f"Index {index}, revizia {revision}")).to_be_visible()


@pytest.mark.parametrize("page", [1440, 390], indirect=True, ids=["desk", "phone"])
def test_bucharest_without_its_sector_is_held_mended_and_sent(page, ana):
    document = issued(ana, partner=make_partner(city="București"))
    card = card_after_sweeps(page, document)
    expect(card.get_by_text("De corectat", exact=True)).to_be_visible()
    card.get_by_role("link", name="Vezi ce este de corectat").click()
    expect(page.get_by_text("1 lucru de corectat")).to_be_visible()
    assert not page.evaluate(WIDER)
    mend_client(page, document, {"select#id_city": "SECTOR3"})
    page.goto(f"/{document.company_id}/facturi/{document.pk}/verificare/")
    page.get_by_role("link", name="modificați factura").click()
    page.locator('[name="reason"]').fill("Sectorul clientului")
    page.get_by_role("button", name="Salvează modificarea").click()
    page.wait_for_url(f"**/facturi/{document.pk}/")
    expect(card_after_sweeps(page, document).get_by_text("Acceptată", exact=True)).to_be_visible()
    assert Submission.objects.get(status="accepted").revision == 2


@pytest.mark.parametrize("page", [1440, 390], indirect=True, ids=["desk", "phone"])
def test_a_romanian_code_in_hungary_is_mended_issued_and_sent(page, ana):
    document = draft_of_today(ana, make_partner(country="HU", county="", city="Debrecen"))
    page.goto(f"/{document.company_id}/facturi/{document.pk}/verificare/")
    expect(page.get_by_text("este românesc, dar țara aleasă este Ungaria")).to_be_visible()
    assert not page.evaluate(WIDER)
    mend_client(page, document, {"select#id_country": "RO", "select#id_county": "RO-CJ", "input#id_city": "Cluj-Napoca"})
    page.goto(f"/{document.company_id}/facturi/{document.pk}/verificare/")
    expect(page.get_by_text("Nu găsim nimic de respins")).to_be_visible()
    click_issue(page, document)
    expect(card_after_sweeps(page, document).get_by_text("Acceptată", exact=True)).to_be_visible()
