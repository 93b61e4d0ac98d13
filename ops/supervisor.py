"""`./run`: PostgreSQL, Redis, the rehearsal services, web, worker and beat, until Ctrl-C. The data stays in `var/`."""

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from ops import embedded
from ops.keeper import Keeper
from ops.local import (
    DEMO_EMAIL,
    VAR,
    environment,
    free_port,
    kept_secret,
    listen,
    log_file,
    note_in_lock,
    rotate_logs,
    say,
    shown,
    take_lock,
)

PAUSES = (1, 2, 5, 15, 30, 60)  # seconds before a fallen process is started again, the last one for ever after
STEADY = 60  # seconds alive after which a fall counts as the first again
CELERY = [sys.executable, "-m", "celery", "-A", "config"]
WORKER = [*CELERY, "worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
BEAT = [*CELERY, "beat", "--loglevel", "INFO", "--schedule", str(VAR / "beat-schedule"), "--pidfile="]


class Stopped(Exception):
    """Ctrl-C, a signal or a closed terminal asked us to end."""


class Failed(Exception):
    """Something does not start; the message tells the user what, and where to look."""


@dataclass
class Program:
    """A process that has to run as long as we do, and the history of its falls."""

    name: str
    start: Callable[[], "subprocess.Popen[bytes]"]
    process: "subprocess.Popen[bytes] | None" = None
    due: float = field(default_factory=time.monotonic)  # when to start it, while it has no process
    since: float = 0.0
    falls: int = 0


class Supervisor:
    """Everything that runs, from `start` to `end`."""

    def __init__(self, options: argparse.Namespace, keeper: Keeper) -> None:
        self.options, self.keeper = options, keeper
        self.asked_to_stop = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        self.programs: list[Program] = []
        self.listener = listen(options.port)  # stays open here: a page asked for while web restarts waits instead of failing
        port = self.listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/"
        self.rehearsal_port, self.mail_port = free_port(8200, "servicii de probă"), free_port(8225, "e-mail de probă")
        self.env = environment(options, web_port=port, rehearsal_port=self.rehearsal_port, mail_port=self.mail_port)

    def start(self) -> None:
        """Bring everything up, in the order in which each needs the others; returns when the first page answers."""
        self._servers()
        prepared = self.keeper.start([sys.executable, "-m", "ops.prepare"], log=log_file("prepare"), env=self.env, heard=True)
        while prepared.poll() is None:
            self._pause()
        self.keeper.forget(prepared)
        if prepared.returncode:
            raise Failed(f"Baza de date nu a putut fi pregătită. Jurnal: {shown(log_file('prepare'))}")
        rehearsal = ["rehearsal", "--port", str(self.rehearsal_port), "--smtp-port", str(self.mail_port)]
        spv = VAR / "rehearsal-spv.sqlite"
        web = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "--bind", f"fd://{self.listener.fileno()}", "config.wsgi"]
        self._run("rehearsal", [sys.executable, "manage.py", *rehearsal, "--mail-folder", str(VAR / "rehearsal-mail"), "--spv", str(spv)])
        self._run("web", web, pass_fds=[self.listener.fileno()])
        self._run("worker", WORKER)
        self._run("beat", BEAT)
        limit = time.monotonic() + 60
        while not answers(self.address):
            self._pause()
            if time.monotonic() > limit:
                raise Failed(f"Pagina nu răspunde. Jurnal: {shown(log_file('web'))}")

    def watch(self) -> None:
        """Start again what falls, until asked to stop."""
        while True:
            self._pause()

    def _servers(self) -> None:
        """PostgreSQL and Redis, unless the environment names others."""
        if "DATABASE_URL" not in self.env:
            server = embedded.postgres(VAR, embedded.POSTGRES_KEPT)
            self._serve(server)
            self.env["DATABASE_URL"] = embedded.create_database(server.url, "facturier")
        if "REDIS_URL" not in self.env:
            server = embedded.redis(VAR, embedded.REDIS_KEPT)
            self._serve(server)
            self.env["REDIS_URL"] = server.url

    def _serve(self, server: embedded.Server) -> None:
        program = self._add(server.name, lambda: self.keeper.serve(server, log=log_file(server.name)))
        limit = time.monotonic() + 60
        while not server.answers():
            self._pause(0.05)
            if program.falls or time.monotonic() > limit:
                raise Failed(f"{server.name} nu pornește. Jurnal: {shown(log_file(server.name))}")

    def _run(self, name: str, command: list[str], pass_fds: list[int] | None = None) -> None:
        self._add(name, lambda: self.keeper.start(command, log=log_file(name), env=self.env, pass_fds=pass_fds or []))

    def _add(self, name: str, start: Callable[[], "subprocess.Popen[bytes]"]) -> Program:
        program = Program(name, start)
        self.programs.append(program)
        self._tend(program)
        return program

    def _pause(self, seconds: float = 0.2) -> None:
        """Wait a little, looking after what runs."""
        time.sleep(seconds)
        if self.asked_to_stop:
            raise Stopped
        for program in self.programs:
            self._tend(program)

    def _tend(self, program: Program) -> None:
        """Start a program that is due; notice one that fell and set its next start."""
        now = time.monotonic()
        if program.process is None:
            if now >= program.due:
                program.process, program.since = program.start(), now
        elif program.process.poll() is not None:
            self.keeper.forget(program.process)
            program.falls = 1 if now - program.since > STEADY else program.falls + 1
            pause = PAUSES[min(program.falls, len(PAUSES)) - 1]
            keeps = "tot cade" if program.falls > 3 else "s-a oprit"
            log = shown(log_file(program.name))
            say(f"{program.name} {keeps} (cod {program.process.returncode}); repornește peste {pause} s. Jurnal: {log}")
            program.process, program.due = None, now + pause

    def _ask_to_stop(self, number: int, frame: object) -> None:
        self.asked_to_stop = True


def answers(address: str) -> bool:
    """Whether the page comes; an error page of the server's own making does not count."""
    try:
        urlopen(address, timeout=20).close()  # noqa: S310 - our own address
    except HTTPError as error:
        return error.code < 500
    except (URLError, OSError):
        return False
    return True


def greet(supervisor: Supervisor) -> None:
    say(f"Facturier: {supervisor.env['BASE_URL']}/")
    say(f"Autentificare: {DEMO_EMAIL}, parola {kept_secret('demo-password', 9)}")
    say(f"Mesajele trimise se văd la {supervisor.env['REHEARSAL_URL']}/mail/. Ctrl-C oprește tot; datele rămân în {shown(VAR)}/.")


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run", description="Pornește Facturier pe această mașină.")
    parser.add_argument("--port", type=int, default=8000, help="portul paginii (dacă este ocupat, următorul liber)")
    parser.add_argument("--real", action="store_true", help="întreabă ANAF și BNR, nu serviciile de probă")
    options = parser.parse_args()
    lock = take_lock()
    if lock is None:
        return 1
    rotate_logs()
    keeper, code = Keeper(lock=lock.fileno()), 0
    try:
        supervisor = Supervisor(options, keeper)
        supervisor.start()
        note_in_lock(lock, supervisor.env["BASE_URL"])
        greet(supervisor)
        supervisor.watch()
    except Stopped:
        say("Se oprește…")
    except Failed as failure:
        say(str(failure))
        code = 1
    finally:
        keeper.end()
    say("Oprit.")
    return code


if __name__ == "__main__":
    sys.exit(main())
