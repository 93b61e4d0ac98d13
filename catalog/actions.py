"""Exchange rates (storing what BNR published, finding the one that the law wants on a day), products, special price lists."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from catalog.bnr import RateRow
from catalog.models import ExchangeRate, PriceList, PriceListClient, PriceListItem, Product
from companies.events import record_event
from lib.errors import Refused, require
from lib.formats import date_ro, qty
from partners.models import Partner

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
    return _known(rates.order_by("-date").first(), currency, on)


class RatesInForce:
    """`rate_in_force` for one who asks about many days: all that may be asked for is read at once."""

    def __init__(self, asked: Iterable[tuple[str, date]]) -> None:
        days = set(asked)
        self.rates: dict[str, list[ExchangeRate]] = {}
        if days:
            range_ = (min(day for _, day in days) - OLDEST_RATE, max(day for _, day in days))
            rates = ExchangeRate.objects.filter(currency__in={currency for currency, _ in days}, date__range=range_)
            for rate in rates.order_by("date"):
                self.rates.setdefault(rate.currency, []).append(rate)

    def of(self, currency: str, on: date) -> ExchangeRate:
        """The rate in force on one of the days that were named. Refuses: rate_missing."""
        rates = self.rates.get(currency, [])
        place = bisect_left(rates, on, key=lambda rate: rate.date)
        found = rates[place - 1] if place else None
        return _known(found if found and found.date >= on - OLDEST_RATE else None, currency, on)


def _known(rate: ExchangeRate | None, currency: str, on: date) -> ExchangeRate:
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


@transaction.atomic
def save_price_list(price_list: PriceList, *, items: Sequence[PriceListItem], clients: Sequence[Partner], by: Any) -> PriceList:
    """Write a list with its prices and its clients, which take the place of the former ones. Whether it is active does not change.

    Refuses: price_list_ends_before_start, price_list_without_clients, price_list_without_group, price_list_empty,
    price_list_row_twice, price_list_name_exists.
    """
    new = price_list.pk is None
    if not new:
        held = PriceList.objects.select_for_update().get(pk=price_list.pk)
        price_list.active, price_list.reason = held.active, held.reason
    clients = list(dict.fromkeys(clients)) if price_list.audience == PriceList.Audience.CLIENTS else []
    price_list.group = price_list.group if price_list.audience == PriceList.Audience.GROUP else ""
    _require_sense(price_list, items, clients)
    try:
        with transaction.atomic():
            price_list.save()
    except IntegrityError as error:
        if "price_list_name_once" not in str(error):
            raise
        raise Refused("price_list_name_exists", f"Lista „{price_list.name}” există deja. Alegeți alt nume.", "name") from None
    price_list.items.all().delete()
    price_list.clients.all().delete()
    for item in items:
        item.pk, item.price_list = None, price_list
    PriceListItem.objects.bulk_create(items)
    PriceListClient.objects.bulk_create([PriceListClient(price_list=price_list, partner=partner) for partner in clients])
    verb = "price_list_created" if new else "price_list_changed"
    record_event(price_list, verb, by=by, items=len(items), clients=len(clients), discount=price_list.discount_percent)
    return price_list


@transaction.atomic
def set_price_list_active(price_list: PriceList, *, active: bool, by: Any) -> PriceList:
    """Offer the prices of a list on new documents, or no longer. The same twice is once."""
    price_list = PriceList.objects.select_for_update().get(pk=price_list.pk)
    if price_list.active == active:
        return price_list
    price_list.active, price_list.reason = active, "" if active else PriceList.Reason.PERSON
    price_list.save(update_fields=["active", "reason"])
    record_event(price_list, "price_list_activated" if active else "price_list_deactivated", by=by, reason=price_list.reason)
    return price_list


@transaction.atomic
def deactivate_price_lists(*, reason: PriceList.Reason, by: Any) -> list[str]:
    """Make all active lists inactive, in one statement; their names. Each can be made active again (R34)."""
    lists = list(PriceList.objects.filter(active=True).order_by("name").select_for_update())
    PriceList.objects.filter(pk__in=[price_list.pk for price_list in lists]).update(active=False, reason=reason)
    for price_list in lists:
        record_event(price_list, "price_list_deactivated", by=by, reason=reason)
    return [price_list.name for price_list in lists]


def _require_sense(price_list: PriceList, items: Sequence[PriceListItem], clients: Sequence[Partner]) -> None:
    """What the parts of a list say together."""
    starts, ends = price_list.starts_on, price_list.ends_on
    require(
        not (starts and ends) or starts <= ends,
        "price_list_ends_before_start",
        f"Lista începe la {date_ro(starts)}: ultima ei zi nu poate fi mai devreme.",
        "ends_on",
    )
    named = clients or price_list.audience != PriceList.Audience.CLIENTS
    require(named, "price_list_without_clients", "Alegeți cel puțin un client, sau faceți lista pentru toți clienții.", "audience")
    grouped = price_list.group or price_list.audience != PriceList.Audience.GROUP
    require(grouped, "price_list_without_group", "Scrieți grupul clienților, așa cum este scris la fiecare client.", "group")
    said = items or price_list.discount_percent
    require(said, "price_list_empty", "Scrieți prețul cel puțin al unui produs, sau un discount la toate.", "discount_percent")
    for (product, quantity), count in Counter((item.product, item.from_quantity) for item in items).items():
        sentence = f"{product.name} are două prețuri de la cantitatea {qty(quantity)}. Păstrați unul."
        require(count == 1, "price_list_row_twice", sentence)
