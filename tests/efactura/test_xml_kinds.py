"""Types, days and references in the XML: R21, 384, 389, 751, advances, attachments, codes of goods, place and payee."""

from base64 import b64decode
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from companies.events import store_file
from companies.models import CashVatPeriod
from efactura.actions import document_xml
from efactura.check import problems_of
from efactura.ubl import validate
from invoicing.actions import issue
from invoicing.advances import left_of, settlement_lines
from invoicing.models import Attachment, Document, Kind, Series
from tests.factories import TODAY, make_draft, make_line, make_partner


def values(document, *names):
    """The texts of elements by local name, of a document that our rules find clean."""
    xml = document_xml(document)
    assert [finding.id for finding in validate(xml)] == []
    root = etree.fromstring(xml)
    return [[element.text for element in root.iter("{*}" + name)] for name in names]


@pytest.fixture
def cash(scope):
    CashVatPeriod.objects.create(since=date(2020, 1, 1))


def test_r21_without_cash_vat_the_tax_point_goes_by_itself(scope, ana):
    invoice = issue(make_draft(delivery_date=date(2026, 11, 18)), by=ana)
    assert values(invoice, "TaxPointDate", "DescriptionCode") == [["2026-11-18"], []]


def test_r21_on_cash_vat_the_code_stands_in_its_place(cash, ana):
    invoice = issue(make_draft(), by=ana)
    assert values(invoice, "TaxPointDate", "DescriptionCode") == [[], ["432"]]


def test_r21_the_day_of_collection_takes_the_place_of_the_code(cash, ana):
    invoice = issue(make_draft(collection_date=date(2026, 11, 19)), by=ana)
    assert values(invoice, "TaxPointDate", "DescriptionCode", "Note") == [["2026-11-19"], [], ["TVA la încasare"]]


def test_r21_without_cash_vat_a_day_of_collection_counts_for_nothing(scope, ana):
    invoice = issue(make_draft(collection_date=date(2026, 11, 1)), by=ana)
    assert (invoice.collection_date, values(invoice, "TaxPointDate")) == (None, [["2026-11-20"]])


def test_a_final_invoice_names_its_advances(scope, ana):
    advance = issue(make_draft(lines=[make_line("Avans", price="50")], invoice_type="advance"), by=ana)
    lines = [make_line(), *settlement_lines(left_of([advance])[0], None, Document())]
    found = values(
        issue(make_draft(lines=lines), by=ana), "InvoiceTypeCode", "InvoiceDocumentReference", "TaxInclusiveAmount", "PriceAmount"
    )
    assert (found[0], len(found[1]), found[2], found[3]) == (["380"], 1, ["60.50"], ["100", "50"])


def test_each_type_has_its_code(scope, ana):
    receipted = issue(make_draft(invoice_type="receipted", fiscal_receipt="0123 din 20.11.2026"), by=ana)
    assert values(receipted, "InvoiceTypeCode", "Note") == [["751"], ["Factură încasată cu bon fiscal 0123 din 20.11.2026"]]
    corrective = issue(make_draft(invoice_type="corrective", corrects=receipted), by=ana)
    assert values(corrective, "InvoiceTypeCode")[0] == ["384"]
    advance = issue(make_draft(invoice_type="advance"), by=ana)
    assert values(advance, "InvoiceTypeCode")[0] == ["380"]


def test_a_self_billed_invoice_is_389_with_the_supplier_as_seller(scope, ana):
    series = Series.objects.create(kind=Kind.SELF_BILLED, name="AF", is_default=True)
    invoice = issue(make_draft(kind=Kind.SELF_BILLED, series=series, contract_reference="Acord 7"), by=ana)
    code, names, said = values(invoice, "InvoiceTypeCode", "RegistrationName", "Note")
    assert (code, names, said) == (["389"], ["Client Bun SRL", scope.name], ["autofactură"])


def test_attachments_travel_inside(scope, ana):
    draft = make_draft()
    file = store_file(b"%PDF-1.7", "application/pdf")
    Attachment.objects.create(document=draft, file=file, name="contract.pdf", description="Contract semnat", size=8)
    binary, described = values(issue(draft, by=ana), "EmbeddedDocumentBinaryObject", "DocumentDescription")
    assert (b64decode(binary[0]), described) == (b"%PDF-1.7", ["Contract semnat"])


def test_codes_of_goods_travel_with_the_line(scope, ana):
    line = make_line(barcode="5941234567899", cpv="30192000-1", nc="84713000")
    standard, classes = values(issue(make_draft(lines=[line]), by=ana), "StandardItemIdentification", "ItemClassificationCode")
    assert (len(standard), classes) == (1, ["30192000-1", "84713000"])


def test_a_barcode_that_is_no_gtin_stays_out(scope, ana):
    invoice = issue(make_draft(lines=[make_line(barcode="5941234567890")]), by=ana)
    assert values(invoice, "StandardItemIdentification") == [[]]


def test_references_place_and_payee(scope, ana):
    draft = make_draft(
        receiving_reference="NIR 4", despatch_reference="AVZ 9", contract_reference="CTR 1", order_reference="C 2",
        delivery_name="Depozit", delivery_street="Str. Nouă 3", delivery_city="Dej", delivery_county="RO-CJ", delivery_country="RO",
        payee_name="Factoring SA", payee_cif="4267117", payee_iban="RO65BTRLRONCRT0123456789",
    )  # fmt: skip
    xml = document_xml(issue(draft, by=ana))
    assert [finding.id for finding in validate(xml)] == []
    said = xml.decode()
    for each in ("NIR 4", "AVZ 9", "CTR 1", "C 2", "Depozit", "Str. Nouă 3", "Factoring SA", "RO65BTRLRONCRT0123456789"):
        assert f">{each}<" in said


def test_the_check_of_a_draft_sees_the_rules_of_its_type(scope, ana):
    assert [problem.anchor for problem in problems_of(make_draft(invoice_type="receipted"))] == ["id-fiscal_receipt"]


def test_an_advance_in_euro_says_its_own_lei(scope, ana):
    terms = {"currency": "EUR", "rate_source": "manual", "issue_date": TODAY}
    first = issue(
        make_draft(make_partner(), [make_line(price="100")], invoice_type="advance", exchange_rate=Decimal("4.9"), **terms), by=ana
    )
    lines = [make_line(price="1000"), *settlement_lines(left_of([first])[0], None, Document())]
    invoice = issue(make_draft(lines=lines, exchange_rate=Decimal("5.1"), **terms), by=ana)
    taxes = values(invoice, "TaxAmount")[0]
    assert taxes[-1] == "968.10"
