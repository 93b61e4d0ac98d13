"""Units and VAT treatments, kept in the process for a minute: they are the same for every company and change with the law."""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

from catalog.models import Unit, VatRate

KEPT_FOR, KEPT_KEYS = 60, 400  # seconds; entries
_kept: dict[Any, tuple[float, Any]] = {}


def units() -> dict[str, Unit]:
    """Every unit by its name, in the order of the list."""
    return keep("units", lambda: {unit.name: unit for unit in Unit.objects.all()})


def vat_rates() -> dict[str, VatRate]:
    """Every VAT treatment, of any day, by its key as text."""
    return keep("rates", lambda: {str(rate.pk): rate for rate in VatRate.objects.all()})


def offered(on: date, *, payer: bool) -> list[VatRate]:
    """The VAT treatments that a line may choose on a day."""
    return keep((on, payer), lambda: list(VatRate.objects.offered(on, payer=payer)))


def keep(key: Any, read: Callable[[], Any]) -> Any:
    """What `read` answered in the last minute. For what is the same for every company, and for nothing else."""
    until, value = _kept.get(key, (0.0, None))
    if until < time.monotonic():
        if len(_kept) > KEPT_KEYS:
            _kept.clear()
        value = read()
        _kept[key] = time.monotonic() + KEPT_FOR, value
    return value
