"""Whatever is typed, the XML bears the amounts of the document, and no rule is broken."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from catalog.models import VatRate
from catalog.reference import vat_rates
from companies.scope import company_scope
from efactura.ubl import validate
from efactura.xml import render
from efactura.xml.write import UBL
from invoicing.actions.drafts import breakdown, recalculate
from invoicing.models import Document, DocumentLine
from tests.factories import TODAY

SPACES = {"cac": f"{UBL}CommonAggregateComponents-2", "cbc": f"{UBL}CommonBasicComponents-2"}
RATES = {row["slug"]: VatRate(**row) for row in vat_rates()}
SLUGS = ["s21", "s11", "s9-locuinte", "ae-lemn", "e-292-1", "g-export"]
ADDRESS = {"street": "Str. Lungă 1", "city": "Cluj-Napoca", "county": "RO-CJ", "postal_code": "400114", "country": "RO"}
CONTACT = {"phone": "", "email": "", "contact": ""}
SELLER = {"name": "Exemplu SRL", "cif": "RO18547290", "identity": "18547290", "vat_payer": True, "reg_no": "", "share_capital": ""}
SELLER |= {"accounts": []} | ADDRESS | CONTACT
BUYER = (
    {"name": "Client", "cif": "RO14399840", "identity": "14399840", "vat_payer": True, "reg_no": "", "kind": "legal"} | ADDRESS | CONTACT
)


def numbers(least: str, most: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(least), Decimal(most), places=places, allow_nan=False)


percents = st.one_of(st.just(Decimal(0)), numbers("0", "100", 2))
quantities = st.one_of(numbers("-500", "500", 3), numbers("1", "20", 0)).filter(bool)


@st.composite
def lines(draw: st.DrawFn) -> DocumentLine:
    line = DocumentLine(name="Scaun", unit="buc", unit_code="H87", quantity=draw(quantities), unit_price=draw(numbers("0", "9000", 4)))
    line.take_vat(RATES[draw(st.sampled_from(SLUGS))])
    line.discount_percent = draw(percents)
    return line


@st.composite
def documents(draw: st.DrawFn) -> tuple[Document, list[DocumentLine]]:
    euro = draw(st.booleans())
    document = Document(issue_date=TODAY, due_date=TODAY, label="FCT 1", seller=SELLER, buyer=BUYER, currency="EUR" if euro else "RON")
    document.exchange_rate = draw(numbers("0.01", "6", 4)) if euro else Decimal(1)
    document.prices_include_vat = draw(st.booleans())
    document.discount_percent = draw(percents)
    found = draw(st.lists(lines(), min_size=1, max_size=12))
    for position, line in enumerate(found, start=1):
        line.position = position
    return document, found


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_every_amount_is_the_stored_one(data):
    with company_scope(1):
        document, rows = data.draw(documents())
        groups = breakdown(document, rows, recalculate(document, rows))
    credit_note = document.total < 0 and data.draw(st.booleans())
    made = render(document, rows, groups, credit_note=credit_note)
    assert validate(made) == []
    sign = -1 if credit_note else 1

    def said(path: str) -> list[Decimal]:
        return [sign * Decimal(node.text) for node in etree.fromstring(made).xpath(path, namespaces=SPACES)]

    total = "cac:LegalMonetaryTotal/cbc:"
    assert said(f"{total}LineExtensionAmount|{total}TaxExclusiveAmount|{total}TaxInclusiveAmount|{total}PayableAmount") == [
        document.lines_net, document.net, document.total, document.total,
    ]  # fmt: skip
    assert sum(said("cac:AllowanceCharge/cbc:Amount"), Decimal(0)) == document.allowance
    assert said("cac:TaxTotal/cbc:TaxAmount") == [document.vat] + ([document.vat_ron] if document.currency == "EUR" else [])
    assert said("//cac:TaxSubtotal/cbc:TaxableAmount") == [group.taxable for group in groups]
    assert said("//cac:TaxSubtotal/cbc:TaxAmount") == [group.vat for group in groups]
    assert said("*/cbc:LineExtensionAmount")[1:] == [line.net for line in rows]
    assert said("*/cbc:InvoicedQuantity|*/cbc:CreditedQuantity") == [line.quantity for line in rows]
    assert [sign * price for price in said("*/cac:Price/cbc:PriceAmount")] == [line.net_price for line in rows]
    assert said("*/cac:AllowanceCharge/cbc:Amount") == [line.line_allowance for line in rows if line.line_allowance]
