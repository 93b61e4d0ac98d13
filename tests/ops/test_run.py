"""./run, whole: from an empty folder to a sign-in page, and nothing left when it ends."""

import os
import re
import signal
import subprocess
import sys
from urllib.request import urlopen

import psutil
import pytest

from ops.guard import runs
from ops.keeper import ROOT
from tests.ops.test_keeper import wait_for

COMMAND = [sys.executable, "-m", "ops.supervisor", "--port", "8300"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    for parent in (folder, folder.parent):
        parent.chmod(0o711)
    return folder


@pytest.fixture
def running(folder):
    """A started ./run with its first lines; killed at the end if it still runs."""
    ours = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL"}
    env = {name: value for name, value in os.environ.items() if name not in ours} | {"FACTURIER_VAR": str(folder)}
    run = subprocess.Popen(COMMAND, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    lines = []
    while not any("Ctrl-C" in line for line in lines):
        lines.append(run.stdout.readline())
        assert lines[-1], "".join(lines) + "".join(log.read_text() for log in (folder / "log").glob("[pw]*.log"))
    yield run, "".join(lines), env
    run.kill()
    run.wait()
    run.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_it_brings_a_sign_in_page_and_leaves_nothing_behind(running, folder, number):
    run, said, env = running
    address = re.search(r"^Facturier: (http://\S+)/$", said, re.MULTILINE)[1]
    with urlopen(f"{address}/cont/autentificare/") as page:
        assert (page.status, "password" in page.read().decode()) == (200, True)

    second = subprocess.run(COMMAND, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (second.returncode, second.stdout) == (1, f"Facturier rulează deja din acest dosar: {address} (procesul {run.pid}).\n")

    family = [process.pid for process in psutil.Process(run.pid).children(recursive=True)]
    assert len(family) > 8
    run.send_signal(number)
    assert wait_for(lambda: not any(runs(pid) for pid in family), seconds=40)


def test_the_second_start_keeps_the_data(running, folder):
    _, said, _ = running
    assert "demonstrativă" not in said
    assert f"parola {(folder / 'demo-password').read_text()}" in said
