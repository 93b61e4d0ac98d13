"""The PDF: what it says, that it is made once for each revision, and stored for good."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import Error
from PIL import Image
from pypdf import PdfReader

from companies.events import store_file
from companies.models import StoredFile
from invoicing.actions import ask_for_pdf, cancel, issue, revise
from invoicing.actions.drafts import copy_line
from invoicing.models import RenderedPdf
from invoicing.pdf import pdf_bytes, render
from invoicing.print import saved
from lib.formats import ron
from tests import factories

pytestmark = pytest.mark.usefixtures("scope")


def pages(content):
    """The text of each page, words separated by one space."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def rendered(document, revision=None):
    """The stored bytes of a document's PDF, made now if it waits."""
    render(ask_for_pdf(document, revision))
    return bytes(ask_for_pdf(document, revision).file.content)


@pytest.fixture
def issued(ana):
    return issue(factories.make_draft(by=ana, delivery_date=date(2026, 11, 18)), by=ana)


def test_the_mandatory_fields_stand_in_the_pdf(issued):
    (page,) = pages(rendered(issued))
    for part in [
        "Factură FCT 0001", "Data emiterii 20.11.2026", "Data livrării 18.11.2026", "Scadența 20.11.2026", "Exemplu SRL", "CIF RO18547290",
        "Reg. com. J12/345/2015", "Str. Memorandumului 28, 400114 Cluj-Napoca, jud. Cluj", "Capital social 200,00 lei",
        "RO49 AAAA 1B31 0075 9384 0000", "Client Bun SRL", "CIF RO14399840", "Bd. Unirii 1, Sector 3, București",
        "1 Consultanță buc 1 100,00 100,00 21% 21,00", "Total fără TVA 100,00", "Total TVA 21,00", "Total de plată 121,00 lei",
        "Factura circulă fără semnătură și ștampilă", "Pagina 1 din 1 · Total poziții: 1",
    ]:  # fmt: skip
        assert part in page


def test_every_page_says_its_number_the_positions_and_carries_the_sums(ana):
    document = issue(factories.make_draft(lines=[factories.make_line(f"Serviciul {n}") for n in range(1, 61)], by=ana), by=ana)
    first, *_, last = every = pages(rendered(document))
    for number, page in enumerate(every, start=1):
        assert f"Pagina {number} din {len(every)} · Total poziții: 60" in page
        assert "Denumirea produselor sau serviciilor" in page
    shown = sum(f"{n} Serviciul {n} buc" in first for n in range(1, 61))
    assert f"De reportat: Valoare fără TVA {ron(shown * 100)} · TVA {ron(shown * 21)}" in first
    assert "Report: Valoare fără TVA" in last
    assert "De reportat" not in last
    assert "Total de plată 7.260,00 lei" in last


def test_one_page_carries_nothing(issued):
    (page,) = pages(rendered(issued))
    assert "eport" not in page


def test_it_names_itself_and_its_language(ana):
    reader = PdfReader(io.BytesIO(rendered(issue(factories.make_draft(by=ana, language="en"), by=ana))))
    assert reader.metadata.title == "Invoice FCT 0001"
    assert reader.metadata.author == "Exemplu SRL"
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_the_fonts_come_with_it_and_know_romanian(ana):
    content = rendered(issue(factories.make_draft(lines=[factories.make_line("Șurub și țeavă, ÎÂĂ îâă")], by=ana), by=ana))
    (page,) = PdfReader(io.BytesIO(content)).pages
    fonts = {font.get_object()["/BaseFont"].partition("+")[2] for font in page["/Resources"]["/Font"].values()}
    assert all(name.startswith("Source-Sans-Pro") for name in fonts), fonts
    assert "Șurub și țeavă, ÎÂĂ îâă" in page.extract_text()


def test_the_same_form_gives_the_same_bytes(issued):
    assert pdf_bytes(saved(issued)) == pdf_bytes(saved(issued))


def test_the_logo_is_drawn_and_nothing_else_is_fetched(company, ana, caplog):
    picture = io.BytesIO()
    Image.new("RGB", (60, 30), "teal").save(picture, "PNG")
    company.logo = store_file(picture.getvalue(), "image/png")
    company.save()
    content = rendered(issue(factories.make_draft(by=ana, notes="<img src=file:///etc/passwd> http://exemplu.ro/x.png"), by=ana))
    (page,) = PdfReader(io.BytesIO(content)).pages
    assert len(page.images) == 1
    assert not caplog.records


def test_it_is_made_once_and_kept_as_it_was(issued):
    first = rendered(issued)
    row = RenderedPdf.objects.get()
    render(RenderedPdf.objects.get(pk=row.pk))
    assert RenderedPdf.objects.get().made_at == row.made_at
    assert bytes(RenderedPdf.objects.get().file.content) == first
    with pytest.raises(Error, match="is made and cannot be altered"):
        RenderedPdf.objects.update(made_at=None)


def test_two_workers_store_one_file(issued):
    one, two = RenderedPdf.objects.get(), RenderedPdf.objects.get()
    render(one)
    render(two)
    assert StoredFile.objects.count() == 1


def revised(document, ana, **fields):
    for name, value in fields.items():
        setattr(document, name, value)
    lines = [copy_line(line) for line in document.lines.select_related("vat_rate")]
    return revise(document, lines, by=ana, reason="Comandă greșită", revision=document.revision)


def test_a_former_revision_that_still_waits_is_made_from_what_was_kept(issued, ana):
    revised(issued, ana, notes="Altă mențiune", order_reference="PO-2")
    former, current = RenderedPdf.objects.order_by("revision")
    render(former)
    render(current)
    (before,), (after,) = (pages(bytes(row.file.content)) for row in RenderedPdf.objects.order_by("revision"))
    assert "Altă mențiune" not in before
    assert "Total de plată 121,00 lei" in before
    assert "Altă mențiune" in after


def test_a_former_revision_renders_to_the_bytes_it_would_have_had(issued, ana):
    at_the_time = pdf_bytes(saved(issued))
    revised(issued, ana, notes="Altceva")
    assert rendered(issued, revision=1) == at_the_time


def test_a_cancelled_document_gets_a_pdf_that_says_so_and_keeps_the_first(issued, ana):
    first = rendered(issued)
    cancelled = cancel(issued, by=ana, reason="Dublură")
    (page,) = pages(rendered(cancelled))
    assert "ANULATĂ" in page
    assert bytes(RenderedPdf.objects.get(cancelled=False).file.content) == first


def test_one_that_waits_since_before_the_cancelling_does_not_say_it(issued, ana):
    cancel(issued, by=ana, reason="Dublură")
    row = RenderedPdf.objects.get(cancelled=False)
    render(row)
    (page,) = pages(bytes(RenderedPdf.objects.get(cancelled=False).file.content))
    assert "ANULATĂ" not in page


def test_long_names_and_twelve_digits_stay_on_the_page(ana):
    partner = factories.make_partner("Societatea Națională de Transport Feroviar de Călători și Mărfuri din Transilvania S.A.", "RO4221306")
    line = factories.make_line("Locomotivă diesel-electrică de manevră, recondiționată, cu garanție 24 de luni", "12345.678", "654321.12")
    document = issue(factories.make_draft(partner, [line], by=ana, discount_percent=Decimal(1)), by=ana)
    (page,) = pages(rendered(document))
    assert f"Total de plată {ron(document.total)} lei" in page
