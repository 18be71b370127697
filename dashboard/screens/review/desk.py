"""
What is below the filters: tabs with counts, the draft or the table, the session's progress. Drawn again at every press.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens import person
from dashboard.screens.exports import export_panel
from dashboard.screens.refill import refill_button
from dashboard.screens.review import address
from dashboard.screens.review.address import TABS, Wanted
from dashboard.screens.review.bulk import bulk_menu
from dashboard.screens.review.filters import turn
from dashboard.screens.review.focus import focus
from dashboard.screens.review.state import page_state
from dashboard.screens.review.table import table, undo_button
from dashboard.screens.review.words import TAB
from dashboard.text import _, plural
from engine.reports import ReviewCounts


def desk() -> None:
    """Draw the part of the page that follows a press."""
    with shared.telling():
        wanted, _unknown = address.read(st.query_params.to_dict())
        wanted = replace(wanted, viewer=person.me().id)
        counts = shared.store().reviews.counts(wanted.every)
        held = number(wanted.tab, counts)
        _head(wanted, counts)
        above = st.empty()  # its place is kept: the desk below it is not drawn anew when the last draft is decided
        if not held:
            with above.container():
                _nothing(wanted, counts)
        if wanted.view == "focus":
            focus(wanted)
            return
        messages()
        if held:
            table(wanted, held)


def number(tab: str, counts: ReviewCounts) -> int:
    """How many drafts a tab holds."""
    return counts.pending + counts.approved + counts.rejected if tab == "all" else int(getattr(counts, tab))


def _head(wanted: Wanted, counts: ReviewCounts) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="review_counts"):
        st.session_state["review_tab"] = wanted.tab
        st.segmented_control(
            _("Review"),
            TABS,
            format_func=lambda tab: f"{label(TAB, tab)} · {number(tab, counts):,}",
            required=True,
            key="review_tab",
            label_visibility="collapsed",
            on_change=turn,
            args=("tab",),
        )
        if wanted.tab in ("pending", "flagged") and number(wanted.tab, counts) > 1:
            bulk_menu(wanted, number(wanted.tab, counts))
        if wanted.tab in ("rejected", "all"):
            refill_button(wanted.every, "review_refill")
        st.space("stretch")
        _progress(counts.pending)


def _progress(left: int) -> None:
    """
    Done in this session, left, and drafts a minute between the session's first decision and its last.

    Drawn from the start, so that nothing below it moves at the first decision.
    """
    here = page_state()
    done = shared.store().reviews.session(person.me(), here.began_at)
    words = _("{done} done this session · {left} left", done=f"{done.drafts:,}", left=f"{left:,}")
    minutes = ((done.last_at or 0.0) - (done.first_at or 0.0)) / 60
    if done.decisions > 2 and minutes > 0:
        words += " · " + _("{rate} per minute", rate=f"{(done.decisions - 1) / minutes:.0f}")
    st.progress(done.drafts / max(1, done.drafts + left), text=words, width=270)


def messages() -> None:
    """The last message; one at a time shows its own."""
    here = page_state()
    if here.problem:
        st.warning(plain(here.problem), icon=":material/group:")
    elif here.said:
        st.caption(plain(here.said))


def _nothing(wanted: Wanted, counts: ReviewCounts) -> None:
    with st.container(border=True):
        if not number("all", counts):
            st.header(_("No draft matches"))
            st.markdown(_("Remove a search word or a filter, or show all runs."))
            st.page_link(shared.REVIEW, label=_("Show the drafts of all runs"), icon=":material/filter_alt_off:")
        elif wanted.tab == "pending":
            st.header(_("All drafts are reviewed"))
            done = {name: f"{getattr(counts, name):,}" for name in ("approved", "rejected")}
            st.markdown(_("{approved} approved, {rejected} rejected. The other tabs show them.", **done))
            _onward(wanted, counts)
        else:
            st.header(_("No drafts here"))
            st.markdown(_("See the other tabs above."))
    if wanted.view == "table":
        undo_button()


def _onward(wanted: Wanted, counts: ReviewCounts) -> None:
    """What can be done when all is reviewed: export, regenerate, go on with another run."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if counts.approved:
            words = plural("Export {n} approved draft", "Export {n} approved drafts", counts.approved)
            export_panel(wanted.every, "review_done", words)
        refill_button(wanted.every, "review_done_refill")
        runs = shared.store().drafts.pending_runs(most=1)
        for run, count in runs:
            words = plural(
                "Next: run {run} ({n} pending draft)", "Next: run {run} ({n} pending drafts)", count, run=run
            )
            st.page_link(shared.REVIEW, label=words, icon=":material/arrow_forward:", query_params={"run": str(run)})
        if not runs:
            st.page_link(shared.LAUNCH, label=_("Launch a run"), icon=":material/rocket_launch:")
