"""The "official" PDF of the rehearsal: what stands in the XML, plainly, marked as without value."""

from django.template.loader import render_to_string
from lxml import etree
from weasyprint import HTML


def pdf(xml: bytes) -> bytes:
    """The PDF of `transformare`."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    lines = [
        {
            "name": line.findtext("{*}Item/{*}Name"),
            "quantity": line.findtext("{*}InvoicedQuantity") or line.findtext("{*}CreditedQuantity"),
            "price": line.findtext("{*}Price/{*}PriceAmount"),
            "net": line.findtext("{*}LineExtensionAmount"),
        }
        for line in root.iter("{*}InvoiceLine", "{*}CreditNoteLine")
    ]
    context = {
        "number": root.findtext("{*}ID"),
        "day": root.findtext("{*}IssueDate"),
        "currency": root.findtext("{*}DocumentCurrencyCode"),
        "seller": root.findtext(".//{*}AccountingSupplierParty//{*}RegistrationName"),
        "buyer": root.findtext(".//{*}AccountingCustomerParty//{*}RegistrationName"),
        "lines": lines,
        "total": root.findtext(".//{*}LegalMonetaryTotal/{*}PayableAmount"),
    }
    made: bytes = HTML(string=render_to_string("rehearsal/paper.html", context)).write_pdf()
    return made
