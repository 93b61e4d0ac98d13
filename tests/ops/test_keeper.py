"""Nothing that we start outlives us, in whatever way we end."""

import fcntl
import os
import signal
import subprocess
import sys
import time

import pytest

from ops.guard import runs
from ops.keeper import ROOT, Keeper

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]

# Starts a program whose child ignores SIGTERM, prints the two process numbers and waits.
STARTS_TWO = """
import signal, sys, time
from pathlib import Path
from ops.keeper import Keeper
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it starts in the background ignore it
child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
parent = f"import subprocess, sys, time; print(subprocess.Popen([sys.executable, '-c', {child!r}]).pid, flush=True); time.sleep(600)"
log = Path(sys.argv[1])
process = Keeper().start([sys.executable, "-c", parent], log=log, env={})
while not log.read_text().endswith("\\n"):
    time.sleep(0.02)
print(process.pid, log.read_text().strip(), flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_what_was_started_ends_with_us(number, tmp_path):
    command = [sys.executable, "-c", STARTS_TWO, str(tmp_path / "log")]
    us = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    started = [int(pid) for pid in us.stdout.readline().split()]
    assert [runs(pid) for pid in started] == [True, True]
    os.kill(us.pid, number)
    us.wait()
    us.stdout.close()
    assert wait_for(lambda: [runs(pid) for pid in started] == [False, False])


def test_a_killed_guard_is_replaced_and_told_everything(tmp_path):
    keeper = Keeper()
    first = keeper.start(SLEEP, log=tmp_path / "log", env={})
    keeper._guard.kill()
    keeper._guard.wait()
    second = keeper.start(SLEEP, log=tmp_path / "log", env={})
    keeper.end()
    assert [first.wait(), second.wait()] == [-signal.SIGTERM, -signal.SIGTERM]


def test_a_lock_lasts_until_the_last_process_is_gone(tmp_path):
    with (tmp_path / "lock").open("w") as lock, (tmp_path / "lock").open("w") as other:
        fcntl.flock(lock, fcntl.LOCK_EX)
        keeper = Keeper(lock=lock.fileno())
        lock.close()
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        keeper.end()
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def wait_for(condition, *, seconds: float = 20) -> bool:
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.05)
    return condition()
