"""When to go on after an error of SPV."""

from datetime import datetime, timedelta

from django.utils import timezone

from efactura.spv.errors import Limited, MixedUp, Refusal, SpvError, Unauthorised

LEASE = timedelta(minutes=15)  # more than the time limit of a task: a claim older than this is of a dead worker
NO_WAY_IN = timedelta(minutes=5)  # nothing is called meanwhile, so a new authorisation is found soon
NO_RIGHT = timedelta(hours=6)  # SPV says no: a person must act, and each try costs one of the calls of a day
NOT_THERE = [2, 5, 30, 120, 360]  # minutes; the last of them for ever: under the ten downloads that ANAF allows a day


def wait_for(error: SpvError, tries: int) -> datetime:
    now = timezone.now()
    if isinstance(error, Limited):
        return max(error.until, now + timedelta(seconds=5))
    if isinstance(error, Unauthorised | MixedUp):
        return now + NO_WAY_IN
    if isinstance(error, Refusal):
        return now + NO_RIGHT
    return now + timedelta(minutes=NOT_THERE[min(max(tries, 1), len(NOT_THERE)) - 1])
