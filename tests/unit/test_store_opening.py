"""Opening: where the database is made, and what is said when it cannot be."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from engine.errors import StoreError
from engine.store import Store
from engine.store import database as database_module
from engine.store.database import is_current
from engine.store.tables import metadata
from engine.store.upgrade import migrate, revisions
from tests.unit.test_store_kit import planned


def test_the_default_is_made_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default database is made with its folder, and nobody else on the machine can read it."""
    monkeypatch.setenv("DRAFTMILL_HOME", str(tmp_path / "deep" / "home"))
    with Store.open() as store:
        assert store.where == str(tmp_path / "deep" / "home" / "draftmill.db")
    assert stat.S_IMODE((tmp_path / "deep" / "home").stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(store.where).stat().st_mode) == 0o600


def differences(file: Path) -> list[object]:
    """What the tables in the code and those in the file differ in; SQLite's own index of words is no table of ours."""

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or not str(name).startswith("draft_search")

    with create_engine(f"sqlite:///{file}").connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "include_name": ours})
        return list(compare_metadata(context, metadata))


def test_migrations_make_what_the_tables_say(tmp_path: Path) -> None:
    """The migrations, from an empty file, give exactly the tables, columns and indexes that the code uses."""
    Store.open(tmp_path / "a.db").close()
    assert differences(tmp_path / "a.db") == []


@pytest.mark.parametrize("revision", revisions()[:-1])
def test_an_older_schema_is_brought_up_to_date(tmp_path: Path, revision: str) -> None:
    """A database of any earlier release keeps what it holds and gets what is new."""
    file = tmp_path / "a.db"
    migrate(create_engine(f"sqlite:///{file}"), revision)
    _execute(file, "INSERT INTO run (created_at, state, kind, lang, note) VALUES (1, 'paused', 'cloze', 'en', 'kept')")
    with Store.open(file) as store:
        assert [(row.note, row.state) for row in store.runs.page()] == [("kept", "paused")]
        assert store.runs.get(planned(store)).totals.open == 8
    assert differences(file) == []


def test_reasons_of_older_runs_get_their_code(tmp_path: Path) -> None:
    """A run that an earlier release paused keeps its text, and is found by the code of it."""
    file = tmp_path / "a.db"
    migrate(create_engine(f"sqlite:///{file}"), "0008")
    for reason in ("Draftmill was closed; resume the run to go on", "key: The provider answers 401.", "odd"):
        values = f"(1, 'paused', 'cloze', 'en', '{reason}')"
        _execute(file, f"INSERT INTO run (created_at, state, kind, lang, reason) VALUES {values}")
    with Store.open(file) as store:
        rows = {row.reason_code: (row.reason, str(row.why)) for row in store.runs.page()}
        assert [row.id for row in store.runs.in_states(("paused",), reason_code="closed")] == [1]
    assert rows["key"] == ("key: The provider answers 401.", "The provider answers 401.")
    assert rows[""] == ("odd", "odd")


@pytest.mark.parametrize("revision", revisions())
def test_the_newest_revision_is_recognised_without_alembic(tmp_path: Path, revision: str) -> None:
    """Only a database at the newest revision is opened without a migration."""
    database = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    assert not is_current(database)
    migrate(database, revision)
    assert is_current(database) is (revision == revisions()[-1])


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    """A run outlives the process that planned it."""
    with Store.open(tmp_path / "a.db") as store:
        run = planned(store)
    with Store.open(f"sqlite:///{tmp_path / 'a.db'}") as store:
        assert store.runs.get(run).totals.open == 8


@pytest.mark.parametrize(
    ("url", "way_out"),
    [
        ("nonsense://x", "write sqlite:///"),
        ("sqlite://", "name a file"),
        ("sqlite:///:memory:", "name a file"),
        ("://", "write sqlite:///"),
    ],
)
def test_a_bad_url_says_what_to_write(url: str, way_out: str) -> None:
    """A URL that is none, or names a memory nobody can share, is refused with advice."""
    with pytest.raises(StoreError, match=way_out):
        Store(url)


def test_a_password_is_in_no_message() -> None:
    """An unreachable server is named without its password."""
    with pytest.raises(StoreError) as refused:
        Store("postgresql://me:hush-hush@127.0.0.1:1/none")
    assert "hush-hush" not in str(refused.value)


def test_a_current_folder_that_was_deleted_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path leads nowhere from it."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(StoreError, match="change to another one"):
        Store.open("a.db")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    """A path that is a folder is refused, with a file name to use."""
    with pytest.raises(StoreError, match="is a folder"):
        Store.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """Where no folder can be made, the message says so and names DRAFTMILL_HOME."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="DRAFTMILL_HOME"):
        Store.open(tmp_path / "file" / "a.db")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """A file of something else is refused and not touched."""
    (tmp_path / "a.db").write_bytes(b"my holiday notes, not a database at all" * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(tmp_path / "a.db")
    assert (tmp_path / "a.db").read_bytes().startswith(b"my holiday notes")


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """A page overwritten with rubbish is found before anything is written."""
    with Store.open(tmp_path / "a.db") as store:
        planned(store)
    whole = (tmp_path / "a.db").read_bytes()
    (tmp_path / "a.db").write_bytes(whole[:8192] + b"\xff" * 8192 + whole[16384:])
    with pytest.raises(StoreError, match="damaged"):
        Store.open(tmp_path / "a.db")


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """A database of a newer Draftmill is not written to."""
    Store.open(tmp_path / "a.db").close()
    _execute(tmp_path / "a.db", "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer Draftmill"):
        Store.open(tmp_path / "a.db")


def test_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    """A database of the first release gets what came since, index and all, and keeps what it holds."""
    with Store.open(tmp_path / "a.db") as store:
        run = planned(store)
    _step_back(tmp_path / "a.db", "0001")
    with Store.open(tmp_path / "a.db") as store:
        assert (store.runs.totals(run).open, store.runs.changes(run), store.calls.spent_since("practice", 0.0)) == (
            8,
            [],
            0.0,
        )


def test_another_programs_tables_are_left_alone(tmp_path: Path) -> None:
    """A database with foreign tables gets none of ours."""
    _execute(tmp_path / "a.db", "CREATE TABLE songs (title TEXT)")
    with pytest.raises(StoreError, match="another program"):
        Store.open(tmp_path / "a.db")


def test_health_tells_size_and_soundness(tmp_path: Path) -> None:
    """A sound database has a size, no problem, and a commit that takes time."""
    with Store.open(tmp_path / "a.db") as store:
        health = store.health()
    assert health.problem == ""
    assert health.bytes > 0
    assert health.write_ms > 0


def _step_back(path: Path, revision: str) -> None:
    """Make a database what an older Draftmill would have left."""
    config = Config()
    config.set_main_option("script_location", str(Path(database_module.__file__).with_name("migrations")))
    database = create_engine(f"sqlite:///{path}")
    with database.begin() as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, revision)
    database.dispose()


def _execute(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement)
    connection.close()
