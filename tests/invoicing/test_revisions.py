"""Former revisions: kept whole, shown as they were printed, with their own PDF (R24)."""

import pytest

from invoicing.actions import issue, revise
from invoicing.models import DocumentRevision, RenderedPdf
from invoicing.pdf import render
from invoicing.print import document_html, former, saved
from tests import factories

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def issued(ana):
    return issue(factories.make_draft(by=ana, notes="Prima mențiune"), by=ana)


def revised(document, ana, *lines, **fields):
    for name, value in fields.items():
        setattr(document, name, value)
    return revise(document, lines or [factories.make_line()], by=ana, reason="Comandă greșită", revision=document.revision)


def test_a_former_revision_prints_exactly_as_it_did(issued, ana):
    before = document_html(saved(issued))
    revised(issued, ana, factories.make_line("Altceva", "3", "70", rate="s11"), notes="A doua mențiune", language="en")
    assert document_html(former(DocumentRevision.objects.get())) == before


def test_the_page_of_a_revision_says_who_replaced_it_and_why(client, company, issued, ana):
    revised(issued, ana, notes="A doua mențiune")
    client.force_login(ana)
    html = client.get(f"/{company.pk}/facturi/{issued.pk}/revizii/1/").content.decode()
    assert "Prima mențiune" in html
    assert "A doua mențiune" not in html
    assert "de ana@exemplu.ro. Motivul: Comandă greșită" in html


def test_the_page_of_the_document_links_to_them(client, company, issued, ana):
    revised(revised(issued, ana), ana)
    client.force_login(ana)
    html = client.get(f"/{company.pk}/facturi/{issued.pk}/").content.decode()
    assert f'href="/{company.pk}/facturi/{issued.pk}/revizii/1/"' in html
    assert f'href="/{company.pk}/facturi/{issued.pk}/revizii/2/"' in html
    assert "revizia 3" in html


def test_each_revision_has_its_own_pdf(client, company, issued, ana):
    render(RenderedPdf.objects.get())
    revised(issued, ana)
    client.force_login(ana)
    response = client.get(f"/{company.pk}/facturi/{issued.pk}/revizii/1/pdf/")
    assert response.content == bytes(RenderedPdf.objects.get(revision=1).file.content)


@pytest.mark.parametrize("path", ["revizii/1/", "revizii/1/pdf/", "revizii/7/"])
def test_a_revision_that_never_was_is_not_found(client, company, issued, ana, path):
    client.force_login(ana)
    assert client.get(f"/{company.pk}/facturi/{issued.pk}/{path}").status_code == 404
