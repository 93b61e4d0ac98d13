"""From a certificate to tokens. Source: ANAF, *OAUTH - Procedura de inregistrare aplicatii*, 23.06.2022."""

import json
from base64 import b64encode, urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from efactura.spv.environment import Environment
from efactura.spv.errors import NoAnswer, Refusal
from efactura.spv.http import Answer, call

ACCESS_LASTS, REFRESH_LASTS = timedelta(days=90), timedelta(days=365)
# What the rehearsal knows us by; ANAF gives its own at registration.
REHEARSAL_CLIENT = ("repetitie", "repetitie")
INVALID_CLIENT = "invalid_client"
CERTIFICATE = "ANAF nu a recunoscut certificatul. Verificați că este conectat și înrolat în SPV pentru firmă, apoi autorizați din nou."
CODE_ENDED = "Autorizarea nu s-a încheiat: codul ANAF ține 60 de secunde. Autorizați din nou."
NO_ANSWER = "ANAF nu a răspuns la cererea de autorizare. Încercați din nou peste câteva minute."
BAD_CLIENT = "ANAF nu recunoaște aplicația: client_id sau client_secret nu sunt corecte. Spuneți-i operatorului instalării."


class Pair(NamedTuple):
    access_token: str
    refresh_token: str
    access_until: datetime
    refresh_until: datetime


def is_registered(environment: Environment) -> bool:
    """Whether this installation has what authorising needs."""
    return bool(settings.REHEARSAL_URL) if environment == Environment.REHEARSAL else all(_client(environment))


def authorise_url(environment: Environment, *, callback: str, state: str) -> str:
    """Where the browser goes with the certificate. `token_content_type` stands here and at the exchange, or the token is no JWT."""
    client_id, _ = _client(environment)
    query = {"response_type": "code", "client_id": client_id, "redirect_uri": callback, "token_content_type": "jwt", "state": state}
    return f"{environment.hosts.oauth}/authorize?{urlencode(query)}"


def exchange(environment: Environment, code: str, *, callback: str) -> Pair:
    """The tokens for a code, which lasts 60 seconds. Raises Refusal, NoConnection, NoAnswer."""
    return _ask(environment, {"grant_type": "authorization_code", "code": code, "redirect_uri": callback})


def refresh(environment: Environment, refresh_token: str) -> Pair:
    """A new pair; both tokens of the old one are worth nothing afterwards. Raises Refusal, NoConnection, NoAnswer."""
    return _ask(environment, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def _client(environment: Environment) -> tuple[str, str]:
    if environment == Environment.REHEARSAL:
        return REHEARSAL_CLIENT
    return settings.EFACTURA_CLIENT_ID, settings.EFACTURA_CLIENT_SECRET


def _ask(environment: Environment, fields: dict[str, str]) -> Pair:
    client_id, secret = _client(environment)
    basic = b64encode(f"{client_id}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    body = urlencode({**fields, "token_content_type": "jwt"}).encode()
    answer = call("POST", f"{environment.hosts.oauth}/token", headers=headers, body=body)
    return _pair(answer, timezone.now())


def _pair(answer: Answer, now: datetime) -> Pair:
    try:
        data = json.loads(answer.body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise NoAnswer(NO_ANSWER, answer.body[:200].decode("utf-8", "replace"))
    if answer.status in (400, 401, 403):
        error = str(data.get("error") or answer.status)
        raise Refusal(BAD_CLIENT if error == INVALID_CLIENT else CODE_ENDED, error)
    if answer.status != 200 or not data.get("access_token") or not data.get("refresh_token"):
        raise NoAnswer(NO_ANSWER, answer.body[:200].decode("utf-8", "replace"))
    access, refresh = str(data["access_token"]), str(data["refresh_token"])
    lasts = timedelta(seconds=int(data.get("expires_in") or ACCESS_LASTS.total_seconds()))
    return Pair(access, refresh, _end(access) or now + lasts, _end(refresh) or now + REFRESH_LASTS)


def _end(token: str) -> datetime | None:
    """When a JWT ends, as it says itself. It came over TLS from its maker, so its signature is not asked."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims: Any = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (ValueError, KeyError, TypeError, OverflowError):
        return None
