"""The sweep that keeps BNR's rates at hand."""

import logging
from datetime import date, datetime, time, timedelta

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from catalog import bnr
from catalog.actions import store_rates
from catalog.models import ExchangeRate
from lib.dates import last_working_day
from lib.http import BadAnswer, NoAnswer

log = logging.getLogger(__name__)

PUBLISHED_AT = time(13, 5)  # BNR publishes shortly after 13:00 on banking days
ASKED, PROBLEM = "bnr:asked", "bnr:problem"  # in the cache: somebody waits for rates; when BNR last failed
REMEMBERED_FOR = 3600  # seconds
YEARS_KEPT = 2  # this one and the one before: corrections and late invoices look back


@shared_task
def read_rates() -> None:
    """Fetch what BNR has and we have not: the last ten days, and a year whose beginning is missing. A failure waits for the next run."""
    now = timezone.localtime()
    try:
        for year in range(now.year, now.year - YEARS_KEPT, -1):
            if _lacks_year(year, now.date()):
                log.info("BNR: %s rates of %s", store_rates(bnr.read_year(year)), year)
        newest = ExchangeRate.objects.order_by("-date").values_list("date", flat=True).first()
        if newest is None or newest < last_published(now):
            log.info("BNR: %s rates of the last days", store_rates(bnr.read_ten_days()))
        cache.delete(PROBLEM)
    except (NoAnswer, BadAnswer) as error:
        log.warning("BNR: %s", error)
        cache.set(PROBLEM, now, timeout=REMEMBERED_FOR)
    finally:
        cache.delete(ASKED)


def last_published(now: datetime) -> date:
    """The last day whose rates BNR must have published by `now`, Bucharest time."""
    return last_working_day(now.date() if now.time() >= PUBLISHED_AT else now.date() - timedelta(days=1))


def _lacks_year(year: int, today: date) -> bool:
    """Whether nothing is stored of the first ten days; those of the year that has just begun come with the last ten days."""
    start, end = date(year, 1, 1), date(year, 1, 10)
    return today > end and not ExchangeRate.objects.filter(date__range=(start, end)).exists()
