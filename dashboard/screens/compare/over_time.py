"""
The arms' speed over time, one typical run of each.
"""

from __future__ import annotations

import streamlit as st

from dashboard import shared
from dashboard.charts.paper import CONFIG
from dashboard.charts.timeline import Series, over_time, so_far, speed
from dashboard.screens.compare.words import arm_name
from dashboard.text import _
from engine import RunRow, compare

MOST_LINES = 7
MOST_CALLS = 2000
SPEED, DRAFTS = "speed", "drafts"


def over_time_panel(arms: list[compare.ArmReport]) -> None:
    """Throughput, or the drafts so far, against the seconds since each run began."""
    shown = arms[:MOST_LINES]
    with st.container(border=True):
        st.markdown(f"**{_('Throughput over time')}**")
        view = st.segmented_control(
            _("Show"),
            [DRAFTS, SPEED],
            format_func=lambda name: _("Drafts per second") if name == SPEED else _("Drafts so far"),
            default=DRAFTS,
            required=True,
            key="compare_over_time",
            label_visibility="collapsed",
        )
        words = _("A typical run of each: the steeper the line, the faster. It ends when all drafts are made.")
        st.caption(words)
        y_axis = _("Drafts per second") if view == SPEED else _("Drafts so far")
        lines = [line for arm in shown if (line := _line(arm, view)) is not None]
        figure = over_time(lines, x_axis=_("Seconds since the run began"), y_axis=y_axis)
        st.plotly_chart(figure, config=CONFIG, key="compare_time", alt=words)


def typical(arm: compare.ArmReport) -> RunRow | None:
    """The run of the middle speed among those that ended."""
    rows = [shared.store().runs.get(run) for run in arm.runs]
    ended = [row for row in rows if row.state in ("done", "incomplete") and row.totals.first_sent_at is not None]
    ended.sort(key=lambda row: (row.totals.last_ended_at or 0.0) - (row.totals.first_sent_at or 0.0))
    return ended[len(ended) // 2] if ended else None


def _line(arm: compare.ArmReport, view: str) -> Series | None:
    row = typical(arm)
    if row is None or row.totals.first_sent_at is None:
        return None
    calls = [call for call in shared.store().calls.page(row.id, MOST_CALLS) if call.ended_at is not None]
    ends = sorted(((call.ended_at or 0.0) - row.totals.first_sent_at, call.kept) for call in calls)
    name = arm_name(arm.name)
    if view == DRAFTS:
        return so_far(name, ends)
    longest_s = max(((call.ended_at or 0.0) - call.sent_at for call in calls), default=0.0)
    return speed(name, ends, longest_s)
