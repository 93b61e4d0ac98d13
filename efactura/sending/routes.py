"""Which endpoint and which flags a document leaves by."""

from typing import NamedTuple

from lxml import etree

from efactura.spv.values import Standard
from efactura.xml.write import CBC
from invoicing.models import Document
from partners.models import Partner

SELF_BILLED = "389"  # BT-3: issued by the buyer in the supplier's name


class Route(NamedTuple):
    """Source: ANAF, *Prezentare servicii web*, parameters of upload and uploadb2c."""

    standard: Standard
    b2c: bool
    extern: bool
    autofactura: bool


def route(document: Document, xml: bytes) -> Route:
    """What is in the XML decides the standard; who buys decides the address."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    buyer = document.buyer or {}
    return Route(
        standard="CN" if etree.QName(root).localname == "CreditNote" else "UBL",
        b2c=buyer.get("kind") == Partner.Kind.NATURAL,
        extern=buyer.get("country", "RO") != "RO",
        autofactura=root.findtext(f"{CBC}InvoiceTypeCode") == SELF_BILLED,
    )
