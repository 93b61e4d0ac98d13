"""What every design must show of the kinds of invoices that have mentions of their own: self-billed, in advance, simplified."""

import io
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader

from catalog.models import ExchangeRate
from invoicing.actions import issue
from invoicing.looks import Look
from invoicing.models import Document, InvoiceType, Kind, Layout, Series
from invoicing.models.layout import MANDATORY
from invoicing.pdf import pdf_bytes
from invoicing.print import document_html, printed
from tests import factories

pytestmark = pytest.mark.usefixtures("scope")
REQUIRED = [column.value for column in MANDATORY]
SAID = {"self_billed": "Autofactură", "advance": "Factură de avans", "simplified": "Factură simplificată"}


@pytest.fixture(autouse=True)
def _rate(db):
    ExchangeRate.objects.create(currency="EUR", date=date(2026, 11, 19), rate=Decimal("5.0912"))  # the limit of a simplified invoice


def draft_of(kind, ana):
    if kind != "self_billed":
        return factories.make_draft(by=ana, invoice_type=InvoiceType(kind))
    series = Series.objects.create(kind=Kind.SELF_BILLED, name="AF", is_default=True)
    return factories.make_draft(by=ana, kind=Kind.SELF_BILLED, series=series, contract_reference="Acord 7/2026")


@pytest.mark.parametrize("design", Layout.Design.values)
@pytest.mark.parametrize("kind", SAID)
def test_each_design_prints_what_the_kind_must_say(ana, design, kind):
    document = Document.objects.get(pk=issue(draft_of(kind, ana), by=ana).pk)
    look = Look(design=design, columns=REQUIRED)
    form = printed(document, list(document.lines.select_related("vat_rate")), list(document.vat_groups.all()), look=look)
    said = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf_bytes(form))).pages)
    for part in (SAID[kind], document.label, "20.11.2026", document.seller["name"], document.buyer["name"], "RO18547290", "21%", "121,00"):
        assert part in said
    assert f"sheet--{design}" in document_html(form)
