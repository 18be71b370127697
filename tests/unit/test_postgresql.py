"""A PostgreSQL database: opened, made, brought up to date; and what is said when it cannot be."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Select, create_engine, func, select
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from engine.cli.main import app
from engine.errors import StoreError
from engine.store import DraftFilter, Order, Settlement, Store
from engine.store.draft_filter import narrow, page_of, past
from engine.store.tables import draft, metadata
from engine.store.upgrade import migrate, revisions, upgrade_database
from engine.work import Flag
from tests.postgresql import Databases
from tests.unit.test_store_kit import kept, planned, sent

SPAWN = multiprocessing.get_context("spawn")
OTHER_INDEXES = (
    *("draft_desk", "draft_flagged", "draft_ranked"),
    *("draft_search_words", "draft_flag_words", "draft_search_pairs"),
)
"""PostgreSQL's differ from those in the code."""


@pytest.fixture
def empty(postgresql: Databases) -> Iterator[str]:
    """The URL of a database without tables."""
    url = postgresql.empty()
    yield url
    postgresql.drop(url)


@pytest.fixture
def url(postgresql: Databases) -> Iterator[str]:
    """The URL of a database at the newest schema."""
    url = postgresql.new()
    yield url
    postgresql.drop(url)


def test_a_plain_url_needs_no_driver(url: str) -> None:
    """The URL of the server's own documentation is understood."""
    with Store.open(url.replace("postgresql+psycopg", "postgresql")) as store:
        assert store.runs.get(planned(store)).totals.open == 8


def test_migrations_make_what_the_tables_say(url: str) -> None:
    """The migrations give exactly the tables, columns and indexes that the code uses."""
    database = create_engine(url)

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "index" or name not in OTHER_INDEXES

    def known(_object: object, name: str | None, kind: str, *_: object) -> bool:
        return kind != "index" or name not in OTHER_INDEXES

    options = {"compare_type": True, "include_name": ours, "include_object": known}
    with database.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn, opts=options), metadata) == []
    database.dispose()


def test_an_older_schema_is_brought_up_to_date_by_command(empty: str, postgresql: Databases) -> None:
    """Whoever opens it sees the command, which keeps what the database holds."""
    older = create_engine(empty)
    migrate(older, "0008")
    older.dispose()
    run = "INSERT INTO run (created_at, state, kind, lang, note) VALUES (1, 'paused', 'cloze', 'en', 'kept')"
    postgresql.run(run, url=empty)
    with pytest.raises(StoreError, match="draftmill migrate"):
        Store.open(empty)
    done = CliRunner().invoke(app, ["migrate", "--database", empty, "--json"])
    assert json.loads(done.stdout)["revision"] == revisions()[-1]
    with Store.open(empty) as store:
        assert [row.note for row in store.runs.page()] == ["kept"]


def test_processes_that_migrate_at_once_wait_for_one(empty: str) -> None:
    """Of three processes that find an empty database, one makes the tables and none fails."""
    children = [SPAWN.Process(target=_upgrade, args=(empty,)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0]


def _upgrade(url: str) -> None:
    upgrade_database(url)


MANY = (
    "INSERT INTO draft (run, slot, level, copy, topic, kind, lang, state, search) SELECT 1, n, 1, 1, 'tea', 'cloze', "
    "'en', 'drafted', 'story ' || md5(n::text) || md5((n + 1)::text) FROM generate_series(100, 3100) n"
)


@pytest.mark.parametrize(
    ("chosen", "index"),
    [
        (DraftFilter(text="天気が"), "draft_search_words"),
        (DraftFilter(text="天気"), "draft_search_pairs"),
        (DraftFilter(text="zq"), "draft_search_pairs"),
        (DraftFilter(flag="hint_leak"), "draft_flag_words"),
    ],
)
def test_words_and_flags_are_found_by_an_index(
    url: str, postgresql: Databases, chosen: DraftFilter, index: str
) -> None:
    """The desk reads an index, not the texts; two letters and two characters of Chinese or Japanese have one, too."""
    with Store.open(url) as store:
        call = sent(store, planned(store), 0, 1)
        flagged = kept(0, search="天気がいい zq", flags=(Flag("hint_leak"),))
        store.calls.settle(Settlement(call, "ok", drafts=[flagged, kept(1, search="天の気")])).result()
        postgresql.run(MANY, "VACUUM ANALYZE draft", url=url)
        assert [row.id for row in store.drafts.page(chosen)] == [1]
        counts = select(draft.c.review, func.count()).where(*narrow(chosen)).group_by(draft.c.review)
        for read in (page_of(chosen, "oldest", 50), counts):
            assert index in _plan(store, read)


@pytest.mark.parametrize(
    ("order", "index"),
    [("oldest", "draft_pkey"), ("newest", "draft_pkey"), ("flagged", "draft_flagged"), ("score", "draft_ranked")],
)
@pytest.mark.parametrize("words", ["story", "to"])
def test_a_page_of_a_frequent_word_is_read_in_order(
    url: str, postgresql: Databases, order: Order, index: str, words: str
) -> None:
    """What nearly all drafts hold is not found in all of them: the page ends after its rows, and so does the next."""
    with Store.open(url) as store:
        planned(store)
        postgresql.run(MANY, "VACUUM ANALYZE draft", url=url)
        for back in (False, True):
            after = past(order, 1000, False, back=back)
            plan = _plan(store, page_of(DraftFilter(text=words), order, 10, 0, after, back=back))
            assert index in plan
            assert "Sort" not in plan


def _plan(store: Store, read: Select[Any]) -> str:
    """How a reader of the store finds these drafts, where reading the whole table is the last choice."""
    with store._access.reading() as conn:
        compiled = str(read.compile(conn, compile_kwargs={"literal_binds": True}))
        conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return "\n".join(conn.exec_driver_sql("EXPLAIN " + compiled).scalars())


def test_without_the_extension_search_still_works(empty: str, postgresql: Databases) -> None:
    """A user who may not add the extension can use the database; the command says what to do."""
    name = make_url(empty).database
    postgresql.run(
        "DROP ROLE IF EXISTS draftmill_humble",
        "CREATE ROLE draftmill_humble LOGIN",
        url=empty,
    )
    postgresql.run("GRANT ALL ON SCHEMA public TO draftmill_humble", url=empty)
    postgresql.run(f'REVOKE CREATE ON DATABASE "{name}" FROM PUBLIC', url=empty)
    humble = make_url(empty).set(username="draftmill_humble").render_as_string(hide_password=False)
    done = CliRunner().invoke(app, ["migrate", "--database", humble])
    assert "CREATE EXTENSION pg_trgm" in done.stderr
    with Store.open(humble) as store:
        call = sent(store, planned(store), 0)
        store.calls.settle(Settlement(call, "ok", drafts=[kept(0, search="snow in Hokkaido")])).result()
        assert [row.id for row in store.drafts.page(DraftFilter(text="hokk"))] == [1]
    postgresql.run("DROP OWNED BY draftmill_humble", "DROP ROLE draftmill_humble", url=empty)


def test_flags_of_any_length_are_stored(url: str) -> None:
    """An index takes entries of 2,700 bytes; flags that quote a text are longer."""
    with Store.open(url) as store:
        flags = tuple(Flag("length", str(number) * 400) for number in range(20))
        call = sent(store, planned(store), 0)
        store.calls.settle(Settlement(call, "ok", drafts=[kept(0, flags=flags)])).result()
        assert len(store.drafts.get(1).flags) == 20


def test_another_programs_tables_are_left_alone(empty: str, postgresql: Databases) -> None:
    """A database with foreign tables gets none of ours."""
    postgresql.run("CREATE TABLE songs (title TEXT)", url=empty)
    with pytest.raises(StoreError, match="another program"):
        Store.open(empty)


def test_a_newer_schema_is_refused(url: str, postgresql: Databases) -> None:
    """A database of a newer Draftmill is not written to."""
    postgresql.run("UPDATE alembic_version SET version_num = '9999'", url=url)
    with pytest.raises(StoreError, match="newer Draftmill"):
        upgrade_database(url)
    with pytest.raises(StoreError, match="newer Draftmill"):
        Store.open(url)


def test_a_server_that_is_not_there_is_said_in_one_line(url: str) -> None:
    """The URL of no database and of no server: one line, no password, and what to check."""
    wrong = make_url(url).set(password="hush-hush")
    for bad in (wrong.set(database="nowhere"), wrong.set(query={"host": "/nonexistent"})):
        with pytest.raises(StoreError, match="check the URL") as refused:
            Store.open(bad.render_as_string(hide_password=False))
        assert "\n" not in str(refused.value)
        assert "hush-hush" not in str(refused.value)


@pytest.mark.parametrize(
    "wrong",
    ["postgresql://localhost:port/x", "mysql://localhost/x", "postgres:/localhost/x", "postgresq://localhost/x"],
)
def test_what_is_no_database_url_is_refused(wrong: str) -> None:
    """A misspelt URL, or one of another database: one line with an example, and no file is made."""
    with pytest.raises(StoreError, match="write sqlite:"):
        Store.open(wrong)


def test_too_many_connections_are_said(url: str, postgresql: Databases) -> None:
    """A database that takes no more connections: one line, and what to check."""
    name = make_url(url).database
    postgresql.run(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
    postgresql.run("DROP ROLE IF EXISTS draftmill_plain", "CREATE ROLE draftmill_plain LOGIN")
    plain = make_url(url).set(username="draftmill_plain").render_as_string(hide_password=False)
    with pytest.raises(StoreError, match="limit of connections"):
        Store.open(plain)
    postgresql.run("DROP ROLE draftmill_plain")


def test_sizes_are_the_servers(url: str) -> None:
    """The health of a database on a server: its size there, no disk of this machine, nothing to shrink."""
    with Store.open(url) as store:
        health = store.health()
        assert (health.problem, health.free_bytes, health.version.split()[0]) == ("", None, "postgresql")
        assert health.bytes > 1_000_000
        assert (store.is_file, store.vacuum()) == (False, 0)


def test_nobody_imports_the_driver_without_need() -> None:
    """The driver is an extra: neither the engine nor a store on a file imports it."""
    code = (
        "import sys, tempfile, engine.store\n"
        "engine.store.Store.open(tempfile.mkdtemp() + '/a.db').close()\n"
        "print('psycopg' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr
