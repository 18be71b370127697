"""Commands that read: their tables, the calls of a run, and the database they need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from engine.cli import main
from engine.cli.calls import MOST_CHARS, printable
from engine.cli.compare_options import WORK, read_work
from engine.cli.reading import option_values
from engine.cli.rows import TableColumn, TableRow, lines_of
from engine.errors import SpecError
from engine.messages import Message
from engine.store import Settlement, Store
from tests.unit.test_store_kit import planned, sent

COLUMNS = (
    TableColumn("run", right=True),
    TableColumn("started"),
    TableColumn("kind", spare=True),
    TableColumn("calls", spare=True),
)
CELLS = ["7", "2026-11-28 02:13", "alignment", "1,200"]
LONG = "The provider answers 429: too many requests in this minute. " * 5


@pytest.mark.parametrize("width", [30, 40, 80, 200])
def test_a_table_is_one_line_a_row(width: int) -> None:
    """Spare columns give way to the width, dates never, and a long reason is one line cut at the end."""
    head, row, note = lines_of(COLUMNS, [TableRow(CELLS, LONG)], width)
    assert all(cell_len(line) <= width for line in (head, row, note))
    assert "2026-11-28 02:13" in row and ("1,200" in row) == (width > 30)
    assert note.strip().startswith("The provider answers") and note.endswith("…")


def test_wide_characters_count_twice() -> None:
    """Chinese takes two columns of the terminal."""
    lines = lines_of(
        (TableColumn("model"), TableColumn("s", right=True)), [TableRow(["通义千问", "1"]), TableRow(["m", "12"])], 80
    )
    assert {cell_len(line) for line in lines} == {12}


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run with one good call and one that failed, whose answers are stored."""
    monkeypatch.setenv("DRAFTMILL_HOME", str(tmp_path))
    with Store.open(tmp_path / "a.db") as store:
        run = planned(store)
        good, bad = sent(store, run, 0), sent(store, run, 1)
        store.calls.answer(good, 200, b'{"choices": "\x1b[2J' + b"x" * 50_000 + b'"}', 101.0).result()
        store.calls.answer(bad, 500, b"out of order", 101.0).result()
        store.calls.settle(Settlement(good, "ok", ended_at=101.0)).result()
        failed = Settlement(bad, "failed", "server_error", Message("server_error", {"said": "No."}), ended_at=101.0)
        store.calls.settle(failed).result()
        assert (good, bad) == (1, 2)
    return tmp_path / "a.db"


def test_calls_are_listed_newest_first(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each call, with the reason of one that failed below it; --failed leaves the good ones out."""
    with pytest.raises(SystemExit):
        main(["calls", "1", "--database", str(database)])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["call", "2", "server_error:", "1"]
    with pytest.raises(SystemExit):
        main(["calls", "1", "--failed", "--json", "--database", str(database)])
    assert [(row["call"], row["message"]) for row in json.loads(capsys.readouterr().out)] == [(2, "No.")]


def test_what_a_reply_lost_is_listed(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was assumed or left out while a reply was read is below its call, and a code with values in the JSON."""
    note = Message("read.unknown_id", {"id": "x9"})
    with Store.open(database) as store:
        store.calls.settle(Settlement(sent(store, 1, 2), "partial", notes=[note])).result()
    with pytest.raises(SystemExit):
        main(["calls", "1", "--database", str(database)])
    assert "An item under the unknown id x9 was not used." in capsys.readouterr().out.splitlines()[2]
    with pytest.raises(SystemExit):
        main(["calls", "1", "--json", "--database", str(database)])
    assert json.loads(capsys.readouterr().out)[0]["notes"] == [{**note.to_json(), "text": str(note)}]


def test_a_raw_answer_is_bounded_and_moves_no_cursor(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a server sent is printed without control characters, and cut after 20,000 characters."""
    with pytest.raises(SystemExit):
        main(["calls", "1", "--raw", "1", "--database", str(database)])
    said = capsys.readouterr().out
    assert "\x1b" not in said and "\\u001b[2J" in said
    assert len(said) < MOST_CHARS + 100 and said.rstrip().endswith("more characters")


@pytest.mark.parametrize(("run", "call"), [("1", "99"), ("2", "1")])
def test_a_call_of_another_run_is_refused(database: Path, run: str, call: str) -> None:
    """--raw names a call of the run."""
    with pytest.raises(SystemExit) as left:
        main(["calls", run, "--raw", call, "--database", str(database)])
    assert left.value.code == 2


def test_a_key_in_a_stored_answer_is_not_printed(
    database: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even an answer that holds the provider's key is printed without it."""
    monkeypatch.setenv("MINE_API_KEY", "sk-canary-0123456789abcdef")
    (database.parent / "providers.toml").write_text('[practice]\nkey_env = "MINE_API_KEY"\n')
    with Store.open(database) as store:
        call = sent(store, 1, 2)
        store.calls.answer(call, 401, b"no such key: sk-canary-0123456789abcdef", 101.0).result()
    with pytest.raises(SystemExit):
        main(["calls", "1", "--raw", str(call), "--database", str(database)])
    said = capsys.readouterr().out
    assert "canary" not in said and "(hidden)" in said


def test_printable_text_stays_as_it_is() -> None:
    """Letters of every script, line breaks and tabs are left alone; what hides or reorders text is not."""
    assert printable("茶 – thé\n\t{}") == "茶 – thé\n\t{}"
    assert printable("a\u202eb\x9b") == "a\\u202eb\\u009b"


@pytest.mark.parametrize(
    "words",
    [
        ("status", "1"),
        ("runs",),
        ("drafts", "1"),
        ("calls", "1"),
        ("export", "1"),
        ("pause", "1"),
        ("resume", "1"),
        ("review", "1"),
        ("clean", "--dry-run"),
        ("compare", "--resume", "1"),
    ],
)
def test_a_database_that_is_not_there_is_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """A command that reads refuses a mistyped database and makes no file."""
    with pytest.raises(SystemExit) as left:
        main([*words, "--database", str(tmp_path / "typo.db")])
    assert left.value.code == 2 and not list(tmp_path.iterdir())
    assert f"there is no database at {tmp_path / 'typo.db'}" in capsys.readouterr().err


def test_a_new_database_is_announced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A command that may make the database that was named says where it did, once."""
    for announced in (True, False):
        with pytest.raises(SystemExit):
            main(["prices", "nobody", "--database", str(tmp_path / "new.db")])
        said = capsys.readouterr().err
        assert (f"new database created at {tmp_path / 'new.db'}" in said) == announced


def test_a_comparison_can_be_made_from_own_texts(tmp_path: Path) -> None:
    """`compare --text` stores the text and makes every arm's drafts from its passages; topics beside it are refused."""
    file = tmp_path / "harbour.txt"
    file.write_text(" ".join(f"Boat {number} left the old harbour before the sun was up." for number in range(12)))
    given = {name: default for name, (_, default) in WORK.items()} | {"text": [file]}
    read = read_work(given, str(tmp_path / "a.db"))
    assert [source.name for source in read["sources"]] == ["harbour"] and read["topics"] == ("harbour #1",)
    with pytest.raises(SpecError):
        read_work(given | {"topic": ["Campus"]}, str(tmp_path / "a.db"))


def test_the_languages_of_a_draft_have_options_of_their_own() -> None:
    """`--explain-in` and `--translate-to` are options of the kind, and win over `--option`."""
    given = {"option": ["translate_to=fr", "blanks=[2,4]"], "explain_in": None, "translate_to": "de"}
    assert option_values(given) == {"translate_to": "de", "blanks": [2, 4]}
