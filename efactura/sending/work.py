"""The next step of whatever is due, for one company."""

import logging
import time
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Max
from django.utils import timezone

from companies.scope import active_company_id
from efactura.models import Status, Submission
from efactura.sending import follow, reconcile, upload
from efactura.sending.records import Act
from efactura.spv.client import Client
from efactura.spv.errors import SpvError
from efactura.spv.limits import has_room, take_room

log = logging.getLogger(__name__)
ENOUGH = 240.0  # seconds after which a task leaves the rest to the next sweep; one call may take two minutes more
FRESH = 5.0  # seconds for which the way into SPV is taken to be as it was
DIED = "Programul s-a oprit în timpul încărcării; nu se știe ce a primit SPV."


def work(keys: Iterable[int]) -> list[int]:
    """Take the next step of each of these submissions of the active company that is due. Two workers may be at it together.

    Returns those for which the minute has no room left: an upload that could not be made is not begun, nor written down.
    """
    began = time.monotonic()
    rows = list(_due(keys))
    clients = Clients()
    for place, submission in enumerate(rows):
        if time.monotonic() - began > ENOUGH:
            break
        if client := clients.get(submission):
            if not _room(client, submission):
                return [row.pk for row in rows[place:]]
            step(client, submission)
            if submission.obstacle:
                clients.forget()
    return []


def follow_all(most: int) -> list[int]:
    """Ask about the company's uploads that are due, the oldest first. Returns those that were settled and whose archive waits."""
    rows = list(Submission.objects.filter(status=Status.SENT).due(timezone.now()).order_by("environment", "due_at")[:most])
    for _, group in groupby(rows, key=lambda row: row.environment):
        same = list(group)
        if client := _client(same[0]):
            follow.follow_company(client, same)
    return list(_due(row.pk for row in rows).exclude(status=Status.SENT).values_list("pk", flat=True)) if rows else []


def first_question(keys: Iterable[int]) -> datetime | None:
    """When these submissions, just uploaded, are to be asked about: so soon that no sweep should be waited for."""
    soon = timezone.now() + upload.FIRST_QUESTION
    return Submission.objects.filter(pk__in=list(keys), status=Status.SENT, looks=0, due_at__lte=soon).aggregate(last=Max("due_at"))["last"]


def step(client: Client, submission: Submission) -> None:
    """One step of one submission, by its status."""
    match submission.status:
        case Status.PENDING:
            upload.send(submission, client)
        case Status.SENT:
            follow.ask(client, submission)
        case Status.UNKNOWN:
            reconcile.look_up(client, submission)
        case Status.ACCEPTED | Status.REJECTED:
            follow.fetch(client, submission)


def give_back_lost() -> None:
    """Uploads of the active company whose worker died before it wrote the answer: nobody knows whether they arrived."""
    for submission in Submission.objects.filter(status=Status.SENDING).due(timezone.now()):
        upload.lost(submission, DIED)


def look_for_foreign() -> None:
    """Name the uploads in SPV that were not made here; without a way in, tomorrow."""
    try:
        reconcile.check_foreign(Client.of_company())
    except SpvError as error:
        log.warning("Company %s: uploads made elsewhere were not looked for (%s)", active_company_id(), error.message)


class Clients:
    """The company's clients, one for each environment, asked for anew every few seconds: rights, tokens and choices change."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Client, float]] = {}

    def get(self, submission: Submission) -> Client | None:
        """As `_client`."""
        client, until = self._kept.get(submission.environment, (None, 0.0))
        if client is None or time.monotonic() > until:
            client = _client(submission)
            if client:
                self._kept[submission.environment] = client, time.monotonic() + FRESH
        return client

    def forget(self) -> None:
        """Something stood in the way: whoever comes next asks again."""
        self._kept.clear()


def _room(client: Client, submission: Submission) -> bool:
    """Whether the minute has room for a call. An upload takes its place before it is begun: it must not be found full afterwards."""
    take = take_room if submission.status == Status.PENDING else has_room
    return take(client.environment, timezone.now())


def _due(keys: Iterable[int]) -> Any:
    return Submission.objects.filter(pk__in=list(keys)).exclude(status=Status.SENDING).due(timezone.now()).order_by("due_at", "id")


def _client(submission: Submission) -> Client | None:
    """The company's client for the submission's own environment; None, and the submission waits, when there is no way in."""
    try:
        return Client.of_company(submission.environment)
    except SpvError as error:
        upload.wait(submission, error, Act.STATE)
    return None
