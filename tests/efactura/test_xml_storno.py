"""The XML of a storno and of a correction: what they name, and that they pass."""

from decimal import Decimal

import pytest

from efactura.actions import choose_storno_type
from efactura.check import problems_of
from efactura.ubl import validate
from invoicing.actions import issue
from invoicing.actions.storno import correct, make_storno, storno
from tests.efactura.conftest import Xml
from tests.factories import make_draft, make_line

EARLIER = "cac:BillingReference/cac:InvoiceDocumentReference/"


@pytest.fixture
def original(scope, ana):
    lines = [make_line(quantity="3", price="33.33", discount_percent=Decimal(10)), make_line(rate="s11", price="7.77")]
    return issue(make_draft(lines=lines, by=ana, prices_include_vat=True, discount_percent=Decimal(5)), by=ana)


@pytest.mark.parametrize("kind", ["380", "381"])
def test_a_storno_names_its_invoice_and_takes_back_its_total(original, ana, kind):
    choose_storno_type(kind, by=ana)
    xml = Xml(storno(original, by=ana, reason="Retur"))
    assert validate(xml.bytes) == []
    assert (xml("cbc:InvoiceTypeCode|cbc:CreditNoteTypeCode"), xml(EARLIER + "cbc:*")) == ([kind], ["FCT 0001", "2026-11-20"])
    assert xml("//cbc:PayableAmount") == [f"{original.total if kind == '381' else -original.total:.2f}"]


def test_a_part_of_an_invoice_passes_too(original, ana):
    line = original.lines.first()
    xml = Xml(storno(original, lines={line.pk: Decimal(1)}, by=ana, reason="Retur"))
    assert (xml.refused, xml("//cbc:InvoicedQuantity")) == ([], ["-1"])


def test_a_lowered_price_passes_too(original, ana):
    line = original.lines.first()
    xml = Xml(storno(original, prices={line.pk: Decimal("3.33")}, by=ana, reason="Reducere"))
    assert (xml.refused, xml("//cbc:InvoicedQuantity")) == ([], ["-3"])


def test_the_draft_of_a_storno_is_judged_by_its_own_amounts(original, ana):
    assert problems_of(make_storno(original, by=ana)) == []


def test_a_corrected_invoice_names_the_wrong_one(original, ana):
    _, draft = correct(original, by=ana, reason="Preț greșit")
    assert Xml(issue(draft, by=ana))(EARLIER + "cbc:ID") == ["FCT 0001"]
