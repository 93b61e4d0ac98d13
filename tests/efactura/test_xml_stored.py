"""The stored XML: made once for each revision, never changed, served as it is."""

import re
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from django.db import Error, connection, transaction

from companies.models import Role, StoredFile
from companies.scope import company_scope
from efactura.actions import choose_storno_type, document_xml, xml_of
from efactura.models import EInvoiceXml
from invoicing.actions import issue, revise
from invoicing.models import Document, Kind
from lib.errors import Refused
from tests import factories


@pytest.fixture
def issued(scope, ana):
    return issue(factories.make_draft(by=ana), by=ana)


def test_it_is_made_once_and_kept_byte_for_byte(issued):
    made = xml_of(issued)
    assert xml_of(issued) == made
    assert (bytes(made.file.content), made.revision) == (document_xml(issued), 1)
    assert made.sha256 == made.file.sha256 == sha256(document_xml(issued)).hexdigest()


def test_a_later_choice_leaves_it_as_it_was_made(scope, ana):
    document = issue(factories.make_draft(lines=[factories.make_line(quantity="-1")], by=ana), by=ana)
    made = xml_of(document).pk
    choose_storno_type("381", by=ana)
    assert xml_of(document).pk == made and b"InvoiceTypeCode>380<" in bytes(xml_of(document).file.content)


def test_a_revision_has_an_xml_of_its_own(issued, ana):
    first = xml_of(issued)
    revised = revise(issued, [factories.make_line(price="70")], by=ana, reason="Preț greșit", revision=1)
    assert (xml_of(revised).revision, xml_of(revised).sha256 == first.sha256) == (2, False)
    assert EInvoiceXml.objects.count() == 2


def test_a_draft_has_none(scope):
    with pytest.raises(Refused, match="xml_of_draft"):
        xml_of(factories.make_draft())


def test_only_invoices_have_one(issued):
    issued.kind = Kind.PROFORMA
    with pytest.raises(Refused, match="xml_only_of_invoices"):
        xml_of(issued)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_it(issued, change):
    made = xml_of(issued)
    found = EInvoiceXml.objects.filter(pk=made.pk)
    with pytest.raises(Error, match="efactura_einvoicexml"), transaction.atomic():
        found.update(sha256="0" * 64) if change == "update" else found.delete()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one():
    company, user = factories.make_company(), factories.make_user()
    with company_scope(company.pk):
        document = issue(factories.make_draft(by=user), by=user)

    def make(_: int) -> int:
        with company_scope(company.pk):
            try:
                return xml_of(Document.objects.get()).pk
            finally:
                connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(8)))) == 1
    with company_scope(company.pk):
        assert (EInvoiceXml.objects.count(), StoredFile.objects.filter(media_type="application/xml").count()) == (1, 1)
        assert xml_of(document).document_id == document.pk


def test_it_is_downloaded_under_the_number_of_the_invoice(issued, company, ana, client):
    client.force_login(ana)
    answer = client.get(f"/{company.pk}/facturi/{issued.pk}/xml/")
    assert (answer.status_code, answer["Content-Disposition"]) == (200, 'attachment; filename="FCT-0001.xml"')
    assert (answer["Content-Type"], answer.content) == ("application/xml", document_xml(issued))
    assert client.get(f"/{company.pk}/facturi/{issued.pk}/xml/", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_xml_of_a_draft_is_refused_in_words(scope, company, ana, client):
    client.force_login(ana)
    answer = client.get(f"/{company.pk}/facturi/{factories.make_draft().pk}/xml/")
    assert answer.status_code == 409 and "se face după emitere" in answer.content.decode()


def test_an_administrator_chooses_how_stornos_leave(scope, company, ana, client):
    client.force_login(ana)
    assert client.post(f"/{company.pk}/e-factura/configurare/", {"storno_type": "381"}).status_code == 302
    page = client.get(f"/{company.pk}/e-factura/configurare/").content.decode()
    assert re.search(r'value="381"[^>]* checked', page)
    assert client.post(f"/{company.pk}/e-factura/configurare/", {"storno_type": "999"}).status_code == 422


def test_others_do_not_choose(company, client):
    client.force_login(factories.make_member(factories.make_user("e@exemplu.ro"), company, Role.ISSUER).user)
    assert client.post(f"/{company.pk}/e-factura/configurare/", {"storno_type": "381"}).status_code == 403
