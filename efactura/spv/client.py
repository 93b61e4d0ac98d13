"""ANAF's SPV as the active company may use it. Every call may raise any `SpvError` (efactura/spv/errors.py); none retries."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self, TypeVar
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone

from companies.models import Company, Membership
from efactura.models import Access, Authorisation, Settings
from efactura.spv import answers
from efactura.spv.environment import Environment, Issuer
from efactura.spv.errors import Gone, Limited, MixedUp, NoAnswer, NoConnection, Refusal, SpvError, Unauthorised
from efactura.spv.http import Answer, call
from efactura.spv.limits import take_call, take_of_day
from efactura.spv.tokens import ENDED, access_token
from efactura.spv.values import Filter, Message, Standard, State, Uploaded, Validation

__all__ = ["Client", "Environment", "Gone", "Limited", "Message", "MixedUp", "NoAnswer", "NoConnection", "Refusal", "SpvError"]
__all__ += ["State", "Unauthorised", "Uploaded", "Validation"]

T = TypeVar("T")
MOST_BYTES = 10 * 1024 * 1024
OLDEST, MARGIN = timedelta(days=60), timedelta(minutes=5)  # how far back the list goes; how far two clocks may differ
NOTED_EVERY = timedelta(seconds=30)  # a success on the page of the company
NOT_AUTHORISED = "Firma nu are autorizare e-Factura. Autorizați cu certificatul, din Configurare › e-Factura; ce este de trimis așteaptă."
NOT_A_MEMBER = "Cine a autorizat e-Factura nu mai face parte din firmă. Autorizați din nou, din Configurare › e-Factura."
NO_REHEARSAL = "Serviciile de repetiție nu rulează pe această instalare. Alegeți alt mediu, din Configurare › e-Factura."
DEMO = "O firmă demonstrativă nu trimite nimic la ANAF. Alegeți mediul Repetiție, din Configurare › e-Factura."
OTHER_ENVIRONMENT = "Documentul a fost pregătit pentru mediul {prepared}, iar firma lucrează acum în {now}. Nu s-a trimis nimic."


@dataclass(frozen=True)
class Client:
    """Calls of one company in one environment. Made by `of_company`, inside the company's scope, where it must stay."""

    environment: Environment
    authorisation: Authorisation
    access: Access

    @classmethod
    def of_company(cls, environment: str = "") -> Self:
        """The active company's client. `environment`: of the document at hand; MixedUp when the company has another now.

        Raises Unauthorised without an authorisation that holds.
        """
        chosen = environment_of_company(environment)
        access = Access.objects.select_related("authorisation", "company").filter(environment=chosen).first()
        if access is None or access.authorisation is None:
            raise Unauthorised(NOT_AUTHORISED)
        authorisation = access.authorisation
        if authorisation.issuer != chosen.issuer:
            raise MixedUp(OTHER_ENVIRONMENT.format(prepared=Issuer(authorisation.issuer).label, now=chosen.label))
        if not Membership.objects.filter(company=access.company_id, user=authorisation.user_id).exists():
            raise Unauthorised(NOT_A_MEMBER)
        if authorisation.has_ended(timezone.now()):
            raise Unauthorised(ENDED)
        return cls(chosen, authorisation, access)

    @property
    def identity(self) -> str:
        """The digits of the company's CIF."""
        return str(self.access.company.identity)

    def upload(
        self,
        xml: bytes,
        *,
        cif: str,
        standard: Standard,
        b2c: bool = False,
        extern: bool = False,
        autofactura: bool = False,
        counted: bool = False,
    ) -> Uploaded:
        """Hand over a document. Received is not accepted: ask `state`. `cif`: digits of the firm in whose name it is sent.

        `counted`: the call has its place in the minute already (limits.take_room).
        """
        if len(xml) > MOST_BYTES:
            text = "Marime fisier transmis mai mare de 10 MB."
            raise Refusal("Fișierul este prea mare pentru ANAF. Micșorați sau scoateți documentele atașate.", text, "size")
        if standard == "RASP":
            take_of_day(self.environment, "RASP", cif, timezone.now())
        query = {"standard": standard, "cif": cif}
        query |= {name: "DA" for name, on in (("extern", extern), ("autofactura", autofactura)) if on}
        return self._ask(answers.uploaded, "POST", "uploadb2c" if b2c else "upload", query, xml, counted=counted)

    def state(self, index: str) -> State:
        """What became of an upload."""
        take_of_day(self.environment, "stareMesaj", index, timezone.now())
        return self._ask(answers.state, "GET", "stareMesaj", {"id_incarcare": index})

    def messages(self, cif: str, start: datetime, end: datetime, filter: Filter = "", *, margin: timedelta = MARGIN) -> Iterator[Message]:
        """All pages of the list, each entry once. Times are cut to what ANAF takes: sixty days back, `margin` ago."""
        now = timezone.now()
        start, end = max(start, now - OLDEST + timedelta(hours=1)), min(end, now - margin)
        seen: set[str] = set()
        page, pages = 1, 1 if start < end else 0
        while page <= pages:
            take_of_day(self.environment, "listaMesajePaginatieFactura", cif, timezone.now())
            query = {"startTime": _milliseconds(start), "endTime": _milliseconds(end), "cif": cif, "pagina": str(page)}
            entries, pages = self._ask(answers.listed, "GET", "listaMesajePaginatieFactura", _filtered(query, filter))
            fresh = [entry for entry in entries if entry.id not in seen]
            seen.update(entry.id for entry in fresh)
            yield from fresh
            page += 1

    def messages_of_days(self, cif: str, days: int, filter: Filter = "") -> list[Message]:
        """The simple list, 1 to 60 days; over 500 entries, by pages."""
        now = timezone.now()
        take_of_day(self.environment, "listaMesajeFactura", cif, now)
        try:
            return self._ask(answers.listed, "GET", "listaMesajeFactura", _filtered({"zile": str(days), "cif": cif}, filter))[0]
        except Refusal as refusal:
            if refusal.kind != "limit":
                raise
        return list(self.messages(cif, now - timedelta(days=days), now, filter))

    def download(self, id: str) -> bytes:
        """The signed ZIP (efactura/spv/archive.py reads it)."""
        take_of_day(self.environment, "descarcare", id, timezone.now())
        return self._ask(answers.zipped, "GET", "descarcare", {"id": id})

    def hello(self, name: str = "Facturier") -> None:
        """ANAF's smoke test of the token; raises when it is not taken."""
        take_call(self.environment, timezone.now())
        address = f"{self.environment.hosts.hello}/TestOauth/jaxrs/hello?{urlencode({'name': name})}"
        answers.greeted(call("GET", address, headers=self._headers()), timezone.now())

    def _ask(
        self,
        read: Callable[[Answer, datetime], T],
        method: str,
        service: str,
        query: dict[str, str],
        body: bytes | None = None,
        *,
        counted: bool = False,
    ) -> T:
        """One call, read, and noted on the company's access."""
        now = timezone.now()
        headers = self._headers()
        if not counted:
            take_call(self.environment, now)
        if body is not None:
            headers["Content-Type"] = "application/xml"
        try:
            value = read(call(method, f"{self.environment.hosts.api}/{service}?{urlencode(query)}", headers=headers, body=body), now)
        except SpvError as error:
            self._note_failure(error, now)
            raise
        if self.access.last_success is None or self.access.last_success < now - NOTED_EVERY:
            self.access.last_success = now
            Access.objects.filter(pk=self.access.pk).update(last_success=now)
        return value

    def _note_failure(self, error: SpvError, now: datetime) -> None:
        """On the page of the company; a token that ANAF takes no more counts as ended, so that the next call asks for new ones."""
        Access.objects.filter(pk=self.access.pk).update(last_failure=now, failure=error.message[:500])
        if isinstance(error, Unauthorised):
            lately = Q(refreshed_at__gt=now - timedelta(hours=1))
            Authorisation.objects.exclude(lately).filter(pk=self.authorisation.pk, access_until__gt=now).update(access_until=now)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {access_token(self.authorisation)}"}


def environment_of_company(prepared: str = "") -> Environment:
    """The active company's environment. MixedUp when the document was prepared for another, or nothing may be sent there."""
    choices = Settings.of_company()
    chosen = Environment(choices.environment)
    if prepared and prepared != chosen:
        raise MixedUp(OTHER_ENVIRONMENT.format(prepared=Environment(prepared).label, now=chosen.label))
    if chosen != Environment.REHEARSAL and Company.objects.get(pk=choices.company_id).demo:
        raise MixedUp(DEMO)
    if chosen == Environment.REHEARSAL and not chosen.is_there:
        raise Unauthorised(NO_REHEARSAL)
    return chosen


def _filtered(query: dict[str, str], filter: Filter) -> dict[str, str]:
    return {**query, "filtru": filter} if filter else query


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp()) * 1000)
