"""What the exports' tests share: a store that holds the sample drafts, and a hypothesis of nasty text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import strategies as st

from engine import export
from engine.export.selection import Marked
from engine.kinds import check_item
from engine.kinds.examples import examples
from engine.kinds.text import clean
from engine.spec import RunSpec, Tuning
from engine.store import CallStart, DraftFilter, DraftRow, Kept, NewRun, Settlement, Store
from engine.work import Content, Draft, Grading, plan
from tests.unit.test_kinds_kit import level_of, sample, spec_for

CLOZE = ("cl-en-01", "cl-ja-01", "cl-zh-01")
ALL = (*CLOZE, "sh-en-01", "sh-ja-01", "sh-zh-01", "al-en-01", "al-ja-01", "al-zh-01")

SIGNS = (
    "- a list", "=1+1", '=HYPERLINK("http://x","y")', "＝1+1", "＋1", "－1", "＠x", "@SUM(A1)", "+1", "-1", "'=1",
    "''=1", "'", "'- x", 'say "no"', "a,b;c\td", "line\nline", "- one\n- two", "\n=1", "日本語、中文。", "🙂👍🏽",
    "a\\nb", "\\", "\\e", "x_x0041_y", "_x005F_", "|", "a | b", "A: b", "A：b", "{{c1::x}}", "}}", "::", "a::b",
    "<b>&amp;</b>", "$x$", "~#}", "100%", " ", "#REF!", "1e5", "007", "1/2", "TRUE", "\u3000x",
)  # fmt: skip
NASTY = st.sampled_from(SIGNS)
TEXT = st.one_of(NASTY, st.text(max_size=40), st.lists(NASTY, min_size=2, max_size=3).map("".join)).map(clean)
WORDS = TEXT.filter(bool)


def put(store: Store, name: str, content: Content | None = None) -> int:
    """A run of one draft, made from a sample; the draft's id."""
    spec = spec_for(name)
    if content is not None:
        return put_draft(store, spec, content, name)
    checked = check_item(sample(name), spec, level_of(name))
    assert checked.content is not None
    return put_draft(store, spec, checked.content, name, checked.grading)


def put_reading(store: Store) -> int:
    """A run of one reading, which the samples do not have; the draft's id."""
    one = examples("reading", "en")[0]
    spec = RunSpec("reading", "en", (one.level,), (one.topic,))
    made = check_item(one.item, spec, one.level).content
    assert made is not None
    return put_draft(store, spec, made, "reading")


def put_draft(store: Store, spec: RunSpec, made: Content, name: str, grading: Grading | None = None) -> int:
    """A run of one draft; the draft's id."""
    slots = plan(spec)
    run = store.runs.create(NewRun(spec, Tuning(), "fast"), slots, [f"{name}/0"]).result()
    call = store.calls.start(CallStart(run, 0, 1, (0,), 100.0)).result()
    draft = Draft(slots[0], made, grading=grading)
    kept = Kept(draft, made["title"], str(made))
    store.calls.settle(Settlement(call, "ok", drafts=[kept], ended_at=102.0)).result()
    return store.drafts.page(DraftFilter(run=run))[0].id


def filled(store: Store, names: Iterable[str] = ALL) -> list[DraftRow]:
    """A draft of each of these samples."""
    return [store.drafts.get(put(store, name)) for name in names]


def written(store: Store, fmt: str, chosen: DraftFilter | None = None, at: float | None = None) -> bytes:
    """An export as bytes."""
    out = io.BytesIO()
    export.write_to(store, chosen or DraftFilter(), fmt, out, at)
    return out.getvalue()


def brought_back(store: Store, table: bytes, name: str = "table.csv", dry_run: bool = False) -> export.ReadBack:
    """A table imported."""
    return export.import_reviews(store, io.BytesIO(table), name, dry_run=dry_run)


def nasty_cloze(words: Mapping[str, Any]) -> Content:
    """A cloze whose every text is given."""
    blank = {
        "id": 1,
        "answer": words["answer"],
        "acceptable": list(words["texts"]),
        "type": "grammar",
        "hint": words["hint"],
        "distractors": list(words["texts"]),
        "explanation": words["explanation"],
    }
    return {"title": words["title"], "passage": f"{words['before']}{{{{1}}}}{words['after']}", "blanks": [blank]}


def row_of(content: dict[str, Any], kind: str = "cloze", note: str = "") -> Marked:
    """A draft as a writer gets it, without a store."""
    facts: dict[str, Any] = dict.fromkeys(DraftRow.model_fields)
    return Marked(
        DraftRow.of({**facts, "id": 1, "kind": kind, "lang": "en", "level": 1, "topic": "=topic", "review": "pending",
                    "title": content["title"], "content": content, "flags": ()}), note)  # fmt: skip
