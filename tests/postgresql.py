"""
A PostgreSQL server for the tests: Debian's, started for the session as an ordinary user, or the one of
$DRAFTMILL_TEST_POSTGRESQL, a URL of a database whose user may create databases.

The schema is made once; a test's database is a copy of that one, which takes 50 ms.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

from engine.store import Store

SERVER_ENV = "DRAFTMILL_TEST_POSTGRESQL"
NONE = f"no PostgreSQL server found (Debian: apt-get install postgresql; elsewhere set {SERVER_ENV} to a URL)"
# Nothing of it outlives the session, so nothing has to be on the disk.
_QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=32MB"


_PREFIX = "draftmill-pg-"
_numbers = itertools.count(1)


class Databases:
    """The databases of one server."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._prefix = f"draftmill_test_{os.getpid()}_"
        self._template = self.empty()
        Store(self._template).close()

    def empty(self) -> str:
        """The URL of a new database without tables."""
        return self._create("template0")

    def new(self) -> str:
        """The URL of a new database at the newest schema."""
        return self._create(f'"{make_url(self._template).database}"')

    def drop(self, url: str) -> None:
        """Drop a database, whoever still uses it."""
        self.run(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        """Drop the template."""
        self.drop(self._template)

    def run(self, *statements: str, url: str | None = None) -> list[tuple[Any, ...]]:
        """Execute statements, each in a transaction of its own; returns the rows of the last one."""
        database = create_engine(url or self._server, isolation_level="AUTOCOMMIT")
        try:
            with database.connect() as conn:
                for statement in statements:
                    result = conn.exec_driver_sql(statement)
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            database.dispose()

    def _create(self, template: str) -> str:
        name = f"{self._prefix}{next(_numbers)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE {template}')
        return self._server.set(database=name).render_as_string(hide_password=False)


class Server:
    """A server of our own in a folder: `start`, `stop` it as often as a test wants."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self._folder = folder
        self._binaries = binaries
        # PostgreSQL refuses to run as root.
        self._user: dict[str, Any] = {"user": "postgres", "group": "postgres"} if _is_root() else {}
        if self._user:
            shutil.chown(folder, user="postgres")
        # Letters of every script are letters, and names are in the order of their code points on every machine.
        self._run("initdb", "-A", "trust", "-U", "draftmill", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    @property
    def url(self) -> URL:
        """Its first database, through a socket in its folder: it listens on no port."""
        query = {"host": str(self._folder)}
        return URL.create("postgresql+psycopg", username="draftmill", database="postgres", query=query)

    def start(self, options: str = "") -> None:
        """Start it and wait until it answers; without options every commit is on the disk."""
        sockets = f"-k {self._folder} -c listen_addresses='' {options}"
        self._run("pg_ctl", "start", "-w", "-l", str(self._folder / "log"), "-o", sockets)

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast` ends every connection, `immediate` is a crash."""
        self._run("pg_ctl", "stop", "-w", "-m", mode)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), "-D", str(self._folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._folder, **self._user)


@contextmanager
def own_server(options: str = _QUICK) -> Iterator[Server | None]:
    """A server that is stopped and removed in the end; None where PostgreSQL is not installed."""
    binaries = _binaries()
    if binaries is None:
        yield None
        return
    _end_orphans(binaries)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    try:
        server = Server(folder, binaries)
        server.start(options)
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _end_orphans(binaries: Path) -> None:
    """Stop the servers of sessions that were killed: nobody uses them any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        number = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if number.isdecimal() and not psutil.pid_exists(int(number)):
            user: dict[str, Any] = {"user": "postgres"} if _is_root() else {}
            command = [str(binaries / "pg_ctl"), "-D", str(folder / "data"), "stop", "-m", "immediate"]
            subprocess.run(command, check=False, capture_output=True, cwd=folder, **user)
            shutil.rmtree(folder, ignore_errors=True)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


@contextmanager
def databases() -> Iterator[Databases | None]:
    """The databases of the server that is there; None: there is none."""
    if given := os.environ.get(SERVER_ENV):
        yield from _databases(make_url(given))
        return
    with own_server() as server:
        if server is None:
            yield None
        else:
            yield from _databases(server.url)


def _databases(server: URL) -> Iterator[Databases]:
    made = Databases(server)
    try:
        yield made
    finally:
        made.close()


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else debian[-1].parent if debian else None
