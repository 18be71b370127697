"""The library: word lists read from files, style notes with approved examples, numbered versions of both."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from engine.cli import main
from engine.errors import DraftmillError, SpecError
from engine.export.word_files import read_word_file
from engine.review.library import (
    Material,
    check_words,
    difference,
    find_style,
    find_words,
    save_style,
    save_words,
    split_words,
    with_material,
)
from engine.spec import RunSpec, Tuning
from engine.spec.material import MOST_NOTE, check_note
from engine.store import DraftFilter, Kept, NewRun, Settlement, Shelf, Store
from engine.work import Draft, plan
from tests.unit.test_kinds_kit import sample, spec_for
from tests.unit.test_store_kit import prints, sent

NOTE = 'British spelling. Begin every title with "Unit 5: ".'
SAMPLE = "cl-en-01"


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with Store.open(database) as opened:
        yield opened


def approved(store: Store, name: str, **changed: Any) -> int:
    """A draft of the library, made from a sample and approved."""
    spec = spec_for(name)
    slots = plan(spec)
    run = store.runs.create(NewRun(spec, Tuning(), "m"), slots, prints(slots)).result()
    content = {**sample(name), **changed}
    made = Kept(Draft(slots[0], content), content["title"], "text")
    store.calls.settle(Settlement(sent(store, run, 0), "ok", drafts=[made])).result()
    draft = store.drafts.page(DraftFilter(run=run))[0].id
    store.reviews.decide([draft], "approved", "Mei").result()
    return draft


def test_a_pasted_list_is_split() -> None:
    """A word a line or several with commas, list marks removed; of a copied table only the first column."""
    text = "1. borrow\n- look after, child、city\nlend\tto give for a time\n\n• café"
    assert split_words(text) == [
        (1, "borrow"), (2, "look after"), (2, "child"), (2, "city"), (3, "lend"), (5, "café"),
    ]  # fmt: skip


def test_duplicates_are_merged_and_named() -> None:
    """The same word in another case counts once; its lines are reported."""
    read = check_words(split_words("Borrow\nlend\nborrow\nlend, LEND"), "en")
    assert (read.words, read.merged) == (("Borrow", "lend"), ((3, "borrow", 1), (4, "lend", 2), (4, "LEND", 2)))


@pytest.mark.parametrize(
    ("lang", "text", "line"),
    [
        ("en", "borrow\nりんご", 2),
        ("en", "книга", 1),
        ("ja", "借りる\nborrow", 2),
        ("ja", "借りる\n读书\n", 2),
        ("zh", "借\n見\n図書館", 3),
        ("zh", "苹果\nりんご", 2),
        ("en", "a{{1}}", 1),
        ("en", "ok\nab\u202ecd", 2),
        ("en", "x" * 81, 1),
    ],
)
def test_a_line_in_a_wrong_script_is_refused_by_its_number(lang: str, text: str, line: int) -> None:
    """So are invisible characters, braces and what is too long; the other lines are read."""
    read = check_words(split_words(text), lang)
    assert line in [error.fix.values["line"] for error in read.refused]
    assert f"line {line} " in str(read.refused[-1])


def workbook(*rows: tuple[str, ...]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.csv", 'word,meaning\nborrow,借\n"look after",照顾\n'.encode(), [(2, "borrow"), (3, "look after")]),
        ("a.csv", "reading;単語\nかりる;借りる\n".encode("utf-16"), [(2, "借りる")]),
        ("a.csv", b"borrow\nlend\n", [(1, "borrow"), (2, "lend")]),
        ("a.csv", b"sep=;\nWord;Note\nborrow;x\n", [(3, "borrow")]),
        ("a.csv", b"1,borrow\n2,lend\n", [(1, "borrow"), (2, "lend")]),
        ("a.csv", workbook(("Word",), ("borrow",)), [(2, "borrow")]),
        ("a.txt", b"borrow\nlend, child\n", [(1, "borrow"), (2, "lend"), (2, "child")]),
        ("a.xlsx", workbook(("Unit", "Word"), ("1", "borrow"), ("", ""), ("2", "lend")), [(2, "borrow"), (4, "lend")]),
    ],
)
def test_lists_are_read_from_files(name: str, body: bytes, words: list[tuple[int, str]]) -> None:
    """The column headed "word" counts, else the first one; lines keep the numbers a spreadsheet shows."""
    assert read_word_file(io.BytesIO(body), name) == words


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.pdf", b"%PDF"),
        ("a.xlsx", b"no workbook"),
        ("a.csv", b"\xff\xfe\xff"),
        ("a.txt", b"\x81\x82"),
        ("a.csv", b"x" * (9 * 2**20)),
    ],
)
def test_an_unreadable_list_is_named(name: str, body: bytes) -> None:
    """Another format, a damaged or a huge file is refused with its name."""
    with pytest.raises(DraftmillError, match=name):
        read_word_file(io.BytesIO(body), name)


def test_versions_are_numbered(store: Store) -> None:
    """Each change is a version; the same words are not saved twice; an old version stays as it was."""
    first, second, third = (check_words(split_words(text), "en") for text in ("borrow", "borrow\nlend", "borrow\nlend"))
    saved = [save_words(store, "unit5", "en", read, "Mei").ref for read in (first, second, third)]
    assert saved == ["unit5@1", "unit5@2", "unit5@2"]
    assert find_words(store, "unit5@1", "en").words == ("borrow",)
    assert find_words(store, "unit5", "en").words == ("borrow", "lend")
    rows = store.library.versions(Shelf("words", "unit5", "en"))
    assert [(row.version, row.author, row.size) for row in rows] == [(2, "Mei", 2), (1, "Mei", 1)]
    assert difference(rows[1], rows[0]) == [" borrow", "+lend"]


def test_a_list_with_a_refused_line_is_not_saved(store: Store) -> None:
    """Nothing is saved by halves: the line is corrected or left out first."""
    with pytest.raises(SpecError, match="line 2"):
        save_words(store, "unit5", "en", check_words(split_words("borrow\nりんご"), "en"))
    assert store.library.newest() == []


def test_an_archived_list_is_not_offered(store: Store) -> None:
    """It can be offered again, and a new version offers it, too."""
    save_words(store, "unit5", "en", check_words([(1, "borrow")], "en"))
    shelf = Shelf("words", "unit5", "en")
    store.library.archive(shelf).result()
    assert (store.library.newest("words"), len(store.library.newest("words", archived=True))) == ([], 1)
    save_words(store, "unit5", "en", check_words([(1, "lend")], "en"))
    assert [row.ref for row in store.library.newest("words")] == ["unit5@2"]


@pytest.mark.parametrize(
    ("ref", "told"),
    [("unit6", "the nearest is unit5"), ("unit5@9", "no such version"), ("unit5@x", "NAME@VERSION")],
)
def test_an_unknown_version_is_named(store: Store, ref: str, told: str) -> None:
    """The nearest name is given; nothing else is taken in its place."""
    save_words(store, "unit5", "en", check_words([(1, "borrow")], "en"))
    with pytest.raises(SpecError, match=told):
        find_words(store, ref, "en")
    with pytest.raises(SpecError, match="add one in the library first"):
        find_words(store, "unit5", "ja")


@pytest.mark.parametrize(
    "note",
    [
        "Use {{1}} often.",
        "a\u0007b",
        "left\u202eright",
        "a\u200fb",
        "a\u200bb",
        "a\u2028b",
        "a\U000e0041b",
        "x" * (MOST_NOTE + 1),
        "\ud800",
    ],
)
def test_what_must_not_be_in_a_prompt_is_refused(note: str) -> None:
    """Braces of a blank, control, bidi and invisible characters, more than 2,000 characters."""
    with pytest.raises(SpecError) as caught:
        check_note(note)
    assert caught.value.field == "note"


def test_an_example_is_an_approved_draft_of_the_kind(store: Store) -> None:
    """A draft that is unknown, pending or of another language is refused by its number."""
    draft = approved(store, SAMPLE)
    with pytest.raises(SpecError, match="no such draft"):
        save_style(store, "house", "cloze", "en", NOTE, [999])
    with pytest.raises(SpecError, match="another kind or language"):
        save_style(store, "house", "cloze", "ja", NOTE, [draft])
    store.reviews.undo(drafts=[draft]).result()
    with pytest.raises(SpecError, match="not approved"):
        save_style(store, "house", "cloze", "en", NOTE, [draft])
    assert store.library.newest() == []


def test_an_example_that_no_longer_passes_is_refused_by_name(store: Store) -> None:
    """A draft that the checks of today refuse can be neither saved nor used; its title is reported."""
    draft = approved(store, SAMPLE, passage="Too short {{1}}.", title="Old bus")
    with pytest.raises(SpecError, match=f"#{draft} Old bus"):
        save_style(store, "house", "cloze", "en", NOTE, [draft])
    body = {"note": NOTE, "examples": [{"draft": 7, "topic": "a", "level": 1, "content": "{}", "options": "{}"}]}
    store.library.add(Shelf("style", "house", "en", "cloze"), body, 1).result()
    with pytest.raises(SpecError, match=r"#7 .*save a version of the style note without it"):
        with_material(store, RunSpec("cloze", "en", (1,), ("a",)), Material(style="house"))


def test_word_lists_and_style_notes_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """add, list, show and diff; a refused line is named and saves nothing, unless it may be left out."""
    monkeypatch.setenv("DRAFTMILL_HOME", str(tmp_path))
    file = tmp_path / "unit5.csv"
    file.write_text("word\nborrow\nりんご\nborrow\n", encoding="utf-8")

    def called(*words: str) -> str:
        with pytest.raises(SystemExit):
            main(list(words))
        said = capsys.readouterr()
        return said.out + said.err

    assert "line 3 is not written in English letters" in called("words", "add", "unit5", str(file), "--lang", "en")
    assert called("words", "list", "--json") == "[]\n"
    assert "unit5@1: 1 words" in called("words", "add", "unit5", str(file), "--lang", "en", "--skip-refused")
    assert called("words", "show", "unit5@1", "--lang", "en") == "borrow\n"
    keys = ("--kind", "cloze", "--lang", "en")
    assert "house@1" in called("style", "add", "house", *keys, "--note", "Short.")
    assert "house@2" in called("style", "add", "house", *keys, "--note", "Long.")
    assert "+Long." in called("style", "diff", "house", *keys) and "Long." in called("style", "show", "house", *keys)
    assert "{{" in called("style", "add", "house", *keys, "--note", "{{1}}")
    with Store.open() as store:
        assert find_style(store, "house", "cloze", "en").ref == "house@2"


def test_a_nul_in_a_table_is_named_by_its_line() -> None:
    """A NUL character is damage: the message says where it is, and no word is read."""
    with pytest.raises(DraftmillError) as caught:
        read_word_file(io.BytesIO(b"word,note\npear,x\nappl\x00e,y\n"), "a.csv")
    assert "line 3" in str(caught.value) and "NUL" in str(caught.value)
