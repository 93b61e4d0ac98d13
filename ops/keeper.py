"""Starting processes so that none outlives us, in whatever way we end."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ops.embedded import Server

ROOT = Path(__file__).resolve().parent.parent


class Keeper:
    """Starts processes in sessions of their own and tells the guard (`ops.guard`) of each.

    `lock` is a file descriptor that the guard keeps open too, so that a lock on it lasts until the last process is gone.
    """

    def __init__(self, *, lock: int | None = None) -> None:
        reading, self._pipe = os.pipe()
        self._guard = subprocess.Popen(
            [sys.executable, "-m", "ops.guard"],
            stdin=reading,
            stdout=subprocess.DEVNULL,
            cwd=ROOT,
            start_new_session=True,
            pass_fds=() if lock is None else (lock,),
        )
        os.close(reading)

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
        self._tell(f"+ {process.pid} {signal.SIGTERM:d} 1")
        return process

    def serve(self, server: Server, *, log: Path) -> subprocess.Popen[bytes]:
        """Start PostgreSQL or Redis; it is ended after the programs. PostgreSQL closes its clients on SIGINT, not on SIGTERM."""
        with log.open("ab") as output:
            process = launch(server, output=output.fileno())
        number = signal.SIGINT if server.name == "postgres" else signal.SIGTERM
        self._tell(f"+ {process.pid} {number:d} 0")
        return process

    def forget(self, process: subprocess.Popen[bytes]) -> None:
        """Its end was seen: the number may soon be another's."""
        self._tell(f"- {process.pid}")

    def end(self) -> None:
        """End everything that was started, in order; returns when it is gone."""
        os.close(self._pipe)
        self._guard.wait()

    def _tell(self, line: str) -> None:
        os.write(self._pipe, f"{line}\n".encode())


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
