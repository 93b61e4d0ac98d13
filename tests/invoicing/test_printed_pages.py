"""Documents of several pages: numbered pages, sums carried from one to the next, no page with the totals alone."""

import io
import re
from datetime import time

import pytest
from pypdf import PdfReader

from invoicing.actions import issue
from invoicing.looks import Look
from invoicing.models import Kind, Layout, Series
from invoicing.pdf import pdf_bytes
from invoicing.print import printed
from lib.formats import ron
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.usefixtures("scope")
TOTALS = {"ro": "Total de plată", "en": "Total due", "ro-en": "Total de plată"}
PAGES = {("classic", "ro"): 3, ("modern", "ro"): 3, ("compact", "ro"): 2, ("classic", "en"): 3, ("classic", "ro-en"): 3}
DISPATCH = {"delivery_date": TODAY, "dispatch_time": time(14, 30), "delegate_name": "Ion Țăranu", "delegate_id": "CJ 123456"} | {
    "transport": "CJ 01 ABC", "ship_from": "Cluj-Napoca", "ship_to": "București"
}  # fmt: skip


def pages(document, design):
    """The text of each page."""
    form = printed(
        document,
        list(document.lines.select_related("vat_rate")),
        list(document.vat_groups.all()),
        look=Look(design=design, payment_code=True),
    )
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf_bytes(form))).pages]


def lines(count):
    return [factories.make_line(f"Produs nr. {at}.", str(at % 7 + 1), "12.35", "s11" if at % 9 == 0 else "s21") for at in range(count)]


def names(page):
    """The numbers of the products on a page."""
    return [int(found) for found in re.findall(r"Produs nr\. (\d+)\.", page)]


@pytest.mark.parametrize(("design", "language"), PAGES)
def test_sixty_lines_are_carried_from_page_to_page(ana, design, language):
    document = issue(factories.make_draft(by=ana, lines=lines(60), language=language), by=ana)
    text = pages(document, design)
    assert len(text) == PAGES[design, language]
    assert [number for page in text for number in names(page)] == list(range(60))
    rows = list(document.lines.all())
    for at, page in enumerate(text):
        so_far = rows[: max(names(page)) + 1]
        net, vat = ron(sum(row.net for row in so_far)), ron(sum(row.vat for row in so_far))
        sums = f"Value without VAT {net} · VAT {vat}" if language == "en" else f"Valoare fără TVA {net} · TVA {vat}"
        words = ("Carried forward", "Brought forward") if language == "en" else ("De reportat", "Report")
        last = at == len(text) - 1
        assert (f"{words[0]}: {sums}" in page.replace("\N{NO-BREAK SPACE}", " ")) != last
        assert last or f"{words[1]}: {sums}" in text[at + 1].replace("\N{NO-BREAK SPACE}", " ")
        assert f"{'Page' if language == 'en' else 'Pagina'} {at + 1} {'of' if language == 'en' else 'din'} {len(text)}" in page
        assert (TOTALS[language] in page) == last


@pytest.mark.parametrize("design", Layout.Design.values)
@pytest.mark.parametrize("kind", [Kind.INVOICE, Kind.DELIVERY_NOTE])
def test_the_totals_stand_with_a_line_however_many_there_are(ana, design, kind):
    series = Series.objects.filter(kind=kind).first() or Series.objects.create(kind=kind, name="AVZ", is_default=True)
    more, total = ({}, TOTALS["ro"]) if kind == Kind.INVOICE else (DISPATCH, "Total fără TVA")
    least = {"classic": 17, "modern": 17, "compact": 32}[design]
    stands = []
    for count in range(least, least + 3 if kind == Kind.INVOICE else least + 5):
        text = pages(issue(factories.make_draft(by=ana, kind=kind, series=series, lines=lines(count), **more), by=ana), design)
        (at,) = [at for at, page in enumerate(text) if total in page]
        assert names(text[at])
        assert ("De reportat" in text[0]) == (at == 1)
        stands.append(at)
    assert set(stands) == {0, 1}  # else the counts miss the end of the page
