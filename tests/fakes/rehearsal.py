"""The world outside, for tests: the same rehearsal server that `./run` starts, over real HTTP and SMTP."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from web.rehearsal.server import Rehearsal


@pytest.fixture(scope="session")
def rehearsal_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with Rehearsal(mail_folder=tmp_path_factory.mktemp("mail")) as server:
        yield server


@pytest.fixture
def rehearsal(rehearsal_server: Rehearsal, settings) -> Iterator[Rehearsal]:
    """The server without faults and mails, and settings that point at it: `.url`, `.faults.switch("anaf_html")`, `.mail.mails`.

    Answers kept by an earlier test are dropped. Faults: those of `web.rehearsal.services.SERVICES`.
    """
    settings.ANAF_REGISTER_URL = f"{rehearsal_server.url}/anaf/api/PlatitorTvaRest/v9/tva"
    settings.BNR_URL = f"{rehearsal_server.url}/bnr"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = rehearsal_server.mail.host, rehearsal_server.mail.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    cache.clear()
    rehearsal_server.mail.clear()
    yield rehearsal_server
    rehearsal_server.faults.clear()
