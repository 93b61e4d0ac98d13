"""Waking a worker. The row in the database is the queue and a sweep each minute its guarantee; a nudge only saves the wait."""

import logging
from typing import Any

from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def nudge(task: Any, *ids: int) -> None:
    """Call a task after the commit. When the broker does not answer, what the person asked for is done all the same."""
    transaction.on_commit(lambda: _publish(task, ids))


def _publish(task: Any, ids: tuple[int, ...]) -> None:
    try:
        task.apply_async(ids, retry=False)
    except OperationalError as error:
        log.warning("The broker does not answer (%s); the sweep will find %s%s", error, task.name, ids)
