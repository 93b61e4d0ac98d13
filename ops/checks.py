"""`./check`: style, types, settings, migrations, then every test. Each step runs even when one before it failed.

It ends with pytest's summary, which also names the steps that failed (tests/conftest.py), and with their exit code.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ops import embedded
from ops.keeper import ROOT, Keeper

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PRODUCTION = {
    "SECRET_KEY": "a-key-for-checking-only-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "facturi.exemplu.ro",
    "BASE_URL": "https://facturi.exemplu.ro",
    "EMAIL_URL": "smtp+tls://facturier:parola@mail.exemplu.ro:587",
    "DEFAULT_FROM_EMAIL": "Facturier <facturi@exemplu.ro>",
    "EFACTURA_TOKEN_KEYS": "bm90LWEtc2VjcmV0LW9ubHktZm9yLXRoZS1jaGVja3M=",
}


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="facturier-check-", ignore_cleanup_errors=True) as folder, servers(Path(folder)) as urls:
        common = {name: value for name, value in os.environ.items() if name != "FACTURIER_ENV"} | urls
        local = common | {"FACTURIER_ENV": "local"}
        steps = [
            ("ruff check", ["ruff", "check", "."], local),
            ("ruff format", ["ruff", "format", "--check", "."], local),
            ("mypy", ["mypy", *typed_files()], local),
            ("check --deploy", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], common | PRODUCTION),
            ("makemigrations --check", ["manage.py", "makemigrations", "--check", "--dry-run"], local),
        ]
        failed = [name for name, command, env in steps if not step(name, command, env)]
        return test(local | {"FACTURIER_FAILED_STEPS": ", ".join(failed)}) or bool(failed)


def typed_files() -> list[str]:
    """lib/ and every actions.py, or the modules of an actions/ folder."""
    files = [*ROOT.glob("lib/*.py"), *ROOT.glob("*/actions.py"), *ROOT.glob("*/actions/*.py")]
    return sorted(str(path.relative_to(ROOT)) for path in files)


def step(name: str, command: list[str], env: Mapping[str, str]) -> bool:
    """Run a tool of `.venv`, or manage.py; its output is shown only when it fails."""
    start = time.monotonic()
    program = [sys.executable, *([] if command[0] == "manage.py" else ["-m"]), *command]
    done = subprocess.run(program, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    print(f"{name}: {'PICAT' if done.returncode else 'bine'} ({time.monotonic() - start:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def test(env: Mapping[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(min(os.cpu_count() or 2, 8)), "--maxprocesses", "8"]
    if not browser_found():
        print("\n*** TESTELE ÎN BROWSER NU SE RULEAZĂ: nu există Chromium. Instalați cu: sudo apt install chromium ***\n", flush=True)
        command += ["-m", "not browser"]
    return subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, check=False).returncode


def browser_found() -> bool:
    """Whether a Chromium is here; as root on Debian it is installed when missing."""
    if not any(shutil.which(name) for name in BROWSERS) and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Se instalează Chromium…", flush=True)
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return any(shutil.which(name) for name in BROWSERS)


@contextmanager
def servers(folder: Path) -> Iterator[dict[str, str]]:
    """A PostgreSQL and a Redis for this run alone, unless the environment names others."""
    if {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        yield {}
        return
    folder.chmod(0o711)
    keeper = Keeper()
    try:
        urls = {}
        for server in (embedded.postgres(folder, embedded.POSTGRES_FOR_TESTS), embedded.redis(folder, embedded.REDIS_FOR_TESTS)):
            log = folder / f"{server.name}.log"
            process = keeper.serve(server, log=log)
            if not embedded.wait_until(server.answers, seconds=60, process=process):
                raise RuntimeError(f"{server.name} does not start:\n{log.read_text(errors='replace')[-2000:]}")
            urls["DATABASE_URL" if server.name == "postgres" else "REDIS_URL"] = server.url
        yield urls
    finally:
        keeper.end()


if __name__ == "__main__":
    sys.exit(main())
