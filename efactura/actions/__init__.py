"""Every write of e-Factura that a person asks for; what workers do is in efactura/sending/."""

from efactura.actions.settings import choose_sending, choose_storno_type
from efactura.actions.xml import XML_TYPE, document_xml, leaves_as_credit_note, xml_of

__all__ = ["XML_TYPE", "choose_sending", "choose_storno_type", "document_xml", "leaves_as_credit_note", "xml_of"]
