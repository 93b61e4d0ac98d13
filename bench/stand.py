"""Where a benchmark runs: its own PostgreSQL and Redis (as durable as those of ./run), gunicorn with two workers, demo firms.

`with stand() as bench:` gives an address and signed-in clients; all of it is gone afterwards. `BENCH_KEEP=folder` keeps the data
for the next run, `BENCH_WORKERS` and `BENCH_THREADS` change gunicorn's.
"""

import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from ops import embedded

ROOT = Path(__file__).resolve().parent.parent
EMAIL, PASSWORD = "banc@exemplu.ro", "parola-bancului-de-probe"
PORT = 8399


@dataclass
class Client:
    """One signed-in browser: a kept-alive connection and its cookies."""

    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection = field(default_factory=lambda: http.client.HTTPConnection("127.0.0.1", PORT, timeout=60))

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path, None)

    def post(self, path: str, form: dict[str, str] | Sequence[tuple[str, str]]) -> tuple[int, str]:
        """Send a form; the CSRF token is that of the cookie. Returns the status and the body, or where a redirect leads."""
        return self._ask("POST", path, urlencode([*(form.items() if isinstance(form, dict) else form)]))

    def sign_in(self) -> "Client":
        self.get("/cont/autentificare/")
        status, _ = self.post("/cont/autentificare/", {"login": EMAIL, "password": PASSWORD})
        if status != 302:
            raise RuntimeError(f"sign-in answered {status}")
        return self

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Accept-Encoding": "identity"}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.cookies.get("csrftoken", "")}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            if found := re.match(r"(\w+)=([^;]*)", cookie):
                self.cookies[found[1]] = found[2]
        return answer.status, answer.headers.get("Location", "") if answer.status in {301, 302} else text


@dataclass
class Stand:
    """A running installation."""

    env: dict[str, str]
    gunicorn: "subprocess.Popen[bytes] | None" = None
    cookies: dict[str, str] = field(default_factory=dict)

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py; returns what it printed."""
        done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.env, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def client(self) -> Client:
        """One more browser of the one session: signing in often is refused, as it should be."""
        if not self.cookies:
            self.cookies = Client().sign_in().cookies
        return Client(dict(self.cookies))


@contextmanager
def stand(*, web: bool = True) -> Iterator[Stand]:
    """Bring everything up, with the owner's account; take it down at the end."""
    kept = os.environ.get("BENCH_KEEP")
    with ExitStack() as stack:
        folder = Path(kept) if kept else Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="facturier-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)
        urls = {}
        for server in (embedded.postgres(folder, embedded.POSTGRES_KEPT), embedded.redis(folder, embedded.REDIS_KEPT)):
            _start(stack, server)
            urls[server.name] = server.url
        env = os.environ | {
            "FACTURIER_ENV": "local",
            "SECRET_KEY": "bench-" * 12,
            "DATABASE_URL": embedded.create_database(urls["postgres"], "facturier"),
            "REDIS_URL": urls["redis"],
            "BASE_URL": f"http://127.0.0.1:{PORT}",
            "LOG_LEVEL": "WARNING",
        }
        os.environ.update(env)
        bench = Stand(env)
        bench.manage("migrate", "-v0")
        if web:
            bench.gunicorn = gunicorn(stack, env)
        yield bench


def django() -> None:
    """Let the benchmark itself use the models of the stand."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django as framework

    framework.setup()


def owner() -> object:
    """The account that the clients sign in with."""
    from accounts.models import User

    return User.objects.filter(email=EMAIL).first() or User.objects.create_user(EMAIL, PASSWORD)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def ms(seconds: Sequence[float]) -> str:
    """p50 and p95 in milliseconds."""
    return f"p50 {percentile(seconds, 0.5) * 1000:7.1f} ms   p95 {percentile(seconds, 0.95) * 1000:7.1f} ms   n={len(seconds)}"


def timed(call: object, times: int, *, warm: int = 3) -> list[float]:
    """Seconds of each of `times` calls, after `warm` that do not count."""
    taken = []
    for turn in range(times + warm):
        start = time.perf_counter()
        call()  # type: ignore[operator]
        if turn >= warm:
            taken.append(time.perf_counter() - start)
    return taken


def _start(stack: ExitStack, server: embedded.Server) -> None:
    groups: list[str] | None = [] if server.user else None
    process = subprocess.Popen(
        server.command, user=server.user, group=server.user, extra_groups=groups, cwd="/", start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    stack.callback(lambda: (process.send_signal(2), process.wait(30)))
    if not embedded.wait_until(server.answers, seconds=30, process=process):
        raise RuntimeError(f"{server.name} does not start")


def gunicorn(stack: ExitStack, env: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start the web as ./run does, until the stack closes."""
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi", "-b", f"127.0.0.1:{PORT}"]
    command += ["--access-logfile", "/dev/null", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    stack.callback(lambda: (process.terminate(), process.wait(30)))
    for _ in range(200):
        try:
            probe = Client()
            probe.get("/cont/autentificare/")
            probe.connection.close()
            return process
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn does not answer")
