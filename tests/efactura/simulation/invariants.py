"""What must hold after each step, and at the end of each run."""

from collections import Counter, defaultdict
from datetime import timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from efactura.models import EInvoiceXml, ForeignUpload, SpvCall, Status, Submission
from efactura.models.submissions import NEXT
from invoicing.models import Document
from tests.efactura.simulation.people import People
from tests.efactura.simulation.stage import Stage

FARTHEST = timedelta(days=4)  # a delay that a company may choose, and a limit of the day
BY_A_WORKER = (Status.SENDING, Status.UNKNOWN, Status.SENT)
WITH_A_PERSON = (Status.HELD, Status.BY_HAND, Status.REJECTED, Status.REFUSED)


class Outcome(NamedTuple):
    """What a run went through."""

    seed: int
    days: int
    documents: int
    uploads: int
    accepted: int
    deaths: int
    overtaken: int


class Broken(AssertionError):
    """An invariant does not hold."""


def require(holds: object, said: str) -> None:
    if not holds:
        raise Broken(said)


class Invariants:
    """Watches SPV's own door and asks the database after each step."""

    def __init__(self, stage: Stage, people: People) -> None:
        self.stage, self.people = stage, people
        self.taken: dict[str, list[int]] = defaultdict(list)  # by SHA-256, the indexes that SPV gave
        self.calls: list[tuple[Any, ...]] = []
        self._fresh: list[tuple[bytes, int]] = []
        take = stage.spv.documents.take
        stage.patch.setattr(stage.spv.documents, "take", lambda xml, *args, **given: self._keep(xml, take(xml, *args, **given)))
        stage.after_call = self.at_the_door

    def _keep(self, xml: bytes, index: int) -> int:
        """In SPV's thread, which may not ask our database."""
        self._fresh.append((xml, index))
        return index

    def at_the_door(self) -> None:
        """What SPV has just taken was frozen before, and is not there already."""
        while self._fresh:
            xml, index = self._fresh.pop()
            name = sha256(xml).hexdigest()
            if self._companies(EInvoiceXml).filter(sha256=name).exists():
                for former in self.taken[name]:
                    stare = self._stare(former)
                    require(stare == "nok", f"uploaded again while SPV has it: indexes {former} ({stare}) and {index}")
            else:
                require(str(index) in self.people.strangers, f"index {index}: the bytes are not those that were frozen")
            self.taken[name].append(index)

    def after_step(self) -> None:
        self.at_the_door()
        rows = list(self._companies(Submission).order_by("pk"))
        accepted = Counter((row.document_id, row.revision) for row in rows if row.status == Status.ACCEPTED)
        require(all(count == 1 for count in accepted.values()), f"two accepted indexes of one revision: {accepted}")
        for row in rows:
            self._goes_on(row)
        calls = list(self._companies(SpvCall).order_by("pk").values_list("pk", "submission_id", "act", "outcome", "index", "at"))
        require(calls[: len(self.calls)] == self.calls, "the log of calls did not only grow")
        self.calls = calls
        kept = Counter(call[1] for call in calls if call[2] == SpvCall.Act.DOWNLOAD and call[3].startswith("Arhiva"))
        require(all(count == 1 for count in kept.values()), f"an archive was kept twice: {kept}")

    def _goes_on(self, row: Submission) -> None:
        """A worker's turn has a time, a person's a sentence."""
        said = f"submission {row.pk} of document {row.document_id}/{row.revision}, {row.status}"
        if row.status in BY_A_WORKER:
            require(row.due_at, f"{said}: nobody will look at it again")
        if row.status in WITH_A_PERSON and row.latest:
            require(row.next_step and NEXT[Status(row.status)], f"{said}: no next step")
        if row.status in (Status.ACCEPTED, Status.REJECTED):
            require(row.archive_id or row.due_at or row.message, f"{said}: its archive was forgotten")
        if row.due_at:
            require(row.due_at <= self.stage.now + FARTHEST, f"{said}: put off until {row.due_at}")
        for former in self.taken.get(row.sha256, []) if row.status == Status.ACCEPTED else []:
            stare = self._stare(former)
            require(str(former) == row.index or stare == "nok", f"{said} with {row.index}, but SPV has {former} ({stare}) as well")

    def at_the_end(self) -> None:
        """After quiet days: nothing in SPV is unknown here, nothing waits that could go on, and each archive is here."""
        known = {row.index: row for row in self._companies(Submission).exclude(index="")}
        foreign = set(self._companies(ForeignUpload).values_list("index", flat=True))
        for row in self.stage.spv.store.rows("SELECT id, stare, xml FROM documents WHERE stare = 'ok'"):
            index, name = str(row["id"]), sha256(row["xml"]).hexdigest()
            if index in self.people.strangers:
                require(index in foreign, f"index {index} of another program was not named")
                continue
            ours = known.get(index)
            require(ours or index in foreign, f"SPV has index {index}, of which nobody knows here")
            require(ours or self._was_dropped(name), f"index {index} is ours and was named a stranger's")
            require(not ours or ours.status == Status.ACCEPTED, f"index {index} is accepted in SPV, here {ours and ours.status}")
        for each in self._companies(Submission):
            said = f"submission {each.pk}, {each.status}, due {each.due_at}, {each.message}"
            require(each.status not in BY_A_WORKER, f"{said}: still open after quiet days")
            waits = each.status == Status.PENDING and each.due_at and each.due_at < self.stage.now - timedelta(hours=1)
            require(not waits, f"{said}: did not leave in quiet days")
            settled = each.status in (Status.ACCEPTED, Status.REJECTED)
            require(not settled or each.archive_id, f"{said}: without its archive")
        issued = self._companies(Document).filter(status="issued", kind="invoice")
        listed = set(self._companies(Submission).filter(latest=True).values_list("document_id", flat=True))
        require({row.pk for row in issued} <= listed, "an issued invoice is in no state")

    def outcome(self, seed: int, days: int) -> Outcome:
        rows = self._companies(Submission)
        documents, accepted = rows.filter(latest=True).count(), rows.filter(status=Status.ACCEPTED).count()
        uploads = sum(map(len, self.taken.values()))
        return Outcome(seed, days, documents, uploads, accepted, self.stage.deaths, self.stage.overtaken)

    def _was_dropped(self, name: str) -> bool:
        return self._companies(Submission).filter(sha256=name, status=Status.DROPPED).exists()

    def _stare(self, index: int) -> str:
        self.stage.spv.documents.settle(self.stage.spv.store.now(), only=index)
        row = self.stage.spv.store.row("SELECT stare FROM documents WHERE id = ?", index)
        return str(row["stare"]) if row else ""

    def _companies(self, model: Any) -> Any:
        return model.objects.every_company().filter(company__in=[company.pk for company in self.people.companies])
