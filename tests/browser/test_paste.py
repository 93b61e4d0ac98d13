"""Rows of a spreadsheet pasted into the lines of the editor: numbers as people write them, quotes, blanks, many rows, bad cells."""

import os

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from invoicing.models import Document

pytestmark = pytest.mark.usefixtures("scope")
PASTE = (
    "text => { const data = new DataTransfer(); data.setData('text/plain', text);"
    " document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }"
)
CELLS = ("name", "unit", "quantity", "price")


@pytest.fixture
def editor(open_browser, company):
    """A function that opens a new invoice at a width, ready to paste into its first line."""

    def open_editor(width: int = 1440) -> Page:
        page = open_browser(width, touch=width < 600)
        page.goto(reverse("invoicing:invoice_new", args=[company.pk]))
        paste_at(page, 1, "name", None)
        return page

    return open_editor


def cell(page, line, name):
    return page.locator(f"[data-line]:nth-child({line}) [name='l-{name}']")


def paste_at(page, line, name, text):
    cell(page, line, name).focus()
    if text is not None:
        page.evaluate(PASTE, text)


def values(page, *names, lines=None):
    """The cells of the lines that are not blank, row by row; of a VAT cell the words."""
    script = """(list, names) => list.map(row => names.map(name => {
        const input = row.querySelector(`[name="l-${name}"]`);
        return name === "vat" ? input.selectedOptions[0].text : input.value; }))"""
    found = page.locator("[data-line]").evaluate_all(script, names or CELLS)
    return found[:-1] if lines is None else found[:lines]


@pytest.mark.parametrize("width", [1440, 390])
def test_numbers_quotes_and_blank_cells_come_as_they_were(editor, width):
    page = editor(width)
    page.evaluate(
        PASTE,
        "Denumire\tU.M.\tCantitate\tPreț unitar\tCota TVA\tDiscount\r\n"
        '"Țeavă 1/2"" neagră"\tm\t1.250\t1.234,50 lei\t21%\t5\r\n'
        'Monitor 24"\tBUC\t2\t1 099,99\t0,21\t\r\n'
        "\t\t\t\t\t\r\n"
        '"Ciment\r\nla sac"\tsac\t\t(32,5)\t11\t10%\r\n'
        "Nisip, sortat\tt\t1,5\t\xa0120 RON\t21,00%\t50 lei\r\n",
    )
    assert values(page, *CELLS, "discount") == [
        ['Țeavă 1/2" neagră', "m", "1250", "1234,50", "5%"],
        ['Monitor 24"', "buc", "2", "1099,99", ""],
        ["Ciment la sac", "sac", "1", "-32,50", "10%"],
        ["Nisip, sortat", "t", "1,5", "120,00", "50 lei"],
    ]
    rates = page.locator("[name='l-vat']").evaluate_all("found => found.map(select => select.selectedOptions[0].dataset.percent)")
    assert rates[:4] == ["21", "21", "11", "21"]
    expect(page.get_by_text("Linii lipite: 4.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    look(page, f"paste-{width}")


@pytest.mark.parametrize("width", [1440, 390])
def test_three_hundred_rows_are_pasted_and_saved(editor, width):
    page = editor(width)
    page.evaluate(PASTE, "".join(f"Articol {n}\tbuc\t{n}\t{n},25\t21%\n" for n in range(1, 301)))
    expect(page.get_by_text("Linii lipite: 300.")).to_be_visible()
    assert values(page)[299] == ["Articol 300", "buc", "300", "300,25"]
    # `expect` would describe 200,000 nodes at each look, which takes ten times what the page does.
    page.wait_for_selector("#save-state:has-text('Ciornă salvată')", timeout=30_000)
    lines = Document.objects.get().lines.order_by("position").values_list("name", "quantity")
    assert (len(lines), lines[299]) == (300, ("Articol 300", 300))


def test_bad_cells_are_marked_and_keep_what_was_in_them(editor):
    page = editor()
    page.evaluate(PASTE, "Var\tkg\t10\t2,50\t21%\nIpsos\trole\tzece\t3,5O\t19%\nGlet\tkg\t4\t12 EUR\t21%\n")
    bad = ["l-unit", "l-quantity", "l-price", "l-vat", "l-price"]
    assert page.locator("#lines [aria-invalid=true]").evaluate_all("found => found.map(input => input.name)") == bad
    assert values(page)[1:] == [["Ipsos", "role", "zece", "3,5O"], ["Glet", "kg", "4", "12 EUR"]]
    assert values(page, "vat")[1] == ["19%"]
    expect(page.get_by_text("Linii lipite: 3. Celule de corectat: 5.")).to_be_visible()
    expect(cell(page, 2, "unit")).to_be_focused()
    expect(page.get_by_text("„zece” nu este un număr.")).to_be_visible()
    look(page, "paste-bad")
    expect(page.locator("#save-state")).to_contain_text("Nesalvat")
    assert page.locator("#lines [aria-invalid=true]").evaluate_all("found => found.map(input => input.name)") == bad


def test_what_has_no_place_is_said(editor):
    page = editor()
    page.evaluate(PASTE, "Nr. crt.\tDenumire\tPreț\tValoare\n1\tVar\t2,50\t25\n2\tGlet\t3\t30\n")
    assert values(page, "name", "price") == [["Var", "2,50"], ["Glet", "3,00"]]
    expect(page.get_by_text("Linii lipite: 2. Fără loc pe document: „Nr. crt.”, „Valoare”.")).to_be_visible()


def test_without_titles_a_running_number_a_code_and_a_value_are_told_apart(editor):
    page = editor()
    page.evaluate(
        PASTE, "1\tV-01\tVar lavabil\tkg\t10\t2,50\t25,00\tmat\n2\tG-02\tGlet de ipsos\tkg\t\t3\t\t\n3\tX-03\tAmorsă\tkg\t2\tx\t7\t\n"
    )
    assert values(page, "name", "code", "description", *CELLS[1:]) == [
        ["Var lavabil", "V-01", "mat", "kg", "10", "2,50"],
        ["Glet de ipsos", "G-02", "", "kg", "1", "3,00"],
        ["Amorsă", "X-03", "", "kg", "2", "x"],
    ]
    expect(page.get_by_text("Fără loc pe document: coloana 1, coloana 7.")).to_be_visible()


def test_a_column_with_decimal_points_is_read_as_one(editor):
    page = editor()
    page.evaluate(PASTE, "A\t1\t1,250.75\nB\t2\t12.500\nC\t3\t12.5\n")
    assert [price for (price,) in values(page, "price")] == ["1250,75", "12,50", "12,50"]


def test_a_column_of_prices_goes_down_over_the_lines_that_are_there(editor):
    page = editor()
    page.evaluate(PASTE, "A\nB\nC\n")
    paste_at(page, 2, "price", "7,5\t21%\n\t\n9\t11%\n")
    assert values(page, "name", "price", lines=4) == [["A", ""], ["B", "7,50"], ["C", ""], ["", "9,00"]]


def test_more_rows_than_a_document_has_are_not_cut(editor):
    page = editor()
    page.evaluate(PASTE, "".join(f"A {n}\t1\n" for n in range(1000)))
    expect(page.get_by_text("Un document poate avea cel mult 999 de linii; ați copiat 1000. Nu s-a lipit nimic.")).to_be_visible()
    assert values(page) == []


def test_prices_with_vat_are_pointed_out(editor):
    page = editor()
    page.evaluate(PASTE, "Denumire\tPreț cu TVA\nVar\t121\n")
    expect(page.get_by_text("Prețurile copiate sunt cu TVA")).to_be_visible()


def look(page, name):
    """A picture for whoever wants to see the page: `LOOK=folder`."""
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
