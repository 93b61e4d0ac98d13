"""The XML of an invoice, case by case: what stands in which field, and that no rule is broken."""

from datetime import date
from decimal import Decimal

import pytest

from catalog.models import ExchangeRate, VatRate
from catalog.reference import vat_rates
from companies.models import BankAccount, CashVatPeriod, VatStatus
from efactura.actions import choose_storno_type, document_xml
from invoicing.models import Document
from tests.factories import TODAY, make_line, make_partner

SELLER, BUYER = "cac:AccountingSupplierParty/cac:Party/", "cac:AccountingCustomerParty/cac:Party/"
VAT_ID = "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT']/cbc:CompanyID"
OTHER_ID = "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID!='VAT']/cbc:CompanyID"
LEGAL_ID = "cac:PartyLegalEntity/cbc:CompanyID"
RATE = "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/"


def in_the_union(name="Müller GmbH", cif="DE136695976", **fields):
    values = {"country": "DE", "street": "Industriestraße 14", "city": "Leipzig", "county": "Sachsen", "vat_payer": True}
    return make_partner(name, cif, **(values | fields))


def test_a_usual_invoice_is_clean_and_names_its_parties(xml_of_new):
    xml = xml_of_new()
    assert xml.refused == []
    assert (xml("cbc:ID"), xml("cbc:InvoiceTypeCode")) == (["FCT 0001"], ["380"])
    assert (xml(SELLER + VAT_ID), xml(SELLER + OTHER_ID), xml(SELLER + LEGAL_ID)) == (["RO18547290"], [], ["J12/345/2015"])
    assert (xml(BUYER + VAT_ID), xml(BUYER + LEGAL_ID)) == (["RO14399840"], ["14399840"])
    assert xml(BUYER + "cac:PostalAddress/cbc:CityName") == ["SECTOR3"]
    assert xml(SELLER + "cac:PartyLegalEntity/cbc:CompanyLegalForm") == ["Capital social 200,00 lei"]


def test_the_same_document_gives_the_same_bytes(xml_of_new, ana):
    assert xml_of_new().bytes == document_xml(Document.objects.get())


@pytest.mark.parametrize("slug", [row["slug"] for row in vat_rates() if row["category"] != "S"])
def test_every_treatment_but_the_taxed_ones_is_clean_and_says_why(xml_of_new, slug):
    rate = VatRate.objects.get(slug=slug)
    day = rate.ends_on if rate.ends_on and rate.ends_on < TODAY else TODAY
    if not rate.for_payer:
        VatStatus.objects.create(since=date(2016, 1, 1), payer=False)
    partner = in_the_union() if rate.category == "K" or slug == "ae-servicii-ue" else make_partner()
    xml = xml_of_new(partner, [make_line(rate=slug, price="22500")], issue_date=day, due_date=day)
    assert xml.refused == []
    assert (xml(RATE + "cbc:ID"), xml(RATE + "cbc:TaxExemptionReason")) == ([rate.category], [rate.mention])
    assert xml(RATE + "cbc:TaxExemptionReasonCode") == ([rate.exemption_code] if rate.exemption_code else [])
    assert xml(RATE + "cbc:Percent") == ([] if rate.category == "O" else ["0"])


def test_one_who_is_not_registered_has_no_vat_identifier_anywhere(xml_of_new):
    VatStatus.objects.create(since=date(2016, 1, 1), payer=False)
    xml = xml_of_new(None, [make_line(rate="o-neplatitor")])
    assert xml.refused == []
    assert (xml("//" + VAT_ID), xml(SELLER + OTHER_ID), xml(SELLER + LEGAL_ID)) == ([], ["18547290"], ["18547290"])
    assert xml("cbc:TaxPointDate") == []
    assert xml(SELLER + "cac:PartyLegalEntity/cbc:CompanyLegalForm") == ["J12/345/2015#Capital social 200,00 lei"]


def test_the_tax_point_is_the_delivery_or_an_earlier_invoice(xml_of_new):
    before, after = date(2026, 11, 2), date(2026, 11, 25)
    found = [xml_of_new(delivery_date=day)("cbc:TaxPointDate") for day in (None, before, after)]
    assert found == [["2026-11-20"], ["2026-11-02"], ["2026-11-20"]]


def test_the_tax_point_of_an_intra_community_supply_is_the_invoice(xml_of_new):
    """Source: Cod fiscal art. 283 (1): at the latest the 15th of the month that follows."""
    lines = [make_line(rate="k-bunuri")]
    xml = xml_of_new(in_the_union(), lines, delivery_date=date(2026, 11, 2))
    late = xml_of_new(in_the_union(name="B", cif="DE811569869"), [make_line(rate="k-bunuri")], delivery_date=date(2026, 9, 30))
    assert (xml("cbc:TaxPointDate"), late("cbc:TaxPointDate")) == (["2026-11-20"], ["2026-10-15"])


def test_vat_on_collection_is_told_by_its_code_and_its_mention(xml_of_new):
    CashVatPeriod.objects.create(since=date(2026, 1, 1))
    xml = xml_of_new()
    assert xml.refused == []
    assert (xml("cac:InvoicePeriod/cbc:DescriptionCode"), xml("cbc:TaxPointDate")) == (["432"], [])
    assert xml("cbc:Note") == ["TVA la încasare"]


def test_an_intra_community_supply_says_when_and_where_the_goods_went(xml_of_new):
    xml = xml_of_new(in_the_union(), [make_line(rate="k-bunuri")], delivery_date=date(2026, 11, 18))
    assert xml.refused == []
    assert xml("cac:Delivery/cbc:ActualDeliveryDate") == ["2026-11-18"]
    assert xml("cac:Delivery//cbc:CountrySubentity | cac:Delivery//cbc:IdentificationCode") == ["Sachsen", "DE"]
    assert (xml(BUYER + VAT_ID), xml(BUYER + LEGAL_ID)) == (["DE136695976"], ["DE136695976"])


def test_a_greek_buyer_has_its_prefix_and_its_country(xml_of_new):
    xml = xml_of_new(in_the_union(name="Ellas AE", cif="EL094259216", country="GR", city="Atena"), [make_line(rate="k-bunuri")])
    assert xml.refused == []
    assert (xml(BUYER + VAT_ID), xml(BUYER + "cac:PostalAddress/cac:Country/cbc:IdentificationCode")) == (["EL094259216"], ["GR"])


def test_a_buyer_outside_the_union_has_no_vat_identifier(xml_of_new):
    partner = make_partner("Alpenholz AG", "CHE123456789", country="CH", city="Zürich", county="", vat_payer=False)
    xml = xml_of_new(partner, [make_line(rate="g-export")])
    assert xml.refused == []
    assert (xml(BUYER + VAT_ID), xml(BUYER + LEGAL_ID)) == ([], ["CHE123456789"])


@pytest.mark.parametrize(("cnp", "said"), [("1800101221144", "1800101221144"), ("", "0000000000000")])
def test_a_person_is_named_by_the_cnp_or_thirteen_zeros(xml_of_new, cnp, said):
    xml = xml_of_new(make_partner("Ion Pop", cnp, kind="natural", vat_payer=False))
    assert xml.refused == []
    assert (xml(BUYER + VAT_ID), xml(BUYER + LEGAL_ID)) == ([], [said])


def test_a_firm_that_is_not_registered_for_vat_has_only_its_cif(xml_of_new):
    xml = xml_of_new(make_partner(vat_payer=False))
    assert xml.refused == []
    assert (xml(BUYER + VAT_ID), xml(BUYER + LEGAL_ID)) == ([], ["14399840"])


def test_another_currency_has_its_vat_in_lei_and_its_rate_in_a_note(xml_of_new):
    ExchangeRate.objects.create(date=date(2026, 11, 19), currency="EUR", rate=Decimal("5.0876"))
    BankAccount.objects.create(iban="RO09BCYP0000001234567890", bank="Banca Dunării", currency="EUR", position=1)
    xml = xml_of_new(currency="EUR")
    assert xml.refused == []
    assert (xml("cbc:DocumentCurrencyCode"), xml("cbc:TaxCurrencyCode")) == (["EUR"], ["RON"])
    assert xml("cac:TaxTotal/cbc:TaxAmount") == ["21.00", "106.84"]
    assert xml("cbc:Note") == ["Curs BNR din 19.11.2026: 1 EUR = 5,0876 RON"]
    assert xml("cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID") == ["RO09BCYP0000001234567890"]


def test_discounts_stand_at_their_lines_and_for_each_vat_group(xml_of_new):
    lines = [make_line(discount_percent=Decimal(10)), make_line(rate="s11", price="50")]
    xml = xml_of_new(None, lines, discount_percent=Decimal("2.5"))
    assert xml.refused == []
    assert xml("cac:InvoiceLine/cac:AllowanceCharge/cbc:Amount") == ["10.00"]
    assert xml("cac:AllowanceCharge/cbc:Amount") == ["2.25", "1.25"]
    assert xml("cac:AllowanceCharge/cbc:AllowanceChargeReason") == ["Discount 2.5%", "Discount 2.5%"]
    assert xml("cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount") == ["3.50"]


def test_prices_with_vat_leave_without_it(xml_of_new):
    xml = xml_of_new(None, [make_line(quantity="3", price="10")], prices_include_vat=True)
    assert xml.refused == []
    assert xml("cac:InvoiceLine/cac:Price/cbc:PriceAmount") == ["8.263333"]
    assert xml("cac:LegalMonetaryTotal/cbc:PayableAmount") == ["30.00"]


def test_a_negative_invoice_keeps_its_minus_as_380(xml_of_new):
    xml = xml_of_new(None, [make_line(quantity="-2", discount_percent=Decimal(10))])
    assert xml.refused == []
    assert (xml("cbc:InvoiceTypeCode"), xml("cac:InvoiceLine/cbc:InvoicedQuantity")) == (["380"], ["-2"])
    assert (xml("//cbc:PriceAmount"), xml("//cbc:PayableAmount"), xml("cac:PaymentMeans")) == (["100"], ["-217.80"], [])


def test_a_negative_invoice_is_a_381_with_plus_where_the_company_chose_so(xml_of_new, ana):
    choose_storno_type("381", by=ana)
    xml = xml_of_new(None, [make_line(quantity="-2", discount_percent=Decimal(10))], discount_percent=Decimal(5))
    assert xml.refused == []
    assert (xml("cbc:CreditNoteTypeCode"), xml("cac:CreditNoteLine/cbc:CreditedQuantity")) == (["381"], ["2"])
    assert xml("//cbc:PayableAmount | //cac:CreditNoteLine/cbc:LineExtensionAmount") == ["206.91", "180.00"]
    assert [text for text in xml("//cbc:*[@currencyID]") if text.startswith("-")] == []


def test_a_positive_invoice_is_a_380_whatever_the_company_chose(xml_of_new, ana):
    choose_storno_type("381", by=ana)
    assert xml_of_new()("cbc:InvoiceTypeCode") == ["380"]


def test_references_and_the_words_of_a_line_stand_in_their_fields(xml_of_new):
    line = make_line(name="Scaun", code="SC-01")
    line.description = "Tapițat, verde"
    xml = xml_of_new(None, [line], order_reference="C-7", contract_reference="CTR 9", buyer_reference="Dosar 3", issuer_name="Ana Pop")
    assert xml.refused == []
    assert xml("cbc:BuyerReference | cac:OrderReference/cbc:ID | cac:ContractDocumentReference/cbc:ID") == ["Dosar 3", "C-7", "CTR 9"]
    assert xml("cac:InvoiceLine/cac:Item/cbc:*") == ["Tapițat, verde", "Scaun"]
    assert xml("cac:InvoiceLine/cac:Item/cac:SellersItemIdentification/cbc:ID") == ["SC-01"]
    assert xml(SELLER + "cac:Contact/cbc:Name") == ["Ana Pop"]


def test_without_a_due_date_it_says_that_no_term_was_agreed(xml_of_new):
    xml = xml_of_new(due_date=None)
    assert xml.refused == []
    assert (xml("cbc:DueDate"), xml("cac:PaymentTerms/cbc:Note")) == ([], ["Fără termen de plată convenit."])


def test_a_long_mention_becomes_several_notes(xml_of_new):
    xml = xml_of_new(notes=("cuvânt " * 142).strip())
    assert xml.refused == []
    assert max(map(len, xml("cbc:Note"))) <= 300 and " ".join(xml("cbc:Note")).split() == ["cuvânt"] * 142


def test_signs_in_a_mention_are_not_read_as_a_subject_code(xml_of_new):
    xml = xml_of_new(notes="Lot #Q1Q# și #A#")
    assert (xml.refused, xml("cbc:Note")) == ([], ["Lot # Q1Q# și #A#"])


def test_texts_that_are_too_long_or_not_for_xml_are_made_to_fit(xml_of_new):
    partner = make_partner("Ș" * 200, email="a@exemplu.ro, b@exemplu.ro", street="Str. <Lungă> & \x07 " + "x" * 130, phone="0" * 50)
    xml = xml_of_new(partner, [make_line(name="N" * 100)])
    assert xml.refused == []
    assert xml(BUYER + "cac:Contact/cbc:ElectronicMail") == ["a@exemplu.ro"]
    assert xml(BUYER + "cac:PostalAddress/cbc:StreetName") == ["Str. <Lungă> & " + "x" * 130]


def test_a_missing_address_is_left_for_the_rules_to_name(xml_of_new):
    xml = xml_of_new(make_partner("Ion Pop", "", kind="natural", vat_payer=False, street="", county=""))
    assert sorted(xml.refused) == ["BR-RO-082", "BR-RO-111"]
