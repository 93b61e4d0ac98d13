"""Chromium and a live server. `open_browser()` gives a page signed in as Ana, whose company has an invoice series FCT."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright

from accounts.models import User
from companies.models import Company
from companies.scope import company_scope
from tests import factories

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
PATIENCE = 15_000  # milliseconds for anything that a page should show


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is a browser test."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser a process. Playwright keeps an event loop in this thread, which Django would else take for async code."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium in PATH")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    connection.close()  # with a loop running Django opens another one; a process forked later would find this and share its socket
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def company(chromium: Browser, transactional_db: None) -> Company:
    return factories.make_company()


@pytest.fixture
def ana(company: Company) -> User:
    user = factories.make_user(full_name="Ana Pop")
    factories.make_member(user, company)
    return user


@pytest.fixture
def scope(company: Company) -> Iterator[Company]:
    with company_scope(company.pk):
        yield company


@pytest.fixture
def open_browser(chromium: Browser, live_server: Any, ana: User) -> Iterator[Callable[..., Page]]:
    """`open_browser(width=1440, touch=False, user=ana, **options)`: a page of a fresh context, signed in; errors on the page fail the test."""
    contexts, faults = [], []

    def open_one(width: int = 1440, height: int = 900, *, touch: bool = False, user: User | None = None, **options: Any) -> Page:
        size = {"width": width, "height": height}
        context = chromium.new_context(viewport=size, has_touch=touch, is_mobile=touch, locale="ro-RO", base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": _session(user or ana), "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
        contexts.append(context)
        return page

    yield open_one
    for context in contexts:
        context.set_offline(True)  # a page that saves itself when it is left would write into the next test
        context.close()
    time.sleep(0.1 if contexts else 0)  # what the server was already answering
    assert faults == []


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)
