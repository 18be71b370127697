"""
The runs as a table: a search, filters and an order above it, a page of rows below, each with the runs made from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.labels import label
from dashboard.screens import notices
from dashboard.screens.form.state import KEEP
from dashboard.screens.runs.cards import GOING
from dashboard.screens.runs.names import state_badge, topics
from dashboard.screens.runs.whole import Whole, draw_parts, whole_of
from dashboard.text import N_, _
from engine import RunRow
from engine.kinds import kind_names
from engine.reports import RunFilter, RunOrder

PAGE = 10
TICK_S, SLOW_TICK_S = 2.0, 5.0
"""How often the list is read again: while a run goes on, and while none does."""
ALL = "all"
LEFT = "interrupted"
MOST_GOING = 200
ORDER: Mapping[RunOrder, str] = {
    "newest": N_("Newest first"),
    "oldest": N_("Oldest first"),
    "largest": N_("Most drafts"),
    "dearest": N_("Highest cost"),
    "least_reviewed": N_("Least reviewed"),
}
WIDTHS = (2, 5, 3, 2, 2.5, 1.6, 2)


def runs_list() -> None:
    """Draw the list; it is read again every few seconds."""
    st.title(_("Runs"))
    if not shared.store().runs.count():
        _empty()
        st.fragment(_watch, run_every=SLOW_TICK_S)()
        return
    chosen = _filters()
    busy = any(shared.store().runs.count(state) for state in ("queued", "running")) or shared.store().runs.due(math.inf)
    st.fragment(_body, run_every=TICK_S if busy else SLOW_TICK_S)(chosen)


def _watch() -> None:
    """Draw the page again when another process has made the first run."""
    if shared.store().runs.count():
        st.rerun()


def _filters() -> RunFilter:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="runs_filters"):
        text = st.text_input(_("Search"), key="runs_text", placeholder=_("topic, model, tag, note or number"), **KEEP)
        kinds = (None, *kind_names())
        kind = st.selectbox(_("Kind"), kinds, format_func=_any(labels.KIND), key="runs_kind", width=170, **KEEP)
        models = (None, *shared.store().run_list.models())
        model = st.selectbox(_("Model"), models, format_func=_any({}), key="runs_model", width=200, **KEEP)
        st.selectbox(
            _("Order"), list(ORDER), format_func=lambda one: _(ORDER[one]), key="runs_order", width=190, **KEEP
        )
    with st.container(horizontal=True, gap="medium"):
        parts = st.toggle(_("Show parts: comparisons, regenerations, reviews"), key="runs_parts", **KEEP)
        archived = st.toggle(_("Archived"), key="runs_archived", **KEEP)
    return RunFilter(text or "", None, kind, model, archived, not parts)


def _any(names: labels.Table) -> Callable[[str | None], str]:
    return lambda value: _("All") if value is None else label(names, value)


def _body(chosen: RunFilter) -> None:
    with shared.telling():
        notices.trouble()
        notices.offer()
        _page(chosen)


def _page(chosen: RunFilter) -> None:
    run_list = shared.store().run_list
    going = _going(chosen)
    found = run_list.counts(chosen)
    counts = {ALL: sum(found.values()), LEFT: 0, **{state: found.get(state, 0) for state in labels.RUN_STATE}}
    counts |= {state: len(rows) for state, rows in going.items()}
    state = _state({state: count for state, count in counts.items() if count or state == ALL})
    pages = max(1, math.ceil(counts[state] / PAGE))
    start = (min(st.session_state.get(f"runs_page_{state}", 1), pages) - 1) * PAGE
    if state in going:
        rows = going[state][start : start + PAGE]
    else:
        states = None if state == ALL else (state,)
        rows = run_list.page(replace(chosen, states=states), PAGE, start, st.session_state["runs_order"])
    _table(rows, folded=chosen.folded)
    if pages > 1:
        st.pagination(pages, key=f"runs_page_{state}")


def _going(chosen: RunFilter) -> dict[str, list[RunRow]]:
    """The runs that are queued or running, newest first, and apart those that nobody works on: a row cannot tell."""
    found: dict[str, list[RunRow]] = {LEFT: [], "queued": [], "running": []}
    for row in shared.store().run_list.page(replace(chosen, states=GOING), MOST_GOING):
        now = shared.runner().status(row)
        found[LEFT if now == LEFT else row.state].append(row)
    return found


def _state(counts: Mapping[str, int]) -> str:
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
    return str(st.session_state["runs_state"])


def _table(rows: Sequence[RunRow], *, folded: bool) -> None:
    if not rows:
        st.caption(_("No run matches."))
        st.caption(_("Change the search or a filter; archived runs are a list of their own."))
        return
    with st.container(key="runs_head"):
        heads = (_("Date"), _("Name"), _("Model"), _("Drafts"), _("Reviewed"), _("Cost"), _("State"))
        for column, head in zip(st.columns(WIDTHS, gap="small"), heads, strict=True):
            column.caption(head)
    parts = shared.store().run_list.parts([row.id for row in rows])
    for row in rows:
        with st.container(border=True, key=f"run_card_{row.id}", gap="xsmall"):
            whole = whole_of(row, folded=folded)
            _row(whole)
            draw_parts(whole, parts.get(row.id, ()))


def _row(whole: Whole) -> None:
    row = whole.row
    planned, drafted = whole.total("planned"), whole.total("drafted")
    date, what, model, drafts, reviewed, cost, state = st.columns(WIDTHS, vertical_alignment="center", gap="small")
    date.caption(datetime.fromtimestamp(row.created_at).strftime("%Y-%m-%d %H:%M"))
    with what:
        st.page_link(whole.page, label=f"**{charts.plain(whole.name)}**", query_params=dict(whole.query))
        st.text(topics(row), wrap=False)
        if not whole.is_comparison:
            _described(row)
    model.caption(charts.plain(whole.model))
    with drafts:
        st.progress(drafted / planned if planned else 0.0, text=f"{drafted:,} / {planned:,}")
    if drafted and row.unit == "draft":
        decided = whole.total("approved") + whole.total("rejected")
        reviewed.text(_("{share} reviewed", share=charts.percent(decided / drafted)))
    cost.text(charts.money(whole.cost_usd))
    with state:
        state_badge(whole.state)


def _described(row: RunRow) -> None:
    """What a person has written about a run, and when it is tried again."""
    if row.tags:
        st.caption(" ".join(f":gray-badge[{charts.plain(tag)}]" for tag in row.tags))
    if row.remark:
        st.caption(charts.plain(row.remark))
    if row.retry_at is not None:
        st.caption(notices.waits(row))


def _empty() -> None:
    with st.container(border=True):
        st.header(_("No runs yet"))
        st.markdown(_("A run requests drafts from a provider and saves every one. Start the first with one click."))
        st.page_link(shared.LAUNCH, label=_("Launch the first run"), icon=":material/rocket_launch:")
