"""The calm line over every page when a limited plan is almost or wholly used: kept in Redis, so that no page asks the database.

Whoever counts a document writes it after the commit; the sweep of notices writes it again, should Redis have been emptied.
"""

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.utils import timezone

from subscriptions.window import instants


@dataclass(frozen=True)
class Banner:
    used: int
    limit: int
    last: date  # the last day of the window
    resets_on: date

    @property
    def full(self) -> bool:
        return self.used >= self.limit


def show(company_id: int, banner: Banner) -> None:
    """Keep the line until the window ends."""
    ends = instants(banner.last, banner.last)[1]
    cache.set(_key(company_id), banner, timeout=max(int((ends - timezone.now()).total_seconds()), 1))


def clear(company_id: int) -> None:
    """Take the line away: the plan has changed, the next document that is counted brings it back if it still holds."""
    cache.delete(_key(company_id))


def shown(company_id: int) -> Banner | None:
    found: Banner | None = cache.get(_key(company_id))
    return found


def _key(company_id: int) -> str:
    return f"quota-banner:{company_id}"
