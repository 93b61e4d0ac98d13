"""What `./run` decides for this machine: the lock on `var/`, free ports, kept secrets and the environment of the programs."""

import argparse
import fcntl
import os
import secrets
import socket
import time
from pathlib import Path
from typing import IO

import environ
import psutil

from ops.keeper import ROOT

VAR = Path(os.environ.get("FACTURIER_VAR", ROOT / "var")).resolve()
LOG_LIMIT = 5_000_000  # bytes; a longer log is put aside at start
DEMO_EMAIL = "demo@facturier.ro"


def say(text: str) -> None:
    """A line for the user. The terminal may be gone: that is no reason to leave processes behind."""
    try:
        print(text, flush=True)
    except OSError:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)


def take_lock() -> IO[str] | None:
    """The lock on `var/`, or None when another run holds it. While the guard of a killed run cleans up, we wait."""
    VAR.mkdir(parents=True, exist_ok=True)
    lock = (VAR / "lock").open("a+")
    limit = time.monotonic() + 40
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, _, address = (VAR / "lock").read_text().partition(" ")
            if time.monotonic() > limit or (pid.isdigit() and psutil.pid_exists(int(pid))):
                say(f"Facturier rulează deja din acest dosar: {address.strip() or 'pornește acum'} (procesul {pid or '?'}).")
                lock.close()
                return None
            time.sleep(0.2)
        else:
            note_in_lock(lock, "")
            return lock


def note_in_lock(lock: IO[str], address: str) -> None:
    """Leave our process number and address for whoever tries to start a second time."""
    lock.truncate(0)
    lock.write(f"{os.getpid()} {address}")
    lock.flush()


def environment(options: argparse.Namespace, *, web_port: int, rehearsal_port: int, mail_port: int) -> dict[str, str]:
    """The environment of every program; what the caller or `.env` has set stays."""
    environ.Env.read_env(ROOT / ".env", overwrite=False)
    rehearsal = f"http://127.0.0.1:{rehearsal_port}"
    ours = {
        "SECRET_KEY": kept_secret("secret", 50),
        "BASE_URL": f"http://127.0.0.1:{web_port}",
        "STATIC_MANIFEST": "1",
        "STATIC_ROOT": str(VAR / "static"),
        "REHEARSAL_URL": rehearsal,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
    }
    if not options.real:
        ours |= {"ANAF_REGISTER_URL": f"{rehearsal}/anaf/api/PlatitorTvaRest/v9/tva", "BNR_URL": f"{rehearsal}/bnr"}
    return ours | os.environ | {"FACTURIER_ENV": "local", "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1"}


def kept_secret(name: str, length: int) -> str:
    """The secret of `var/<name>`, made once; only the owner may read it."""
    path = VAR / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(length))
    return path.read_text().strip()


def listen(wanted: int) -> socket.socket:
    """A listening socket on the wanted port, else on the first free one after it."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    port = _bind(listener, wanted)
    if port != wanted:
        say(f"Portul {wanted} este ocupat; folosesc {port}.")
    listener.listen(128)
    return listener


def free_port(wanted: int, what: str) -> int:
    """A port that nobody listens on now: the wanted one, else the first free one after it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port = _bind(probe, wanted)
    if port != wanted:
        say(f"Portul {wanted} ({what}) este ocupat; folosesc {port}.")
    return port


def _bind(probe: socket.socket, wanted: int) -> int:
    for port in range(wanted, wanted + 100):
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return port
    probe.bind(("127.0.0.1", 0))
    return int(probe.getsockname()[1])


def log_file(name: str) -> Path:
    return VAR / "log" / f"{name}.log"


def shown(path: Path) -> str:
    """A path as the user of `./run` finds it."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def rotate_logs() -> None:
    """Put aside the logs that grew too long; one former log of each is kept."""
    (VAR / "log").mkdir(exist_ok=True)
    for path in (VAR / "log").glob("*.log"):
        if path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
