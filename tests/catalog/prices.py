"""Special price lists for tests."""

from decimal import Decimal
from typing import Any

from catalog.actions import save_price_list
from catalog.models import PriceList, PriceListItem, Product, Unit, VatRate
from catalog.prices import Terms
from partners.models import Partner
from tests.factories import TODAY

LEI = Terms(currency="RON", rate=Decimal(1), with_vat=False, on=TODAY)


def make_product(name: str = "Scândură", price: str = "100", slug: str = "s21", **fields: Any) -> Product:
    values = {"unit": Unit.objects.get(name="buc"), "price": Decimal(price), "vat_rate": VatRate.objects.get(slug=slug)} | fields
    return Product.objects.create(name=name, **values)


def make_list(
    name: str = "En gros", rows: list[tuple[Product, str, str]] | None = None, *, clients: list[Partner] | None = None, **fields: Any
) -> PriceList:
    """A list with `rows` of (product, from quantity, price or discount: "80" or "10%"); with `clients`, for them only."""
    values = {"audience": "clients" if clients else "group" if fields.get("group") else "all"} | fields
    items = [
        PriceListItem(
            product=product,
            from_quantity=Decimal(quantity),
            price=None if value.endswith("%") else Decimal(value),
            discount_percent=Decimal(value[:-1]) if value.endswith("%") else Decimal(0),
        )
        for product, quantity, value in rows or []
    ]
    return save_price_list(PriceList(name=name, **values), items=items, clients=clients or [], by=None)
