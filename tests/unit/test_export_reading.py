"""Tables that spreadsheets wrote their own way: sheets and headings are known by their content, and no row is lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from engine.errors import ExportError
from engine.export.columns import is_revision
from engine.export.workbook import MOST_SHARED
from engine.store import Store
from tests.databases import new_file
from tests.unit.test_export_kit import brought_back, filled, put, written
from tests.unit.test_export_tables import did

Rows = list[list[str]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(new_file(tmp_path / "a.db")) as opened:
        filled(opened, ("cl-en-01",))
        yield opened


def approved_rows(store: Store) -> Rows:
    """The exported table with its first draft approved."""
    rows = list(csv.reader(io.StringIO(written(store, "csv").decode("utf-8-sig"), newline="")))
    rows[1][1] = "approved"
    return rows


def as_csv(rows: Rows, delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def as_workbook(rows: Rows, sheet: str = "drafts", before: Callable[[openpyxl.Workbook], object] = id) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    before(book)
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def open_document() -> bytes:
    """The parts by which an OpenDocument spreadsheet is known."""
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", "<office:document-content/>")
    return out.getvalue()


def titled(rows: Rows) -> Rows:
    return [["Week 12", *[""] * 5], [], *rows]


def shouted(rows: Rows) -> Rows:
    return [[f" {name.upper()} " for name in rows[0]], *rows[1:]]


def with_helper(rows: Rows) -> Rows:
    return [[*rows[0][:2], "my notes", *rows[0][2:]], *([*row[:2], "x", *row[2:]] for row in rows[1:])]


def without_note(rows: Rows) -> Rows:
    at = rows[0].index("note")
    return [row[:at] + row[at + 1 :] for row in rows]


@pytest.mark.parametrize("change", [titled, shouted, with_helper, without_note])
def test_a_heading_is_known_by_its_content(store: Store, change: Callable[[Rows], Rows]) -> None:
    """Title rows, another letter case, other people's columns and a deleted column do not hide a verdict."""
    rows = change(approved_rows(store))
    assert did(brought_back(store, as_csv(rows).encode(), dry_run=True)) == [("approved",)]
    assert did(brought_back(store, as_workbook(rows), "a.xlsx")) == [("approved",)]


@pytest.mark.parametrize(
    "encoded",
    [
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: ("sep=,\r\n" + text).encode("utf-8-sig"),
        lambda text: ("SEP=,\n" + text).encode(),
    ],
)
def test_a_csv_in_another_encoding_is_read(store: Store, encoded: Callable[[str], bytes]) -> None:
    """UTF-16 text and the `sep=` line of Excel are read as the same table."""
    assert did(brought_back(store, encoded(as_csv(approved_rows(store))))) == [("approved",)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("told", ["", '"sep={}"\r\n', "\ufeffsep={}\n"])
def test_the_separator_of_any_country_is_found(store: Store, delimiter: str, quoting: Any, told: str) -> None:
    """Texts with quotes and commas read as another separator's table are no damaged file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting).writerows(approved_rows(store))
    body = (told.format(delimiter) + out.getvalue()).encode()
    assert did(brought_back(store, body)) == [("approved",)]


@pytest.mark.parametrize("written_as", ["{}.0", "{},00", "'{}", " {} "])
def test_the_number_of_a_draft_is_read_as_spreadsheets_write_it(store: Store, written_as: str) -> None:
    """A draft is found however the spreadsheet shows its number."""
    rows = approved_rows(store)
    rows[1][0] = written_as.format(rows[1][0])
    assert did(brought_back(store, as_csv(rows, ";").encode())) == [("approved",)]


@pytest.mark.parametrize("word", ["Approve", "ACCEPTED", "已通过", "Approved.", "✓ approved"])
def test_a_verdict_in_other_words_is_understood(store: Store, word: str) -> None:
    """The dashboard's Chinese words, and plain English ones."""
    rows = approved_rows(store)
    rows[1][1] = word
    assert did(brought_back(store, as_csv(rows).encode())) == [("approved",)]


def test_tab_separated_text_is_read(store: Store) -> None:
    """What Excel calls "Unicode text" is a table, too."""
    body = as_csv(approved_rows(store), "\t").encode("utf-16")
    assert did(brought_back(store, body, "a.txt")) == [("approved",)]


def test_a_sheet_is_known_by_its_heading(store: Store) -> None:
    """A renamed sheet behind a summary sheet is found."""
    body = as_workbook(approved_rows(store), "Sheet 1 (2)", lambda book: book.create_sheet("Summary").append(["Total"]))
    assert did(brought_back(store, body, "a.xlsx")) == [("approved",)]


def test_a_strict_workbook_is_read(store: Store) -> None:
    """Strict Open XML is the same workbook with other namespaces."""
    usual = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    out = io.BytesIO()
    with ZipFile(io.BytesIO(as_workbook(approved_rows(store)))) as plain, ZipFile(out, "w") as strict:
        for name in plain.namelist():
            body = plain.read(name).replace(usual, b"http://purl.oclc.org/ooxml/spreadsheetml/main")
            strict.writestr(name, body.replace(links, b"http://purl.oclc.org/ooxml/officeDocument/relationships"))
    assert did(brought_back(store, out.getvalue(), "a.xlsx")) == [("approved",)]


def test_a_formula_counts_only_in_our_columns(store: Store) -> None:
    """A helper column with a formula is ignored; a formula in a draft's own field is refused."""
    rows = with_helper(approved_rows(store))
    rows[1][2] = "=LEN(A2)"
    assert did(brought_back(store, as_workbook(rows), "a.xlsx", dry_run=True)) == [("approved",)]
    rows[1][rows[0].index("title")] = "=LEN(A2)"
    assert "title holds a formula" in brought_back(store, as_workbook(rows), "a.xlsx").lines[0].refused


def test_a_deleted_note_column_keeps_the_notes(store: Store) -> None:
    """Without the column a note stays as it is."""
    rows = approved_rows(store)
    rows[1][2] = "see lesson 3"
    brought_back(store, as_csv(rows).encode())
    again = without_note(approved_rows(store))
    again[1][1] = "rejected"
    assert did(brought_back(store, as_csv(again).encode())) == [("rejected",)]
    assert list(store.reviews.notes([1]).values()) == ["see lesson 3"]


def test_a_table_without_its_verdicts_is_never_nothing_to_do(store: Store) -> None:
    """A heading of another name hides every decision: that is said. What else the table asks for is done."""
    rows = approved_rows(store)
    rows[0][1] = "Verdict of Ann"
    with pytest.raises(ExportError, match="no column 'verdict'"):
        brought_back(store, as_csv(rows).encode())
    rows[1][2] = "see lesson 3"
    assert did(brought_back(store, as_csv(rows).encode())) == [("noted",)]


def test_an_apostrophe_of_the_csv_is_no_edit(store: Store) -> None:
    """A guarded cell of a CSV that was saved as a workbook is the text it guards."""
    row = store.drafts.get(1)
    put(store, "cl-en-02", {**row.content, "title": "=Morning"})
    rows = list(csv.reader(io.StringIO(written(store, "csv").decode("utf-8-sig"), newline="")))
    assert rows[2][3] == "'=Morning"
    assert brought_back(store, as_workbook(rows), "a.xlsx").lines == ()


def test_no_revision_looks_like_a_number(store: Store) -> None:
    """Every revision begins with a letter; one of an older export is accepted with and without a spreadsheet's help."""
    assert all(row[-1].startswith("r") for row in approved_rows(store)[1:])
    for cell in ("r497146660292", "497146660292", "4.97147E+11", "4,97147E+11"):
        assert is_revision(cell, "r497146660292")
    for cell in ("", "4.97148E+11", "4.9E+11", "r497146660293", "nan"):
        assert not is_revision(cell, "r497146660292")
    assert is_revision("12345678901", "r012345678901")
    assert is_revision("1.23457E+130", "r12345678e123")
    assert not is_revision("1.23457E+130", "r1234567e1230")


def test_no_row_is_never_nothing_to_do(store: Store, tmp_path: Path) -> None:
    """A heading without rows, and a table of another database, are errors and not an empty success."""
    rows = approved_rows(store)
    with pytest.raises(ExportError, match="has a heading and no rows"):
        brought_back(store, as_csv(rows[:1]).encode())
    with Store.open(tmp_path / "b.db") as other, pytest.raises(ExportError, match="is in this database"):
        brought_back(other, written(store, "csv"))


def test_a_workbook_bomb_is_not_opened(store: Store) -> None:
    """A part that unpacks to a hundred times its size, or shared strings past the bound, are refused before reading."""
    fifth_of_noise = Random(1).randbytes(2**20 // 5).ljust(2**20)
    for filler in (b"<si/>" * (4 * 2**20), fifth_of_noise * (MOST_SHARED // 2**20 + 1)):
        out = io.BytesIO()
        with ZipFile(io.BytesIO(as_workbook(approved_rows(store)))) as good, ZipFile(out, "w", ZIP_DEFLATED) as bad:
            for name in good.namelist():
                bad.writestr(name, good.read(name))
            bad.writestr("xl/sharedStrings.xml", filler, compresslevel=1)
        with pytest.raises(ExportError, match="unpacks to"):
            brought_back(store, out.getvalue(), "a.xlsx")


def test_a_workbook_under_the_name_of_a_text_is_read(store: Store) -> None:
    """Its first bytes say what a file is."""
    assert did(brought_back(store, as_workbook(approved_rows(store)), "a.csv")) == [("approved",)]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "an older .xls file, or protected by a password"),
        (open_document(), "OpenDocument spreadsheet"),
    ],
)
def test_a_workbook_of_another_sort_is_named(store: Store, body: bytes, told: str) -> None:
    """An .xls file, a password and an .ods file are each one line that says what to do."""
    with pytest.raises(ExportError, match=told):
        brought_back(store, body, "a.xlsx")


def test_a_row_without_its_revision_is_refused_alone(store: Store) -> None:
    """A row that was cut off before its last column stops no other row."""
    rows = approved_rows(store)
    rows += [["7", *rows[1][1:-1]]]
    lines = brought_back(store, as_csv(rows).encode()).lines
    assert [(line.did, line.refused != "") for line in lines] == [(("approved",), False), ((), True)]


def test_characters_that_a_spreadsheet_lost_are_no_edit(store: Store) -> None:
    """A table saved in an older encoding has "?" for them: the field stays; with an edit beside them it is refused."""
    put(store, "cl-zh-01")
    rows = list(csv.reader(io.StringIO(written(store, "csv").decode("utf-8-sig"), newline="")))
    rows[2][1] = "approved"
    lossy = as_csv(rows).encode("latin-1", "replace")
    assert did(brought_back(store, lossy, dry_run=True)) == [("approved",)]
    rows[2][rows[0].index("title")] = "??? and more"
    (line,) = brought_back(store, as_csv(rows).encode("latin-1", "replace")).lines
    assert line.did == () and "CSV UTF-8" in line.refused
