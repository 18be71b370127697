"""
The table to choose from and the card to decide on.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens.card import draft_card
from dashboard.text import _, plural
from engine import DraftmillError, DraftRow

TABLE = "review_table"
SHOWN = "review_shown"
CHOSEN = "review_chosen"
DECIDED = "review_decided"
MOST_UNDO = 100
TALLEST = 560
ROW_HEIGHT = 35


def choose_rows(rows: Sequence[DraftRow]) -> None:
    """Show a page of drafts; a click chooses."""
    st.session_state[SHOWN] = [row.id for row in rows]
    if not rows:
        st.info(_("Nothing is left here."), icon=":material/done_all:")
        return
    st.dataframe(
        [
            {
                _("Flag"): "⚑" if row.flagged else "",
                _("Title"): row.title,
                _("Level"): f"L{row.level}",
                _("Topic"): row.topic,
                _("Kind"): label(labels.KIND, row.kind),
                _("Language"): label(labels.LANG, row.lang),
                _("Run"): row.run,
                _("Made"): label(labels.SOURCE, row.source),
            }
            for row in rows
        ],
        hide_index=True,
        height=min(TALLEST, ROW_HEIGHT * (len(rows) + 1) + 3),
        alt=_("Drafts to choose from"),
        key=TABLE,
        on_select=_choose,
        selection_mode="multi-row",
        column_config={
            _("Flag"): st.column_config.TextColumn(width=40),
            _("Title"): st.column_config.TextColumn(width=260),
            _("Level"): st.column_config.TextColumn(width=50),
        },
    )


def chosen_ids(rows: Sequence[DraftRow]) -> list[int]:
    """The drafts chosen in the table; none chosen: the first one of the page."""
    there = [row.id for row in rows]
    chosen = [draft for draft in st.session_state.get(CHOSEN, []) if draft in there]
    return chosen or there[:1]


def desk(rows: Sequence[DraftRow], ids: Sequence[int]) -> None:
    """Show the first of the drafts chosen, and the buttons that decide on all of them."""
    row = next((row for row in rows if row.id in ids), None)
    _buttons(row, ids)
    if row is None:
        return
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(
                label(labels.REVIEW, row.review),
                color=labels.REVIEW_COLOR.get(row.review, "gray"),
            )
            about = f"#{row.id} · {label(labels.KIND, row.kind)} · L{row.level} · {row.topic}"
            st.caption(plain(about), width="content")
            if len(ids) > 1:
                st.badge(plural("{n} chosen", "{n} chosen", len(ids)), color="blue")
        for flag in row.flags:
            words = plain(f"{flag.code}: {flag.detail}" if flag.detail else flag.code)
            st.badge(words, color="orange" if flag.severity == "flagged" else "gray")
        st.html(draft_card(row.kind, row.lang, row.content))


def _buttons(row: DraftRow | None, ids: Sequence[int]) -> None:
    pending = row is not None and row.review == "pending"
    with st.container(horizontal=True):
        for verdict, words, icon, shortcut in (
            ("approved", _("Approve"), ":material/check:", "a"),
            ("rejected", _("Reject"), ":material/close:", "x"),
        ):
            st.button(
                words,
                icon=icon,
                shortcut=shortcut,
                type="primary" if verdict == "approved" else "secondary",
                disabled=not pending,
                on_click=_decide,
                args=(tuple(ids), verdict),
                key=f"review_{verdict}",
            )
        st.button(
            _("Undo"),
            icon=":material/undo:",
            shortcut="u",
            disabled=not st.session_state.get(DECIDED),
            on_click=_undo,
            key="review_undo",
        )
        if row is not None and not pending:
            st.button(_("Back to pending"), icon=":material/history:", on_click=_take_back, args=(tuple(ids),))
    problem = st.session_state.pop("review_problem", None)
    if problem:
        st.error(plain(problem), icon=":material/error:")


def _choose() -> None:
    """Remember ids, not positions: the rows under the positions change with the next decision."""
    shown = st.session_state[SHOWN]
    positions = st.session_state[TABLE]["selection"]["rows"]
    st.session_state[CHOSEN] = [shown[position] for position in positions if position < len(shown)]


def _decide(ids: Sequence[int], verdict: str) -> None:
    _forget_choice()
    try:
        changed = shared.store().decide(ids, "approved" if verdict == "approved" else "rejected").result()
    except DraftmillError as error:
        st.session_state["review_problem"] = str(error)
        return
    if changed:
        st.session_state[DECIDED] = [*st.session_state.get(DECIDED, []), changed][-MOST_UNDO:]
        st.session_state["review_said"] = (
            plural("{n} draft approved", "{n} drafts approved", len(changed))
            if verdict == "approved"
            else plural("{n} draft rejected", "{n} drafts rejected", len(changed))
        )


def _undo() -> None:
    decided = st.session_state.get(DECIDED, [])
    if decided:
        st.session_state[DECIDED] = decided[:-1]
        _take_back(decided[-1])


def _take_back(ids: Sequence[int]) -> None:
    _forget_choice()
    try:
        restored = shared.store().undo(drafts=ids).result()
    except DraftmillError as error:
        st.session_state["review_problem"] = str(error)
        return
    said = plural("{n} draft is pending again", "{n} drafts are pending again", len(restored))
    st.session_state["review_said"] = said


def _forget_choice() -> None:
    """A keyed table keeps its positions when its rows change: forget them, or the next key decides on other drafts."""
    st.session_state.pop(CHOSEN, None)
    st.session_state.pop(TABLE, None)
