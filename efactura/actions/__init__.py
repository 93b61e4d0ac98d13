"""Every write of e-Factura that a person asks for; what workers do is in efactura/sending/."""

from efactura.actions.inbox import ask_for_pdf, book_expense, decide_message, mark_received, read_inbox_now, see, write_to_issuer
from efactura.actions.settings import choose_sending, choose_storno_type
from efactura.actions.submit import (
    ask_for_proof,
    ask_now,
    awaits_its_turn,
    enrol_new,
    give_up,
    mark_seen,
    record_manual_upload,
    resend,
    send_many,
    send_now,
)
from efactura.actions.xml import XML_TYPE, document_xml, leaves_as_credit_note, xml_of

__all__ = [
    "XML_TYPE",
    "ask_for_pdf",
    "ask_for_proof",
    "ask_now",
    "awaits_its_turn",
    "book_expense",
    "choose_sending",
    "choose_storno_type",
    "decide_message",
    "document_xml",
    "enrol_new",
    "give_up",
    "leaves_as_credit_note",
    "mark_received",
    "mark_seen",
    "read_inbox_now",
    "record_manual_upload",
    "resend",
    "see",
    "send_many",
    "send_now",
    "write_to_issuer",
    "xml_of",
]
