import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "parola-de-probă-1"
PAGES = ["autentificare", "inregistrare", "inactiv", "email/trimis", "parola/resetare", "parola/resetare/trimisa", "parola/resetare/gata"]


@pytest.fixture
def ana():
    return make_user()


def text(response):
    return response.content.decode()


def signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("page", PAGES)
def test_pages_before_signing_in_are_drawn_in_romanian(client, page):
    response = client.get(f"/cont/{page}/")
    assert response.status_code == 200
    assert '<html lang="ro"' in text(response)
    assert not re.search(r"\b(Password|Sign|Email address|Remember)\b", text(response))


def test_signing_up_makes_an_account_and_opens_it(client):
    response = client.post("/cont/inregistrare/", {"email": "Dan@Exemplu.ro", "password1": "o frază lungă și bună"})
    assert response.status_code == 302
    assert (User.objects.get().email, signed_in(client)) == ("dan@exemplu.ro", True)
    assert [message.subject for message in mail.outbox] == ["Confirmați adresa de e-mail"]


def test_the_link_in_the_e_mail_confirms_the_address(client):
    client.post("/cont/inregistrare/", {"email": "dan@exemplu.ro", "password1": "o frază lungă și bună"})
    path = re.search(r"https?://[^/]+(/cont/email/confirmare/\S+)", mail.outbox[0].body)[1]
    assert "Confirmați adresa" in text(client.get(path))
    client.post(path)
    assert User.objects.get().emailaddress_set.get().verified


def test_a_second_account_for_an_address_is_refused_at_its_field(client, ana):
    response = client.post("/cont/inregistrare/", {"email": "ANA@exemplu.ro", "password1": "o frază lungă și bună"})
    assert "Există deja un cont cu această adresă." in text(response)
    assert User.objects.count() == 1


def test_a_short_password_is_refused_at_its_field(client):
    response = client.post("/cont/inregistrare/", {"email": "dan@exemplu.ro", "password1": "scurt"})
    assert 'id="id_password1_error"' in text(response)
    assert not User.objects.exists()


def test_signing_in_by_address_in_any_case(client, ana):
    response = client.post("/cont/autentificare/", {"login": " ANA@exemplu.ro", "password": PASSWORD})
    assert (response.status_code, signed_in(client)) == (302, True)


def test_a_wrong_password_is_told_in_romanian(client, ana):
    response = client.post("/cont/autentificare/", {"login": "ana@exemplu.ro", "password": "greșit"})
    assert "Adresa sau parola nu se potrivesc." in text(response)
    assert not signed_in(client)


def test_after_signing_in_one_comes_where_one_wanted(client, ana):
    response = client.post("/cont/autentificare/", {"login": "ana@exemplu.ro", "password": PASSWORD, "next": "/cont/profil/"})
    assert response.url == "/cont/profil/"


def test_signing_out_is_asked_for_and_done(client, ana):
    client.force_login(ana)
    assert "Ieșiți din cont?" in text(client.get("/cont/iesire/"))
    client.post("/cont/iesire/")
    assert not signed_in(client)


def test_a_forgotten_password_is_changed_by_the_link_in_the_e_mail(client, ana):
    client.post("/cont/parola/resetare/", {"email": "ana@exemplu.ro"})
    path = re.search(r"https?://[^/]+(/cont/parola/resetare/\S+)", mail.outbox[0].body)[1]
    form = client.get(path, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "altă frază lungă", "password2": "altă frază lungă"})
    ana.refresh_from_db()
    assert ana.check_password("altă frază lungă")
    assert "Legătura nu mai este bună" in text(Client().get(path, follow=True))


def test_an_unknown_address_gets_the_same_answer_and_an_e_mail_that_says_so(client):
    response = client.post("/cont/parola/resetare/", {"email": "nimeni@exemplu.ro"}, follow=True)
    assert "Verificați e-mailul" in text(response)
    assert [message.subject for message in mail.outbox] == ["Adresa nu are cont în Facturier"]


def test_what_people_typed_is_not_escaped_in_a_plain_e_mail(client):
    client.post("/cont/parola/resetare/", {"email": "ana&dan@exemplu.ro"})
    assert "ana&dan@exemplu.ro" in mail.outbox[0].body


def test_the_operators_page_has_no_sign_in_of_its_own(client, ana):
    """Wrong passwords are counted on the account's own page alone."""
    answer = client.post("/operator/login/?next=/operator/", {"username": ana.email, "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, "/cont/autentificare/?next=%2Foperator%2F")
    assert not signed_in(client)


def test_wrong_passwords_of_one_visitor_keep_no_other_out(client, ana, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _ in range(12):
        client.post(
            "/cont/autentificare/",
            {"login": "altcineva@exemplu.ro", "password": "greșită-cu-totul"},
            headers={"X-Forwarded-For": "192.0.2.7"},
        )
    assert not signed_in(client)
    client.post("/cont/autentificare/", {"login": ana.email, "password": PASSWORD}, headers={"X-Forwarded-For": "192.0.2.8"})
    assert signed_in(client)


def test_signing_up_again_and_again_is_stopped(client):
    for number in range(21):
        answer = client.post("/cont/inregistrare/", {"email": f"n{number}", "password1": PASSWORD})
    assert answer.status_code == 429
