"""A document to try a layout on: the company's last invoice, or one made up in memory."""

from decimal import Decimal

from catalog.models import VatRate
from companies.models import Company, is_vat_payer
from companies.scope import active_company_id
from invoicing.actions.drafts import breakdown, recalculate
from invoicing.looks import Look
from invoicing.models import Document, DocumentLine, Kind, Status
from invoicing.print import Printed, printed
from invoicing.snapshots import seller_snapshot
from lib.dates import bucharest_today

BUYER = {
    "name": "Client Exemplu SRL",
    "kind": "legal",
    "cif": "RO14399840",
    "identity": "14399840",
    "vat_payer": True,
    "reg_no": "J40/372/2002",
    "street": "Bd. Unirii 1",
    "city": "Sector 3",
    "county": "RO-B",
    "postal_code": "030119",
    "country": "RO",
    "email": "contabilitate@exemplu.ro",
    "phone": "021 000 00 00",
    "contact": "",
    "iban": "",
    "bank": "",
}
GOODS = [
    ("Scaun tapițat", "Stofă gri, picioare din stejar", "SC-204", "5941234567899", "4", "389.90", "10"),
    ("Masă de conferință", "", "MS-018", "5941234567875", "1", "2450.00", "0"),
    ("Montaj la sediu", "", "", "", "3.5", "120.00", "0"),
]


def last_invoice() -> Document | None:
    """The invoice issued last."""
    return Document.objects.filter(kind=Kind.INVOICE, status=Status.ISSUED).order_by("-issued_at").first()


def sample(look: Look, *, language: str, own: Document | None) -> Printed:
    """A document in a look and a language: `own` with what it says, or the one made up."""
    if own is not None:
        own.language = language
        return printed(own, list(own.lines.select_related("vat_rate")), list(own.vat_groups.all()), look=look)
    document = _made_up(language)
    lines = _lines(document.vat_payer)
    groups = breakdown(document, lines, recalculate(document, lines))
    return printed(document, lines, groups, look=look)


def _made_up(language: str) -> Document:
    today = bucharest_today()
    payer = is_vat_payer(today)
    company = Company.objects.get(pk=active_company_id())
    return Document(
        status=Status.ISSUED,
        label="EX 0001",
        issue_date=today,
        due_date=today,
        language=language,
        vat_payer=payer,
        seller=seller_snapshot(company, vat_payer=payer, on=today),
        buyer=BUYER,
        issuer_name="Ana Ionescu",
    )


def _lines(payer: bool) -> list[DocumentLine]:
    rate = VatRate.objects.offered(bucharest_today(), payer=payer).first()
    lines = []
    for name, description, code, barcode, quantity, price, discount in GOODS:
        line = DocumentLine(name=name, description=description, code=code, barcode=barcode, unit="buc", unit_code="H87")
        line.quantity, line.unit_price, line.discount_percent = Decimal(quantity), Decimal(price), Decimal(discount)
        line.take_vat(rate)
        lines.append(line)
    return lines
