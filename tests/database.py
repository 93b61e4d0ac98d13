"""One database a test process: cloned from a migrated template, dropped at the end, emptied between transactional tests.

`flush` can't serve here: triggers refuse to delete what was issued, and rows that the migrations wrote (VAT rates, units,
plans) would be lost. So emptying runs with triggers off and puts back what stood right after migrating.
"""

import ast
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import psutil
import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "facturier_test"
KEPT = 5  # templates of other states: whoever goes back and forth between branches finds them again
LARGE = 1 << 20  # bytes; empty tables are smaller once they are vacuumed
NEVER_TOUCHED = {"django_migrations", "django_content_type", "auth_permission"}


@contextmanager
def test_database() -> Iterator[None]:
    """Point Django, and `DATABASE_URL` for the programs that tests start, at a new database of this process."""
    name, server = f"{PREFIX}_{os.getpid()}", _server()
    with server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])  # held until this connection closes
        template = _template(server)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    _use(name)
    yield
    connection.close()
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def empty_database() -> None:
    """Back to the rows of the migrations, whatever the triggers say."""
    with connection.cursor() as cursor:
        cursor.execute(_emptying())
        cursor.execute("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND pg_relation_size(oid) > %s", [LARGE])
        for (table,) in cursor.fetchall():  # dead rows of a test with ten thousand make the next ones slow
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _server() -> psycopg.Connection:
    parameters = connection.get_connection_params()
    parameters = {key: parameters[key] for key in ("host", "port", "user", "password") if parameters.get(key)}
    return psycopg.connect(dbname="postgres", autocommit=True, **parameters)


def _template(server: psycopg.Connection) -> str:
    """The name of a migrated database; made once for each state of the models and migrations."""
    name = f"{PREFIX}_template_{_fingerprint()}"
    databases = [row[0] for row in server.execute("SELECT datname FROM pg_database ORDER BY oid DESC").fetchall()]
    former = [other for other in databases if other.startswith(f"{PREFIX}_template_") and other != name]
    for other in databases:
        if other.startswith(f"{PREFIX}_") and other not in (name, *former[:KEPT]) and not _in_use(other):
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(other)))
    if name not in databases:
        building = f"{PREFIX}_{os.getpid()}_building"
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
        _use(building)
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
        _remember_reference_rows()
        connection.close()
        server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name)))
    return name


def _in_use(database: str) -> bool:
    """Whether the process in the name of a test database still lives. Templates of former states are never in use."""
    pid = database.removeprefix(f"{PREFIX}_").split("_")[0]
    return pid.isdigit() and int(pid) != os.getpid() and psutil.pid_exists(int(pid))


def _fingerprint() -> str:
    """Changes with any model, any migration, and any module of ours that a migration imports."""
    files = {path for pattern in ("*/migrations/*.py", "*/models.py", "*/models/*.py") for path in ROOT.glob(pattern)}
    for migration in [path for path in files if path.parent.name == "migrations"]:
        files |= {path for path in _imports(migration) if path.exists()}
    digest = sha256((ROOT / "config" / "settings.py").read_bytes())
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _imports(path: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield ROOT / (node.module.replace(".", "/") + ".py")


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    parameters = connection.get_connection_params()
    host = parameters.get("host", "")
    if host.startswith("/"):
        os.environ["DATABASE_URL"] = f"postgresql://{parameters['user']}@/{name}?host={host}"
    else:
        os.environ["DATABASE_URL"] = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"


def _remember_reference_rows() -> None:
    """Copy each table that migrating left with rows into the schema `pristine`."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS pristine")
        for table in _tables():
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'CREATE TABLE pristine."{table}" AS TABLE public."{table}"')


def _emptying() -> str:
    """One string of statements: everything deleted, the reference rows put back, triggers and foreign keys asleep."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'pristine'")
        reference = [row[0] for row in cursor.fetchall()]
        statements = [f'DELETE FROM public."{table}"' for table in _tables()]
        for table in reference:
            cursor.execute(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
                [table],
            )
            columns = cursor.fetchone()[0]
            statements.append(f'INSERT INTO public."{table}" ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM pristine."{table}"')
    return ";".join(["SET session_replication_role = replica", *statements, "SET session_replication_role = DEFAULT"])


def _tables() -> list[str]:
    return [name for name in connection.introspection.table_names() if name not in NEVER_TOUCHED]
