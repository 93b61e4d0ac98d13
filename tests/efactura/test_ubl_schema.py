"""The structure of UBL 2.1: what the schema refuses is one finding XSD, what it lets pass stays without."""

import pytest

from efactura.ubl import validate
from tests.efactura.documents import invoice

LINE = "InvoiceLine__1__"
LOCATION = (
    "<cac:DeliveryTerms><cbc:ID>DAP</cbc:ID><cac:DeliveryLocation><cbc:Name>Poarta 2</cbc:Name></cac:DeliveryLocation></cac:DeliveryTerms>"
)


def messages(xml: bytes) -> list[str]:
    found = validate(xml)
    assert {finding.id for finding in found} <= {"XSD"}
    return [finding.message for finding in found]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ID": None}, "Elementul Invoice nu conține cbc:ID, care este obligatoriu. Completați-l."),
        ({"ID": "+"}, "Elementul cbc:ID apare de mai multe ori. Păstrați unul singur."),
        (
            {"PaymentMeans": "<cbc:InstructionID>1</cbc:InstructionID>"},
            "Elementul cbc:InstructionID stă după cac:PaymentMandate, dar schema îl cere înainte. Mutați-l.",
        ),
        ({LINE + "Price": "<cbc:Name>x</cbc:Name>"}, "Elementul cbc:Name nu are loc în cac:Price. Ștergeți-l."),
        ({LINE + "Price": "text"}, "Elementul cac:Price conține text între elementele lui. Ștergeți textul."),
        ({LINE + "Item__at_name": "x"}, "Elementul cac:Item nu poate avea atribute. Ștergeți-le."),
        ({LINE + "ID": "<cbc:ID/>"}, "Elementul cbc:ID trebuie să conțină doar o valoare, fără alte elemente."),
        ({LINE + "ID__at_unitCode": "x"}, "Elementul cbc:ID nu poate avea atributul unitCode. Ștergeți-l."),
        (
            {LINE + "LineExtensionAmount__at_currencyID": None},
            "Elementul cbc:LineExtensionAmount nu are atributul currencyID, care este obligatoriu. Completați-l.",
        ),
        ({LINE + "Price__PriceAmount": "10,00"}, "Valoarea „10,00” din cbc:PriceAmount nu este un număr cu punct zecimal. Corectați-o."),
        ({"IssueDate": "02.03.2026"}, "Valoarea „02.03.2026” din cbc:IssueDate nu este o dată de forma AAAA-LL-ZZ. Corectați-o."),
        ({"IssueDate": "2026-02-29"}, "Valoarea „2026-02-29” din cbc:IssueDate nu este o dată de forma AAAA-LL-ZZ. Corectați-o."),
        ({"Note__at_languageID": "ro_RO"}, "Valoarea „ro_RO” a atributului languageID din cbc:Note nu este un cod de limbă. Corectați-o."),
    ],
)
def test_a_breach_is_told_in_romanian(changes: dict[str, str | None], message: str):
    assert messages(invoice(**changes)) == [message]


@pytest.mark.parametrize(
    "changes",
    [
        {LINE + "InvoicedQuantity": " +10.0 "},
        {LINE + "InvoicedQuantity": ".5"},
        {LINE + "InvoicedQuantity": "5."},
        {"AllowanceCharge__1__ChargeIndicator": "0", "AllowanceCharge__2__ChargeIndicator": "1"},
        {"AdditionalDocumentReference__2__Attachment__EmbeddedDocumentBinaryObject": "QU JD\nQQ=="},
        {LINE + "Item__AdditionalItemProperty": "<cbc:ValueQuantity>1</cbc:ValueQuantity>"},
    ],
)
def test_what_the_schema_allows_beyond_the_core_invoice_passes(changes: dict[str, str | None]):
    assert messages(invoice(**changes)) == []


def test_several_breaches_come_together_in_the_order_of_the_document():
    found = validate(invoice(InvoiceLine__1__Price__PriceAmount="x", InvoiceLine__2__Price__PriceAmount="y"))
    assert [(finding.bt, finding.field, finding.line) for finding in found] == [("BT-146", "lines.price", 1), ("BT-146", "lines.price", 2)]


def test_what_is_missing_points_to_its_field():
    (finding,) = validate(invoice(IssueDate=None))
    assert (finding.bt, finding.field, finding.path) == ("BT-2", "issue_date", "/Invoice/cbc:IssueDate")


def test_another_document_is_refused():
    assert messages(b"<Order/>") == ["Documentul este Order. Trebuie să fie o factură sau o notă de creditare UBL 2.1."]


def test_an_element_without_namespace_is_not_taken_for_ubl():
    assert messages(invoice().replace(b"<cbc:ID>FCT 17</cbc:ID>", b'<ID xmlns="">FCT 17</ID>')) == [
        "Elementul ID nu are loc în Invoice. Ștergeți-l."
    ]


EXTENSION = (
    b'<ext:UBLExtensions xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"><ext:UBLExtension>'
    b"<ext:ExtensionContent>%s</ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions><cbc:CustomizationID>"
)


@pytest.mark.parametrize(
    ("content", "count"),
    [(b'<x xmlns="urn:x">a<b/></x>', 0), (b"<cbc:ID>1</cbc:ID>", 0), (b"<x/>", 1), (b"", 1), (b"<cbc:IssueDate>x</cbc:IssueDate>", 1)],
)
def test_an_extension_holds_one_element_of_another_namespace(content: bytes, count: int):
    xml = invoice().replace(
        b'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"',
        b'xmlns:i="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"',
    )
    xml = xml.replace(b"<Invoice ", b"<i:Invoice ").replace(b"</Invoice>", b"</i:Invoice>")
    assert len(messages(xml.replace(b"<cbc:CustomizationID>", EXTENSION % content))) == count
