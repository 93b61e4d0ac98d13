"""Invoices that somebody else makes: a supplier's, or one sent in a company's name from another program."""

from datetime import timedelta
from decimal import Decimal
from string import Template
from xml.sax.saxutils import escape

from efactura.rehearsal.exchange import local
from lib.money import money

INVOICE = Template("""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:efactura.mfinante.ro:CIUS-RO:1.0.1</cbc:CustomizationID>
<cbc:ID>$number</cbc:ID><cbc:IssueDate>$day</cbc:IssueDate><cbc:DueDate>$due</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>RON</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party>
<cac:PostalAddress><cbc:StreetName>Strada Exemplului 1</cbc:StreetName><cbc:CityName>SECTOR1</cbc:CityName>
<cbc:CountrySubentity>RO-B</cbc:CountrySubentity><cac:Country><cbc:IdentificationCode>RO</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyTaxScheme><cbc:CompanyID>RO$supplier</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
<cac:PartyLegalEntity><cbc:RegistrationName>$supplier_name</cbc:RegistrationName><cbc:CompanyID>$supplier</cbc:CompanyID></cac:PartyLegalEntity>
</cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party>
<cac:PostalAddress><cbc:StreetName>Calea Probei 2</cbc:StreetName><cbc:CityName>Cluj-Napoca</cbc:CityName>
<cbc:CountrySubentity>RO-CJ</cbc:CountrySubentity><cac:Country><cbc:IdentificationCode>RO</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyLegalEntity><cbc:RegistrationName>$buyer_name</cbc:RegistrationName><cbc:CompanyID>$buyer</cbc:CompanyID></cac:PartyLegalEntity>
</cac:Party></cac:AccountingCustomerParty>
<cac:TaxTotal><cbc:TaxAmount currencyID="RON">$vat</cbc:TaxAmount>
<cac:TaxSubtotal><cbc:TaxableAmount currencyID="RON">$net</cbc:TaxableAmount><cbc:TaxAmount currencyID="RON">$vat</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21.00</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal>
</cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="RON">$net</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="RON">$net</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="RON">$total</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="RON">$total</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="H87">1</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="RON">$net</cbc:LineExtensionAmount>
<cac:Item><cbc:Name>$item</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21.00</cbc:Percent>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="RON">$net</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
</Invoice>
""")


def invoice(*, supplier: str, buyer: str, number: str, now: float, net: str = "100.00", item: str = "Servicii", **names: str) -> bytes:
    """An XML that ANAF would accept; `supplier_name` and `buyer_name` may be given. `net` in RON."""
    day = local(now).date()
    amount = money(Decimal(net))
    vat = money(amount * 21 / 100)
    values = {
        "supplier": supplier,
        "buyer": buyer,
        "number": number,
        "day": day.isoformat(),
        "due": (day + timedelta(days=30)).isoformat(),
        "net": str(amount),
        "vat": str(vat),
        "total": str(amount + vat),
        "item": item,
        "supplier_name": names.get("supplier_name") or f"Furnizor {supplier} SRL",
        "buyer_name": names.get("buyer_name") or f"Client {buyer} SRL",
    }
    return INVOICE.substitute({name: escape(value) for name, value in values.items()}).encode()
