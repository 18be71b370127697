"""
The arms' speed over time, one typical run of each.
"""

from __future__ import annotations

import streamlit as st

from dashboard import shared
from dashboard.charts.comparison import DRAFTS, MOST_LINES, SPEED, arm_line
from dashboard.charts.paper import CONFIG
from dashboard.charts.timeline import over_time
from dashboard.screens.compare.words import arm_name
from dashboard.text import _
from engine import compare


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
        drawn = [arm_line(shared.store(), arm, arm_name(arm.name), view) for arm in shown]
        lines = [line for line in drawn if line is not None]
        if len(arms) > len(shown):
            st.caption(_("The {n} fastest are shown.", n=MOST_LINES))
        end = _("{name}: ends after {seconds} s")
        figure = over_time(lines, x_axis=_("Seconds since the run began"), y_axis=y_axis, end=end)
        st.plotly_chart(figure, config=CONFIG, key="compare_time", alt=words)
