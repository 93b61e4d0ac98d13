"""What the rehearsal SPV remembers, in a SQLite file of its own, or in memory; its clock and its settings."""

import json
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY, cif TEXT, standard TEXT, flags TEXT, xml BLOB, received REAL, ready REAL, stare TEXT DEFAULT 'in prelucrare',
    download INTEGER, errors TEXT DEFAULT '[]', issuer TEXT, buyer TEXT, key TEXT, forced TEXT DEFAULT '', about INTEGER);
CREATE INDEX IF NOT EXISTS documents_open ON documents (ready) WHERE stare = 'in prelucrare';
CREATE INDEX IF NOT EXISTS documents_key ON documents (key) WHERE stare = 'ok';
CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY, document INTEGER, cif TEXT, kind TEXT, listed REAL, details TEXT);
CREATE INDEX IF NOT EXISTS entries_of ON entries (cif, listed, id);
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, kind TEXT, rights TEXT, until REAL);
CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, n INTEGER);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT);
INSERT OR IGNORE INTO documents (id, stare) VALUES (5000000000, '');
INSERT OR IGNORE INTO entries (id, cif) VALUES (3000000000, '');
"""
TABLES = ("documents", "entries", "tokens", "counts", "settings")
DEFAULTS: dict[str, Any] = {
    "processing": 3,  # seconds from upload to ok or nok
    "lag": 5,  # seconds from there to the list
    "slow": 30,  # seconds of a slow answer
    "minute": 1000,  # calls, then 429
    "state_day": 100,
    "list_day": 1500,
    "pages_day": 100_000,
    "download_day": 10,
    "rasp_day": 1000,
    "access_seconds": 90 * 86_400,
    "refresh_seconds": 365 * 86_400,
    "rotate": True,  # an old refresh token is worth nothing
    "duplicates": "nok",  # or "accept"
    "judge": True,  # ask the rules of e-Factura; False accepts every XML
    "clock": None,  # {"offset": seconds} or {"at": ISO}
    "always": {},  # endpoint: fault
    "next": [],  # {"on": endpoint, "do": fault, "times": 1}
    "random": None,  # {"seed": 1, "rates": {fault: probability}, "on": [endpoints]}
}


class Store:
    """One connection behind one lock: the threads of the server take turns, each for a few microseconds."""

    def __init__(self, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(SCHEMA)
        self.settings = DEFAULTS | {row["name"]: json.loads(row["value"]) for row in self.rows("SELECT * FROM settings")}

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self.lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        with self.lock:
            found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return found

    def insert(self, table: str, **values: object) -> int:
        """A new row; its key."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        with self.lock:
            cursor = self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))  # noqa: S608
            return int(cursor.lastrowid or 0)

    def run(self, sql: str, *values: object) -> int:
        """The number of rows changed."""
        with self.lock:
            return self._connection.execute(sql, values).rowcount

    def count(self, name: str) -> int:
        """One more of a kind; how many there are now."""
        row = self.row("INSERT INTO counts VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET n = n + 1 RETURNING n", name)
        return int(row["n"]) if row else 0

    def set(self, name: str, value: object) -> None:
        """Keep a setting, also after a restart."""
        with self.lock:
            self.settings[name] = value
            self.run("INSERT OR REPLACE INTO settings VALUES (?, ?)", name, json.dumps(value))

    def forget(self) -> None:
        """As new."""
        with self.lock:
            for table in TABLES:
                self.run(f"DELETE FROM {table}")  # noqa: S608 (a name of this module)
            self._connection.executescript(SCHEMA)
            self.settings = dict(DEFAULTS)

    def close(self) -> None:
        with self.lock:
            self._connection.close()

    def now(self) -> float:
        """The clock of this SPV, in seconds; it may be ahead, behind, or standing still."""
        clock = self.settings["clock"] or {}
        if "at" in clock:
            return datetime.fromisoformat(clock["at"]).timestamp()
        return datetime.now(UTC).timestamp() + clock.get("offset", 0)
