"""Waking a worker. The row in the database is the queue and a sweep each minute its guarantee; a nudge only saves the wait.

So nobody waits for a nudge: a thread of the process sends it, and when the broker is away nothing is late but the nudge.
"""

import atexit
import logging
import os
from queue import Full, Queue
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any

from django.db import transaction
from kombu.exceptions import OperationalError

WAITING = 1000  # nudges that a process keeps while the broker is slow; the sweep finds what more there is
log = logging.getLogger(__name__)


def nudge(task: Any, *ids: int) -> None:
    """Call a task soon after the commit, without waiting for the broker."""
    transaction.on_commit(lambda: _post.put(task, ids))


def flush(seconds: float = 2.0) -> None:
    """Wait until what was nudged has left: a process that is about to end does."""
    until = monotonic() + seconds
    while _post.waiting() and monotonic() < until:
        sleep(0.005)


class _Post:
    """The nudges of this process on their way, and the thread that sends them, which starts with the first."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """With nothing on its way: a forked process has the memory of the queue but not the thread."""
        self._queue: Queue[tuple[Any, tuple[int, ...]]] = Queue(WAITING)
        self._lock = Lock()
        self._thread: Thread | None = None

    def put(self, task: Any, ids: tuple[int, ...]) -> None:
        if task.app.conf.task_always_eager:
            task.apply_async(ids)
            return
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._send, name="nudge", daemon=True)
                self._thread.start()
        try:
            self._queue.put_nowait((task, ids))
        except Full:
            log.warning("The broker is slow; the sweep will find %s%s", task.name, ids)

    def waiting(self) -> bool:
        return self._queue.unfinished_tasks > 0

    def _send(self) -> None:
        while True:
            task, ids = self._queue.get()
            try:
                task.apply_async(ids, retry=False)
            except OperationalError as error:
                log.warning("The broker does not answer (%s); the sweep will find %s%s", error, task.name, ids)
            except Exception:
                log.exception("A nudge for %s%s was lost; the sweep will find it", task.name, ids)
            finally:
                self._queue.task_done()


_post = _Post()

os.register_at_fork(after_in_child=_post.begin)
atexit.register(flush)
