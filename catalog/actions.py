"""Exchange rates (storing what BNR published, finding the one that the law wants on a day) and products."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from catalog.bnr import RateRow
from catalog.models import ExchangeRate, Product
from lib.errors import Refused
from lib.formats import date_ro

OLDEST_RATE = timedelta(days=10)


def store_rates(rows: Iterable[RateRow]) -> int:
    """Add the rates that are new and correct those that BNR changed; how many were written. Twice the same is once."""
    rates = {(row.currency, row.date): row.rate for row in rows}
    if not rates:
        return 0
    days = [day for _, day in rates]
    stored = ExchangeRate.objects.filter(date__range=(min(days), max(days))).values_list("currency", "date", "rate")
    known = {(currency, day): rate for currency, day, rate in stored}
    changed = [
        ExchangeRate(currency=currency, date=day, rate=rate)
        for (currency, day), rate in rates.items()
        if known.get((currency, day)) != rate
    ]
    ExchangeRate.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["currency", "date"], update_fields=["rate", "source"], batch_size=1000
    )
    return len(changed)


def rate_in_force(currency: str, on: date) -> ExchangeRate:
    """The rate for an operation whose VAT is due on `on`: the last one that BNR published before that day. Calls nobody.

    Source: Cod fiscal art. 290 (2) and its norms, pct. 35 (1).
    Refuses: rate_missing.
    """
    rates = ExchangeRate.objects.filter(currency=currency, date__lt=on, date__gte=on - OLDEST_RATE)
    rate = rates.order_by("-date").first()
    if rate is None:
        sentence = f"Nu avem cursul BNR pentru {currency} din ziua bancară de dinaintea datei {date_ro(on)}. Scrieți cursul de mână."
        raise Refused("rate_missing", sentence, "exchange_rate")
    return rate


@transaction.atomic
def save_product(product: Product) -> Product:
    """Write a product; documents keep their own copy of it. Refuses: product_code_exists."""
    others = Product.objects.filter(code=product.code).exclude(pk=product.pk) if product.code else Product.objects.none()
    if other := others.first():
        raise Refused("product_code_exists", f"Codul {product.code} este deja al produsului „{other.name}”. Alegeți altul.", "code")
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError:  # its twin committed meanwhile
        raise Refused("product_code_exists", f"Codul {product.code} este deja al altui produs. Alegeți altul.", "code") from None
    return product
