"""The XML of an invoice for a client without an account, at the address of the client's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from efactura.models import EInvoiceXml
from invoicing.models import CustomerLink, Document
from invoicing.print import file_name
from invoicing.views.customer import of_customer


@require_safe
@of_customer
def xml(request: HttpRequest, link: CustomerLink, document: Document) -> HttpResponse:
    """The stored XML of the invoice as it stands; none is made for a stranger."""
    made = EInvoiceXml.objects.filter(document=document, revision=document.revision).select_related("file").first()
    if made is None:
        return render(request, "invoicing/customer/missing.html", status=404)
    name = content_disposition_header(True, file_name(document).removesuffix("pdf") + "xml")
    return HttpResponse(bytes(made.file.content), content_type="application/xml", headers={"Content-Disposition": name})
