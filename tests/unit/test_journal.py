"""The journal: paid answers on the disk while the database takes none, stored once by whoever finds them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from engine.cli.journal import journal as list_kept
from engine.errors import SpecError, StoreError
from engine.process import sign
from engine.store import Store, kept_answers
from engine.store.answers import journal_entry
from engine.store.journal import RESERVED_BYTES, Journal, entries
from tests.unit.test_store_kit import FullDisk, planned, sent

BODY = b'{"choices": []}'


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    monkeypatch.setenv("DRAFTMILL_HOME", str(tmp_path / "home"))
    (tmp_path / "beside").mkdir()
    (tmp_path / "home").mkdir()
    made = Journal("a.db", tmp_path / "beside")
    yield made
    made.close()


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("draftmill-unsaved-*"))


def test_its_room_is_reserved_and_its_own(journal: Journal, tmp_path: Path) -> None:
    """The file reserves its space before anything is in it, and nobody else on the machine can read it."""
    journal.reserve()
    (file,) = files(tmp_path)
    assert (file.parent.name, file.stat().st_size, file.stat().st_mode & 0o777) == ("beside", RESERVED_BYTES, 0o600)


def test_the_folder_of_a_servers_journal_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker on a new machine keeps paid answers in the data folder, not where a restart deletes them."""
    monkeypatch.setenv("DRAFTMILL_HOME", str(tmp_path / "new" / "home"))
    made = Journal("postgresql://db.example.com/draftmill", None)
    made.reserve()
    (file,) = files(tmp_path)
    made.close()
    assert file.parent == tmp_path / "new" / "home"


def test_what_was_kept_is_read_back(journal: Journal, tmp_path: Path) -> None:
    """Entries come back in order; cleared, none do, and the file goes with the process."""
    for number in range(3):
        assert journal.append({"call": number})
    (file,) = files(tmp_path)
    assert entries(file) == [{"call": 0}, {"call": 1}, {"call": 2}]
    journal.clear()
    assert entries(file) == []
    journal.append({"call": 9})
    assert entries(file) == [{"call": 9}]
    journal.clear()
    journal.close()
    assert files(tmp_path) == []


def test_a_torn_line_costs_no_other(journal: Journal, tmp_path: Path) -> None:
    """A line that a crash cut off is left out; those before it are read."""
    journal.append({"call": 1})
    (file,) = files(tmp_path)
    with file.open("r+b") as torn:
        end = file.read_bytes().rstrip(b"\0")
        torn.write(end + b'{"call": 2, "bo')
    assert entries(file) == [{"call": 1}]


def test_it_moves_where_there_is_room(journal: Journal, tmp_path: Path) -> None:
    """Where the database's folder takes no file, the home folder does."""
    (tmp_path / "beside").rmdir()
    assert journal.append({"call": 1})
    assert [file.parent.name for file in files(tmp_path)] == ["home"]


def test_a_living_process_keeps_its_own(journal: Journal, tmp_path: Path) -> None:
    """Nobody reads the journal of a process that lives; one that was closed with entries is anybody's."""
    journal.append({"call": 1})
    other = Journal("a.db", tmp_path / "beside")
    assert list(other.left_behind()) == []
    journal.close()
    assert [entries(path) for path in other.left_behind()] == [[{"call": 1}]]
    assert list(Journal("b.db", tmp_path / "beside").left_behind()) == []


def test_others_files_are_not_believed(journal: Journal, tmp_path: Path) -> None:
    """In a folder that others may write, a link in a journal's place is left alone."""
    (tmp_path / "bait").write_text(json.dumps({"owner": sign()}) + "\n")
    (tmp_path / "beside" / f"{journal._stem}0.left.jsonl").symlink_to(tmp_path / "bait")
    assert list(journal.left_behind()) == []


def _left_by_a_dead_process(path: Path, call: int, times: int = 1, named: dict[str, Any] | None = None) -> None:
    """A file whose owner has this process's number and another start: it can no longer run."""
    host, pid, started, word = sign().split(":")
    dead = f"{host}:{pid}:{float(started) - 500:.2f}:{word}"
    answer = {"at_call": call, "new_status": 200, "new_ended_at": 900.0, "fence": 1}
    lines = [json.dumps({"owner": dead}), *[json.dumps(journal_entry(answer, BODY, named))] * times]
    name = f"{Journal(str(path), path.parent)._stem}0.jsonl"
    (path.parent / name).write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("times", [1, 2])
def test_a_start_stores_what_a_dead_process_kept(tmp_path: Path, times: int) -> None:
    """The next start finds the answer of a killed process and stores it once; it waits to be read, not to be bought."""
    run, call = _claimed(tmp_path / "a.db")
    _left_by_a_dead_process(tmp_path / "a.db", call, times)
    for _ in range(2):
        with Store.open(tmp_path / "a.db") as store:
            store.profiles.set("x", {}).result()
            assert [row.id for row in store.calls.unsettled(run)] == [call]
            assert store.calls.reply(call) == BODY
    assert files(tmp_path) == []


def test_an_answer_to_a_run_that_has_ended_is_kept_as_it_came(tmp_path: Path) -> None:
    """Its call stays in doubt at its upper bound: a run that has ended reads nothing more."""
    run, call = _claimed(tmp_path / "a.db")
    with Store.open(tmp_path / "a.db") as store:
        store.runs.end(run, "cancelled").result()
    _left_by_a_dead_process(tmp_path / "a.db", call)
    with Store.open(tmp_path / "a.db") as store:
        store.profiles.set("x", {}).result()
        assert (store.calls.reply(call), store.runs.totals(run).in_doubt, store.runs.totals(run).in_flight) == (
            BODY,
            1,
            0,
        )


@pytest.mark.parametrize(
    "named",
    [
        {"run": 2, "sent_at": 100.0, "slots": [0]},
        {"run": 1, "sent_at": 100.5, "slots": [0]},
        {"run": 1, "sent_at": 100.0, "slots": [1]},
    ],
)
def test_an_entry_of_another_call_is_kept_and_not_stored(tmp_path: Path, named: dict[str, Any]) -> None:
    """The number of a call alone proves nothing: another run, time or slot is of an older copy or another database."""
    run, call = _claimed(tmp_path / "a.db")
    _left_by_a_dead_process(tmp_path / "a.db", call, named=named)
    for _ in range(2):
        with Store.open(tmp_path / "a.db") as store:
            store.profiles.set("x", {}).result()
            assert store.calls.unsettled(run) == []
    kept = list(tmp_path.glob("draftmill-unmatched-*.jsonl"))
    assert [json.loads(line)["call"] for path in kept for line in path.read_text().splitlines()] == [named]


def test_an_entry_of_a_call_that_is_not_there_is_kept(tmp_path: Path) -> None:
    """A new database at the old place does not swallow the paid answers of the old one."""
    _claimed(tmp_path / "old.db")
    Store.open(tmp_path / "a.db").close()
    _left_by_a_dead_process(tmp_path / "a.db", 1, named={"run": 1, "sent_at": 100.0, "slots": [0]})
    with Store.open(tmp_path / "a.db") as store:
        store.profiles.set("x", {}).result()
    assert len(list(tmp_path.glob("draftmill-unmatched-*.jsonl"))) == 1


def test_what_matches_nothing_is_told_by_the_health(tmp_path: Path) -> None:
    """Answers that are kept beside the database stay visible: how many, and in which files."""
    _, call = _claimed(tmp_path / "a.db")
    _left_by_a_dead_process(tmp_path / "a.db", call, 2, named={"run": 9, "sent_at": 100.0, "slots": [0]})
    with Store.open(tmp_path / "a.db") as store:
        store.profiles.set("x", {}).result()
        found = store.health().unmatched
    assert (found.answers, [Path(file).parent for file in found.files]) == (2, [tmp_path])
    with Store.open(tmp_path / "other.db") as store:
        assert store.health().unmatched.answers == 0


def test_kept_answers_are_shown_by_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`draftmill journal` says which run and drafts each answer was for, and prints its body."""
    _, call = _claimed(tmp_path / "a.db")
    _left_by_a_dead_process(tmp_path / "a.db", call, 2, named={"run": 9, "sent_at": 100.0, "slots": [0, 4]})
    with Store.open(tmp_path / "a.db") as store:
        store.profiles.set("x", {}).result()
        kept = kept_answers(store.health().unmatched)
    assert [(one.run, one.sent_at, one.slots) for one in kept] == [(9, 100.0, (0, 4))] * 2
    list_kept(database=str(tmp_path / "a.db"))
    assert "1: run 9" in (said := capsys.readouterr().out) and "drafts 1, 5" in said
    list_kept(raw=2, database=str(tmp_path / "a.db"))
    assert capsys.readouterr().out.encode().strip() == kept[1].body.strip()


def test_no_kept_answer_can_be_printed_where_none_is(tmp_path: Path) -> None:
    """The refusal says that nothing is there, instead of a range of numbers that do not exist."""
    Store.open(tmp_path / "a.db").close()
    with pytest.raises(SpecError, match="there is none"):
        list_kept(raw=1, database=str(tmp_path / "a.db"))


def test_two_starts_at_once_read_a_journal_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Several processes find the same journals: each entry is stored or kept once, and none is called unreadable."""
    _, call = _claimed(tmp_path / "a.db")
    _left_by_a_dead_process(tmp_path / "a.db", call, named={"run": 9, "sent_at": 100.0, "slots": [0]})
    (journal,) = files(tmp_path)
    for number in range(1, 20):
        journal.with_name(journal.name.replace("0.jsonl", f"{number:02}.jsonl")).write_bytes(journal.read_bytes())
    with caplog.at_level("ERROR"), ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(lambda _: Store.open(tmp_path / "a.db"), range(4)))
        for store in stores:
            store.profiles.set("x", {}).result()
            store.close()
    assert not [record for record in caplog.records if "cannot be read" in record.getMessage()]
    assert len(list(tmp_path.glob("draftmill-unmatched-*.jsonl"))) == 20 and files(tmp_path) == []
    kept = [line for path in tmp_path.glob("draftmill-unmatched-*") for line in path.read_text().splitlines()]
    assert len(kept) == 20


def test_a_journal_names_its_call(tmp_path: Path) -> None:
    """What a full disk left in the journal finds its call at the next start by run, time and slots."""
    with Store.open(tmp_path / "a.db", patience_s=0.3) as store:
        run = planned(store)
        fence = store.runs.claim(run, "a", 1.0).result()
        store.runs.start(run).result()
        call = sent(store, run, 0, worst_usd=0.25, fence=fence)
        disk = FullDisk(store)
        assert isinstance(store.calls.answer(call, 200, BODY * 100_000, 101.0, fence).exception(10), StoreError)
        disk.free()
    with Store.open(tmp_path / "a.db") as store:
        store.profiles.set("x", {}).result()
        assert store.calls.reply(call) == BODY * 100_000


def test_a_database_that_was_moved_with_its_journal_reads_it(tmp_path: Path) -> None:
    """The journal is known by its calls; that of another database is left for it, and counted."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    run, call = _claimed(old / "a.db")
    with Store.open(old / "a.db") as store:
        row = store.calls.get(call)
    assert row is not None
    _left_by_a_dead_process(old / "a.db", call, named={"run": run, "sent_at": row.sent_at, "slots": [0]})
    _left_by_a_dead_process(old / "b.db", call, named={"run": run, "sent_at": 5.0, "slots": [0]})
    old.rename(new)
    with Store.open(new / "a.db") as store:
        store.profiles.set("x", {}).result()
        assert store.calls.reply(call) == BODY
        found = store.health().unmatched
    assert found.answers == 1 and [Path(one) for one in found.files] == files(new)


def test_a_journal_whose_database_is_beside_it_is_left_alone(tmp_path: Path) -> None:
    """A copy of a database does not take the answers of the original."""
    run, call = _claimed(tmp_path / "a.db")
    with Store.open(tmp_path / "a.db") as store:
        row = store.calls.get(call)
    assert row is not None
    shutil.copy(tmp_path / "a.db", tmp_path / "copy.db")
    _left_by_a_dead_process(tmp_path / "a.db", call, named={"run": run, "sent_at": row.sent_at, "slots": [0]})
    with Store.open(tmp_path / "copy.db") as store:
        store.profiles.set("x", {}).result()
    assert len(files(tmp_path)) == 1


def test_a_file_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    """A journal that holds rubbish is left where it is, and the store works."""
    _claimed(tmp_path / "a.db")
    rubbish = tmp_path / f"{Journal(str(tmp_path / 'a.db'), tmp_path)._stem}0.left.jsonl"
    rubbish.write_text('{}\n{"answer": 7}\n')
    with Store.open(tmp_path / "a.db") as store:
        assert store.profiles.set("x", {}).result() is None
    assert rubbish.exists()


def _claimed(path: Path) -> tuple[int, int]:
    with Store.open(path) as store:
        run = planned(store)
        fence = store.runs.claim(run, "a", 1.0).result()
        store.runs.start(run).result()
        return run, sent(store, run, 0, worst_usd=0.25, fence=fence)
