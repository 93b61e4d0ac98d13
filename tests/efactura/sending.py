"""Driving the sending queue in tests: a clock that both sides keep, and sweeps as beat would call them."""

from datetime import datetime, timedelta
from typing import Any

from celery.app.task import Task
from django.utils import timezone

from accounts.models import User
from efactura.models import Settings, Submission
from efactura.rehearsal.spv import Spv
from efactura.tasks import sweep_submissions
from invoicing.actions import issue
from invoicing.models import Document
from lib import nudge
from tests import factories

REAL_NOW = timezone.now


class Clock:
    """Time for us and for the rehearsal SPV together; it stands on real time, moved by what tests ask for."""

    def __init__(self, spv: Spv, monkeypatch: Any) -> None:
        self.spv, self.offset, self.behind = spv, timedelta(), timedelta()  # `behind`: how far ANAF's clock is behind ours
        monkeypatch.setattr(timezone, "now", lambda: REAL_NOW() + self.offset)

    def forward(self, **time: float) -> None:
        self.offset += timedelta(**time)
        self.spv.control(clock={"offset": (self.offset - self.behind).total_seconds()})

    def sweep(self, minutes: int = 0) -> None:
        """A sweep now, and one after each of so many minutes."""
        sweep_submissions()
        for _ in range(minutes):
            self.forward(minutes=1)
            sweep_submissions()


def issued(by: User, **fields: Any) -> Document:
    """An invoice of today, issued."""
    day = timezone.localdate()
    return issue(factories.make_draft(by=by, issue_date=day, due_date=day, **fields), by=by)


def begin(sending: str = Settings.Sending.AT_ONCE, **choices: Any) -> Settings:
    """The company sends from now on."""
    settings, _ = Settings.objects.get_or_create()
    for name, value in {"sending": sending, "sending_since": timezone.now() - timedelta(minutes=1), **choices}.items():
        setattr(settings, name, value)
    settings.save()
    return settings


def only(document: Document) -> Submission:
    """The only submission of a document."""
    return Submission.objects.get(document=document)


def uploaded(spv: Spv) -> int:
    """How many files SPV has taken."""
    row = spv.store.row("SELECT count(*) AS n FROM documents WHERE stare <> ''")
    return int(row["n"]) if row else 0


def once(spv: Spv, on: str, fault: str, times: int = 1) -> None:
    spv.control(next=[{"on": on, "do": fault, "times": times}])


class Broker:
    """Celery on the test's clock: each task runs when its time comes, none before."""

    def __init__(self, clock: Clock, monkeypatch: Any) -> None:
        self.clock = clock
        self.waiting: list[tuple[datetime, Task, Any]] = []
        monkeypatch.setattr(Task, "apply_async", lambda task, *given, **options: self._publish(task, *given, **options))

    def live(self, seconds: int) -> None:
        """Let time pass, without a sweep."""
        nudge.flush()
        end = timezone.now() + timedelta(seconds=seconds)
        while due := sorted((each for each in self.waiting if each[0] <= end), key=lambda each: each[0])[:1]:
            at, task, args = due[0]
            self.waiting.remove(due[0])
            self.clock.forward(seconds=max((at - timezone.now()).total_seconds(), 0))
            task.run(*args)
            nudge.flush()
        self.clock.forward(seconds=max((end - timezone.now()).total_seconds(), 0))

    def _publish(self, task: Task, args: Any = (), *_: Any, countdown: float = 0, **__: Any) -> None:
        self.waiting.append((timezone.now() + timedelta(seconds=countdown), task, args))
