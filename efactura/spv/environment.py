"""Where a company's invoices go: the rehearsal SPV, ANAF's test or ANAF's production. Nothing of one is ever sent to another."""

from typing import NamedTuple

from django.conf import settings
from django.db.models import TextChoices


class Environment(TextChoices):
    REHEARSAL = "repetitie", "Repetiție"
    TEST = "test", "Test ANAF"
    PRODUCTION = "productie", "Producție"

    @property
    def issuer(self) -> "Issuer":
        """Who gives the tokens: at ANAF test and production share them, so one authorisation serves both."""
        return Issuer.REHEARSAL if self is Environment.REHEARSAL else Issuer.ANAF

    @property
    def is_there(self) -> bool:
        """Whether it can be reached from this installation at all."""
        return self is not Environment.REHEARSAL or bool(settings.REHEARSAL_URL)

    @property
    def hosts(self) -> "Hosts":
        """The addresses of the services. Source: ANAF, OpenAPI pages of RO e-Factura and the OAuth procedure."""
        if self is Environment.REHEARSAL:
            base = f"{settings.REHEARSAL_URL}/spv"
            return Hosts(f"{base}/prod/FCTEL/rest", f"{base}/prod/FCTEL/rest", base, f"{base}/anaf-oauth2/v1", base)
        path = "test" if self is Environment.TEST else "prod"
        api, public = settings.EFACTURA_API_URL, settings.EFACTURA_PUBLIC_URL
        return Hosts(f"{api}/{path}/FCTEL/rest", f"{public}/prod/FCTEL/rest", public, settings.EFACTURA_OAUTH_URL, api)


class Issuer(TextChoices):
    REHEARSAL = "repetitie", "SPV de repetiție"
    ANAF = "anaf", "ANAF"


class Hosts(NamedTuple):
    """Addresses without a slash at the end."""

    api: str  # with a token
    public: str  # validare, transformare: no token
    signature: str  # the root under which signatures are checked
    oauth: str
    hello: str  # the root of TestOauth


def default_environment() -> str:
    """Of a company that chose nothing: a rehearsal where one runs, otherwise ANAF's test."""
    return Environment.REHEARSAL if settings.REHEARSAL_URL else Environment.TEST
