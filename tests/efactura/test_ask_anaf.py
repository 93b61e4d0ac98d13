"""*Întreabă ANAF* and *PDF ANAF*: the public services, asked from the page of the check."""

import pytest

from efactura.models import Submission
from invoicing.actions import issue
from invoicing.models import Document
from tests.factories import make_draft, make_partner

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def ask(client, ana, company):
    client.force_login(ana)
    return lambda document, what: client.post(f"/{company.pk}/facturi/{document.pk}/verificare/{what}/")


def test_anaf_says_that_a_draft_is_good_and_it_stays_a_draft(ask, spv):
    draft = make_draft()
    assert "ANAF a răspuns: factura este validă." in ask(draft, "anaf").content.decode()
    assert (Document.objects.get(pk=draft.pk).status, Submission.objects.exists()) == ("draft", False)


def test_anaf_says_what_is_wrong(ask, spv, ana):
    page = ask(issue(make_draft(make_partner(city="București"), by=ana), by=ana), "anaf").content.decode()
    assert "ANAF a răspuns: factura nu este validă." in page
    assert "BR-RO-100" in page.partition('id="anaf"')[2]


def test_the_official_pdf_is_saved(ask, spv, ana):
    answer = ask(issue(make_draft(by=ana), by=ana), "pdf-anaf")
    assert (answer["Content-Type"], answer["Content-Disposition"]) == ("application/pdf", 'attachment; filename="ANAF-FCT-0001.pdf"')
    assert answer.content.startswith(b"%PDF")


def test_no_official_pdf_of_what_anaf_refuses(ask, spv):
    answer = ask(make_draft(make_partner(city="București")), "pdf-anaf")
    assert (answer["Content-Type"], "factura nu este validă" in answer.content.decode()) == ("text/html; charset=utf-8", True)


@pytest.mark.parametrize(("what", "endpoint"), [("anaf", "validare"), ("pdf-anaf", "transformare")])
def test_when_anaf_does_not_answer_the_page_says_so(ask, spv, what, endpoint):
    spv.control(next=[{"on": endpoint, "do": "lose_answer"}])
    assert "callout--warning" in ask(make_draft(), what).content.decode().partition('id="anaf"')[2]


@pytest.mark.parametrize("what", ["anaf", "pdf-anaf"])
def test_an_empty_draft_has_nothing_to_ask_about(ask, spv, what):
    answer = ask(make_draft(lines=[]), what)
    assert (answer.status_code, "adăugați cel puțin o linie" in answer.content.decode()) == (409, True)
