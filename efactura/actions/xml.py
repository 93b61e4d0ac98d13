"""The XML of an invoice, made and stored once for each revision."""

from django.db import transaction

from companies.events import store_file
from efactura.models import EInvoiceXml, Settings
from efactura.xml import render
from invoicing.actions.issue import lock
from invoicing.models import Document, Kind
from invoicing.types import E_INVOICES
from lib.errors import require

XML_TYPE = "application/xml"


def xml_of(document: Document) -> EInvoiceXml:
    """The XML of an issued invoice as it stands, made and stored at the first call: later ones return the same bytes.

    Refuses: xml_of_draft, xml_only_of_invoices.
    """
    require(not document.is_draft, "xml_of_draft", "Ciorna nu are XML: el se face după emitere, când factura are număr.")
    require(document.kind in E_INVOICES, "xml_only_of_invoices", "În e-Factura pleacă doar facturile.")
    return stored_xml(document) or _make(document)


def stored_xml(document: Document) -> EInvoiceXml | None:
    """What `xml_of` made of this revision, if anybody has asked for it."""
    return EInvoiceXml.objects.filter(document=document, revision=document.revision).select_related("file").first()


def keep_xml(document: Document, xml: bytes) -> EInvoiceXml:
    """Store what `document_xml` gave. The caller holds the document and has found nothing stored."""
    file = store_file(xml, XML_TYPE)
    return EInvoiceXml.objects.create(document=document, revision=document.revision, file=file, sha256=file.sha256)


def document_xml(document: Document) -> bytes:
    """The XML of an issued invoice, from its snapshots; nothing is stored."""
    lines, groups = list(document.lines.all()), list(document.vat_groups.all())
    files = list(document.attachments.select_related("file"))
    return render(document, lines, groups, credit_note=leaves_as_credit_note(document), attachments=files)


def leaves_as_credit_note(document: Document) -> bool:
    """A negative invoice is a 381 with plus where the company chose so, otherwise a 380 with minus."""
    if document.total >= 0 or document.kind != Kind.INVOICE:  # of the self-billed, 389 has no credit note
        return False
    return Settings.of_company().storno_type == Settings.Storno.CREDIT_NOTE


@transaction.atomic
def _make(document: Document) -> EInvoiceXml:
    """Under the document's lock: neither a revision nor another request comes between what is read and what is kept."""
    document = lock(document)
    return stored_xml(document) or keep_xml(document, document_xml(document))
