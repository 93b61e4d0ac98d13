"""The guard: ends every process it was told of as soon as the one who told it is gone, SIGKILL included.

`ops.keeper` starts it with a pipe as its input. A line `+ pid signal rank` adds a process, `- pid` takes one off. At the end
of the pipe those of rank 1 (programs) are asked to stop, then those of rank 0 (servers that the programs use); who does not
stop in time is killed together with its process group.
"""

import os
import signal
import sys
import time
from contextlib import suppress

import psutil

PATIENCE = {1: 12.0, 0: 20.0}  # seconds; a web request or a PDF may end, PostgreSQL writes its checkpoint


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    kept: dict[int, tuple[int, int]] = {}
    for line in sys.stdin:
        if not line.strip():
            continue
        sign, pid, *rest = line.split()
        if sign == "+":
            kept[int(pid)] = (int(rest[0]), int(rest[1]))
        else:
            kept.pop(int(pid), None)
    for rank, seconds in PATIENCE.items():
        end({pid: number for pid, (number, its_rank) in kept.items() if its_rank == rank}, seconds)


def end(processes: dict[int, int], seconds: float) -> None:
    """Send each process its signal, wait, then kill what is left of its group."""
    for pid, number in processes.items():
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    limit = time.monotonic() + seconds
    while any(runs(pid) for pid in processes) and time.monotonic() < limit:
        time.sleep(0.05)
    for pid in processes:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


if __name__ == "__main__":
    main()
