"""Every write of e-Factura that a person asks for; what workers do is in efactura/sending/."""

from efactura.actions.settings import choose_sending, choose_storno_type
from efactura.actions.submit import ask_for_proof, ask_now, enrol_new, give_up, mark_seen, record_manual_upload, resend, send_many, send_now
from efactura.actions.xml import XML_TYPE, document_xml, leaves_as_credit_note, xml_of

__all__ = [
    "XML_TYPE",
    "ask_for_proof",
    "ask_now",
    "choose_sending",
    "choose_storno_type",
    "document_xml",
    "enrol_new",
    "give_up",
    "leaves_as_credit_note",
    "mark_seen",
    "record_manual_upload",
    "resend",
    "send_many",
    "send_now",
    "xml_of",
]
