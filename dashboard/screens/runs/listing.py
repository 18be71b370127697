"""
The list of runs: a page of cards, newest first, with chips to narrow it by state.
"""

from __future__ import annotations

import math

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.labels import label
from dashboard.screens import notices
from dashboard.text import _, plural
from engine import RunRow, interrupted, progress

PAGE = 10
ALL = "all"
LEFT = "interrupted"


def runs_list() -> None:
    """Draw the list; it refreshes itself while something is on its way."""
    st.title(_("Runs"))
    if not shared.store().count_runs():
        _empty()
        return
    busy = any(shared.store().count_runs(state) for state in ("queued", "running")) or shared.store().due(math.inf)
    st.fragment(_body, run_every=2.0 if busy else None)()


def _body() -> None:
    with shared.telling():
        notices.trouble()
        notices.offer()
        _page()


def _page() -> None:
    store = shared.store()
    counts = {state: store.count_runs(state) for state in labels.RUN_STATE}
    left = [row for row in interrupted(store, shared.runner().has) if row.state != "paused"]
    counts = {ALL: sum(counts.values()), LEFT: len(left), **counts}
    counts = {state: count for state, count in counts.items() if count or state == ALL}
    if st.session_state.get("runs_state") not in counts:
        st.session_state["runs_state"] = ALL
    st.segmented_control(
        _("State"),
        list(counts),
        format_func=lambda state: f"{_('All') if state == ALL else label(labels.STANDING, state)} · {counts[state]:,}",
        required=True,
        key="runs_state",
        label_visibility="collapsed",
        persist_state="session",
    )
    chosen = st.session_state["runs_state"]
    pages = max(1, math.ceil(counts[chosen] / PAGE))
    page = st.session_state.get(f"runs_page_{chosen}", 1)
    start = (min(page, pages) - 1) * PAGE
    rows = left[start : start + PAGE] if chosen == LEFT else store.runs(PAGE, start, None if chosen == ALL else chosen)
    for row in rows:
        _card(row)
    if pages > 1:
        st.pagination(pages, key=f"runs_page_{chosen}")


def _card(row: RunRow) -> None:
    totals = row.totals
    with st.container(border=True, key=f"run_card_{row.id}"):
        what, how_far, figures = st.columns([5, 3, 3], vertical_alignment="center", gap="medium")
        with what:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                state_badge(shared.runner().standing(row))
                st.page_link(shared.RUNS, label=f"**{name(row)}**", query_params={"run": str(row.id)})
            st.text(topics(row), wrap=False)
            if row.retry_at is not None:
                st.caption(notices.waits(row))
        with how_far:
            share = totals.drafted / totals.planned if totals.planned else 0.0
            st.progress(share, text=_("{have} of {all} drafts", have=f"{totals.drafted:,}", all=f"{totals.planned:,}"))
        with figures:
            summary = progress(shared.store(), row.id, cells=False).summary
            parts = [
                charts.duration(summary.wall_s or None),
                _("{rate} drafts/s", rate=charts.rate(summary.items_per_s)),
                charts.money(totals.cost_usd),
            ]
            st.caption(charts.plain(" · ".join(parts)))


def state_badge(state: str) -> None:
    """How a run stands, as a chip."""
    st.badge(
        label(labels.STANDING, state),
        icon=labels.RUN_ICON.get(state, ":material/help:"),
        color=labels.RUN_COLOR.get(state, "gray"),
    )


def name(row: RunRow) -> str:
    """What a run is called: its number, kind, language and levels, all of them words of ours."""
    levels = ", ".join(f"L{level}" for level in row.spec["levels"])
    kind, lang = label(labels.KIND, row.kind), label(labels.LANG, row.lang)
    return f"{_('Run {run}', run=row.id)} · {kind} · {lang} · {levels}"


def topics(row: RunRow) -> str:
    """A run's topics in one line, as its writer wrote them."""
    named = row.spec["topics"]
    shown = ", ".join(named[:5])
    more = len(named) - 5
    return f"{shown} {plural('and {n} more', 'and {n} more', more)}" if more > 0 else shown


def _empty() -> None:
    with st.container(border=True):
        st.subheader(_("No runs yet"))
        st.markdown(_("A run asks a provider for drafts and keeps every one of them. The first takes one button."))
        st.page_link(shared.LAUNCH, label=_("Launch the first run"), icon=":material/rocket_launch:")
