"""What the editor offers for a line: products, and what this client bought before, with the price in the document's terms. Reads only."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog import prices
from catalog.models import Product, VatRate
from catalog.prices import PriceOffer, in_terms
from invoicing.models import Document, DocumentLine
from lib.formats import amount, percent, qty

OFFERED = 8
RECENT_DOCUMENTS = 50  # of the client, among which a last price is looked for


@dataclass(frozen=True)
class Terms(prices.Terms):
    """The document that a line is offered for."""

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
    discount_percent: Decimal = Decimal(0)
    ladder: Sequence[PriceOffer] = ()  # of special lists: the prices by quantity, where there are several

    @property
    def typed_price(self) -> str:
        return _typed_price(self.price)

    @property
    def typed_discount(self) -> str:
        return _typed_discount(self.discount_percent)

    @property
    def steps(self) -> str:
        """The ladder for static/js/editor-lines.js: what to write in the cells, and where it comes from."""
        return json.dumps(
            [
                {
                    "from": qty(step.from_quantity, grouped=False),
                    "price": _typed_price(step.price),
                    "discount": _typed_discount(step.discount_percent),
                    "source": step.source or "prețul produsului",
                }
                for step in self.ladder
            ]
        )


def offers(text: str, client: int | None, terms: Terms) -> list[Offer]:
    """What to suggest for `text`; with nothing typed, what this client bought last."""
    if not text:
        return _bought_before(client, terms) if client else []
    found = list(Product.objects.filter(active=True, barcode=text).select_related("vat_rate", "unit")[:1])
    if not found:
        matching = Product.objects.filter(active=True).matching(text).select_related("vat_rate", "unit")
        found = list(matching.order_by("sort_name", "id")[:OFFERED])
    last = _last_lines(client, [product.pk for product in found]) if client and found else {}
    ladders = prices.ladders(found, partner=client, terms=terms)
    made = [_of_product(product, last.get(product.pk), ladders[product.pk], terms) for product in found]
    return sorted(made, key=lambda offer: offer.product not in last)


def _of_product(product: Product, last: DocumentLine | None, ladder: list[PriceOffer], terms: Terms) -> Offer:
    listed = prices.at(ladder, Decimal(1))
    offer = Offer(
        name=product.name,
        description=product.description,
        code=product.code,
        unit=product.unit.name,
        price=listed.price,
        vat=_offered(product.vat_rate, terms),
        product=product.pk,
        note="" if listed.price is not None else f"fără curs BNR pentru {product.currency}",
    )
    _take(offer, ladder)
    former = _of_line(last, terms) if last else None
    if last and not offer.ladder and former is not None and former != listed.price:
        in_list = f"; în listă {amount(listed.price, terms.currency)}" if listed.price is not None else ""
        offer.price, offer.note = former, f"ultimul preț, {last.document.label}{in_list}"
    return offer


def _take(offer: Offer, ladder: list[PriceOffer]) -> None:
    """Let the special price lists speak, if they do: they are an agreement, and come before a price of once."""
    if not any(step.source for step in ladder):
        return
    step = prices.at(ladder, Decimal(1))
    offer.price, offer.discount_percent, offer.ladder = step.price, step.discount_percent, ladder
    less = f", discount {percent(step.discount_percent)}" if step.discount_percent else ""
    later = "altă ofertă la cantitate mai mare" if len(ladder) > 1 else ""
    offer.note = "; ".join(filter(None, [f"preț din {step.source}{less}" if step.source else offer.note, later]))


def _bought_before(client: int, terms: Terms) -> list[Offer]:
    """The lines of the client's last documents, each name once; what a special list says of its product comes before its price."""
    lines = DocumentLine.objects.filter(document__in=_recent(client)[:5]).select_related("document", "vat_rate", "product__vat_rate")
    once: dict[str, DocumentLine] = {}
    for line in lines.order_by("-document__issue_date", "-document_id", "position"):
        once.setdefault(line.name, line)
    shown = list(once.values())[:OFFERED]
    ladders = prices.ladders([line.product for line in shown if line.product], partner=client, terms=terms)
    return [_again(line, ladders.get(line.product_id, []), terms) for line in shown]


def _again(line: DocumentLine, ladder: list[PriceOffer], terms: Terms) -> Offer:
    offer = Offer(
        name=line.name,
        description=line.description,
        code=line.code,
        unit=line.unit,
        price=_of_line(line, terms),
        vat=_offered(line.vat_rate, terms),
        product=line.product_id,
        note=f"pe {line.document.label}",
    )
    _take(offer, ladder)
    return offer


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
    with_vat, rate = document.prices_include_vat, document.exchange_rate
    return in_terms(line.unit_price, document.currency, includes_vat=with_vat, percent=line.percent, terms=terms, rate=rate)


def _offered(rate: VatRate, terms: Terms) -> VatRate:
    """The product's own treatment, or the usual one when that may not be chosen on this day."""
    return rate if rate in terms.rates or not terms.rates else terms.rates[0]


def _typed_price(price: Decimal | None) -> str:
    return "" if price is None else qty(price, least=2, grouped=False)


def _typed_discount(discount: Decimal) -> str:
    return percent(discount) if discount else ""
