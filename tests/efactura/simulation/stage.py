"""Where a run takes place: one clock, a broker that loses and repeats, workers that die or are overtaken, and a road to the rehearsal SPV."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from random import Random
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import redis
from celery.app.task import Task
from django.conf import settings
from django.db import connection
from django.utils import timezone

from efactura.rehearsal.exchange import Ask
from efactura.rehearsal.spv import Spv
from efactura.sending import follow, reconcile, records, upload, work
from efactura.spv import client, http, oauth
from efactura.spv.errors import NoAnswer, NoConnection
from lib import nudge

BEGINNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
TIMEOUT = timedelta(minutes=2)
# Each for one call to SPV.
RATES = {"lose_request": 0.03, "lose_answer": 0.06, "slow": 0.03, "500": 0.02, "500_taken": 0.02, "empty": 0.01, "empty_taken": 0.02}
RATES |= {"html": 0.01, "html_taken": 0.02, "429": 0.03, "401": 0.003, "403": 0.01, "204": 0.01, "technical": 0.01, "technical_taken": 0.02}
RATES |= {"no_index": 0.02, "schema": 0.005, "rights": 0.01, "nok": 0.06, "limit": 0.01, "future": 0.01}
# Where a worker may die, be overtaken by another one, or find Redis empty.
POINTS = [
    (work, "step"),
    (upload, "_claim"),
    (upload, "move"),
    (upload, "move_within"),
    (follow, "move"),
    (follow, "keep"),
    (reconcile, "move"),
    (records, "note"),
]
POINTS += [(follow, "hold"), (reconcile, "hold")]


class Killed(BaseException):  # SIGKILL: nobody catches it
    """The worker is no more."""


class Stage:
    """Opened by `run.simulate`; everything that it replaces is put back with `patch`."""

    def __init__(self, seed: int, patch: Any, *, http_url: str, spv: Spv) -> None:
        self.random = Random(seed)
        self.patch, self.spv = patch, spv
        self.now, self.skew = BEGINNING, timedelta()
        self.queue: list[tuple[Any, tuple[Any, ...], datetime]] = []
        self.calm, self.depth, self.base = True, 0, len(connection.savepoint_ids)
        self.deaths = self.overtaken = 0
        self.at_work: list[tuple[Any, tuple[Any, ...], datetime]] = []
        self.after_call: Callable[[], None] = lambda: None
        self.danger = self.random.choice([0.0, 0.01, 0.03])
        patch.setattr(timezone, "now", lambda: self.now + self.skew)
        patch.setattr(Task, "apply_async", lambda task, *given, **options: self._publish(task, *given, **options))
        patch.setattr(nudge, "transaction", SimpleNamespace(on_commit=lambda act: act()))
        patch.setattr(nudge._post, "put", lambda task, ids: task.apply_async(ids))  # no thread: a seed repeats its run
        road = self._direct if not http_url else self._over_http
        patch.setattr(settings, "REHEARSAL_URL", http_url or "http://127.0.0.1:9")
        patch.setattr(spv, "_wait", self._slow if not http_url else spv._wait)
        for module in (client, oauth):
            patch.setattr(module, "call", road)
        for module, name in POINTS:
            patch.setattr(module, name, self._dangerous(getattr(module, name)))
        self.flush_redis()
        self.forward(timedelta())

    def forward(self, time: timedelta) -> None:
        self.now += time
        self.spv.store.settings["clock"] = {"at": self.now.isoformat()}

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def work_one(self) -> bool:
        """A worker takes a task from the queue, in no order that can be relied on; sometimes the broker hands it out again later."""
        if not self.queue:
            return False
        chosen = task, arguments, until = self.queue.pop(self.random.randrange(len(self.queue)))
        if until <= self.now:
            return True
        if not self.calm and self.chance(0.05):
            self.queue.append(chosen)
        self.at_work.append(chosen)
        self.depth += 1
        try:
            task.run(*arguments)
        except Killed:
            self.deaths += 1
        finally:
            self.depth -= 1
            self.at_work.pop()
        return True

    def interrupt(self) -> None:
        """Between two instructions of a worker."""
        if self.calm or not self.depth:
            return
        if self.chance(self.danger):
            raise Killed
        if self.chance(0.01):
            self.flush_redis()
        between = len(connection.savepoint_ids) == self.base
        if between and self.depth == 1 and self.chance(0.1):
            self.overtaken += 1
            if self.chance(0.1):
                self.forward(timedelta(minutes=self.random.randint(1, 15)))
            self.queue.append(self.at_work[-1])
            while self.work_one() and self.chance(0.7):
                pass

    def flush_redis(self) -> None:
        """The queue and every counter are gone."""
        self.queue.clear()
        redis.Redis.from_url(settings.REDIS_URL).flushdb()

    def _publish(self, task: Any, args: Any = (), *_: Any, **options: Any) -> None:
        if task.name == "efactura.tasks.enrol" and not self.calm and self.chance(0.7):
            return  # lost on the way: the next sweep comes soon, and nothing is quicker than this to simulate
        if task.name.startswith("efactura.") and "proof" not in task.name:
            self.queue.append((task, tuple(args), self.now + timedelta(seconds=options.get("expires") or 86_400)))

    def _dangerous(self, act: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(act)
        def done(*args: Any, **kwargs: Any) -> Any:
            self.interrupt()
            result = act(*args, **kwargs)
            self.interrupt()
            return result

        return done

    def _direct(self, method: str, url: str, *, headers: Any = None, body: bytes | None = None) -> http.Answer:
        """As `efactura.spv.http.call`, without a socket."""
        self._before()
        parts, named = urlsplit(url), {name.lower(): value for name, value in (headers or {}).items()}
        self._slowed = False
        reply = self.spv.answer(Ask(method, parts.path.removeprefix("/spv"), dict(parse_qsl(parts.query)), named, body or b""))
        slowed = self._slowed
        self.after_call()
        self.interrupt()
        if reply is None or slowed:
            raise NoAnswer(http.CUT)
        return http.Answer(reply.status, reply.body)

    def _over_http(self, method: str, url: str, **given: Any) -> http.Answer:
        self._before()
        try:
            return http.call(method, url, **given)
        finally:
            self.after_call()
            self.interrupt()

    def _before(self) -> None:
        self.interrupt()
        if not self.calm and self.chance(0.03):
            raise NoConnection(http.NOT_REACHED)

    def _slow(self) -> None:
        self._slowed = True
        self.forward(TIMEOUT)
