"""*Ce va spune ANAF?*: what it says of drafts and of issued invoices, and where its buttons lead."""

from datetime import date

import pytest

from companies.models import Company, Role, VatStatus
from efactura.check import problems_of
from efactura.models import EInvoiceXml
from invoicing.actions import issue
from invoicing.models import Document, DocumentLine, Kind, Series
from partners.models import Partner
from tests import factories
from tests.factories import make_draft, make_line, make_partner

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def page(client, ana, company):
    """The page of a document, as Ana sees it."""

    def get(document, user=ana):
        client.force_login(user)
        return client.get(f"/{company.pk}/facturi/{document.pk}/verificare/").content.decode()

    return get


def said(document):
    return [(problem.code, problem.page, problem.anchor) for problem in problems_of(document)]


def again(document):
    return Document.objects.select_related("partner", "series").get(pk=document.pk)


def test_a_good_draft_is_told_so_and_stays_a_draft(page):
    draft = make_draft()
    assert "Nu găsim nimic de respins" in page(draft)
    assert (again(draft).status, Series.objects.get().last_number, EInvoiceXml.objects.exists()) == ("draft", 0, False)


def test_a_good_issued_invoice_is_told_so(page, ana):
    assert "Nu găsim nimic de respins" in page(issue(make_draft(by=ana), by=ana))


def test_a_missing_county_leads_to_the_clients_county(page, company):
    draft = make_draft(make_partner("Ion Pop", "", kind="natural", vat_payer=False, county=""))
    assert said(draft) == [("BR-RO-110", "client", "id_county")]
    assert f'href="/{company.pk}/parteneri/{draft.partner_id}/modifica/#id_county"' in page(draft)


def test_bucharest_without_a_sector_leads_to_the_clients_city():
    assert said(make_draft(make_partner(city="București"))) == [("BR-RO-100", "client", "id_city")]


def test_a_romanian_code_in_another_country_is_refused_before_issue(page, company):
    draft = make_draft(make_partner(country="HU", county="", city="Debrecen"))
    assert said(draft)[0] == ("", "client", "id_country")
    assert "CIF-ul RO14399840 este românesc, dar țara aleasă este Ungaria" in page(draft)


def test_the_same_is_seen_on_an_invoice_that_was_issued_otherwise(ana):
    document = issue(make_draft(by=ana), by=ana)
    document.buyer |= {"country": "HU"}
    assert ("", "client", "id_cif") in said(document)


def test_a_code_with_a_wrong_check_digit_is_seen(ana):
    document = make_draft(make_partner(cif="RO14399841"))
    assert said(document) == [("", "client", "id_cif")]


def test_a_company_without_a_street_leads_to_its_settings(company):
    Company.objects.filter(pk=company.pk).update(street="")
    assert said(make_draft()) == [("BR-RO-080", "company", "id_street")]


def test_a_line_leads_to_its_own_cell():
    draft = make_draft(lines=[make_line(), make_line()])
    DocumentLine.objects.filter(position=2).update(unit_code="BUC")
    assert said(draft) == [("BR-CL-23", "editor", "l-unit-2")]


def test_a_treatment_that_does_not_hold_is_refused_as_at_issue():
    VatStatus.objects.create(since=date(2016, 1, 1), payer=False)
    assert said(make_draft())[0] == ("", "editor", "id-lines")


def test_an_empty_draft_is_asked_for_its_client(page, company):
    draft = make_draft(lines=[])
    Document.objects.filter(pk=draft.pk).update(partner=None)
    html = page(again(draft))
    assert f'href="/{company.pk}/facturi/{draft.pk}/modifica/#id-client"' in html and "Alegeți clientul." in html


def test_a_draft_without_lines_is_asked_for_them():
    assert said(make_draft(lines=[])) == [("", "editor", "id-lines")]


def test_an_issued_invoice_says_that_it_keeps_its_clients_details(page, ana):
    partner = make_partner("Ion Pop", "", kind="natural", vat_payer=False, county="")
    document = issue(make_draft(partner, by=ana), by=ana)
    Partner.objects.filter(pk=partner.pk).update(county="RO-CJ")
    html = page(document)
    assert "Județul clientului" in html and "modificați factura" in html


def test_one_who_only_reads_is_told_who_can_mend(page, company):
    draft = make_draft(make_partner(county=""))
    html = page(draft, factories.make_member(factories.make_user("v@exemplu.ro"), company, Role.VIEWER).user)
    assert "Poate corecta cine emite facturi." in html and "Corectează clientul" not in html


def test_many_problems_are_cut_with_their_count(page):
    lines = [make_line() for _ in range(60)]
    draft = make_draft(lines=lines)
    DocumentLine.objects.update(name="")
    html = page(draft)
    assert "61 de lucruri de corectat" in html and "Și încă 11 lucruri" in html


def test_the_document_and_the_editor_lead_to_it(client, company, ana):
    client.force_login(ana)
    draft = make_draft(by=ana)
    address = f'href="/{company.pk}/facturi/{draft.pk}/verificare/"'
    assert all(address in client.get(f"/{company.pk}/facturi/{draft.pk}/{page}").content.decode() for page in ("", "modifica/"))
    issue(draft, by=ana)
    html = client.get(f"/{company.pk}/facturi/{draft.pk}/").content.decode()
    assert address in html and f'href="/{company.pk}/facturi/{draft.pk}/xml/"' in html


def test_a_self_billed_draft_is_mended_at_the_supplier_and_in_its_own_editor(page, company):
    series = Series.objects.create(kind=Kind.SELF_BILLED, name="AF", is_default=True)
    draft = make_draft(make_partner(city="București"), kind=Kind.SELF_BILLED, series=series)
    assert ("BR-RO-100", "client", "id_city") in said(draft)
    assert f'href="/{company.pk}/autofacturi/{draft.pk}/modifica/#id-contract_reference"' in page(draft)
