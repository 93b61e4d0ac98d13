"""What the editor offers for a line: products, and what this client bought before, with the price in the document's terms. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalog.actions import rate_in_force
from catalog.models import Product, VatRate
from invoicing.models import Document, DocumentLine
from lib.errors import Refused
from lib.formats import amount, qty
from lib.money import price as rounded
from lib.totals import HUNDRED

OFFERED = 8
RECENT_DOCUMENTS = 50  # of the client, among which a last price is looked for


@dataclass(frozen=True)
class Terms:
    """The document that a line is offered for."""

    currency: str
    rate: Decimal  # lei for one unit of `currency`
    with_vat: bool
    on: date
    rates: list[VatRate]  # that its lines may choose, the usual one first


@dataclass
class Offer:
    """One suggestion; `price` is None when it cannot be converted."""

    name: str
    description: str
    code: str
    unit: str
    price: Decimal | None
    vat: VatRate
    product: int | None = None
    note: str = ""

    @property
    def typed_price(self) -> str:
        return "" if self.price is None else qty(self.price, least=2, grouped=False)


def offers(text: str, client: int | None, terms: Terms) -> list[Offer]:
    """What to suggest for `text`; with nothing typed, what this client bought last."""
    if not text:
        return _bought_before(client, terms) if client else []
    found = list(Product.objects.filter(active=True, barcode=text).select_related("vat_rate", "unit")[:1])
    if not found:
        matching = Product.objects.filter(active=True).matching(text).select_related("vat_rate", "unit")
        found = list(matching.order_by("sort_name", "id")[:OFFERED])
    last = _last_lines(client, [product.pk for product in found]) if client and found else {}
    made = [_of_product(product, last.get(product.pk), terms) for product in found]
    return sorted(made, key=lambda offer: offer.product not in last)


def _of_product(product: Product, last: DocumentLine | None, terms: Terms) -> Offer:
    listed = _converted(product.price, product.currency, None, product.price_includes_vat, product.vat_rate.percent, terms)
    offer = Offer(
        name=product.name,
        description=product.description,
        code=product.code,
        unit=product.unit.name,
        price=listed,
        vat=_offered(product.vat_rate, terms),
        product=product.pk,
        note="" if listed is not None else f"fără curs BNR pentru {product.currency}",
    )
    if last:
        former = _of_line(last, terms)
        if former is not None and former != listed:
            in_list = f"; în listă {amount(listed, terms.currency)}" if listed is not None else ""
            offer.price, offer.note = former, f"ultimul preț, {last.document.label}{in_list}"
    return offer


def _bought_before(client: int, terms: Terms) -> list[Offer]:
    """The lines of the client's last documents, each name once."""
    lines = DocumentLine.objects.filter(document__in=_recent(client)[:5]).select_related("document", "vat_rate")
    once: dict[str, DocumentLine] = {}
    for line in lines.order_by("-document__issue_date", "-document_id", "position"):
        once.setdefault(line.name, line)
    return [
        Offer(
            name=line.name,
            description=line.description,
            code=line.code,
            unit=line.unit,
            price=_of_line(line, terms),
            vat=_offered(line.vat_rate, terms),
            product=line.product_id,
            note=f"pe {line.document.label}",
        )
        for line in list(once.values())[:OFFERED]
    ]


def _last_lines(client: int, products: Iterable[int]) -> dict[int, DocumentLine]:
    """The latest line of each product among the client's recent documents."""
    lines = DocumentLine.objects.filter(document__in=_recent(client), product_id__in=products).select_related("document")
    found: dict[int, DocumentLine] = {}
    for line in lines.order_by("-document__issue_date", "-document_id"):
        found.setdefault(line.product_id, line)
    return found


def _recent(client: int) -> list[int]:
    documents = Document.objects.invoices().issued().filter(partner_id=client).order_by("-issue_date", "-id")
    return list(documents.values_list("pk", flat=True)[:RECENT_DOCUMENTS])


def _of_line(line: DocumentLine, terms: Terms) -> Decimal | None:
    document = line.document
    return _converted(line.unit_price, document.currency, document.exchange_rate, document.prices_include_vat, line.percent, terms)


def _offered(rate: VatRate, terms: Terms) -> VatRate:
    """The product's own treatment, or the usual one when that may not be chosen on this day."""
    return rate if rate in terms.rates or not terms.rates else terms.rates[0]


def _converted(value: Decimal, currency: str, rate: Decimal | None, with_vat: bool, percent: Decimal, terms: Terms) -> Decimal | None:
    """A price in the document's currency, with VAT or without, as the document has it. Six decimals, rounded once."""
    if currency != terms.currency:
        if rate is None:
            rate = _bnr(currency, terms.on)
        if rate is None:
            return None
        value = value * rate / terms.rate
    if with_vat and not terms.with_vat:
        value = value * HUNDRED / (HUNDRED + percent)
    elif terms.with_vat and not with_vat:
        value = value * (HUNDRED + percent) / HUNDRED
    return rounded(value)


def _bnr(currency: str, on: date) -> Decimal | None:
    if currency == "RON":
        return Decimal(1)
    try:
        return rate_in_force(currency, on).rate
    except Refused:
        return None
