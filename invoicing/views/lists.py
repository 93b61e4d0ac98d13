"""The list of each kind of documents: its page, its counts and sums, its exports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from companies.access import ISSUE, MONEY, READ, allow
from invoicing.converted_lists import (
    DELIVERY_COLUMNS,
    PROFORMA_COLUMNS,
    DeliveryList,
    ProformaList,
    converted_in_list,
    converted_to_export,
)
from invoicing.lists import (
    INVOICE_COLUMNS,
    DocumentList,
    InvoiceList,
    SelfBilledList,
    invoices_in_list,
    invoices_to_export,
    self_billed_in_list,
)
from invoicing.models import Document, Kind
from invoicing.pages import PAGES
from lib.export import Column, export
from lib.listing import Listing, list_page

CHUNK = 2000


@dataclass(frozen=True)
class ListOf:
    """What the list of a kind is made of."""

    listing: type[DocumentList]
    rows: Callable[[], QuerySet]
    to_export: Callable[[Listing], QuerySet]
    columns: Sequence[Column]
    part: str  # the templates _{part}_table.html and _{part}_sums.html


LISTS = {
    Kind.INVOICE: ListOf(InvoiceList, invoices_in_list, invoices_to_export, INVOICE_COLUMNS, "invoice"),
    Kind.SELF_BILLED: ListOf(SelfBilledList, self_billed_in_list, invoices_to_export, INVOICE_COLUMNS, "invoice"),
    Kind.PROFORMA: ListOf(ProformaList, lambda: converted_in_list(Kind.PROFORMA), converted_to_export, PROFORMA_COLUMNS, "converted"),
    Kind.DELIVERY_NOTE: ListOf(
        DeliveryList, lambda: converted_in_list(Kind.DELIVERY_NOTE), converted_to_export, DELIVERY_COLUMNS, "converted"
    ),
}


@allow(READ)
@require_GET
def document_list(request: HttpRequest, kind: Kind) -> HttpResponse:
    role, of = request.membership.role, LISTS[kind]
    listing = of.listing(request.GET, of.rows())
    context = {"pages": PAGES[kind], "table": f"invoicing/_{of.part}_table.html", "may_issue": role in ISSUE, "may_money": role in MONEY}
    return list_page(request, "invoicing/document_list.html", listing, **context)


@allow(READ)
@require_GET
def document_totals(request: HttpRequest, kind: Kind) -> HttpResponse:
    """The part with the sums, and the chips again with their counts. Asked for by the page once it stands."""
    of = LISTS[kind]
    listing = of.listing(request.GET, Document.objects.filter(kind=kind))
    listing.count_at_once = True
    return render(request, f"invoicing/_{of.part}_sums.html", {"list": listing, "oob": True, "pages": PAGES[kind]})


@allow(MONEY)
@require_GET
def document_export(request: HttpRequest, kind: Kind, fmt: str) -> FileResponse:
    """The ticked rows, or everything that the list is asked for, as a file."""
    of, pages = LISTS[kind], PAGES[kind]
    rows = of.to_export(of.listing(request.GET, Document.objects.filter(kind=kind)))
    return export(rows.iterator(chunk_size=CHUNK), of.columns, fmt, name=pages.path)
