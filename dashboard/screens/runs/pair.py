"""
Two runs side by side: what was set differently, the figures with their differences, the drafts of the same slots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard import charts, shared
from dashboard.screens.card import draft_card
from dashboard.screens.runs.parameters import settings_of
from dashboard.screens.runs.whole import in_short
from dashboard.screens.units import duration
from dashboard.text import _
from engine import DraftFilter, DraftRow, RunRow, UnknownRun
from engine.reports import ENOUGH_DECIDED, Progress, RunFilter, progress_of

MOST_OFFERED = 200
SLOTS = 5
"""Slots on a page."""
KEY = "run_pair"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of two runs."""

    name: str
    one: float | None
    other: float | None
    write: Callable[[float | None], str]
    better: Literal["more", "less", ""] = ""
    is_share: bool = False
    """The difference is in percentage points."""


def pair_view(seen: Progress) -> None:
    """Choose another run, then read both."""
    other = _choose(seen.run)
    if other is None:
        st.caption(_("Choose a run to see both side by side."))
        return
    beside = progress_of(shared.store(), other, cells=False)
    heads = tuple(_("Run {run}", run=one.run.id) for one in (seen, beside))
    st.caption(_("One run each: a small difference may be chance. The Compare page repeats runs and gives intervals."))
    _figures(seen, beside, heads)
    _settings(seen, beside, heads)
    _drafts(seen, beside)


def _choose(row: RunRow) -> int | None:
    found = shared.store().run_list.page(RunFilter(kind=row.kind, folded=False), MOST_OFFERED)
    runs = {one.id: one for one in found if one.id != row.id and one.unit == "draft"}
    named = st.query_params.get("with", "")
    if named.isdecimal() and st.session_state.get(KEY) is None and KEY not in st.session_state:
        _offer(runs, int(named[:15]))
    if st.session_state.get(KEY) not in runs:
        st.session_state[KEY] = None
    chosen: int | None = st.selectbox(
        _("Other run"),
        list(runs),
        index=None,
        format_func=lambda one: in_short(runs[one]),
        placeholder=_("Choose a run"),
        key=KEY,
        persist_state="session",
    )
    return chosen


def _offer(runs: dict[int, RunRow], named: int) -> None:
    try:
        runs.setdefault(named, shared.store().runs.get(named))
    except UnknownRun:
        return
    st.session_state[KEY] = named


def figures_of(one: Progress, other: Progress) -> list[Figure]:
    """The figures of two runs; an acceptance rate only from ENOUGH_DECIDED decided drafts on."""

    def pair(read: Callable[[Progress], float | None]) -> tuple[float | None, float | None]:
        return read(one), read(other)

    rate, share, money, count = charts.rate, charts.percent, charts.money, charts.count
    return [
        Figure(_("Drafts"), *pair(lambda run: run.totals.drafted), count),
        Figure(_("Drafts per second"), *pair(lambda run: run.summary.items_per_s), rate, "more"),
        Figure(_("Time"), *pair(lambda run: run.summary.wall_s or None), duration, "less"),
        Figure(_("Success"), *pair(lambda run: run.summary.success_rate), share, "more", is_share=True),
        Figure(_("Acceptance rate"), *pair(_acceptance), share, "more", is_share=True),
        Figure(_("429 rate"), *pair(lambda run: run.summary.rate_429), share, "less", is_share=True),
        Figure(_("Calls"), *pair(lambda run: run.totals.calls), count, "less"),
        Figure(_("Tokens per draft"), *pair(lambda run: run.summary.tokens_an_item), count, "less"),
        Figure(_("Cost"), *pair(lambda run: run.totals.cost_usd), money, "less"),
        Figure(_("Cost per draft"), *pair(lambda run: run.summary.cost_a_draft), money, "less"),
        Figure(_("Cost per approved draft"), *pair(lambda run: run.summary.cost_an_approved_draft), money, "less"),
    ]


def _acceptance(seen: Progress) -> float | None:
    decided = seen.totals.approved + seen.totals.rejected
    return seen.totals.approved / decided if decided >= ENOUGH_DECIDED else None


def change_of(figure: Figure) -> str:
    """The other run against this one: "+24 %", in points for a share; "=" where both are written alike."""
    one, other = figure.one, figure.other
    if one is None or other is None:
        return charts.NONE
    if figure.write(one) == figure.write(other):
        return "="
    if figure.is_share:
        return _("{n} points", n=f"{100 * (other - one):+.1f}")
    return f"{other / one - 1:+.0%}".replace("%", " %") if one > 0 else charts.NONE


def verdict_of(figure: Figure) -> str:
    """Whether the other run is better, in a word; empty where that cannot be said."""
    one, other = figure.one, figure.other
    if one is None or other is None or not figure.better or figure.write(one) == figure.write(other):
        return ""
    return _("better") if (other > one) == (figure.better == "more") else _("worse")


def _figures(one: Progress, other: Progress, heads: tuple[str, ...]) -> None:
    rows = [
        {
            _("Measure"): figure.name,
            heads[0]: figure.write(figure.one),
            heads[1]: figure.write(figure.other),
            _("Difference"): change_of(figure),
            _("{run} is", run=heads[1]): verdict_of(figure),
        }
        for figure in figures_of(one, other)
    ]
    st.dataframe(rows, hide_index=True, height="content", alt=_("Figures of two runs"))


def _settings(one: Progress, other: Progress, heads: tuple[str, ...]) -> None:
    st.markdown(f"**{_('Different settings')}**")
    before, after = dict(settings_of(one)), dict(settings_of(other))
    differ = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not differ:
        st.caption(_("Both runs have the same settings."))
        return
    rows = [{_("Setting"): name, heads[0]: before.get(name, ""), heads[1]: after.get(name, "")} for name in differ]
    st.dataframe(rows, hide_index=True, height="content", alt=_("Settings that differ"))


def _drafts(one: Progress, other: Progress) -> None:
    st.markdown(f"**{_('Drafts of the same slots')}**")
    drafts = shared.store().drafts
    pages = max(1, -(-one.totals.drafted // SLOTS))
    page = min(st.session_state.get("run_pair_page", 1), pages)
    rows = drafts.page(DraftFilter(run=one.run.id), SLOTS, (page - 1) * SLOTS, "oldest")
    found = _same_slots(rows, other.run.id)
    if not found:
        st.caption(_("The runs have no topic and level in common here."))
    for row in rows:
        if beside := found.get((row.topic, row.level, row.copy_number)):
            _slot(row, beside)
    if pages > 1:
        st.pagination(pages, key="run_pair_page")


def _same_slots(rows: list[DraftRow], run: int) -> Mapping[tuple[str, int, int], DraftRow]:
    """The drafts of another run by topic, level and copy, for the cells of these."""
    cells = {(row.topic, row.level) for row in rows}
    found = [
        draft
        for topic, level in sorted(cells)
        for draft in shared.store().drafts.page(DraftFilter(run=run, topic=topic, level=level), 500, 0, "oldest")
    ]
    return {(draft.topic, draft.level, draft.copy_number): draft for draft in found}


def _slot(one: DraftRow, other: DraftRow) -> None:
    st.caption(charts.plain(f"L{one.level} · {one.topic} · {one.copy_number + 1}"))
    for column, draft in zip(st.columns(2, gap="medium"), (one, other), strict=True):
        with column.container(border=True):
            st.caption(charts.plain(f"#{draft.id} · {_('Run {run}', run=draft.run)}"))
            st.html(draft_card(draft.kind, draft.lang, draft.content))
