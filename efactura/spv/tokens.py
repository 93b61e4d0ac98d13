"""Tokens: sealed at rest, opened only for a call, renewed in one place at a time."""

from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from efactura.models import Authorisation
from efactura.spv import oauth
from efactura.spv.environment import Environment, Issuer
from efactura.spv.errors import NoConnection, Refusal, SpvError, Unauthorised

RENEW_BEFORE = timedelta(days=15)  # a renewal that is lost half-way leaves this long to notice
CLAIM = timedelta(minutes=5)  # more than a call can take, so nobody is still at it
ENDED = "Autorizarea e-Factura s-a încheiat. Autorizați din nou cu certificatul, din Configurare › e-Factura; ce este de trimis așteaptă."
RENEWING = "Autorizarea e-Factura se reînnoiește; nu s-a trimis nimic. Facturier încearcă din nou peste puțin timp."
OTHER_KEY = "Autorizarea nu poate fi citită: cheia instalării s-a schimbat. Autorizați din nou, din Configurare › e-Factura."


def seal(text: str) -> bytes:
    """Encrypt with the first key."""
    return _keys().encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """Decrypt with whichever key fits. Raises Unauthorised when none does."""
    try:
        return _keys().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise Unauthorised(OTHER_KEY) from None


def access_token(authorisation: Authorisation) -> str:
    """A token to call with, renewed first when the one in hand has ended. Raises Unauthorised, NoConnection."""
    if authorisation.access_until <= timezone.now():
        try:
            renew(authorisation)
        except Unauthorised:
            raise
        except SpvError as error:
            raise NoConnection(RENEWING) from error  # of what was to be sent, nothing was
        authorisation.refresh_from_db()
        if authorisation.access_until <= timezone.now():
            raise NoConnection(RENEWING)
    return unseal(authorisation.access_token)


def renew(authorisation: Authorisation) -> bool:
    """Ask for new tokens and keep both. False when somebody else is at it, or the tokens have changed since they were read.

    ANAF gives a new refresh token with each renewal and the old one is worth nothing after it, so only the one who made the claim may ask.
    Raises Unauthorised when ANAF refuses, other errors when it does not answer.
    """
    now = timezone.now()
    if authorisation.refused_at or authorisation.refresh_until <= now:
        raise Unauthorised(ENDED)
    rows = Authorisation.objects.filter(pk=authorisation.pk, refresh_token=authorisation.refresh_token)
    free = Q(refreshing_since=None) | Q(refreshing_since__lt=now - CLAIM)
    if not rows.filter(free).update(refreshing_since=now):
        return False
    mine = Authorisation.objects.filter(pk=authorisation.pk, refreshing_since=now)
    environment = Environment.REHEARSAL if authorisation.issuer == Issuer.REHEARSAL else Environment.PRODUCTION
    try:
        pair = oauth.refresh(environment, unseal(authorisation.refresh_token))
    except Refusal as error:
        if error.text == oauth.INVALID_CLIENT:  # the operator's mistake: the tokens are as good as before
            mine.update(refreshing_since=None)
            raise Unauthorised(error.message) from error
        mine.update(refreshing_since=None, refused_at=timezone.now(), announced=None)
        raise Unauthorised(ENDED) from error
    except SpvError:
        mine.update(refreshing_since=None)
        raise
    mine.update(**sealed_pair(pair), refreshed_at=timezone.now(), refreshing_since=None)
    return True


def sealed_pair(pair: oauth.Pair) -> dict[str, object]:
    """The columns of an authorisation that hold a new pair."""
    ends: dict[str, datetime] = {"access_until": pair.access_until, "refresh_until": pair.refresh_until}
    tokens = {"access_token": seal(pair.access_token), "refresh_token": seal(pair.refresh_token)}
    return {**tokens, **ends, "refused_at": None, "announced": None, "announce_after": None}


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.EFACTURA_TOKEN_KEYS])
