"""Starting processes so that none outlives us, in whatever way we end."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ops.embedded import Server

ROOT = Path(__file__).resolve().parent.parent


class Keeper:
    """Starts processes in sessions of their own and tells the guard (`ops.guard`) of each.

    `lock` is a file descriptor that the guard keeps open too, so that a lock on it lasts until the last process is gone.
    """

    def __init__(self, *, lock: int | None = None) -> None:
        self._lock = lock
        self._kept: dict[int, str] = {}
        self._hire()

    def start(
        self, command: Sequence[str], *, log: Path, env: Mapping[str, str], pass_fds: Sequence[int] = (), heard: bool = False
    ) -> subprocess.Popen[bytes]:
        """Start a program of ours. Its output goes to the end of `log`; what a `heard` one prints comes to our own output."""
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=None if heard else output,
                stderr=output,
                env=env,
                cwd=ROOT,
                start_new_session=True,
                pass_fds=tuple(pass_fds),
            )
        self._keep(process, f"{signal.SIGTERM:d} 1")
        return process

    def serve(self, server: Server, *, log: Path) -> subprocess.Popen[bytes]:
        """Start PostgreSQL or Redis; it is ended after the programs. PostgreSQL closes its clients on SIGINT, not on SIGTERM."""
        with log.open("ab") as output:
            process = launch(server, output=output.fileno())
        number = signal.SIGINT if server.name == "postgres" else signal.SIGTERM
        self._keep(process, f"{number:d} 0")
        return process

    def forget(self, process: subprocess.Popen[bytes]) -> None:
        """Its end was seen: what it started itself goes too, and the guard lets go of a number that may soon be another's."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        del self._kept[process.pid]
        self._tell(f"- {process.pid}")

    def end(self) -> None:
        """End everything that was started, in order; returns when it is gone."""
        self._tell("")
        os.close(self._pipe)
        self._guard.wait()

    def _keep(self, process: subprocess.Popen[bytes], how: str) -> None:
        self._kept[process.pid] = f"+ {process.pid} {how}"
        self._tell(self._kept[process.pid])

    def _tell(self, line: str) -> None:
        """Tell the guard; if it was killed itself, a new one hears the whole story."""
        if self._guard.poll() is not None:
            os.close(self._pipe)
            self._hire()
            line = "\n".join(self._kept.values())
        os.write(self._pipe, f"{line}\n".encode())

    def _hire(self) -> None:
        reading, self._pipe = os.pipe()
        self._guard = subprocess.Popen(
            [sys.executable, "-m", "ops.guard"],
            stdin=reading,
            stdout=subprocess.DEVNULL,
            cwd=ROOT,
            start_new_session=True,
            pass_fds=() if self._lock is None else (self._lock,),
        )
        os.close(reading)


def launch(server: Server, *, output: int) -> subprocess.Popen[bytes]:
    """The server's process, in a session of its own and under the user it needs."""
    return subprocess.Popen(
        server.command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        user=server.user,
        group=server.user,
        extra_groups=[] if server.user else None,
        cwd="/",
        start_new_session=True,
    )
