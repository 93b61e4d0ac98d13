"""What people do meanwhile, wisely or not, and what happens to the machine."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from companies.models import Company
from companies.scope import company_scope
from efactura.actions import ask_now, give_up, record_manual_upload, resend, send_now
from efactura.authorise import keep_authorisation, use_authorisation
from efactura.models import Authorisation, Settings, Status, Submission
from efactura.rehearsal import control
from efactura.spv.environment import Environment
from efactura.spv.oauth import Pair
from efactura.tasks import check_foreign_uploads, sweep_authorisations
from invoicing.actions import cancel, issue, revise
from invoicing.models import Document
from lib.cif import identity
from lib.errors import Refused
from tests import factories
from tests.efactura.simulation.stage import Stage

MOST = 4  # invoices of a company
SKEW = 240  # seconds by which our clock may differ from ANAF's


def cif_of(number: int) -> str:
    """A CIF with a right control digit."""
    digits = f"{number:08d}"
    sum_ = sum(int(digit) * weight for digit, weight in zip(digits, (5, 3, 2, 1, 7, 5, 3, 2), strict=True))
    return f"RO{digits}{sum_ * 10 % 11 % 10}"


class People:
    """Ana and her companies, which share one certificate."""

    def __init__(self, stage: Stage, seed: int, companies: int) -> None:
        self.stage = stage
        self.ana: User = factories.make_user(f"ana{seed}@exemplu.ro")
        self.companies: list[Company] = []
        self.strangers: set[str] = set()  # indexes of what was sent elsewhere
        for number in range(companies):
            company = factories.make_company(f"Exemplu {seed}.{number} SRL", cif_of(20_000_000 + seed % 1_000_000 * 10 + number))
            factories.make_member(self.ana, company)
            self.companies.append(company)
            with company_scope(company.pk):
                factories.make_partner()
                self._begin()
        self.authorise()

    def _begin(self) -> None:
        draw = self.stage.random
        sending = draw.choice(["at_once", "at_once", "delay", "at_hour", "by_hand"])
        values = {"delay_minutes": draw.randint(1, 600), "send_hour": draw.randint(0, 23), "resend_unknown": draw.random() < 0.4}
        Settings.objects.create(sending=sending, sending_since=timezone.now() - timedelta(minutes=1), **values)

    def authorise(self) -> None:
        """With the certificate, once for all the companies."""
        tokens = self.stage.spv.certificates.pair("*")
        settings = self.stage.spv.store.settings
        ends = [timezone.now() + timedelta(seconds=settings[f"{name}_seconds"]) for name in ("access", "refresh")]
        given: Authorisation | None = None
        for company in self.companies:
            with company_scope(company.pk):
                if given is None:
                    pair = Pair(str(tokens["access_token"]), str(tokens["refresh_token"]), *ends)
                    given = keep_authorisation(Environment.REHEARSAL, pair, by=self.ana)
                else:
                    use_authorisation(Environment.REHEARSAL, given, by=self.ana)

    def act(self) -> None:
        """One thing that somebody does. What is refused is not done."""
        draw = self.stage.random
        company = draw.choice(self.companies)
        chosen: Callable[[Company], None] = draw.choices(
            [self.issue, self.click, self.decide, self.revise, self.machine, self.elsewhere, self.portal], [30, 25, 20, 12, 10, 3, 4]
        )[0]
        with company_scope(company.pk):
            try:
                chosen(company)
            except Refused:
                return

    def issue(self, company: Company) -> None:
        if Document.objects.issued().count() >= MOST:
            return
        day = timezone.localdate()
        lines = [factories.make_line(price=str(self.stage.random.randint(10, 999)))]
        issue(factories.make_draft(None, lines, by=self.ana, issue_date=day, due_date=day), by=self.ana)

    def click(self, company: Company) -> None:
        """*Trimite*, perhaps twice, perhaps with *încă o dată*."""
        if document := self._one(Document.objects.issued()):
            again = self.stage.chance(0.3)
            for _ in range(self.stage.random.randint(1, 2)):
                send_now(document, by=self.ana, again=again)

    def decide(self, company: Company) -> None:
        submission = self._one(Submission.objects.filter(latest=True))
        if submission is None:
            return
        undecided = submission.status == Status.BY_HAND
        chosen = self.stage.random.choices([resend, give_up, None], [5, 3 if undecided else 1, 5])[0]
        if chosen:
            chosen(submission, by=self.ana)
        else:
            ask_now(submission)

    def revise(self, company: Company) -> None:
        document = self._one(Document.objects.issued())
        if document is None:
            return
        if self.stage.chance(0.1):
            cancel(document, by=self.ana, reason="Greșit")
            return
        lines = [factories.make_line(price=str(self.stage.random.randint(10, 999)))]
        revise(document, lines, by=self.ana, reason="Preț greșit", revision=document.revision)

    def machine(self, company: Company) -> None:
        """Redis is emptied, the clock jumps, the certificate is used again, tasks of the night come early or twice."""
        chosen = self.stage.random.choice(["redis", "clock", "authorise", "night", "hour", "hour"])
        match chosen:
            case "redis":
                self.stage.flush_redis()
            case "clock":
                self.stage.skew = timedelta(seconds=self.stage.random.randint(-SKEW, SKEW))
            case "authorise":
                self.authorise()
            case "night":
                check_foreign_uploads.run()
            case "hour":
                sweep_authorisations.run()

    def elsewhere(self, company: Company) -> None:
        """Another program sends in the company's name."""
        done = control.command(self.stage.spv, {"foreign": {"cif": identity(company.cif)}})
        self.strangers |= set(done["indexes"])

    def portal(self, company: Company) -> None:
        """A person uploads by hand what never left from here, and writes the index down, or a wrong one."""
        held = Submission.objects.filter(latest=True, first_upload_at=None, status__in=[Status.PENDING, Status.HELD], due_at=None)
        submission = self._one(held.filter(document__status="issued"))  # of a cancelled one no index is written down
        if submission is None:
            return
        if self.stage.chance(0.3):
            record_manual_upload(submission.document, index=str(self.stage.random.randint(1, 10**9)), by=self.ana)
            return
        from efactura.actions import xml_of

        xml = bytes(xml_of(submission.document).file.content)
        index = str(self.stage.spv.documents.take(xml, {"standard": "UBL", "cif": identity(company.cif)}))
        record_manual_upload(submission.document, index=index, by=self.ana)

    def _one(self, rows: Any) -> Any:
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.get(pk=self.stage.random.choice(keys)) if keys else None
