"""Tables: every character comes back from CSV and XLSX; what was changed in them is applied where it fits, and once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import ExportError
from engine.export.columns import draft_row, editable, row_cells, row_tables, table_rows, with_cells, with_row
from engine.export.csv_table import write_drafts, write_table
from engine.export.reading import TableLine, read_lines
from engine.export.selection import Marked, Selection
from engine.export.xlsx import write as write_xlsx
from engine.store import DraftFilter, Store
from tests.unit.test_export_kit import TEXT, WORDS, brought_back, filled, nasty_cloze, put, row_of, written

CONTENT = st.fixed_dictionaries(
    {
        "title": WORDS,
        "before": TEXT,
        "after": TEXT,
        "answer": WORDS,
        "hint": TEXT,
        "explanation": TEXT,
        "texts": st.lists(WORDS, max_size=3),
    }
)
BLANKS = row_tables(("cloze",))[0]
SPEAKERS = st.lists(st.tuples(WORDS, TEXT), min_size=1, max_size=3, unique_by=lambda role: role[0])


def again(write: Callable[[Selection, Any], None], name: str, *drafts: Marked) -> list[TableLine]:
    out = io.BytesIO()
    write(Selection(drafts, ("cloze", "shadowing", "alignment"), "", 0.0), out)
    return list(read_lines(io.BytesIO(out.getvalue()), name))


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(CONTENT, TEXT)
def test_every_character_of_a_cloze_comes_back(words: dict[str, Any], note: str) -> None:
    """CSV and XLSX give back each text of a cloze and its note exactly."""
    marked = row_of(nasty_cloze(words), note=note)
    csv_lines = [*again(write_drafts, "a.csv", marked), *again(write_table, "a.csv", marked)]
    for draft_line, blank_line in (csv_lines, again(write_xlsx, "a.xlsx", marked)):
        assert {name: draft_line.cells[name] for name in editable(marked)} == editable(marked)
        assert with_cells(marked.draft.content, "cloze", draft_line.cells) == marked.draft.content
        assert with_row(marked.draft.content, BLANKS, 1, blank_line.cells) == marked.draft.content
        assert draft_line.cells["topic"] == "=topic"


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(SPEAKERS, st.lists(WORDS, min_size=1, max_size=4), TEXT)
def test_every_character_of_a_script_comes_back(roles: list[tuple[str, str]], texts: list[str], tips: str) -> None:
    """So do roles, lines and key phrases of a script, with roles and without."""
    for used in (roles, []):
        content = {
            "title": "t",
            "roles": [{"label": label, "name": name, "gender": "male"} for label, name in used],
            "lines": [{"speaker": used[0][0] if used else "", "text": text} for text in texts],
            "key_phrases": texts,
            "pacing": "slow",
            "tips": tips,
        }
        marked = row_of(content, "shadowing")
        for name, write in (("a.csv", write_drafts), ("a.xlsx", write_xlsx)):
            assert with_cells(content, "shadowing", again(write, name, marked)[0].cells) == content


def test_every_field_of_a_pack_comes_back(store: Store) -> None:
    """All six steps of an alignment pack, in all three languages, are the same after the way through a table."""
    for draft in filled(store, ("al-en-01", "al-ja-02", "al-zh-03")):
        marked = Marked(draft)
        for name, write in (("a.csv", write_drafts), ("a.xlsx", write_xlsx)):
            assert with_cells(draft.content, "alignment", again(write, name, marked)[0].cells) == draft.content


def test_a_workbook_holds_texts_alone(store: Store) -> None:
    """Every cell of a workbook is a string: no formula, no link, no number."""
    words = dict.fromkeys(("title", "before", "after", "answer", "hint", "explanation"), "=1+1")
    put(store, "cl-en-01", nasty_cloze({**words, "texts": ["http://example.com", "007"]}))
    book = openpyxl.load_workbook(io.BytesIO(written(store, "xlsx")))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert "=1+1" in [cell.value for cell in cells]


def put_too_long(store: Store) -> None:
    """A draft with a field longer than a spreadsheet's cell."""
    put(store, "sh-en-01", {
        "title": "t", "roles": [], "lines": [{"speaker": "", "text": "x" * 1990}] * 20, "key_phrases": [],
        "pacing": "slow", "tips": "",
    })  # fmt: skip


def test_a_cell_too_long_for_a_spreadsheet_is_named(store: Store) -> None:
    """A text that a cell cannot hold is refused by its field and draft, never cut."""
    put_too_long(store)
    with pytest.raises(ExportError, match="lines of draft 1 is 39,819"):
        written(store, "xlsx")
    assert written(store, "csv").count(b"x" * 1990) == 20


def test_a_workbook_that_is_refused_leaves_no_file_open(store: Store) -> None:
    """The temporary files of its sheets are closed."""
    put_too_long(store)
    with pytest.raises(ExportError) as refused:
        written(store, "xlsx")
    book = next(entry.locals["book"] for entry in refused.traceback if "book" in entry.locals)
    assert all(sheet.row_data_fh.closed for sheet in book.worksheets())


def edited(table: bytes, **changes: str) -> bytes:
    """A CSV with the cells of its first row changed."""
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    for name, cell in changes.items():
        rows[1][rows[0].index(name.replace("__", "."))] = cell
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def did(back: Any) -> list[tuple[str, ...]]:
    return [line.did for line in back.lines]


def test_a_table_that_was_not_changed_changes_nothing(store: Store) -> None:
    """Importing an export as it is reads every row and does nothing."""
    filled(store)
    for name in ("csv", "xlsx"):
        back = brought_back(store, written(store, name), f"a.{name}")
        assert (back.rows > 8, back.lines) == (True, ())
    assert store.reviews.history() == []


def test_verdict_note_and_edit_come_back(store: Store) -> None:
    """A row brings its verdict, its note and its text, once; undo takes each back."""
    before = filled(store, ("cl-en-01",))[0]
    passage = before.content["passage"].replace("My name is Tom.", "- My name is Tim.")
    table = edited(written(store, "csv"), verdict="Approved ", note="=good", passage=passage)
    assert did(brought_back(store, table, dry_run=True)) == [("edited", "approved", "noted")]
    assert store.drafts.get(1) == before
    assert did(brought_back(store, table)) == [("edited", "approved", "noted")]
    after = store.drafts.get(1)
    assert (after.review, after.content["passage"], store.reviews.notes([1])) == ("approved", passage, {1: "=good"})
    assert [line.refused != "" for line in brought_back(store, table).lines] == []
    assert store.drafts.page(DraftFilter(text="Tim")) == [after]
    store.reviews.undo(last=2).result()
    assert store.drafts.get(1) == before


def test_a_blank_comes_back(store: Store) -> None:
    """A row of the blanks changes its blank and leaves the others."""
    before = filled(store, ("cl-en-01",))[0].content["blanks"]
    table = edited(written(store, "csv-blanks"), hint="a hint", distractors="for\nat\nby", acceptable="along with")
    assert did(brought_back(store, table)) == [("edited",)]
    after = store.drafts.get(1).content["blanks"]
    assert after[0] == {**before[0], "hint": "a hint", "distractors": ["for", "at", "by"], "acceptable": ["along with"]}
    assert after[1:] == before[1:]


def test_a_decided_draft_can_be_decided_anew(store: Store) -> None:
    """A table may turn an approved draft into a rejected or a pending one: it was exported as approved."""
    filled(store, ("cl-en-01",))
    for verdict in ("approved", "rejected", "pending"):
        assert did(brought_back(store, edited(written(store, "csv"), verdict=verdict))) == [(verdict,)]
        assert store.drafts.get(1).review == verdict


def test_what_changed_meanwhile_is_refused(store: Store) -> None:
    """A row whose draft was decided or edited after the export is refused; a row that asks for nothing is not."""
    filled(store, ("cl-en-01", "cl-en-02"))
    table = written(store, "csv")
    store.reviews.decide([1, 2], "rejected", note="dull").result()
    back = brought_back(store, edited(table, verdict="approved"))
    assert [(line.draft, "changed since" in line.refused) for line in back.lines] == [(1, True)]
    assert store.drafts.get(1).review == "rejected"


def test_an_edit_is_checked_as_a_reply_is(store: Store) -> None:
    """An edit that is no valid draft is refused with the reason, and nothing else of that draft is done."""
    before = filled(store, ("cl-en-01",))[0]
    back = brought_back(store, edited(written(store, "csv"), verdict="approved", passage="No gap is left here."))
    assert "blanks" in back.lines[0].refused
    assert store.drafts.get(1) == before


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"verdict": "aproved"}, "write approved, rejected or pending"),
        ({"draft": "99", "verdict": "approved"}, "no such draft"),
        ({"draft": "x", "verdict": "approved"}, "no such draft"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(store: Store, changes: dict[str, str], told: str) -> None:
    """A row says what is wrong with it and how to fix it."""
    filled(store, ("cl-en-01",))
    back = brought_back(store, edited(written(store, "csv"), **changes))
    assert [told in line.refused for line in back.lines] == [True]
    assert back.refused == 1


def test_a_row_that_stands_twice_is_refused(store: Store) -> None:
    """Two rows that ask for something of one draft contradict each other: neither is done."""
    filled(store, ("cl-en-01",))
    table = edited(written(store, "csv"), verdict="approved")
    other = edited(written(store, "csv"), verdict="rejected").decode("utf-8-sig").split("\r\n", 1)[1]
    back = brought_back(store, table + other.encode())
    assert ["line 2" in line.refused or "another line" in line.refused for line in back.lines] == [True, True]
    assert store.drafts.get(1).review == "pending"


def test_the_same_row_twice_asks_for_it_once(store: Store) -> None:
    """A row that was copied, whole, contradicts nothing."""
    filled(store, ("cl-en-01",))
    table = edited(written(store, "csv"), verdict="approved")
    back = brought_back(store, table + table.decode("utf-8-sig").split("\r\n", 1)[1].encode())
    assert ([line.did for line in back.lines], store.drafts.get(1).review) == ([("approved",)], "approved")


def test_a_workbook_edited_outside_comes_back(store: Store) -> None:
    """A workbook saved by another program brings verdicts; a formula typed into it is refused."""
    filled(store, ("cl-en-01", "cl-en-02"))
    book = openpyxl.load_workbook(io.BytesIO(written(store, "xlsx")))
    sheet = book["drafts"]
    sheet["B2"], sheet["C3"] = "approved", "=1+1"
    out = io.BytesIO()
    book.save(out)
    back = brought_back(store, out.getvalue(), "a.xlsx")
    assert [(line.draft, line.did, line.refused[:20]) for line in back.lines] == [
        (1, ("approved",), ""),
        (2, (), "note holds a formula"),
    ]


def test_a_spreadsheet_of_another_country_is_read(store: Store) -> None:
    """A CSV saved with semicolons, and with columns in another order, is the same table."""
    filled(store, ("cl-en-01",))
    rows = list(csv.reader(io.StringIO(written(store, "csv").decode("utf-8-sig"), newline="")))
    rows[1][1] = "rejected"
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([list(reversed(line)) for line in rows])
    assert did(brought_back(store, out.getvalue().encode())) == [("rejected",)]


def test_rows_say_what_a_teacher_needs(store: Store) -> None:
    """A draft's row names its kind, topic and flags; a blank's row its draft."""
    marked = Marked(filled(store, ("cl-en-01",))[0])
    assert {name: draft_row(marked)[name] for name in ("draft", "kind", "topic", "level")} == {
        "draft": "1", "kind": "cloze", "topic": "Daily life", "level": "1"}  # fmt: skip
    assert [line["blank"] for line in table_rows(marked, BLANKS)] == ["1", "2", "3", "4"]
    assert row_cells(BLANKS, marked.draft.content["blanks"][0])["distractors"] == "for\nat\nof"
