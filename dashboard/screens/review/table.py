"""
Fifty drafts at a time: choose rows, decide on them, or open one.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import streamlit as st

from dashboard import labels, shared
from dashboard.labels import label
from dashboard.screens import person
from dashboard.screens.review import actions
from dashboard.screens.review.address import Wanted
from dashboard.screens.review.filters import put
from dashboard.screens.review.recent import decision_words
from dashboard.screens.review.state import page_state
from dashboard.screens.review.words import FIELD, FLAG
from dashboard.text import _, plural
from engine import DraftRow
from engine.review import Verdict

PAGE = 50
TALLEST = 760
ROW_HEIGHT = 35
NAMED = ("kind", "lang", "level", "topic", "run", "model")
"""Filters that leave one value of a column."""


def table(wanted: Wanted, count: int) -> None:
    """Draw a page of the tab's drafts and the keys for the rows that are chosen."""
    pages = max(1, math.ceil(count / PAGE))
    # The key holds the filters: other filters begin at the first page.
    pager = f"review_page_{_digest(repr((wanted.tab, wanted.filters)))}"
    page = min(st.session_state.get(pager, 1), pages)
    rows = shared.store().drafts.page(wanted.chosen, PAGE, (page - 1) * PAGE, wanted.order)
    keys = st.container(horizontal=True, gap="xsmall", vertical_alignment="center")
    picked = _pick(rows, _fixed(wanted))
    with keys:
        _keys(picked)
    if pages > 1:
        st.pagination(pages, key=pager)


def _fixed(wanted: Wanted) -> set[str]:
    """The columns that hold one value only, which the tab or a filter names."""
    fixed = {label(FIELD, field) for field in NAMED if wanted.get(field)}
    return fixed if wanted.tab in ("all", "flagged") else {*fixed, _("Review")}


def _pick(rows: Sequence[DraftRow], fixed: set[str]) -> list[DraftRow]:
    """
    The rows chosen in the table.

    Its key holds the ids it shows: a keyed table keeps its selection by position when its rows change, and a press
    would decide on drafts that nobody chose. A table of other rows is another table, with nothing chosen.
    """
    key = f"review_table_{_digest(repr([(row.id, row.review, row.revision) for row in rows]))}"
    lines = [_line(row) for row in rows]
    shown = [name for name in next(iter(lines), {}) if name not in fixed and any(line[name] for line in lines)]
    chosen = st.dataframe(
        [{name: line[name] for name in shown} for line in lines],
        hide_index=True,
        height=min(TALLEST, ROW_HEIGHT * (len(rows) + 1) + 3),
        alt=_("Drafts to select"),
        key=key,
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            _("Draft"): st.column_config.NumberColumn(width=60, format="#%d"),
            _("Flag"): st.column_config.TextColumn(width=150),
            _("Title"): st.column_config.TextColumn(width=300),
            _("Level"): st.column_config.TextColumn(width=50),
            _("Run"): st.column_config.TextColumn(width=50),
        },
    )
    return [rows[position] for position in chosen["selection"]["rows"] if position < len(rows)]


def _line(row: DraftRow) -> dict[str, str | int]:
    return {
        _("Draft"): row.id,
        _("Title"): row.title,
        _("Flag"): " · ".join(label(FLAG, flag.code) for flag in row.flags if flag.severity == "flagged"),
        _("Level"): f"L{row.level}",
        _("Topic"): row.topic,
        _("Kind"): label(labels.KIND, row.kind),
        _("Language"): label(labels.LANG, row.lang),
        _("Review"): label(labels.REVIEW, row.review),
        _("Score"): f"{row.score:.1f}" if row.score is not None else "",
        _("Model"): row.model,
        _("Run"): str(row.run),
    }


def _keys(picked: Sequence[DraftRow]) -> None:
    _verdict(picked, "approved", _("Approve"), ":material/check:", "a")
    _verdict(picked, "rejected", _("Reject"), ":material/close:", "x")
    st.button(
        _("Open"),
        icon=":material/open_in_full:",
        shortcut=shortcut("o"),
        disabled=len(picked) != 1,
        on_click=_open,
        args=(picked[0].id if picked else 0,),
        key="review_open",
    )
    undo_button()
    if picked:
        st.badge(plural("{n} chosen", "{n} chosen", len(picked)), color="blue")
    else:
        st.caption(_("Select rows with the boxes on the left."), width="content")


def _verdict(picked: Sequence[DraftRow], verdict: Verdict, words: str, icon: str, key: str) -> None:
    """The rows that have this verdict already are left out."""
    rows = [row for row in picked if row.review != verdict]
    st.button(
        words,
        icon=icon,
        shortcut=shortcut(key),
        type="primary" if verdict == "approved" else "secondary",
        disabled=not rows,
        on_click=actions.decide_rows,
        args=(rows, verdict),
        key=f"review_{verdict}_{_digest(repr(sorted((row.id, row.revision) for row in rows)))}",
    )


def undo_button() -> None:
    """Undo the person's last decision; its key names it, so that two presses undo two."""
    last = shared.store().reviews.last_decision(person.me())
    st.button(
        _("Undo"),
        icon=":material/undo:",
        shortcut=shortcut("u"),
        disabled=last is None,
        on_click=actions.undo,
        args=(last.batch if last else 0,),
        help=decision_words(last) if last else None,
        key=f"review_undo_{last.batch if last else 0}",
    )


def shortcut(key: str) -> str | None:
    """The key of a button; None while the person has switched the shortcuts off."""
    return key if page_state().keys else None


def _open(draft: int) -> None:
    put("view", None)
    page_state().show(draft)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
