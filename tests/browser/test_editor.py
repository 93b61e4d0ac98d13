"""Writing and issuing an invoice as a person does: with the keyboard alone at a desk, with one thumb on a phone."""

import re
from decimal import Decimal

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from catalog.models import Product, Unit, VatRate
from invoicing.models import Document, Status
from tests.factories import make_draft, make_partner

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def goods(scope):
    """A client and three products."""
    make_partner(due_days=15)
    unit, rate = Unit.objects.get(name="oră"), VatRate.objects.get(slug="s21")
    Product.objects.create(name="Consultanță fiscală", code="CF", unit=unit, price=Decimal(250), vat_rate=rate)
    Product.objects.create(
        name="Hârtie A4",
        code="H4",
        barcode="5941234567899",
        unit=Unit.objects.get(name="top"),
        price=Decimal("24.20"),
        price_includes_vat=True,
        vat_rate=rate,
    )
    Product.objects.create(name="Găzduire anuală", unit=Unit.objects.get(name="an"), price=Decimal(900), vat_rate=rate)


@pytest.fixture
def address(company):
    return f"/{company.pk}/facturi/noua/"


def row(page: Page, number: int):
    return page.locator("[data-line]").nth(number - 1)


def cell(page: Page, number: int, name: str):
    return row(page, number).locator(f'[name="l-{name}"]')


def total(page: Page) -> str:
    return page.locator("[data-foot-total]").inner_text()


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("Ciornă salvată")


def test_an_invoice_is_issued_with_the_keyboard_alone(open_browser, goods, address):
    page = open_browser(1440)
    page.goto(address)
    expect(page.locator('[name="client"]')).to_be_focused()
    page.keyboard.type("cli")
    expect(page.get_by_role("option", name="Client Bun SRL")).to_be_visible()
    page.keyboard.press("Enter")
    expect(cell(page, 1, "name")).to_be_focused()
    page.keyboard.type("consult")
    expect(page.get_by_role("option", name="Consultanță fiscală")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(cell(page, 1, "quantity")).to_be_focused()
    page.keyboard.type("2,5")
    for _ in range(4):  # price, VAT, discount, the next row
        page.keyboard.press("Tab")
    expect(cell(page, 2, "name")).to_be_focused()
    page.keyboard.type("Deplasare")
    page.keyboard.press("Escape")
    for text in ("", "", "100,5"):
        page.keyboard.press("Tab")
        if text:
            page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/facturi/\d+/$"))
    invoice = Document.objects.get()
    assert (invoice.status, invoice.label, invoice.total) == (Status.ISSUED, "FCT 0001", Decimal("877.86"))


def test_an_invoice_of_two_lines_is_issued_on_a_phone(open_browser, goods, address):
    page = open_browser(390, 844, touch=True)
    page.goto(address)
    page.get_by_label("Client", exact=True).tap()
    page.keyboard.type("bun")
    page.get_by_role("option", name="Client Bun SRL").tap()
    cell(page, 1, "name").tap()
    page.keyboard.type("hartie")
    page.get_by_role("option", name="Hârtie A4").tap()
    expect(cell(page, 1, "price")).to_have_value("20,00")
    cell(page, 2, "name").tap()
    page.keyboard.type("gazd")
    page.get_by_role("option", name="Găzduire anuală").tap()
    page.get_by_role("button", name="Emite factura", exact=True).tap()
    page.wait_for_url(re.compile(r"/facturi/\d+/$"))
    assert Document.objects.get().total == Decimal("1113.20")


def test_nothing_is_wider_than_a_phone(open_browser, goods, address):
    page = open_browser(390, 844, touch=True)
    page.goto(address)
    cell(page, 1, "name").fill("Un produs cu o denumire foarte lungă, cât să nu încapă pe un rând")
    cell(page, 1, "price").fill("9999999,99")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_totals_follow_the_keys_and_agree_with_the_server(open_browser, goods, address):
    page = open_browser()
    page.goto(address)
    for number, (name, quantity, price, discount) in enumerate(
        [("A", "3", "33,335", ""), ("B", "1", "0,01", ""), ("C", "2", "50", "10%")], start=1
    ):
        for key, text in {"name": name, "quantity": quantity, "price": price, "discount": discount}.items():
            cell(page, number, key).fill(text)
    page.get_by_label("Discount pe total").fill("5 lei")
    shown = total(page)
    page.keyboard.press("Control+s")
    saved(page)
    draft = Document.objects.get()
    assert (shown, total(page), draft.total) == ("223,87", "223,87", Decimal("223.87"))
    expect(page.locator("[data-vat-table] tbody tr")).to_have_count(1)


def test_the_draft_saves_itself_once_and_goes_on_where_it_was(open_browser, goods, address):
    page = open_browser()
    page.goto(address)
    cell(page, 1, "name").fill("Chirie")
    cell(page, 1, "price").fill("900")
    saved(page)
    expect(page).to_have_url(re.compile(r"/facturi/\d+/modifica/$"))
    cell(page, 1, "price").fill("950")
    expect(page.locator('[name="version"]')).to_have_value("1")
    page.reload()
    expect(cell(page, 1, "price")).to_have_value("950,00")
    assert Document.objects.count() == 1


def test_two_people_on_one_draft_are_told(open_browser, goods, company, ana):
    draft = make_draft(by=ana)
    pages = [open_browser(), open_browser()]
    for page in pages:
        page.goto(f"/{company.pk}/facturi/{draft.pk}/modifica/")
    for page, price in zip(pages, ("10", "20"), strict=True):
        cell(page, 1, "price").fill(price)
        page.keyboard.press("Control+s")
        page.wait_for_timeout(400)
    expect(pages[0].locator("#save-state")).to_contain_text("Ciornă salvată")
    expect(pages[1].locator("#conflict")).to_contain_text("Altcineva a salvat ciorna între timp")
    assert Document.objects.get().net == Decimal("10.00")


def test_leaving_with_unsaved_changes_asks_first(open_browser, goods, address):
    page = open_browser()
    page.goto(address)
    questions = []
    page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.dismiss()))
    page.locator('[name="notes"]').evaluate("box => box.closest('details').open = true")
    page.locator('[name="notes"]').press_sequentially("ceva")
    page.evaluate("location.assign('/')")
    page.wait_for_timeout(300)
    assert questions == ["beforeunload"]


def test_rows_move_copy_and_go_by_keys(open_browser, goods, address):
    page = open_browser()
    page.goto(address)
    for number, name in enumerate("ABC", start=1):
        cell(page, number, "name").fill(name)
    names = lambda: page.locator('[name="l-name"]').evaluate_all("boxes => boxes.map(box => box.value)")  # noqa: E731
    cell(page, 3, "name").press("Alt+ArrowUp")
    assert names() == ["A", "C", "B", ""]
    expect(cell(page, 2, "name")).to_be_focused()
    page.keyboard.press("Control+d")
    assert names() == ["A", "C", "C", "B", ""]
    page.keyboard.press("Control+Backspace")
    assert names() == ["A", "C", "B", ""]


@pytest.mark.parametrize(
    "table",
    ["Ciment\tsac\t10\t32,50\t21%\nNisip\tt\t1,5\t120\t21%", "Denumire\tPreț\tCantitate\tU.M.\nCiment\t32,50\t10\tsac\nNisip\t120\t1,5\tt"],
    ids=["guessed", "titled"],
)
def test_rows_of_a_spreadsheet_are_pasted(open_browser, goods, address, table):
    page = open_browser()
    page.goto(address)
    cell(page, 1, "name").focus()
    page.evaluate(
        "text => { const data = new DataTransfer(); data.setData('text/plain', text);"
        " document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }",
        table,
    )
    rows = [[cell(page, number, name).input_value() for name in ("name", "unit", "quantity", "price")] for number in (1, 2)]
    assert rows == [["Ciment", "sac", "10", "32,50"], ["Nisip", "t", "1,5", "120,00"]]
    assert total(page) == "611,05"


def test_a_scanner_adds_a_product_and_then_counts_it(open_browser, goods, address):
    page = open_browser()
    page.goto(address)
    cell(page, 1, "name").focus()
    for _ in range(3):
        page.keyboard.type("5941234567899")
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)
    assert [cell(page, 1, name).input_value() for name in ("name", "quantity", "price")] == ["Hârtie A4", "3", "20,00"]
    expect(cell(page, 2, "name")).to_be_focused()


def test_a_new_person_is_written_in_place(open_browser, goods, address):
    page = open_browser()
    page.goto(address)
    page.keyboard.type("Maria Ionescu")
    page.get_by_role("option", name="Persoană fizică nouă").click()
    dialog = page.locator("#new-client")
    expect(dialog.get_by_label("Nume și prenume")).to_have_value("Maria Ionescu")
    dialog.get_by_label("CNP").fill("123")
    dialog.get_by_role("button", name="Adaugă clientul").click()
    expect(dialog).to_contain_text("CNP-ul are 13 cifre")
    dialog.get_by_label("CNP").fill("")
    dialog.get_by_role("button", name="Adaugă clientul").click()
    expect(page.locator("#client-about")).to_contain_text("persoană fizică")


def test_wrong_cells_are_marked_and_the_summary_leads_to_them(open_browser, goods, address):
    page = open_browser()
    page.goto(address)
    cell(page, 1, "name").fill("Chirie")
    cell(page, 1, "quantity").fill("1000000000000")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-errors]")).to_be_focused()
    expect(page.locator("[data-errors] li")).to_have_count(3)
    page.get_by_role("link", name="Linia 1, cantitate").click()
    expect(cell(page, 1, "quantity")).to_be_focused()
    expect(cell(page, 1, "name")).to_have_value("Chirie")


def test_the_preview_is_the_printed_form(open_browser, goods, address):
    page = open_browser(1920)
    page.goto(address)
    cell(page, 1, "name").fill("Chirie")
    cell(page, 1, "price").fill("900")
    expect(page.locator("#preview .sheet")).to_contain_text("1.089,00")


def test_keys_are_explained(open_browser, goods, address):
    page = open_browser()
    page.goto(address)
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_an_invoice_is_issued_without_scripts(open_browser, goods, address):
    page = open_browser(java_script_enabled=False)
    page.goto(address)
    page.locator('[name="client"]').fill("client bun")
    cell(page, 1, "name").fill("Chirie")
    cell(page, 1, "price").fill("900")
    page.get_by_role("button", name="Recalculează").click()
    assert page.locator("[data-foot-total]").inner_text() == "1.089,00"
    page.get_by_role("button", name="Emite factura", exact=True).click()
    assert Document.objects.get().label == "FCT 0001"


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")])
def test_nothing_serious_stands_in_anyone_s_way(open_browser, goods, address, width, scheme):
    """axe-core, on a page with a client, lines, open details and errors."""
    page = open_browser(width, color_scheme=scheme)
    page.goto(address)
    cell(page, 1, "name").fill("Chirie")
    cell(page, 1, "quantity").fill("1000000000000")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    page.get_by_role("button", name="Emite factura", exact=True).click()
    expect(page.locator("[data-errors]")).to_be_focused()
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    found = Axe().run(page)["violations"]
    assert [
        (fault["id"], node["html"][:120]) for fault in found if fault["impact"] in ("serious", "critical") for node in fault["nodes"]
    ] == []
