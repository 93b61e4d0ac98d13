"""The cast of the tests of e-Factura: that of invoicing, and a way to look into an XML."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from accounts.models import User
from efactura.actions import document_xml
from efactura.authorise import keep_authorisation
from efactura.models import Authorisation
from efactura.rehearsal.spv import Spv
from efactura.spv.environment import Environment
from efactura.spv.oauth import Pair
from efactura.ubl import validate
from efactura.xml.write import UBL
from invoicing.actions import issue
from invoicing.models import Document
from tests import factories
from tests.invoicing.conftest import ana, company, scope  # noqa: F401 (fixtures of every test here)
from web.rehearsal.server import Rehearsal
from web.rehearsal.services import spv_service

SPACES = {"cac": f"{UBL}CommonAggregateComponents-2", "cbc": f"{UBL}CommonBasicComponents-2"}


class Xml:
    """An XML to ask: `xml("cac:Delivery/cbc:ActualDeliveryDate")` is the list of the texts there."""

    def __init__(self, document: Document) -> None:
        self.bytes = document_xml(document)
        self.root = etree.fromstring(self.bytes)

    def __call__(self, path: str) -> list[str]:
        return [node if isinstance(node, str) else node.text for node in self.root.xpath(path, namespaces=SPACES)]

    @property
    def refused(self) -> list[str]:
        """The ids of the rules that it breaks."""
        return [finding.id for finding in validate(self.bytes)]


@pytest.fixture
def xml_of_new(scope: Any, ana: User) -> Callable[..., Xml]:  # noqa: F811
    """Issue an invoice (factories.make_draft) and give its XML."""

    def make(partner: Any = None, lines: Any = None, **fields: Any) -> Xml:
        return Xml(issue(factories.make_draft(partner, lines, by=ana, **fields), by=ana))

    return make


@pytest.fixture
def spv_server(tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    """The server around `spv`: real HTTP on a port of this test alone."""
    played = Spv()
    played.control(processing=0, lag=0, slow=3, minute=1_000_000)
    with Rehearsal(mail_folder=tmp_path / "mail", services=[spv_service(played)]) as server:
        monkeypatch.setattr(server, "spv", played, raising=False)
        settings.REHEARSAL_URL = server.url
        settings.EFACTURA_TIMEOUT = 5
        yield server
    played.close()


@pytest.fixture
def spv(spv_server: Any) -> Spv:
    """The rehearsal SPV without faults, judging at once: `spv.control(next=[{"on": "upload", "do": "lose_answer"}])`."""
    return spv_server.spv


@pytest.fixture
def authorised(spv: Spv, scope: Any, ana: User) -> Authorisation:  # noqa: F811
    """Ana's certificate, which her company uses in the rehearsal."""
    return authorise(spv, by=ana)


def authorise(spv: Spv, *, by: User, rights: str = "*") -> Authorisation:
    """What the page does with ANAF's answer, without the browser."""
    tokens = spv.certificates.pair(rights)
    ends = [datetime.now(UTC) + timedelta(days=days) for days in (90, 365)]
    pair = Pair(str(tokens["access_token"]), str(tokens["refresh_token"]), *ends)
    return keep_authorisation(Environment.REHEARSAL, pair, by=by)
