"""What e-Factura keeps: each company's choices, the XML of each revision, what was sent of it and what came back."""

from efactura.models.authorisation import Access, Authorisation
from efactura.models.inbox import BuyerMessage, InboxReading, ReceivedMessage, ReceivedPdf
from efactura.models.proof import ProofSheet
from efactura.models.settings import Settings
from efactura.models.submissions import ForeignUpload, SpvCall, Status, Submission
from efactura.models.xml import EInvoiceXml

__all__ = ["Access", "Authorisation", "BuyerMessage", "EInvoiceXml", "ForeignUpload", "InboxReading", "ProofSheet", "ReceivedMessage"]
__all__ += ["ReceivedPdf", "Settings", "SpvCall", "Status", "Submission"]
