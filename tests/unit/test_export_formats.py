"""Each format: what it holds, that nothing in it works, and that the file is whole or not there."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from engine import SpecError, export
from engine.errors import ExportError
from engine.export.markdown import escaped
from engine.kinds import kind_names
from engine.store import Cleanup, DraftFilter, Store
from tests.unit.test_export_kit import SIGNS, TEXT, filled, nasty_cloze, put, put_reading, written

EVIL = '<script>x</script><img src="http://127.0.0.1:9/x"> $x$ __x__ :red[x] {{1:SA:=x}} ![a](http://127.0.0.1:9/y) }~#'


def evil(store: Store) -> int:
    """A draft whose every text would do something if anything could."""
    words = dict.fromkeys(("title", "before", "after", "answer", "hint", "explanation"), EVIL)
    return put(store, "cl-en-01", nasty_cloze({**words, "texts": [f"{EVIL} {number}" for number in range(3)]}))


def fits(store: Store, fmt: str) -> DraftFilter:
    """The drafts of the first kind that a format holds."""
    found = export.FORMATS[fmt]
    return DraftFilter(kind=found.kinds[0] if found.one_kind or len(found.kinds) < len(kind_names()) else None)


@pytest.mark.parametrize("fmt", export.FORMATS)
def test_every_format_holds_every_draft(store: Store, tmp_path: Path, fmt: str) -> None:
    """A file of each format is written whole, counts its drafts, and holds their titles."""
    filled(store)
    put_reading(store)
    chosen = fits(store, fmt)
    done = export.write(store, chosen, fmt, tmp_path / export.file_name(chosen, fmt))
    assert (done.drafts, done.bytes) == (store.drafts.count(chosen), done.path.stat().st_size)
    if fmt not in ("anki", "xlsx", "docx"):
        text = done.path.read_text("utf-8")
        assert all(re.sub(r"\W", "", row.title) in re.sub(r"\W", "", text) for row in store.drafts.each(chosen))
    assert [file.name for file in tmp_path.iterdir() if ".part" in file.name] == []


def test_an_export_is_as_private_as_the_database(store: Store, tmp_path: Path) -> None:
    """Nobody else on the machine can read the file, also where it replaces one that everybody could."""
    filled(store)
    (tmp_path / "a.csv").write_text("old")
    (tmp_path / "a.csv").chmod(0o644)
    done = export.write(store, DraftFilter(), "csv", tmp_path / "a.csv", force=True)
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600


@pytest.mark.parametrize(("fmt", "kind"), [("voice", "cloze"), ("moodle", "shadowing"), ("csv-blanks", "alignment")])
def test_a_format_that_does_not_fit_says_so(store: Store, fmt: str, kind: str) -> None:
    """A kind that a format cannot hold is refused by name, with what it can hold."""
    filled(store)
    with pytest.raises(SpecError, match=f"it holds {', '.join(export.FORMATS[fmt].kinds)}, not {kind}"):
        written(store, fmt, DraftFilter(kind=kind))
    with pytest.raises(SpecError, match="choose anki, xlsx"):
        written(store, "odt")


def test_nothing_is_left_of_an_export_that_fails(store: Store, tmp_path: Path) -> None:
    """A file appears whole or not at all; one that is there stays until it is replaced on purpose."""
    filled(store, ("cl-en-01",))
    path = tmp_path / "a.jsonl"
    with pytest.raises(ExportError, match="no draft matches"):
        export.write(store, DraftFilter(review="approved"), "jsonl", path)
    assert list(tmp_path.glob("a.jsonl*")) == list(tmp_path.glob(".a*")) == []
    path.write_text("mine")
    with pytest.raises(ExportError, match="--force"):
        export.write(store, DraftFilter(), "jsonl", path)
    assert path.read_text() == "mine"
    assert export.write(store, DraftFilter(), "jsonl", path, force=True).drafts == 1


def test_a_folder_that_is_not_there_is_named(store: Store, tmp_path: Path) -> None:
    """A place that cannot be written says so with advice."""
    filled(store, ("cl-en-01",))
    with pytest.raises(ExportError, match="writable"):
        export.write(store, DraftFilter(), "jsonl", tmp_path / "none" / "a.jsonl")
    with pytest.raises(ExportError, match="is a folder"):
        export.write(store, DraftFilter(), "jsonl", tmp_path)


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        (DraftFilter(), "draftmill.apkg"),
        (DraftFilter(run=7, kind="cloze", review="approved"), "draftmill-run-7-cloze-approved.apkg"),
        (DraftFilter(lang="ja", level=2, topic="../../etc/pass wd\0"), "draftmill-ja-L2-etc-pass-wd.apkg"),
        (DraftFilter(topic="日常：生活"), "draftmill-日常-生活.apkg"),
        (DraftFilter(topic="..."), "draftmill.apkg"),
    ],
)
def test_file_names_are_safe(chosen: DraftFilter, name: str) -> None:
    """A file's name says what is in it and holds no path, space or sign."""
    assert export.file_name(chosen, "anki") == name


def test_jsonl_has_every_field(store: Store) -> None:
    """A line holds the row of the store as it is."""
    row = filled(store, ("al-ja-01",))[0]
    line = json.loads(written(store, "jsonl"))
    assert (line["content"], line["run"], line["topic"], line["note"]) == (row.content, row.run, row.topic, "")


def test_a_csv_begins_with_a_mark_and_holds_no_formula(store: Store) -> None:
    """Spreadsheets read UTF-8 by its mark, and no cell of the file begins a formula."""
    words = dict.fromkeys(("title", "answer", "hint", "explanation"), "=1+1")
    put(store, "cl-en-01", nasty_cloze({**words, "before": "＝1", "after": "", "texts": ["@x", "+x", "\t-x"]}))
    for fmt in ("csv", "csv-blanks"):
        table = written(store, fmt)
        assert table.startswith(b"\xef\xbb\xbf")
        cells = [cell for line in csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")) for cell in line]
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in cells)
        assert "'=1+1" in cells


def test_a_voice_script_names_who_speaks(store: Store) -> None:
    """A row a line: the speaker's name, the gender of the voice, the text."""
    content = filled(store, ("sh-zh-01",))[0].content
    lines = list(csv.DictReader(io.StringIO(written(store, "voice").decode("utf-8-sig"), newline="")))
    assert [line["text"] for line in lines] == [line["text"] for line in content["lines"]]
    assert (lines[0]["speaker"], lines[0]["gender"], lines[1]["gender"]) == ("妈妈", "female", "male")


def test_moodle_reads_each_gap(store: Store) -> None:
    """The XML is sound, and a gap is a menu whose right answer is marked."""
    filled(store, ("cl-en-01",))
    questions = ElementTree.fromstring(written(store, "moodle")).findall("question[@type='cloze']")
    gaps = re.findall(r"\{1:MULTICHOICE:(.+?)\}", questions[0].findtext("questiontext/text") or "")
    assert len(gaps) == 4
    assert [re.findall(r"(?:^|~)=([^~#]+)", gap) for gap in gaps] == [["with"], ["brush"], ["so"], ["meet"]]


def test_moodle_takes_signs_as_letters(store: Store) -> None:
    """Whatever an answer holds, Moodle sees one gap with four choices, and they say what the draft says."""
    evil(store)
    text = ElementTree.fromstring(written(store, "moodle")).findtext("question[@type='cloze']/questiontext/text") or ""
    gaps = re.findall(r"\{1:MULTICHOICE:([^{}]+)\}", text)
    assert len(gaps) == len(re.findall(r"[{}]", text)) // 2 == 1
    options = [option.partition("#")[0] for option in re.split(r"~", re.sub(r"&#(\d+);", r"&@\1;", gaps[0]))]
    shown = {unescape(unescape(option.replace("&@", "&#"))).removeprefix("=") for option in options}
    assert shown == {EVIL, *(f"{EVIL} {number}" for number in range(3))}
    assert "<script" not in text and "<img" not in text


def test_a_typed_gap_takes_what_is_also_right(store: Store) -> None:
    """A gap without distractors takes the answer and every acceptable one."""
    words = {"title": "t", "before": "I ", "after": " tea.", "answer": "drink", "hint": "", "explanation": ""}
    content = nasty_cloze({**words, "texts": []})
    content["blanks"][0]["acceptable"] = ["have"]
    put(store, "cl-en-01", content)
    assert b"{1:SHORTANSWER:=drink~=have}" in written(store, "moodle")


def test_a_worksheet_does_nothing(store: Store) -> None:
    """In HTML and Markdown, what a draft holds is read as it is: no tag, no picture, no emphasis, no link."""
    evil(store)
    page = written(store, "html").decode()
    assert "<script" not in page and "<img" not in page
    rendered = MarkdownIt("commonmark").enable("table").render(written(store, "markdown").decode())
    assert not re.search(r"<(script|img|a|em>x|strong>x|code)", rendered)
    assert EVIL in unescape(rendered)


@given(TEXT)
def test_markdown_shows_every_text(text: str) -> None:
    """An escaped text is shown letter for letter; only its indents and line breaks are Markdown's."""
    shown = unescape(re.sub(r"<br ?/?>\n?|</?p>", " ", MarkdownIt("commonmark").render("x" + escaped(text))))
    assert shown.split() == ("x" + text).split()


@pytest.mark.parametrize("text", [*SIGNS, "1. one", "1) one", "# x", "===", "- x", "> x", "www.x.org", "http://x.org"])
def test_markdown_starts_nothing(text: str) -> None:
    """A line never starts a list, a heading, a quotation or a table."""
    assert re.fullmatch(r"(<p>.*</p>\n)?", MarkdownIt("gfm-like", {"linkify": False}).render(escaped(text)), re.DOTALL)


def test_the_key_stands_at_the_end(store: Store) -> None:
    """A worksheet asks everything first; the answers and the model texts follow in the key."""
    filled(store, ("cl-en-01", "al-en-01", "cl-en-02"))
    exemplar = store.drafts.get(2).content["W6"]["exemplar"][:40]
    for fmt, heading in (("html", "<h1>Answer key</h1>"), ("markdown", "# Answer key")):
        asked, _, key = unescape(written(store, fmt).decode()).replace("\\", "").partition(heading)
        assert "brush one's teeth" not in asked and "brush one's teeth" in key
        assert exemplar not in asked and exemplar in key
        assert asked.count("comb") == 1


def test_choices_stay_in_their_order(store: Store) -> None:
    """The same draft is printed the same way each time, and the key gives the letter it has on the sheet."""
    filled(store, ("cl-en-01",))
    page = written(store, "html").decode()
    assert page == written(store, "html").decode()
    sheet, _, key = page.partition("Answer key")
    letters = re.findall(r"<li>([a-d])\) <b>(\w+)</b>", key)
    assert len(letters) == 4
    assert all(f"<span>{sign}) {answer}</span>" in sheet for sign, answer in letters)


def test_what_was_cleaned_is_not_exported(store: Store) -> None:
    """A rejected draft whose content was cleaned away has nothing to export."""
    filled(store, ("cl-en-01", "cl-en-02"))
    store.reviews.decide([1], "rejected", at=10.0).result()
    with_runs_ended(store)
    store.clean(Cleanup(20.0, rejected=True)).result()
    assert [json.loads(line)["id"] for line in written(store, "jsonl").splitlines()] == [2]


def with_runs_ended(store: Store) -> None:
    for run in store.runs.page():
        store.runs.end(run.id, "done").result()


SAYS_LEVEL = {
    "html": "{}% of the words above it",
    "markdown": "{}% of the words above it",
    "moodle": "<tag><text>above_level::{}%</text></tag>",
    "anki-text": "above_level::{}%",
    "voice": ",{}\r\n",
    "csv": ",{},",
    "jsonl": '"above_share": 0.',
}


@pytest.mark.parametrize("fmt", SAYS_LEVEL)
def test_every_format_says_how_far_a_draft_is_above_its_level(store: Store, fmt: str) -> None:
    """The share of words above the level is in each format, for people and for programs."""
    draft = store.drafts.get(put(store, "sh-en-01" if fmt == "voice" else "cl-en-01"))
    assert draft.above_share is not None
    assert SAYS_LEVEL[fmt].format(round(100 * draft.above_share)) in unescape(written(store, fmt).decode("utf-8"))
