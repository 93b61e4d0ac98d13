"""An import in Chromium: file, columns, trial, confirmation, undo."""

import os

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from imports import actions
from imports.models import Import
from invoicing.models import Document
from partners.models import Partner
from tests.factories import make_partner

pytestmark = pytest.mark.usefixtures("scope")
TEXT = "Denumire;Cod unic;Judet;Localitate;Telefon\nAlfa Construct SRL;RO18547290;Cluj;Cluj-Napoca;0264\nClient Bun SRL;14399840;;;0700 000 000\n"


@pytest.mark.parametrize("width", [1440, 390])
def test_a_file_comes_in_and_goes_out_again(open_browser, company, width):
    make_partner()
    page = open_browser(width)
    page.goto(reverse("imports:import_list", args=[company.pk]))
    look(page, f"list-{width}")
    page.get_by_role("link", name="Alege fișierul: Clienți").click()
    page.get_by_label("Fișierul").set_input_files({"name": "clienți.csv", "mimeType": "text/csv", "buffer": TEXT.encode("cp1250")})
    expect(page.locator(".chooser-names")).to_have_text("clienți.csv")
    look(page, f"new-{width}")
    page.get_by_role("button", name="Încarcă").click()
    expect(page.get_by_label("CIF / CNP")).to_have_value("1")
    look(page, f"columns-{width}")
    page.get_by_role("button", name="Verifică fișierul").click()
    expect(page.get_by_role("status").first).to_contain_text("Așteaptă la rând")
    look(page, f"bar-{width}")
    actions.work(Import.objects.get().pk)
    expect(page.get_by_text("Telefon: (gol) → 0700 000 000")).to_be_visible()
    look(page, f"trial-{width}")
    page.get_by_role("button", name="Confirmă importul").click()
    expect(page.get_by_role("status").first).to_be_visible()
    actions.work(Import.objects.get().pk)
    page.get_by_role("button", name="Anulează importul").click()
    assert Partner.objects.count() == 2
    page.get_by_role("dialog").get_by_role("button", name="Anulează importul").click()
    expect(page.get_by_role("status").first).to_be_visible()
    actions.work(Import.objects.get().pk)
    expect(page.get_by_text("totul este cum era înainte de import")).to_be_visible()
    look(page, f"undone-{width}")
    assert Partner.objects.count() == 1


def look(page, name):
    """A picture for whoever wants to see the page: `LOOK=folder`; nothing may hang over its edge."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


DOCUMENTS = (
    "Serie;Numar;Client;Data;Produs;Cantitate;UM;Pret;TVA\n"
    "VCH;1;Client Bun SRL;3.11.2026;Consultanță pentru implementarea sistemului de management al calității;10;oră;250,00;21%\n"
    "VCH;1;;;Transport;1;buc;{price};21%\n"
    "VCH;2;{client};4.11.2026;Hârtie;5;buc;20;21%\n"
)


@pytest.mark.parametrize("width", [1440, 390])
def test_documents_with_errors_are_mended_and_become_drafts(open_browser, company, width):
    make_partner()
    page = open_browser(width)
    page.goto(reverse("imports:import_list", args=[company.pk]))
    page.get_by_role("link", name="Alege fișierul: Facturi, ca ciorne").click()
    page.get_by_text("Ce coloane poate avea fișierul").click()
    look(page, f"documents-new-{width}")
    upload(page, DOCUMENTS.format(price="treizeci", client="Necunoscut SRL"))
    look(page, f"documents-columns-{width}")
    page.get_by_role("button", name="Verifică fișierul").click()
    actions.work(Import.objects.latest("pk").pk)
    expect(page.get_by_text("„treizeci” nu este un număr.")).to_be_visible()
    look(page, f"documents-errors-{width}")
    page.get_by_role("link", name="Toate").click()
    look(page, f"documents-report-{width}")
    page.get_by_role("link", name="Încarcă fișierul corectat").click()
    upload(page, DOCUMENTS.format(price="30", client="Client Bun SRL"))
    page.get_by_role("button", name="Verifică fișierul").click()
    run = Import.objects.latest("pk")
    actions.work(run.pk)
    expect(page.get_by_role("button", name="Confirmă importul")).to_be_visible()
    look(page, f"documents-trial-{width}")
    page.get_by_role("button", name="Confirmă importul").click()
    expect(page.get_by_role("status").first).to_be_visible()
    actions.work(run.pk)
    expect(page.get_by_text("Importat de Ana Pop")).to_be_visible()
    look(page, f"documents-done-{width}")
    page.get_by_role("link", name="Vezi lista").click()
    for box in page.locator("tbody input[type=checkbox]").all():
        box.check()
    look(page, f"drafts-{width}")
    page.get_by_role("button", name="Emite ciornele").click()
    expect(page.get_by_role("dialog")).to_contain_text("2 ciorne primesc")
    page.wait_for_timeout(400)  # the dialog has come up
    look(page, f"issue-many-{width}")
    page.get_by_role("dialog").get_by_role("button", name="Emite 2 documente").click()
    expect(page.get_by_text("2 documente emise: FCT 0001 … FCT 0002.")).to_be_visible()
    assert set(Document.objects.values_list("label", "status")) == {("FCT 0001", "issued"), ("FCT 0002", "issued")}


@pytest.mark.parametrize("width", [1440, 390])
def test_balances_lead_to_their_imports(open_browser, company, width):
    page = open_browser(width)
    for name, words in (("invoicing:opening_list", "Importă din fișier"), ("cashbook:till_list", "Importă soldurile inițiale")):
        page.goto(reverse(name, args=[company.pk]))
        look(page, f"{name.split(':')[1]}-{width}")
        page.get_by_role("link", name=words).first.click()
        expect(page.locator("input[type=file]")).to_be_visible()
    look(page, f"tills-new-{width}")
    page.goto(reverse("purchases:expense_list", args=[company.pk]))
    page.get_by_role("button", name="Alte acțiuni").click()
    look(page, f"expense_list-{width}")
    page.get_by_role("link", name="Import solduri furnizori").click()
    expect(page.get_by_role("heading", name="Solduri ale furnizorilor")).to_be_visible()


def upload(page, text):
    page.locator("input[type=file]").set_input_files({"name": "facturi.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name="Încarcă").click()
