"""The cast of the tests of e-Factura: that of invoicing, and a way to look into an XML."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from accounts.models import User
from efactura.actions import document_xml
from efactura.ubl import validate
from efactura.xml.write import UBL
from invoicing.actions import issue
from invoicing.models import Document
from tests import factories
from tests.invoicing.conftest import ana, company, scope  # noqa: F401 (fixtures of every test here)

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
