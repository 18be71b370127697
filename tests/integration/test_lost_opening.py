"""A database that cannot be opened: one line that says what it is and what to do, and the file is left as it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine import Store, StoreError
from engine.cli import main
from tests.unit.test_store_kit import planned

NOBODY = 65534


def notes(file: Path) -> None:
    file.write_bytes(b"my holiday notes, not a database" * 100)


def damaged(file: Path) -> None:
    with Store.open(file) as store:
        planned(store)
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xff" * 8192 + whole[16384:])


def cut_short(file: Path) -> None:
    with Store.open(file) as store:
        planned(store)
    file.write_bytes(file.read_bytes()[:20_000])


def newer(file: Path) -> None:
    Store.open(file).close()
    execute(file, "UPDATE alembic_version SET version_num = '9999'")


def foreign(file: Path) -> None:
    execute(file, "CREATE TABLE songs (title TEXT)")


def execute(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as other, other:
        other.execute(statement)


@pytest.mark.parametrize(
    ("made", "said", "way_out"),
    [
        (notes, "not a database", "move it aside"),
        (damaged, "damaged", "restore a copy"),
        (cut_short, "damaged", "restore a copy"),
        (newer, "newer Draftmill", "upgrade"),
        (foreign, "another program", "name an empty one"),
    ],
)
def test_what_cannot_be_opened_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], made: Callable[[Path], None], said: str, way_out: str
) -> None:
    """The command line names the file, the fault and what to do on one line, exits 2, and changes nothing."""
    file = tmp_path / "a.db"
    made(file)
    before = file.read_bytes()
    with pytest.raises(SystemExit) as left:
        main(["runs", "--database", str(file)])
    error = capsys.readouterr().err
    assert (left.value.code, error.count("\n")) == (2, 1)
    assert all(words in error for words in (str(file), said, way_out))
    assert file.read_bytes() == before


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    """A database in a folder that is not there yet is made with it."""
    with Store.open(tmp_path / "new" / "deep" / "a.db") as store:
        assert store.runs.page() == []


@pytest.fixture
def others_folder() -> Iterator[Path]:
    """A folder in which this process, for the while, may read and not write."""
    folder = Path(tempfile.mkdtemp())
    Store.open(folder / "a.db").close()
    (folder / "a.db").chmod(0o444)
    folder.chmod(0o555)
    if os.getuid() == 0:
        os.seteuid(NOBODY)
    yield folder
    if os.getuid() == 0:
        os.seteuid(0)
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_without_permission_the_way_out_is_said(others_folder: Path) -> None:
    """A file or a folder that may not be written is named, with where else the database can be."""
    for file in (others_folder / "a.db", others_folder / "new.db", others_folder / "deep" / "a.db"):
        with pytest.raises(StoreError, match=f"{file}.*DRAFTMILL_HOME"):
            Store.open(file)
