"""Production starts with every value that it needs, or not at all."""

import os
import subprocess
import sys

import pytest

from ops.checks import PRODUCTION
from ops.keeper import ROOT

SERVERS = {"DATABASE_URL": "postgresql://facturier:parola@db/facturier", "REDIS_URL": "redis://redis/0"}
COMPLETE = PRODUCTION | SERVERS


def load(environment):
    command, env = [sys.executable, "-c", "import config.settings"], {"PATH": os.environ["PATH"]} | environment
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_production_starts_with_all_that_is_required():
    assert load(COMPLETE).returncode == 0


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_production_does_not_start_without(missing):
    started = load({name: value for name, value in COMPLETE.items() if name != missing})
    assert (started.returncode, f"{missing} is not set." in started.stderr.splitlines()[-1]) == (1, True)


def test_a_developers_machine_needs_nothing():
    assert load({"FACTURIER_ENV": "local"}).returncode == 0


def test_production_stands_behind_one_proxy():
    """Otherwise all visitors would share the proxy's address, and a few wrong passwords of one would keep all out."""
    command = [sys.executable, "-c", "import config.settings as s; print(s.ALLAUTH_TRUSTED_PROXY_COUNT)"]
    env = {"PATH": os.environ["PATH"]} | COMPLETE
    assert subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False).stdout == "1\n"
