"""
The list of runs: a page of cards, newest first, with chips to narrow it by state.
"""

from __future__ import annotations

import math

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.labels import label
from dashboard.screens import notices
from dashboard.screens.runs.cards import GOING
from dashboard.screens.units import duration
from dashboard.text import _, plural
from engine import RunRow
from engine.reports import progress_of

PAGE = 10
TICK_S, SLOW_TICK_S = 2.0, 5.0
"""How often the list is read again: while a run goes on, and while none does."""
ALL = "all"
LEFT = "interrupted"


def runs_list() -> None:
    """Draw the list; it refreshes itself while something is on its way."""
    st.title(_("Runs"))
    if not shared.store().runs.count():
        _empty()
        st.fragment(_watch, run_every=SLOW_TICK_S)()
        return
    busy = any(shared.store().runs.count(state) for state in ("queued", "running")) or shared.store().runs.due(math.inf)
    st.fragment(_body, run_every=TICK_S if busy else SLOW_TICK_S)()


def _watch() -> None:
    """Draw the page again when another process has made the first run."""
    if shared.store().runs.count():
        st.rerun()


def _body() -> None:
    with shared.telling():
        notices.trouble()
        notices.offer()
        _page()


def _page() -> None:
    store = shared.store()
    counts = {state: store.runs.count(state) for state in labels.RUN_STATE}
    going = _going()
    counts = {ALL: sum(counts.values()), LEFT: 0, **counts, **{state: len(rows) for state, rows in going.items()}}
    counts = {state: count for state, count in counts.items() if count or state == ALL}
    if st.session_state.get("runs_state") not in counts:
        st.session_state["runs_state"] = ALL
    st.segmented_control(
        _("State"),
        list(counts),
        format_func=lambda state: (
            f"{_('All') if state == ALL else label(labels.RUN_STATUS, state)} · {counts[state]:,}"
        ),
        required=True,
        key="runs_state",
        label_visibility="collapsed",
        persist_state="session",
    )
    chosen = st.session_state["runs_state"]
    pages = max(1, math.ceil(counts[chosen] / PAGE))
    page = st.session_state.get(f"runs_page_{chosen}", 1)
    start = (min(page, pages) - 1) * PAGE
    if chosen in going:
        rows = going[chosen][start : start + PAGE]
    else:
        rows = store.runs.page(PAGE, start, None if chosen == ALL else chosen)
    for row in rows:
        _card(row)
    if pages > 1:
        st.pagination(pages, key=f"runs_page_{chosen}")


def _going() -> dict[str, list[RunRow]]:
    """The runs that are queued or running, newest first, those that nobody works on apart: a row cannot tell."""
    found: dict[str, list[RunRow]] = {LEFT: [], "queued": [], "running": []}
    for row in shared.store().runs.in_states(GOING):
        now = shared.runner().status(row)
        found[LEFT if now == LEFT else row.state].append(row)
    return found


def _card(row: RunRow) -> None:
    totals = row.totals
    with st.container(border=True, key=f"run_card_{row.id}"):
        what, progress_bar, figures = st.columns([5, 3, 3], vertical_alignment="center", gap="medium")
        with what:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                state_badge(shared.runner().status(row))
                if row.purpose == "review":
                    st.badge(_("Review"), icon=":material/rate_review:", color="violet")
                st.page_link(shared.RUNS, label=f"**{name(row)}**", query_params={"run": str(row.id)})
            st.text(topics(row), wrap=False)
            if row.retry_at is not None:
                st.caption(notices.waits(row))
        with progress_bar:
            share = totals.drafted / totals.planned if totals.planned else 0.0
            st.progress(share, text=how_far(row))
        with figures:
            summary = progress_of(shared.store(), row.id, cells=False).summary
            parts = [
                duration(summary.wall_s or None),
                speed(row, charts.rate(summary.items_per_s)),
                charts.money(totals.cost_usd),
            ]
            st.caption(charts.plain(" · ".join(parts)))


def state_badge(state: str) -> None:
    """How a run stands, as a chip."""
    st.badge(
        label(labels.RUN_STATUS, state),
        icon=labels.RUN_ICON.get(state, ":material/help:"),
        color=labels.RUN_COLOR.get(state, "gray"),
    )


def name(row: RunRow) -> str:
    """What a run is called: its number, kind, language and levels, all of them words of ours."""
    levels = _(", ").join(f"L{level}" for level in row.spec["levels"])
    kind, lang = label(labels.KIND, row.kind), label(labels.LANG, row.lang)
    if row.purpose == "review":
        kind = _("Review of run {run}", run=row.parent_run)
    return f"{_('Run {run}', run=row.id)} · {kind} · {lang} · {levels}"


def how_far(row: RunRow) -> str:
    """How much of a run is there, in the words of what it makes."""
    have, planned = f"{row.totals.drafted:,}", f"{row.totals.planned:,}"
    if row.purpose == "review":
        return _("{have} of {all} judgements", have=have, all=planned)
    return _("{have} of {all} drafts", have=have, all=planned)


def speed(row: RunRow, rate: str) -> str:
    """A run's speed, in the words of what it makes."""
    return _("{rate} judgements/s", rate=rate) if row.purpose == "review" else _("{rate} drafts/s", rate=rate)


def topics(row: RunRow) -> str:
    """A run's topics in one line, as its writer wrote them."""
    named = row.spec["topics"]
    shown = _(", ").join(named[:5])
    more = len(named) - 5
    return f"{shown} {plural('and {n} more', 'and {n} more', more)}" if more > 0 else shown


def _empty() -> None:
    with st.container(border=True):
        st.subheader(_("No runs yet"))
        st.markdown(_("A run requests drafts from a provider and saves every one. Start the first with one click."))
        st.page_link(shared.LAUNCH, label=_("Launch the first run"), icon=":material/rocket_launch:")
