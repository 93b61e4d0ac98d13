"""`ops/test.sh [pytest arguments]`: pytest beside a PostgreSQL and a Redis made for tests.

The two servers live in the temporary folder and stay between calls, so that a single test runs in a second; several calls
at once share them, each with its own database. `ops/test.sh --stop` ends them. `DATABASE_URL` and `REDIS_URL`, if set, win.
"""

import fcntl
import os
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from ops import embedded
from ops.keeper import launch

FOLDER = Path(tempfile.gettempdir()) / f"facturier-tests-{os.getuid()}"


def main(arguments: list[str]) -> None:
    if arguments == ["--stop"]:
        stop()
        return
    os.environ["FACTURIER_ENV"] = "local"
    if not {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        urls = start()
        os.environ.setdefault("DATABASE_URL", urls["postgres"])
        os.environ.setdefault("REDIS_URL", urls["redis"])
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])


def start() -> dict[str, str]:
    """The addresses of the two servers, started unless they already answer."""
    FOLDER.mkdir(mode=0o711, exist_ok=True)
    if FOLDER.stat().st_uid != os.getuid():
        raise PermissionError(f"{FOLDER} belongs to another user of this machine: delete it or set TMPDIR")
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return {"postgres": _start_postgres(), "redis": _start(embedded.redis(FOLDER, embedded.REDIS_FOR_TESTS))}


def stop() -> None:
    for name in ("postgres", "redis"):
        pid_file = FOLDER / f"{name}.pid"
        if pid_file.exists():
            with suppress(ProcessLookupError):
                os.kill(int(pid_file.read_text()), signal.SIGINT)
            pid_file.unlink()


def _start_postgres() -> str:
    """As `_start`; a server that answers is not prepared anew, for preparing stops the one that a crash left behind."""
    url_file = FOLDER / "postgres.url"
    if url_file.exists() and embedded.postgres_answers(url_file.read_text()):
        return url_file.read_text()
    url = _start(embedded.postgres(FOLDER, embedded.POSTGRES_FOR_TESTS))
    url_file.write_text(url)
    return url


def _start(server: embedded.Server) -> str:
    if server.answers():
        return server.url
    log = FOLDER / f"{server.name}.log"
    with log.open("ab") as output:
        process = launch(server, output=output.fileno())
    (FOLDER / f"{server.name}.pid").write_text(str(process.pid))
    if not embedded.wait_until(server.answers, seconds=30, process=process):
        raise RuntimeError(f"{server.name} does not start:\n{log.read_text(errors='replace')[-2000:]}")
    return server.url


if __name__ == "__main__":
    main(sys.argv[1:])
