"""One run by its seed: `simulate(7)`; what it breaks, it says with the seed."""

import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from efactura.models import Submission
from efactura.models.submissions import SubmissionQuerySet
from efactura.rehearsal.spv import Spv
from efactura.sending import upload
from efactura.tasks import check_foreign_uploads, sweep_authorisations, sweep_submissions
from tests.efactura.simulation.invariants import Broken, Invariants, Outcome
from tests.efactura.simulation.people import People
from tests.efactura.simulation.stage import RATES, Stage
from web.rehearsal.server import Rehearsal
from web.rehearsal.services import spv_service

QUIET = 2  # days at the end


def simulate(seed: int, *, days: int = 2, over_http: bool = False, without: str = "") -> Outcome:
    """Raises Broken. `without` takes away what protects: "unknown" repeats what got no answer, "claim" sets without comparing."""
    draw = Random(seed)
    with pytest.MonkeyPatch.context() as patch, _spv(over_http, draw) as (spv, url), transaction.atomic():
        patch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")
        patch.setattr(settings, "EFACTURA_TIMEOUT", 1)
        patch.setattr(settings, "PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"])
        _take_away(without, patch)
        stage = Stage(seed, patch, http_url=url, spv=spv)
        people = People(stage, seed, draw.randint(1, 3))
        watch = Invariants(stage, people)
        try:
            _live(stage, people, watch, days)
            _settle_down(stage, people, watch)
            connection.check_constraints()
            return watch.outcome(seed, days)
        except Broken as error:
            raise Broken(f"seed {seed}: {error}") from error
        except Exception as error:
            raise Broken(f"seed {seed}: {traceback.format_exc(limit=-8)}") from error
        finally:
            transaction.set_rollback(True)


def _live(stage: Stage, people: People, watch: Invariants, days: int) -> None:
    stage.calm = False
    end = stage.now + timedelta(days=days)
    while stage.now < end:
        _pass_time(stage)
        for _ in range(stage.random.randint(0, 2)):
            people.act()
        if stage.chance(0.9):
            sweep_submissions.run()
        if stage.chance(0.05):
            sweep_authorisations.run()
        if stage.chance(0.03):
            check_foreign_uploads.run()
        while stage.work_one() and not stage.chance(0.02):
            pass
        watch.after_step()


def _settle_down(stage: Stage, people: People, watch: Invariants) -> None:
    """No faults, a good clock, a new certificate: whatever can go on does, in the days that follow."""
    stage.calm, stage.skew = True, timedelta()
    stage.spv.control(random=None)
    people.authorise()
    end = stage.now + timedelta(days=QUIET)
    nights = 0
    while stage.now < end:
        sweep_submissions.run()
        if (end - stage.now).days < QUIET - nights:
            nights += 1
            check_foreign_uploads.run()
        while stage.work_one():
            pass
        watch.after_step()
        stage.forward(max(_next(stage) - stage.now, timedelta(minutes=1)))
    check_foreign_uploads.run()
    while stage.work_one():
        pass
    watch.at_the_end()


def _pass_time(stage: Stage) -> None:
    """To the next thing that is due, or a while, or a night in which nothing runs."""
    draw = stage.random.random()
    if draw < 0.6:
        stage.forward(max(min(_next(stage) - stage.now, timedelta(hours=12)), timedelta(minutes=1)))
    elif draw < 0.95:
        stage.forward(timedelta(minutes=stage.random.randint(1, 240)))
    else:
        stage.forward(timedelta(hours=stage.random.randint(8, 30)))


def _next(stage: Stage) -> Any:
    first = Submission.objects.every_company().filter(due_at__isnull=False).order_by("due_at").values_list("due_at", flat=True).first()
    return (first - stage.skew if first else stage.now + timedelta(hours=12)) + timedelta(seconds=1)


@contextmanager
def _spv(over_http: bool, draw: Random) -> Iterator[tuple[Spv, str]]:
    """SPV of this run, with the faults of its seed, and its address when it is called over real HTTP."""
    spv = Spv()
    rates = {fault: rate * draw.choice([0, 1, 1, 2]) for fault, rate in RATES.items()}
    if over_http:
        rates["slow"] = 0
    choices: dict[str, Any] = {
        "processing": draw.choice([0, 30, 600, 3600]),
        "lag": draw.choice([0, 5, 300, 1800]),
        "duplicates": draw.choice(["nok", "accept"]),
        "judge": draw.random() < 0.1,
        "state_day": draw.choice([100, 12]),
        "access_seconds": draw.choice([3600, 86_400, 90 * 86_400]),
        "refresh_seconds": draw.choice([3 * 86_400, 365 * 86_400]),
        "rotate": draw.random() < 0.8,
        "minute": 1_000_000,
        "random": {"seed": draw.random(), "rates": rates},
    }
    spv.control(**choices)
    try:
        if not over_http:
            yield spv, ""
            return
        with tempfile.TemporaryDirectory() as folder, Rehearsal(mail_folder=Path(folder), services=[spv_service(spv)]) as server:
            yield spv, server.url
    finally:
        spv.close()


def _take_away(name: str, patch: pytest.MonkeyPatch) -> None:
    if name == "unknown":

        def repeat(submission: Submission, reason: str, said: str = "") -> None:
            upload._not_taken(submission, upload.NoConnection(reason))

        patch.setattr(upload, "lost", repeat)
    if name == "claim":

        def move(rows: Any, pk: int, source: str, target: str, **fields: object) -> bool:
            return bool(rows.filter(pk=pk).update(status=target, **fields) == 1)

        patch.setattr(SubmissionQuerySet, "move", move)
