"""What every test stands on: its own database and Redis, an empty cache, tasks that run only when asked for."""

import os
from collections.abc import Iterator

import pytest
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.test import TransactionTestCase

from lib import remember
from tests import database
from tests.fakes.rehearsal import rehearsal, rehearsal_server  # noqa: F401 (fixtures for every test)

DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_configure() -> None:
    """Quick passwords, and a Redis database for this process alone; programs that a test starts find it in the environment."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if "?db=" in settings.REDIS_URL:
        url = settings.REDIS_URL.partition("?")[0] + f"?db={os.getpid() % 4096}"
        os.environ["REDIS_URL"] = settings.REDIS_URL = url
        settings.CACHES["default"]["LOCATION"] = url
        current_app.conf.broker_url = url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """`./check` ends with this summary, so it names the steps before the tests that failed."""
    if failed := os.environ.get("FACTURIER_FAILED_STEPS"):
        terminalreporter.section("steps before the tests", red=True)
        terminalreporter.line(f"FAILED {failed}")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock(), database.test_database():
        TransactionTestCase._fixture_teardown = lambda case: database.empty_database()
        yield


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> None:
    """A test with a database starts with an empty Redis as well: limits and sessions of its neighbours are gone."""
    if DATABASE_FIXTURES & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        cache.clear()


@pytest.fixture(autouse=True)
def _remember_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was slow is kept for a minute: on a busy machine that would take queries away from those that a test counts."""
    monkeypatch.setattr(remember, "SLOW", 3600)


@pytest.fixture
def celery_eager() -> Iterator[None]:
    """Tasks run at once, in the test's own process, and their errors reach the test."""
    current_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    current_app.conf.update(task_always_eager=False, task_eager_propagates=False)
