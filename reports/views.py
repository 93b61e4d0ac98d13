"""Rapoarte: pages that only read."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from companies.access import MONEY, READ, allow
from invoicing.models import Payment
from lib.export import export
from lib.listing import list_page
from reports.payments import COLUMNS, PaymentReport, report_rows

CHUNK = 2000


@allow(READ)
@require_GET
def payments(request: HttpRequest) -> HttpResponse:
    """What came in, by method and by client."""
    report = PaymentReport(request.GET, Payment.objects.all())
    return list_page(request, "reports/payments.html", report, may_money=request.membership.role in MONEY)


@allow(MONEY)
@require_GET
def payments_export(request: HttpRequest, fmt: str) -> FileResponse:
    rows = report_rows(PaymentReport(request.GET, Payment.objects.all()))
    return export(rows.iterator(chunk_size=CHUNK), COLUMNS, fmt, name="raport-incasari")
