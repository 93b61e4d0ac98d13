"""The list of invoices: its page, its counts and sums, its exports."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from companies.access import ISSUE, MONEY, READ, allow
from invoicing.lists import INVOICE_COLUMNS, InvoiceList, invoices_in_list, invoices_to_export
from invoicing.models import Document
from lib.export import export
from lib.listing import list_page

CHUNK = 2000


@allow(READ)
@require_GET
def invoice_list(request: HttpRequest) -> HttpResponse:
    role = request.membership.role
    listing = InvoiceList(request.GET, invoices_in_list())
    return list_page(request, "invoicing/invoice_list.html", listing, may_issue=role in ISSUE, may_money=role in MONEY)


@allow(READ)
@require_GET
def invoice_totals(request: HttpRequest) -> HttpResponse:
    """The part with the sums, and the chips again with their counts. Asked for by the page once it stands."""
    listing = InvoiceList(request.GET, Document.objects.invoices())
    listing.count_at_once = True
    return render(request, "invoicing/_invoice_sums.html", {"list": listing, "oob": True})


@allow(MONEY)
@require_GET
def invoice_export(request: HttpRequest, fmt: str) -> FileResponse:
    """The ticked rows, or everything that the list is asked for, as a file."""
    rows = invoices_to_export(InvoiceList(request.GET, Document.objects.invoices()))
    return export(rows.iterator(chunk_size=CHUNK), INVOICE_COLUMNS, fmt, name="facturi")
