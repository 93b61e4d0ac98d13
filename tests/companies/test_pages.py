"""The pages of a company, as a browser without scripts uses them and as htmx does."""

from datetime import date

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from companies import tasks
from companies.models import BankAccount, CashVatPeriod, Invitation, Membership, Role, VatStatus
from companies.scope import company_scope
from tests.companies.test_details import DETAILS, SECOND, picture
from tests.companies.test_people import link_of
from tests.factories import make_user

HTMX = {"HTTP_HX-Request": "true"}


@pytest.fixture
def firm(scope):
    return f"/{scope.pk}/firma/"


def test_the_page_shows_the_cif_exactly_as_it_was_configured(as_ana, firm, company):
    company.cif = "ro 18547290"
    company.save()
    assert 'value="ro 18547290"' in as_ana.get(firm).content.decode()


def test_details_and_logo_are_saved_and_the_logo_is_served(as_ana, firm, company):
    answer = as_ana.post(firm, DETAILS | {"name": "Exemplu Nou SRL", "logo": SimpleUploadedFile("logo.png", picture())})
    company.refresh_from_db()
    assert (answer.status_code, company.name) == (302, "Exemplu Nou SRL")
    assert as_ana.get(f"{firm}logo/").content.startswith(b"\x89PNG")


def test_a_file_that_is_no_picture_is_told_at_its_field_and_nothing_typed_is_lost(as_ana, firm, company):
    answer = as_ana.post(firm, DETAILS | {"name": "Nume Nou SRL", "logo": SimpleUploadedFile("logo.png", b"x" * 2_000_000)})
    company.refresh_from_db()
    assert (answer.status_code, list(answer.context["form"].errors), company.name) == (422, ["logo"], "Exemplu SRL")
    assert 'value="Nume Nou SRL"' in answer.content.decode()


def test_a_good_file_beside_another_mistake_has_to_be_chosen_again(as_ana, firm):
    answer = as_ana.post(firm, DETAILS | {"cif": "1", "logo": SimpleUploadedFile("logo.png", picture())})
    assert "trebuie ales din nou" in answer.content.decode()


def test_the_logo_goes_away(as_ana, firm, company):
    as_ana.post(firm, DETAILS | {"logo": SimpleUploadedFile("logo.png", picture())})
    as_ana.post(f"{firm}logo/scoate/")
    assert as_ana.get(f"{firm}logo/").status_code == 404


def test_accounts_are_added_moved_hidden_and_removed(as_ana, firm):
    assert as_ana.post(f"{firm}conturi/", {"iban": "ro09 btrl ronc rt09 8765 4271", "currency": "EUR"}).status_code == 302
    account = BankAccount.objects.get(iban=SECOND)
    as_ana.post(f"{firm}conturi/{account.pk}/muta/", {"directie": "sus"})
    as_ana.post(f"{firm}conturi/{account.pk}/documente/", {"apare": "nu"})
    account.refresh_from_db()
    assert (account.position, account.on_documents, account.currency) == (0, False, "EUR")
    as_ana.post(f"{firm}conturi/{account.pk}/scoate/")
    assert BankAccount.objects.count() == 1


def test_htmx_gets_the_part_and_the_history(as_ana, firm):
    page = as_ana.post(f"{firm}conturi/", {"iban": SECOND, "currency": "RON"}, **HTMX).content.decode()
    assert ("<html" in page, 'id="accounts"' in page, 'id="history" hx-swap-oob' in page) == (False, True, True)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_wrong_iban_is_told_in_the_part_or_in_the_page(as_ana, firm, headers):
    answer = as_ana.post(f"{firm}conturi/", {"iban": "RO09BTRL", "currency": "RON"}, **headers)
    assert (answer.status_code, "Un IBAN românesc are 24 de caractere" in answer.content.decode()) == (422, True)


def test_the_vat_status_is_changed_and_taken_back(as_ana, firm):
    address = f"{firm}statut-tva/"
    assert as_ana.post(address, {"since": "01.11.2027", "payer": "nu"}).context["effects"].ahead
    answer = as_ana.post(address, {"since": "01.11.2027", "payer": "nu", "confirm": "1"})
    status = VatStatus.objects.order_by("-since").first()
    assert (answer.status_code, status.since, status.payer) == (302, date(2027, 11, 1), False)
    as_ana.post(f"{firm}tva/{status.pk}/retrage/")
    assert VatStatus.objects.count() == 1


def test_a_refused_status_is_told_at_its_field(as_ana, firm):
    answer = as_ana.post(f"{firm}statut-tva/", {"since": "01.01.2010", "payer": "nu", "confirm": "1"})
    assert (answer.status_code, "Alegeți data ei sau una de după" in answer.content.decode()) == (422, True)


def test_periods_of_tva_la_incasare_are_opened_closed_and_taken_back(as_ana, firm):
    as_ana.post(f"{firm}tva-la-incasare/", {"since": "01.01.2020"})
    period = CashVatPeriod.objects.get()
    assert as_ana.post(f"{firm}tva-la-incasare/{period.pk}/inchide/", {"until": ""}).status_code == 422
    as_ana.post(f"{firm}tva-la-incasare/{period.pk}/inchide/", {"until": "31.12.2020"})
    as_ana.post(f"{firm}tva-la-incasare/", {"since": "01.01.2027"})
    ahead = CashVatPeriod.objects.get(until=None)
    as_ana.post(f"{firm}tva-la-incasare/{ahead.pk}/retrage/")
    assert list(CashVatPeriod.objects.values_list("since", "until")) == [(date(2020, 1, 1), date(2020, 12, 31))]


def test_a_person_gets_another_role_and_is_removed(as_ana, firm, bogdan):
    as_ana.post(f"{firm}utilizatori/{bogdan.pk}/rol/", {"role": "viewer"})
    bogdan.refresh_from_db()
    assert bogdan.role == Role.VIEWER
    as_ana.post(f"{firm}utilizatori/{bogdan.pk}/scoate/")
    assert not Membership.objects.filter(pk=bogdan.pk).exists()


def test_the_last_administrator_reads_why_leaving_is_refused(as_ana, firm):
    answer = as_ana.post(f"{firm}paraseste/")
    assert (answer.status_code, "Dați întâi rolul altcuiva" in answer.content.decode()) == (409, True)


def test_an_accountant_leaves(firm, bogdan, client):
    client.force_login(bogdan.user)
    assert client.post(f"{firm}paraseste/").url == "/firme/"
    assert client.get("/firme/").context["memberships"].count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_new_person_signs_up_from_the_invitation_and_is_in(as_ana, company, client, celery_eager):
    as_ana.post(f"/{company.pk}/firma/invitatii/", {"email": "dan@exemplu.ro", "role": "accountant"})
    address = f"/firme/invitatie/{link_of(mail.outbox[0])}/"
    assert f"email=dan%40exemplu.ro&amp;next={address}" in client.get(address).content.decode()
    signed_up = client.post("/cont/inregistrare/", {"email": "dan@exemplu.ro", "password1": "o parolă lungă 7", "next": address})
    assert signed_up.url == address
    assert client.post(address).url == f"/{company.pk}/"
    assert Membership.objects.get(user__email="dan@exemplu.ro").role == Role.ACCOUNTANT


def test_another_person_reads_for_whom_the_invitation_is(as_ana, firm, client):
    as_ana.post(f"{firm}invitatii/", {"email": "dan@exemplu.ro", "role": "viewer"})
    invitation = Invitation.objects.get()
    tasks.send_invitation_mail(invitation.company_id, invitation.pk)
    client.force_login(make_user("cristi@exemplu.ro"))
    page = client.get(f"/firme/invitatie/{link_of(mail.outbox[-1])}/").content.decode()
    assert ("Invitația este pentru dan@exemplu.ro" in page, "Acceptă" in page) == (True, False)


def test_a_link_that_nobody_made_is_told(db, client):
    assert client.get("/firme/invitatie/abc/").status_code == 404


def test_an_invitation_is_sent_again_and_withdrawn_from_the_page(as_ana, firm):
    as_ana.post(f"{firm}invitatii/", {"email": "dan@exemplu.ro", "role": "viewer"})
    as_ana.post(f"{firm}invitatii/{Invitation.objects.open().get().pk}/retrimite/")
    as_ana.post(f"{firm}invitatii/{Invitation.objects.open().get().pk}/retrage/")
    assert (Invitation.objects.count(), Invitation.objects.open().count()) == (2, 0)


def test_a_wrong_address_is_told_at_its_field(as_ana, firm):
    answer = as_ana.post(f"{firm}invitatii/", {"email": "dan@", "role": "viewer"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["email"])


@pytest.mark.parametrize("rows", [1, 3])
def test_the_people_page_costs_the_same_for_many(as_ana, firm, rows, django_assert_num_queries, company):
    for number in range(rows):
        Membership.objects.create(user=make_user(f"om{number}@exemplu.ro"), company=company, role=Role.VIEWER)
    as_ana.get(f"{firm}utilizatori/")
    with company_scope(company.pk), django_assert_num_queries(6):
        as_ana.get(f"{firm}utilizatori/")
