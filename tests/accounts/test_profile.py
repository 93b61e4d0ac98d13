import pytest

from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client):
    user = make_user()
    client.force_login(user)
    return user


def test_the_account_needs_signing_in(client):
    assert client.get("/cont/profil/").url == "/cont/autentificare/?next=/cont/profil/"


@pytest.mark.parametrize("page", ["profil", "parola/schimbare", "email"])
def test_the_pages_of_the_account_are_drawn(client, ana, page):
    response = client.get(f"/cont/{page}/")
    assert response.status_code == 200
    assert "<h1>Contul meu</h1>" in response.content.decode()


def test_a_name_is_saved_in_order(client, ana):
    client.post("/cont/profil/", {"full_name": "  Ana   Pop "})
    ana.refresh_from_db()
    assert ana.full_name == "Ana Pop"


def test_a_name_that_is_too_long_is_shown_again(client, ana):
    response = client.post("/cont/profil/", {"full_name": "A" * 121})
    assert response.status_code == 422
    assert "A" * 121 in response.content.decode()


def test_the_theme_is_kept_in_this_browser(client, ana):
    client.post("/cont/aspect/", {"theme": "dark"})
    assert client.cookies["tema"].value == "dark"
    assert 'data-theme="dark"' in client.get("/cont/profil/").content.decode()


def test_an_unknown_theme_is_not_kept(client, ana):
    client.post("/cont/aspect/", {"theme": "mov"})
    assert "tema" not in client.cookies


def test_the_password_is_changed_only_with_the_former_one(client, ana):
    new = {"password1": "altă frază lungă", "password2": "altă frază lungă"}
    client.post("/cont/parola/schimbare/", {"oldpassword": "greșită"} | new)
    ana.refresh_from_db()
    assert not ana.check_password("altă frază lungă")
    client.post("/cont/parola/schimbare/", {"oldpassword": "parola-de-probă-1"} | new)
    ana.refresh_from_db()
    assert ana.check_password("altă frază lungă")


def test_another_address_is_added_and_taken_away(client, ana):
    client.post("/cont/email/", {"action_add": "", "email": "ana@alt.ro"})
    assert ana.emailaddress_set.filter(email="ana@alt.ro", verified=False).count() == 1
    client.post("/cont/email/", {"action_remove": "", "email": "ana@alt.ro"})
    assert not ana.emailaddress_set.filter(email="ana@alt.ro").exists()
