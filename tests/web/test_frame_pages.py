import re

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from companies.models import Membership, Role
from tests.factories import make_company, make_user
from web.context import GROUPS, MENU, Frame

with_own_urls = pytest.mark.urls("tests.web.frame_urls")


@pytest.fixture
def ana(db):
    return make_user(full_name="Ana Pop")


@pytest.fixture
def company(ana):
    company = make_company()
    Membership.objects.create(company=company, user=ana, role=Role.OWNER)
    return company


def frame_of(user, company=None, path="/", **cookies):
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    request.user, request.company = user, company
    request.membership = user.memberships.filter(company=company).first()
    return Frame(request)


def labels(frame):
    return {entry.label for group in frame.menu for entry in group.entries}


@with_own_urls
def test_a_refusal_that_no_form_caught_is_a_page_in_the_users_words(client):
    response = client.get("/refuz/")
    assert response.status_code == 409
    assert "Restul de încasat este 5,00 lei." in response.content.decode()


@with_own_urls
def test_for_htmx_a_refusal_is_a_message(client):
    response = client.get("/refuz/", headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Retarget"]) == (409, "#toasts")
    assert "<html" not in response.content.decode()


def test_the_menu_shows_what_the_role_may_open(ana, company):
    bogdan = make_user("bogdan@exemplu.ro")
    Membership.objects.create(company=company, user=bogdan, role=Role.VIEWER)
    assert "Utilizatori" in labels(frame_of(ana, company))
    assert "Utilizatori" not in labels(frame_of(bogdan, company))


def test_the_menu_leaves_out_what_has_no_address_yet(ana, company):
    frame = frame_of(ana, company)
    assert all(entry.url for group in frame.menu for entry in group.entries)


def test_the_entry_of_the_page_is_marked_and_its_group_is_open(ana, company):
    frame = frame_of(ana, company, f"/{company.pk}/firma/utilizatori/3/")
    marked = [(group.label, group.open, entry.label) for group in frame.menu for entry in group.entries if entry.current]
    assert marked == [("Configurare", True, "Utilizatori")]


def test_without_a_company_only_the_own_account_is_offered(ana):
    assert {group.key for group in frame_of(ana).menu} == {"cont"}


def test_a_page_of_no_company_keeps_the_menu_of_the_one_worked_in_last(ana, company):
    other = make_company("Altă firmă SRL", "RO15635648")
    Membership.objects.create(company=other, user=ana, role=Role.OWNER)
    assert frame_of(ana, firma=str(company.pk)).company == company
    assert frame_of(ana, firma=str(other.pk)).company == other


def test_a_cookie_with_a_strangers_company_opens_nothing(ana, company):
    stranger = make_company("Străina SRL", "RO15635648")
    Membership.objects.create(company=stranger, user=make_user("cristi@exemplu.ro"), role=Role.OWNER)
    assert frame_of(ana, firma=str(stranger.pk)).company == company


def test_every_line_of_the_menu_has_its_group_and_a_drawing(settings):
    sprite = (settings.BASE_DIR / "static" / "icons.svg").read_text()
    drawings = {icon for *_, icon, _ in MENU} | {icon for _, icon in GROUPS.values() if icon}
    assert {group for group, *_ in MENU} == set(GROUPS)
    assert [name for name in drawings if f'<symbol id="{name}"' not in sprite] == []


def test_every_drawing_named_in_a_template_is_in_the_sprite(settings):
    sprite = (settings.BASE_DIR / "static" / "icons.svg").read_text()
    templates = "".join(file.read_text() for file in (settings.BASE_DIR / "templates").rglob("*.html"))
    named = set(re.findall(r'{% icon "([a-z-]+)"', templates)) | set(re.findall(r'(?:icon_name|action_icon)="([a-z-]+)"', templates))
    assert [name for name in sorted(named) if f'<symbol id="{name}"' not in sprite] == []


@with_own_urls
@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><script>', "auto"), (None, "auto")])
def test_the_theme_of_the_browser_is_kept_in_a_cookie(client, cookie, theme):
    if cookie:
        client.cookies["tema"] = cookie
    assert f'data-theme="{theme}"' in client.get("/pagina/").content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_need_nothing_from_the_request(name):
    assert "<h1>" in render_to_string(name)


def test_an_unknown_address_is_told_in_romanian(db):
    response = Client().get("/nu-exista/")
    assert response.status_code == 404
    assert "Pagina nu există" in response.content.decode()
