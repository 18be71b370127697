"""
The desk below the filters: tabs with counts, what the last key did, the draft or the table, the page_state's progress.
"""

from __future__ import annotations

import streamlit as st

from dashboard import shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens.refill import refill_button
from dashboard.screens.review import actions, address
from dashboard.screens.review.address import TABS, VIEWS, Wanted
from dashboard.screens.review.bulk import bulk_menu
from dashboard.screens.review.filters import put
from dashboard.screens.review.focus import focus, undo_button
from dashboard.screens.review.state import page_state
from dashboard.screens.review.table import table
from dashboard.screens.review.words import REASON, TAB, VIEW
from dashboard.text import _
from engine.reports import ReviewCounts


def desk() -> None:
    """Draw the desk for what the address asks for now."""
    with shared.telling():
        wanted, _unknown = address.read(st.query_params.to_dict())
        counts = shared.store().reviews.counts(wanted.every)
        _head(wanted, counts)
        _messages()
        if not number(wanted.tab, counts):
            _nothing(wanted, counts)
        elif wanted.view == "focus":
            focus(wanted)
        else:
            table(wanted, number(wanted.tab, counts))


def number(tab: str, counts: ReviewCounts) -> int:
    """How many drafts a tab holds."""
    return counts.pending + counts.approved + counts.rejected if tab == "all" else int(getattr(counts, tab))


def _head(wanted: Wanted, counts: ReviewCounts) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.session_state["review_tab"] = wanted.tab
        st.segmented_control(
            _("Review"),
            TABS,
            format_func=lambda tab: f"{label(TAB, tab)} · {number(tab, counts):,}",
            required=True,
            key="review_tab",
            label_visibility="collapsed",
            on_change=_turn,
            args=("tab",),
        )
        if wanted.tab in ("pending", "flagged") and number(wanted.tab, counts) > 1:
            bulk_menu(wanted, number(wanted.tab, counts))
        if wanted.tab in ("rejected", "all"):
            refill_button(wanted.every, "review_refill")
        st.space("stretch")
        _progress(counts.pending)
        st.session_state["review_view"] = wanted.view
        st.segmented_control(
            _("View"),
            VIEWS,
            format_func=lambda view: label(VIEW, view),
            required=True,
            key="review_view",
            label_visibility="collapsed",
            on_change=_turn,
            args=("view",),
        )


def _turn(part: str) -> None:
    value = st.session_state[f"review_{part}"]
    put(part, None if value in (TABS[0], VIEWS[0]) else value)
    here = page_state()
    here.editing = None
    here.tell()


def _progress(left: int) -> None:
    """Done, left, and drafts a minute between the first key of the session and the last."""
    here = page_state()
    done = shared.store().reviews.session(here.who, here.began_at)
    if not done.drafts:
        return
    words = _("{done} done · {left} left", done=f"{done.drafts:,}", left=f"{left:,}")
    minutes = ((done.last_at or 0.0) - (done.first_at or 0.0)) / 60
    if done.decisions > 2 and minutes > 0:
        words += " · " + _("{rate} per minute", rate=f"{(done.decisions - 1) / minutes:.0f}")
    st.progress(done.drafts / (done.drafts + left), text=words, width=230)


def _messages() -> None:
    here = page_state()
    if here.problem:
        st.warning(plain(here.problem), icon=":material/group:")
    if here.rejected is not None:
        _why(here.rejected)
    elif here.said:
        st.caption(plain(here.said))


def _why(draft: int) -> None:
    """The reason of the last rejection, given while the next draft is already there: a key of its own, or none."""
    last = next((row for row in shared.store().reviews.history(draft, limit=1) if row.verdict == "rejected"), None)
    if last is None or last.undone_at is not None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption(_("#{draft} rejected. Why?", draft=draft), width="content")
        for key, reason in enumerate(REASON, 1):
            st.button(
                label(REASON, reason),
                shortcut=str(key),
                type="primary" if last.note == reason else "tertiary",
                on_click=actions.give_reason,
                args=(draft, reason),
                key=f"review_why_{draft}_{reason}",
            )


def _nothing(wanted: Wanted, counts: ReviewCounts) -> None:
    with st.container(border=True):
        if not number("all", counts):
            st.subheader(_("No draft matches"))
            st.markdown(_("Remove a search word or a filter, or show all runs."))
            st.page_link(shared.REVIEW, label=_("Show the drafts of all runs"), icon=":material/filter_alt_off:")
        elif wanted.tab == "pending":
            st.subheader(_("All drafts are reviewed"))
            done = {name: f"{getattr(counts, name):,}" for name in ("approved", "rejected")}
            st.markdown(_("{approved} approved, {rejected} rejected. The other tabs show them.", **done))
            st.page_link(shared.LAUNCH, label=_("Launch a run"), icon=":material/rocket_launch:")
        else:
            st.subheader(_("No drafts here"))
            st.markdown(_("See the other tabs above."))
    undo_button()
