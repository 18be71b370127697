"""
Applies the verdicts, notes and edits of an imported table: those of a draft all together, or none of them.

A row whose cells still give its revision asks for nothing. One that was changed is taken only if the draft still is
what was exported: what somebody decided or wrote meanwhile is never overwritten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from engine.errors import ExportError
from engine.export.columns import (
    RowTable,
    editable,
    is_revision,
    own_columns,
    revision,
    row_cells,
    row_tables,
    same,
    with_cells,
    with_row,
)
from engine.export.guard import guarded, unguarded
from engine.export.read_back import Read, ReadBack
from engine.export.reading import TableLine, read_lines
from engine.export.selection import Marked
from engine.export.typed import VERDICTS, lost_characters, number_of, verdict_of, without_characters
from engine.kinds import check_item, missing_word_flags, missing_words, search_text, slot_words, title
from engine.kinds.text import clean
from engine.messages import NOTHING, Message, reason_name
from engine.spec import RunSpec, kind_names
from engine.store import DraftFilter, Edit, ImportedReview, Reviewer, Store
from engine.work import Content

_PAGE = 200
_MOST_IDS = 10_000
_CHANGED = Message("row_changed")
_LOST = Message("row_lost")


def import_reviews(
    store: Store, file: BinaryIO, name: str, *, dry_run: bool = False, who: Reviewer | str = "import"
) -> ReadBack:
    """
    Apply the verdicts, notes and edits of an exported table.

    Args:
        store: Where the drafts are.
        file: The table, open at its beginning.
        name: Its name: .csv or .xlsx.
        dry_run: Only say what would be done.
        who: Whose decisions they are.

    Raises:
        ExportError: the file cannot be read, has no rows, has no column of verdicts and asks for nothing else, or none
            of its drafts is in this database. What was applied before a damaged part stays and can be undone.
    """
    rows = 0
    untouched: set[int] = set()
    is_undecided = False
    asking: dict[object, list[TableLine]] = {}
    for line in read_lines(file, name):
        rows += 1
        is_undecided = is_undecided or (line.table == "drafts" and "verdict" not in line.cells)
        if not _untouched(line):
            asking.setdefault(_draft_of(line) or line.cells.get("draft", "").strip(), []).append(line)
        elif (draft := _draft_of(line)) is not None:
            untouched.add(draft)
    if not rows:
        raise ExportError("import_empty", file=name)
    if not asking:
        _check_known(store, untouched, name)
    groups = iter(asking.values())
    lines: list[Read] = []
    specs: dict[int, RunSpec] = {}
    while page := list(islice(groups, _PAGE)):
        lines += _apply(store, page, specs, dry_run, who)
    if is_undecided and not lines:
        raise ExportError("import_no_verdict", file=name)
    return ReadBack(rows, tuple(lines))


def _check_known(store: Store, ids: Collection[int], name: str) -> None:
    """
    Raises:
        ExportError: the store has none of these drafts: the table is from another database.
    """
    left = iter(ids)
    while page := list(islice(left, _MOST_IDS)):
        if store.drafts.page(DraftFilter(ids=page), limit=1):
            return
    raise ExportError("import_foreign", n=len(ids), file=name)


def _untouched(line: TableLine) -> bool:
    """Whether the row's own cells still give its revision; one that lacks a column is looked at."""
    columns = own_columns(line.table, line.cells.get("kind", ""))
    if not {*columns, "revision"} <= set(line.cells) or line.formulas & set(columns):
        return False
    return is_revision(line.cells["revision"], revision(line.cells[name] for name in columns))


def _apply(
    store: Store, groups: Sequence[list[TableLine]], specs: dict[int, RunSpec], dry_run: bool, who: Reviewer | str
) -> Iterator[Read]:
    """The lines of some drafts, a group each; all their writes go into one commit."""
    ids = [number for group in groups if (number := _draft_of(group[0])) is not None]
    found = {row.id: row for row in store.drafts.page(DraftFilter(ids=ids), limit=len(ids))} if ids else {}
    notes = store.reviews.notes(list(found))
    weighed: list[tuple[list[Read], Future[bool] | None]] = []
    for group in groups:
        row = found.get(_draft_of(group[0]) or 0)
        if row is None or not row.content:
            why = Message("row_unknown" if row is None else "row_cleaned")
            weighed.append(([Read(line.table, line.number, _draft_of(line), why=why) for line in group], None))
            continue
        if row.run not in specs:
            specs[row.run] = RunSpec.from_json(store.runs.get(row.run).spec)
        reads, returned = weigh(Marked(row, notes.get(row.id, "")), group, specs[row.run])
        applying = None if returned is None or dry_run else store.reviews.apply_import(returned, who)
        weighed.append((reads, applying))
    for reads, applying in weighed:
        yield from reads if applying is None or applying.result() else (_refuse(read, _CHANGED) for read in reads)


def _draft_of(line: TableLine) -> int | None:
    return number_of(line.cells.get("draft", ""))


def weigh(marked: Marked, lines: Iterable[TableLine], spec: RunSpec) -> tuple[list[Read], ImportedReview | None]:
    """
    Decide what the lines of one draft ask for; pure.

    Returns:
        The result of each line, and the change to make: None when a line is refused or none asks for a change.
    """
    draft, change = marked.draft, _Change(marked.draft.content)
    reads = []
    seen: dict[tuple[str, str], TableLine] = {}
    for line in lines:
        first = seen.setdefault((line.table, _key(line)), line)
        if first is not line and first.cells == line.cells:
            continue  # the same line again, whole, asks for nothing new
        twice = Message("row_twice", {"line": first.number})
        asked = _ask(marked, line, change, spec.kind) if first is line else ((), twice)
        reads.append(Read(line.table, line.number, draft.id, *asked))
    reads = [read for read in reads if read.did or read.refused]
    edit, refusal = _edit(marked, change.content, spec)
    if refusal is not NOTHING:
        reads = [_refuse(read, refusal) if "edited" in read.did else read for read in reads]
    if any(read.refused for read in reads):
        return _held(reads), None
    if edit is None:  # what differed was cleaned away, or was no difference
        reads = [replace(read, did=tuple(word for word in read.did if word != "edited")) for read in reads]
        reads = [read for read in reads if read.did]
    if not reads:
        return [], None
    return reads, ImportedReview(draft, edit, change.verdict, change.note)


def _edit(marked: Marked, content: Content, spec: RunSpec) -> tuple[Edit | None, Message]:
    """The edit that makes this content, None where there is nothing to edit; or why it is no valid draft."""
    draft = marked.draft
    if content == draft.content:
        return None, NOTHING
    checked = check_item(content, spec, draft.level, spec.source_of(draft.topic), topic=draft.topic, by_hand=True)
    made = checked.content
    if made is None:
        problem = {"kind": draft.kind, "code": reason_name(checked.code), "detail": checked.detail}
        return None, Message("row_invalid", problem)
    if made == draft.content:
        return None, NOTHING
    flags = (*missing_word_flags(missing_words(made, spec, slot_words(spec, draft.as_slot))), *checked.flags)
    return Edit(draft.id, made, title(made), search_text(made), flags, checked.grading), NOTHING


_Asked = tuple[tuple[str, ...], Message]
"""What a line asks for, or why it is refused."""


@dataclass(slots=True)
class _Change:
    """What the lines of a draft have asked for so far."""

    content: Content
    verdict: str | None = None
    note: str | None = None


def _ask(marked: Marked, line: TableLine, change: _Change, kind: str) -> _Asked:
    table = _table(line)
    if "revision" not in line.cells or (table and table.key not in line.cells):
        return (), Message("row_cut")
    computed = [name for name in own_columns(line.table, kind) if name in line.formulas]
    if computed:
        return (), Message("row_formula", {"column": computed[0]})
    return _table_row(marked, line, change, table) if table else _row(marked, line, change, kind)


def _row(marked: Marked, line: TableLine, change: _Change, kind: str) -> _Asked:
    draft, now = marked.draft, editable(marked)
    given = _given(line, now)
    differ = {name for name in now if not same(given[name], now[name])} - {"verdict"}
    verdict = verdict_of(given["verdict"]) or draft.review
    if not differ and verdict == draft.review:
        return (), NOTHING
    if verdict not in VERDICTS:
        return (), Message("row_verdict", {"verdict": given["verdict"][:40]})
    if not is_revision(line.cells["revision"], revision(now.values())):
        return (), _CHANGED
    if any(lost_characters(given[name], now[name]) for name in differ):
        return (), _LOST
    did = []
    if differ - {"note"}:
        # A cell that was not touched keeps the field as it is stored, to the letter.
        cells = {name: given[name] if name in differ else now[name] for name in now}
        change.content = with_cells(change.content, kind, cells)
        did.append("edited")
    if verdict != draft.review:
        change.verdict, change.note = verdict, marked.note or None  # a new decision keeps the note
        did.append(verdict)
    if "note" in differ:
        change.note = clean(given["note"])
        did.append("noted")
    return tuple(did), NOTHING


def _table(line: TableLine) -> RowTable | None:
    return next((table for table in row_tables(kind_names()) if table.name == line.table), None)


def _key(line: TableLine) -> str:
    table = _table(line)
    return line.cells.get(table.key, "") if table else ""


def _table_row(marked: Marked, line: TableLine, change: _Change, table: RowTable) -> _Asked:
    rows = marked.draft.content.get(table.name, ())
    key = line.cells[table.key].strip()
    row = next((one for one in rows if one[table.field] in (key, number_of(key))), None)
    if row is None:
        return (), Message("row_key", {"key": table.key, "value": key[:20], "table": table.name})
    now = row_cells(table, row)
    given = _given(line, now)
    differ = {name for name in now if not same(given[name], now[name])}
    if not differ:
        return (), NOTHING
    if not is_revision(line.cells["revision"], revision(now.values())):
        return (), _CHANGED
    if any(lost_characters(given[name], now[name]) for name in differ):
        return (), _LOST
    cells = {name: given[name] if name in differ else now[name] for name in now}
    change.content = with_row(change.content, table, row[table.field], cells)
    return ("edited",), NOTHING


def _given(line: TableLine, now: Mapping[str, str]) -> dict[str, str]:
    """The row's cells; a column that was deleted, or saved without some characters, leaves its field as it is now."""
    return {name: _meant(line.cells[name], now[name]) if name in line.cells else now[name] for name in now}


def _meant(cell: str, now: str) -> str:
    """A cell without the apostrophe that a CSV wrote before it and a workbook kept as text."""
    cell = unguarded(cell) if guarded(now) != now else cell
    return now if without_characters(cell, now) else cell


def _held(reads: list[Read]) -> list[Read]:
    """Refuse all lines of a draft that has a refused line."""
    return [read if read.refused else _refuse(read, Message("row_other")) for read in reads]


def _refuse(read: Read, why: Message) -> Read:
    return Read(read.table, read.line, read.draft, why=why)
