"""./run, whole: from an empty folder to a sign-in page, and nothing left when it ends."""

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from urllib.request import urlopen

import psutil

from ops.guard import runs
from ops.keeper import ROOT
from tests.ops.test_keeper import wait_for

COMMAND = [sys.executable, "-m", "ops.supervisor", "--port", "8300"]
OURS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL"}  # what the tests' own environment says, and ./run must find out


def test_it_brings_a_sign_in_page_keeps_the_data_and_leaves_nothing_behind(tmp_path):
    for parent in (tmp_path, tmp_path.parent):
        parent.chmod(0o711)
    env = {name: value for name, value in os.environ.items() if name not in OURS} | {"FACTURIER_VAR": str(tmp_path)}

    with started(env, tmp_path) as (run, said):
        address = re.search(r"^Facturier: (http://\S+)/$", said, re.MULTILINE)[1]
        with urlopen(f"{address}/cont/autentificare/") as page:
            assert (page.status, "password" in page.read().decode()) == (200, True)
        beside = subprocess.run(COMMAND, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert (beside.returncode, beside.stdout) == (1, f"Facturier rulează deja din acest dosar: {address} (procesul {run.pid}).\n")
        assert leaves_nothing(run, signal.SIGKILL)

    with started(env, tmp_path) as (run, said):
        assert "demonstrativă" not in said
        assert f"parola {(tmp_path / 'demo-password').read_text()}" in said
        assert leaves_nothing(run, signal.SIGINT)


@contextmanager
def started(env, folder):
    """A ./run that has said where it is, with what it said; killed at the end if it still runs."""
    run = subprocess.Popen(COMMAND, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    lines = []
    try:
        while not any("Ctrl-C" in line for line in lines):
            lines.append(run.stdout.readline())
            assert lines[-1], "".join(lines) + "".join(log.read_text() for log in (folder / "log").glob("[pw]*.log"))
        yield run, "".join(lines)
    finally:
        run.kill()
        run.wait()
        run.stdout.close()


def leaves_nothing(run, number):
    """Whether all of its processes end after the signal."""
    family = [process.pid for process in psutil.Process(run.pid).children(recursive=True)]
    assert len(family) > 8
    run.send_signal(number)
    return wait_for(lambda: not any(runs(pid) for pid in family), seconds=40)
