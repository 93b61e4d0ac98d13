"""UBL documents for the tests of the engine: one invoice and one credit note that use most of the core invoice, and ways to change them."""

import copy

from lxml import etree

from efactura.ubl.schema import SEQUENCES, TAGS, UBL

CLARK = {name: tag for tag, name in TAGS.items()}

_PARTY = """<cac:Party>
  <cbc:EndpointID schemeID="9947">{vat}</cbc:EndpointID>
  <cac:PartyIdentification><cbc:ID schemeID="0088">{gln}</cbc:ID></cac:PartyIdentification>
  <cac:PartyName><cbc:Name>{name} Trade</cbc:Name></cac:PartyName>
  <cac:PostalAddress>
    <cbc:StreetName>{street}</cbc:StreetName><cbc:AdditionalStreetName>Bloc 1</cbc:AdditionalStreetName>
    <cbc:CityName>{city}</cbc:CityName><cbc:PostalZone>010101</cbc:PostalZone><cbc:CountrySubentity>{county}</cbc:CountrySubentity>
    <cac:AddressLine><cbc:Line>Etaj 2</cbc:Line></cac:AddressLine>
    <cac:Country><cbc:IdentificationCode>RO</cbc:IdentificationCode></cac:Country>
  </cac:PostalAddress>
  <cac:PartyTaxScheme><cbc:CompanyID>{vat}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  <cac:PartyLegalEntity>
    <cbc:RegistrationName>{name} SRL</cbc:RegistrationName><cbc:CompanyID>{registration}</cbc:CompanyID>{legal}
  </cac:PartyLegalEntity>
  <cac:Contact>
    <cbc:Name>Ana Pop</cbc:Name><cbc:Telephone>0721000000</cbc:Telephone><cbc:ElectronicMail>ana@exemplu.ro</cbc:ElectronicMail>
  </cac:Contact>
</cac:Party>"""
_LEGAL = "<cbc:CompanyLegalForm>Capital social 200 lei</cbc:CompanyLegalForm>"
_SELLER = _PARTY.format(
    vat="RO1234567",
    gln="5940000000001",
    name="Emitent",
    street="Str. Lungă 1",
    city="SECTOR1",
    county="RO-B",
    registration="J40/1/2020",
    legal=_LEGAL,
)
_BUYER = _PARTY.format(
    vat="RO7654321",
    gln="5940000000002",
    name="Client",
    street="Str. Mică 2",
    city="Cluj-Napoca",
    county="RO-CJ",
    registration="7654321",
    legal="",
)
_ADDRESS = """<cbc:StreetName>Str. Nouă 3</cbc:StreetName><cbc:AdditionalStreetName>Hala 4</cbc:AdditionalStreetName>
  <cbc:CityName>SECTOR2</cbc:CityName><cbc:PostalZone>020202</cbc:PostalZone><cbc:CountrySubentity>RO-B</cbc:CountrySubentity>
  <cac:AddressLine><cbc:Line>Poarta 5</cbc:Line></cac:AddressLine>
  <cac:Country><cbc:IdentificationCode>RO</cbc:IdentificationCode></cac:Country>"""


def _vat(element: str, code: str, rate: str, reason: str = "") -> str:
    why = f"<cbc:TaxExemptionReasonCode>{reason}</cbc:TaxExemptionReasonCode>" if reason else ""
    return (
        f"<cac:{element}><cbc:ID>{code}</cbc:ID><cbc:Percent>{rate}</cbc:Percent>{why}"
        f"<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:{element}>"
    )


def _adjustment(kind: str, code: str, amount: str, tax: str = "") -> str:
    return (
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>{kind}</cbc:ChargeIndicator>"
        f"<cbc:AllowanceChargeReasonCode>{code}</cbc:AllowanceChargeReasonCode><cbc:AllowanceChargeReason>Motiv</cbc:AllowanceChargeReason>"
        f'<cbc:Amount currencyID="EUR">{amount}</cbc:Amount><cbc:BaseAmount currencyID="EUR">100.00</cbc:BaseAmount>{tax}'
        "</cac:AllowanceCharge>"
    )


def _subtotal(base: str, tax: str, category: str) -> str:
    return (
        f'<cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">{base}</cbc:TaxableAmount>'
        f'<cbc:TaxAmount currencyID="EUR">{tax}</cbc:TaxAmount>{category}</cac:TaxSubtotal>'
    )


_STANDARD = _vat("TaxCategory", "S", "21.00")
_FULL = f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="{UBL}Invoice-2" xmlns:cac="{UBL}CommonAggregateComponents-2" xmlns:cbc="{UBL}CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:efactura.mfinante.ro:CIUS-RO:1.0.1</cbc:CustomizationID>
<cbc:ID>FCT 17</cbc:ID><cbc:IssueDate>2026-03-02</cbc:IssueDate><cbc:DueDate>2026-04-01</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:Note>#AAI#Mulțumim</cbc:Note><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cbc:TaxCurrencyCode>RON</cbc:TaxCurrencyCode><cbc:AccountingCost>4111</cbc:AccountingCost><cbc:BuyerReference>REF</cbc:BuyerReference>
<cac:InvoicePeriod>
  <cbc:StartDate>2026-02-01</cbc:StartDate><cbc:EndDate>2026-02-28</cbc:EndDate><cbc:DescriptionCode>432</cbc:DescriptionCode>
</cac:InvoicePeriod>
<cac:OrderReference><cbc:ID>C-1</cbc:ID><cbc:SalesOrderID>V-1</cbc:SalesOrderID></cac:OrderReference>
<cac:BillingReference><cac:InvoiceDocumentReference>
  <cbc:ID>FCT 16</cbc:ID><cbc:IssueDate>2026-02-02</cbc:IssueDate>
</cac:InvoiceDocumentReference></cac:BillingReference>
<cac:DespatchDocumentReference><cbc:ID>AVZ 1</cbc:ID></cac:DespatchDocumentReference>
<cac:ReceiptDocumentReference><cbc:ID>NIR 1</cbc:ID></cac:ReceiptDocumentReference>
<cac:OriginatorDocumentReference><cbc:ID>LOT 1</cbc:ID></cac:OriginatorDocumentReference>
<cac:ContractDocumentReference><cbc:ID>CTR 1</cbc:ID></cac:ContractDocumentReference>
<cac:AdditionalDocumentReference>
  <cbc:ID schemeID="ABC">OBIECT</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode>
</cac:AdditionalDocumentReference>
<cac:AdditionalDocumentReference>
  <cbc:ID>ANEXA</cbc:ID><cbc:DocumentDescription>Proces verbal</cbc:DocumentDescription>
  <cac:Attachment>
    <cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="pv.pdf">QUJD</cbc:EmbeddedDocumentBinaryObject>
    <cac:ExternalReference><cbc:URI>https://exemplu.ro/pv.pdf</cbc:URI></cac:ExternalReference>
  </cac:Attachment>
</cac:AdditionalDocumentReference>
<cac:ProjectReference><cbc:ID>PR 1</cbc:ID></cac:ProjectReference>
<cac:AccountingSupplierParty>{_SELLER}</cac:AccountingSupplierParty>
<cac:AccountingCustomerParty>{_BUYER}</cac:AccountingCustomerParty>
<cac:PayeeParty>
  <cac:PartyIdentification><cbc:ID schemeID="0088">5940000000003</cbc:ID></cac:PartyIdentification>
  <cac:PartyName><cbc:Name>Beneficiar SRL</cbc:Name></cac:PartyName>
  <cac:PartyLegalEntity><cbc:CompanyID>333</cbc:CompanyID></cac:PartyLegalEntity>
</cac:PayeeParty>
<cac:TaxRepresentativeParty>
  <cac:PartyName><cbc:Name>Reprezentant SRL</cbc:Name></cac:PartyName><cac:PostalAddress>{_ADDRESS}</cac:PostalAddress>
  <cac:PartyTaxScheme><cbc:CompanyID>RO999</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
</cac:TaxRepresentativeParty>
<cac:Delivery>
  <cbc:ActualDeliveryDate>2026-03-01</cbc:ActualDeliveryDate>
  <cac:DeliveryLocation><cbc:ID schemeID="0088">5940000000004</cbc:ID><cac:Address>{_ADDRESS}</cac:Address></cac:DeliveryLocation>
  <cac:DeliveryParty><cac:PartyName><cbc:Name>Depozit</cbc:Name></cac:PartyName></cac:DeliveryParty>
</cac:Delivery>
<cac:PaymentMeans>
  <cbc:PaymentMeansCode name="Transfer">30</cbc:PaymentMeansCode><cbc:PaymentID>FCT 17</cbc:PaymentID>
  <cac:CardAccount>
    <cbc:PrimaryAccountNumberID>1234</cbc:PrimaryAccountNumberID><cbc:NetworkID>VISA</cbc:NetworkID><cbc:HolderName>Ana Pop</cbc:HolderName>
  </cac:CardAccount>
  <cac:PayeeFinancialAccount><cbc:ID>RO49AAAA1B31007593840000</cbc:ID><cbc:Name>Emitent SRL</cbc:Name></cac:PayeeFinancialAccount>
  <cac:PaymentMandate><cbc:ID>M1</cbc:ID></cac:PaymentMandate>
</cac:PaymentMeans>
<cac:PaymentTerms><cbc:Note>30 de zile</cbc:Note></cac:PaymentTerms>
{_adjustment("false", "95", "2.00", _STANDARD)}{_adjustment("true", "FC", "10.00", _STANDARD)}
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">23.10</cbc:TaxAmount>
  {_subtotal("110.00", "23.10", _STANDARD)}{_subtotal("50.00", "0.00", _vat("TaxCategory", "E", "0.00", "VATEX-EU-132"))}
</cac:TaxTotal>
<cac:TaxTotal><cbc:TaxAmount currencyID="RON">115.50</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal>
  <cbc:LineExtensionAmount currencyID="EUR">152.00</cbc:LineExtensionAmount>
  <cbc:TaxExclusiveAmount currencyID="EUR">160.00</cbc:TaxExclusiveAmount>
  <cbc:TaxInclusiveAmount currencyID="EUR">183.10</cbc:TaxInclusiveAmount>
  <cbc:AllowanceTotalAmount currencyID="EUR">2.00</cbc:AllowanceTotalAmount>
  <cbc:ChargeTotalAmount currencyID="EUR">10.00</cbc:ChargeTotalAmount>
  <cbc:PrepaidAmount currencyID="EUR">83.00</cbc:PrepaidAmount>
  <cbc:PayableRoundingAmount currencyID="EUR">-0.10</cbc:PayableRoundingAmount>
  <cbc:PayableAmount currencyID="EUR">100.00</cbc:PayableAmount>
</cac:LegalMonetaryTotal>
<cac:InvoiceLine>
  <cbc:ID>1</cbc:ID><cbc:Note>Lot A</cbc:Note><cbc:InvoicedQuantity unitCode="H87">10</cbc:InvoicedQuantity>
  <cbc:LineExtensionAmount currencyID="EUR">102.00</cbc:LineExtensionAmount><cbc:AccountingCost>601</cbc:AccountingCost>
  <cac:InvoicePeriod><cbc:StartDate>2026-02-01</cbc:StartDate><cbc:EndDate>2026-02-28</cbc:EndDate></cac:InvoicePeriod>
  <cac:OrderLineReference><cbc:LineID>7</cbc:LineID></cac:OrderLineReference>
  {_adjustment("false", "95", "3.00")}{_adjustment("true", "FC", "5.00")}
  <cac:Item>
    <cbc:Description>Șurub lung</cbc:Description><cbc:Name>Șurub</cbc:Name>
    <cac:SellersItemIdentification><cbc:ID>S1</cbc:ID></cac:SellersItemIdentification>
    <cac:StandardItemIdentification><cbc:ID schemeID="0160">5940000000005</cbc:ID></cac:StandardItemIdentification>
    <cac:OriginCountry><cbc:IdentificationCode>RO</cbc:IdentificationCode></cac:OriginCountry>
    <cac:CommodityClassification>
      <cbc:ItemClassificationCode listID="STI">44531000-1</cbc:ItemClassificationCode>
    </cac:CommodityClassification>
    {_vat("ClassifiedTaxCategory", "S", "21.00")}
    <cac:AdditionalItemProperty><cbc:Name>Culoare</cbc:Name><cbc:Value>gri</cbc:Value></cac:AdditionalItemProperty>
  </cac:Item>
  <cac:Price>
    <cbc:PriceAmount currencyID="EUR">10.00</cbc:PriceAmount><cbc:BaseQuantity unitCode="H87">1</cbc:BaseQuantity>
    <cac:AllowanceCharge>
      <cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount currencyID="EUR">1.00</cbc:Amount>
      <cbc:BaseAmount currencyID="EUR">11.00</cbc:BaseAmount>
    </cac:AllowanceCharge>
  </cac:Price>
</cac:InvoiceLine>
<cac:InvoiceLine>
  <cbc:ID>2</cbc:ID><cbc:InvoicedQuantity unitCode="HUR">1</cbc:InvoicedQuantity>
  <cbc:LineExtensionAmount currencyID="EUR">50.00</cbc:LineExtensionAmount>
  <cac:Item><cbc:Name>Curs</cbc:Name>{_vat("ClassifiedTaxCategory", "E", "0.00")}</cac:Item>
  <cac:Price><cbc:PriceAmount currencyID="EUR">50.00</cbc:PriceAmount></cac:Price>
</cac:InvoiceLine>
</Invoice>"""


def invoice(**changes: str | None) -> bytes:
    """The full invoice, changed: see `change`."""
    return _bytes(change(etree.fromstring(_FULL.encode()), changes))


def credit_note(**changes: str | None) -> bytes:
    """The same as a credit note."""
    root = etree.fromstring(_FULL.encode())
    change(root, {"DueDate": None, "ProjectReference": None})
    named = {"InvoiceLine": "CreditNoteLine", "InvoicedQuantity": "CreditedQuantity", "InvoiceTypeCode": "CreditNoteTypeCode"}
    for each in list(root.iter(etree.Element)):
        each.tag = CLARK.get(named.get(TAGS[each.tag], ""), each.tag)
    note = etree.Element(CLARK["CreditNote"], nsmap={"cac": f"{UBL}CommonAggregateComponents-2", "cbc": f"{UBL}CommonBasicComponents-2"})
    note.extend(sorted(root, key=lambda each: SEQUENCES["CreditNote"].places[TAGS[each.tag]]))
    return _bytes(change(note, {"CreditNoteTypeCode": "381"} | changes))


def lines(count: int) -> bytes:
    """A plain invoice of many lines, whose totals add up."""
    root = etree.fromstring(_FULL.encode())
    change(root, {"AllowanceCharge": None, "InvoiceLine__2": None, "TaxTotal__TaxSubtotal__2": None, "TaxCurrencyCode": "RON"})
    line = root.find(CLARK["InvoiceLine"])
    for number in range(2, count + 1):
        another = copy.deepcopy(line)
        another.find(CLARK["ID"]).text = str(number)
        root.append(another)
    net, vat = 102 * count, 2142 * count
    totals = {"LineExtensionAmount": f"{net}.00", "TaxExclusiveAmount": f"{net}.00", "TaxInclusiveAmount": _cents(net * 100 + vat)}
    totals |= {"PayableAmount": _cents(net * 100 + vat)}
    gone = ("AllowanceTotalAmount", "ChargeTotalAmount", "PrepaidAmount", "PayableRoundingAmount")
    changes = {f"LegalMonetaryTotal__{name}": text for name, text in (totals | dict.fromkeys(gone)).items()}
    changes |= {"TaxTotal__TaxAmount": _cents(vat), "TaxTotal__TaxSubtotal__TaxAmount": _cents(vat)}
    return _bytes(change(root, changes | {"TaxTotal__TaxSubtotal__TaxableAmount": f"{net}.00"}))


def change(root: etree._Element, changes: dict[str, str | None]) -> etree._Element:
    """Each key is a path of names, as Delivery__ActualDeliveryDate or InvoiceLine__2__ID or X__at_schemeID: a text to set, None deletes.

    Without a number all that stand at the path are meant. "+" doubles the element, "<x/>" puts an element last into it.
    """
    for path, text in changes.items():
        *steps, last = path.split("__")
        nodes = [root]
        for step in steps if last.startswith("at_") else [*steps, last]:
            nodes = [nodes[int(step) - 1]] if step.isdigit() else [kid for node in nodes for kid in node.findall(CLARK[step])]
        if not nodes:
            raise ValueError(f"nothing at {path}")
        for node in nodes:
            _change_one(node, last.removeprefix("at_") if last.startswith("at_") else "", text)
    return root


def _change_one(node: etree._Element, attribute: str, text: str | None) -> None:
    if attribute and text is None:
        del node.attrib[attribute]
    elif attribute:
        node.set(attribute, text)
    elif text is None:
        node.getparent().remove(node)
    elif text == "+":
        node.addnext(copy.deepcopy(node))
    elif text.startswith("<"):
        spaces = f'xmlns:cac="{UBL}CommonAggregateComponents-2" xmlns:cbc="{UBL}CommonBasicComponents-2"'
        node.append(etree.fromstring(f"<x {spaces}>{text}</x>")[0])
    else:
        node.text = text


def _cents(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
