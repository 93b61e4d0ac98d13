"""ANAF's limits, counted for all workers together in Redis. A lost counter costs nothing but an answer of ANAF that says so.

Source: ANAF, limiteApeluriAPI.txt; where its versions differ, the lower figure or one below it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from uuid import uuid4

import redis
from django.conf import settings
from django.utils import timezone

from efactura.spv.answers import AGAIN, next_day
from efactura.spv.environment import Environment
from efactura.spv.errors import Limited

log = logging.getLogger(__name__)
A_MINUTE = 1000  # calls of every kind
A_DAY = {"stareMesaj": 100, "listaMesajeFactura": 1000, "listaMesajePaginatieFactura": 100_000, "descarcare": 10, "RASP": 1000}
KEPT = 60 * 60 * 48  # seconds

WINDOW = 61  # seconds: ANAF hears of a call a little after it was counted here
# The calls of the last minute, each with its time; an entry ahead of the clock is of a clock that was set back. Without a fourth
# argument nothing is counted.
_MINUTE = """
local now, most, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
redis.call('ZREMRANGEBYSCORE', KEYS[1], now + window, '+inf')
if redis.call('ZCARD', KEYS[1]) >= most then return 0 end
if ARGV[4] then
    redis.call('ZADD', KEYS[1], now, ARGV[4])
    redis.call('EXPIRE', KEYS[1], window * 2)
end
return 1
"""


def take_call(environment: Environment, now: datetime) -> None:
    """Count one call of the minute. Raises Limited when there is no room."""
    if not take_room(environment, now):
        raise Limited(f"S-au făcut 1.000 de cereri într-un minut, cât primește ANAF. {AGAIN}", now + timedelta(seconds=10))


def take_room(environment: Environment, now: datetime) -> bool:
    """Count one call of the minute; False, and nothing counted, when there is no room."""
    return _of_minute(environment, now, uuid4().hex)


def has_room(environment: Environment, now: datetime) -> bool:
    """Whether one more call may be made in this minute; nothing is counted."""
    return _of_minute(environment, now)


def _of_minute(environment: Environment, now: datetime, *mark: str) -> bool:
    given = (str(now.timestamp()), str(A_MINUTE), str(WINDOW), *mark)
    return _counted(lambda client: client.eval(_MINUTE, 1, f"spv:{environment}:calls", *given))


def take_of_day(environment: Environment, kind: str, subject: str, now: datetime) -> None:
    """Count one call of the day about a message or a CIF. Raises Limited when ANAF would say no."""
    key = f"spv:{environment}:{kind}:{subject}:{timezone.localtime(now).date()}"

    def count(client: redis.Redis) -> bool:
        with client.pipeline() as pipe:
            counted, _ = pipe.incr(key).expire(key, KEPT).execute()
        return int(counted) <= A_DAY[kind]

    if not _counted(count):
        raise Limited(f"S-a atins limita pe zi a ANAF pentru acest mesaj sau CIF. {AGAIN}", next_day(now))


def _counted(count: Callable[[redis.Redis], object]) -> bool:
    """Whether there is room; a Redis that does not answer counts nothing and holds nothing up."""
    try:
        return bool(count(_client(settings.REDIS_URL)))
    except redis.RedisError as error:
        log.warning("The limits of SPV are not counted: %s", error)
        return True


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3)
