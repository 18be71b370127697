"""`draftmill export`, `import-reviews` and `clean` as a person or a script meets them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import DraftFilter, Store
from engine.cli import main
from tests.databases import new_file
from tests.unit.test_export_kit import filled

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Say]:
    """Run a command in a folder of its own, on a store with three kinds in three languages."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRAFTMILL_DATABASE", str(tmp_path / "draftmill.db"))
    with Store.open(new_file(tmp_path / "draftmill.db")) as store:
        filled(store)

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(list(words))
        told = capsys.readouterr()
        return int(left.value.code or 0), told.out, told.err

    yield run


def test_an_export_says_what_it_wrote(say: Say, tmp_path: Path) -> None:
    """Without --output the file has a name that says what is in it; the last line says how many drafts and the size."""
    code, out, _ = say("export", "--lang", "ja", "--kind", "cloze")
    assert (code, out.startswith("1 draft written to draftmill-cloze-ja.apkg (")) == (0, True)
    assert (tmp_path / "draftmill-cloze-ja.apkg").exists()
    code, out, _ = say("export", "4", "--format", "csv", "--output", "a.csv", "--json")
    assert json.loads(out) == {
        "path": "a.csv", "format": "csv", "drafts": 1, "bytes": (tmp_path / "a.csv").stat().st_size}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--format", "odt"), "format is 'odt'; choose anki"),
        (("--format", "voice"), "it holds shadowing, not alignment, cloze"),
        (("--kind", "poem"), "kind is 'poem'"),
        (("--lang", "fr"), "lang is 'fr'"),
        (("--level", "7"), "level is 7; choose 1 to 6"),
        (("--state", "good"), "state is 'good'"),
        (("--state", "pending", "--approved-only"), "leave out --approved-only"),
        (("--approved-only",), "no draft matches"),
        (("--topic", "no such topic"), "no draft matches"),
        (("99",), "there is no run 99"),
        (("--output", "none/a.apkg"), "writable"),
    ],
)
def test_a_bad_export_is_one_line(say: Say, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    """Bad input exits 2 with one line that says what to do, and leaves no file."""
    code, _, err = say("export", *words)
    assert (code, told in err, err.count("\n")) == (2, True, 1)
    assert list(tmp_path.glob("*.apkg")) == []


def test_a_file_is_not_replaced_by_accident(say: Say, tmp_path: Path) -> None:
    """A file that is there stays unless --force is given."""
    (tmp_path / "a.jsonl").write_text("mine")
    code, _, err = say("export", "--format", "jsonl", "--output", "a.jsonl")
    assert (code, "--force" in err, (tmp_path / "a.jsonl").read_text()) == (2, True, "mine")
    assert say("export", "--format", "jsonl", "--output", "a.jsonl", "--force")[0] == 0


def test_reviews_are_imported_line_by_line(say: Say, tmp_path: Path) -> None:
    """--dry-run only tells; an import exits 3 when a row was refused, and the others are done."""
    say("export", "--format", "csv", "--output", "a.csv")
    table = (tmp_path / "a.csv").read_bytes().replace(b"\r\n1,pending", b"\r\n1,approved", 1)
    (tmp_path / "a.csv").write_bytes(table.replace(b"\r\n2,pending", b"\r\n2,nonsense", 1))
    code, out, _ = say("import-reviews", "a.csv", "--dry-run")
    assert (code, "drafts line 2, draft 1: approved" in out, "dry run" in out) == (3, True, True)
    assert verdicts(tmp_path) == ["pending", "pending"]
    code, out, _ = say("import-reviews", "a.csv", "--json")
    told = json.loads(out)
    assert (code, told["rows"], told["approved"], told["refused"]) == (3, 9, 1, 1)
    assert verdicts(tmp_path) == ["approved", "pending"]


def verdicts(home: Path) -> list[str]:
    with Store.open(home / "draftmill.db") as store:
        return [row.review for row in store.drafts.page(DraftFilter(ids=[1, 2]))]


def test_a_file_that_cannot_be_read_is_one_line(say: Say, tmp_path: Path) -> None:
    """A missing file and a file of something else exit 2 with advice."""
    (tmp_path / "a.txt").write_text("x")
    for name, told in (("none.csv", "an export wrote"), ("a.txt", "neither .csv nor .xlsx")):
        code, _, err = say("import-reviews", name)
        assert (code, told in err) == (2, True)


def test_cleaning_names_what_it_takes(say: Say, tmp_path: Path) -> None:
    """Without a name nothing is cleaned; --dry-run shows everything; a name cleans that."""
    with Store.open(tmp_path / "draftmill.db") as store:
        store.reviews.decide([1], "rejected").result()
        for run in store.runs.page():
            store.runs.end(run.id, "done").result()
    code, _, err = say("clean", "--older-than", "0d")
    assert (code, "--dry-run" in err) == (2, True)
    assert say("clean", "--older-than", "soon", "--raw")[0] == 2
    code, out, _ = say("clean", "--older-than", "0d", "--dry-run")
    assert (code, "rejected drafts: 1 " in out, "nothing was changed" in out) == (0, True, True)
    code, out, _ = say("clean", "--older-than", "0d", "--rejected", "--json")
    told = json.loads(out)
    assert (code, told["drafts"], told["replies"], told["dry_run"]) == (0, 1, 0, False)
    with Store.open(tmp_path / "draftmill.db") as store:
        assert [bool(row.content) for row in store.drafts.page(DraftFilter(ids=[1, 2]))] == [False, True]


def test_an_option_that_a_format_does_not_have_is_named(say: Say) -> None:
    """A table has no readings and no line on who checked a draft: the formats that have them are named."""
    code, _, err = say("export", "--format", "csv", "--readings", "--checked-by")
    assert code == 0 and "--readings changes nothing in this format; it is for anki, html, docx" in err
    assert "--checked-by changes nothing" in err and say("export", "--format", "docx", "--readings")[2] == ""
